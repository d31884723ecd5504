"""Draws how far confidence can be believed: a diagram of plain SVG text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

Bins = Sequence[Sequence[float]]
"""Mean confidence, accuracy and number of faces of bins (`evaluate.reliability`)."""

_SIDE, _LEFT, _TOP, _PITCH = 240, 56, 60, 320
_LOW = 84
"""Height of the columns under each panel that show how many faces a bin has."""
_INK, _FAINT, _ACCENT = "#222222", "#b8b8b8", "#0072b2"


def diagram(panels: Mapping[str, Bins]) -> str:
    """One panel for each of a network's heads.

    Args:
        panels: title -> bins.

    Returns:
        The SVG, on white, so that it can be read on a dark page too.
    """
    width = _LEFT + _PITCH * max(1, len(panels)) - 48
    height = _TOP + _SIDE + _LOW + 36
    drawn = [
        _panel(title, bins, _LEFT + _PITCH * i)
        for i, (title, bins) in enumerate(panels.items())
    ]
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
            f'width="{width}" height="{height}" role="img" '
            'font-family="system-ui, sans-serif" font-size="12">',
            "<title>How often answers of a given confidence are right</title>",
            f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
            *drawn,
            "</svg>",
            "",
        ]
    )


def _panel(title: str, bins: Bins, left: float) -> str:
    most = max((count for _, _, count in bins), default=0) or 1
    bottom = _TOP + _SIDE
    parts = [
        _text(left, _TOP - 32, title, weight="600"),
        *_axes(left),
        _line((left, bottom), (left + _SIDE, _TOP), _FAINT, dashed=True),
        _text(left + 10, _TOP + 20, "more often right than it says", fill="#666666"),
        _text(
            left + _SIDE - 10,
            bottom - 12,
            "surer than right",
            fill="#666666",
            anchor="end",
        ),
    ]
    wide = _SIDE / max(1, len(bins))
    floor = bottom + _LOW + 8
    for i, (confidence, accuracy, count) in enumerate(bins):
        if not count:
            continue
        x, y = left + _SIDE * confidence, bottom - _SIDE * accuracy
        # Area, not radius, says how many faces stand behind a point.
        radius = max(2.0, 9 * (count / most) ** 0.5)
        about = f"{confidence:.1%} sure, {accuracy:.1%} right, {count:.0f} faces"
        parts.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" fill="{_ACCENT}" '
            f'fill-opacity="0.75"><title>{about}</title></circle>'
        )
        high = max(1.0, (_LOW - 42) * count / most)
        parts.append(
            f'<rect x="{left + i * wide + 1:.1f}" y="{floor - high:.1f}" '
            f'width="{wide - 2:.1f}" height="{high:.1f}" fill="{_FAINT}"/>'
        )
    parts.append(_text(left, floor + 18, f"faces by confidence (at most {most:.0f})"))
    return "\n".join(parts)


def _axes(left: float) -> list[str]:
    bottom, parts = _TOP + _SIDE, []
    for tenths in (0, 25, 50, 75, 100):
        x, y = left + _SIDE * tenths / 100, bottom - _SIDE * tenths / 100
        parts += [
            _line((left, y), (left + _SIDE, y), "#eeeeee"),
            _text(left - 8, y + 4, f"{tenths}%", anchor="end"),
            _text(x, bottom + 16, f"{tenths}%", anchor="middle"),
        ]
    return [
        *parts,
        _line((left, _TOP), (left, bottom), _INK),
        _line((left, bottom), (left + _SIDE, bottom), _INK),
        _text(left + _SIDE / 2, bottom + 32, "confidence", anchor="middle"),
        _text(left, _TOP - 12, "share that is right"),
    ]


def _line(
    start: tuple[float, float],
    end: tuple[float, float],
    colour: str,
    *,
    dashed: bool = False,
) -> str:
    dash = ' stroke-dasharray="4 4"' if dashed else ""
    return (
        f'<line x1="{start[0]:.1f}" y1="{start[1]:.1f}" x2="{end[0]:.1f}" '
        f'y2="{end[1]:.1f}" stroke="{colour}"{dash}/>'
    )


def _text(
    x: float,
    y: float,
    text: str,
    *,
    anchor: str = "start",
    weight: str = "400",
    fill: str = _INK,
) -> str:
    plain = text.replace("&", "&amp;").replace("<", "&lt;")
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" '
        f'font-weight="{weight}" fill="{fill}">{plain}</text>'
    )

"""Gentle notices: what there is to tell, why, and a button that silences it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from dash import html

from dashboard.parts import Parts
from monitor.reports import formatting
from monitor.signals import Signal, SignalKind

_TITLES = {
    SignalKind.MOOD: "The class's mood has fallen for two minutes.",
    SignalKind.UNREADABLE: "Many cannot be read.",
    SignalKind.FROZEN: "The picture has not changed.",
    SignalKind.COVERED: "The gallery is covered or moved.",
    SignalKind.BLACK: "The picture is black.",
    SignalKind.SOURCE_LOST: "The picture is lost.",
    SignalKind.LATE: "Looks are being skipped.",
}

_ADVICE = {
    SignalKind.UNREADABLE: "Small, blurred or turned faces: enlarge the call's window, "
    "or show fewer on a page.",
    SignalKind.FROZEN: "Is the call still running, and its window on top?",
    SignalKind.COVERED: "Most faces are gone; bring the gallery to the front. Nothing "
    "of this time is counted.",
    SignalKind.BLACK: "Is the window minimised? On macOS, screen recording must be "
    "allowed.",
    SignalKind.SOURCE_LOST: "It is tried again with every look; what was read is kept.",
    SignalKind.LATE: "This computer is busy. Close other programs, or take a longer "
    "time between looks in the next class.",
}


def notices(signals: Sequence[Signal], muted: Collection[str]) -> Parts:
    """A line a signal that is not muted; below, a way to hear the others again."""
    loud = [signal for signal in signals if signal.kind not in muted]
    lines: list[Any] = [_line(signal) for signal in loud]
    if muted:
        number = formatting.count(len(muted), "notice")
        told = [f"{number} muted for this class. "]
        again = html.Button("Show again", **_mutes(""))
        lines.append(html.P([*told, again], className="muted quieted", key="muted"))
    return lines


def _line(signal: Signal) -> html.Div:
    title = _TITLES[signal.kind]
    label = {"aria-label": f"Mute: {title}", **_mutes(signal.kind.value)}
    quiet: dict[str, Any] = {"aria-live": "off"}
    return html.Div(
        [
            html.P(
                [
                    html.Strong(title),
                    " ",
                    # Its numbers change with every look: not to be read out each time.
                    html.Span(_reason(signal), **quiet),
                ]
            ),
            html.Button("Mute", **label),
        ],
        className="gentle",
        key=signal.kind.value,
    )


def _mutes(kind: str) -> dict[str, Any]:
    """What makes a button silence a kind, "" all of them heard again (live.js)."""
    return {"type": "button", "data-mute": kind}


def _reason(signal: Signal) -> str:
    match signal.kind:
        case SignalKind.MOOD:
            return _mood(signal)
        case SignalKind.UNREADABLE:
            who = formatting.part_of(signal.part, signal.whole, "students in the last")
            return f"{who} minute. {_ADVICE[signal.kind]}"
        case SignalKind.LATE:
            looks = formatting.part_of(signal.part, signal.whole, "looks in the last")
            return f"{looks} two minutes. {_ADVICE[signal.kind]}"
        case _:
            since = f"For {signal.to_s - signal.from_s:.0f} s."
            return f"{since} {_ADVICE[signal.kind]}"


def _mood(signal: Signal) -> str:
    before, now = formatting.valence(signal.before), formatting.valence(signal.now)
    low, high = formatting.valence(signal.low), formatting.valence(signal.high)
    return (
        f"Valence {now}, {before} in the five minutes before: a change between {low} "
        f"and {high}, nine times of ten. "
        f"{formatting.part_of(signal.part, signal.whole, 'students')} compared with "
        f"themselves, {formatting.share(signal.coverage)} read."
    )

from __future__ import annotations

import pytest

from dashboard import palette, words
from monitor.records import EMOTIONS, GapReason, Mode, SessionStatus


def luminance(colour: str) -> float:
    """Relative luminance, https://www.w3.org/TR/WCAG22/#dfn-relative-luminance."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(
    ("theme", "lines"),
    [(palette.LIGHT, palette.LINE_ON_LIGHT), (palette.DARK, palette.LINE_ON_DARK)],
    ids=["light", "dark"],
)
def test_what_is_drawn_can_be_told_from_the_ground(
    theme: dict[str, str], lines: dict[str, str]
) -> None:
    for name, colour in {**lines, "unreadable": palette.UNREADABLE}.items():
        assert contrast(colour, theme["ground"]) >= 3, name
    for ground in ("ground", "surface", "sunken"):
        assert contrast(theme["edge"], theme[ground]) >= 3, ground
        assert contrast(theme["accent"], theme[ground]) >= 3, ground


@pytest.mark.parametrize("theme", [palette.LIGHT, palette.DARK], ids=["light", "dark"])
def test_text_can_be_read(theme: dict[str, str]) -> None:
    for ground in ("ground", "surface", "sunken"):
        assert contrast(theme["ink"], theme[ground]) >= 7
        assert contrast(theme["muted"], theme[ground]) >= 4.5
    assert contrast(theme["on-accent"], theme["accent"]) >= 4.5


def test_every_expression_has_its_place_colour_and_caption() -> None:
    assert sorted(palette.STACK) == sorted(EMOTIONS)
    assert palette.STACK[2] == "neutral"
    for table in (palette.FILL, palette.LINE_ON_LIGHT, palette.LINE_ON_DARK):
        assert sorted(table) == sorted(EMOTIONS)
    assert sorted(words.CAPTION) == sorted(EMOTIONS)
    assert words.CAPTION["happy"] == "smiling"


def test_every_state_has_a_word() -> None:
    assert set(words.STATUS) == set(words.STATUS_MEANING) == set(SessionStatus)
    assert set(words.GAP) == set(GapReason)
    assert set(words.MODE) == set(Mode)


def test_the_style_sheet_gets_both_themes() -> None:
    css = palette.css_variables()
    light, dark = css.split("@media (prefers-color-scheme:dark)")
    assert f"--ground:{palette.LIGHT['ground']};" in light
    assert f"--ground:{palette.DARK['ground']};" in dark
    assert "--fill-happy:#E69F00;" in light
    assert css.count("{") == css.count("}")


@pytest.mark.parametrize(
    ("valence", "word"),
    [
        (0.02, "even"),
        (-0.1, "leaning unpleasant"),
        (0.3, "clearly pleasant"),
        (float("nan"), "not known"),
    ],
)
def test_valence_in_words(valence: float, word: str) -> None:
    assert words.lean(valence) == word


def test_change_in_words() -> None:
    assert words.change(0.1, 0.12) == "much as before"
    assert words.change(0.3, 0.12) == "higher than before"
    assert words.change(-0.3, 0.12) == "lower than before"
    assert words.change(float("nan"), 0.12) == ""

from __future__ import annotations

import re
from itertools import combinations, pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

import dashboard
from dashboard import figures, palette, words
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


# Machado, Oliveira and Fernandes 2009, severity 1, on linear RGB:
# https://www.inf.ufrgs.br/~oliveira/pubs_files/CVD_Simulation/CVD_Simulation.html
EYES = {
    "all colours": np.eye(3),
    "no red": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "no green": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "no blue": np.array(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ]
    ),
}

_XYZ = np.array(
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
)
_WHITE = np.array([0.95047, 1.0, 1.08883])


def seen_as(colour: str, eyes: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """CIE L*a*b* (3,) of a colour as somebody with such eyes sees it."""
    channels = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    low = channels <= 0.04045
    linear = np.where(low, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    xyz = _XYZ @ np.clip(eyes @ linear, 0, 1) / _WHITE
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def apart(one: str, other: str, eyes: str) -> float:
    """How different two colours look; 2.3 is just noticeable side by side."""
    matrix = EYES[eyes]
    return float(np.linalg.norm(seen_as(one, matrix) - seen_as(other, matrix)))


@pytest.mark.parametrize("eyes", EYES)
def test_areas_can_be_told_apart_by_whoever_looks(eyes: str) -> None:
    fill = palette.FILL
    # What touches in a stack, and what stands beside each other in a legend.
    for one, other in pairwise(palette.STACK):
        assert apart(fill[one], fill[other], eyes) >= 15, (one, other)
    # A thin band between may be missing: then name and place in the stack tell.
    for one, other in combinations(palette.STACK, 2):
        assert apart(fill[one], fill[other], eyes) >= 7, (one, other)


@pytest.mark.parametrize("theme", [palette.LIGHT, palette.DARK], ids=["light", "dark"])
def test_what_is_drawn_can_be_told_from_the_ground(theme: dict[str, str]) -> None:
    assert contrast(palette.UNREADABLE, theme["ground"]) >= 3
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
    assert sorted(palette.FILL) == sorted(EMOTIONS)
    assert sorted(words.CAPTION) == sorted(EMOTIONS)
    assert words.CAPTION["happy"] == "smiling"


def test_every_state_has_a_word() -> None:
    assert set(words.STATUS) == set(words.STATUS_MEANING) == set(SessionStatus)
    assert set(words.GAP) == set(GapReason)
    assert set(words.MODE) == set(Mode)


def test_the_style_sheet_gets_both_themes() -> None:
    css = palette.css_variables()
    light, dark = css.split("@media screen and (prefers-color-scheme:dark)")
    assert f"--ground:{palette.LIGHT['ground']};" in light
    assert f"--ground:{palette.DARK['ground']};" in dark
    assert "--fill-happy:#E69F00;" in light
    assert css.count("{") == css.count("}")


def test_figures_take_their_colours_from_the_palette() -> None:
    for module in Path(figures.__path__[0]).glob("*.py"):
        assert not re.search(r"[\"']#[0-9A-Fa-f]{3,8}[\"']", module.read_text("utf-8"))


def test_every_variable_is_one_that_a_style_sheet_uses() -> None:
    folder = Path(dashboard.__path__[0])
    sheets = "".join(path.read_text("utf-8") for path in folder.rglob("*.css"))
    named = set(re.findall(r"--[a-z-]+(?=:)", palette.css_variables()))
    assert named == set(re.findall(r"var\((--[a-z-]+)\)", sheets))


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

"""Which columns of a strip are a label's letters."""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

Grey: TypeAlias = npt.NDArray[np.uint8]

_WORD_GAP = 0.6
"""The widest gap between two words of one label, in letter sizes."""

_AS_WHITE = 0.82
"""Share of the brightest letter's white that every word has."""

_APART = 0.34
"""What stands further apart than this is another word, in letter sizes."""

_STARTS_BY = 0.45
"""A label begins in this share of its tile's width."""


class Strip(NamedTuple):
    """A part of a picture in which writing is looked for.

    Attributes:
        x: of its left column in the picture.
        y: of its upper row.
        white: (h, w) how white it is.
        ink: (h, w) True for what may be writing.
        changes: (h,) how often each row changes between ink and none.
    """

    x: int
    y: int
    white: Grey
    ink: npt.NDArray[np.bool_]
    changes: npt.NDArray[np.float64]


def span(strip: Strip, base: int, size: float) -> tuple[int, int] | None:
    """First column of a label's letters and the column past their last.

    Args:
        strip: that they stand in.
        base: past the row of the strip that they stand on.
        size: of the letters, in pixels.

    Returns:
        None when nothing there is a label.
    """
    top, end = max(base - round(0.82 * size), 0), base + round(0.26 * size)
    written = strip.ink[top:end]
    edges = np.flatnonzero(np.diff(np.r_[False, written.any(axis=0), False]))
    pieces = edges.reshape(-1, 2)
    apart = np.flatnonzero(pieces[1:, 0] - pieces[:-1, 1] > _WORD_GAP * size)
    runs = [
        run
        for run in np.split(pieces, apart + 1)
        if len(run) and run[0, 0] < _STARTS_BY * written.shape[1]
    ]
    if not runs:
        return None
    run = max(runs, key=lambda run: int(written[:, run[0, 0] : run[-1, 1]].sum()))
    words = np.split(run, np.flatnonzero(run[1:, 0] - run[:-1, 1] > _APART * size) + 1)
    ends = np.array([(word[0, 0], word[-1, 1]) for word in words])
    sure = np.flatnonzero(~_doubtful(strip, ends, (top, end), size))
    if not len(sure):
        return None
    letters = np.concatenate(words[sure[0] : sure[-1] + 1])
    letters = _without_icons(written, letters, base - top, size)
    if letters[-1, 1] - letters[0, 0] < 0.8 * size:
        return None
    return int(letters[0, 0]), int(letters[-1, 1])


def _doubtful(
    strip: Strip,
    words: npt.NDArray[np.intp],
    rows: tuple[int, int],
    size: float,
) -> npt.NDArray[np.bool_]:
    """Which words that begin or end a line are edges of what lies behind: (n,).

    They are less white than letters are, or mere specks, or bars that go on over or
    under the line.
    """
    top, end = rows
    ink = strip.ink[top:end]
    above = strip.ink[max(top - round(0.3 * size), 0) : max(top - round(0.1 * size), 0)]
    below = strip.ink[end : end + round(0.2 * size)]
    outside = np.asarray(above.any(axis=0) | below.any(axis=0))
    white = strip.white[top:end].max(axis=0)
    bright = np.array([white[a:b].max() for a, b in words], np.float64)
    spills = np.array([outside[a:b].any() for a, b in words], np.bool_)
    filled = np.array([ink[:, a:b].mean() for a, b in words], np.float64)
    high = np.array([ink[:, a:b].any(axis=1).sum() for a, b in words], np.float64)
    dim = bright < _AS_WHITE * bright.max()
    return np.asarray(dim | (high < 0.3 * size) | (spills & (filled > 0.85)))


def _without_icons(
    written: npt.NDArray[np.bool_],
    letters: npt.NDArray[np.intp],
    base: int,
    size: float,
) -> npt.NDArray[np.intp]:
    """The pieces without a white microphone before or after them."""
    if len(letters) > 1:
        gap = letters[1, 0] - letters[0, 1]
        if _is_icon(written[:, slice(*letters[0])], base, size, gap):
            letters = letters[1:]
    if len(letters) > 1:
        gap = letters[-1, 0] - letters[-2, 1]
        if _is_icon(written[:, slice(*letters[-1])], base, size, gap):
            letters = letters[:-1]
    return letters


def _is_icon(piece: npt.NDArray[np.bool_], base: int, size: float, gap: float) -> bool:
    """True for a piece about as wide as the letters' size and taller than a letter.

    It reaches a little under the row that letters stand on, not as deep as a g, and
    has a gap to the name.
    """
    rows = np.flatnonzero(piece.any(axis=1))
    high, under = int(rows[-1] - rows[0]) + 1, int(rows[-1]) + 1 - base
    sunk = max(0.06 * size, 1) <= under <= max(0.17 * size, 1)
    shaped = high >= 0.8 * size and piece.shape[1] <= 1.25 * size
    return sunk and shaped and gap >= 0.22 * size

"""What stands behind a student: tells tiles apart while no label can be read.

A room's colours, coarsely, without the person: no face, no embedding of one, nothing
that would know somebody in another place or on another day. Kept in memory only, and
thrown away with the session.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
import numpy.typing as npt

from monitor.boxes import Floats
from monitor.records import Box, Image

_GRID_WH = (16, 9)
_PIXELS = 6
"""Pixels across a cell that are looked at."""

_LEAST_CELLS = 24
"""Fewer cells in common say nothing."""

_PLAIN = 6.0
"""Below this spread of colours, in grey levels, a backdrop is a plain wall, a camera
that is off, or a film that has not come yet: it looks like any other."""

_INSIDE = 0.06
"""Share of a tile's sides left out: borders, rounded corners and half a pixel."""

_FOLLOW = 0.1
"""How fast a remembered backdrop follows the light."""


@dataclass(frozen=True, eq=False)
class Backdrop:
    """The colours of a tile's cells that no person and no label covers.

    Attributes:
        colours: (9, 16, 3) float64, BGR in [0, 255].
        known: (9, 16) False where somebody sits or a label lies.
    """

    colours: Floats
    known: npt.NDArray[np.bool_]

    @cached_property
    def is_plain(self) -> bool:
        """Whether it looks like many a wall: being alike then proves nothing."""
        seen = self.colours[self.known]
        return len(seen) < _LEAST_CELLS or float(seen.std(axis=0).mean()) < _PLAIN

    def apart(self, other: Backdrop) -> float | None:
        """How different two are, in grey levels; None when too little is seen.

        A change of light over the whole room counts only in part. Looks at one room
        were 1 to 6 apart (95 of 100), at two rooms 13 and more (95 of 100).
        """
        both = self.known & other.known
        if both.sum() < _LEAST_CELLS:
            return None
        change = self.colours[both] - other.colours[both]
        light = float(change.mean())
        return float(np.abs(change - light).mean()) + abs(light) / 3

    def followed(self, newer: Backdrop) -> Backdrop:
        """This one, a little nearer to what is seen now."""
        both = (self.known & newer.known)[..., None]
        nearer = self.colours + _FOLLOW * (newer.colours - self.colours)
        colours = np.where(both, nearer, newer.colours)
        only_here = (self.known & ~newer.known)[..., None]
        return Backdrop(
            np.where(only_here, self.colours, colours), self.known | newer.known
        )


def look(image: Image, tile: Box, faces: Sequence[Box]) -> Backdrop | None:
    """The backdrop of one tile.

    Args:
        image: (H, W, 3) BGR uint8.
        tile: xyxy in pixels.
        faces: xyxy of those in the tile.

    Returns:
        None for a tile of no size.
    """
    width, height = tile[2] - tile[0], tile[3] - tile[1]
    x1, y1 = tile[0] + _INSIDE * width, tile[1] + _INSIDE * height
    x2, y2 = tile[2] - _INSIDE * width, tile[3] - _INSIDE * height
    inside = image[
        max(0, round(y1)) : max(0, round(y2)), max(0, round(x1)) : max(0, round(x2))
    ]
    if min(inside.shape[:2]) < _GRID_WH[1]:
        return None
    # Every n-th pixel is enough for cells of hundreds.
    step = max(1, inside.shape[1] // (_GRID_WH[0] * _PIXELS))
    colours = cv2.resize(inside[::step, ::step], _GRID_WH, interpolation=cv2.INTER_AREA)
    known = np.ones(colours.shape[:2], bool)
    known[-2:, :10] = False  # where labels lie
    down, across = _GRID_WH[1] / (y2 - y1), _GRID_WH[0] / (x2 - x1)
    for face in faces:
        wide, tall = face[2] - face[0], face[3] - face[1]
        # Hair, shoulders, and the little way that a head moves.
        left, right = face[0] - 0.6 * wide, face[2] + 0.6 * wide
        top = face[1] - 0.6 * tall
        known[
            max(0, int((top - y1) * down)) :,
            max(0, int((left - x1) * across)) : max(
                0, int(np.ceil((right - x1) * across))
            ),
        ] = False
    return Backdrop(colours.astype(np.float64), known)

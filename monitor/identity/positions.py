"""The same place is the same student, as long as the gallery keeps its layout.

Faces and places are joined by optimal assignment, not nearest first: what counts is
the sum over all pairs, so that one face which leans towards its neighbour does not take
the neighbour's place.

The gate, how far a face may be from its place, is one and a half face heights, but not
more than half the way to the next face: beyond that it would stand in the next tile. It
is never under three quarters of a face, for two people in one tile.

A student who is not seen keeps the place for the whole session: a camera flickers, a
head turns, a window pops up. When the gallery as a whole is moved or resized, the
places follow it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from monitor import boxes
from monitor.boxes import Floats
from monitor.identity.layout import Motion, assign, common_motion, reading_order
from monitor.records import Face, Sighting

_FAR, _NEAR = 1.5, 0.75
"""Widest and narrowest gate, in face heights."""

_DRIFT = 0.2
"""Share of the way that a place follows its face in one sample."""

_POOR = 0.4
"""Mean cost of a sample from which a motion of the whole gallery is looked for."""

_IN_PLACE, _STILL = 0.3, 1 / 3
"""When this share of the faces stands this near its place, in gates, nothing has moved:
the others are students who went, came or changed places."""

_CLEARLY_BETTER = 0.5
"""A motion is believed when it lowers the mean cost to this share of itself."""


def _no_points() -> Floats:
    return np.zeros((0, 2))


@dataclass(slots=True)
class _Places:
    """Where the students are, one row each; student i has the number i + 1.

    Attributes:
        home: (k, 2) where the face is on the whole.
        last: (k, 2) where it was seen last.
        heights: (k,) how high it was then.
    """

    home: Floats = field(default_factory=_no_points)
    last: Floats = field(default_factory=_no_points)
    heights: Floats = field(default_factory=lambda: np.zeros(0))

    def cost(self, points: Floats, gates: Floats) -> Floats:
        """Distance of every face from every place in gates, shape (n, k).

        A face may be near its home, or near where it was last: one that fills a
        webcam's picture wanders further than any gate.
        """
        away = np.minimum(
            boxes.distances(points, self.home), boxes.distances(points, self.last)
        )
        return np.asarray(away / gates[:, None])

    def moved(self, motion: Motion) -> _Places:
        """The places after a motion of the whole gallery."""
        return _Places(
            motion.of(self.home), motion.of(self.last), self.heights * motion.scale
        )

    def see(self, place: int, point: Floats, height: float) -> None:
        """Take note of where a student is now."""
        self.home[place] += _DRIFT * (point - self.home[place])
        self.last[place], self.heights[place] = point, height

    def add(self, point: Floats, height: float) -> int:
        """A new student's place; returns its row."""
        self.home = np.vstack([self.home, point])
        self.last = np.vstack([self.last, point])
        self.heights = np.append(self.heights, height)
        return len(self.heights) - 1


class PositionTracker:
    """Numbers students by their place, where no tile and no label tells more.

    The first sample's students are numbered in reading order, row by row; a face in a
    new place gets the next number.
    """

    def __init__(self) -> None:
        self._places = _Places()

    def update(self, faces: Sequence[Face]) -> tuple[Sighting, ...]:
        """The students whom these faces belong to, in the order of their numbers.

        Every face gets a student and no student gets two faces.
        """
        if not faces:
            return ()
        xyxy = boxes.as_array([face.xyxy for face in faces])
        order = reading_order(boxes.centres(xyxy), boxes.heights(xyxy))
        points, heights = boxes.centres(xyxy)[order], boxes.heights(xyxy)[order]
        gates = _gates(points, heights)
        self._follow(points, heights, gates)
        row_of = dict(assign(self._places.cost(points, gates)))
        found = []
        for i, face in enumerate(order):
            height = float(heights[i])
            if i in row_of:
                self._places.see(row_of[i], points[i], height)
            else:
                row_of[i] = self._places.add(points[i], height)
            found.append(Sighting(row_of[i] + 1, faces[face]))
        return tuple(sorted(found, key=lambda sighting: sighting.student))

    def _follow(self, points: Floats, heights: Floats, gates: Floats) -> None:
        """Move the places when the gallery as a whole has clearly moved.

        A gallery is a regular grid, on which a shift by one tile fits nearly as well
        as none. So a motion is only believed where standing still explains the faces
        badly, and the motion much better.
        """
        standing = _pair_costs(self._places.cost(points, gates))
        cost = float(standing.mean())
        if cost < _POOR or (standing < _IN_PLACE).mean() >= _STILL:
            return
        # "last" is where the faces stood before the motion, "home" lags behind.
        places = self._places
        motion = common_motion(places.last, points, places.heights, heights)
        if motion is None:
            return
        moved = places.moved(motion)
        if _pair_costs(moved.cost(points, gates)).mean() < _CLEARLY_BETTER * cost:
            self._places = moved


def _gates(points: Floats, heights: Floats) -> Floats:
    """How far each face may be from its place, in pixels, shape (n,)."""
    away = boxes.distances(points, points)
    np.fill_diagonal(away, np.inf)
    return np.asarray(np.clip(away.min(axis=1) / 2, _NEAR * heights, _FAR * heights))


def _pair_costs(cost: Floats) -> Floats:
    """What each face's pair costs, 1 for a face without a place; (n, k) to (n,)."""
    each = np.ones(len(cost))
    for pair in assign(cost):
        each[pair[0]] = cost[pair]
    return each

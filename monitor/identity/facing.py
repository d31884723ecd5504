"""Where a head is turned, from five landmarks, and what is usual for each student.

The method, after the picture's roll (the angle of eye line and mouth line together)
is taken out:

- **Yaw**: how far the nose stands beside the middle between eyes and mouth, in eye
  distances. A turned head moves the nose, which stands out, further than the rest;
  the eye distance shrinks with the same turn, so their ratio is the turn's tangent.
- **Pitch**: how far down the nose stands between the eyes (0) and the mouth (1).

How far a nose stands out was measured, not looked up: the point that a detector marks
as the nose moves about half as far as a nose's tip.

How exact it is, with CenterFace's points, on 16 portraits and 16 drawn faces that had
no part in measuring the above, turned in depth by up to 30° sideways and 20° up or
down, 128 looks, each compared with the same face seen from the front: yaw is off by
3.3° on average and by more than 9° in one look of twenty (correlation 0.97); pitch by
6.3° and 20°, and a surprised or fearful face alone moves it by 12° to 15° upwards. So
pitch tells a lowered head, no more. In the virtual class (yaw within 14°) it is off by
3.6°. Noses and mouths of people differ: angles are compared with the same person's
usual ones, never between people. No real heads of measured direction were at hand.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from monitor.engagement import FACING_SIGHTINGS, is_facing
from monitor.records import HeadPose

_NOSE_OUT = 0.355
"""How far the marked nose stands before the middle of eyes and mouth, in eye distances:
what it moves aside in turns of known yaw, over their tangent."""

_NOSE_DOWN = 0.54
"""Where the marked nose stands between eyes and mouth of a face seen from the front."""

_NOSE_NODS = 0.12
"""What it moves down there, over the tangent of the pitch."""

_NARROWEST, _WIDEST = 0.2, 3.0
"""Eyes nearer or further apart, in lengths from eyes to mouth, are no face seen from
the front, nor one that is turned: there is nothing to tell."""

_DEGREES = 181
"""Whole degrees from -90 to 90."""


def head_pose(landmarks: Sequence[tuple[float, float]]) -> HeadPose | None:
    """The direction in which a face's nose points.

    Args:
        landmarks: five points (x, y) in pixels, as in `monitor.records.Face`.

    Returns:
        None when the points cannot be a face: that is not a head turned away.
    """
    points = np.asarray(landmarks, dtype=np.float64)
    if points.shape != (5, 2) or not np.isfinite(points).all():
        return None
    points = _upright(points)
    eyes, nose, mouth = points[:2].mean(axis=0), points[2], points[3:].mean(axis=0)
    width = float(points[1, 0] - points[0, 0])
    length = float(mouth[1] - eyes[1])
    if length <= 0 or not _NARROWEST < width / length < _WIDEST:
        return None
    # Against the middle, near which the nose is: what is left of the roll, or a
    # crooked mouth, then moves it least.
    aside = float(nose[0] - (eyes[0] + mouth[0]) / 2) / width
    down = float(nose[1] - eyes[1]) / length
    yaw = math.atan(aside / _NOSE_OUT)
    pitch = math.atan((down - _NOSE_DOWN) / _NOSE_NODS)
    return HeadPose(math.degrees(yaw), math.degrees(pitch))


def _upright(points: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """The points (5, 2) turned in the picture until eyes and mouth are level."""
    along = points[1] - points[0] + points[4] - points[3]
    size = math.hypot(*along)
    if size == 0:
        return points
    cos, sin = along / size
    return np.asarray(points @ np.array([(cos, -sin), (sin, cos)]))


class UsualPoses:
    """Each student's usual pose so far: the median of yaw and of pitch.

    Poses are counted by whole degree, as they are stored, so that the memory of an
    hour is that of a minute: a student costs 3 kB.
    """

    def __init__(self) -> None:
        self._counts: dict[int, npt.NDArray[np.int64]] = {}

    def facing(self, student: int, pose: HeadPose | None) -> bool | None:
        """Whether the head is turned as usual for this student, this pose included.

        Returns:
            None without a pose, and before the student was seen with one
            `FACING_SIGHTINGS` times.
        """
        if pose is None:
            return None
        counts = self._counts.setdefault(student, np.zeros((2, _DEGREES), np.int64))
        angles = round(pose.yaw_deg), round(pose.pitch_deg)
        for row, angle in zip(counts, angles, strict=True):
            row[min(max(angle, -90), 90) + 90] += 1
        if counts[0].sum() < FACING_SIGHTINGS:
            return None
        usual = [_median(row) for row in counts]
        return bool(is_facing(angles[0] - usual[0], angles[1] - usual[1]))

    def join(self, student: int, into: int) -> None:
        """Two numbers are one student: the sightings of both count for ``into``."""
        counts = self._counts.pop(student, None)
        if counts is not None:
            self._counts[into] = self._counts.get(into, 0) + counts


def _median(counts: npt.NDArray[np.int64]) -> float:
    """Median of the degrees that were counted, as `numpy.median` gives it."""
    below = np.cumsum(counts)
    total = int(below[-1])
    low = int(np.searchsorted(below, (total - 1) // 2 + 1))
    high = int(np.searchsorted(below, total // 2 + 1))
    return (low + high) / 2 - 90

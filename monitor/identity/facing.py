"""Where a head is turned, from five landmarks, and what is usual for each student.

The method: the five points of an average face (`FACE_POINTS`) are turned, seen from
far away and scaled; the turn that explains the picture is solved in closed form.

1. Roll is the angle of the eye line and the mouth line together; it is taken out.
2. Pitch: how far down the nose stands between the eyes and the mouth. Nodding moves
   the nose, which stands out, further than the rest.
3. Yaw: how far the nose stands beside the line from the eyes' middle to the mouth's,
   in eye distances. Only lengths that turn together are compared, so neither a long
   face nor a wide smile looks like a turn.

Yaw and pitch are the direction in which the nose points; the picture's right and
down are positive.

How exact it is: the noses, eyes and mouths of people differ, which moves all of a
person's angles by about the same amount. Angles are therefore only compared with the
same person's usual ones, never between people.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from monitor.engagement import FACING_SIGHTINGS, is_facing
from monitor.records import HeadPose

FACE_POINTS = np.array(
    [
        (-31, -29, 13.3),
        (31, -29, 13.3),
        (0, 4.6, 55.2),
        (-25, 38.1, 22.3),
        (25, 38.1, 22.3),
    ]
)
"""(5, 3) millimetres x right, y down, z towards the viewer: the eyes, the nose's tip
and the corners of the mouth of the average face that face reconstruction aligns to
(the five points that come with Deng et al., arXiv 1903.08527; rounded, made
symmetric)."""

_EYE_DISTANCE = float(FACE_POINTS[1, 0] - FACE_POINTS[0, 0])
_EYES, _MOUTH = FACE_POINTS[:2].mean(axis=0), FACE_POINTS[3:].mean(axis=0)
_NOSE_DOWN, _NOSE_OUT = (float(v) for v in (FACE_POINTS[2] - _EYES)[1:])
_MOUTH_DOWN, _MOUTH_OUT = (float(v) for v in (_MOUTH - _EYES)[1:])

_NARROWEST = 0.25
"""Eyes nearer than this share of the face's length: a profile, nothing to tell."""

_LONGEST = 3.0
"""Eyes further apart than this many lengths of the face: seen from above or below."""

_STEEPEST_DEG = 60.0


def head_pose(landmarks: Sequence[tuple[float, float]]) -> HeadPose | None:
    """The direction in which a face looks.

    Args:
        landmarks: five points (x, y) in pixels, as in `monitor.records.Face`.

    Returns:
        None when the points cannot be a face seen from the front: that is not the
        same as a head turned away.
    """
    points = np.asarray(landmarks, dtype=np.float64)
    if points.shape != (5, 2) or not np.isfinite(points).all():
        return None
    points = _upright(points)
    eyes, mouth = points[:2].mean(axis=0), points[3:].mean(axis=0)
    nose = points[2] - eyes
    width = float(points[1, 0] - points[0, 0])
    length = float(mouth[1] - eyes[1])
    if length <= 0 or not _NARROWEST < width / length < _LONGEST:
        return None
    share = float(nose[1]) / length
    pitch = math.atan2(share * _MOUTH_DOWN - _NOSE_DOWN, _NOSE_OUT - share * _MOUTH_OUT)
    # Against the middle between eyes and mouth, where the nose is: what is left of
    # the roll then moves it least.
    aside = float(nose[0]) - float(mouth[0] - eyes[0]) / 2
    out = (_NOSE_OUT - _MOUTH_OUT / 2) * math.cos(pitch)
    out -= (_NOSE_DOWN - _MOUTH_DOWN / 2) * math.sin(pitch)
    yaw = math.atan2(aside * _EYE_DISTANCE, width * out)
    if max(abs(pitch), abs(yaw)) > math.radians(_STEEPEST_DEG):
        return None
    return HeadPose(math.degrees(yaw), math.degrees(pitch))


def _upright(points: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """The points (5, 2) turned in the picture until eyes and mouth are level."""
    along = points[1] - points[0] + points[4] - points[3]
    size = math.hypot(*along)
    if size == 0:
        return points
    cos, sin = along / size
    return np.asarray(points @ np.array([(cos, -sin), (sin, cos)]))


_DEGREES = 181
"""Whole degrees from -90 to 90."""


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

"""Heads of known direction: pictures of faces seen from the front, turned in depth.

A face's pixels are laid on a relief (a head's roundness, its nose and mouth, in
millimetres), the relief is turned, and the picture is what is then seen from far away.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

from monitor.records import Image

Floats = npt.NDArray[np.float64]
Point = tuple[float, float]

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
and the corners of the mouth of an average face (after the five points that come with
Deng et al., arXiv 1903.08527; rounded, made symmetric)."""


def turn(yaw_deg: float, pitch_deg: float, roll_deg: float = 0.0) -> Floats:
    """The rotation (3, 3) of points x right, y down, z towards the viewer.

    Yaw is positive towards the picture's right, pitch downwards, roll clockwise; the
    nose then points to yaw and pitch as a globe's longitude and latitude.
    """
    yaw, pitch, roll = map(math.radians, (yaw_deg, pitch_deg, roll_deg))
    nod = np.array(
        [
            (1, 0, 0),
            (0, math.cos(pitch), math.sin(pitch)),
            (0, -math.sin(pitch), math.cos(pitch)),
        ]
    )
    shake = np.array(
        [
            (math.cos(yaw), 0, math.sin(yaw)),
            (0, 1, 0),
            (-math.sin(yaw), 0, math.cos(yaw)),
        ]
    )
    tilt = np.array(
        [
            (math.cos(roll), -math.sin(roll), 0),
            (math.sin(roll), math.cos(roll), 0),
            (0, 0, 1),
        ]
    )
    return np.asarray(tilt @ shake @ nod)


def turned(
    picture: Image, landmarks: Sequence[Point], yaw_deg: float, pitch_deg: float
) -> Image:
    """The picture with its face, seen from the front, turned by these angles."""
    points = np.array(landmarks)
    eyes = points[:2].mean(axis=0)
    mm = (FACE_POINTS[1, 0] - FACE_POINTS[0, 0]) / (points[1, 0] - points[0, 0])
    height, width = picture.shape[:2]
    seen_x = (np.arange(width)[None] - eyes[0]) * mm
    seen_y = (np.arange(height)[:, None] - eyes[1]) * mm + FACE_POINTS[0, 1]
    seen_x, seen_y = np.broadcast_arrays(seen_x, seen_y)
    rotation = turn(yaw_deg, pitch_deg)
    # Which point of the relief stands where? Its depth is guessed, then mended.
    x, y = seen_x.copy(), seen_y.copy()
    flat = np.linalg.inv(rotation[:2, :2])
    for _ in range(12):
        depth = _relief(x, y)
        at_x, at_y = seen_x - rotation[0, 2] * depth, seen_y - rotation[1, 2] * depth
        new_x = flat[0, 0] * at_x + flat[0, 1] * at_y
        new_y = flat[1, 0] * at_x + flat[1, 1] * at_y
        x, y = (x + new_x) / 2, (y + new_y) / 2
    from_x = x / mm + eyes[0]
    from_y = (y - FACE_POINTS[0, 1]) / mm + eyes[1]
    seen = cv2.remap(
        picture,
        from_x.astype(np.float32),
        from_y.astype(np.float32),
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return np.asarray(seen, np.uint8)


def _relief(x: Floats, y: Floats) -> Floats:
    """Depth of an average face in millimetres; it goes through `FACE_POINTS`."""
    round_ = np.sqrt(np.clip(1 - (x / 75) ** 2 - (y / 110) ** 2, 0, None))
    nose = np.where(y < 4.6, ((y - 4.6) / 20) ** 2, ((y - 4.6) / 9) ** 2)
    return np.asarray(
        -52
        + 75 * round_
        + 32 * np.exp(-((x / 12) ** 2 + nose) / 2)
        + 9 * np.exp(-((x / 40) ** 2 + ((y - 42) / 22) ** 2) / 2)
    )

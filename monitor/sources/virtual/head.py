"""What moves in a tile: a head that turns, nods, blinks and changes its expression."""

from __future__ import annotations

import math

import cv2
import numpy as np
import numpy.typing as npt

from monitor.records import Image
from monitor.sources.virtual.drawing import Floats, fetch
from monitor.sources.virtual.portrait import FACE_BOX, MIDDLE, Head
from monitor.sources.virtual.scene import Pose

Rectangle = tuple[float, float, float, float]
"""x, y, width, height in pixels."""

FACE_HEIGHT = FACE_BOX[3] - FACE_BOX[1]
NECK = (MIDDLE, 185.0)
"""The point, in canvas units, that a tilting head turns about."""

_MOBILE = (22.0, -10.0, 138.0, 188.0)
"""x1, y1, x2, y2 in canvas units: outside, nothing turns, nods or blinks."""
_TURN = 52.0
"""Radius of the head in units, for how far a turn moves what stands in its middle."""


class MovingHead:
    """A head on its place in a tile.

    Args:
        head: the drawn head.
        scale: pixels of the tile a canvas unit.
        origin: the tile's pixel where the canvas's corner stands at rest.
    """

    def __init__(self, head: Head, scale: float, origin: tuple[float, float]) -> None:
        self._head = head
        self._sheet = head.sheet
        self._scale = scale
        self._origin = origin
        x, y = head.sheet.units()
        left, top, right, bottom = (
            round((unit - start) * head.sheet.scale)
            for unit, start in zip(_MOBILE, (x[0, 0], y[0, 0]) * 2, strict=True)
        )
        self._mobile = np.s_[max(top, 0) : bottom, max(left, 0) : right]
        pixels = np.meshgrid(
            np.arange(head.sheet.width, dtype=np.float32),
            np.arange(head.sheet.height, dtype=np.float32),
        )
        x, y = x[self._mobile], y[self._mobile]
        per_unit = np.float32(head.sheet.scale)
        self._grid = np.dstack(pixels)[self._mobile].astype(np.float32)
        self._turn = _turn_field(x, y) * per_unit
        self._nod = _nod_field(x, y) * per_unit
        self._lids = _lid_field(x, y) * per_unit

    def paint(self, tile: Image, pose: Pose) -> None:
        """Paint the head into a tile (H, W, 3) uint8."""
        head = self._bent(self._blended(pose.weights), pose)
        move = self._move(pose)
        height, width = tile.shape[:2]
        left, top, right, bottom = _reach(move, head.shape, width, height)
        into = move.copy()
        into[:, 2] -= left, top
        size = (right - left, bottom - top)
        placed = cv2.warpAffine(head, into, size, flags=cv2.INTER_LINEAR)
        ground = tile[top:bottom, left:right]
        clear = cv2.cvtColor(255 - placed[..., 3], cv2.COLOR_GRAY2BGR)
        colour = cv2.cvtColor(placed, cv2.COLOR_BGRA2BGR)
        ground[:] = cv2.add(cv2.multiply(ground, clear, scale=1 / 255), colour)

    def _blended(self, weights: Floats) -> npt.NDArray[np.uint8]:
        """The faces mixed: one as it is, or the two of a fade."""
        first, second = np.argsort(-weights, kind="stable")[:2]
        face = self._head.face(int(first))
        if weights[second] < 0.01:
            return face
        share = float(weights[first])
        other = self._head.face(int(second))
        mixed = cv2.addWeighted(face, share, other, 1 - share, 0)
        return np.asarray(mixed, np.uint8)

    def _bent(self, head: npt.NDArray[np.uint8], pose: Pose) -> npt.NDArray[np.uint8]:
        """The head turned and nodding, eyelids lowered."""
        source = self._grid - np.float32(math.sin(math.radians(pose.yaw_deg))) * (
            self._turn
        )
        source -= np.float32(pose.nod) * self._nod
        if pose.closed > 0.02:
            # The lids move with the features that the turn has moved.
            source -= np.float32(pose.closed) * self._lids
        bent = head.copy()
        bent[self._mobile] = fetch(head, source, cv2.INTER_LINEAR, cv2.BORDER_REPLICATE)
        return bent

    def _move(self, pose: Pose) -> npt.NDArray[np.float64]:
        """2x3 from the head's pixels to the tile's."""
        move = _tilted(self._scale, self._origin, pose)
        linear = move[:, :2] / self._sheet.scale
        return np.column_stack([linear, move[:, 2] - linear @ self._sheet.origin])


def face_box(scale: float, origin: tuple[float, float], pose: Pose) -> Rectangle:
    """Where a detector will find the face of a head, in pixels of its tile.

    Args:
        scale: pixels of the tile a canvas unit.
        origin: the tile's pixel where the canvas's corner stands at rest.
        pose: of the head.
    """
    move = _tilted(scale, origin, pose)
    x1, y1, x2, y2 = FACE_BOX
    # A turned face's box moves along a little: its features do.
    along = 0.35 * _TURN * math.sin(math.radians(pose.yaw_deg))
    x, y = move @ ((x1 + x2) / 2 + along, (y1 + y2) / 2, 1.0)
    width, height = (x2 - x1) * scale, (y2 - y1) * scale
    return float(x - width / 2), float(y - height / 2), width, height


def _tilted(
    scale: float, origin: tuple[float, float], pose: Pose
) -> npt.NDArray[np.float64]:
    """2x3 from canvas units to the tile's pixels: tilt about the neck, and sway."""
    turn = math.radians(pose.roll_deg)
    cos, sin = scale * math.cos(turn), scale * math.sin(turn)
    linear = np.array([(cos, -sin), (sin, cos)])
    rest = np.array(origin) + np.array(NECK) * scale
    sway = np.array(pose.sway) * FACE_HEIGHT * scale
    return np.column_stack([linear, rest + sway - linear @ NECK])


def _turn_field(x: Floats, y: Floats) -> Floats:
    """(h, w, 2) where a full turn moves things: most in the middle, outline stays."""
    out = np.clip(1 - ((x - MIDDLE) / (_TURN + 6)) ** 2, 0, 1)
    face = np.clip((y + 10) / 50, 0, 1) * np.clip((188 - y) / 24, 0, 1)
    along = _TURN * out * face
    return np.dstack([along, np.zeros_like(along)]).astype(np.float32)


def _nod_field(x: Floats, y: Floats) -> Floats:
    out = np.clip(1 - ((x - MIDDLE) / 60) ** 2, 0, 1)
    face = np.clip((y - 20) / 40, 0, 1) * np.clip((172 - y) / 40, 0, 1)
    along = 4.0 * out * face
    return np.dstack([np.zeros_like(along), along]).astype(np.float32)


def _lid_field(x: Floats, y: Floats) -> Floats:
    """Where shut lids have come down from: the skin above each eye."""
    along = np.zeros_like(x)
    for middle in (54.5, 105.5):
        near = np.exp(-(((x - middle) / 12) ** 4) - ((y - 79) / 6) ** 2)
        along = along + 7.5 * near
    return np.dstack([np.zeros_like(along), along]).astype(np.float32)


def _reach(
    move: npt.NDArray[np.float64], shape: tuple[int, ...], width: int, height: int
) -> tuple[int, int, int, int]:
    """The part of a tile (left, top, right, bottom) that the moved head covers."""
    h, w = shape[:2]
    corners = np.array([(0, 0, 1), (w, 0, 1), (w, h, 1), (0, h, 1)]) @ move.T
    low = np.floor(corners.min(0)).astype(int)
    high = np.ceil(corners.max(0)).astype(int) + 1
    left, top = max(int(low[0]), 0), max(int(low[1]), 0)
    return left, top, min(int(high[0]), width), min(int(high[1]), height)

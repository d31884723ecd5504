"""The tutorials' changes to a picture: flipped, sheared, zoomed, turned."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

Pictures = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Changes:
    """How far pictures are changed while a network learns.

    Attributes:
        flip: whether every second picture is mirrored.
        shear: largest slant, pixels across for each pixel down, either way.
        zoom: largest change of scale, share either way.
        rotate: largest turn, degrees either way.
        damage: whether faces are treated as a call treats them first
            (`models.training.augment`): grey, 48 pixels.
    """

    flip: bool = True
    shear: float = 0.0
    zoom: float = 0.0
    rotate: float = 0.0
    damage: bool = False

    @property
    def moves(self) -> bool:
        """Whether anything but mirroring is asked for."""
        return bool(self.shear or self.zoom or self.rotate)


def change(pictures: Pictures, rng: np.random.Generator, by: Changes) -> Pictures:
    """Changed copies of pictures; what comes in from outside repeats the edge.

    Args:
        pictures: (n, h, w, 3) uint8.
        rng: where chance comes from.
        by: how far.

    Returns:
        (n, h, w, 3) uint8.
    """
    changed = np.empty_like(pictures)
    for i, picture in enumerate(pictures):
        mirrored = bool(rng.random() < 0.5) and by.flip
        amounts = rng.uniform(-1, 1, 3)
        shown = np.ascontiguousarray(picture[:, ::-1] if mirrored else picture)
        changed[i] = _moved(shown, amounts, by) if by.moves else shown
    return changed


def _moved(
    picture: Pictures, amounts: npt.NDArray[np.float64], by: Changes
) -> Pictures:
    height, width = picture.shape[:2]
    slant, scale, turn = amounts * (by.shear, by.zoom, by.rotate)
    middle = np.array([(width - 1) / 2, (height - 1) / 2])
    linear = cv2.getRotationMatrix2D((0, 0), turn, 1 + scale)[:, :2]
    linear = linear @ np.array([[1, slant], [0, 1]])
    matrix = np.column_stack([linear, middle - linear @ middle])
    moved = cv2.warpAffine(
        picture,
        matrix,
        (width, height),
        flags=cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return np.asarray(moved, dtype=np.uint8)

"""Finds the faces of a scene again, and cuts them out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from models.training.datasets import Faces
from models.training.path.scene import Scene, pictures, sized
from monitor import detectors
from monitor.detectors.port import DetectorOptions
from monitor.emotion.preprocess import CROP_SIDE, align_batch
from monitor.emotion.reader import faces_camera, is_clear
from monitor.records import Box, Face, Image

Find: TypeAlias = Callable[[Image], Sequence[Face]]
"""The faces in a BGR picture, best first."""


class Found(NamedTuple):
    """What was found in one picture.

    Attributes:
        picture: BGR.
        faces: by their rows in the set that the scene shows.
        strays: finds that are no face of the set, or one found again.
    """

    picture: Image
    faces: dict[int, Face]
    strays: int


def finder() -> Find:
    """CenterFace as in a live class between two close looks.

    The same gallery has been seen once before.
    """

    def find(picture: Image) -> Sequence[Face]:
        # A new one each time: it remembers where faces stood in the last picture.
        engine = detectors.create("centerface", DetectorOptions(thorough=False))
        engine.detect(picture)
        return engine.detect(picture)

    return find


def found_in(
    images: npt.NDArray[np.uint8], scene: Scene, find: Find
) -> Iterator[Found]:
    """Shows faces in a scene's galleries and finds them there.

    Args:
        images: (n, 48, 48) uint8, grey.
        scene: the galleries.
        find: the face detector, see `finder`.
    """
    for rows, picture, squares in pictures(images, scene):
        faces: dict[int, Face] = {}
        strays = 0
        for face in find(picture):
            place = _place(face, squares)
            if place is None or rows.start + place in faces:
                strays += 1
            else:
                faces[rows.start + place] = face
        yield Found(picture, faces, strays)


def crops_through(
    faces: Faces, height: int, find: Find, codec: int | None = None
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.uint8], npt.NDArray[np.float64]]:
    """Faces as the reader gives them to a network, to calibrate it by height.

    Args:
        faces: to be set into galleries.
        height: of a pasted face in pixels, 8 to 166.
        find: the face detector, see `finder`.
        codec: JPEG quality that the galleries go through; None leaves them clean.

    Returns:
        (k,) the rows of ``faces`` that were found, well posed and clear, growing;
        (k, 48, 48) uint8 their crops; (k,) the heights of their boxes in pixels.
    """
    kept: dict[int, tuple[npt.NDArray[np.uint8], float]] = {}
    for found in found_in(faces.images, sized(height, codec), find):
        posed = {row: face for row, face in found.faces.items() if faces_camera(face)}
        cut = align_batch(found.picture, [face.landmarks for face in posed.values()])
        clear = is_clear(cut)
        kept |= {
            row: (crop, face.height)
            for (row, face), crop, well in zip(posed.items(), cut, clear, strict=True)
            if well
        }
    rows = sorted(kept)
    crops = np.array([kept[row][0] for row in rows], np.uint8)
    return (
        np.array(rows, np.int64),
        crops.reshape(-1, CROP_SIDE, CROP_SIDE),
        np.array([kept[row][1] for row in rows], np.float64),
    )


def _place(face: Face, squares: Sequence[Box]) -> int | None:
    """Which square holds the middle of a face; None if none does."""
    x, y = (face.xyxy[0] + face.xyxy[2]) / 2, (face.xyxy[1] + face.xyxy[3]) / 2
    for place, (left, top, right, bottom) in enumerate(squares):
        if left <= x < right and top <= y < bottom:
            return place
    return None

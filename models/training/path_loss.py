"""What is lost between a face in a gallery and the face that the network reads.

Faces of FER2013 are enlarged, set into a large grey picture, found there by the same
detector and cropped by the same code that the agent uses; the answers are compared
with those on the very same faces read directly.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from models.training.datasets import Faces
from monitor import detectors
from monitor.detectors.port import DetectorOptions
from monitor.emotion.network import Network
from monitor.emotion.preprocess import align
from monitor.records import Image

Landmarks = npt.NDArray[np.float64]
Find = Callable[[Image], Sequence[Landmarks]]
"""Five landmarks (5, 2) of each face in a BGR picture."""

GROUND = 96
GAP = 60
COLUMNS, ROWS = 6, 4


@dataclass(frozen=True, slots=True)
class PathLoss:
    """What the way through the gallery costs.

    Attributes:
        faces: set into pictures.
        found: share of them that the detector found.
        direct: accuracy on the found faces, read directly.
        through: accuracy on the found faces, read through the gallery.
    """

    faces: int
    found: float
    direct: float
    through: float

    @property
    def points(self) -> float:
        """The loss in percentage points; below 0 the crop helps."""
        return round(100 * (self.direct - self.through), 2)


def path_loss(
    network: Network, faces: Faces, find: Find, height: int = 120
) -> PathLoss:
    """Measures the loss through the path.

    Args:
        network: the file that the agent runs.
        faces: which faces; a few hundred.
        find: the face detector.
        height: of a pasted face, in pixels.
    """
    crops: dict[int, npt.NDArray[np.uint8]] = {}
    for start in range(0, len(faces), COLUMNS * ROWS):
        tiles = faces.images[start : start + COLUMNS * ROWS]
        picture = gallery(tiles, height)
        for landmarks in find(picture):
            tile = _tile_of(landmarks, height)
            if tile is not None and tile < len(tiles):
                crops[start + tile] = align(picture, landmarks)
    rows = np.array(sorted(crops), dtype=int)
    seen = np.stack([crops[row] for row in rows])
    return PathLoss(
        faces=len(faces),
        found=round(len(rows) / len(faces), 4),
        direct=_accuracy(network, faces.images[rows], faces.labels[rows]),
        through=_accuracy(network, seen, faces.labels[rows]),
    )


def gallery(tiles: npt.NDArray[np.uint8], height: int) -> Image:
    """Faces (n, 48, 48) uint8, n up to 24, enlarged on a grey ground: BGR."""
    pitch = height + GAP
    grey = np.full((ROWS * pitch + GAP, COLUMNS * pitch + GAP), GROUND, np.uint8)
    for i, tile in enumerate(tiles):
        top, left = GAP + i // COLUMNS * pitch, GAP + i % COLUMNS * pitch
        grey[top : top + height, left : left + height] = cv2.resize(
            tile, (height, height), interpolation=cv2.INTER_CUBIC
        )
    return np.asarray(cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR), dtype=np.uint8)


def centerface() -> Find:
    """The detector that the agent uses, at full scale."""
    engine = detectors.create("centerface", DetectorOptions())

    def find(picture: Image) -> list[Landmarks]:
        return [
            np.asarray(face.landmarks, dtype=np.float64)
            for face in engine.detect(picture)
        ]

    return find


def _tile_of(landmarks: Landmarks, height: int) -> int | None:
    """Which tile a face stands in; None between the tiles."""
    pitch = height + GAP
    x, y = landmarks.mean(0) - GAP
    column, row = int(x // pitch), int(y // pitch)
    inside = x % pitch < height and y % pitch < height
    if not inside or not (0 <= column < COLUMNS and 0 <= row < ROWS):
        return None
    return row * COLUMNS + column


def _accuracy(
    network: Network,
    images: npt.NDArray[np.uint8],
    labels: npt.NDArray[np.int64],
) -> float:
    return round(float((network.classify(images).argmax(1) == labels).mean()), 4)

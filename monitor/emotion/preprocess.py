"""Cuts a face out of a picture the way that the network learned faces.

Training and serving import this file, so that both crop alike. In FER2013's own frame
the five landmarks stand, on average over its faces, at `CANONICAL_LANDMARKS`; a crop
turns, scales and moves the face until its own five stand there as nearly as possible.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

from monitor.records import Image

Points = npt.NDArray[np.float64]
Crop = npt.NDArray[np.uint8]
Landmarks = Sequence[tuple[float, float]] | Points

CROP_SIDE = 48
"""Height and width of a crop in pixels."""

# The two eyes stand at different heights on purpose: these are measured averages.
CANONICAL_LANDMARKS = (
    (0.321, 0.389),
    (0.678, 0.373),
    (0.502, 0.579),
    (0.364, 0.757),
    (0.665, 0.743),
)
"""Left eye, right eye, nose, left and right mouth corner (as the viewer sees them), as
shares of the crop's width and height."""


def similarity(source: Points, target: Points) -> npt.NDArray[np.float64]:
    """The turn, scale and shift that brings points nearest to others.

    Least squares in closed form (Umeyama 1991, in two dimensions, without mirroring).

    Args:
        source: (k, 2) x, y.
        target: (k, 2) x, y.

    Returns:
        (2, 3) matrix M with ``target ~ source @ M[:, :2].T + M[:, 2]``. When all
        source points coincide the scale is 0.
    """
    middle, goal = source.mean(0), target.mean(0)
    s, t = source - middle, target - goal
    spread = float((s**2).sum())
    along = float((s * t).sum())
    across = float((s[:, 0] * t[:, 1] - s[:, 1] * t[:, 0]).sum())
    a, b = (along / spread, across / spread) if spread > 0 else (0.0, 0.0)
    turn = np.array([[a, -b], [b, a]])
    return np.hstack([turn, (goal - turn @ middle)[:, None]])


def canonical_points(side: int = CROP_SIDE) -> Points:
    """(5, 2) `CANONICAL_LANDMARKS` in pixels of a crop of ``side`` pixels.

    Coordinates count from the centre of the first pixel, as OpenCV's do.
    """
    return np.asarray(CANONICAL_LANDMARKS, dtype=np.float64) * side - 0.5


def align(
    image: Image, landmarks: Landmarks, size: int = CROP_SIDE, colour: bool = False
) -> Crop:
    """The face at ``landmarks`` as a network wants it.

    Args:
        image: BGR, (H, W, 3) uint8.
        landmarks: five points x, y in pixels of ``image``, in the order of
            `CANONICAL_LANDMARKS`.
        size: side of the crop in pixels.
        colour: for a network that was taught in colour.

    Returns:
        (size, size) uint8, grey, or (size, size, 3) uint8, RGB. What lies outside the
        picture repeats its edge.

    Raises:
        ValueError: the five points coincide.
    """
    points = np.asarray(landmarks, dtype=np.float64)
    goal = canonical_points(size)
    matrix = similarity(points, goal)
    scale = float(np.hypot(*matrix[:, 0]))
    if not scale > 0:
        raise ValueError(f"expected five different landmarks, got {points.tolist()}")
    patch, corner = _surroundings(image, matrix, size)
    wanted = cv2.COLOR_BGR2RGB if colour else cv2.COLOR_BGR2GRAY
    face = np.asarray(cv2.cvtColor(patch, wanted), dtype=np.uint8)
    face, ratio = _shrunk(face, scale)
    # Pixels are counted from the centre of the first one, before and after shrinking.
    moved = (points - corner + 0.5) * ratio - 0.5
    crop = cv2.warpAffine(
        face,
        similarity(moved, goal),
        (size, size),
        flags=cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return np.asarray(crop, dtype=np.uint8)


def align_batch(
    image: Image,
    faces: Sequence[Landmarks],
    size: int = CROP_SIDE,
    colour: bool = False,
) -> Crop:
    """`align` for several faces of one picture.

    Args:
        image: BGR, (H, W, 3) uint8.
        faces: n times five points x, y.
        size: side of a crop in pixels.
        colour: for a network that was taught in colour.

    Returns:
        (n, size, size) uint8, grey, or (n, size, size, 3) uint8, RGB; n may be 0.
    """
    shape = (size, size, 3) if colour else (size, size)
    crops = np.empty((len(faces), *shape), np.uint8)
    for crop, landmarks in zip(crops, faces, strict=True):
        crop[:] = align(image, landmarks, size, colour)
    return crops


def _surroundings(
    image: Image, matrix: npt.NDArray[np.float64], size: int
) -> tuple[Image, Points]:
    """The part of the picture that the crop shows, and its corner (x, y).

    Greying and shrinking a face's surroundings instead of a whole gallery is what
    keeps a sample of 25 faces cheap.
    """
    height, width = image.shape[:2]
    corners = np.array([(0, 0), (size, 0), (size, size), (0, size)], dtype=np.float64)
    back = (corners - matrix[:, 2]) @ np.linalg.inv(matrix[:, :2]).T
    # One crop pixel more on each side: the averaging of areas looks at neighbours.
    margin = 2 + 1 / float(np.hypot(*matrix[:, 0]))
    last = (width - 1, height - 1)
    low = np.clip(np.floor(back.min(0) - margin), 0, last).astype(int)
    high = np.clip(np.ceil(back.max(0) + margin), low + 1, (width, height)).astype(int)
    patch = image[low[1] : high[1], low[0] : high[0]]
    return np.ascontiguousarray(patch), low.astype(np.float64)


def _shrunk(face: Crop, scale: float) -> tuple[Crop, Points]:
    """The patch brought near the crop's scale by averaging areas.

    Bilinear warping looks at four pixels only: a face much larger than the crop would
    be sampled with gaps, and pores and codec noise would alias into expression.

    Returns:
        The patch, and by how much it was shrunk (x, y).
    """
    if scale <= 0 or scale > 0.75:
        return face, np.ones(2)
    height, width = face.shape[:2]
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    small = cv2.resize(face, size, interpolation=cv2.INTER_AREA)
    ratio = np.array([size[0] / width, size[1] / height])
    return np.asarray(small, dtype=np.uint8), ratio

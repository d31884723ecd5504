"""What a call does to a face, done to the faces that the network learns from.

FER2013's faces are cut more or less alike; a gallery's are smaller, badly lit and
damaged by the video codec, and the five landmarks that place the crop are some pixels
off. Each damage below stands for one of those.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

Face = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Damage:
    """How strongly and how often faces are changed.

    Attributes:
        turn: largest rotation, degrees either way.
        zoom: largest change of scale, share either way.
        shift: largest displacement, share of the side.
        light: largest change of brightness and contrast, share of the range.
        small: share of faces shrunk to `small_sides` pixels and enlarged again.
        codec: share of faces through JPEG at `codec_quality`.
        blur: share of faces blurred.
        erase: share of faces with a rectangle covered (hand, hair, label).
    """

    turn: float = 10.0
    zoom: float = 0.12
    shift: float = 0.08
    light: float = 0.2
    small: float = 0.2
    small_sides: tuple[int, int] = (16, 40)
    codec: float = 0.15
    codec_quality: tuple[int, int] = (15, 70)
    blur: float = 0.05
    erase: float = 0.25


MILD = Damage(
    turn=4.0, zoom=0.05, shift=0.04, light=0.1, small=0.1, codec=0.07, blur=0.02
)
"""For a network that has seen worse: nearer to faces as they are (`NOTES.md`)."""


def augment(
    images: npt.NDArray[np.uint8],
    rng: np.random.Generator,
    damage: Damage = Damage(),
    flip: bool = True,
) -> npt.NDArray[np.uint8]:
    """Changed copies of faces.

    Args:
        images: (n, 48, 48) uint8, grey.
        rng: where chance comes from.
        damage: how strongly and how often.
        flip: whether every second face is mirrored.

    Returns:
        (n, 48, 48) uint8.
    """
    changed = np.empty_like(images)
    for i, image in enumerate(images):
        face = _place(image, rng, damage, flip)
        face = _light(face, rng, damage)
        changed[i] = _degrade(face, rng, damage)
    return changed


def _place(image: Face, rng: np.random.Generator, damage: Damage, flip: bool) -> Face:
    side = image.shape[0]
    turn, zoom, dx, dy = rng.uniform(-1, 1, 4)
    middle = (side - 1) / 2
    matrix = cv2.getRotationMatrix2D(
        (middle, middle), turn * damage.turn, 1 + zoom * damage.zoom
    )
    matrix[:, 2] += (dx * damage.shift * side, dy * damage.shift * side)
    if rng.random() < 0.5 and flip:
        image = np.ascontiguousarray(image[:, ::-1])
    placed = cv2.warpAffine(
        image,
        matrix,
        (side, side),
        flags=cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return np.asarray(placed, dtype=np.uint8)


def _light(image: Face, rng: np.random.Generator, damage: Damage) -> Face:
    gamma, contrast, bright = np.exp(damage.light * rng.uniform(-1, 1, 3))
    curve = np.linspace(0, 1, 256) ** gamma
    curve = (curve - 0.5) * contrast + 0.5 * bright
    table = np.clip(255 * curve, 0, 255).astype(np.uint8)
    return np.asarray(table[image], dtype=np.uint8)


def _degrade(image: Face, rng: np.random.Generator, damage: Damage) -> Face:
    side = image.shape[0]
    small, codec, blur, erase = rng.random(4)
    face: npt.NDArray[np.uint8] = image
    if blur < damage.blur:
        face = _uint8(cv2.GaussianBlur(face, (0, 0), float(rng.uniform(0.5, 1.3))))
    if small < damage.small:
        size = int(rng.integers(*damage.small_sides))
        face = _uint8(cv2.resize(face, (size, size), interpolation=cv2.INTER_AREA))
        face = _uint8(cv2.resize(face, (side, side), interpolation=cv2.INTER_LINEAR))
    if codec < damage.codec:
        quality = int(rng.integers(*damage.codec_quality))
        _, packed = cv2.imencode(".jpg", face, [cv2.IMWRITE_JPEG_QUALITY, quality])
        face = _uint8(cv2.imdecode(packed, cv2.IMREAD_GRAYSCALE))
    if erase < damage.erase:
        height, width = rng.integers(side // 8, side // 2, 2)
        top, left = rng.integers(0, side - height), rng.integers(0, side - width)
        face = face.copy()
        face[top : top + height, left : left + width] = rng.integers(0, 256)
    return face


def _uint8(image: object) -> Face:
    return np.asarray(image, dtype=np.uint8)


def lay_over(
    faces: npt.NDArray[np.float32], rng: np.random.Generator, mixup: float
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.int64], float]:
    """Each face with another of the batch laid over it (mixup).

    Args:
        faces: (n, ...) float32.
        rng: where chance comes from.
        mixup: parameter of the beta distribution that the share is drawn from.

    Returns:
        The mixed faces, the positions of the others, and the share of the first.
    """
    share = float(rng.beta(mixup, mixup))
    other = rng.permutation(len(faces))
    return share * faces + (1 - share) * faces[other], other, share

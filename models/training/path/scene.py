"""Galleries of a call whose students show the faces of a labelled set.

FER2013's faces are squares cut tightly around the face. Set into a tile as they are,
their hard edges lie in the crop that the network is given. So a head, shoulders and a
wall are painted around each: the face's own edge pixels run on for a few pixels, more
and more blurred, into a dark oval. Measured with CenterFace on faces that no network
learned from, in tiles of 1080p (200 to 300 faces, good to about 2 points):

    around the face                     found at 83 px     at 40 px
    nothing: a square on grey           98%                88%
    its edge pixels, fading far out     76%                51%
    head and shoulders, dark wall       96%                91%
    head and shoulders, light wall      96%                94%

The outline of a head is what the detector goes by. A real head shows it better yet:
of real portraits in such galleries all are found (`monitor.detectors.centerface`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

import cv2
import numpy as np
import numpy.typing as npt

from monitor.records import Box, Image

Grey: TypeAlias = npt.NDArray[np.uint8]
Floats: TypeAlias = npt.NDArray[np.float32]

WIDTH, HEIGHT, GAP = 1920, 1080, 6
"""Of the picture, and between its tiles, in pixels."""

GROUND, WALL = 26, 140
"""Grey levels between the tiles and behind the people."""

NATURAL = 0.4
"""Height of a face as a share of its tile's. In portraits that show the shoulders it
is 0.3 (median of 20); people sit nearer to the camera of a laptop."""

_BLUR, _RUN_ON = 0.12, 0.15
"""In sides of the face: how far the face's edge pixels are blurred, and run on."""


@dataclass(frozen=True, slots=True)
class Scene:
    """One kind of gallery, 1920 x 1080 pixels.

    Attributes:
        name: for tables.
        columns: as many rows; tiles are 16:9.
        height: of a face as it is pasted, in pixels. The box that CenterFace draws
            around it is some 5% higher (median 33.4 for 32; it differs by a sixth
            either way), and it is the box's height that a network's file speaks of.
        quality: of the JPEG that the whole picture goes through, in 1..100; None
            leaves it as it is. It stands for what a video codec does.
    """

    name: str
    columns: int
    height: int
    quality: int | None = None

    def __post_init__(self) -> None:
        if not 8 <= self.height <= 0.8 * self.tile_wh[1]:
            raise ValueError(
                f"expected a face of 8 to {0.8 * self.tile_wh[1]:.0f} pixels for a "
                f"tile of {self.tile_wh[1]}, got {self.height}"
            )

    @property
    def tile_wh(self) -> tuple[int, int]:
        """Width and height of a tile in pixels."""
        high = min(
            (HEIGHT - GAP) / self.columns - GAP,
            ((WIDTH - GAP) / self.columns - GAP) * 9 / 16,
        )
        return round(high * 16 / 9), int(high)

    @property
    def faces(self) -> int:
        """How many one picture holds."""
        return self.columns**2


def call(columns: int, quality: int | None = None) -> Scene:
    """A gallery as people see it: faces of a natural size fill its tiles."""
    high = Scene("", columns, 8).tile_wh[1]
    name = f"{columns**2} tiles"
    return Scene(_damaged(name, quality), columns, round(NATURAL * high), quality)


def sized(height: int, quality: int | None = None) -> Scene:
    """A gallery whose faces have this height: of 100 tiles, or of 25 if large."""
    columns = 10 if height <= 60 else 5
    return Scene(_damaged(f"{height} px", quality), columns, height, quality)


def _damaged(name: str, quality: int | None) -> str:
    return name if quality is None else f"{name}, JPEG {quality}"


CODEC = 50
"""The JPEG quality that stands for a call's damage."""

CALLS = (call(5), call(7, CODEC))
SIZES = tuple(
    sized(height, quality) for height in (20, 32, 48, 96) for quality in (None, CODEC)
)
SCENES = (*CALLS, *SIZES)
"""What the model's card reports."""


def pictures(
    images: Grey, scene: Scene
) -> Iterator[tuple[slice, Image, tuple[Box, ...]]]:
    """Galleries that show each face once.

    Args:
        images: (n, h, h) uint8, grey, cut as FER2013's are.
        scene: what they look like.

    Yields:
        Which faces stand in the picture, the picture (BGR), and each one's square
        (xyxy, in its pixels).
    """
    for start in range(0, len(images), scene.faces):
        rows = slice(start, min(start + scene.faces, len(images)))
        picture = np.full((HEIGHT, WIDTH), GROUND, np.uint8)
        squares = []
        for place, image in enumerate(images[rows]):
            x, y = _corner(scene, place)
            tile, (left, top) = person(image, scene.tile_wh, scene.height)
            picture[y : y + tile.shape[0], x : x + tile.shape[1]] = tile
            side = scene.height
            squares.append((x + left, y + top, x + left + side, y + top + side))
        yield rows, _through_codec(picture, scene.quality), tuple(squares)


def person(
    image: Grey, tile_wh: tuple[int, int], side: int
) -> tuple[Grey, tuple[int, int]]:
    """A tile that shows somebody with this face, and the face's corner (x, y) in it.

    Args:
        image: (h, h) uint8, grey.
        tile_wh: width and height of the tile in pixels.
        side: height and width of the face in the tile, in pixels.
    """
    wide, high = tile_wh
    # A face stands a little above a tile's middle.
    left, top = wide // 2 - side // 2, int(0.46 * high) - side // 2
    shrinks = side < image.shape[0]
    face = cv2.resize(
        image,
        (side, side),
        interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC,
    )
    far = _distance(tile_wh, (left, top), side)
    edge = (top, high - top - side, left, wide - left - side)
    run_on = cv2.copyMakeBorder(face, *edge, cv2.BORDER_REPLICATE)
    whole = np.asarray(run_on, dtype=np.float32)
    blurred = cv2.GaussianBlur(whole, (0, 0), _BLUR * side)
    around = _mixed(whole, np.asarray(blurred, np.float32), np.clip(far / _BLUR, 0, 1))
    body = _body(tile_wh, (left + side / 2, top + side / 2), side, float(face.mean()))
    tile = _mixed(around, body, np.clip(far / _RUN_ON, 0, 1))
    return np.asarray(np.clip(np.rint(tile), 0, 255), dtype=np.uint8), (left, top)


def _corner(scene: Scene, place: int) -> tuple[int, int]:
    """Upper left corner (x, y) of a tile; the gallery stands in the middle."""
    pitch = np.add(scene.tile_wh, GAP)
    margin = (np.array((WIDTH, HEIGHT)) - scene.columns * pitch + GAP) // 2
    row, column = divmod(place, scene.columns)
    x, y = margin + pitch * (column, row)
    return int(x), int(y)


def _distance(tile_wh: tuple[int, int], corner: tuple[int, int], side: int) -> Floats:
    """(h, w) how far each pixel lies outside the face, in sides of the face."""
    out = [
        np.maximum(0, np.maximum(low - np.arange(size), np.arange(size) - low - side))
        for size, low in zip(tile_wh, corner, strict=True)
    ]
    return np.asarray(np.hypot(out[0][None, :], out[1][:, None]) / side, np.float32)


def _body(
    tile_wh: tuple[int, int], middle: tuple[float, float], side: int, light: float
) -> Floats:
    """(h, w) a wall, dark shoulders and a dark head where the face will be."""
    x, y = middle
    scene = np.full(tile_wh[::-1], WALL, np.float32)
    shoulders = _oval(tile_wh, (x, y + 1.5 * side), (1.1 * side, 1.05 * side), side)
    # Below their broadest line they go on down to the tile's edge.
    shoulders = np.maximum.accumulate(shoulders, axis=0)
    head = _oval(tile_wh, (x, y - 0.05 * side), (0.66 * side, 0.78 * side), side)
    scene = _mixed(scene, np.float32(0.36 * light), shoulders)
    return _mixed(scene, np.float32(0.45 * light), head)


def _oval(
    tile_wh: tuple[int, int],
    middle: tuple[float, float],
    radii: tuple[float, float],
    side: int,
) -> Floats:
    """(h, w) 1 inside an oval, 0 outside, with a soft edge of 0.06 sides."""
    across, down = (
        (np.arange(size, dtype=np.float32) - centre) / radius
        for size, centre, radius in zip(tile_wh, middle, radii, strict=True)
    )
    inside = (1 - np.hypot(across[None, :], down[:, None])) * min(radii)
    return np.asarray(np.clip(inside / (0.06 * side) + 0.5, 0, 1), np.float32)


def _mixed(
    under: npt.NDArray[np.floating],
    over: npt.NDArray[np.floating] | np.float32,
    share: Floats,
) -> Floats:
    return np.asarray(under * (1 - share) + over * share, np.float32)


def _through_codec(grey: Grey, quality: int | None) -> Image:
    picture = np.asarray(cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR), dtype=np.uint8)
    if quality is None:
        return picture
    _, code = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return np.asarray(cv2.imdecode(code, cv2.IMREAD_COLOR), dtype=np.uint8)

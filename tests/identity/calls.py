"""Pictures of calls, drawn tile by tile, and where their parts stand.

The people are an oval on a room of soft shapes: what matters here is where the tiles
end. Their faces are given as a detector would give them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import cv2
import numpy as np

from monitor.boxes import as_array, iou
from monitor.records import Box, Face, Image

Colour = tuple[int, int, int]
Tile = tuple[int, int, int, int]
"""x1, y1, x2, y2."""

ZOOM, MEET, TEAMS = (0, 0, 0), (36, 33, 32), (31, 31, 31)
OFF = {ZOOM: (36, 36, 36), MEET: (67, 64, 60), TEAMS: (41, 41, 41)}
"""A tile with the camera off, on each ground."""


@dataclass(eq=False)
class Call:
    """A picture of a call that grows as parts are drawn on it.

    Attributes:
        image: BGR.
        tiles: drawn so far, xyxy.
        faces: of the people drawn so far.
        shared: the shared screen.
    """

    image: Image
    tiles: list[Box] = field(default_factory=list)
    faces: list[Face] = field(default_factory=list)
    shared: Box | None = None

    def found(self, tiles: Sequence[Box]) -> tuple[int, int]:
        """How many tiles were found (overlap 0.8 or more), and how many too many."""
        if not tiles:
            return 0, 0
        overlap = iou(as_array(self.tiles), as_array(tiles))
        return (
            int((overlap.max(axis=1) >= 0.8).sum()),
            int((overlap.max(axis=0) < 0.8).sum()),
        )


def empty(
    size: tuple[int, int] = (1920, 1080), ground: Colour = ZOOM, slope: float = 0
) -> Call:
    """A call without tiles; the ground gets lighter by ``slope`` levels across."""
    width, height = size
    image = np.full((height, width, 3), ground, np.float32)
    image += np.linspace(0, slope, width, dtype=np.float32)[None, :, None]
    return Call(np.clip(image, 0, 255).round().astype(np.uint8))


def places(count: int, area: Box, gap: float, columns: int | None = None) -> list[Tile]:
    """Tiles of 16:9 as large as fit into the area, xyxy; a short row is centred."""
    x1, y1, x2, y2 = area

    def wide(c: int) -> float:
        rows = math.ceil(count / c)
        high = (y2 - y1 - (rows - 1) * gap) / rows
        return min((x2 - x1 - (c - 1) * gap) / c, high * 16 / 9)

    columns = columns or max(range(1, count + 1), key=wide)
    w = int(wide(columns))
    h = int(w * 9 / 16)
    rows = math.ceil(count / columns)
    top = round((y1 + y2 - rows * h - (rows - 1) * gap) / 2)
    found = []
    for i in range(count):
        row, column = divmod(i, columns)
        here = min(columns, count - row * columns)
        left = (x1 + x2 - here * w - (here - 1) * gap) / 2
        x, y = round(left + column * (w + gap)), round(top + row * (h + gap))
        found.append((x, y, x + w, y + h))
    return found


def put(call: Call, tile: Tile, picture: Image, radius: int = 0) -> None:
    """Lay a picture on the call as a tile with round corners."""
    x1, y1, x2, y2 = tile
    place = call.image[y1:y2, x1:x2]
    if radius:
        mask = rounded(x2 - x1, y2 - y1, radius)[..., None]
        picture = (place + (picture.astype(np.float32) - place) * mask).astype(np.uint8)
    place[:] = picture
    call.tiles.append(tile)


def rounded(width: int, height: int, radius: int) -> np.typing.NDArray[np.float32]:
    """(height, width), 1 inside a rectangle with round corners."""
    mask = np.zeros((height, width), np.uint8)
    r = radius
    cv2.rectangle(mask, (r, 0), (width - r - 1, height - 1), 255, -1)
    cv2.rectangle(mask, (0, r), (width - 1, height - r - 1), 255, -1)
    for x in (r, width - r - 1):
        for y in (r, height - r - 1):
            cv2.circle(mask, (x, y), r, 255, -1, cv2.LINE_AA)
    return np.asarray(mask / 255, np.float32)


def person(call: Call, tile: Tile, seed: int, radius: int = 0) -> None:
    """A tile with somebody in a room."""
    x1, y1, x2, y2 = tile
    picture, face = somebody((x2 - x1, y2 - y1), seed)
    put(call, tile, picture, radius)
    call.faces.append(moved(face, x1, y1))


def somebody(
    size: tuple[int, int], seed: int, tall: float = 0.45
) -> tuple[Image, Face]:
    """A person in a room, and the face, ``tall`` of the height or nearly."""
    width, height = size
    random = np.random.default_rng(seed)
    picture = room(size, random)
    h = height * tall * random.uniform(0.8, 1.15)
    x = width * random.uniform(0.4, 0.6)
    y = height * random.uniform(0.4, 0.52)
    skin = tuple(int(v) for v in random.uniform((60, 80, 110), (170, 190, 230)))
    shirt = tuple(int(v) for v in random.uniform(10, 220, 3))
    hair = tuple(int(v) for v in random.uniform(8, 90, 3))
    middle = (round(x), round(y))
    cv2.ellipse(
        picture,
        (round(x), round(y + 1.5 * h)),
        (round(0.95 * h), round(h)),
        0,
        0,
        360,
        shirt,
        -1,
    )
    cv2.ellipse(
        picture,
        (round(x), round(y - 0.12 * h)),
        (round(0.46 * h), round(0.58 * h)),
        0,
        0,
        360,
        hair,
        -1,
    )
    cv2.ellipse(picture, middle, (round(0.38 * h), round(0.5 * h)), 0, 0, 360, skin, -1)
    for side in (-0.16, 0.16):
        cv2.circle(
            picture,
            (round(x + side * h), round(y - 0.08 * h)),
            max(round(0.04 * h), 1),
            (30, 30, 30),
            -1,
        )
    soft = np.asarray(cv2.GaussianBlur(picture, (3, 3), 0), np.uint8)
    return noisy(soft, seed), face_at(x, y, h)


def noisy(picture: Image, seed: int) -> Image:
    """The picture as a camera gives it."""
    cv2.setRNGSeed(seed)
    empty_noise = np.zeros(picture.shape, np.int16)
    noise = cv2.randn(empty_noise, np.zeros(3), np.full(3, 2.5))
    return np.asarray(cv2.add(picture, noise, dtype=cv2.CV_8U), np.uint8)


def room(size: tuple[int, int], random: np.random.Generator) -> Image:
    """Soft light on a wall, and some furniture."""
    width, height = size
    base = random.uniform(25, 225, 3)
    light = random.uniform(-40, 40, (3, 4, 3)).astype(np.float32)
    wall = cv2.resize(light, size, interpolation=cv2.INTER_CUBIC) + base
    picture = np.clip(wall, 0, 255).astype(np.uint8)
    for _ in range(random.integers(1, 6)):
        x, y = (
            int(random.uniform(-0.1, 0.9) * width),
            int(random.uniform(-0.1, 0.9) * height),
        )
        w, h = (
            int(random.uniform(0.05, 0.4) * width),
            int(random.uniform(0.1, 0.8) * height),
        )
        cv2.rectangle(
            picture, (x, y), (x + w, y + h), random.uniform(5, 250, 3).tolist(), -1
        )
    return picture


def face_at(x: float, y: float, height: float) -> Face:
    """A face whose middle is there, with plausible landmarks."""
    w = 0.76 * height
    spots = ((-0.2, -0.1), (0.2, -0.1), (0, 0.1), (-0.15, 0.27), (0.15, 0.27))
    marks = tuple((x + a * height, y + b * height) for a, b in spots)
    return Face((x - w / 2, y - height / 2, x + w / 2, y + height / 2), 0.9, marks)


def face_in(box: Sequence[float]) -> Face:
    """The face that fills a box."""
    x1, y1, x2, y2 = box
    return face_at((x1 + x2) / 2, (y1 + y2) / 2, y2 - y1)


def moved(face: Face, dx: float, dy: float) -> Face:
    x1, y1, x2, y2 = face.xyxy
    box = (x1 + dx, y1 + dy, x2 + dx, y2 + dy)
    return Face(box, face.score, tuple((x + dx, y + dy) for x, y in face.landmarks))


def camera_off(call: Call, tile: Tile, colour: Colour, radius: int = 0) -> None:
    """A tile without a picture: a name in its middle and one in its corner."""
    x1, y1, x2, y2 = tile
    picture = np.full((y2 - y1, x2 - x1, 3), colour, np.uint8)
    size = (y2 - y1) / 260
    for spot in ((0.3, 0.55), (0.03, 0.95)):
        at = (round((x2 - x1) * spot[0]), round((y2 - y1) * spot[1]))
        cv2.putText(
            picture,
            "Ana Ruiz",
            at,
            cv2.FONT_HERSHEY_SIMPLEX,
            size,
            (235, 235, 235),
            1,
            cv2.LINE_AA,
        )
    put(call, tile, picture, radius)


def letterboxed(
    call: Call,
    tile: Tile,
    seed: int,
    aspect: float,
    bars: Colour = (0, 0, 0),
) -> None:
    """A tile whose picture has another shape, with bars beside it."""
    x1, y1, x2, y2 = tile
    w = min(round((y2 - y1) * aspect), x2 - x1)
    left = (x2 - x1 - w) // 2
    inner, face = somebody((w, y2 - y1), seed, 0.3)
    picture = np.full((y2 - y1, x2 - x1, 3), bars, np.uint8)
    picture[:, left : left + w] = inner
    put(call, tile, picture)
    call.faces.append(moved(face, x1 + left, y1))


def slide(call: Call, box: Tile, ground: Colour = (250, 250, 250)) -> None:
    """A shared screen: lines of text and a drawing."""
    x1, y1, x2, y2 = box
    part = call.image[y1:y2, x1:x2]
    part[:] = ground
    ink = (20, 20, 20) if sum(ground) > 380 else (225, 225, 225)
    h, w = part.shape[:2]
    for i in range(7):
        cv2.putText(
            part,
            "The slope of a curve at a point",
            (w // 14, h * (i + 2) // 10),
            cv2.FONT_HERSHEY_SIMPLEX,
            h / 900,
            ink,
            2,
            cv2.LINE_AA,
        )
    cv2.rectangle(
        part, (w * 6 // 10, h // 4), (w * 9 // 10, h * 7 // 10), (200, 120, 40), 3
    )
    call.shared = box


def speaks(
    call: Call, tile: Box, colour: Colour = (58, 230, 190), thick: int = 4
) -> None:
    """The active speaker's border inside a tile."""
    x1, y1, x2, y2 = (round(v) for v in tile)
    half = thick // 2
    cv2.rectangle(
        call.image,
        (x1 + half, y1 + half),
        (x2 - 1 - half, y2 - 1 - half),
        colour,
        thick,
    )


def through_codec(call: Call, quality: int = 80) -> Call:
    """The call as a recording shows it."""
    _, code = cv2.imencode(".jpg", call.image, [cv2.IMWRITE_JPEG_QUALITY, quality])
    call.image = np.asarray(cv2.imdecode(code, cv2.IMREAD_COLOR), np.uint8)
    return call


def resized(call: Call, size: tuple[int, int], how: int = cv2.INTER_CUBIC) -> Call:
    """The call as a smaller or larger picture."""
    height, width = call.image.shape[:2]
    sx, sy = size[0] / width, size[1] / height

    def box(b: Box) -> Box:
        return b[0] * sx, b[1] * sy, b[2] * sx, b[3] * sy

    faces = [
        Face(box(f.xyxy), f.score, tuple((x * sx, y * sy) for x, y in f.landmarks))
        for f in call.faces
    ]
    image = np.asarray(cv2.resize(call.image, size, interpolation=how), np.uint8)
    shared = None if call.shared is None else box(call.shared)
    return Call(image, [box(tile) for tile in call.tiles], faces, shared)


def photograph(call: Call, box: Tile, seed: int) -> None:
    """Somebody's portrait on a slide: a face, but no tile."""
    tiles = list(call.tiles)
    person(call, box, seed)
    call.tiles[:] = tiles


def inset(call: Call, size: tuple[int, int], corner: tuple[int, int]) -> Call:
    """The call in a window with a title on a desktop of that size."""
    random = np.random.default_rng(3)
    (x, y), (high, wide) = corner, call.image.shape[:2]
    colours = random.uniform(0, 255, (6, 9, 3)).astype(np.uint8)
    desktop = cv2.resize(colours, size, interpolation=cv2.INTER_CUBIC)
    desktop[y - 30 : y, x : x + wide] = 60
    desktop[y : y + high, x : x + wide] = call.image
    tiles = [(a + x, b + y, c + x, d + y) for a, b, c, d in call.tiles]
    faces = [moved(face, x, y) for face in call.faces]
    return Call(np.asarray(desktop, np.uint8), list(tiles), faces)


def classroom(size: tuple[int, int], seed: int) -> Call:
    """A room with three rows of people, as a camera in it sees them."""
    random = np.random.default_rng(seed)
    call = Call(room(size, random))
    for place in range(18):
        w = int(random.uniform(60, 90))
        x = int(200 + place % 6 * 280 + random.uniform(-60, 60))
        y = int(250 + place // 6 * 260 + random.uniform(-40, 40))
        picture, face = somebody((2 * w, 2 * w), 50 * seed + place)
        spot = call.image[y : y + 2 * w, x : x + 2 * w]
        if random.random() < 0.2 or spot.shape != picture.shape:
            continue
        mask = np.zeros(picture.shape[:2], np.uint8)
        axes = (round(0.7 * w), round(0.95 * w))
        cv2.ellipse(mask, (w, w), axes, 0, 0, 360, 255, -1)
        spot[mask > 0] = picture[mask > 0]
        call.faces.append(moved(face, x, y))
    call.image = noisy(call.image, seed)
    return through_codec(call)


def scattered(size: tuple[int, int], seed: int, ground: Colour) -> Call:
    """Portraits here and there on a ground."""
    random = np.random.default_rng(seed)
    call = empty(size, ground)
    spots: list[tuple[int, int]] = []
    for i in range(40):
        w = int(random.uniform(120, 260)) if seed % 2 else 200
        x = int(random.uniform(0, size[0] - w))
        y = int(random.uniform(0, size[1] - 1.25 * w))
        if not any(abs(x - a) < 280 and abs(y - b) < 340 for a, b in spots):
            spots.append((x, y))
            photograph(call, (x, y, x + w, y + int(1.25 * w)), i + 40 * seed)
    return call

"""A call put together: the tiles of one gallery, and the stage beside them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from monitor.boxes import Floats, area, centres, covered, held
from monitor.identity import lattice
from monitor.identity.edges import halves
from monitor.identity.ground import Ground, rectangles
from monitor.identity.stage import is_shared, leftover

Bools = npt.NDArray[np.bool_]

_CLEAN = 0.9
"""Share of a rectangle's surroundings that is ground, on every side."""

_ROUND = 3
"""Pixels round a rectangle, one line of which has to be ground."""

_EDGE = 0.5
"""Share of a rectangle's border that is not ground, on three sides at least."""

_STAGE = 2.5
"""A stage, a speaker or a shared screen, is this many times larger than a tile."""

_ALONE = 0.06
"""Share of the picture that a tile which stands alone covers at least."""


class Parts(NamedTuple):
    """What was found of a call, in pixels of the smaller picture.

    Attributes:
        tiles: (n, 4) in no order.
        shared: (4,) the shared screen, None without one.
        score: how many faces it holds, and less than 1 for how regular it is.
    """

    tiles: Floats
    shared: Floats | None
    score: float

    def holds(self, faces: Floats) -> Bools:
        """Whether each face's middle lies in a part."""
        boxes = self.tiles
        if self.shared is not None:
            boxes = np.vstack([boxes, self.shared])
        return np.asarray(held(faces, boxes).any(axis=1))


def parts(ground: Ground, faces: Floats) -> Parts | None:
    """The call on one ground, None where nothing regular stands on it.

    Args:
        ground: the colour that may lie behind the tiles.
        faces: (n, 4) boxes in pixels of the smaller picture.
    """
    found = rectangles(ground.mask)
    if not len(found):
        return None
    clean = found[[_is_clean(ground, box) for box in found]]
    best: Parts | None = None
    for group in lattice.sizes(clean)[:4] if len(clean) else []:
        members = clean[group]
        layout = _gallery(ground, members, clean, found, faces)
        if layout is not None and (best is None or layout.score > best.score):
            best = layout
    return best


def _gallery(
    ground: Ground, members: Floats, clean: Floats, found: Floats, faces: Floats
) -> Parts | None:
    """The layout whose tiles are of the size of these rectangles."""
    tiles = _cells(ground, members, clean, found, faces)
    if tiles is None:
        return None
    shared: Floats | None = None
    stage = _stage(ground, tiles, clean)
    if stage is not None:
        if is_shared(ground.image, stage, faces):
            shared = stage
        else:
            tiles = np.vstack([tiles, stage])
    elif len(tiles) == 1 and not _stands_alone(ground, members[0]):
        return None
    inside = Parts(tiles, shared, 0.0).holds(faces)
    if len(faces) and inside.mean() < 0.5:
        return None
    score = float(inside.sum()) + 1 - 1 / len(members)
    return Parts(tiles, shared, score)


def _cells(
    ground: Ground, members: Floats, clean: Floats, found: Floats, faces: Floats
) -> Floats | None:
    """All tiles of the gallery to which these belong, None where it is none."""
    if len(members) == 1:
        # One rectangle may be anything, unless it shows a person.
        inside = int(held(faces, members).sum())
        if inside == 2:
            return halves(ground.image, members[0])
        return members if inside else None
    fitted = lattice.fit(members)
    if fitted is None:
        return None
    small = found[area(found) < 1.02 * area(members).mean()]
    grown = lattice.merged(fitted, clean, faces)
    members = np.concatenate([members, grown])
    return lattice.cells(
        fitted, members, np.vstack([small, faces]), lambda box: _filled(ground, box)
    )


def _stage(ground: Ground, tiles: Floats, clean: Floats) -> Floats | None:
    """The large rectangle beside the tiles."""
    least = _STAGE * area(tiles).mean()
    if len(clean):
        apart = covered(clean, tiles).max(axis=1) < 0.1
        large = clean[apart & (area(clean) >= least)]
        if len(large):
            return np.asarray(large[np.argmax(area(large))])
    if len(tiles) < 2 or not _is_strip(tiles):
        return None
    rest = leftover(ground.mask, tiles)
    return rest if rest is not None and area(rest[None])[0] >= least else None


def _stands_alone(ground: Ground, box: Floats) -> bool:
    """Whether one rectangle is a call of one: large, and not a picture between bars."""
    height, width = ground.mask.shape
    ends = (box[[0, 1]] <= 0).sum() + (box[[2, 3]] >= [width, height]).sum()
    return bool(area(box[None])[0] >= _ALONE * height * width and ends <= 1)


def _is_strip(tiles: Floats) -> bool:
    """Whether the tiles are one row, or one column."""
    middle, side = centres(tiles), tiles[:, 2:] - tiles[:, :2]
    return bool((np.ptp(middle, axis=0) < np.median(side, axis=0) / 2).any())


def _is_clean(ground: Ground, box: Floats) -> bool:
    """Whether it is a rectangle with ground on all four sides."""
    mask = ground.mask
    x1, y1, x2, y2 = (int(v) for v in box)
    outside = (
        mask[max(y1 - _ROUND, 0) : y1, x1:x2].mean(axis=1),
        mask[y2 : y2 + _ROUND, x1:x2].mean(axis=1),
        mask[y1:y2, max(x1 - _ROUND, 0) : x1].mean(axis=0),
        mask[y1:y2, x2 : x2 + _ROUND].mean(axis=0),
    )
    if not all(1 - side.min() / 255 >= _CLEAN for side in outside if side.size):
        return False
    if sum(not side.size for side in outside) > 2:
        return False  # The picture ends on three sides: it may be anything.
    deep = 3
    inside = (
        mask[y1 : y1 + deep, x1:x2].max(axis=0),
        mask[y2 - deep : y2, x1:x2].max(axis=0),
        mask[y1:y2, x1 : x1 + deep].max(axis=1),
        mask[y1:y2, x2 - deep : x2].max(axis=1),
    )
    filled = sorted(float(side.mean()) / 255 for side in inside)
    return filled[1] >= _EDGE and mask[y1:y2, x1:x2].mean() / 255 >= _EDGE


def _filled(ground: Ground, box: Floats) -> float:
    """The share of the box that is not ground; 0 when it leaves the picture."""
    height, width = ground.mask.shape
    x1, y1, x2, y2 = (round(float(value)) for value in box)
    if x1 < 0 or y1 < 0 or x2 > width or y2 > height:
        return 0.0
    return float(ground.mask[y1:y2, x1:x2].mean()) / 255

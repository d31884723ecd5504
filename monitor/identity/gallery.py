"""A call's parts put together: tiles that are one gallery, and the stage beside them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from monitor.boxes import Floats, area, covered, held
from monitor.identity import lattice
from monitor.identity.ground import Ground, rectangles
from monitor.identity.stage import is_shared, leftover

Bools = npt.NDArray[np.bool_]

_CLEAN = 0.9
"""Share of a rectangle's surroundings that is ground, on every side."""

_EDGE = 0.5
"""Share of a rectangle's border that is not ground, on three sides at least."""

_STAGE = 2.5
"""What is this many times larger than a tile is a stage: a speaker or a shared screen."""

_ALONE = 0.06
"""Share of the picture that a tile which stands alone covers at least."""


class Parts(NamedTuple):
    """What was found of a call, in pixels of the smaller picture.

    Attributes:
        tiles: (n, 4) in no order.
        shared: (4,) the shared screen, None without one.
        score: how well it explains the faces and the rectangles.
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
        layout = _gallery(ground, members, found, faces)
        if layout is not None and (best is None or layout.score > best.score):
            best = layout
    return best


def _gallery(
    ground: Ground, members: Floats, found: Floats, faces: Floats
) -> Parts | None:
    """The layout whose tiles are of the size of these rectangles."""
    height, width = ground.mask.shape
    if len(members) == 1:
        if area(members)[0] < _ALONE * height * width or not len(faces):
            return None
        tiles = members
    else:
        fitted = lattice.fit(members)
        if fitted is None:
            return None
        small = found[area(found) < 1.02 * area(members).mean()]
        tiles = lattice.cells(
            fitted,
            members,
            np.vstack([small, faces]),
            lambda box: _shows(ground, box),
        )
    stages = _stages(ground, tiles, found, faces)
    shared = next((box for box, is_slide in stages if is_slide), None)
    speakers = [box for box, is_slide in stages if not is_slide]
    tiles = np.vstack([tiles, *(box[None] for box in speakers)])
    inside = Parts(tiles, shared, 0.0).holds(faces)
    if len(faces) and inside.mean() < 0.5:
        return None
    if len(faces) and not held(faces, tiles).any() and len(members) < 2:
        return None
    score = float(inside.sum()) + 0.5 * len(members) / max(len(tiles), 1)
    return Parts(tiles, shared, score)


def _stages(
    ground: Ground, tiles: Floats, found: Floats, faces: Floats
) -> list[tuple[Floats, bool]]:
    """Large rectangles beside the tiles, and whether each is a slide."""
    least = _STAGE * area(tiles).mean()
    apart = covered(found, tiles).max(axis=1) < 0.1
    large = found[apart & (area(found) >= least)]
    large = large[[_is_clean(ground, box) for box in large]] if len(large) else large
    if not len(large):
        rest = leftover(ground.mask, tiles)
        if rest is None or area(rest[None])[0] < least:
            return []
        return [(rest, True)]
    largest = large[np.argmax(area(large))]
    return [(largest, is_shared(ground.image, largest, faces))]


def _is_clean(ground: Ground, box: Floats) -> bool:
    """Whether it is a rectangle with ground on all four sides."""
    mask = ground.mask
    x1, y1, x2, y2 = (int(v) for v in box)
    outside = (
        mask[max(y1 - 2, 0) : max(y1 - 1, 0), x1:x2],
        mask[y2 + 1 : y2 + 2, x1:x2],
        mask[y1:y2, max(x1 - 2, 0) : max(x1 - 1, 0)],
        mask[y1:y2, x2 + 1 : x2 + 2],
    )
    if not all(1 - side.mean() / 255 >= _CLEAN for side in outside if side.size):
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


def _shows(ground: Ground, box: Floats) -> bool:
    """Whether a tile can be seen in the box: darker or lighter than the ground, or
    with something on it.
    """
    height, width = ground.mask.shape
    x1, y1, x2, y2 = (round(float(v)) for v in box)
    if x1 < 0 or y1 < 0 or x2 > width or y2 > height:
        return False
    return float(ground.mask[y1:y2, x1:x2].mean()) / 255 > 0.5

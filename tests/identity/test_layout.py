from __future__ import annotations

import numpy as np
import pytest

from monitor.boxes import Floats
from monitor.identity.layout import Motion, assign, common_motion, reading_order


def grid(columns: int, rows: int) -> Floats:
    """Middles of 16:9 tiles 320 px wide, a little out of line as heads are."""
    rng = np.random.default_rng(3)
    tiles = [(160 + 320 * x, 90 + 180 * y) for y in range(rows) for x in range(columns)]
    return np.array(tiles, float) + rng.uniform(-15, 15, (columns * rows, 2))


def test_reading_order_is_row_by_row() -> None:
    points = np.array([[900, 108], [500, 130], [100, 120], [700, 300], [90, 310]])
    order = reading_order(points.astype(float), np.full(5, 60.0))
    assert order.tolist() == [2, 1, 0, 4, 3]


def test_reading_order_of_no_faces() -> None:
    assert reading_order(np.zeros((0, 2)), np.zeros(0)).tolist() == []


def test_the_sum_decides_and_not_the_nearest_first() -> None:
    # Nearest first would take (1, 0) at 0.1 and leave face 0 without a place.
    cost = np.array([[0.2, 2.0], [0.1, 0.3]])
    assert assign(cost) == [(0, 0), (1, 1)]


def test_two_poor_pairs_do_not_replace_a_perfect_one() -> None:
    cost = np.array([[0.9, 0.0], [3.0, 0.9]])
    assert assign(cost) == [(0, 1)]


@pytest.mark.parametrize("scale", [0.5, 0.9, 1.0, 1.6])
@pytest.mark.parametrize("unseen", [(), (0, 7), (1, 2, 3, 12)])
def test_a_moved_and_resized_gallery_is_recognised(
    scale: float, unseen: tuple[int, ...]
) -> None:
    old = grid(4, 4)
    moved = Motion(scale, np.array([333.0, -71.0]))
    new = np.delete(moved.of(old), unseen, axis=0)
    new += np.random.default_rng(1).uniform(-5, 5, new.shape) * scale
    found = common_motion(old, new, np.full(16, 60.0), np.full(len(new), 57 * scale))
    assert found is not None
    assert np.abs(found.of(old) - moved.of(old)).max() < 15 * scale


def test_strangers_in_the_gallery_do_not_hide_its_motion() -> None:
    old = grid(4, 4)
    new = np.vstack([old + np.array([150, 90]), [[1700, 900], [1800, 60]]])
    found = common_motion(old, new, np.full(16, 60.0), np.full(18, 60.0))
    assert found is not None
    assert found.scale == pytest.approx(1, abs=0.01)
    assert found.shift == pytest.approx((150, 90), abs=10)


def test_two_faces_fit_too_many_motions() -> None:
    old = grid(2, 1)
    assert common_motion(old, old + 400, np.full(2, 60.0), np.full(2, 60.0)) is None


def test_faces_in_new_places_are_no_motion() -> None:
    rng = np.random.default_rng(5)
    old, new = rng.uniform(0, 3000, (2, 12, 2))
    heights = np.full(12, 40.0)
    assert common_motion(old, new, heights, heights) is None

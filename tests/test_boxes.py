from __future__ import annotations

import numpy as np
from hypothesis import given, settings, strategies as st

from monitor import boxes
from monitor.boxes import as_array
from monitor.records import Box

SIDE = st.integers(1, 200)
PLACE = st.integers(-100, 400)
BOX = st.tuples(PLACE, PLACE, SIDE, SIDE).map(
    lambda b: (b[0], b[1], b[0] + b[2], b[1] + b[3])
)


def test_half_overlap() -> None:
    a, b = as_array([(0, 0, 10, 10)]), as_array([(5, 0, 15, 10)])
    assert boxes.intersection(a, b).tolist() == [[50]]
    assert boxes.iou(a, b).tolist() == [[50 / 150]]
    assert boxes.covered(a, b).tolist() == [[0.5]]


def test_centres_heights_and_clip() -> None:
    xyxy = as_array([(-4, 10, 16, 40)])
    assert boxes.centres(xyxy).tolist() == [[6, 25]]
    assert boxes.heights(xyxy).tolist() == [30]
    assert boxes.clip(xyxy, (12, 30)).tolist() == [[0, 10, 12, 30]]


def test_no_boxes() -> None:
    none = as_array([])
    assert none.shape == (0, 4)
    assert boxes.iou(none, as_array([(0, 0, 1, 1)])).shape == (0, 1)
    assert boxes.nms(none, np.array([])).tolist() == []


def test_empty_boxes_share_nothing() -> None:
    flat = as_array([(5, 5, 5, 5), (9, 9, 3, 3)])
    assert boxes.area(flat).tolist() == [0, 0]
    assert boxes.iou(flat, flat).tolist() == [[0, 0], [0, 0]]


def test_the_best_of_an_overlap_is_kept_best_first() -> None:
    xyxy = as_array([(0, 0, 10, 10), (1, 0, 11, 10), (50, 0, 60, 10)])
    assert boxes.nms(xyxy, np.array([0.6, 0.7, 0.9])).tolist() == [2, 1]


def test_a_box_within_a_better_one_goes() -> None:
    xyxy = as_array([(0, 0, 100, 100), (40, 40, 60, 60)])
    assert boxes.nms(xyxy, np.array([0.9, 0.8])).tolist() == [0]


@settings(deadline=None)
@given(st.lists(BOX, max_size=12), st.lists(BOX, max_size=12))
def test_iou_is_a_share_and_symmetric(a: list[Box], b: list[Box]) -> None:
    shares = boxes.iou(as_array(a), as_array(b))
    assert shares.shape == (len(a), len(b))
    assert ((shares >= 0) & (shares <= 1)).all()
    assert np.array_equal(shares, boxes.iou(as_array(b), as_array(a)).T)


@settings(deadline=None)
@given(st.lists(BOX, min_size=1, max_size=12))
def test_what_nms_keeps_does_not_overlap(found: list[Box]) -> None:
    xyxy = as_array(found)
    kept = boxes.nms(xyxy, np.linspace(1, 0.5, len(found)), 0.3)
    assert kept[0] == 0
    shares = boxes.iou(xyxy[kept], xyxy[kept])
    assert (shares[~np.eye(len(kept), dtype=bool)] <= 0.3).all()

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, strategies as st
from hypothesis.extra.numpy import arrays

from monitor.records import Status
from monitor.store.packing import COLUMNS, pack, to_units
from tests.builders import HAPPY, build_reading

weights = arrays(
    np.float64,
    st.tuples(st.integers(1, 20), st.just(7)),
    elements=st.floats(0, 1, allow_subnormal=False),
).filter(lambda a: bool((a.sum(axis=1) > 1e-6).all()))


@given(weights)
def test_units_sum_exactly_and_are_off_by_less_than_one(
    raw: np.ndarray[tuple[int, int], np.dtype[np.float64]],
) -> None:
    p = raw / raw.sum(axis=1, keepdims=True)
    units = to_units(p)
    assert (units.sum(axis=1) == 10_000).all()
    assert (units >= 0).all()
    assert np.abs(units - p * 10_000).max() < 1


@given(weights)
def test_units_round_trip(
    raw: np.ndarray[tuple[int, int], np.dtype[np.float64]],
) -> None:
    units = to_units(raw / raw.sum(axis=1, keepdims=True))
    assert (to_units(units / 10_000) == units).all()


def test_ties_go_to_the_first_of_the_largest_remainders() -> None:
    assert to_units([[1 / 7] * 7]).tolist() == [
        [1429, 1429, 1429, 1429, 1428, 1428, 1428]
    ]


def test_slightly_wrong_sums_and_tiny_negatives_are_mended() -> None:
    units = to_units([[-1e-5, 0, 0, 0.5, 0.5005, 0, 0]])
    assert units.sum() == 10_000
    assert units.min() == 0


def test_rows_follow_the_table_and_leave_unknown_empty() -> None:
    readings = [
        build_reading(2, None, xyxy=(-3.4, 7.5, 60.0, 80.0)),
        build_reading(1, HAPPY, facing=True),
    ]
    first, second = pack(readings, 40, {1: 7, 2: 9})
    row = dict(zip(COLUMNS, second, strict=True))
    assert first[:2] == (40, 7)
    assert row["status"] == tuple(Status).index(Status.UNREADABLE)
    assert row["happy"] is None
    assert row["facing"] is None
    assert (row["x1"], row["y1"], row["x2"], row["y2"]) == (-3, 8, 60, 80)
    assert row["face_height"] == 72
    assert dict(zip(COLUMNS, first, strict=True))["facing"] == 1


def test_no_reading_gives_no_row() -> None:
    assert pack([], 1, {}) == []


@pytest.mark.parametrize("status", [Status.PRESENT, Status.NO_CONSENT])
def test_every_status_has_its_code(status: Status) -> None:
    ((_, _, code, *_),) = pack([build_reading(1, None, status=status)], 1, {1: 1})
    assert tuple(Status)[code or 0] is status

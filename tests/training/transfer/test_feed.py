from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

pytest.importorskip("keras", reason="the extra `train` is not installed")

from models.training.datasets import SIDE
from models.training.readers import open_data
from models.training.readers.data import Data
from models.training.transfer.changes import Changes, change
from models.training.transfer.feed import Feed
from tests.training.readers import sets
from tests.training.transfer import tints

STILL = Changes(flip=False)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Data:
    return tints.data(tmp_path_factory.mktemp("tints"), each=4)


def ramp(n: int = 6, side: int = 12) -> np.ndarray:
    """(n, side, side, 3) pictures that rise from left to right and from the top."""
    across = np.arange(side, dtype=np.uint8)
    picture = 10 * across[None, :, None] + 4 * across[:, None, None]
    return np.tile(picture, (n, 1, 1, 3)).astype(np.uint8)


@settings(max_examples=30, deadline=None)
@given(
    flip=st.booleans(),
    shear=st.floats(0, 1),
    zoom=st.floats(0, 0.9),
    rotate=st.floats(0, 180),
    seed=st.integers(0, 2**32 - 1),
)
def test_changed_pictures_keep_their_shape_and_range(
    flip: bool, shear: float, zoom: float, rotate: float, seed: int
) -> None:
    pictures = ramp(3)
    by = Changes(flip=flip, shear=shear, zoom=zoom, rotate=rotate)

    changed = change(pictures, np.random.default_rng(seed), by)

    assert changed.shape == pictures.shape
    assert changed.dtype == np.uint8
    # The edge is repeated, so nothing comes in that was not there.
    assert changed.min() >= pictures.min()
    assert changed.max() <= pictures.max()


def test_without_changes_pictures_stay_as_they_are() -> None:
    assert np.array_equal(change(ramp(), np.random.default_rng(0), STILL), ramp())


def test_flipping_mirrors_about_half_of_the_pictures() -> None:
    pictures = ramp(200)

    changed = change(pictures, np.random.default_rng(0), Changes(flip=True))

    mirrored = (changed == pictures[:, :, ::-1]).all((1, 2, 3))
    assert 70 < mirrored.sum() < 130
    assert np.array_equal(changed[~mirrored], pictures[~mirrored])


@pytest.mark.parametrize(
    "by",
    [
        Changes(flip=False, shear=0.4),
        Changes(flip=False, zoom=0.4),
        Changes(flip=False, rotate=40),
    ],
)
def test_moved_pictures_differ_and_keep_their_middle(by: Changes) -> None:
    pictures = ramp(8, side=13)

    changed = change(pictures, np.random.default_rng(0), by).astype(int)

    assert not np.array_equal(changed, pictures)
    middle = changed[:, 6, 6] - pictures[:, 6, 6].astype(int)
    assert np.abs(middle).max() <= 1


def test_every_row_is_learned_from_in_each_epoch_in_another_order(data: Data) -> None:
    feed = Feed(data, 8, 5, 1, STILL)
    rows = np.arange(12)

    first, second, again = (
        np.concatenate([some for _, some in feed.learning(rows, epoch)])
        for epoch in (0, 1, 0)
    )

    assert feed.steps(rows) == 3
    assert len(first) == 15
    assert set(first) == set(rows)
    assert not np.array_equal(first, second)
    assert np.array_equal(first, again)


def test_changes_are_drawn_from_seed_and_epoch(data: Data) -> None:
    by = Changes(shear=0.2, zoom=0.2, rotate=20)
    rows = np.arange(12)

    def seen(seed: int, epoch: int) -> np.ndarray:
        feed = Feed(data, 16, 12, seed, by)
        return np.concatenate([x for x, _ in feed.learning(rows, epoch)])

    assert np.array_equal(seen(1, 3), seen(1, 3))
    assert not np.array_equal(seen(1, 3), seen(2, 3))


def test_pictures_to_choose_on_are_not_changed(data: Data) -> None:
    rows = np.array([7, 3, 5])
    feed = Feed(data, 16, 2, 1, Changes(rotate=90))

    batches = list(feed.plain(rows))

    assert [len(pictures) for pictures, _ in batches] == [2, 1]
    pictures = np.concatenate([x for x, _ in batches])
    assert np.array_equal(pictures, data.colour(rows, 16))


def test_damage_is_done_to_grey_faces_before_they_are_enlarged(data: Data) -> None:
    rows = np.arange(12)
    feed = Feed(data, 96, 12, 1, Changes(flip=False, damage=True))

    ((damaged, order),) = feed.learning(rows, 0)
    ((whole, _),) = feed.plain(rows)

    for pictures in (damaged, whole):
        assert pictures.shape == (12, 96, 96, 3)
        assert np.array_equal(pictures[..., 0], pictures[..., 2])
    assert not np.allclose(damaged, whole[order], atol=20)


@pytest.mark.parametrize(
    ("flip", "mirrored"), [(False, range(1)), (True, range(5, 20))]
)
def test_damaged_faces_are_mirrored_where_that_is_asked_for(
    flip: bool, mirrored: range, tmp_path: Path
) -> None:
    rising = np.tile(np.linspace(0, 235, SIDE).astype(np.uint8), (25, SIDE, 1))
    file = sets.write_csv(tmp_path / "fer2013.csv", rising, [0] * 25)
    feed = Feed(open_data(file), SIDE, 25, 1, Changes(flip=flip, damage=True))

    ((pictures, _),) = feed.learning(np.arange(25), 0)

    left, right = pictures[:, :, : SIDE // 2], pictures[:, :, SIDE // 2 :]
    falling = left.mean((1, 2, 3)) > right.mean((1, 2, 3))
    assert falling.sum() in mirrored

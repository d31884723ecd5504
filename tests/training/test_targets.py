from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings as trials, strategies as st
from hypothesis.extra import numpy as arrays

pytest.importorskip("keras", reason="the extra `train` is not installed")

from models.training.augment import lay_over
from models.training.datasets import Faces
from models.training.networks import HEADS, LABELS, VOTES
from models.training.settings import Settings
from models.training.targets import beside, expected_labels, targets
from monitor.records import EMOTIONS

SEVEN = len(EMOTIONS)
Votes = np.typing.NDArray[np.float32]
Shares = np.typing.NDArray[np.float64]

PLAIN = Settings(smoothing=0, expected=0, balance=0)


def faces(labels: list[int], votes: Votes | None = None) -> Faces:
    """Faces without a picture; where no votes are given, ten for the label."""
    named = np.array(labels, np.int64)
    cast = 10 * np.eye(SEVEN, dtype=np.float32)[named] if votes is None else votes
    images = np.zeros((len(named), 48, 48), np.uint8)
    return Faces(images, named, cast, np.arange(len(named)), named)


def shares(n: int, seed: int = 0) -> Shares:
    """(n, 7) rows that sum to 1."""
    return np.random.default_rng(seed).dirichlet(np.ones(SEVEN), n)


@trials(max_examples=25, deadline=None)
@given(
    labels=st.lists(st.integers(0, SEVEN - 1), min_size=1, max_size=30),
    cast=arrays.arrays(np.uint8, (30, SEVEN), elements=st.integers(0, 10)),
    smoothing=st.floats(0, 1),
    expected=st.sampled_from([0.0, 0.4, 1.0]),
    teacher=st.floats(0, 1),
    balance=st.floats(0, 1),
)
def test_a_row_sums_to_its_faces_weight(
    labels: list[int],
    cast: np.typing.NDArray[np.uint8],
    smoothing: float,
    expected: float,
    teacher: float,
    balance: float,
) -> None:
    n = len(labels)
    some = faces(labels, cast[:n].astype(np.float32))
    taught = {head: shares(n) for head in HEADS}
    settings = Settings(smoothing=smoothing, expected=expected, balance=balance)

    asked = beside(targets(some, settings), taught, teacher)

    for head in HEADS:
        assert asked[head].shape == (n, SEVEN)
        assert asked[head].dtype == np.float32
        assert asked[head].min() >= 0
    weights = asked[LABELS].sum(1)
    assert weights.mean() == pytest.approx(1, abs=1e-5)
    for label in set(labels):
        of_label = weights[some.labels == label]
        assert of_label == pytest.approx(of_label[0], rel=1e-5)
    assert asked[VOTES].sum(1) == pytest.approx(some.counted.astype(float), abs=1e-5)


def test_rare_labels_weigh_more() -> None:
    some = faces([3] * 64 + [1])

    even = targets(some, PLAIN)[LABELS].sum(1)
    balanced = targets(some, Settings(balance=0.5))[LABELS].sum(1)

    assert even == pytest.approx(1)
    # By the square root of how much rarer the label is.
    assert balanced[-1] / balanced[0] == pytest.approx(8, rel=1e-5)


def test_faces_that_were_not_counted_weigh_nothing_with_the_votes() -> None:
    cast = np.zeros((3, SEVEN), np.float32)
    cast[0, 2], cast[1, 2] = 5, 4
    taught = {head: shares(3) for head in HEADS}

    asked = beside(targets(faces([2, 2, 2], cast), PLAIN), taught, 0.5)

    assert asked[VOTES].sum(1) == pytest.approx([1, 0, 0])
    assert asked[LABELS].sum(1) == pytest.approx(1)


def test_votes_alone_tell_labels_that_follow_them() -> None:
    rng = np.random.default_rng(0)
    meant = rng.integers(0, SEVEN, 700)
    cast = rng.multinomial(3, [1 / SEVEN] * SEVEN, 700) + 7 * np.eye(SEVEN)[meant]
    # Whoever gave the labels calls every fear (2) a surprise (5), and errs in a tenth.
    labels = np.where(meant == 2, 5, meant)
    wrong = rng.random(700) < 0.1
    labels[wrong] = (labels[wrong] + 1) % SEVEN
    some = faces(labels.tolist(), cast.astype(np.float32))

    told = expected_labels(some)

    assert told.shape == (700, SEVEN)
    assert told.sum(1) == pytest.approx(1)
    assert np.mean(told.argmax(1) == np.where(meant == 2, 5, meant)) > 0.97
    assert (told[meant == 2].argmax(1) == 5).all()
    # A label given in error is not learned by heart.
    assert told[wrong, labels[wrong]].mean() < 0.3


def test_the_label_is_mixed_with_what_the_votes_let_one_expect() -> None:
    some = faces(list(range(SEVEN)) * 20)

    asked = targets(some, Settings(smoothing=0, expected=0.4, balance=0))[LABELS]

    stated = np.eye(SEVEN)[some.labels]
    wanted = 0.6 * stated + 0.4 * expected_labels(some)
    assert asked == pytest.approx(wanted, abs=1e-6)


def test_a_teacher_has_its_share_of_both_heads() -> None:
    some = faces([0, 3, 6])
    answers = {LABELS: shares(3, 1), VOTES: shares(3, 2)}

    alone = targets(some, PLAIN)
    asked = beside(alone, answers, 0.3)

    for head in HEADS:
        assert alone[head] == pytest.approx(np.eye(SEVEN)[some.labels])
        wanted = 0.7 * alone[head] + 0.3 * answers[head]
        assert asked[head] == pytest.approx(wanted, abs=1e-6)


@trials(max_examples=80, deadline=None)
@given(
    pixels=arrays.arrays(
        np.float32,
        st.tuples(st.integers(1, 9), st.integers(1, 5), st.integers(1, 5), st.just(1)),
        elements=st.floats(0, 255, width=32),
    ),
    mixup=st.floats(0.05, 5),
    seed=st.integers(0, 2**32 - 1),
)
def test_a_face_laid_over_another_lies_between_the_two(
    pixels: np.typing.NDArray[np.float32], mixup: float, seed: int
) -> None:
    mixed, other, share = lay_over(pixels, np.random.default_rng(seed), mixup)

    assert mixed.shape == pixels.shape
    assert mixed.dtype == np.float32
    assert 0 <= share <= 1
    assert sorted(other) == list(range(len(pixels)))
    assert mixed == pytest.approx(
        share * pixels + (1 - share) * pixels[other], abs=0.01
    )
    low, high = np.minimum(pixels, pixels[other]), np.maximum(pixels, pixels[other])
    assert (mixed >= low - 0.01).all()
    assert (mixed <= high + 0.01).all()
    again, same, equal = lay_over(pixels, np.random.default_rng(seed), mixup)
    assert np.array_equal(again, mixed)
    assert np.array_equal(same, other)
    assert equal == share


def test_the_pixels_that_were_given_are_left_alone() -> None:
    pixels = np.random.default_rng(1).random((4, 2, 2, 1), np.float32)
    before = pixels.copy()

    lay_over(pixels, np.random.default_rng(0), 0.3)

    assert np.array_equal(pixels, before)

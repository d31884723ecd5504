from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings, strategies as st

from monitor.emotion.preprocess import (
    CANONICAL_LANDMARKS,
    align,
    align_batch,
    canonical_points,
    similarity,
)
from tests.emotion.faces import Points, drawn, landmarks, noise

TURNS = st.floats(-3.1, 3.1)
SIZES = st.floats(0.05, 50)
SHIFTS = st.floats(-2000, 2000)


def brightest(crop: npt.NDArray[np.uint8], near: Points) -> Points:
    """Centre of mass of the dot within 4 pixels of a point."""
    y, x = np.mgrid[0 : crop.shape[0], 0 : crop.shape[1]]
    weight = crop * (np.hypot(x - near[0], y - near[1]) < 4)
    middle = [float((axis * weight).sum() / weight.sum()) for axis in (x, y)]
    return np.array(middle)


@given(TURNS, SIZES, SHIFTS, SHIFTS)
def test_a_similarity_is_found_again(
    turn: float, size: float, dx: float, dy: float
) -> None:
    turned = size * np.array(
        [[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]]
    )
    source = np.array([(0.0, 0), (10, 0), (5, 7), (2, 12), (8, 13)])
    target = source @ turned.T + (dx, dy)

    matrix = similarity(source, target)

    assert np.allclose(matrix, np.column_stack([turned, (dx, dy)]), atol=1e-6)


@given(TURNS, st.floats(8, 900), st.floats(-60, 400), st.floats(-60, 300))
def test_landmarks_land_on_the_canonical_points(
    turn: float, side: float, x: float, y: float
) -> None:
    points = landmarks((x, y), side, turn)

    matrix = similarity(points, canonical_points())

    assert np.allclose(
        points @ matrix[:, :2].T + matrix[:, 2], canonical_points(), atol=1e-6
    )


@settings(max_examples=25, deadline=None)
@given(st.floats(-0.6, 0.6), st.floats(40, 420))
def test_pixels_land_where_the_landmarks_say(turn: float, side: float) -> None:
    points = landmarks((310.3, 255.8), side, turn)
    picture = drawn(640, 520, points, radius=side / 48)

    crop = align(picture, points)

    for goal in canonical_points():
        assert np.allclose(brightest(crop, goal), goal, atol=0.35)


def test_canonical_points_are_the_shares_of_the_training_faces() -> None:
    assert CANONICAL_LANDMARKS[0] == (0.321, 0.389)
    assert np.allclose((canonical_points(48) + 0.5) / 48, CANONICAL_LANDMARKS)


def test_a_face_in_its_canonical_place_is_left_as_it_is() -> None:
    picture = noise(48, 48)

    crop = align(picture, canonical_points())

    assert np.array_equal(crop, cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY))


def test_a_big_face_is_averaged_and_not_sampled_with_gaps() -> None:
    # A board of single pixels is an even grey from afar; gaps would show stripes.
    board = np.indices((960, 960)).sum(0) % 2 * 255
    picture = np.repeat(board.astype(np.uint8)[..., None], 3, axis=2)

    crop = align(picture, landmarks((480, 480), 700.0, 0.2))

    assert crop.std() < 4
    assert abs(float(crop.mean()) - 127) < 3


def test_outside_the_picture_its_edge_is_repeated() -> None:
    picture = np.full((60, 60, 3), 200, np.uint8)

    crop = align(picture, landmarks((2.0, 2.0), 80.0))

    assert crop.min() == crop.max() == 200


def test_landmarks_far_outside_still_give_a_crop() -> None:
    assert align(noise(60, 40), landmarks((500.0, -300.0), 50.0)).shape == (48, 48)


def test_other_sizes() -> None:
    assert align(noise(320, 240), landmarks(), size=64).shape == (64, 64)


@pytest.mark.parametrize("side", [30.0, 150.0])
def test_in_colour_red_comes_first(side: float) -> None:
    picture = noise(320, 240)
    points = landmarks(side=side, turn=0.2)

    crop = align(picture, points, 64, colour=True)

    assert crop.shape == (64, 64, 3)
    for channel, alone in zip(crop.transpose(2, 0, 1), (2, 1, 0), strict=True):
        grey = np.repeat(picture[..., alone : alone + 1], 3, axis=2)
        apart = channel.astype(int) - align(grey, points, 64)
        assert abs(apart).max() <= 1


def test_a_batch_in_colour() -> None:
    batch = align_batch(noise(320, 240), [landmarks()], 224, colour=True)

    assert batch.shape == (1, 224, 224, 3)
    assert align_batch(noise(32, 32), [], 224, colour=True).shape == (0, 224, 224, 3)


def test_coinciding_landmarks_are_refused() -> None:
    with pytest.raises(ValueError, match="five different landmarks"):
        align(noise(60, 40), [(5.0, 5.0)] * 5)


def test_a_batch_is_its_crops() -> None:
    picture = noise(320, 240)
    faces = [landmarks((100, 90), 60.0), landmarks((200, 120), 110.0, 0.3)]

    batch = align_batch(picture, faces)

    assert batch.shape == (2, 48, 48)
    assert batch.dtype == np.uint8
    assert np.array_equal(batch[1], align(picture, faces[1]))


def test_a_batch_may_be_empty() -> None:
    assert align_batch(noise(32, 32), []).shape == (0, 48, 48)

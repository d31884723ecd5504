from __future__ import annotations

import cv2
import numpy as np
from hypothesis import given, settings, strategies as st

from models.training.duplicates import find
from tests.training import made


def test_copies_mirror_images_and_recompressed_pictures_are_one() -> None:
    images, _ = made.faces(6)
    _, packed = cv2.imencode(".jpg", images[0], [cv2.IMWRITE_JPEG_QUALITY, 60])
    again = np.asarray(cv2.imdecode(packed, cv2.IMREAD_GRAYSCALE), dtype=np.uint8)
    images[1], images[2], images[3] = images[0], images[0][:, ::-1], again

    groups = find(images)

    assert len(set(groups.of[:4])) == 1
    assert len(set(groups.of)) == 3
    assert (groups.exact, groups.mirrored, groups.near) == (1, 2, 3)


def test_flat_pictures_are_not_taken_for_one() -> None:
    flat = np.stack([np.full((48, 48), grey, np.uint8) for grey in (0, 90, 255)])

    assert len(set(find(flat).of)) == 3


def test_equal_pictures_without_contrast_are_one() -> None:
    black, grey = np.zeros((48, 48), np.uint8), np.full((48, 48), 90, np.uint8)
    # Seen at the size at which pictures are compared it is flat, too.
    fine = np.indices((48, 48)).sum(0).astype(np.uint8) % 2 * 200

    groups = find(np.stack([black, grey, fine, black, grey, fine, black]))

    assert groups.of.tolist() == [0, 1, 2, 0, 1, 2, 0]
    assert (groups.exact, groups.mirrored, groups.near) == (5, 0, 0)
    assert groups.flat.tolist() == [True, True, False, True, True, False, True]


def test_copies_count_in_every_pair_that_they_are_part_of() -> None:
    images, _ = made.faces(2)
    mirror = images[0][:, ::-1]

    groups = find(np.stack([images[0], mirror, images[0], mirror, images[1]]))

    assert groups.of.tolist() == [0, 0, 0, 0, 1]
    assert (groups.exact, groups.mirrored, groups.near) == (2, 4, 0)


def test_no_picture_at_all() -> None:
    assert find(np.empty((0, 48, 48), np.uint8)).of.shape == (0,)


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 12), st.integers(0, 1000))
def test_every_picture_has_one_group_and_copies_share_it(n: int, seed: int) -> None:
    images, _ = made.faces(n, seed)

    of = find(np.concatenate([images, images])).of

    assert of.shape == (2 * n,)
    assert np.array_equal(of[:n], of[n:])

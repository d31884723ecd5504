"""Black and frozen pictures."""

from __future__ import annotations

import numpy as np
import pytest

from monitor.picture_health import FROZEN_SAMPLES, FreezeWatch, is_black
from monitor.records import Image


def ground(level: int) -> Image:
    return np.full((480, 640, 3), level, np.uint8)


def noise(seed: int) -> Image:
    return np.random.default_rng(seed).integers(0, 255, (48, 64, 3), np.uint8)


@pytest.mark.parametrize(("level", "black"), [(0, True), (12, True), (31, False)])
def test_black_is_darker_than_any_call_window(level: int, black: bool) -> None:
    assert is_black(ground(level)) is black


def test_one_colour_is_enough_to_be_light() -> None:
    image = ground(0)
    image[:, :, 0] = 90
    assert not is_black(image)


def test_a_pointer_on_black_is_black_and_a_small_call_is_not() -> None:
    image = ground(0)
    image[100:124, 100:116] = 255
    assert is_black(image)
    image[100:180, 100:180] = 120
    assert not is_black(image)


def test_equal_pictures_freeze_and_any_change_thaws() -> None:
    watch = FreezeWatch()
    seen = [watch.is_frozen(noise(1)) for _ in range(FROZEN_SAMPLES + 2)]
    assert seen == [False] * (FROZEN_SAMPLES - 1) + [True] * 3
    changed = noise(1)
    changed[47, 63, 2] ^= 1
    assert not watch.is_frozen(changed)
    assert watch.repeats == 1


def test_parts_of_larger_pictures_are_watched_too() -> None:
    watch = FreezeWatch(2)
    assert not watch.is_frozen(noise(1)[::2])
    assert watch.is_frozen(noise(1)[::2])

"""What happens in a virtual lecture, and that it is the same however one looks."""

from __future__ import annotations

import numpy as np
import pytest

from monitor.records import EMOTIONS
from monitor.sources.virtual.people import NAMES, make_people
from monitor.sources.virtual.scene import Moment, Scene


def alike(a: Moment, b: Moment) -> bool:
    same = zip(a.poses, b.poses, strict=True)
    return (a.speaker, a.muted) == (b.speaker, b.muted) and all(
        np.array_equal(p.weights, q.weights) and p[1:] == q[1:] for p, q in same
    )


def test_any_order_of_asking_gives_the_same() -> None:
    times = [0.0, 3.0, 6.0, 59.5, 12.25]
    forwards = {t: Scene(7, 5, 1).at(t) for t in sorted(times)}
    scene = Scene(7, 5, 1)
    assert all(alike(scene.at(t), forwards[t]) for t in times)


def test_another_seed_is_another_lecture() -> None:
    assert not alike(Scene(1, 5, 1).at(30), Scene(2, 5, 1).at(30))


def test_a_part_does_not_depend_on_the_others_or_on_the_length() -> None:
    few, many = Scene(1, 3, 5).at(100), Scene(1, 20, 50).at(100)
    for a, b in zip(few.poses, many.poses, strict=False):
        assert a[1:] == b[1:]
        assert np.array_equal(a.weights, b.weights)


def test_a_lecture_is_mostly_neutral_with_waves_of_smiles() -> None:
    scene = Scene(1, 25, 30)
    shown = np.array(
        [[p.emotion for p in scene.at(t).poses] for t in range(0, 1800, 5)]
    )
    share = [(shown == i).mean() for i in range(len(EMOTIONS))]
    assert 0.5 < share[EMOTIONS.index("neutral")] < 0.9
    assert share[EMOTIONS.index("happy")] > 0.05
    assert all(share[EMOTIONS.index(name)] > 0 for name in ("surprise", "sad"))
    smiling = (shown == EMOTIONS.index("happy")).mean(1)
    assert smiling.max() > 0.5, "a joke takes most of the class"


def test_poses_are_ones_that_a_head_can_take() -> None:
    scene = Scene(3, 12, 10)
    for t in range(0, 600, 7):
        for pose in scene.at(t).poses:
            assert pose.weights.sum() == pytest.approx(1)
            assert pose.weights.min() >= 0
            assert pose.emotion == pose.weights.argmax() or pose.weights.max() < 0.51
            assert abs(pose.yaw_deg) < 25
            assert 0 <= pose.closed <= 1
            assert 0.8 < pose.brightness < 1.2


def test_expressions_change_gently() -> None:
    scene = Scene(2, 6, 10)
    for t in np.arange(0, 300, 0.1):
        before, after = scene.at(float(t)), scene.at(float(t) + 0.1)
        for a, b in zip(before.poses, after.poses, strict=True):
            assert np.abs(a.weights - b.weights).max() < 0.25


def test_only_who_is_not_muted_speaks() -> None:
    scene = Scene(1, 6, 10)
    moments = [scene.at(t) for t in range(600)]
    assert any(m.speaker is None for m in moments)
    speaking = [m for m in moments if m.speaker is not None]
    assert speaking
    assert not any(m.muted[m.speaker] for m in speaking if m.speaker is not None)


@pytest.mark.parametrize("seed", range(20))
def test_no_two_people_share_a_name(seed: int) -> None:
    names = [person.name for person in make_people(seed, 49, 40, 8)]
    assert len(set(names)) == 49


def test_a_larger_class_begins_with_the_same_people() -> None:
    few, many = make_people(4, 5, 40, 8), make_people(4, 30, 40, 8)
    for a, b in zip(few, many, strict=False):
        assert a.name == b.name
        assert np.array_equal(a.light, b.light)


def test_identities_stay_well_inside_the_spread_of_real_ones() -> None:
    weights = np.concatenate([p.light for p in make_people(1, 49, 40, 8)])
    assert np.abs(weights).max() <= 1.2
    assert weights.std() < 0.65


def test_names_need_no_rare_letters() -> None:
    """Pillow's own font, for systems without ours, knows Latin up to U+017F."""
    assert len(set(NAMES)) == len(NAMES) >= 49
    assert all(ord(letter) < 0x180 for name in NAMES for letter in name)
    assert any(ord(letter) > 0x7F for name in NAMES for letter in name)

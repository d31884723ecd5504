"""Head direction on points and pictures of known angle, and each student's usual."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, strategies as st

from monitor import detectors, engagement
from monitor.detectors.port import DetectorOptions
from monitor.engagement import (
    FACING_PITCH_DEG,
    FACING_SIGHTINGS,
    FACING_YAW_DEG,
)
from monitor.identity.facing import UsualPoses, head_pose
from monitor.records import Face, HeadPose, Image
from monitor.sources.port import SourceOptions
from monitor.sources.virtual.source import VirtualClass
from tests.galleries import Gallery, gallery, portraits
from tests.identity.heads import FACE_POINTS, turn, turned

# The nose as detectors mark it: nearer to the face than its tip.
MARKED_OUT = 0.355 * 62 + (13.3 + 22.3) / 2
MARKED = FACE_POINTS.copy()
MARKED[2, 2] = MARKED_OUT

Points = tuple[tuple[float, float], ...]

angles = st.floats(-60, 60)
small = st.floats(-25, 25)


def seen(yaw: float, pitch: float = 0.0, roll: float = 0.0) -> np.ndarray:
    """The average face's landmarks (5, 2), turned and seen from far away."""
    return np.asarray((MARKED @ turn(yaw, pitch, roll).T)[:, :2])


def as_points(array: np.ndarray) -> Points:
    return tuple((float(x), float(y)) for x, y in array)


def pose_of(array: np.ndarray) -> HeadPose:
    pose = head_pose(as_points(array))
    assert pose is not None
    return pose


@given(angles)
def test_the_yaw_of_a_turned_face_is_found(yaw: float) -> None:
    assert pose_of(seen(yaw)).yaw_deg == pytest.approx(yaw, abs=0.1)


@given(small, small, st.floats(-45, 45), st.floats(0.2, 20), st.floats(-500, 4000))
def test_roll_size_and_place_do_not_matter(
    yaw: float, pitch: float, roll: float, scale: float, shift: float
) -> None:
    level = pose_of(seen(yaw, pitch))
    moved = pose_of(seen(yaw, pitch, roll) * scale + shift)
    assert moved.yaw_deg == pytest.approx(level.yaw_deg, abs=1e-6)
    assert moved.pitch_deg == pytest.approx(level.pitch_deg, abs=1e-6)


@given(small, small)
def test_a_mirrored_face_looks_the_other_way(yaw: float, pitch: float) -> None:
    points = seen(yaw, pitch)
    mirrored = (points * (-1, 1))[[1, 0, 2, 4, 3]]
    pose, other = pose_of(points), pose_of(mirrored)
    assert other.yaw_deg == pytest.approx(-pose.yaw_deg, abs=1e-6)
    assert other.pitch_deg == pytest.approx(pose.pitch_deg, abs=1e-6)


@given(small, st.floats(-25, 20), st.floats(2, 5))
def test_a_lower_nose_is_a_lowered_head(yaw: float, pitch: float, more: float) -> None:
    lower = pose_of(seen(yaw, pitch + more)).pitch_deg
    assert lower > pose_of(seen(yaw, pitch)).pitch_deg


@given(st.floats(0.7, 1.4), st.floats(0.7, 1.4))
def test_neither_a_long_face_nor_a_wide_smile_is_a_turn(
    long: float, wide: float
) -> None:
    points = seen(0) * (1, long)
    points[3:, 0] *= wide
    pose = pose_of(points)
    assert pose.yaw_deg == pytest.approx(0, abs=1e-6)
    assert pose.pitch_deg == pytest.approx(pose_of(seen(0)).pitch_deg, abs=1e-6)


@pytest.mark.parametrize(
    "points",
    [
        np.zeros((5, 2)),
        seen(0) * (0.05, 1),
        seen(0) * (1, 0.05),
        seen(0) * (1, -1),
        seen(0) * np.nan,
        seen(0)[:4],
    ],
    ids=["one point", "a line", "flat", "upside down", "not finite", "four points"],
)
def test_what_cannot_be_a_face_has_no_direction(points: np.ndarray) -> None:
    assert head_pose(as_points(points)) is None


@given(
    st.lists(st.tuples(st.floats(0, 300), st.floats(0, 300)), min_size=5, max_size=5)
)
def test_any_five_points_give_angles_or_nothing(
    points: list[tuple[float, float]],
) -> None:
    pose = head_pose(points)
    if pose is not None:
        assert max(abs(pose.yaw_deg), abs(pose.pitch_deg)) <= 90


def found(scene: Gallery) -> dict[int, Face]:
    """The faces that the real detector finds, by tile."""
    detector = detectors.create("centerface", DetectorOptions())
    faces = {scene.tile_of(face): face for face in detector.detect(scene.image)}
    return {tile: face for tile, face in faces.items() if tile is not None}


def measure(pictures: list[Image]) -> tuple[np.ndarray, np.ndarray]:
    """True and measured turns (n, 2) of faces against the same faces from the front."""
    size = (1280, 720)
    ahead = gallery(pictures, size=size)
    usual = found(ahead)
    rng = np.random.default_rng(5)
    truth = rng.uniform((-30, -20), (30, 20), (len(pictures), 2))
    scene = ahead.image.copy()
    for tile, face in usual.items():
        x1, y1, x2, y2 = map(int, ahead.tiles[tile])
        own = [(x - x1, y - y1) for x, y in face.landmarks]
        part = scene[y1:y2, x1:x2]
        part[:] = turned(part, own, *truth[tile].tolist())
    aside = found(Gallery(scene, ahead.tiles))
    both = sorted(set(usual) & set(aside))
    assert len(both) >= 0.9 * len(pictures)
    poses = [
        (head_pose(usual[t].landmarks), head_pose(aside[t].landmarks)) for t in both
    ]
    off = [
        (b.yaw_deg - a.yaw_deg, b.pitch_deg - a.pitch_deg)
        for a, b in poses
        if a is not None and b is not None
    ]
    assert len(off) == len(both)
    return truth[both], np.array(off)


def drawn_people(count: int) -> list[Image]:
    with VirtualClass(SourceOptions(students=count, seed=7)) as drawn:
        picture = drawn.picture(0)
        tiles = [person["tile"] for person in drawn.truth(0)["people"]]
    return [picture[y : y + h, x : x + w] for x, y, w, h in tiles]


@pytest.mark.parametrize("people", ["drawn", "real"])
def test_turned_heads_in_a_gallery(people: str) -> None:
    truth, off = measure(drawn_people(16) if people == "drawn" else portraits(16))
    error = np.abs(off - truth)
    yaw, pitch = error.mean(axis=0)
    assert yaw < 6
    assert pitch < 12
    assert np.corrcoef(truth[:, 0], off[:, 0])[0, 1] > 0.93
    assert np.corrcoef(truth[:, 1], off[:, 1])[0, 1] > 0.5
    # The tolerances exceed the error: who did not turn is not told to have.
    assert np.percentile(error[:, 0], 95) < FACING_YAW_DEG
    assert np.percentile(error[:, 1], 90) < FACING_PITCH_DEG


def test_heads_of_the_virtual_class() -> None:
    truth, told = [], []
    with VirtualClass(SourceOptions(students=16, seed=7)) as drawn:
        for offset_s in (0, 47):
            people = drawn.truth(offset_s)["people"]
            places = [person["tile"] for person in people]
            tiles = tuple((x, y, x + w, y + h) for x, y, w, h in places)
            faces = found(Gallery(drawn.picture(offset_s), tiles))
            for tile, face in faces.items():
                pose, yaw = head_pose(face.landmarks), people[tile]["yaw"]
                assert pose is not None
                assert yaw is not None
                truth.append(yaw)
                told.append(pose.yaw_deg)
    assert len(told) >= 30
    assert np.abs(np.subtract(told, truth)).mean() < 6
    assert np.corrcoef(truth, told)[0, 1] > 0.7


def usual(poses: UsualPoses, student: int, count: int, yaw: float = 0.0) -> None:
    for _ in range(count):
        poses.facing(student, HeadPose(yaw, 0))


def test_facing_is_not_known_before_twenty_sightings() -> None:
    poses = UsualPoses()
    told = [poses.facing(1, HeadPose(30, 10)) for _ in range(FACING_SIGHTINGS + 1)]
    assert told == [None] * (FACING_SIGHTINGS - 1) + [True, True]


def test_an_unknown_direction_is_neither_counted_nor_turned_away() -> None:
    poses = UsualPoses()
    usual(poses, 1, FACING_SIGHTINGS - 1)
    assert poses.facing(1, None) is None
    assert poses.facing(1, HeadPose(0, 0)) is True


def test_everyone_is_compared_with_themselves() -> None:
    poses = UsualPoses()
    usual(poses, 1, FACING_SIGHTINGS, yaw=35)
    usual(poses, 2, FACING_SIGHTINGS, yaw=-10)
    assert poses.facing(1, HeadPose(30, 0)) is True
    assert poses.facing(2, HeadPose(30, 0)) is False
    assert poses.facing(2, HeadPose(-10, FACING_PITCH_DEG + 1)) is False


@given(
    st.lists(st.tuples(st.floats(-89, 89), st.floats(-89, 89)), min_size=1, max_size=45)
)
def test_live_and_afterwards_agree_on_the_last_sighting(
    sightings: list[tuple[float, float]],
) -> None:
    poses = UsualPoses()
    live = [poses.facing(1, HeadPose(*angles)) for angles in sightings][-1]
    yaw, pitch = np.round(sightings).T
    last = engagement.facing(yaw, pitch, np.ones(len(yaw), np.int64))[-1]
    assert (np.nan if live is None else float(live)) == pytest.approx(last, nan_ok=True)


def test_two_numbers_that_are_one_student_share_their_sightings() -> None:
    poses = UsualPoses()
    usual(poses, 1, 10)
    usual(poses, 2, FACING_SIGHTINGS - 11)
    poses.join(1, into=2)
    poses.join(1, into=2)
    assert poses.facing(2, HeadPose(0, 0)) is True
    assert poses.facing(1, HeadPose(0, 0)) is None
    poses.join(5, into=6)
    assert poses.facing(6, HeadPose(0, 0)) is None

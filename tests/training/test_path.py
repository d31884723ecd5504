from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from models.training.datasets import Faces
from models.training.path.finding import Find, crops_through, finder, found_in
from models.training.path.scene import (
    CALLS,
    HEIGHT,
    WIDTH,
    Scene,
    call,
    person,
    pictures,
    sized,
)
from models.training.path.table import table
from models.training.path.walk import walk
from monitor.emotion.network import Network
from monitor.emotion.preprocess import canonical_points
from monitor.emotion.reader import Unreadable
from monitor.records import Box, Face, Image
from tests.emotion import networks
from tests.training import made

Change = Callable[[int, Face], Face | None]


def build_faces(n: int) -> Faces:
    """Made faces; every fifth has no answer that most annotators gave."""
    images, labels = made.faces(n)
    seen = np.where(np.arange(n) % 5 == 4, -1, labels).astype(np.int64)
    return Faces(
        images,
        labels.astype(np.int64),
        np.zeros((n, 7), np.float32),
        np.arange(n),
        seen,
    )


def face_at(square: Box) -> Face:
    marks = canonical_points(round(square[3] - square[1])) + square[:2]
    return Face(square, 0.9, tuple((float(x), float(y)) for x, y in marks))


def perfect(faces: Faces, scene: Scene, change: Change = lambda _, face: face) -> Find:
    """A detector that knows where the faces are; ``change`` may spoil one."""
    known = iter(list(pictures(faces.images, scene)))

    def find(picture: Image) -> Sequence[Face]:
        rows, expected, squares = next(known)
        assert np.array_equal(picture, expected)
        there = (
            change(rows.start + place, face_at(square))
            for place, square in enumerate(squares)
        )
        return [face for face in there if face is not None]

    return find


def turned(face: Face) -> Face:
    marks = list(face.landmarks)
    marks[2] = (marks[1][0] + 9, marks[2][1])
    return Face(face.xyxy, face.score, tuple(marks))


@pytest.fixture
def network(tmp_path: Path) -> Network:
    heads = ["labels", "votes"]
    file = networks.write(
        tmp_path / "tiny.tflite", gains=(0.1, 0.2), heads=heads, reads="votes"
    )
    return Network(file)


@pytest.mark.parametrize(
    "scene", [call(5), call(7), sized(20), sized(96)], ids=lambda scene: scene.name
)
def test_each_face_stands_once_and_whole_in_a_picture(scene: Scene) -> None:
    faces = build_faces(scene.faces + 3)

    shown = list(pictures(faces.images, scene))

    assert [rows for rows, _, _ in shown] == [
        slice(0, scene.faces),
        slice(scene.faces, scene.faces + 3),
    ]
    for rows, picture, squares in shown:
        assert picture.shape == (HEIGHT, WIDTH, 3)
        assert len(squares) == rows.stop - rows.start
        for image, square in zip(faces.images[rows], squares, strict=True):
            left, top, right, bottom = (round(edge) for edge in square)
            assert right - left == bottom - top == scene.height
            part = picture[top:bottom, left:right, 0]
            small = cv2.resize(image, (16, 16), interpolation=cv2.INTER_AREA)
            again = cv2.resize(part, (16, 16), interpolation=cv2.INTER_AREA)
            assert np.corrcoef(small.ravel(), again.ravel())[0, 1] > 0.9


def test_a_face_of_the_data_s_own_size_is_left_as_it_is() -> None:
    (image,), _ = made.faces(1)

    tile, (left, top) = person(image, (180, 101), 48)

    assert tile.shape == (101, 180)
    assert np.array_equal(tile[top : top + 48, left : left + 48], image)


def test_no_edge_shows_where_the_face_ends() -> None:
    image = np.full((48, 48), 200, np.uint8)

    tile, (left, top) = person(image, (180, 101), 48)

    middle = tile[top + 24].astype(int)
    assert np.abs(np.diff(middle[left - 3 : left + 51])).max() <= 40


def test_the_codec_damages_the_picture() -> None:
    faces = build_faces(4)

    ((_, clean, _),) = pictures(faces.images, sized(32))
    ((_, damaged, _),) = pictures(faces.images, sized(32, 50))

    assert clean.shape == damaged.shape
    assert 0 < np.abs(clean.astype(int) - damaged).mean() < 5


@pytest.mark.parametrize("height", [4, 90])
def test_a_face_must_fit_into_its_tile(height: int) -> None:
    with pytest.raises(ValueError, match=f"expected a face of 8 to 81 .*got {height}"):
        Scene("too large", 10, height)


def test_scenes_name_what_they_are() -> None:
    assert [scene.name for scene in CALLS] == ["25 tiles", "49 tiles, JPEG 50"]
    assert [call(5).height, call(7).height] == [83, 59]


def test_every_face_has_one_outcome(network: Network) -> None:
    faces, scene = build_faces(30), call(5)

    def spoil(row: int, face: Face) -> Face | None:
        if row in {0, 9}:
            return None
        return turned(face) if row in {1, 2, 3, 14} else face

    outcome = walk(network, faces, scene, perfect(faces, scene, spoil))

    assert outcome.found == pytest.approx(28 / 30, abs=1e-4)
    assert outcome.read == pytest.approx(24 / 30, abs=1e-4)
    assert outcome.unread[Unreadable.TURNED] == 4
    assert outcome.box_height == scene.height
    labels, votes = outcome.scores["labels"], outcome.scores["votes"]
    assert (labels.faces, labels.not_found, labels.not_read) == (30, 2, 4)
    # Faces 9 and 14 have no majority.
    assert (votes.faces, votes.not_found, votes.not_read) == (24, 1, 3)
    for score in (labels, votes):
        told = score.not_found + score.not_read + score.wrong + score.right
        assert told == score.faces
    assert (labels.head, votes.head, outcome.reads) == ("labels", "votes", "votes")


@pytest.mark.parametrize("scene", [call(5), call(7, 50), sized(96, 50)])
def test_a_perfect_detector_loses_next_to_nothing(
    network: Network, scene: Scene
) -> None:
    faces = build_faces(30)

    outcome = walk(network, faces, scene, perfect(faces, scene))

    score = outcome.scores["votes"]
    assert score.direct == 1
    assert score.points is not None
    assert abs(score.points) <= 5
    assert score.ece is not None


def test_what_is_lost_is_direct_minus_through(network: Network) -> None:
    faces, scene = build_faces(25), call(5)

    def upside_down(row: int, face: Face) -> Face:
        if row >= 5:
            return face
        x, y = (np.array(face.landmarks).T).tolist()
        middle = face.xyxy[1] + face.xyxy[3]
        marks = tuple((a, middle - b) for a, b in zip(x, y, strict=True))
        return Face(face.xyxy, face.score, marks)

    outcome = walk(network, faces, scene, perfect(faces, scene, upside_down))

    score = outcome.scores["labels"]
    assert (score.faces, score.direct) == (25, 1)
    assert score.wrong > 0
    assert score.through == pytest.approx(score.right / 25)
    assert score.points == pytest.approx(100 * score.wrong / 25)
    assert score.points_error is not None
    assert 0 < score.points_error < 10


def test_a_network_with_one_head_is_scored_by_both_truths(tmp_path: Path) -> None:
    network = Network(networks.write(tmp_path / "one.tflite"))
    faces, scene = build_faces(10), sized(48)

    outcome = walk(network, faces, scene, perfect(faces, scene))

    assert outcome.reads == "labels"
    assert {score.head for score in outcome.scores.values()} == {"labels"}
    assert outcome.scores["votes"].faces == 8


def test_nothing_found_is_told(network: Network) -> None:
    faces = build_faces(10)

    outcome = walk(network, faces, sized(20), lambda _: [])

    assert (outcome.found, outcome.read, outcome.box_height) == (0, 0, None)
    assert outcome.scores["votes"].not_found == 8
    assert outcome.scores["votes"].points is None
    rows = {row.what: row.cells for row in table([asdict(outcome)])}
    assert rows["not found"] == ("8 (100.0%)",)
    assert rows["by most annotators: loss in points"] == ("-",)


def test_the_table_puts_scenes_side_by_side(network: Network) -> None:
    faces, scenes = build_faces(10), (sized(48), sized(96))
    outcomes = [
        asdict(walk(network, faces, scene, perfect(faces, scene))) for scene in scenes
    ]

    rows = table(outcomes)

    assert all(len(row.cells) == 2 for row in rows)
    told = {row.what: row.cells for row in rows}
    assert told["found"] == ("100.0%", "100.0%")
    assert told["found, not read"] == ("0 (0.0%)", "0 (0.0%)")
    assert told["by the label: given directly"] == ("100.0%", "100.0%")
    assert table([]) == []


def test_finds_elsewhere_and_twice_are_strays() -> None:
    faces, scene = build_faces(2), sized(48)
    known = perfect(faces, scene)

    def find(picture: Image) -> list[Face]:
        there = list(known(picture))
        return [*there, there[0], face_at((1, 1, 30, 30))]

    (found,) = found_in(faces.images, scene, find)

    assert sorted(found.faces) == [0, 1]
    assert found.strays == 2


def test_crops_for_calibration_are_those_that_the_reader_asks_about() -> None:
    faces, scene = build_faces(12), sized(96)

    def spoil(row: int, face: Face) -> Face | None:
        return None if row == 3 else turned(face) if row == 5 else face

    rows, crops, heights = crops_through(faces, 96, perfect(faces, scene, spoil))

    assert rows.tolist() == [0, 1, 2, 4, 6, 7, 8, 9, 10, 11]
    assert crops.shape == (10, 48, 48)
    assert crops.dtype == np.uint8
    assert heights.tolist() == [96.0] * 10
    apart = np.abs(crops.astype(int) - faces.images[rows])
    assert apart.mean() < 8


def test_no_crops_without_faces() -> None:
    rows, crops, heights = crops_through(build_faces(3), 32, lambda _: [])

    assert (rows.shape, crops.shape, heights.shape) == ((0,), (0, 48, 48), (0,))


def real_faces(count: int) -> npt.NDArray[np.uint8]:
    """Faces of FER2013's Training part; skips the test if absent."""
    root = os.environ.get("CLASSPULSE_DATA")
    if not root:
        pytest.skip("CLASSPULSE_DATA is not set: no FER2013 here")
    with np.load(Path(root) / "fer2013.npz") as file:
        rows = np.flatnonzero(~file["public_test"])[:count]
        ends, packed = file["offsets"], file["webp"]
    faces = [
        cv2.imdecode(packed[ends[row] : ends[row + 1]], cv2.IMREAD_GRAYSCALE)
        for row in rows
    ]
    return np.array(faces, np.uint8)


def test_the_detector_finds_real_faces_in_a_made_gallery() -> None:
    images, scene = real_faces(25), call(5)

    (found,) = found_in(images, scene, finder())

    assert len(found.faces) >= 21
    assert found.strays <= 1
    heights = [face.height for face in found.faces.values()]
    assert np.median(heights) == pytest.approx(scene.height, rel=0.2)

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from monitor.emotion.network import Network
from monitor.emotion.port import Reader
from monitor.emotion.preprocess import align
from monitor.emotion.reader import (
    ExpressionReader,
    Limits,
    PresenceReader,
    Unreadable,
    detail,
    faces_camera,
)
from monitor.errors import ModelError
from monitor.records import HeadPose, Sighting, Status
from tests.emotion import networks
from tests.emotion.faces import Points, frame, landmarks, noise, sighting


@pytest.fixture(scope="module")
def network() -> Network:
    return Network.load()


@pytest.fixture(scope="module")
def reader(network: Network) -> ExpressionReader:
    return ExpressionReader(network)


def turned(share: float) -> Points:
    """Landmarks with the nose at ``share`` of the way between the eyes."""
    points = landmarks()
    points[2, 0] = points[0, 0] + share * (points[1, 0] - points[0, 0])
    return points


def statuses(reader: Reader, *seen: Sighting) -> list[Status]:
    return [reading.status for reading in reader.read(frame(), seen)]


def test_a_reading_is_what_the_network_says_of_the_crop(
    reader: ExpressionReader, network: Network
) -> None:
    looked, seen = frame(), sighting(landmarks((150, 110), turn=0.2), student=4)

    (reading,) = reader.read(looked, [seen])

    crop = align(looked.image, seen.face.landmarks)
    assert reading.student == 4
    assert reading.status is Status.READ
    assert reading.xyxy == seen.face.xyxy
    assert reading.probabilities is not None
    height = np.array([seen.face.height])
    assert np.allclose(reading.probabilities, network.classify(crop[None], height)[0])


def test_poor_faces_do_not_disturb_the_order(reader: ExpressionReader) -> None:
    middles = [(60.0, 60.0), (160.0, 120.0), (250.0, 170.0)]
    seen = [
        sighting(landmarks(middles[0], 60.0), 3, 60.0),
        sighting(landmarks(middles[1], 9.0), 1, 9.0),
        sighting(landmarks(middles[2], 70.0), 2, 70.0),
    ]

    readings = reader.read(frame(), seen)
    (alone,) = reader.read(frame(), seen[2:])

    assert [reading.student for reading in readings] == [3, 1, 2]
    assert [str(reading.status) for reading in readings] == [
        "read",
        "unreadable",
        "read",
    ]
    assert readings[1].probabilities is None
    assert readings[2].probabilities == pytest.approx(alone.probabilities, abs=1e-5)


def test_of_whoever_did_not_agree_nothing_but_the_place_is_kept(
    reader: ExpressionReader,
) -> None:
    seen = sighting(landmarks(), student=2)
    asked = replace(seen, pose=HeadPose(5.0, 3.0), facing=True)
    refused = replace(asked, student=3, may_read=False)

    yes, no = reader.read(frame(), [asked, refused])

    assert (yes.status, yes.facing) == (Status.READ, True)
    assert no.status is Status.NO_CONSENT
    assert (no.probabilities, no.facing, no.pose) == (None, None, None)


def test_no_sightings(reader: ExpressionReader) -> None:
    assert reader.read(frame(), []) == ()


@pytest.mark.parametrize(("height", "small"), [(15.0, True), (17.0, False)])
def test_small_faces(reader: ExpressionReader, height: float, small: bool) -> None:
    # Above the limit a face may still be one that the network is not sure of.
    (answer,) = reader.look(frame().image, [sighting(height=height).face])
    assert (answer is Unreadable.SMALL) is small


def test_the_smallest_height_can_be_set(network: Network) -> None:
    reader = ExpressionReader(network, Limits(min_height=40))

    assert statuses(reader, sighting(height=39.0)) == [Status.UNREADABLE]


@pytest.mark.parametrize(
    ("share", "readable"), [(-0.1, False), (0.1, True), (0.5, True), (1.1, False)]
)
def test_turned_heads(reader: ExpressionReader, share: float, readable: bool) -> None:
    seen = sighting(turned(share))

    assert faces_camera(seen.face) is readable
    expected = Status.READ if readable else Status.UNREADABLE
    assert statuses(reader, seen) == [expected]


@pytest.mark.parametrize("turn", [-0.7, 0.0, 0.7])
def test_a_head_on_one_side_still_faces_the_camera(turn: float) -> None:
    assert faces_camera(sighting(landmarks(turn=turn)).face)


def test_collapsed_landmarks(reader: ExpressionReader) -> None:
    seen = sighting(np.full((5, 2), 100.0))

    assert statuses(reader, seen) == [Status.UNREADABLE]


def test_landmarks_that_are_no_numbers(reader: ExpressionReader) -> None:
    points = landmarks()
    points[3] = np.nan
    box = sighting().face.xyxy
    face = type(sighting().face)(box, 0.9, tuple((x, y) for x, y in points))

    assert statuses(reader, Sighting(1, face)) == [Status.UNREADABLE]


def test_a_blurred_face(reader: ExpressionReader) -> None:
    blurred = cv2.GaussianBlur(noise(320, 240), (0, 0), 14)

    (reading,) = reader.read(frame(np.asarray(blurred, np.uint8)), [sighting()])

    assert reading.status is Status.UNREADABLE


@pytest.mark.parametrize("contrast", [20.0, 10.0])
def test_dim_light_makes_a_blurred_face_no_sharper(contrast: float) -> None:
    sharp = [noise(48, 48, seed)[..., 0].astype(float) for seed in range(20)]
    blurred = [np.asarray(cv2.GaussianBlur(p, (0, 0), 7), float) for p in sharp]

    def crops(pictures: list[npt.NDArray[np.float64]]) -> npt.NDArray[np.uint8]:
        levels = [(crop - crop.mean()) / crop.std() for crop in pictures]
        return np.clip(np.round(100 + contrast * np.array(levels)), 0, 255).astype(
            np.uint8
        )

    assert (detail(crops(blurred)) < Limits().min_detail).all()
    assert (detail(crops(sharp)) > Limits().min_detail).all()


def test_the_prior_is_of_the_head_that_is_read(tmp_path: Path) -> None:
    shares = {"labels": [1 / 7] * 7, "votes": [0.4, *[0.1] * 6]}
    heads: dict[str, Any] = {"heads": ["labels", "votes"], "reads": "votes"}
    known = networks.write(tmp_path / "a", (0.1, 0.1), **heads, priors=shares)
    unknown = networks.write(tmp_path / "b", (0.1, 0.1), **heads)

    assert ExpressionReader.load(known).prior == tuple(shares["votes"])
    assert ExpressionReader.load(unknown).prior is None


def test_a_black_face(reader: ExpressionReader) -> None:
    black = np.zeros((240, 320, 3), np.uint8)

    (reading,) = reader.read(frame(black), [sighting()])

    assert reading.status is Status.UNREADABLE


def test_why_a_face_is_not_read(tmp_path: Path, network: Network) -> None:
    blurred = np.asarray(cv2.GaussianBlur(noise(320, 240), (0, 0), 14), np.uint8)
    never = {"heights": [20], "confidence": [0.999]}
    doubtful = Network(networks.write(tmp_path / "a", (0.001,), thresholds=never))
    faces = [
        sighting(height=12.0).face,
        sighting(turned(-0.3)).face,
        sighting().face,
    ]

    answers = ExpressionReader(network).look(blurred, faces)
    (unsure,) = ExpressionReader(doubtful).look(noise(320, 240), faces[2:])

    assert answers == [Unreadable.SMALL, Unreadable.TURNED, Unreadable.BLURRED]
    assert unsure is Unreadable.UNSURE


def test_how_sure_is_enough_depends_on_the_height(tmp_path: Path) -> None:
    needed = {"heights": [40, 80], "confidence": [0.999, 0.0]}
    network = Network(networks.write(tmp_path / "a", (0.001,), thresholds=needed))

    found = statuses(ExpressionReader(network), sighting(height=39), sighting())

    assert found == [Status.UNREADABLE, Status.READ]


@pytest.mark.parametrize("size", [[96, 96, 3], [48, 48, 3], [96, 96, 1]])
def test_a_network_gets_crops_of_its_own_kind(tmp_path: Path, size: list[int]) -> None:
    network = Network(networks.write(tmp_path / "a", input=size))
    looked, seen = frame(), sighting(landmarks((150, 110), turn=0.2))

    (reading,) = ExpressionReader(network).read(looked, [seen])

    crop = align(looked.image, seen.face.landmarks, size[0], colour=size[2] == 3)
    assert reading.probabilities == pytest.approx(network.classify(crop[None])[0])


def test_names(reader: ExpressionReader, network: Network) -> None:
    assert reader.model == f"{network.name} {network.version}"
    assert PresenceReader().model == ""


def test_presence_notes_everyone() -> None:
    seen = [sighting(student=2), sighting(turned(-0.5), student=1)]

    readings = PresenceReader().read(frame(), seen)

    assert [(r.student, r.status) for r in readings] == [
        (2, Status.PRESENT),
        (1, Status.PRESENT),
    ]
    assert all(r.probabilities is None for r in readings)


def test_presence_never_loads_an_emotion_network() -> None:
    program = (
        "import sys; from monitor.emotion.reader import PresenceReader;"
        "PresenceReader();"
        "sys.exit(any('litert' in m or m == 'monitor.emotion.network'"
        " for m in sys.modules))"
    )

    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_the_agent_never_imports_tensorflow() -> None:
    program = (
        "import sys; from monitor.emotion.reader import ExpressionReader;"
        "ExpressionReader.load();"
        "sys.exit('tensorflow' in sys.modules or 'keras' in sys.modules)"
    )

    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_a_machine_without_litert_is_told_what_works_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delitem(sys.modules, "monitor.emotion.network", raising=False)
    monkeypatch.setitem(sys.modules, "ai_edge_litert", None)
    monkeypatch.setitem(sys.modules, "ai_edge_litert.interpreter", None)
    with pytest.raises(ModelError, match=r"LiteRT.*--mode presence works without it"):
        ExpressionReader.load()

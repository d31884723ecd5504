"""Reads the writing on labels with the recogniser that rapidocr carries.

Only its weights are used: the labels are found by their place, so rapidocr's own
search for writing is not needed, and its program, which would fetch a missing file
from the network, is never run. The network lies inside the package: PP-OCRv6 small, for
Latin with its accents, Greek, Chinese and kana. Nothing else can be read.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol

import cv2
import numpy as np
import numpy.typing as npt

from monitor.records import Image

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

_WEIGHTS = "PP-OCRv6_rec_small.onnx"

_TALL = 48
"""Height in pixels that the recogniser was trained on."""

_WIDTHS = (192, 320, 480, 768)
"""Strips are padded to one of these: memory grows with every width that is new."""


class ReadingFailed(Exception):
    """Labels cannot be read here; its text says why, in one line."""


class Reading(NamedTuple):
    """What stands on a strip.

    Attributes:
        text: as read, "" for nothing.
        sure: mean of the letters' probabilities, 0 for nothing.
    """

    text: str
    sure: float


class LabelEngine(Protocol):
    """Reads strips of writing."""

    def read(self, strips: Sequence[Image]) -> list[Reading]:
        """What stands on each strip, in their order.

        Args:
            strips: (h, w, 3) uint8 BGR each, one line of writing.

        Raises:
            ReadingFailed: they cannot be read here.
        """
        ...


class Recogniser:
    """rapidocr's recogniser, on one thread.

    Raises:
        ReadingFailed: rapidocr or onnxruntime is missing or cannot be loaded.
    """

    def __init__(self) -> None:
        self._session = _load(_weights())
        self._input = self._session.get_inputs()[0].name
        named = self._session.get_modelmeta().custom_metadata_map.get("character", "")
        self._letters = ["", *named.splitlines(), " "]
        if self._session.get_outputs()[0].shape[-1] != len(self._letters):
            raise ReadingFailed(
                f"names on labels are not read: {_WEIGHTS} names other letters than it "
                "reads; install rapidocr 3.9 again"
            )

    def read(self, strips: Sequence[Image]) -> list[Reading]:
        """See `LabelEngine.read`."""
        return [self._read(strip) for strip in strips]

    def _read(self, strip: Image) -> Reading:
        try:
            (answer,) = self._session.run(None, {self._input: prepared(strip)})
        except _foreign_errors() as exc:
            raise ReadingFailed(f"names on labels are not read: {exc}") from exc
        return self._decoded(np.asarray(answer[0], np.float32))

    def _decoded(self, probabilities: npt.NDArray[np.float32]) -> Reading:
        """The likeliest letter of each step, repeats and blanks left out (CTC)."""
        best = probabilities.argmax(axis=1)
        kept = (best > 0) & np.r_[True, best[1:] != best[:-1]]
        if not kept.any():
            return Reading("", 0.0)
        sure = probabilities[np.arange(len(best)), best][kept]
        return Reading(
            "".join(self._letters[i] for i in best[kept]), float(sure.mean())
        )


def prepared(strip: Image) -> npt.NDArray[np.float32]:
    """A strip as the recogniser takes it: (1, 3, 48, w) in [-1, 1], padded with 0."""
    height, width = strip.shape[:2]
    wide = min(max(round(width * _TALL / height), 8), _WIDTHS[-1])
    method = cv2.INTER_LINEAR if height < _TALL else cv2.INTER_AREA
    scaled = cv2.resize(strip, (wide, _TALL), interpolation=method)
    padded = next(step for step in _WIDTHS if wide <= step)
    batch = np.zeros((1, 3, _TALL, padded), np.float32)
    batch[0, :, :, :wide] = scaled.transpose(2, 0, 1) / np.float32(127.5) - 1
    return batch


def _weights() -> Path:
    found = find_spec("rapidocr")
    folders = found.submodule_search_locations if found is not None else None
    if not folders:
        raise ReadingFailed(
            "names on labels are not read: rapidocr is not installed; "
            "`pip install 'rapidocr>=3.9,<3.10'` brings it"
        )
    path = Path(folders[0]) / "models" / _WEIGHTS
    if not path.is_file():
        raise ReadingFailed(
            f"names on labels are not read: {_WEIGHTS} is not in the installed "
            "rapidocr; `pip install 'rapidocr>=3.9,<3.10'` brings it"
        )
    return path


def _load(path: Path) -> InferenceSession:
    # From 1.29 on onnxruntime tells its maker about the computer and every network that
    # it runs, unless this is there before it is loaded.
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    try:
        from onnxruntime import (
            InferenceSession,
            SessionOptions,
            disable_telemetry_events,
        )
    except ImportError as exc:
        raise ReadingFailed(
            f"names on labels are not read: onnxruntime cannot be loaded ({exc}); "
            "`pip install onnxruntime` brings it"
        ) from exc

    # Builds for Windows tell the system's log of events, and know no such variable.
    disable_telemetry_events()
    options = SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    # Both keep memory for every size of strip that ever came.
    options.enable_cpu_mem_arena = options.enable_mem_pattern = False
    options.log_severity_level = 4
    try:
        return InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except _foreign_errors() as exc:
        raise ReadingFailed(
            f"names on labels are not read: {path.name} is damaged; install rapidocr "
            "again"
        ) from exc


def _foreign_errors() -> tuple[type[Exception], ...]:
    """Everything that onnxruntime raises; its errors have no common parent."""
    from onnxruntime.capi import onnxruntime_pybind11_state as state

    return tuple(
        kind
        for kind in vars(state).values()
        if isinstance(kind, type) and issubclass(kind, Exception)
    )

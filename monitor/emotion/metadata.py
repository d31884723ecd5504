"""What a network's file says of itself.

A ``.tflite`` file may carry files of its own behind the network, as a zip archive that
the interpreter passes over (https://ai.google.dev/edge/litert/conversion/tensorflow/metadata).
Ours carries ``classpulse.json``, so that a network can never be run with the labels,
the crop or the calibration of another.
"""

from __future__ import annotations

import json
import lzma
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from monitor.emotion.calibration import ByHeight, Calibration, Floats, numbers
from monitor.emotion.preprocess import CANONICAL_LANDMARKS
from monitor.errors import ModelError
from monitor.quoting import named, quoted
from monitor.records import EMOTIONS

MEMBER = "classpulse.json"
FORMAT = 2
SIDES = (8, 1024)
"""The smallest and the largest input, in pixels."""
OUTPUTS = ("logits", "probabilities")
LONGEST_NAME = 60
"""Letters of its name, its version and its heads: they stand in lists and sessions."""
_LARGEST = 2**20
"""Bytes that a network may say of itself; ours says some 40,000."""

_DAMAGED = (
    OSError,
    EOFError,
    KeyError,
    RuntimeError,
    ValueError,
    zipfile.BadZipFile,
    lzma.LZMAError,
    zlib.error,
)
"""What reading a spoiled archive, a locked one, or no JSON raises."""


@dataclass(frozen=True, slots=True)
class Metadata:
    """What the agent needs to know of a network.

    Attributes:
        name: the network's name.
        version: its version; stored with each session beside the name.
        input: height, width and channels of a crop: 1 is grey, 3 is RGB.
        scale: a pixel in 0..255 goes in as pixel * scale + offset.
        offset: see ``scale``.
        heads: the network's answers, in the order in which they stand side by side.
        reads: the head that the product reads.
        classes: the columns of each head: some or all of `EMOTIONS`, in any order.
        output: what the columns hold, "logits" or "probabilities".
        calibration: of each head.
        priors: of each head, seven class shares in the data that it was calibrated
            on, in the order of `EMOTIONS`; they sum to 1. None where the file does not
            say: a made-up one would pass for a measured one.
        thresholds: the largest probability, in [0, 1], under which a face is not
            readable.
        min_face_height: height of a face's box, in pixels of the picture, under which
            the network is not asked.
        raw: everything in the file, figures and provenance included.
    """

    name: str
    version: str
    input: tuple[int, int, int]
    scale: float
    offset: float
    heads: tuple[str, ...]
    reads: str
    classes: tuple[str, ...]
    output: str
    calibration: Mapping[str, Calibration]
    priors: Mapping[str, tuple[float, ...] | None]
    thresholds: ByHeight
    min_face_height: float
    raw: dict[str, Any]

    def confidence_needed(self, heights: Floats) -> Floats:
        """(n,) the largest probability that a reading must reach, by face height.

        Args:
            heights: (n,) of the faces' boxes, in pixels.
        """
        if not self.thresholds.heights:
            return np.zeros(len(heights))
        return self.thresholds.at(heights)


def read(path: Path) -> Metadata:
    """Reads and checks what a network's file says of itself.

    Raises:
        ModelError: the file is missing or damaged, or its network answers other
            questions than this program asks.
    """
    try:
        file = path.open("rb")
    except FileNotFoundError as exc:
        raise ModelError(
            f"No emotion network at {path}: install classpulse again if it came with "
            "it, or import or train yours again."
        ) from exc
    except OSError as exc:
        raise ModelError(f"{path} cannot be read ({exc.strerror or exc}).") from exc
    try:
        with file, zipfile.ZipFile(file) as archive:
            if archive.getinfo(MEMBER).file_size > _LARGEST:
                raise ValueError(MEMBER)
            raw = json.loads(archive.read(MEMBER))
    except _DAMAGED as exc:
        raise ModelError(
            f"{path} is damaged or no ClassPulse network: copy it again, or import the "
            "Keras model that it was made of; if it came with ClassPulse, install that "
            "again."
        ) from exc
    return parse(path, raw)


def learned_from(raw: Mapping[str, Any]) -> str:
    """The sum of the labelled pictures that a network learned from; empty if unknown.

    As `models.training.readers.data.Data.sha256` has it, votes included. Of a file
    imported from Keras "sha256" is that file's sum, not the pictures'.

    Args:
        raw: what the network's file says of itself.
    """
    data = raw.get("data")
    if not isinstance(data, dict):
        return ""
    return str(data.get("learned_from_sha256" if imported_from(raw) else "sha256", ""))


def imported_from(raw: Mapping[str, Any]) -> str:
    """The Keras file that a network was imported from; empty if it was trained here.

    Args:
        raw: what the network's file says of itself.
    """
    data = raw.get("data")
    source = data.get("imported_from") if isinstance(data, dict) else None
    if not source:
        return ""
    return named(str(source))


def was_released(raw: Mapping[str, Any]) -> bool:
    """Whether a network, by what it says, is a release of this program's or a copy.

    PublicTest is for those; what a user trains is measured on what it held back.
    """
    figures = raw.get("figures")
    measured = isinstance(figures, dict) and "public_test" in figures
    return measured and not imported_from(raw)


def write(path: Path, raw: dict[str, Any]) -> None:
    """Puts ``raw`` behind the network in ``path``, in place of what stood there.

    Raises:
        ModelError: ``raw`` is not what `read` would accept.
    """
    parse(path, raw)
    content = path.read_bytes()
    path.write_bytes(network_bytes(path, content))
    # A fixed date: the same network and figures make the same file.
    member = zipfile.ZipInfo(MEMBER, date_time=(2020, 1, 1, 0, 0, 0))
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(member, json.dumps(raw, indent=1))


def network_bytes(path: Path, content: bytes) -> bytes:
    """The network alone, without the archive behind it."""
    if not zipfile.is_zipfile(path):
        return content
    with zipfile.ZipFile(path) as archive:
        return content[: min(info.header_offset for info in archive.infolist())]


def parse(path: Path, raw: object) -> Metadata:
    """Checks what a network's file says of itself.

    Args:
        path: the file, for messages.
        raw: what its ``classpulse.json`` holds.

    Raises:
        ModelError: it does not suit this program.
    """
    raw = raw if isinstance(raw, dict) else {}
    _check_task(path, raw)
    try:
        return _metadata(raw)
    except (ValueError, KeyError) as exc:
        reason = f"lacks {exc}" if isinstance(exc, KeyError) else str(exc)
        raise ModelError(
            f"{path} does not say of itself what the program needs ({reason}): make "
            "the file again, by `classpulse models train` or `import`."
        ) from exc


def _check_task(path: Path, raw: dict[str, Any]) -> None:
    """The questions that every network must answer in the same way."""
    expected = {
        "format": FORMAT,
        "labels": list(EMOTIONS),
        "landmarks": [list(point) for point in CANONICAL_LANDMARKS],
    }
    for key, value in expected.items():
        if raw.get(key) != value:
            raise ModelError(
                f"{path} has {key} {quoted(raw.get(key))}, expected {value}: it was "
                "made for another version or another task; install classpulse again "
                "if it came with it, or import or train yours again."
            )


def _metadata(raw: dict[str, Any]) -> Metadata:
    heads, classes = _names(raw, "heads"), _names(raw, "classes")
    foreign = sorted(set(classes) - set(EMOTIONS))
    if foreign:
        raise ValueError(f"classes {quoted(foreign)} are none of {list(EMOTIONS)}")
    if raw["reads"] not in heads:
        raise ValueError(
            f"reads {quoted(raw['reads'])}, which is none of {quoted(list(heads))}"
        )
    if raw["output"] not in OUTPUTS:
        raise ValueError(f"output {quoted(raw['output'])} is none of {list(OUTPUTS)}")
    if not all(_is_name(raw[key]) for key in ("name", "version")):
        raise ValueError(
            "its name and version must be texts of up to "
            f"{LONGEST_NAME} letters on one line, got {quoted(raw['name'])} and "
            f"{quoted(raw['version'])}"
        )
    return Metadata(
        name=raw["name"],
        version=raw["version"],
        input=_input(raw["input"]),
        scale=_scale(raw["scale"]),
        offset=numbers([raw["offset"]])[0],
        heads=heads,
        reads=raw["reads"],
        classes=classes,
        output=raw["output"],
        calibration=_calibration(raw, heads, len(classes)),
        priors=_priors(raw, heads),
        thresholds=_thresholds(_table(raw, "thresholds")),
        min_face_height=_least_height(raw["min_face_height"]),
        raw=raw,
    )


def _table(raw: dict[str, Any], key: str) -> dict[str, Any]:
    table = raw[key]
    if not isinstance(table, dict):
        raise ValueError(f"expected {key} as a table, got {quoted(table)}")
    return table


def _is_name(text: object) -> bool:
    """Whether it can stand in a line: an escape code would act in a terminal."""
    return (
        isinstance(text, str) and text.isprintable() and 1 <= len(text) <= LONGEST_NAME
    )


def _names(raw: dict[str, Any], key: str) -> tuple[str, ...]:
    names = raw[key]
    texts = isinstance(names, list) and all(_is_name(name) for name in names)
    if not texts or not names or len(set(names)) != len(names):
        raise ValueError(f"expected {key} of different names, got {quoted(names)}")
    return tuple(names)


def _calibration(
    raw: dict[str, Any], heads: tuple[str, ...], classes: int
) -> dict[str, Calibration]:
    """Of each head: a file that lost its own would pass for one that needs none."""
    table = _table(raw, "calibration")
    if set(table) != set(heads):
        raise ValueError(
            f"expected a calibration of each of the heads {quoted(list(heads))}, got "
            f"one of {quoted(list(table))}"
        )
    return {head: Calibration.read(_table(table, head), classes) for head in heads}


def _priors(
    raw: dict[str, Any], heads: tuple[str, ...]
) -> dict[str, tuple[float, ...] | None]:
    """Of each head; what the file does not say is not known."""
    table = _table(raw, "priors") if "priors" in raw else {}
    if not set(table) <= set(heads):
        raise ValueError(
            f"expected priors of the heads {quoted(list(heads))}, got some of "
            f"{quoted(list(table))}"
        )
    return {head: _prior(table[head]) if head in table else None for head in heads}


def _thresholds(table: dict[str, Any]) -> ByHeight:
    confidence = numbers(table["confidence"])
    if not all(0 <= least <= 1 for least in confidence):
        raise ValueError(
            f"expected confidence of 0 to 1 in thresholds, got {quoted(confidence)}"
        )
    return ByHeight(numbers(table["heights"]), confidence)


def _scale(raw: object) -> float:
    (scale,) = numbers([raw])
    if scale == 0:
        raise ValueError("scale 0: every face would look the same")
    return scale


def _least_height(raw: object) -> float:
    (least,) = numbers([raw])
    # Above a face that fills a large picture nobody would ever be read.
    if not 0 < least <= SIDES[1]:
        raise ValueError(
            f"expected a smallest face height above 0 and up to {SIDES[1]} pixels, got "
            f"{least:g}"
        )
    return least


def _input(raw: object) -> tuple[int, int, int]:
    whole = isinstance(raw, list) and all(type(size) is int for size in raw)
    if whole and isinstance(raw, list) and len(raw) == 3:
        height, width, channels = raw
        if height == width and SIDES[0] <= height <= SIDES[1] and channels in {1, 3}:
            return height, width, channels
    raise ValueError(
        f"input {quoted(raw)}, expected [side, side, 1] or [side, side, 3] with a side "
        f"of {SIDES[0]} to {SIDES[1]} pixels"
    )


def _prior(raw: object) -> tuple[float, ...]:
    """Seven shares."""
    shares = numbers(raw, len(EMOTIONS))
    if min(shares) < 0 or abs(sum(shares) - 1) > 0.01:
        raise ValueError(f"expected shares that sum to 1, got {list(shares)}")
    return shares

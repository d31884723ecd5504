"""What a network's file says of itself.

A ``.tflite`` file may carry files of its own behind the network, as a zip archive that
the interpreter passes over (https://ai.google.dev/edge/litert/conversion/tensorflow/metadata).
Ours carries ``classpulse.json``, so that a network can never be run with the labels,
the crop or the calibration of another.
"""

from __future__ import annotations

import json
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from monitor.emotion.preprocess import CANONICAL_LANDMARKS, CROP_SIDE
from monitor.errors import ModelError
from monitor.records import EMOTIONS

MEMBER = "classpulse.json"
FORMAT = 1


@dataclass(frozen=True, slots=True)
class Metadata:
    """What the agent needs to know of a network.

    Attributes:
        name: the network's name.
        version: its version; stored with each session beside the name.
        temperature: logits are divided by it before the softmax (Guo et al. 2017,
            arXiv 1706.04599), above 0.
        min_face_height: height of a face's box, in pixels of the picture, under which
            the network is not asked.
        raw: everything in the file, figures and provenance included.
    """

    name: str
    version: str
    temperature: float
    min_face_height: float
    raw: dict[str, Any]


def read(path: Path) -> Metadata:
    """Reads and checks what a network's file says of itself.

    Raises:
        ModelError: the file is missing or damaged, or its network answers other
            questions than this program asks.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            raw = json.loads(archive.read(MEMBER))
    except FileNotFoundError as exc:
        raise ModelError(
            f"No emotion network at {path}: install classpulse again."
        ) from exc
    except (OSError, zipfile.BadZipFile, KeyError, ValueError) as exc:
        raise ModelError(
            f"{path} is damaged or no ClassPulse network (its {MEMBER} cannot be "
            "read): install classpulse again."
        ) from exc
    _check(path, raw)
    return Metadata(
        name=str(raw["name"]),
        version=str(raw["version"]),
        temperature=float(raw["temperature"]),
        min_face_height=float(raw["min_face_height"]),
        raw=raw,
    )


def write(path: Path, raw: dict[str, Any]) -> None:
    """Puts ``raw`` behind the network in ``path``, in place of what stood there.

    Raises:
        ModelError: ``raw`` is not what `read` would accept.
    """
    _check(path, raw)
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


def _check(path: Path, raw: object) -> None:
    expected = {
        "format": FORMAT,
        "labels": list(EMOTIONS),
        "input": [CROP_SIDE, CROP_SIDE, 1],
        "landmarks": [list(point) for point in CANONICAL_LANDMARKS],
    }
    if not isinstance(raw, dict):
        raw = {}
    for key, value in expected.items():
        # Through JSON: tuples and lists are the same to a file.
        if json.loads(json.dumps(raw.get(key))) != value:
            raise ModelError(
                f"{path} has {key} {raw.get(key)}, expected {value}: it was made for "
                "another version or another task; install classpulse again."
            )
    texts = all(str(raw.get(key, "")) for key in ("name", "version"))
    numbers = [raw.get(key) for key in ("temperature", "min_face_height")]
    if not texts or not all(isinstance(x, int | float) and x > 0 for x in numbers):
        raise ModelError(
            f"{path} lacks a name, a version, a temperature above 0 or a smallest "
            f"face height above 0: make the file again with models.training.export."
        )

"""What a network's file says of itself, and files that are refused."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from monitor.emotion import metadata
from monitor.emotion.network import Network
from monitor.errors import ModelError
from tests.emotion import networks


def message_for(path: Path) -> str:
    with pytest.raises(ModelError) as caught:
        Network.load(path)
    text = str(caught.value)
    assert "\n" not in text
    assert str(path) in text
    return text


def test_a_missing_file(tmp_path: Path) -> None:
    text = message_for(tmp_path / "gone.tflite")

    assert text.startswith("No emotion network at")
    assert "install classpulse again" in text


@pytest.mark.parametrize("content", [b"", b"no network at all", b"PK\x05\x06" * 9])
def test_a_file_that_is_no_network(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "other.tflite"
    path.write_bytes(content)

    assert "is damaged or no ClassPulse network" in message_for(path)


def test_what_cannot_be_opened_is_not_called_damaged(tmp_path: Path) -> None:
    around = tmp_path / "around.tflite"
    around.symlink_to(around)

    assert message_for(tmp_path) == f"{tmp_path} cannot be read (Is a directory)."
    assert message_for(around) == (
        f"{around} cannot be read (Too many levels of symbolic links)."
    )


def test_a_truncated_file(copy: Path) -> None:
    copy.write_bytes(copy.read_bytes()[:-100])

    assert "is damaged or no ClassPulse network" in message_for(copy)


@pytest.mark.parametrize("packed", [zipfile.ZIP_DEFLATED, zipfile.ZIP_LZMA])
def test_a_file_whose_archive_is_spoiled_within(tmp_path: Path, packed: int) -> None:
    path = tmp_path / "a.tflite"
    with zipfile.ZipFile(path, "w", packed) as archive:
        archive.writestr(metadata.MEMBER, json.dumps(networks.about()))
    content = bytearray(path.read_bytes())
    start = 30 + len(metadata.MEMBER) + 9  # behind the member's and LZMA's headers
    content[start : start + 60] = b"\xff" * 60
    path.write_bytes(content)

    assert "is damaged or no ClassPulse network" in message_for(path)


def test_a_file_that_says_more_of_itself_than_anybody_can(tmp_path: Path) -> None:
    path = tmp_path / "a.tflite"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(metadata.MEMBER, " " * 2**21 + json.dumps(networks.about()))

    assert "is damaged or no ClassPulse network" in message_for(path)


def test_a_file_whose_archive_is_locked(tmp_path: Path) -> None:
    path = tmp_path / "a.tflite"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(metadata.MEMBER, "{}")
    content = bytearray(path.read_bytes())
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(content)

    assert "is damaged or no ClassPulse network" in message_for(path)


def test_a_file_that_nests_without_end(tmp_path: Path) -> None:
    path = tmp_path / "a.tflite"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(metadata.MEMBER, "[" * 200_000)

    assert "is damaged or no ClassPulse network" in message_for(path)


def test_a_file_damaged_in_the_network(copy: Path) -> None:
    content = bytearray(copy.read_bytes())
    content[:4096] = bytes(4096)
    copy.write_bytes(content)

    assert "LiteRT cannot run it" in message_for(copy)


def test_other_labels(copy: Path) -> None:
    text = message_for(networks.changed(copy, labels=["cat", "dog"]))

    assert "has labels ['cat', 'dog'], expected ['angry', 'disgust'" in text


def test_a_file_of_before(copy: Path) -> None:
    text = message_for(networks.changed(copy, format=1))

    assert "has format 1, expected 2" in text
    assert "install classpulse again" in text


def test_another_shape_than_it_says(copy: Path) -> None:
    text = message_for(networks.changed(copy, input=[64, 64, 3]))

    assert "takes and answers [[48, 48, 1], " in text
    assert "expected [[64, 64, 3], " in text


def test_a_network_that_answers_no_numbers(tmp_path: Path) -> None:
    file = networks.write(tmp_path / "network.tflite", (np.nan,))

    assert "answers what is no number: make the file again" in message_for(file)


def test_more_heads_than_it_says(tmp_path: Path) -> None:
    text = message_for(networks.write(tmp_path / "two.tflite", (0.1, 0.1)))

    assert "answers [[48, 48, 1], [14]] (float32), expected [[48, 48, 1], [7]]" in text


FOREIGN: dict[str, object] = {
    "codes": "red\n\x1b[31m\u202e",
    "long": "x" * 500_000,
    "many": [[0.5, "x" * 900] * 40] * 9,
    "deep": json.loads("[" * 300 + "]" * 300),
}

ENTRY = {"bias": [0.0] * 7, "temperature": 1.0, "heights": [], "temperatures": []}


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"version": ""}, "name and version must be texts"),
        ({"version": "1\n\x1b[31m"}, "letters on one line, got 'tiny' and '1\\n\\x1b["),
        ({"name": "x" * 61}, "texts of up to 60 letters on one line, got 'xxx"),
        ({"name": 3}, "name and version must be texts"),
        (
            {"min_face_height": 0},
            "smallest face height above 0 and up to 1024 pixels, got 0",
        ),
        ({"min_face_height": 1e20}, "up to 1024 pixels, got 1e+20"),
        ({"min_face_height": "tall"}, "expected numbers, got ['tall']"),
        ({"input": [48, 48]}, "input [48, 48], expected [side, side, 1]"),
        ({"input": [48, 32, 1]}, "input [48, 32, 1], expected [side, side, 1]"),
        ({"input": [48, 48, 4]}, "input [48, 48, 4]"),
        ({"scale": 0}, "scale 0: every face would look the same"),
        ({"scale": None}, "expected numbers, got [None]"),
        ({"scale": 10**400}, "expected numbers, got [1000"),
        ({"offset": float("nan")}, "expected numbers, got [nan]"),
        ({"heads": ["labels", "a\nb"]}, "different names, got ['labels', 'a\\nb']"),
        ({"heads": []}, "expected heads of different names, got []"),
        ({"heads": ["labels", "labels"]}, "expected heads of different names"),
        ({"reads": "mood"}, "reads 'mood', which is none of"),
        ({"classes": ["happy", "bored"]}, "classes ['bored'] are none of"),
        ({"classes": "happy"}, "expected classes of different names, got 'happy'"),
        ({"output": "odds"}, "output 'odds' is none of"),
        ({"calibration": []}, "expected calibration as a table, got []"),
        ({"calibration": {}}, "of each of the heads ['labels'], got one of []"),
        (
            {"calibration": {"labels": ENTRY, "mood": ENTRY}},
            "of each of the heads ['labels'], got one of ['labels', 'mood']",
        ),
        ({"calibration": {"labels": {}}}, "(lacks 'bias')"),
        ({"calibration": {"labels": 3}}, "expected labels as a table, got 3"),
        ({"priors": 1}, "expected priors as a table, got 1"),
        ({"priors": {"mood": [1 / 7] * 7}}, "got some of ['mood']"),
        ({"priors": {"labels": None}}, "expected 7 numbers, got None"),
        ({"thresholds": {}}, "(lacks 'confidence')"),
        ({"thresholds": {"confidence": []}}, "(lacks 'heights')"),
        (
            {"thresholds": {"heights": [20], "confidence": [5]}},
            "expected confidence of 0 to 1 in thresholds, got (5.0,)",
        ),
        ({"thresholds": {"heights": [20], "confidence": [-0.1]}}, "got (-0.1,)"),
        ({"thresholds": 0.3}, "expected thresholds as a table, got 0.3"),
        ({"calibration": {"labels": ENTRY | {"temperature": 0}}}, "above 0, got [0.0]"),
        ({"calibration": {"labels": ENTRY | {"bias": [1]}}}, "7 numbers, got [1]"),
        (
            {"calibration": {"labels": ENTRY | {"heights": [20]}}},
            "expected a value for each of 1 heights, got 0",
        ),
        ({"priors": {"labels": [0.5] * 7}}, "expected shares that sum to 1"),
        ({"priors": {"labels": [1]}}, "expected 7 numbers, got [1]"),
        (
            {"thresholds": {"heights": [48, 20], "confidence": [0.4, 0.3]}},
            "expected growing heights, got [48.0, 20.0]",
        ),
    ],
)
def test_what_a_file_may_not_say(
    tmp_path: Path, change: dict[str, Any], says: str
) -> None:
    file = networks.write(tmp_path / "network.tflite")

    text = message_for(networks.changed(file, **change))

    assert "make the file again" in text
    assert says in text


@pytest.mark.parametrize("key", ["reads", "calibration", "thresholds", "version"])
def test_what_a_file_must_say(tmp_path: Path, key: str) -> None:
    file = networks.write(tmp_path / "network.tflite")
    raw = metadata.read(file).raw
    del raw[key]
    with pytest.raises(ModelError, match=f"lacks '{key}'"):
        metadata.write(file, raw)


@pytest.mark.parametrize(
    "key",
    [
        *("format", "labels", "landmarks", "name", "version", "input", "scale"),
        *("heads", "reads", "classes", "output", "calibration", "priors"),
        *("thresholds", "min_face_height"),
    ],
)
@pytest.mark.parametrize("foreign", FOREIGN.values(), ids=FOREIGN)
def test_what_is_foreign_is_told_on_one_short_line(key: str, foreign: object) -> None:
    for value in (foreign, [foreign] * 9, {"labels": foreign, "votes": foreign}):
        with pytest.raises(ModelError) as caught:
            metadata.parse(Path("a.tflite"), networks.about() | {key: value})
        assert str(caught.value).isprintable()
        assert len(str(caught.value)) < 500


def test_a_prior_that_a_file_does_not_say_is_not_made_up(tmp_path: Path) -> None:
    shares = [0.4, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1]
    said: dict[str, Any] = {"heads": ["labels", "votes"], "priors": {"votes": shares}}

    some = metadata.read(networks.write(tmp_path / "a", (0.1, 0.1), **said))
    none = metadata.read(networks.write(tmp_path / "b"))

    assert some.priors == {"labels": None, "votes": tuple(shares)}
    assert none.priors == {"labels": None}


def test_confidence_needed(tmp_path: Path) -> None:
    needed = {"heights": [20, 40], "confidence": [0.5, 0.3]}
    some = metadata.read(networks.write(tmp_path / "a", thresholds=needed))
    none = metadata.read(networks.write(tmp_path / "b"))
    heights = np.array([10.0, 30.0, 90.0])

    assert some.confidence_needed(heights) == pytest.approx([0.5, 0.4, 0.3])
    assert (none.confidence_needed(heights) == 0).all()


def test_metadata_that_is_no_dictionary(copy: Path) -> None:
    copy.write_bytes(metadata.network_bytes(copy, copy.read_bytes()))
    with zipfile.ZipFile(copy, "a") as archive:
        archive.writestr(metadata.MEMBER, "[1, 2]")

    assert "has format None, expected 2" in message_for(copy)


def test_writing_metadata_twice_keeps_the_network(copy: Path) -> None:
    before = copy.read_bytes()
    raw = metadata.read(copy).raw

    metadata.write(copy, raw)
    once = copy.read_bytes()
    metadata.write(copy, raw)

    assert copy.read_bytes() == once
    assert Network(copy).version == raw["version"]
    assert metadata.network_bytes(copy, once) in before

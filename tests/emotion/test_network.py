from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from monitor.emotion import metadata
from monitor.emotion.network import MOST_AT_ONCE, Network, shipped, softmax
from monitor.errors import ModelError
from monitor.records import EMOTIONS


@pytest.fixture(scope="module")
def network() -> Network:
    return Network.load()


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the shipped file, to be spoiled."""
    return Path(shutil.copy(shipped(), tmp_path / "network.tflite"))


def crops(n: int, seed: int = 0) -> npt.NDArray[np.uint8]:
    rng = np.random.default_rng(seed)
    return rng.integers(0, 256, (n, 48, 48), dtype=np.uint8)


def changed(path: Path, **changes: object) -> Path:
    """The file saying something else of itself, as another program would write it."""
    raw = metadata.read(path).raw | changes
    content = metadata.network_bytes(path, path.read_bytes())
    path.write_bytes(content)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(metadata.MEMBER, json.dumps(raw))
    return path


@pytest.mark.parametrize("n", [1, 7, 8, 9, 25, MOST_AT_ONCE + 3])
def test_probabilities(network: Network, n: int) -> None:
    answer = network.classify(crops(n))

    assert answer.shape == (n, len(EMOTIONS))
    assert answer.dtype == np.float64
    assert np.allclose(answer.sum(1), 1)
    assert (answer >= 0).all()


def test_no_faces(network: Network) -> None:
    assert network.classify(crops(0)).shape == (0, 7)


def test_a_face_reads_the_same_in_every_company(network: Network) -> None:
    faces = crops(MOST_AT_ONCE + 5)

    together = network.classify(faces)
    alone = np.concatenate([network.classify(faces[i : i + 1]) for i in range(9)])

    assert np.allclose(together[:9], alone, atol=1e-5)
    assert np.allclose(network.classify(faces[::-1])[::-1], together, atol=1e-5)


def test_calibration_is_applied(network: Network, copy: Path) -> None:
    cool = Network(changed(copy, temperature=network.metadata.temperature * 3))

    assert np.allclose(cool.logits(crops(4)), network.logits(crops(4)), atol=1e-4)
    assert (cool.classify(crops(4)).max(1) < network.classify(crops(4)).max(1)).all()


def test_the_shipped_file_says_what_it_is(network: Network) -> None:
    about = network.metadata.raw

    assert network.name == "expression"
    assert network.version
    assert 8 <= network.min_face_height <= 48
    assert about["labels"] == list(EMOTIONS)
    assert about["figures"]["public_test"]["accuracy"] >= 0.62
    assert len(about["data"]["sha256"]) == 64


def test_softmax_of_large_logits() -> None:
    rows = softmax(np.array([[1000.0, 1000.0], [-1000.0, 0.0]]))

    assert np.allclose(rows, [[0.5, 0.5], [0.0, 1.0]])


@pytest.mark.parametrize(
    "wrong",
    [
        np.zeros((2, 48, 48), np.float32),
        np.zeros((2, 48, 47), np.uint8),
        np.zeros((48, 48), np.uint8),
        np.zeros((2, 48, 48, 1), np.uint8),
    ],
)
def test_wrong_crops_are_refused(
    network: Network, wrong: npt.NDArray[np.uint8]
) -> None:
    with pytest.raises(ValueError, match=r"expected \(n, 48, 48\) uint8 crops, got"):
        network.classify(wrong)


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


def test_a_folder(tmp_path: Path) -> None:
    assert "is damaged or no ClassPulse network" in message_for(tmp_path)


def test_a_truncated_file(copy: Path) -> None:
    copy.write_bytes(copy.read_bytes()[:-100])

    assert "is damaged or no ClassPulse network" in message_for(copy)


def test_a_file_damaged_in_the_network(copy: Path) -> None:
    content = bytearray(copy.read_bytes())
    content[:4096] = bytes(4096)
    copy.write_bytes(content)

    assert "LiteRT cannot run it" in message_for(copy)


def test_other_labels(copy: Path) -> None:
    text = message_for(changed(copy, labels=["cat", "dog"]))

    assert "has labels ['cat', 'dog'], expected ['angry', 'disgust'" in text


def test_another_crop(copy: Path) -> None:
    assert "expected [48, 48, 1]" in message_for(changed(copy, input=[64, 64, 3]))


@pytest.mark.parametrize(
    "change", [{"temperature": 0}, {"temperature": "hot"}, {"version": ""}]
)
def test_incomplete_metadata(copy: Path, change: dict[str, Any]) -> None:
    assert "make the file again" in message_for(changed(copy, **change))


def test_metadata_that_is_no_dictionary(copy: Path) -> None:
    copy.write_bytes(metadata.network_bytes(copy, copy.read_bytes()))
    with zipfile.ZipFile(copy, "a") as archive:
        archive.writestr(metadata.MEMBER, "[1, 2]")

    assert "has format None, expected 1" in message_for(copy)


def test_writing_metadata_twice_keeps_the_network(copy: Path) -> None:
    before = copy.read_bytes()
    raw = metadata.read(copy).raw

    metadata.write(copy, raw)
    once = copy.read_bytes()
    metadata.write(copy, raw)

    assert copy.read_bytes() == once
    assert Network(copy).version == raw["version"]
    assert metadata.network_bytes(copy, once) in before


def test_nothing_is_printed_while_loading(capfd: pytest.CaptureFixture[str]) -> None:
    Network.load().classify(crops(3))

    assert capfd.readouterr() == ("", "")

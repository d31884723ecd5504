from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from monitor.emotion import metadata
from monitor.emotion.calibration import softmax
from monitor.emotion.network import MOST_AT_ONCE, Network, shipped
from monitor.errors import ModelError
from monitor.records import EMOTIONS
from tests.emotion import networks
from tests.training import made


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
    head, raw = network.metadata.reads, network.metadata.raw
    hot = raw["calibration"][head] | {"temperature": 9.0}
    cool = Network(changed(copy, calibration=raw["calibration"] | {head: hot}))

    assert np.allclose(cool.logits(crops(4)), network.logits(crops(4)), atol=1e-4)
    assert (cool.classify(crops(4)).max(1) < network.classify(crops(4)).max(1)).all()


def test_small_faces_get_a_temperature_of_their_own(tmp_path: Path) -> None:
    entry = {
        "bias": [0.0] * 6 + [0.5],
        "temperature": 1.0,
        "heights": [20, 40],
        "temperatures": [4.0, 2.0],
    }
    network = Network(networks.write(tmp_path / "a", calibration={"labels": entry}))
    face = made.faces(1)[0]
    logits = network.logits(face) + np.array(entry["bias"])

    for height, temperature in ((5, 4.0), (20, 4.0), (30, 3.0), (40, 2.0), (99, 2.0)):
        seen = network.classify(face, np.array([float(height)]))
        assert np.allclose(seen, softmax(logits / temperature))
    assert np.allclose(network.classify(face), softmax(logits))


def test_each_head_answers_for_itself(tmp_path: Path) -> None:
    heads = {"heads": ["labels", "votes"], "reads": "votes"}
    network = Network(networks.write(tmp_path / "a", (0.1, 0.02), **heads))
    faces, _ = made.faces(9)

    labels = network.logits(faces, "labels")
    assert np.allclose(network.logits(faces), labels / 5, atol=1e-4)
    assert np.allclose(network.classify(faces), network.classify(faces, head="votes"))
    for head, rows in network.classify_heads(faces).items():
        assert np.allclose(rows, network.classify(faces, head=head))
    with pytest.raises(ValueError, match=r"no head 'mood': expected one of"):
        network.classify(faces, head="mood")


def test_classes_in_another_order_and_without_some(tmp_path: Path) -> None:
    network = Network(
        networks.write(tmp_path / "a", classes=["neutral", "happy", "angry"])
    )
    faces, labels = made.faces(14)
    known = np.isin(labels, [0, 3, 6])

    answer = network.classify(faces)

    assert (answer.argmax(1) == labels)[known].all()
    assert (answer[:, [1, 2, 4, 5]] == 0).all()
    assert np.allclose(answer.sum(1), 1)
    assert np.isneginf(network.logits(faces)[:, 1]).all()


def test_a_large_network_in_colour_with_its_own_range(tmp_path: Path) -> None:
    file = networks.write(
        tmp_path / "a", (9.0,), input=[96, 96, 3], scale=1 / 127.5, offset=-1.0
    )
    grey, labels = made.faces(11)
    faces = np.stack([cv2.resize(face, (96, 96)) for face in grey])
    colour = np.repeat(faces[..., None], 3, axis=3).astype(np.uint8)

    network = Network(file)

    assert (network.classify(colour).argmax(1) == labels).all()
    assert abs(network.logits(colour)[:, 0].mean()) < 9 * 2
    with pytest.raises(ValueError, match=r"expected \(n, 96, 96, 3\) uint8 crops"):
        network.classify(grey)


def test_a_network_that_answers_probabilities(tmp_path: Path) -> None:
    file = networks.write(tmp_path / "a", (0.01,), output="probabilities")
    network = Network(file)
    faces, labels = made.faces(7)

    # The layer's answers are no probabilities; their logarithm is what counts.
    assert (network.classify(faces).argmax(1) == labels).all()
    assert network.logits(faces).min() == pytest.approx(np.log(1e-12))


def test_the_shipped_file_says_what_it_is(network: Network) -> None:
    about = network.metadata.raw

    assert network.name == "expression"
    assert network.version
    assert 8 <= network.metadata.min_face_height <= 48
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
    text = message_for(changed(copy, labels=["cat", "dog"]))

    assert "has labels ['cat', 'dog'], expected ['angry', 'disgust'" in text


def test_a_file_of_before(copy: Path) -> None:
    text = message_for(changed(copy, format=1))

    assert "has format 1, expected 2" in text
    assert "install classpulse again" in text


def test_another_shape_than_it_says(copy: Path) -> None:
    text = message_for(changed(copy, input=[64, 64, 3]))

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

    text = message_for(changed(file, **change))

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


def test_nothing_is_printed_while_loading(capfd: pytest.CaptureFixture[str]) -> None:
    Network.load().classify(crops(3))

    assert capfd.readouterr() == ("", "")

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from monitor.emotion.calibration import softmax
from monitor.emotion.network import MOST_AT_ONCE, Network
from monitor.records import EMOTIONS
from tests.emotion import networks
from tests.training import made


@pytest.fixture(scope="module")
def network() -> Network:
    return Network.load()


def crops(n: int, seed: int = 0) -> npt.NDArray[np.uint8]:
    rng = np.random.default_rng(seed)
    return rng.integers(0, 256, (n, 48, 48), dtype=np.uint8)


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
    cool = Network(networks.changed(copy, calibration=raw["calibration"] | {head: hot}))

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


def test_nothing_is_printed_while_loading(capfd: pytest.CaptureFixture[str]) -> None:
    Network.load().classify(crops(3))

    assert capfd.readouterr() == ("", "")

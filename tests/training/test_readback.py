"""A released file becomes the network that it was made of again."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeAlias

import flatbuffers  # type: ignore[import-untyped]
import numpy as np
import numpy.typing as npt
import pytest
from ai_edge_litert import schema_py_generated as litert

keras = pytest.importorskip("keras", reason="the extra `train` is not installed")

from models.training import export, readback, record  # noqa: E402
from models.training.networks import (  # noqa: E402
    HEADS,
    LABELS,
    as_input,
    expression_network,
    predict,
)
from models.training.readback import read_back, stand  # noqa: E402
from models.training.shape import Shape  # noqa: E402
from models.training.stages import take_over  # noqa: E402
from models.training.teacher import Forebears  # noqa: E402
from models.training.train import train  # noqa: E402
from monitor.emotion import metadata  # noqa: E402
from monitor.emotion.network import Network  # noqa: E402
from monitor.emotion.registry import shipped  # noqa: E402
from monitor.errors import ModelError, UsageError  # noqa: E402
from tests.emotion import networks  # noqa: E402
from tests.training import made, runs  # noqa: E402
from tests.training.nearness import apart  # noqa: E402
from tests.training.some import some_faces  # noqa: E402

Answers: TypeAlias = npt.NDArray[np.float64]


def release(
    run: Path, file: Path, weights: export.Weights = "float16", **changes: object
) -> Path:
    """Writes a run's network as a release does."""
    about = export.describe("9.9", record.read(run), weights) | changes
    examples = as_input(made.faces(21)[0], 48)
    model = export.load_network(run)
    return export.write(
        export.to_litert(model, (48, 48, 1), weights, examples), file, about
    )


def answers(file: Path, images: npt.NDArray[np.uint8]) -> dict[str, Any]:
    network = Network(file)
    return {head: network.logits(images, head) for head in HEADS}


def both(
    file: Path, images: npt.NDArray[np.uint8]
) -> Iterator[tuple[Answers, Answers]]:
    """What the network read back answers, and what the file does, for each head."""
    found, wanted = predict(read_back(file), images), answers(file, images)
    for head in HEADS:
        yield found[head], wanted[head]


def in_training(
    model: Callable[..., Any], images: npt.NDArray[np.uint8]
) -> npt.NDArray[np.float32]:
    """What the labels' head answers as it learns: by the batch's own deviations."""
    return np.asarray(model(as_input(images, 48), training=True)[LABELS])


@pytest.mark.parametrize("weights", ["float16", "float32"])
def test_it_answers_as_the_file(
    trained: Path, tmp_path: Path, weights: export.Weights
) -> None:
    file = release(trained, tmp_path / "made.tflite", weights)

    for found, wanted in both(file, made.faces(40)[0]):
        assert found == pytest.approx(wanted, abs=1e-4)


def test_one_in_whole_numbers_answers_nearly_as_the_file(
    trained: Path, tmp_path: Path
) -> None:
    file = release(trained, tmp_path / "made.tflite", "int8")

    for found, wanted in both(file, made.faces(40)[0]):
        assert found == pytest.approx(wanted, abs=np.ptp(wanted) / 20)


def test_the_shipped_file_is_read_back() -> None:
    for found, wanted in both(shipped(), made.faces(12)[0]):
        assert found == pytest.approx(wanted, abs=np.ptp(wanted) / 20)


@pytest.mark.skipif(
    "CLASSPULSE_DATA" not in os.environ, reason="CLASSPULSE_DATA is not set"
)
def test_the_shipped_file_is_read_back_as_it_reads_real_faces() -> None:
    for found, wanted in both(shipped(), some_faces(140)):
        assert np.abs(found - wanted).mean() < np.ptp(wanted) / 50
        assert (found.argmax(1) == wanted.argmax(1)).mean() >= 0.95


def test_once_it_has_seen_faces_it_answers_alike_as_it_learns(
    trained: Path, tmp_path: Path
) -> None:
    images, labels = made.faces(64)
    images = images[np.argsort(labels, kind="stable")]
    file = release(trained, tmp_path / "made.tflite")
    model = read_back(file)
    before = predict(model, images)[LABELS]
    folded = np.abs(in_training(read_back(file), images) - before).max()

    stand(model, images)

    assert predict(model, images)[LABELS] == pytest.approx(before, abs=1e-4)
    assert in_training(model, images) == pytest.approx(before, abs=1e-3)
    assert folded > 0.01


def test_faces_of_every_label_are_measured(
    trained: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    images, labels = made.faces(70)
    images = images[np.argsort(labels, kind="stable")]
    file = release(trained, tmp_path / "made.tflite")
    monkeypatch.setattr(readback, "FACES", 14)
    some = images[::5]
    model = read_back(file)

    stand(model, images)

    found = in_training(model, some)
    assert found == pytest.approx(predict(model, some)[LABELS], abs=1e-3)


def test_a_run_begins_with_it_and_learns_from_it(
    data: Path, trained: Path, tmp_path: Path
) -> None:
    file = release(trained, tmp_path / "made.tflite")
    still = replace(runs.SMALL, epochs=1, small=0, rate=0.0)

    train(data, tmp_path / "run", still, forebears=Forebears((file,), file))

    images, _ = made.faces(30)
    found = predict(export.load_network(tmp_path / "run"), images)
    wanted = answers(file, images)
    assert apart(found[LABELS], wanted[LABELS]) < 0.3
    said = record.read(tmp_path / "run")
    first = record.read(trained)
    assert said["begun_from"] == said["teachers"][0]
    assert {key: said["begun_from"][key] for key in ("version", "data", "seed")} == {
        "version": "9.9",
        "data": first["data"],
        "seed": first["settings"]["seed"],
    }
    assert said["begun_from"]["validation"] == first["settings"]["validation"]


def test_what_it_learned_from_is_not_held_back(
    data: Path, trained: Path, tmp_path: Path
) -> None:
    file = release(trained, tmp_path / "made.tflite")
    other = replace(runs.SMALL, seed=8)

    with pytest.raises(UsageError, match="has learned from faces that this run holds"):
        train(data, tmp_path / "run", other, forebears=Forebears(begin=file))


def test_a_run_begins_with_a_deeper_one(data: Path, tmp_path: Path) -> None:
    deeper = replace(runs.SMALL, shape=replace(runs.SMALL.shape, blocks=(1, 2)))
    train(data, tmp_path / "deeper", replace(deeper, epochs=1))
    file = release(tmp_path / "deeper", tmp_path / "made.tflite")
    still = replace(runs.SMALL, epochs=1, small=0, rate=0.0)

    train(data, tmp_path / "run", still, forebears=Forebears(begin=file))

    rest = expression_network(runs.SMALL.shape)
    take_over(rest, read_back(file))
    images, _ = made.faces(30)
    wanted = predict(rest, images)[LABELS]
    found = predict(export.load_network(tmp_path / "run"), images)[LABELS]
    # A block is gone: normalisation is measured anew, on other faces.
    assert apart(found, wanted) < 0.7


def test_another_shape_cannot_begin(data: Path, tmp_path: Path) -> None:
    file = shipped()

    with pytest.raises(UsageError) as caught:
        train(data, tmp_path / "run", runs.SMALL, forebears=Forebears(begin=file))

    assert str(caught.value) == (
        f"{file} is a network of another shape: --begin takes one of the same "
        "--widths with at least as many --blocks; of --fine too at least as many, "
        "or none where this run has none, and --plain where this one is."
    )


def refused(file: Path) -> str:
    with pytest.raises(UsageError) as caught:
        read_back(file)
    return str(caught.value)


def test_others_networks_are_refused(trained: Path, tmp_path: Path) -> None:
    foreign = networks.write(tmp_path / "tiny.tflite", (0.1,))
    claimed = networks.write(
        tmp_path / "claimed.tflite", (0.1, 0.1), heads=list(HEADS), reads=LABELS
    )
    reshaped = release(
        trained,
        tmp_path / "reshaped.tflite",
        shape=record.read(trained)["settings"]["shape"] | {"blocks": [1, 2]},
    )
    smaller = release(
        trained,
        tmp_path / "smaller.tflite",
        shape=record.read(trained)["settings"]["shape"]
        | {"widths": [4], "blocks": [1]},
    )
    shapeless = release(trained, tmp_path / "shapeless.tflite", shape="large")

    for file in (foreign, claimed, reshaped, smaller, shapeless):
        assert refused(file) == (
            f"{file} is no network that can be read back: expected one that was "
            "trained and released here."
        )


@pytest.mark.parametrize(
    "spoiled", [{"scale": None}, {"zeroPoint": [3]}, {"quantizedDimension": 1}]
)
def test_whole_numbers_that_stand_for_nothing_known_are_refused(
    trained: Path, tmp_path: Path, spoiled: dict[str, object]
) -> None:
    whole = release(trained, tmp_path / "whole.tflite", "int8")
    content = metadata.network_bytes(whole, whole.read_bytes())
    network = litert.ModelT.InitFromPackedBuf(content, 0)
    for tensor in network.subgraphs[0].tensors:
        if tensor.type == litert.TensorType.INT8 and tensor.buffer:
            vars(tensor.quantization).update(spoiled)
    builder = flatbuffers.Builder()
    builder.Finish(network.Pack(builder), b"TFL3")
    about = metadata.read(whole).raw

    file = export.write(bytes(builder.Output()), tmp_path / "spoiled.tflite", about)

    assert "is no network that can be read back" in refused(file)


@pytest.mark.parametrize("kind", [{"fine": 2}, {"plain": True}], ids=str)
def test_stages_of_one_width_and_their_blocks_are_told_apart(
    data: Path, tmp_path: Path, kind: dict[str, Any]
) -> None:
    shape = Shape(widths=(4, 4, 4), blocks=(1, 2, 2), dropout=0, **kind)
    train(data, tmp_path / "run", replace(runs.SMALL, epochs=1, shape=shape))
    file = release(tmp_path / "run", tmp_path / "made.tflite")

    for found, wanted in both(file, made.faces(20)[0]):
        assert found == pytest.approx(wanted, abs=1e-3)


def test_a_shape_from_before_there_were_fine_blocks(
    trained: Path, tmp_path: Path
) -> None:
    shape = dict(record.read(trained)["settings"]["shape"])
    del shape["fine"]
    file = release(trained, tmp_path / "made.tflite", shape=shape)

    for found, wanted in both(file, made.faces(5)[0]):
        assert found == pytest.approx(wanted, abs=1e-4)


def test_a_file_that_says_nothing_of_itself_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "spoiled.tflite"
    file.write_bytes(b"spoiled")

    with pytest.raises(ModelError, match="is damaged or no ClassPulse network"):
        read_back(file)


@pytest.mark.parametrize("network", [b"", b"spoiled", bytes(400)])
def test_a_file_whose_network_is_damaged_is_refused(
    trained: Path, tmp_path: Path, network: bytes
) -> None:
    about = export.describe("9.9", record.read(trained))
    file = export.write(network, tmp_path / "damaged.tflite", about)

    assert "is no network that can be read back" in refused(file)


@pytest.mark.parametrize("option", ["--teacher", "--begin"])
def test_a_file_that_is_not_there_is_named(
    data: Path, tmp_path: Path, option: str
) -> None:
    file = tmp_path / "missing.tflite"
    named = {"--teacher": Forebears((file,)), "--begin": Forebears(begin=file)}

    with pytest.raises(UsageError, match=str(file)) as caught:
        train(data, tmp_path / "run", runs.SMALL, forebears=named[option])

    assert "install classpulse again" not in str(caught.value)
    assert not (tmp_path / "run").exists()

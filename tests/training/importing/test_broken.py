"""Files that are no model, broken, or of a network that cannot be used here."""

from __future__ import annotations

import copy
import json
import random
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from monitor.errors import ExportError, ModelError, UsageError
from tests.training.importing import builders
from tests.training.importing.builders import (
    CLASSES,
    Config,
    changed,
    entry,
    functional,
    h5py,
    keras_2,
    sequential,
    tiny,
)

pytest.importorskip("h5py", reason="the extra `train` is not installed")

from models.training.importing import allowed, meaning, plan as planning
from tests.training.importing.refusals import refusal


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("a.keras", b"", "is empty; copy it again"),
        ("a.h5", b"hello", "is no Keras model, expected a .keras file"),
        ("a.keras", b"PK\x03\x04 cut short", "it is damaged or cut short"),
        ("a.h5", b"\x89HDF\r\n\x1a\n" + bytes(50), "it is damaged or cut short"),
        (
            "a.h5",
            b"version https://git-lfs.github.com/spec/v1\noid sha256:0",
            "is a pointer of git-lfs, not the model itself: run `git lfs pull`",
        ),
        ("a.tflite", b"\x1c\0\0\0TFL3", "import the Keras model that it was made from"),
        ("a.pkl", b"\x80\x04\x95", "is no Keras model"),
    ],
)
def test_files_that_are_no_model(
    tmp_path: Path, name: str, content: bytes, expected: str
) -> None:
    (tmp_path / name).write_bytes(content)

    assert expected in refusal(tmp_path / name)


def test_a_network_trained_here_names_the_file_to_take(tmp_path: Path) -> None:
    layer = entry("BatchNormalization") | {
        "registered_name": "classpulse>Normalisation"
    }

    file = builders.write_keras(tmp_path / "network.keras", sequential(tiny(layer)))

    assert refusal(file) == (
        "network.keras: this network was trained here and needs no Keras: import the "
        "expression.tflite that its run wrote beside it, or, where TensorFlow was "
        "not installed then, repeat `classpulse models train` with --resume"
    )


def test_a_missing_file(tmp_path: Path) -> None:
    assert "a.keras: no such file" in refusal(tmp_path / "a.keras", UsageError)


def test_a_folder(tmp_path: Path) -> None:
    (tmp_path / "saved").mkdir()

    assert "is a folder (a SavedModel?)" in refusal(tmp_path / "saved")


@pytest.mark.parametrize("share", [0.3, 0.6, 0.95])
@pytest.mark.parametrize("kind", ["keras", "h5"])
def test_truncated_files(tmp_path: Path, kind: str, share: float) -> None:
    write = builders.write_keras if kind == "keras" else builders.write_h5
    file = write(tmp_path / f"a.{kind}")
    content = file.read_bytes()
    file.write_bytes(content[: int(len(content) * share)])

    assert "it is damaged or cut short" in refusal(file)


@pytest.mark.parametrize("packed", [zipfile.ZIP_DEFLATED, zipfile.ZIP_LZMA])
def test_an_archive_that_is_spoiled_within(tmp_path: Path, packed: int) -> None:
    weights = builders.write_weights(tmp_path / "w.h5")
    file = tmp_path / "a.keras"
    with zipfile.ZipFile(file, "w", packed) as archive:
        archive.write(weights, "model.weights.h5")
        archive.writestr("config.json", json.dumps(sequential(tiny())))
    content = bytearray(file.read_bytes())
    start = 30 + len("model.weights.h5") + 9  # behind the member's, LZMA's headers
    content[start : start + 200] = b"\xff" * 200
    file.write_bytes(content)

    assert "it is damaged or cut short" in refusal(file)


@pytest.mark.parametrize("kind", ["keras", "h5", "json"])
def test_no_room_for_a_copy_is_no_damage(
    tmp_path: Path, request: pytest.FixtureRequest, kind: str
) -> None:
    weights = builders.write_weights(tmp_path / "w.h5", {"a": [np.ones(2**16, "f4")]})
    file = tmp_path / f"a.{kind}"
    if kind == "keras":
        builders.write_keras(file, weights=weights)
    elif kind == "h5":
        file.write_bytes(weights.read_bytes())
    else:
        file.write_text(json.dumps(sequential(tiny())))
    request.getfixturevalue("little_room")

    text = refusal(file, ExportError, weights if kind == "json" else None)

    assert "its weights cannot be copied to" in text
    assert "(File too large): make room, or name another folder in TMPDIR" in text
    assert "damaged" not in text


def test_an_archive_of_something_else(tmp_path: Path) -> None:
    file = tmp_path / "a.pt"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("archive/data.pkl", b"\x80")

    assert "no config.json in it, so it is no .keras file" in refusal(file)


def test_an_hdf5_file_of_something_else(tmp_path: Path) -> None:
    file = tmp_path / "a.h5"
    with h5py.File(file, "w") as opened:
        opened.attrs["model_config"] = json.dumps(keras_2(tiny()))
        opened["sound"] = [1.0, 2.0]

    assert "no weights of a Keras model are in it" in refusal(file)


def test_a_configuration_that_is_no_text(tmp_path: Path) -> None:
    file = tmp_path / "a.h5"
    with h5py.File(file, "w") as opened:
        opened.attrs["model_config"] = [1, 2, 3]

    assert "its configuration is no text" in refusal(file)


@pytest.mark.parametrize("text", ["[]", "{", '{"layers": []}', "{}", '"x"'])
def test_a_configuration_of_no_model(tmp_path: Path, text: str) -> None:
    file = builders.write_h5(tmp_path / "a.h5", text)

    assert "its configuration is damaged or of no Keras model" in refusal(file)


def test_weights_alone(tmp_path: Path) -> None:
    file = builders.write_weights(tmp_path / "a.weights.h5")

    text = refusal(file, UsageError)

    assert "holds weights alone" in text
    assert "import model.json --weights" in text


def test_a_configuration_without_weights(tmp_path: Path) -> None:
    file = tmp_path / "model.json"
    file.write_text(json.dumps(sequential(tiny())))

    assert "name them with --weights" in refusal(file, UsageError)


def test_weights_that_are_missing_or_none(tmp_path: Path) -> None:
    file, other = tmp_path / "model.json", tmp_path / "other.h5"
    file.write_text(json.dumps(sequential(tiny())))
    other.write_bytes(b"hello")

    assert "no such file" in refusal(file, UsageError, tmp_path / "gone.h5")
    assert "holds no weights of Keras" in refusal(file, weights=other)


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        ([None, 48, 40, 1], "its input is 48 x 40 x 1, expected a square of 32 to 299"),
        ([None, 16, 16, 1], "its input is 16 x 16 x 1"),
        ([None, 512, 512, 3], "its input is 512 x 512 x 3"),
        ([None, 48, 48, 4], "its input is 48 x 48 x 4"),
        ([None, None, None, 3], "its input is any x any x 3"),
        ([None, 784], "its input is 784"),
        (None, "its input is not stated"),
    ],
)
def test_inputs_that_are_no_face(
    tmp_path: Path, shape: list[int | None] | None, expected: str
) -> None:
    layers = tiny()
    layers[0]["config"]["batch_shape"] = shape

    text = refusal(builders.write_keras(tmp_path / "a.keras", sequential(layers)))

    assert expected in text


@pytest.mark.parametrize(
    ("units", "classes", "expected"),
    [
        (6, CLASSES, "tells 6 classes apart, but --classes names 7"),
        (7, CLASSES[:3], "tells 7 classes apart, but --classes names 3"),
        (7, ("contempt", *CLASSES[1:]), "'contempt' is none of angry, disgust"),
        (7, ("angry", *CLASSES[:6]), "angry, angry are one class, expected each once"),
        (2, ("happy",), "expected two or more classes, in the network's order"),
        (1, ("happy",), "tells 1 class apart, expected two to seven, of angry"),
        (8, CLASSES, "tells 8 classes apart, expected two to seven, of angry"),
    ],
)
def test_classes_that_do_not_fit(
    tmp_path: Path, units: int, classes: tuple[str, ...], expected: str
) -> None:
    config = sequential(tiny(units=units))
    file = builders.write_keras(tmp_path / "a.keras", config)

    assert expected in refusal(file, UsageError, classes=classes)


def test_an_end_that_is_neither_logits_nor_probabilities(tmp_path: Path) -> None:
    config = sequential(tiny(activation="relu"))

    text = refusal(builders.write_keras(tmp_path / "a.keras", config))

    assert "it ends in Dense (relu), expected softmax" in text


def test_what_keras_2_computed_otherwise(tmp_path: Path) -> None:
    hard = entry("Conv2D", filters=2, kernel_size=3, name="gate")
    layers = tiny(changed(hard, activation="hard_sigmoid"))
    old = keras_2(layers)
    (tmp_path / "a.json").write_text(json.dumps(old | {"keras_version": "2.11.0"}))
    apart = builders.write_weights(tmp_path / "a.weights.h5")

    said = "'gate' uses the hard_sigmoid of Keras '2.11.0', which Keras 3 computes"
    assert said in refusal(builders.write_h5(tmp_path / "a.h5", old))
    assert said in refusal(tmp_path / "a.json", weights=apart)
    plan = planning.read("a", sequential(layers), "3.15.1")
    assert meaning.output("a", plan) == "probabilities"


def test_a_number_that_no_machine_counts_to(tmp_path: Path) -> None:
    config = sequential(tiny(entry("Dense", name="wide", units=10**400)))

    text = refusal(builders.write_keras(tmp_path / "a.keras", config))

    assert "its configuration is damaged" in text


def test_a_layer_that_is_called_on_numbers_alone(tmp_path: Path) -> None:
    config = functional(tiny(entry("Flatten")))
    config["config"]["layers"][2]["inbound_nodes"][0]["args"] = [1.0]
    config["config"]["output_layers"] = ["flatten", 0, 0]

    text = refusal(builders.write_keras(tmp_path / "a.keras", config))

    assert "a call on numbers alone" in text


MALFORMED: dict[str, tuple[Config, str]] = {
    "no layers": (sequential([builders.face()]), "a model in it has no layers"),
    "a layer alone": (entry("Dense", units=7), "a single layer (Dense)"),
    "a class of its own": (
        {"class_name": "Model", "config": {"name": "mine"}},
        "its layers stand in Python code, not in the file",
    ),
    "two answers": (
        changed(functional(tiny()), output_layers=[["dense", 0, 0], ["face", 0, 0]]),
        "it has 2 outputs, expected one",
    ),
    "two inputs": (
        changed(functional(tiny()), input_layers={"a": ["face", 0, 0], "b": 1}),
        "it has 2 inputs, expected one",
    ),
    "an answer of nobody": (
        changed(functional(tiny()), output_layers=["gone", 0, 0]),
        "the layer 'gone' is missing",
    ),
    "an answer of a call that is not made": (
        changed(functional(tiny()), output_layers=["dense", 4, 0]),
        "'dense' is not called so often",
    ),
    "an input that is none": (
        changed(functional(tiny()), input_layers=["dense", 0, 0]),
        "'dense' is no input",
    ),
    "one name twice": (
        functional([*tiny(), entry("Dense", units=7)]),
        "two layers bear one name",
    ),
    "a cell of another kind": (
        sequential(tiny(entry("Zeros"))),
        "'zeros' is a Zeros, which is no layer that can be read",
    ),
}


@pytest.mark.parametrize("what", MALFORMED)
def test_configurations_that_do_not_hang_together(tmp_path: Path, what: str) -> None:
    config, expected = MALFORMED[what]

    assert expected in refusal(builders.write_keras(tmp_path / "a.keras", config))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["class_name", "config", "name"]), inner)
    ),
    max_leaves=6,
)


def places(value: object) -> list[tuple[object, object]]:
    """Every place of a configuration, as what holds it and its key in there."""
    found: list[tuple[object, object]] = []
    items: list[tuple[object, object]] = []
    if isinstance(value, dict):
        items = list(value.items())
    elif isinstance(value, list):
        items = list(enumerate(value))
    for key, inner in items:
        found += [(value, key), *places(inner)]
    return found


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    make=st.sampled_from([sequential, functional, keras_2]),
    other=JSON,
    seed=st.integers(0, 10_000),
)
def test_whatever_stands_in_a_configuration_is_read_or_refused(
    make: object, other: object, seed: int
) -> None:
    assert callable(make)
    config = copy.deepcopy(make(tiny(entry("Dropout", rate=0.2))))
    holder, key = random.Random(seed).choice(places(config))  # noqa: S311
    assert isinstance(holder, dict | list)
    holder[key] = other  # type: ignore[call-overload]
    try:
        plan = planning.read("a", allowed.parse("a", json.dumps(config)))
        meaning.input_size("a", plan)
        meaning.output("a", plan)
        meaning.answers(plan)
        meaning.scales_itself(plan)
    except ModelError as exc:
        refused = str(exc)
    else:
        refused = "a: "
    assert refused.startswith("a: ")
    assert "\n" not in refused

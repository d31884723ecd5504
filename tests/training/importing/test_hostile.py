"""Files that are made to run code, to read other files or to fill the memory.

Each would leave a file behind if anything in it were run, or is refused before it is
unpacked. Nothing here needs Keras: all of it is refused before Keras is loaded.
"""

from __future__ import annotations

import json
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.training.importing import builders
from tests.training.importing.builders import (
    Config,
    entry,
    functional,
    keras_2,
    lambda_2,
    lambda_3,
    sequential,
    tensor,
    tiny,
)

pytest.importorskip("h5py", reason="the extra `train` is not installed")

from models.training.importing import limits
from tests.training.importing.refusals import refusal

MODULE = "module_that_does_harm"


@pytest.fixture
def harm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What appears when code out of a model runs, or a module of its choice."""
    modules = tmp_path / "modules"
    modules.mkdir()
    text = f"open({builders.HARM!r}, 'w').close()\ndef act(*a, **k): return a[0]\n"
    (modules / f"{MODULE}.py").write_text(text + "class Dense: pass\n")
    monkeypatch.syspath_prepend(modules)
    monkeypatch.chdir(tmp_path)
    return tmp_path / builders.HARM


def function(name: str, module: str) -> Config:
    return {
        "module": module,
        "class_name": "function",
        "config": name,
        "registered_name": "function",
    }


IN_CONFIGURATIONS: dict[str, tuple[Config, str]] = {
    "lambda of Keras 3": (lambda_3(), "'lambda' holds a Lambda"),
    "lambda of Keras 2": (lambda_2(), "'lambda' holds a Lambda"),
    "lambda as an activation": (
        entry(
            "Activation",
            activation={"class_name": "__lambda__", "config": {"code": "..."}},
        ),
        "a Lambda, which carries code",
    ),
    "class of another module": (
        entry("Dense", MODULE, units=7),
        f"Dense from the module '{MODULE}', not from Keras",
    ),
    "system command": (
        entry("system", "os", command=f"touch {builders.HARM}"),
        "the class 'system', which is not on the list",
    ),
    "class registered by another package": (
        entry("Dense", units=7) | {"registered_name": "harm>Dense"},
        "Dense registered as 'harm>Dense'",
    ),
    "class of somebody's own": (
        (
            entry("SelfAttention", None, name="attention")
            | {"registered_name": "Custom>SelfAttention"}
        ),
        "'attention' holds the class 'SelfAttention', which is not on the list",
    ),
    "function of another module": (
        entry("Activation", activation=function("act", MODULE)),
        "the function 'act'",
    ),
    "switch of the safe mode": (
        entry(
            "Activation",
            activation=function("enable_unsafe_deserialization", "keras.config"),
        ),
        "the function 'enable_unsafe_deserialization'",
    ),
    "another module in an initialiser": (
        entry("Dense", units=7, kernel_initializer=entry("Zeros", MODULE, name="z")),
        f"Zeros from the module '{MODULE}'",
    ),
    "another module's regulariser": (
        entry("Dense", units=7, kernel_regularizer=entry("popen", "os", cmd="x")),
        "the class 'popen'",
    ),
    "an entry without a class": (
        entry("Dense", units={"module": "os", "config": "x"}),
        "an entry without a class",
    ),
    "a type that is looked up": (
        entry("Dense", units={"class_name": "__typespec__", "module": MODULE}),
        "the class '__typespec__'",
    ),
    "a module that only begins like Keras": (
        entry("Dense", "keras_of_mine.layers", units=7),
        "from the module 'keras_of_mine.layers'",
    ),
    "a path for a module": (
        entry("Dense", "keras.layers/../../os", units=7),
        "not from Keras",
    ),
    "call of a TensorFlow function": (
        entry("TFOpLambda", None, function="io.write_file"),
        "TFOpLambda, a call of a TensorFlow function: use a layer instead",
    ),
    "slicing by a function": (
        entry("SlicingOpLambda", None, function="__operators__.getitem"),
        "SlicingOpLambda, a call of a TensorFlow function",
    ),
    "a class whose name is no text": (
        entry("Dense") | {"class_name": ["Dense"]},
        "the class ['Dense']",
    ),
}


@pytest.mark.parametrize("kind", ["keras", "h5", "json"])
@pytest.mark.parametrize("what", IN_CONFIGURATIONS)
def test_what_a_configuration_must_not_name(
    tmp_path: Path, harm: Path, kind: str, what: str
) -> None:
    layer, expected = IN_CONFIGURATIONS[what]
    layers = tiny(layer)

    if kind == "keras":
        text = refusal(builders.write_keras(tmp_path / "a.keras", sequential(layers)))
    elif kind == "h5":
        config = {"class_name": "Sequential", "config": {"layers": layers}}
        text = refusal(builders.write_h5(tmp_path / "a.h5", config))
    else:
        file = tmp_path / "a.json"
        file.write_text(json.dumps(sequential(layers)))
        text = refusal(file, weights=builders.write_weights(tmp_path / "w.h5"))

    assert expected in text
    assert "no code from a file is ever run" in text
    assert not harm.exists()
    assert MODULE not in sys.modules


def test_models_within_models_are_looked_at_too(tmp_path: Path, harm: Path) -> None:
    inner = sequential([face_of(24), lambda_3()])
    outer = functional([*tiny()[:2], inner | {"name": "inner"}, *tiny()[2:]])

    text = refusal(builders.write_keras(tmp_path / "a.keras", outer))

    assert "'lambda' holds a Lambda" in text
    assert not harm.exists()


def face_of(side: int) -> Config:
    return builders.face(side, 2)


@pytest.mark.parametrize("place", ["compile_config", "build_config"])
def test_code_is_refused_where_nothing_is_read(
    tmp_path: Path, harm: Path, place: str
) -> None:
    config = sequential(tiny()) | {place: {"loss": lambda_3()}}

    assert "a Lambda" in refusal(builders.write_keras(tmp_path / "a.keras", config))
    assert not harm.exists()


@pytest.mark.parametrize(
    "argument",
    [
        function("act", MODULE),
        {"class_name": "__tensor__", "config": {"value": [1], "dtype": "float32"}},
        "os.system",
        [tensor("face"), lambda_2()],
    ],
)
def test_calls_are_on_tensors_and_numbers(
    tmp_path: Path, harm: Path, argument: object
) -> None:
    config = functional(tiny())
    config["config"]["layers"][1]["inbound_nodes"][0]["args"] = [argument]

    refusal(builders.write_keras(tmp_path / "a.keras", config))
    assert MODULE not in sys.modules
    assert not harm.exists()


def test_calls_are_told_nothing_that_matters(tmp_path: Path) -> None:
    config = functional(tiny())
    node = config["config"]["layers"][1]["inbound_nodes"][0]
    node["kwargs"] = {"inputs": "/tmp/other.keras"}  # noqa: S108

    text = refusal(builders.write_keras(tmp_path / "a.keras", config))

    assert "a call with 'inputs'" in text


LONG = "x" * 3_000_000
ODD = "red\n\x1b[31m\u202e"


@pytest.mark.parametrize("foreign", [LONG, ODD], ids=["long", "codes"])
@pytest.mark.parametrize(
    "layer",
    [
        entry,
        lambda text: entry("Dense") | {"class_name": [text]},
        lambda text: entry("Dense", text, units=7),
        lambda text: entry("Dense", units=7) | {"registered_name": text},
        lambda text: entry("Activation", activation=function(text, "keras")),
        lambda text: entry("Dense", units=text),
        lambda text: entry("Dense", padding=text),
        lambda text: entry("Dense", None, **{text: 3}),
        lambda text: entry("system", name=text),
        lambda text: entry("Dense", name=text, units=10**9),
    ],
)
def test_what_is_foreign_is_told_on_one_short_line(
    tmp_path: Path, layer: Callable[[str], Config], foreign: str
) -> None:
    config = sequential(tiny(layer(foreign)))

    refusal(builders.write_keras(tmp_path / "a.keras", config))


@pytest.mark.parametrize("foreign", [LONG, ODD], ids=["long", "codes"])
def test_names_of_tensors_are_told_on_one_short_line(
    tmp_path: Path, foreign: str
) -> None:
    gone = builders.changed(functional(tiny()), output_layers=[foreign, 0, 0])
    none = builders.changed(functional(tiny()), input_layers=[foreign, 0, 0])

    text = refusal(builders.write_keras(tmp_path / "a.keras", gone))
    assert "is missing" in text
    text = refusal(builders.write_keras(tmp_path / "b.keras", none))
    assert "is no input" in text


def test_names_within_files_are_told_on_one_short_line(tmp_path: Path) -> None:
    name = "../" + ODD + "x" * 50_000
    file = builders.write_keras(tmp_path / "a.keras", extra={name: b"harm"})
    weights = builders.write_weights(tmp_path / "w.h5")
    with builders.h5py.File(weights, "a") as opened:
        opened["layers/" + name.replace("/", "")] = builders.h5py.SoftLink("/layers")

    assert r"'../red\n\x1b[31m" in refusal(file)
    linked = builders.write_keras(tmp_path / "b.keras", weights=weights)
    assert "is a link to elsewhere" in refusal(linked)


def test_a_shape_without_end(tmp_path: Path) -> None:
    layers = tiny()
    layers[0]["config"]["batch_shape"] = [None] + [10**300] * 9_000

    text = refusal(builders.write_keras(tmp_path / "a.keras", sequential(layers)))

    assert "expected a square of 32 to 299 pixels" in text


def test_a_bomb_in_the_archive(tmp_path: Path) -> None:
    file = tmp_path / "a.keras"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("config.json", json.dumps(sequential(tiny())))
        archive.writestr("model.weights.h5", bytes(40 * 2**20))

    assert "'model.weights.h5' would grow from" in refusal(file)


@pytest.mark.parametrize(
    "name", ["../../harm", "/etc/harm", "C:\\harm", "assets/..\\..\\harm"]
)
def test_names_that_point_out_of_the_archive(tmp_path: Path, name: str) -> None:
    file = builders.write_keras(tmp_path / "a.keras", extra={name: b"harm"})

    assert "points out of the archive" in refusal(file)
    assert not list(tmp_path.parent.glob("harm"))


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_configurations_in_one_archive(tmp_path: Path, harm: Path) -> None:
    other = json.dumps(sequential(tiny(lambda_3()))).encode()
    file = builders.write_keras(tmp_path / "a.keras", extra={"config.json": other})

    assert "two things in it bear one name" in refusal(file)


def test_an_archive_of_too_many_things(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "OBJECTS", 12)
    extra = {f"assets/{i}": b"" for i in range(20)}

    said = refusal(builders.write_keras(tmp_path / "a.keras", extra=extra))

    assert "things are in it, expected at most 12; it is not read" in said


def test_pickled_arrays(tmp_path: Path) -> None:
    file = tmp_path / "a.keras"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("config.json", json.dumps(sequential(tiny())))
        archive.writestr("model.weights.npz", b"\x80\x04\x95")

    assert "no model.weights.h5 in it" in refusal(file)


def test_pickled_arrays_beside_a_configuration(tmp_path: Path) -> None:
    file, weights = tmp_path / "a.json", tmp_path / "w.npz"
    file.write_text(json.dumps(sequential(tiny())))
    np.savez(weights, x=np.zeros(3))

    assert "expected weights as an HDF5 file" in refusal(file, weights=weights)


def test_a_configuration_nested_without_end(tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    file.write_text('{"class_name": "Sequential", "config": ' + "[" * 200_000)

    assert "nested too deeply" in refusal(
        file, weights=builders.write_weights(tmp_path / "w")
    )


def test_models_within_models_without_end(tmp_path: Path) -> None:
    config = sequential(tiny())
    for _ in range(20):
        config = sequential([config])

    text = refusal(builders.write_keras(tmp_path / "a.keras", config))

    assert "stand more than 8 deep in each other" in text


def test_a_configuration_of_endless_length(tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    file.write_text('{"class_name": "' + "x" * (17 * 2**20))

    assert "expected at most 16" in refusal(
        file, weights=builders.write_weights(tmp_path / "w")
    )


@pytest.mark.parametrize(
    ("layer", "expected"),
    [
        (entry("Dense", units=10**9), "has units 1000000000, expected at most 65536"),
        (entry("Dense", units=float("nan")), "has units nan, expected at most"),
        (entry("UpSampling2D", size=[10**6, 2]), "has size 1000000"),
        (entry("Resizing", height="os.system"), "has height 'os.system', not known"),
        (entry("Conv2D", padding="../../x"), "has padding '../../x', not known"),
        (entry("Conv2D", data_format="channels_first"), "wants its channels first"),
        (entry("BatchNormalization", renorm=True), "has 'renorm' set"),
        (
            entry("Dense", units={"a": 1}),
            "has units that is neither numbers nor a word",
        ),
    ],
)
def test_arguments_are_bounded_numbers_and_known_words(
    tmp_path: Path, layer: Config, expected: str
) -> None:
    file = builders.write_keras(tmp_path / "a.keras", sequential(tiny(layer)))

    assert expected in refusal(file)


def test_too_many_layers(tmp_path: Path) -> None:
    many = [entry("ReLU", name=f"r{i}") for i in range(4001)]
    file = builders.write_keras(tmp_path / "a.keras", sequential(tiny(*many)))

    assert "more than 4000 layers" in refusal(file)


def test_keras_2_names_no_modules_yet_is_checked(tmp_path: Path, harm: Path) -> None:
    config = keras_2(tiny(lambda_2()))

    assert "a Lambda" in refusal(builders.write_h5(tmp_path / "a.h5", config))
    assert not harm.exists()

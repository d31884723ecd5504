"""Models that are honest, through Keras and TensorFlow to LiteRT."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from monitor.emotion import registry
from monitor.emotion.metadata import learned_from
from monitor.emotion.network import Network
from monitor.errors import ModelError, UsageError
from monitor.records import EMOTIONS
from tests.training.importing import builders
from tests.training.importing.builders import (
    CLASSES,
    Config,
    entry,
    functional,
    keras_2,
    sequential,
    tiny,
)

pytest.importorskip("keras", reason="the extra `train` is not installed")
pytest.importorskip("tensorflow", reason="the extra `train` is not installed")

import keras

from models.training.importing import build, convert, files, limits, plan as planning
from models.training.importing.convert import Request, import_model
from models.training.importing.meaning import input_size
from tests.training.importing.marks import ON_TENSORFLOW, nobody

pytestmark = ON_TENSORFLOW


def rebuilt(file: Path, weights: Path | None = None) -> keras.Model:
    """The model that is made of a file."""
    with files.taken_apart(file, weights) as parts:
        plan = planning.read(file.name, parts.config)
        model = build.build(file.name, plan, input_size(file.name, plan))
        build.fill(file.name, model, parts.weights)
    return model


def pictures(model: keras.Model, seed: int = 3) -> npt.NDArray[np.float32]:
    rng = np.random.default_rng(seed)
    return rng.uniform(0, 255, (3, *model.input_shape[1:])).astype(np.float32)


def answers(model: keras.Model, seed: int = 3) -> npt.NDArray[np.float32]:
    return np.asarray(model(pictures(model, seed), training=False))


@pytest.fixture(scope="module")
def original() -> keras.Model:
    """What the tutorials make: a partly frozen base in colour and a new head."""
    keras.utils.set_random_seed(1)
    layers = keras.layers
    inside = keras.Input((32, 32, 8))
    x = layers.ZeroPadding2D(((0, 1), (0, 1)))(inside)
    x = layers.DepthwiseConv2D(3, strides=2, use_bias=False)(x)
    x = layers.BatchNormalization()(x)
    left = layers.SeparableConv2D(8, 3, padding="same", activation="relu")(x)
    right = layers.Conv2D(8, 1, groups=2, activation="swish")(x)
    x = layers.Concatenate()(
        [layers.Add()([left, x]), layers.Multiply()([left, right])]
    )
    x = layers.LeakyReLU(0.1)(layers.Conv2D(8, 3)(x))
    base = keras.Model(inside, layers.LayerNormalization()(x), name="base")
    for layer in base.layers[:5]:
        layer.trainable = False

    face = keras.Input((64, 64, 3))
    x = layers.RandomFlip("horizontal")(face)
    x = layers.Rescaling(1 / 127.5, offset=-1)(x)
    x = layers.Conv2D(8, 3, strides=2, padding="same")(x * 0.5 + 0.25)
    x = layers.PReLU(shared_axes=[1, 2])(x)
    x = layers.Dropout(0.3)(layers.GlobalAveragePooling2D()(base(x)))
    head = keras.Sequential([keras.Input((8,)), layers.Dense(6, activation="relu")])
    model = keras.Model(face, layers.Dense(7, activation="softmax")(head(x)))
    rng = np.random.default_rng(2)
    for layer in [*model.layers, *base.layers]:
        if not isinstance(layer, keras.Model | layers.RandomFlip | layers.Dropout):
            made = layer.get_weights()
            layer.set_weights([rng.uniform(0.2, 1.0, w.shape) for w in made])
    model.layers[-1].set_weights([rng.normal(0, 2, w.shape) for w in made_of(model)])
    return model


def made_of(model: keras.Model) -> list[npt.NDArray[np.float32]]:
    return list(model.layers[-1].get_weights())


@pytest.fixture(scope="module")
def saved(original: keras.Model, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("saved")
    original.compile("adam", "categorical_crossentropy", metrics=["accuracy"])
    original.save(folder / "a.keras")
    original.save(folder / "a.h5")
    (folder / "a.json").write_text(original.to_json())
    original.save_weights(folder / "a.weights.h5")
    return folder


@pytest.mark.parametrize("name", ["a.keras", "a.h5", "a.json"])
def test_every_kind_of_file_gives_the_same_network(
    saved: Path, original: keras.Model, name: str
) -> None:
    found = answers(rebuilt(saved / name))

    assert np.allclose(found, answers(original), atol=1e-5)
    assert found.std(0).max() > 1e-3


def test_a_network_is_stored_and_answers_as_keras_does(
    saved: Path, original: keras.Model
) -> None:
    classes = (*sorted(EMOTIONS)[:6], "surprised")

    made = import_model(Request(saved / "a.keras", classes=classes), nobody)

    assert made.name == "a"
    assert registry.find("a") == made.path
    network = Network.load(made.path)
    about = network.metadata
    assert about.input == (64, 64, 3)
    assert about.classes == tuple(sorted(EMOTIONS))
    assert (about.scale, about.offset, about.output) == (1.0, 0.0, "probabilities")
    assert about.raw["figures"] == {}
    assert about.raw["data"]["imported_from"] == "a.keras"
    faces = pictures(original).astype(np.uint8)
    expected = np.asarray(original(faces.astype(np.float32), training=False))
    columns = [sorted(EMOTIONS).index(name) for name in EMOTIONS]
    assert np.allclose(network.classify(faces), expected[:, columns], atol=0.01)
    assert "go in as 0 to 255" in made.notes[0]


def test_a_name_is_taken_once(saved: Path) -> None:
    path = registry.place("a")
    registry.keep(b"mine", path)

    with pytest.raises(UsageError, match="--name a: a network of that name is there"):
        import_model(Request(saved / "a.keras", classes=CLASSES), nobody)

    assert path.read_bytes() == b"mine"


def test_keras_2_and_keras_3_give_the_same_network(tmp_path: Path) -> None:
    layers = tiny(entry("LeakyReLU", alpha=0.2), entry("BatchNormalization", axis=[3]))
    layers[3]["config"] |= {"center": False, "scale": False, "renorm": False}
    weights = builders.numbers()
    weights = {
        "conv2d": weights["conv2d"],
        "batchnormalization": [
            np.array([0.5, -0.5], np.float32),
            np.array([9e4, 4e4], np.float32),
        ],
        "dense": weights["dense"],
    }
    old = builders.write_h5(tmp_path / "a.h5", keras_2(layers), weights)
    weights["batch_normalization"] = weights.pop("batchnormalization")
    inner = builders.write_weights(tmp_path / "w.h5", weights)
    new = builders.write_keras(tmp_path / "a.keras", sequential(layers), inner)

    found = answers(rebuilt(old))

    assert np.allclose(found, answers(rebuilt(new)), atol=1e-6)
    assert found.std(0).max() > 1e-3


def test_keras_2_counts_a_model_within_as_called_before(tmp_path: Path) -> None:
    inner = functional([builders.face(12, 2), entry("ReLU")])
    inner["config"]["name"] = "inner"
    layers = [*tiny()[:2], inner, *tiny()[2:]]
    config = functional(layers)
    after = config["config"]["layers"][3]
    for call in (0, 1):
        after["inbound_nodes"] = [[["inner", call, 0, {}]]]
        file = builders.write_keras(tmp_path / f"{call}.keras", config)
        assert answers(rebuilt(file)).shape == (3, 7)


def test_a_file_that_answers_otherwise_than_keras_is_not_kept(
    saved: Path, models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # No two answers are as near as this.
    monkeypatch.setattr(convert, "CLOSE", 0.0)

    with pytest.raises(ModelError) as caught:
        import_model(Request(saved / "a.keras", classes=CLASSES), nobody)

    assert str(caught.value) == (
        "a.keras: LiteRT answers otherwise than Keras does, so it is not used"
    )
    assert not models.exists()


def test_names_with_slashes_and_a_bare_list_of_layers(tmp_path: Path) -> None:
    config = keras_2(tiny())
    config["config"] = config["config"]["layers"]
    config["config"][0]["config"]["name"] = "stage/conv"

    assert answers(rebuilt(builders.write_h5(tmp_path / "a.h5", config))).shape == (
        3,
        7,
    )


@pytest.mark.parametrize("kind", ["keras", "h5"])
def test_weights_of_another_network(tmp_path: Path, kind: str, models: Path) -> None:
    weights = builders.numbers(units=5)
    if kind == "keras":
        inner = builders.write_weights(tmp_path / "w.h5", weights)
        file = builders.write_keras(tmp_path / "a.keras", weights=inner)
    else:
        file = builders.write_h5(tmp_path / "a.h5", weights=weights)

    text = refusal(file)

    assert "its weights do not fit the layers" in text
    # Keras says it past its first line.
    assert "(2, 7)" in text
    assert "(2, 5)" in text
    assert not models.exists()


def test_weights_that_are_missing_for_a_layer(tmp_path: Path) -> None:
    only = {"conv2d": builders.numbers()["conv2d"]}
    inner = builders.write_weights(tmp_path / "w.h5", only)

    text = refusal(builders.write_keras(tmp_path / "a.keras", weights=inner))

    assert "its weights do not fit the layers" in text


def test_weights_that_are_no_numbers(tmp_path: Path, models: Path) -> None:
    weights = builders.numbers()
    weights["dense"][0][:] = np.nan
    inner = builders.write_weights(tmp_path / "w.h5", weights)

    text = refusal(builders.write_keras(tmp_path / "a.keras", weights=inner))

    assert "it answers no finite numbers" in text
    assert not models.exists()


def refusal(file: Path) -> str:
    with pytest.raises((ModelError, UsageError)) as caught:
        import_model(Request(file, classes=CLASSES), nobody)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def circle() -> Config:
    config = functional(tiny())
    config["config"]["layers"][1]["inbound_nodes"][0]["args"] = [
        builders.tensor("dense")
    ]
    return config


NOT_BUILT: dict[str, tuple[Config, str]] = {
    "too large": (
        sequential(
            [
                builders.face(),
                entry("Flatten"),
                entry("Dense", units=4600, name="wide"),
                entry("Dense", units=65536),
                entry("Dense", units=7, activation="softmax", name="last"),
            ]
        ),
        "it has more than 300,000,000 parameters",
    ),
    "too much": (
        sequential(tiny(entry("UpSampling2D", size=[4000, 4000]))),
        "which is too much",
    ),
    "shapes": (
        sequential(tiny(entry("Reshape", target_shape=[5, 5]))),
        "'reshape' (Reshape) does not fit what comes before it",
    ),
    "arguments": (
        sequential(tiny(entry("Conv2D", filters=None, name="second"))),
        "'second' (Conv2D) does not fit",
    ),
    "circle": (circle(), "some of its layers wait for each other"),
    "map": (
        sequential([*tiny()[:2], entry("Activation", activation="softmax")]),
        "it answers numbers of shape (12, 12, 2) for a face",
    ),
    "count": (
        sequential([*tiny()[:2], entry("GlobalMaxPooling2D")]),
        "tells 2 classes apart, but --classes names 7",
    ),
}


@pytest.mark.parametrize("what", NOT_BUILT)
def test_layers_that_do_not_fit(tmp_path: Path, what: str, models: Path) -> None:
    config, expected = NOT_BUILT[what]

    assert expected in refusal(builders.write_keras(tmp_path / "a.keras", config))
    assert not models.exists()


@pytest.mark.parametrize(
    ("layer", "most"),
    [
        (entry("LayerNormalization", axis=[1, 2, 3]), 1_000),
        (entry("LayerNormalization", axis=[1]), 60),
        (entry("BatchNormalization", axis=1), 60),
        (entry("PReLU"), 200),
    ],
)
def test_layers_that_learn_numbers_for_each_place_are_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, layer: Config, most: int
) -> None:
    monkeypatch.setattr(limits, "PARAMETERS", most)

    text = refusal(builders.write_keras(tmp_path / "a.keras", sequential(tiny(layer))))

    assert f"it has more than {most:,} parameters" in text


def test_a_layer_that_is_called_without_end(tmp_path: Path) -> None:
    config = functional(tiny())
    calls = config["config"]["layers"][1]["inbound_nodes"]
    calls.extend([calls[0]] * limits.LAYERS)

    text = refusal(builders.write_keras(tmp_path / "a.keras", config))

    assert "it has more than 4000 layers and calls of them" in text


def test_classes_come_from_the_run_that_trained_it(tmp_path: Path) -> None:
    file = builders.write_keras(tmp_path / "network.keras")
    record = {"classes": sorted(CLASSES), "data": {"sha256": "ab"}}
    (tmp_path / "run.json").write_text(json.dumps(record))

    made = import_model(Request(file, name="mine", offset=-0.5), nobody)

    about = Network.load(made.path).metadata
    assert about.classes == tuple(sorted(CLASSES))
    assert (about.scale, about.offset) == (1 / 255, -0.5)
    assert learned_from(about.raw) == "ab"
    assert "run.json" in made.notes[0]
    assert "divided by 255" in made.notes[1]


def test_the_hostile_files_of_these_tests_are_hostile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    layers = tiny(builders.lambda_3())
    file = builders.write_keras(tmp_path / "a.keras", sequential(layers))
    assert "a Lambda" in refusal(file)
    assert not (tmp_path / builders.HARM).exists()

    keras.saving.load_model(file, safe_mode=False)

    assert (tmp_path / builders.HARM).exists()

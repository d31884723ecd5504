"""Files of Keras models, made without Keras: honest ones, to be spoiled by tests."""

from __future__ import annotations

import base64
import json
import marshal
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

h5py = pytest.importorskip("h5py", reason="the extra `train` is not installed")

Config = dict[str, Any]
Weights = Mapping[str, list[npt.NDArray[np.float32]]]

CLASSES = ("angry", "disgust", "fear", "happy", "sad", "surprise", "neutral")


def entry(kind: str, module: str | None = "keras.layers", **config: object) -> Config:
    """A layer as Keras 3 writes it into a configuration."""
    config.setdefault("name", kind.lower())
    return {
        "module": module,
        "class_name": kind,
        "config": config,
        "registered_name": None,
    }


def face(side: int = 48, channels: int = 1) -> Config:
    return entry("InputLayer", batch_shape=[None, side, side, channels], name="face")


def tiny(*more: Config, units: int = 7, activation: str = "softmax") -> list[Config]:
    """A network's layers: two small ones that learn, and ``more`` between them."""
    return [
        face(),
        entry("Conv2D", filters=2, kernel_size=[3, 3], strides=[4, 4], padding="same"),
        *more,
        entry("GlobalAveragePooling2D"),
        entry("Dense", units=units, activation=activation),
    ]


def sequential(layers: list[Config]) -> Config:
    inner = {"name": "net", "trainable": True, "layers": layers}
    return {"module": "keras", "class_name": "Sequential", "config": inner} | {
        "registered_name": "Sequential"
    }


def functional(layers: list[Config]) -> Config:
    """The layers one after another, as a graph."""
    chained = []
    for i, layer in enumerate(layers):
        before = layers[i - 1]["config"]["name"]
        node = {"args": [tensor(before)], "kwargs": {}}
        calls = [node] if i else []
        name = layer["config"]["name"]
        chained.append(layer | {"name": name, "inbound_nodes": calls})
    inner = {
        "name": "net",
        "trainable": True,
        "layers": chained,
        "input_layers": [chained[0]["name"], 0, 0],
        "output_layers": [chained[-1]["name"], 0, 0],
    }
    return {
        "module": "keras.src.models.functional",
        "class_name": "Functional",
        "config": inner,
        "registered_name": "Functional",
    }


def tensor(layer: str, call: int = 0) -> Config:
    history = {"shape": [None], "dtype": "float32", "keras_history": [layer, call, 0]}
    return {"class_name": "__keras_tensor__", "config": history}


def numbers(units: int = 7, seed: int = 0) -> dict[str, list[npt.NDArray[np.float32]]]:
    """Weights that fit `tiny`, under Keras 3's names."""
    rng = np.random.default_rng(seed)
    shapes = {"conv2d": [(3, 3, 1, 2), (2,)], "dense": [(2, units), (units,)]}
    return {
        layer: [rng.normal(0, 1, shape).astype(np.float32) for shape in found]
        for layer, found in shapes.items()
    }


def write_weights(path: Path, weights: Weights | None = None) -> Path:
    """Weights by the place of each layer, as Keras 3 saves them."""
    with h5py.File(path, "w") as file:
        for layer, arrays in (weights or numbers()).items():
            for i, array in enumerate(arrays):
                file[f"layers/{layer}/vars/{i}"] = array
    return path


def write_keras(
    path: Path,
    config: Config | None = None,
    weights: Path | None = None,
    extra: Mapping[str, bytes] | None = None,
) -> Path:
    """A ``.keras`` archive."""
    inner = weights or write_weights(path.with_suffix(".inner.h5"))
    content = json.dumps(config or sequential(tiny()))
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("metadata.json", '{"keras_version": "3.15.1"}')
        archive.writestr("config.json", content)
        archive.write(inner, "model.weights.h5")
        for name, member in (extra or {}).items():
            archive.writestr(name, member)
    return path


def keras_2(layers: list[Config]) -> Config:
    """The same layers as Keras 2 writes them: no modules, other names."""
    first, *rest = json.loads(json.dumps(layers))
    shape = first["config"]["batch_shape"]
    plain = [{"class_name": x["class_name"], "config": x["config"]} for x in rest]
    plain[0]["config"] |= {"batch_input_shape": shape, "data_format": "channels_last"}
    return {"class_name": "Sequential", "config": {"name": "net", "layers": plain}}


def write_h5(
    path: Path, config: Config | str | None = None, weights: Weights | None = None
) -> Path:
    """A whole model as Keras 2 saves it: a configuration, and weights under names."""
    if config is None:
        config = keras_2(tiny())
    with h5py.File(path, "w") as file:
        text = config if isinstance(config, str) else json.dumps(config)
        file.attrs["model_config"] = text
        file.attrs["keras_version"] = "2.11.0"
        group = file.create_group("model_weights")
        layers = dict(weights or numbers())
        group.attrs["layer_names"] = [name.encode() for name in layers]
        for layer, arrays in layers.items():
            names = [f"{layer}/{i}:0" for i in range(len(arrays))]
            group.create_group(layer).attrs["weight_names"] = [
                x.encode() for x in names
            ]
            for name, array in zip(names, arrays, strict=True):
                group[layer][name] = array
    return path


HARM = "harm"
"""The file that appears in the working folder when code out of a model is run."""


def code() -> str:
    """Python code that makes the file `HARM`, packed as Keras packs a lambda."""
    function = eval(f"lambda x: (open({HARM!r}, 'w').close(), x)[1]")  # noqa: S307
    return base64.b64encode(marshal.dumps(function.__code__)).decode()


def lambda_3() -> Config:
    """A Lambda as Keras 3 writes it."""
    packed = {"code": code(), "defaults": None, "closure": None}
    return entry(
        "Lambda", function={"class_name": "__lambda__", "config": packed}, arguments={}
    )


def lambda_2() -> Config:
    """A Lambda as Keras 2 writes it."""
    made = entry("Lambda", None, function=[code(), None, None], arguments={})
    made["config"] |= {
        "function_type": "lambda",
        "module": "__main__",
        "output_shape": None,
        "output_shape_type": "raw",
    }
    return made


def changed(config: Config, **changes: object) -> Config:
    return config | {"config": config["config"] | changes}

"""Tiny networks in LiteRT files, made without TensorFlow.

Such a network is one layer: it looks for a face's bright band (`tests.training.made`),
whose height in the picture says the expression.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import flatbuffers  # type: ignore[import-untyped]
import numpy as np
import numpy.typing as npt
from ai_edge_litert import schema_py_generated as tflite

from monitor.emotion import metadata
from monitor.emotion.calibration import uncalibrated
from monitor.emotion.preprocess import CANONICAL_LANDMARKS
from monitor.records import EMOTIONS

Floats = npt.NDArray[np.float32]


def about(**changes: object) -> dict[str, Any]:
    """What a tiny network says of itself; ``changes`` replace what stands there."""
    said: dict[str, Any] = {
        "format": metadata.FORMAT,
        "name": "tiny",
        "version": "0.1",
        "labels": list(EMOTIONS),
        "classes": list(EMOTIONS),
        "input": [48, 48, 1],
        "scale": 1.0,
        "offset": 0.0,
        "heads": ["labels"],
        "reads": "labels",
        "output": "logits",
        "thresholds": {"heights": [], "confidence": []},
        "landmarks": [list(point) for point in CANONICAL_LANDMARKS],
        "min_face_height": 16.0,
        "figures": {},
    }
    said |= changes
    each = {head: uncalibrated(len(said["classes"])) for head in said["heads"]}
    return {"calibration": each} | said


def write(path: Path, gains: Sequence[float] = (0.1,), **changes: object) -> Path:
    """Writes a tiny network.

    Args:
        path: the ``.tflite`` file.
        gains: logits for each grey level of the band above the face's own, one number
            for each head.
        changes: of what the file says of itself, see `about`.
    """
    said = about(**changes)
    weights = bands(said["classes"], tuple(said["input"]))
    layer = np.concatenate([gain * weights for gain in gains])
    path.write_bytes(one_layer(layer, tuple(said["input"])))
    metadata.write(path, said)
    return path


def bands(classes: Sequence[str], size: tuple[int, int, int]) -> Floats:
    """(k, h * w * c) weights: how much brighter each expression's band is."""
    height, width, channels = size
    weights = np.zeros((len(classes), height, width, channels), np.float32)
    for i, name in enumerate(classes):
        top = 4 + 6 * EMOTIONS.index(name)
        band = slice(round(top * height / 48), round((top + 5) * height / 48))
        weights[i, band] = 1 / weights[i, band].size
    flat = weights.reshape(len(classes), -1)
    return np.asarray(flat - flat.mean(1, keepdims=True), np.float32)


def one_layer(weights: Floats, size: tuple[int, ...] = (48, 48, 1)) -> bytes:
    """A LiteRT file of one dense layer without bias.

    Args:
        weights: (outputs, inputs).
        size: of the input's axes after the first.
    """
    outputs, inputs = weights.shape
    graph = tflite.SubGraphT()
    graph.tensors = [
        _tensor("faces", (1, *size), 0, dynamic=True),
        _tensor("weights", (outputs, inputs), 1),
        _tensor("answers", (1, outputs), 0, dynamic=True),
    ]
    graph.inputs, graph.outputs = [0], [2]
    layer = tflite.OperatorT()
    layer.opcodeIndex, layer.inputs, layer.outputs = 0, [0, 1, -1], [2]
    layer.builtinOptionsType = tflite.BuiltinOptions.FullyConnectedOptions
    layer.builtinOptions = tflite.FullyConnectedOptionsT()
    graph.operators = [layer]
    code = tflite.OperatorCodeT()
    code.builtinCode = code.deprecatedBuiltinCode = (
        tflite.BuiltinOperator.FULLY_CONNECTED
    )
    code.version = 1
    model = tflite.ModelT()
    model.version, model.operatorCodes, model.subgraphs = 3, [code], [graph]
    model.buffers = [tflite.BufferT(), tflite.BufferT()]
    model.buffers[1].data = np.frombuffer(weights.astype("<f4").tobytes(), np.uint8)
    builder = flatbuffers.Builder(1 << 16)
    builder.Finish(model.Pack(builder), file_identifier=b"TFL3")
    return bytes(builder.Output())


def _tensor(
    name: str, shape: tuple[int, ...], buffer: int, dynamic: bool = False
) -> tflite.TensorT:
    tensor = tflite.TensorT()
    tensor.name, tensor.shape, tensor.buffer = name.encode(), list(shape), buffer
    tensor.type = tflite.TensorType.FLOAT32
    if dynamic:
        tensor.shapeSignature = [-1, *shape[1:]]
    return tensor


def changed(path: Path, **changes: object) -> Path:
    """The file saying something else of itself, as another program would write it."""
    raw = metadata.read(path).raw | changes
    content = metadata.network_bytes(path, path.read_bytes())
    path.write_bytes(content)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(metadata.MEMBER, json.dumps(raw))
    return path

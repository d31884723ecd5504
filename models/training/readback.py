"""Reads a released file back into the network that it was made of.

Runs lie in a cache folder and are gone one day; the file that the agent runs stays. It
holds the weights, each normalisation folded into its convolution. Read back, the
network answers as the file does, so it can teach; once it has seen faces (`stand`), it
can learn on.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import TypeAlias

import keras
import numpy as np
import numpy.typing as npt
from ai_edge_litert import schema_py_generated as litert
from keras import layers

from models.training.networks import HEADS, Normalisation, as_input, expression_network
from models.training.shape import SMALL, Shape
from monitor.emotion import metadata
from monitor.errors import UsageError

Floats: TypeAlias = npt.NDArray[np.float32]

FACES = 2048
"""Faces that normalisation is measured on, at most: a mean of so many is good to 2% of
a deviation."""

_BATCH = 256
_WHOLE = {litert.TensorType.INT8: np.int8, litert.TensorType.INT32: np.int32}
_STORED = _WHOLE | {
    litert.TensorType.FLOAT16: np.float16,
    litert.TensorType.FLOAT32: np.float32,
}
_FOREIGN = (ValueError, KeyError, IndexError, TypeError, struct.error)
"""What reading a network raises that is damaged or of another make."""
_FOLDED = litert.BuiltinOperator.CONV_2D
_HEAD = litert.BuiltinOperator.FULLY_CONNECTED
_BESIDE = litert.BuiltinOperator.CONCATENATION


def is_released(file: Path) -> bool:
    """Whether a file is of the kind that the agent runs, and no network of a run."""
    return file.suffix == ".tflite"


def read_back(file: Path) -> keras.Model:
    """The network of a released file, as `networks.expression_network` makes it.

    Args:
        file: a ``.tflite`` that a release made.

    Returns:
        A network that answers as the file does, before calibration; nearly so where
        the file computes in whole numbers. Its normalisation does nothing but shift:
        `stand` before it learns.

    Raises:
        ModelError: what the file says of itself is missing or damaged.
        UsageError: its network was not made here, or is damaged.
    """
    about = metadata.read(file)
    try:
        if about.heads != HEADS:
            raise ValueError(about.heads)
        folded, heads = _weights(metadata.network_bytes(file, file.read_bytes()))
        model = expression_network(_shape(about))
        _fill(model, folded, heads)
    except _FOREIGN as exc:
        raise UsageError(
            f"{file} is no network that can be read back: expected one that was "
            "trained and released here."
        ) from exc
    return model


def stand(model: keras.Model, faces: npt.NDArray[np.uint8]) -> None:
    """Measures what each normalisation of a network read back would measure.

    It answers as before, but now it also learns as if it had never been folded: a
    batch's own mean and deviation are near those that it was read back with.

    Args:
        model: what `read_back` made.
        faces: (n, 48, 48) uint8 to measure on; some of all are taken, since files of
            faces are sorted by label.
    """
    pairs = list(_normalised(model))
    probe = keras.Model(model.inputs, [layer.output for layer, _ in pairs])
    some = faces[:: -(-len(faces) // FACES)]
    sums, squares = [0.0] * len(pairs), [0.0] * len(pairs)
    counts = [0] * len(pairs)
    for i in range(0, len(some), _BATCH):
        batch = as_input(some[i : i + _BATCH], faces.shape[1])
        for place, seen in enumerate(probe.predict_on_batch(batch)):
            values = seen.reshape(-1, seen.shape[-1]).astype(np.float64)
            sums[place] = sums[place] + values.sum(0)
            squares[place] = squares[place] + (values**2).sum(0)
            counts[place] += len(values)
    for place, (_, normal) in enumerate(pairs):
        mean = sums[place] / counts[place]
        variance = squares[place] / counts[place] - mean**2
        _, shift, _, _ = normal.get_weights()
        deviation = np.sqrt(variance + normal.epsilon)
        normal.set_weights([deviation, shift + mean, mean, variance])


def _weights(content: bytes) -> tuple[list[tuple[Floats, Floats]], list[Floats]]:
    """Kernels with shifts, in the order of their use, and the heads' arrays."""
    model = litert.ModelT.InitFromPackedBuf(content, 0)
    graph = model.subgraphs[0]
    made_by = {op.outputs[0]: op for op in graph.operators}

    def kind(op: litert.OperatorT) -> int:
        code = model.operatorCodes[op.opcodeIndex]
        return int(max(code.builtinCode, code.deprecatedBuiltinCode))

    def stored(index: int) -> Floats:
        # Weights in half the bytes pass through an operator that widens them.
        while index in made_by:
            index = made_by[index].inputs[0]
        tensor = graph.tensors[index]
        raw = np.asarray(model.buffers[tensor.buffer].data, np.uint8).tobytes()
        values = np.frombuffer(raw, _STORED[tensor.type]).astype(np.float32)
        return values.reshape(tensor.shape) * _steps(tensor)

    folded = [
        (stored(op.inputs[1]).transpose(1, 2, 3, 0), stored(op.inputs[2]))
        for op in graph.operators
        if kind(op) == _FOLDED
    ]
    (last,) = (op for op in graph.operators if kind(op) == _BESIDE)
    answers = [made_by[index] for index in last.inputs]
    if any(kind(op) != _HEAD for op in answers):
        raise ValueError("the heads are no layers of their own")
    heads = [
        values
        for op in answers
        for values in (stored(op.inputs[1]).T, stored(op.inputs[2]))
    ]
    return folded, heads


def _steps(tensor: litert.TensorT) -> Floats:
    """What one stands for in a tensor of whole numbers, for each of its first axis."""
    if tensor.type not in _WHOLE:
        return np.ones(1, np.float32)
    held = tensor.quantization
    if held is None or held.scale is None or held.quantizedDimension:
        raise ValueError("whole numbers do not say what they stand for")
    if held.zeroPoint is not None and np.any(held.zeroPoint):
        raise ValueError("weights in whole numbers whose zero is not 0")
    steps = np.asarray(held.scale, np.float32)
    return steps.reshape(-1, *[1] * (len(tensor.shape) - 1))


def _fill(
    model: keras.Model, folded: list[tuple[Floats, Floats]], heads: list[Floats]
) -> None:
    """Gives a network the weights of a file.

    The file may name and order branches in another way, but of convolutions of one
    size each needs the answer of the one before: those keep their order.
    """
    left = list(folded)
    for convolution, normal in _normalised(model):
        wanted = tuple(convolution.kernel.shape)
        place = [kernel.shape for kernel, _ in left].index(wanted)
        kernel, shift = left.pop(place)
        convolution.set_weights([kernel])
        one, zero = np.ones_like(shift), np.zeros_like(shift)
        normal.set_weights([one, shift, zero, one - normal.epsilon])
    if left:
        raise ValueError("convolutions are left over")
    for name, kernel, shift in zip(HEADS, heads[::2], heads[1::2], strict=True):
        model.get_layer(name).set_weights([kernel, shift])


def _normalised(model: keras.Model) -> Iterator[tuple[layers.Layer, layers.Layer]]:
    """Each convolution with the normalisation that follows it."""
    for layer in model.layers:
        if isinstance(layer, Normalisation):
            history = layer.input._keras_history
            yield history.operation, layer


def _shape(about: metadata.Metadata) -> Shape:
    held = about.raw.get("shape")
    if held is None:  # A file from before files said it.
        return SMALL
    widths, blocks = tuple(held["widths"]), tuple(held["blocks"])
    # A run from before there were such blocks does not speak of them.
    fine, plain = held.get("fine", SMALL.fine), held.get("plain", SMALL.plain)
    return Shape(widths, blocks, held["dropout"], fine, plain)

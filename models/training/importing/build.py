"""Makes a Keras model after a plan, layer by layer, and reads its weights."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import prod
from pathlib import Path
from typing import Any, TypeAlias

import keras
import tensorflow as tf

from models.training.importing import layers, limits
from models.training.importing.nodes import Call, Ref
from models.training.importing.plan import Layer, Plain, Plan
from monitor.errors import ModelError
from monitor.quoting import quoted

Shape: TypeAlias = tuple[int, ...]

_OPERATIONS = {
    "ops.Add": keras.ops.add,
    "ops.Divide": keras.ops.divide,
    "ops.Multiply": keras.ops.multiply,
    "ops.Subtract": keras.ops.subtract,
    "ops.TrueDivide": keras.ops.true_divide,
}
_NORMALISING = (
    "BatchNormalization",
    "GroupNormalization",
    "LayerNormalization",
    "Normalization",
)
_REFUSALS = (
    ArithmeticError,
    AttributeError,
    LookupError,
    TypeError,
    ValueError,
    tf.errors.OpError,
)
"""What Keras raises at arguments and shapes that do not fit."""


def build(name: str, plan: Plan, size: Shape) -> keras.Model:
    """The model, its weights not read yet.

    Args:
        name: the file's, for messages.
        plan: what it is built of.
        size: height, width and channels of its input.

    Raises:
        ModelError: the layers do not fit on each other, or it is too large.
    """
    return _Builder(name).model(plan, size)


def fill(name: str, model: keras.Model, weights: Path) -> None:
    """Reads the weights of a model.

    Args:
        name: of the file that they come from, for messages.
        model: as `build` made it.
        weights: an HDF5 file that `hdf5.check` has let through.

    Raises:
        ModelError: they are of another model.
    """
    try:
        model.load_weights(weights)
    except (*_REFUSALS, OSError) as exc:
        raise ModelError(
            f"{name}: its weights do not fit the layers ({_line(exc)}); save model and "
            "weights again, together"
        ) from exc
    for layer in _leaves(model):
        if isinstance(layer, keras.layers.Normalization):
            # Keras forgets this for layers within models in .h5 files.
            layer.finalize_state()


class _Builder:
    """Makes models and keeps count of how large they become.

    Args:
        name: the file's, for messages.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._parameters = 0

    def model(self, plan: Plan, size: Shape) -> keras.Model:
        """One model; those within it are made on the way."""
        source = keras.Input(size)
        made: dict[str, Any] = {}
        tensors = {plan.source: {0: source}}
        # A model within a model is called once; Keras 2 counted that as its second.
        inner = {layer.name for layer in plan.layers if layer.model is not None}

        def found(ref: Ref) -> keras.KerasTensor | None:
            call = 0 if ref.layer in inner else ref.call
            return tensors.get(ref.layer, {}).get(call)

        waiting = [(x, i, call) for x in plan.layers for i, call in enumerate(x.calls)]
        while waiting:
            rest = []
            for layer, place, call in waiting:
                values = _values(call, found)
                if values is None:
                    rest.append((layer, place, call))
                    continue
                answer = self._call(made, layer, values, call.listed)
                tensors.setdefault(layer.name, {})[place] = answer
            if len(rest) == len(waiting):
                raise self._refusal("some of its layers wait for each other")
            waiting = rest
        result = found(plan.result)
        if result is None:
            raise self._refusal("what it answers is never computed")
        if plan.sequential:
            return keras.Sequential([keras.Input(size), *made.values()])
        return keras.Model(source, result)

    def _call(
        self, made: dict[str, Any], layer: Layer, values: list[Any], listed: bool
    ) -> keras.KerasTensor:
        numbers = any(isinstance(value, float) for value in values)
        try:
            if layer.kind in _OPERATIONS:
                answer = _OPERATIONS[layer.kind](*values)
            elif numbers:
                raise ValueError("a number where it expects a tensor")
            else:
                if layer.name not in made:
                    made[layer.name] = self._layer(layer, tuple(values[0].shape[1:]))
                answer = made[layer.name](values if listed else values[0])
        except _REFUSALS as exc:
            raise self._refusal(
                f"{layer.name!r} ({layer.kind}) does not fit what comes before it "
                f"({_line(exc)})"
            ) from exc
        shape = getattr(answer, "shape", (None, None))[1:]
        if None in shape or prod(shape) > limits.VALUES:
            raise self._refusal(
                f"{layer.name!r} answers {quoted(shape)}, which is too much"
            )
        return answer

    def _layer(self, layer: Layer, before: Shape) -> keras.layers.Layer:
        """One layer, which must not become too large on an input of that shape."""
        if layer.model is not None:
            made = self.model(layer.model, before)
        elif layer.kind in layers.SILENT:
            return keras.layers.Identity()
        else:
            self._parameters += _parameters(layer, before)
            if self._parameters > limits.PARAMETERS:
                raise self._refusal(
                    f"it has more than {limits.PARAMETERS:,} parameters: it is not read"
                )
            made = getattr(keras.layers, layer.kind)(**layer.arguments)
        if not layer.learns:
            made.trainable = False
        return made

    def _refusal(self, what: str) -> ModelError:
        return ModelError(f"{self._name}: {what}")


def _values(
    call: Call, found: Callable[[Ref], keras.KerasTensor | None]
) -> list[Any] | None:
    """What a layer is called on; None while some of it is not there yet."""
    values = [
        found(value) if isinstance(value, Ref) else value for value in call.values
    ]
    return None if any(value is None for value in values) else values


def _parameters(layer: Layer, before: Shape) -> int:
    """How many numbers a layer will learn, without biases."""
    given = layer.arguments
    channels = before[-1] if before else 1
    window = _product(given.get("kernel_size", 1))
    multiplied = channels * _product(given.get("depth_multiplier", 1), 1)
    width = _product(given.get("units", given.get("filters", 1)), 1)
    if layer.kind == "PReLU":
        return prod(before)
    if layer.kind in _NORMALISING:
        axes = given.get("axis", -1)
        each = axes if isinstance(axes, list) else [axes]
        # Scale and shift, mean and variance, for each place along these axes.
        return 4 * prod(_length(axis, before) for axis in each)
    if layer.kind == "SeparableConv2D":
        return multiplied * (window + width)
    if layer.kind == "DepthwiseConv2D":
        return multiplied * window
    return window * channels * width // max(1, _product(given.get("groups", 1), 1))


def _length(axis: Plain, before: Shape) -> int:
    """Of an input's axis, counted as Keras does: 0 is the batch, -1 the last."""
    if not isinstance(axis, int) or not -len(before) <= axis - (axis > 0) < len(before):
        return 1  # there is none: Keras will say so
    return before[axis - (axis > 0)]


def _product(value: Plain, times: int = 2) -> int:
    """Of a window's sides; one number stands for all of them."""
    if isinstance(value, list):
        return prod(_product(side, 1) for side in value)
    whole = value if isinstance(value, int) and value > 0 else 1
    return prod([whole] * times)


def _leaves(model: keras.Model) -> Iterator[keras.layers.Layer]:
    for layer in model.layers:
        if isinstance(layer, keras.Model):
            yield from _leaves(layer)
        else:
            yield layer


def _line(error: BaseException) -> str:
    """What Keras says, in one line of at most 320 characters."""
    text = " ".join(str(error.args[0] if error.args else error).split())
    return text if len(text) <= 320 else text[:317] + "..."

"""What a model is built of: a configuration of Keras 2 or 3 as our own records.

A plan holds names of layers out of `layers.ARGUMENTS`, numbers, truth values and words
out of `layers.WORDS`. Nothing else of the configuration is carried over.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn, TypeAlias

from models.training.importing import layers, limits
from models.training.importing.nodes import Call, Malformed, Ref, calls_of, single
from monitor.errors import ModelError
from monitor.quoting import quoted

Plain: TypeAlias = "bool | int | float | str | list[Plain] | None"


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer, and on what it is called.

    Attributes:
        name: within its model.
        kind: a key of `layers.ARGUMENTS`, one of `layers.SILENT`, `layers.INPUT`, an
            operation as "ops.Add", or "model".
        arguments: what it is made with.
        calls: each makes one tensor.
        learns: False when it was frozen; the order of stored weights depends on it.
        model: the layers in it, when it is a model itself.
    """

    name: str
    kind: str
    arguments: Mapping[str, Plain] = field(default_factory=dict)
    calls: tuple[Call, ...] = ()
    learns: bool = True
    model: Plan | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """A model.

    Attributes:
        sequential: its layers follow on each other.
        layers: in the configuration's order.
        shape: of one input without the batch, as far as the configuration says.
        source: the input's name.
        result: what it answers.
    """

    sequential: bool
    layers: tuple[Layer, ...]
    shape: tuple[int | None, ...] | None
    source: str
    result: Ref

    def named(self, name: str) -> Layer:
        """The layer of that name."""
        return next(layer for layer in self.layers if layer.name == name)

    def flat(self) -> Iterator[Layer]:
        """All layers that are no models, those within models in place."""
        for layer in self.layers:
            if layer.model is None:
                yield layer
            else:
                yield from layer.model.flat()


def read(name: str, config: dict[str, Any], version: str = "") -> Plan:
    """The plan in a configuration that `allowed.parse` has let through.

    Args:
        name: the file's, for messages.
        config: the configuration.
        version: of the Keras that saved it; empty when that is not known.

    Raises:
        ModelError: it is of a kind that cannot be built from its configuration.
    """
    try:
        return _Reader(name, version).model(config, 0)
    except Malformed as exc:
        raise ModelError(f"{name}: {exc}") from exc
    except (LookupError, TypeError, AttributeError, OverflowError) as exc:
        raise ModelError(
            f"{name}: its configuration is damaged, or of a Keras that is not known "
            "here; save it again with model.save('NAME.keras')"
        ) from exc


class _Reader:
    """Turns configurations into plans.

    Args:
        name: the file's, for messages.
        version: of the Keras that saved it.
    """

    def __init__(self, name: str, version: str) -> None:
        self._name = name
        self._version = version
        self._count = 0

    def model(self, entry: dict[str, Any], depth: int) -> Plan:
        """The plan of one model, and of those within it."""
        kind, config = entry["class_name"], entry["config"]
        if depth > limits.DEPTH:
            self._refuse(f"models stand more than {limits.DEPTH} deep in each other")
        if kind not in layers.MODELS:
            self._refuse(f"it holds a single layer ({kind}), expected a model")
        if kind == "Sequential":
            return self._sequential(config, depth)
        if "layers" not in config:
            self._refuse(
                "its layers stand in Python code, not in the file (a model made by a "
                "class of its own); rebuild it with keras.Model(inputs, outputs)"
            )
        return self._functional(config, depth)

    def _functional(self, config: dict[str, Any], depth: int) -> Plan:
        found = []
        for entry in config["layers"]:
            name = _text(entry.get("name") or entry["config"]["name"])
            calls = calls_of(entry.get("inbound_nodes", []))
            found.append(self._layer(entry, name, calls, depth))
        source = single(config["input_layers"], "inputs")
        result = single(config["output_layers"], "outputs")
        plan = Plan(
            sequential=False,
            layers=tuple(found),
            shape=_shape(config["layers"], source.layer),
            source=source.layer,
            result=result,
        )
        _check_calls(plan)
        return plan

    def _sequential(self, config: dict[str, Any] | list[Any], depth: int) -> Plan:
        # Before Keras 2.3 the list of layers stood here by itself.
        entries = config if isinstance(config, list) else config["layers"]
        found = [Layer("input", layers.INPUT)]
        for place, entry in enumerate(entries):
            if entry["class_name"] == layers.INPUT:
                continue
            call = Call((Ref(found[-1].name, 0),), listed=False)
            inner = entry["config"]
            name = inner.get("name") if isinstance(inner, dict) else None
            if name is None or any(layer.name == name for layer in found):
                name = f"layer {place}"
            found.append(self._layer(entry, _text(name), (call,), depth))
        if len(found) == 1:
            self._refuse("a model in it has no layers")
        shape = _shape(entries[:1], None)
        if shape is None and isinstance(config, dict):
            shape = _batched(config.get("build_input_shape"))
        return Plan(True, tuple(found), shape, "input", Ref(found[-1].name, 0))

    def _layer(
        self, entry: dict[str, Any], name: str, calls: tuple[Call, ...], depth: int
    ) -> Layer:
        # Each call of a layer is work and a tensor, as a layer of its own would be.
        self._count += max(1, len(calls))
        if self._count > limits.LAYERS:
            self._refuse(f"it has more than {limits.LAYERS} layers and calls of them")
        kind, config = entry["class_name"], entry["config"]
        learns = isinstance(config, list) or config.get("trainable") is not False
        if kind in layers.MODELS:
            inner = self.model(entry, depth + 1)
            return Layer(name, "model", {}, calls, learns, inner)
        called = _text(config.get("name", name))
        if kind == layers.INPUT or kind in layers.SILENT:
            return Layer(name, kind, {}, calls, learns)
        # Keras' layers of the same names are called on a list.
        if kind in layers.ARITHMETIC and not any(call.listed for call in calls):
            return Layer(name, f"ops.{kind}", {}, calls, learns)
        if kind not in layers.ARGUMENTS:
            self._refuse(f"{called!r} is a {kind}, which is no layer that can be read")
        return Layer(name, kind, self._arguments(kind, called, config), calls, learns)

    def _arguments(
        self, kind: str, name: str, config: dict[str, Any]
    ) -> dict[str, Plain]:
        """What a layer is made with; refuses what would change its answers unseen."""
        if config.get("data_format") not in (None, "channels_last"):
            self._refuse(
                f"{name!r} wants its channels first, which LiteRT cannot run; save "
                "the model with channels last"
            )
        former = layers.FORMER_NAMES.get(kind, {})
        known = layers.ARGUMENTS[kind]
        silent = (*layers.ANYWHERE, *layers.UNSPOKEN.get(kind, ()))
        made: dict[str, Plain] = {}
        for key, value in config.items():
            argument = former.get(key, key)
            if argument in known:
                made[argument] = self._plain(value, argument, name)
                self._check_word(kind, made[argument], argument, name)
                if argument == "axis" and kind == "BatchNormalization":
                    made[argument] = _alone(made[argument])
            elif key in silent or key.endswith(layers.TRAINING_ONLY):
                continue
            elif value not in (None, False):
                self._refuse(
                    f"{name!r} ({kind}) has {key[:40]!r} set, which is not known here"
                )
        return made

    def _plain(self, value: object, argument: str, name: str, depth: int = 0) -> Plain:
        if isinstance(value, dict) and value.get("class_name") == "__tuple__":
            value = value.get("items")
        if isinstance(value, str):
            if value not in layers.WORDS.get(argument, ()):
                self._refuse(f"{name!r} has {argument} {value[:40]!r}, not known here")
            return value
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, int | float):
            if not math.isfinite(value) or abs(value) > limits.NUMBER:
                self._refuse(
                    f"{name!r} has {argument} {quoted(value)}, expected at most "
                    f"{limits.NUMBER}"
                )
            return value
        if isinstance(value, list) and depth < 4 and len(value) <= limits.LAYERS:
            return [self._plain(item, argument, name, depth + 1) for item in value]
        raise self._refusal(
            f"{name!r} has {argument} that is neither numbers nor a word"
        )

    def _check_word(self, kind: str, value: Plain, argument: str, name: str) -> None:
        """What takes a word takes nothing else; Keras stumbles over numbers there."""
        if value == "hard_sigmoid" and self._version.startswith(("1.", "2.")):
            self._refuse(
                f"{name!r} uses the hard_sigmoid of Keras {quoted(self._version)}, "
                "which Keras 3 computes otherwise; train it with sigmoid, or again"
            )
        if argument not in layers.WORDS or isinstance(value, str):
            return
        # Keras writes null for no activation; this one pads by numbers of pixels.
        if (argument == "activation" and value is None) or kind == "ZeroPadding2D":
            return
        self._refuse(f"{name!r} has {argument} {quoted(value)}, expected a word")

    def _refuse(self, what: str) -> NoReturn:
        raise self._refusal(what)

    def _refusal(self, what: str) -> ModelError:
        return ModelError(f"{self._name}: {what}")


def _check_calls(plan: Plan) -> None:
    """That every tensor which is asked for is made by some call."""
    named = {layer.name: layer for layer in plan.layers}
    if len(named) != len(plan.layers):
        raise Malformed("two layers bear one name")
    if plan.source not in named or named[plan.source].kind != layers.INPUT:
        raise Malformed(f"{quoted(plan.source)} is no input")
    if sum(layer.kind == layers.INPUT for layer in plan.layers) > 1:
        raise Malformed("it has several inputs, expected one: the face")
    wanted = [ref for layer in plan.layers for call in layer.calls for ref in call.refs]
    for ref in [*wanted, plan.result]:
        layer = named.get(ref.layer)
        if layer is None:
            raise Malformed(f"the layer {quoted(ref.layer)} is missing")
        # Keras counts a model's own graph as its first call in some places.
        made = len(layer.calls) + (layer.model is not None)
        if ref.call >= max(made, 1):
            raise Malformed(f"{ref.layer!r} is not called so often")
        if layer.model is not None and len(layer.calls) > 1:
            raise Malformed(f"the model {ref.layer!r} is called more than once")


def _shape(entries: list[Any], source: str | None) -> tuple[int | None, ...] | None:
    """Of the input: of the entry named ``source``, or of the first."""
    for entry in entries:
        config = entry["config"]
        if not isinstance(config, dict):
            continue
        if source is None or (entry.get("name") or config.get("name")) == source:
            stated = config.get("batch_input_shape", config.get("batch_shape"))
            if entry["class_name"] in layers.MODELS:
                inner = config.get("layers", [])[:1]
                return _shape(inner, None) or _batched(config.get("build_input_shape"))
            return _batched(stated)
    return None


def _batched(stated: object) -> tuple[int | None, ...] | None:
    """A shape without its first place, the batch."""
    if isinstance(stated, dict):
        stated = stated.get("items")
    if not isinstance(stated, list) or not stated:
        return None
    sizes = stated[1:]
    if not all(size is None or type(size) is int for size in sizes):
        raise Malformed("a shape that is no list of whole numbers")
    return tuple(sizes)


def _alone(axis: Plain) -> Plain:
    """Keras 2 writes the one axis of a batch normalisation as a list."""
    return axis[0] if isinstance(axis, list) and len(axis) == 1 else axis


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.isprintable() or len(value) > 200:
        raise Malformed("a layer whose name is no text")
    return value

"""What a plan says of the network's two ends, and what only its owner knows."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from models.training.class_names import expression, met_twice
from models.training.importing import layers, limits
from models.training.importing.plan import Layer, Plain, Plan
from monitor.errors import ModelError, UsageError
from monitor.quoting import LONGEST, quoted
from monitor.records import EMOTIONS

_SCALING = (
    "Normalization",
    "Rescaling",
    *(f"ops.{kind}" for kind in layers.ARITHMETIC),
)
_LEARNED = ("Conv2D", "Conv2DTranspose", "Dense", "DepthwiseConv2D", "SeparableConv2D")
_PREPARED = "prepared"
"""The layer of our own training that prepares pixels, whatever its kind."""
_SHAPING = ("Flatten", "Reshape", *layers.SILENT)
_MEANS = ("Average", "AveragePooling2D", "GlobalAveragePooling2D")
"""Layers behind which probabilities are probabilities still."""


def input_size(name: str, plan: Plan) -> tuple[int, int, int]:
    """Height, width and channels of the face that the network wants.

    Raises:
        ModelError: it wants no square picture of one or three channels.
    """
    least, most = limits.SIDES
    shape = plan.shape or ()
    if len(shape) == 3 and None not in shape:
        height, width, channels = (int(size or 0) for size in shape)
        if height == width and least <= height <= most and channels in {1, 3}:
            return height, width, channels
    sizes = ("any" if size is None else quoted(size) for size in shape[:8])
    stated = " x ".join(sizes)[:LONGEST]
    raise ModelError(
        f"{name}: its input is {stated or 'not stated'}, expected a square of {least} "
        f"to {most} pixels with 1 (grey) or 3 (colour) channels, such as 48 x 48 x 1"
    )


def scales_itself(plan: Plan) -> bool:
    """True when the network itself brings pixels of 0..255 to its own scale."""
    for layer in plan.flat():
        if layer.kind in _SCALING or layer.name == _PREPARED:
            return True
        if layer.kind in _LEARNED:
            return False
    return False


def output(name: str, plan: Plan) -> str:
    """What the network answers: "logits" or "probabilities".

    Raises:
        ModelError: neither of them.
    """
    passed, ends = _behind(plan)
    combining = [layer for layer in passed if not _passes_on(layer)]
    means = all(layer.kind in _MEANS for layer in combining)
    if means and all(_squashes(layer) for layer in ends):
        return "probabilities"
    if any(_activation(layer) == "softmax" for layer in ends):
        kind = next((x.kind for x in combining if x.kind not in _MEANS), "Average")
        raise ModelError(
            f"{name}: {kind} combines what softmax answers with something else; end it "
            "in softmax, in an average of such, or in the plain numbers before"
        )
    last = _last(plan, _SHAPING)
    activation = _activation(last)
    if activation == "linear" and last.kind not in ("ReLU", "ELU", "LeakyReLU"):
        return "logits"
    shown = activation if isinstance(activation, str) else quoted(activation)
    raise ModelError(
        f"{name}: it ends in {last.kind} ({shown}), expected softmax or the plain "
        "numbers before it"
    )


def answers(plan: Plan) -> int | None:
    """How many classes the network tells apart, where its last layers say so."""
    last = _last(plan, (*_SHAPING, "Activation", "Softmax"))
    units = last.arguments.get("units")
    return units if type(units) is int else None


@dataclass(frozen=True, slots=True)
class Run:
    """What the record beside a network tells: of `classpulse models train`.

    Attributes:
        classes: their names; None where it names none.
        pictures: the sum of the pictures that it learned from; "" where unknown.
    """

    classes: tuple[str, ...] | None = None
    pictures: str = ""


def run_of(file: Path) -> Run:
    """What stands in the record beside a network; nothing where there is none."""
    record = file.with_name("run.json")
    try:
        size = record.stat().st_size
        found = json.loads(record.read_bytes()) if size < limits.CONFIG_BYTES else None
    except (OSError, ValueError, RecursionError):
        return Run()
    if not isinstance(found, dict):
        return Run()
    classes, data = found.get("classes"), found.get("data")
    if not isinstance(classes, list) or not all(isinstance(x, str) for x in classes):
        classes = None
    sha256 = data.get("sha256") if isinstance(data, dict) else None
    return Run(
        None if classes is None else tuple(classes),
        sha256 if isinstance(sha256, str) else "",
    )


def listed(text: str) -> list[str]:
    """Class names as people type them: with commas, blanks or both between."""
    return text.replace(",", " ").split()


def emotions(
    names: Sequence[str], told: str = "--classes", count: int | None = None
) -> tuple[str, ...]:
    """Class names as the seven that the program knows.

    Args:
        names: in the network's order, in any case; "anger" and the like are understood.
        told: where they stand, for messages.
        count: how many the network tells apart, where that is known.

    Raises:
        UsageError: fewer than two or not ``count``, one of them twice, or one that is
            none of the seven.
    """
    found = []
    for name in names:
        word = expression(name)
        if word is None:
            raise UsageError(
                f"{told}: {quoted(name.strip())} is none of {', '.join(EMOTIONS)}; "
                "a network that knows other classes cannot be used"
            )
        found.append(word)
    if twice := met_twice(names):
        raise UsageError(
            f"{told}: {', '.join(twice)} are one class, expected each once, in the "
            "network's order"
        )
    if len(found) < 2:
        raise UsageError(
            f"{told}: {quoted(','.join(names))}: expected two or more classes, in the "
            "network's order"
        )
    if count not in {None, len(found)}:
        raise UsageError(
            f"{told}: {len(found)} are named, and the network tells {count} apart"
        )
    return tuple(found)


def number(option: str, text: str) -> float:
    """A number such as "0.5" or "1/255".

    Raises:
        UsageError: it is no such number.
    """
    above, divided, below = text.partition("/")
    try:
        value = float(above) / (float(below) if divided else 1.0)
    except (ValueError, ZeroDivisionError):
        value = math.nan
    if not math.isfinite(value) or abs(value) > 1e6:
        raise UsageError(
            f"{option} {text}: expected a number such as 1/255 or -1 (a pixel of 0 to "
            "255 goes in as pixel * scale + offset)"
        )
    return value


def _last(plan: Plan, passed: Sequence[str]) -> Layer:
    """The last layer, those of the kinds ``passed`` left out."""
    layer = plan.named(plan.result.layer)
    for _ in range(limits.LAYERS):
        if layer.model is not None:
            plan = layer.model
            layer = plan.named(plan.result.layer)
        elif layer.kind in passed and layer.calls:
            layer = plan.named(layer.calls[0].refs[0].layer)
        else:
            break
    return layer


def _behind(plan: Plan) -> tuple[list[Layer], list[Layer]]:
    """The layers between the answer and the last ones that make numbers of their own.

    Returns:
        Those that only pass on, average or combine what others gave; and those behind
        them, where the way back ends: layers that learn, softmax and sigmoid, and the
        input.
    """
    passed: list[Layer] = []
    ends: list[Layer] = []
    seen: set[int] = set()
    # Of each: its name, the plan that it stands in, and the models around that one.
    around: tuple[tuple[Plan, Layer], ...] = ()
    waiting = [(plan.result.layer, plan, around)]
    while waiting:
        name, plan, around = waiting.pop()
        layer = plan.named(name)
        if id(layer) in seen:
            continue
        seen.add(id(layer))
        if layer.model is not None:
            inner = layer.model
            waiting.append((inner.result.layer, inner, (*around, (plan, layer))))
            continue
        if layer.kind == layers.INPUT and around:
            *rest, (plan, layer) = around
            around = tuple(rest)
        elif not layer.calls or layer.kind in _LEARNED or _squashes(layer):
            ends.append(layer)
            continue
        else:
            passed.append(layer)
        refs = [ref for call in layer.calls for ref in call.refs]
        waiting += [(ref.layer, plan, around) for ref in refs]
    return passed, ends


def _activation(layer: Layer) -> Plain:
    if layer.kind == "Softmax":
        return "softmax"
    return layer.arguments.get("activation") or "linear"


def _squashes(layer: Layer) -> bool:
    return _activation(layer) in ("softmax", "sigmoid")


def _passes_on(layer: Layer) -> bool:
    linear = layer.kind == "Activation" and _activation(layer) == "linear"
    return linear or layer.kind in _SHAPING

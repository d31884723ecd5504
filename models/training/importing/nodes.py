"""Who is called on whom, as Keras 2 and Keras 3 write it into a configuration."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any


class Malformed(ValueError):
    """A part of a configuration that does not fit the rest."""


@dataclass(frozen=True, slots=True)
class Ref:
    """The tensor that a layer made.

    Attributes:
        layer: its name.
        call: which of its calls, from 0.
    """

    layer: str
    call: int


@dataclass(frozen=True, slots=True)
class Call:
    """One use of a layer.

    Attributes:
        values: tensors and numbers that it is called on.
        listed: they are handed over as one list, as to Add and Concatenate.
    """

    values: tuple[Ref | float, ...]
    listed: bool

    @property
    def refs(self) -> tuple[Ref, ...]:
        """The tensors among the values."""
        return tuple(value for value in self.values if isinstance(value, Ref))


_SETTINGS = ("training", "mask")
"""What a call may be told beside its tensors; neither matters where nobody learns:
Keras predicts as such even where ``training=True`` stands, as it does of RandomFlip."""


def calls_of(nodes: object) -> tuple[Call, ...]:
    """The calls in a layer's ``inbound_nodes``.

    Raises:
        Malformed: they are of no kind that Keras writes.
    """
    if not isinstance(nodes, list):
        raise Malformed("calls that are no list")
    return tuple(_call(node) for node in nodes if node)


def single(stated: object, what: str) -> Ref:
    """The one tensor in ``input_layers`` or ``output_layers``.

    Raises:
        Malformed: there are several, or none.
    """
    if isinstance(stated, list) and len(stated) == 1 and isinstance(stated[0], list):
        stated = stated[0]
    if not isinstance(stated, list) or not stated or not isinstance(stated[0], str):
        count = len(stated) if isinstance(stated, list | dict) else 0
        raise Malformed(f"it has {count} {what}, expected one")
    return _ref(stated)


def _call(node: object) -> Call:
    if isinstance(node, dict):
        return _call_of_3(node)
    if not isinstance(node, list):
        raise Malformed("a call that is no list")
    # Keras 2: [["conv", 0, 0, {}], ...], for some layers without the outer list.
    entries = [node] if isinstance(node[0], str) else node
    for entry in entries:
        if len(entry) > 3:
            _check_settings(entry[3])
    return Call(tuple(_ref(entry) for entry in entries), listed=len(entries) > 1)


def _call_of_3(node: dict[str, Any]) -> Call:
    _check_settings(node.get("kwargs") or {})
    values = node.get("args")
    listed = isinstance(values, list) and len(values) == 1 and _is_list(values[0])
    if listed and isinstance(values, list):
        values = values[0]
    if not isinstance(values, list) or not values:
        raise Malformed("a call on nothing")
    call = Call(tuple(_value(value) for value in values), listed)
    if not call.refs:
        raise Malformed("a call on numbers alone")
    return call


def _is_list(value: object) -> bool:
    return isinstance(value, list)


def _value(value: object) -> Ref | float:
    if isinstance(value, int | float) and math.isfinite(value):
        return float(value)
    if isinstance(value, dict) and value.get("class_name") == "__keras_tensor__":
        return _ref(value["config"]["keras_history"])
    raise Malformed("a call on something that is neither a tensor nor a number")


def _ref(stated: object) -> Ref:
    if isinstance(stated, list) and len(stated) >= 3:
        layer, call, tensor = stated[:3]
        if isinstance(layer, str) and type(call) is int and call >= 0 and tensor == 0:
            return Ref(layer, call)
    raise Malformed("a tensor that is not named as Keras does")


def _check_settings(settings: object) -> None:
    if not isinstance(settings, dict):
        raise Malformed("a call whose settings are no table")
    for key, value in settings.items():
        if key not in _SETTINGS or not (value is None or isinstance(value, bool)):
            raise Malformed(f"a call with {str(key)[:40]!r}")

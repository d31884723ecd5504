"""Refuses every configuration that names a class or a function outside the list.

Runs before anything of Keras or TensorFlow is imported, over the whole configuration,
whatever of it is used later.
"""

from __future__ import annotations

import json
import re
from typing import Any, NoReturn

from models.training.importing import limits
from models.training.importing.layers import READABLE
from monitor.errors import ModelError
from monitor.quoting import quoted

_KERAS = re.compile(r"(tensorflow\.(python\.)?)?(tf_)?keras(\.[a-z][a-z0-9_]*)*")
_CODE = ("Lambda", "__lambda__")
_CALLS = ("SlicingOpLambda", "TFOpLambda")
_OURS = "classpulse>"
"""What the layers of a network by `models train --network expression` are called by."""
_FOR_TRAINING = ("build_config", "compile_config")
"""Losses, metrics and optimisers stand here, of any class; nothing of it is used."""


def parse(name: str, content: bytes | str) -> dict[str, Any]:
    """A configuration as plain data, once everything in it is allowed.

    Args:
        name: the file's, for messages.
        content: JSON.

    Raises:
        ModelError: it is no configuration, or names what is not allowed.
    """
    if len(content) > limits.CONFIG_BYTES:
        raise ModelError(
            f"{name}: its configuration has {len(content) / limits.MIB:.0f} MiB, "
            f"expected at most {limits.CONFIG_BYTES // limits.MIB}: it is not read"
        )
    if _OURS in (content if isinstance(content, str) else content.decode("latin-1")):
        raise ModelError(
            f"{name}: this network was trained here and needs no Keras: import the "
            "expression.tflite that its run wrote beside it, or, where TensorFlow was "
            "not installed then, repeat `classpulse models train` with --resume"
        )
    try:
        config = json.loads(content)
        if not isinstance(config, dict) or "class_name" not in config:
            raise ValueError
        _Walk(name).check(config, "model")
    except RecursionError as exc:
        raise ModelError(f"{name}: its configuration is nested too deeply") from exc
    except ValueError as exc:
        raise ModelError(
            f"{name}: its configuration is damaged or of no Keras model; save it "
            "again with model.save('NAME.keras')"
        ) from exc
    return config


class _Walk:
    """Goes through a configuration.

    Args:
        name: the file's, for messages.
    """

    def __init__(self, name: str) -> None:
        self._name = name

    def check(self, value: object, where: str, *, used: bool = True) -> None:
        """Refuses ``value`` if anything in it is not allowed.

        Args:
            value: a part of the configuration.
            where: the name of the layer that it belongs to.
            used: False where only code is looked for.

        Raises:
            ModelError: something in it is not allowed.
        """
        if isinstance(value, list):
            for item in value:
                self.check(item, where, used=used)
        elif isinstance(value, dict):
            where = _named(value, where)
            if used:
                self._check_class(value, where)
            elif value.get("class_name") in _CODE:
                self._refuse_code(where)
            for key, item in value.items():
                self.check(item, where, used=used and key not in _FOR_TRAINING)

    def _check_class(self, entry: dict[str, Any], where: str) -> None:
        if "class_name" not in entry:
            if "registered_name" in entry or "module" in entry:
                self._refuse(where, "an entry without a class")
            return
        kind, module = entry["class_name"], entry.get("module")
        if kind in _CODE:
            self._refuse_code(where)
        if kind in _CALLS:
            self._refuse(
                where,
                f"{kind}, a call of a TensorFlow function: use a layer instead, such "
                "as Rescaling",
            )
        if kind == "function":
            self._refuse(where, f"the function {quoted(entry.get('config'))}")
        if not isinstance(kind, str) or kind not in READABLE:
            self._refuse(where, f"the class {quoted(kind)}, which is not on the list")
        fits = isinstance(module, str) and _KERAS.fullmatch(module)
        if module is not None and not fits:
            self._refuse(
                where, f"{kind} from the module {quoted(module)}, not from Keras"
            )
        registered = entry.get("registered_name")
        if registered not in (None, kind):
            self._refuse(where, f"{kind} registered as {quoted(registered)}")

    def _refuse_code(self, where: str) -> NoReturn:
        self._refuse(where, "a Lambda, which carries code of its own")

    def _refuse(self, where: str, what: str) -> NoReturn:
        raise ModelError(
            f"{self._name}: {where!r} holds {what}; only standard Keras layers are "
            "read, and no code from a file is ever run"
        )


def _named(entry: dict[str, Any], where: str) -> str:
    inner = entry.get("config")
    for holder in (entry, inner if isinstance(inner, dict) else {}):
        name = holder.get("name")
        if "class_name" in entry and isinstance(name, str) and name.isprintable():
            return name[:60]
    return where

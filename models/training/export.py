"""From a trained network to the file that the agent runs.

Whichever backend trained, the export goes through TensorFlow. The heads leave side by
side in one output: the order of several outputs is not kept by the conversion.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal, TypeAlias, get_args

import numpy as np
import numpy.typing as npt

# Keras takes its backend from here when it is imported the first time.
os.environ["KERAS_BACKEND"] = "tensorflow"

import keras
import tensorflow as tf
from tensorflow import errors
from tensorflow.lite.python.convert import ConverterError

from models.training.datasets import SIDE
from models.training.networks import HEADS, VOTES
from monitor.emotion import metadata
from monitor.emotion.calibration import uncalibrated
from monitor.emotion.preprocess import CANONICAL_LANDMARKS
from monitor.errors import ExportError, ModelError, UsageError
from monitor.records import EMOTIONS

NAME = "expression"
MIN_FACE_HEIGHT = 16.0
"""Training shrinks faces to 16 pixels at the least (`augment.Damage.small_sides`)."""

Weights: TypeAlias = Literal["float32", "float16", "int8"]
WEIGHTS: tuple[Weights, ...] = get_args(Weights)
Floats = npt.NDArray[np.float32]


def load_network(folder: Path) -> keras.Model:
    """The averaged network of a run.

    Raises:
        UsageError: the folder holds none.
    """
    network = folder / "network.keras"
    if not network.exists() or not (folder / "run.json").exists():
        raise UsageError(f"{folder} holds no trained network: train one first.")
    return keras.saving.load_model(network, compile=False)


def to_litert(
    model: keras.Model,
    size: tuple[int, int, int],
    weights: Weights = "float32",
    examples: Floats | None = None,
) -> bytes:
    """A Keras model as LiteRT.

    Args:
        model: one input; its output is an array, or a dictionary of heads, which are
            put side by side in the order of `HEADS`.
        size: height, width and channels of the input.
        weights: how weights are stored. ``float16`` halves the file and runs as
            float32; ``int8`` computes in whole numbers, which measured slower than
            float32 on a processor without VNNI.
        examples: (n, height, width, channels) float32 inputs, by which ``int8``
            chooses its ranges; needed for it alone.

    Returns:
        The content of a ``.tflite`` file.

    Raises:
        UsageError: Keras was imported with another backend.
    """
    if keras.backend.backend() != "tensorflow":
        raise UsageError(
            "LiteRT files are written through TensorFlow, but Keras runs on "
            f"{keras.backend.backend()} here: start again without KERAS_BACKEND."
        )
    archive = keras.export.ExportArchive()
    archive.track(model)
    archive.add_endpoint(
        "serve",
        lambda faces: _side_by_side(model(faces, training=False)),
        input_signature=[tf.TensorSpec((None, *size), tf.float32)],
    )
    with tempfile.TemporaryDirectory() as folder:
        archive.write_out(folder, verbose=False)
        converter = tf.lite.TFLiteConverter.from_saved_model(folder)
        if weights != "float32":
            converter.optimizations = [tf.lite.Optimize.DEFAULT]
        if weights == "float16":
            converter.target_spec.supported_types = [tf.float16]
        if weights == "int8":
            converter.representative_dataset = lambda: _one_by_one(examples)
        return bytes(converter.convert())


@contextmanager
def converting(name: str) -> Iterator[None]:
    """Translates what TensorFlow raises while it makes a file of a network.

    Args:
        name: what to call the network.

    Raises:
        ExportError: there is no room for what it writes in between.
        ModelError: it cannot be turned into LiteRT.
    """
    try:
        yield
    # Its names for: too large a file, not allowed, no space left.
    except (
        OSError,
        errors.OutOfRangeError,
        errors.PermissionDeniedError,
        errors.ResourceExhaustedError,
    ) as exc:
        said = getattr(exc, "strerror", None) or str(exc)
        reason = said.strip().rpartition("; ")[2]
        raise ExportError(
            f"{name}: what TensorFlow makes of it cannot be written ({reason[:120]}): "
            "make room, or name another folder in TMPDIR"
        ) from exc
    except (ConverterError, errors.OpError, ValueError, RuntimeError) as exc:
        raise ModelError(
            f"{name}: TensorFlow cannot turn it into LiteRT "
            f"({str(exc).strip()[:120]!r})"
        ) from exc


def write(content: bytes, out: Path, about: dict[str, Any]) -> Path:
    """Writes a network's file with what it says of itself, whole or not at all.

    Args:
        content: what `to_litert` made.
        out: the ``.tflite`` file, replaced when it is complete.
        about: what `describe` made.

    Raises:
        ModelError: the program would refuse ``about``.
    """
    partial = out.with_name(out.name + ".partial")
    partial.write_bytes(content)
    try:
        metadata.write(partial, about)
        partial.replace(out)
    finally:
        partial.unlink(missing_ok=True)
    return out


def describe(
    version: str, run: dict[str, Any], weights: Weights = "float16"
) -> dict[str, Any]:
    """What the shipped file is to say of itself before anything was measured.

    It has no priors: nothing was calibrated under any.

    Args:
        version: of the network.
        run: the training run's record; the file tells the classes that it names under
            "data", or all seven.
        weights: how they are stored.
    """
    classes = classes_of(run)
    return {
        "format": metadata.FORMAT,
        "name": NAME,
        "version": version,
        "labels": list(EMOTIONS),
        "classes": classes,
        "input": [SIDE, SIDE, 1],
        "scale": 1.0,
        "offset": 0.0,
        "heads": list(HEADS),
        "reads": VOTES,
        "output": "logits",
        "calibration": {head: uncalibrated(len(classes)) for head in HEADS},
        "thresholds": {"heights": [], "confidence": []},
        "landmarks": [list(point) for point in CANONICAL_LANDMARKS],
        "crop": "similarity of the five landmarks, shares of the side, edge repeated",
        "min_face_height": MIN_FACE_HEIGHT,
        "weights": weights,
        "data": run.get("data", {}),
        "seed": run["settings"]["seed"],
        "validation": run["settings"]["validation"],
        "shape": run["settings"]["shape"],
        "figures": {},
    }


def classes_of(run: dict[str, Any]) -> list[str]:
    """What a run learned to tell apart: the classes that it had faces of."""
    # Records from before they were written down are of all seven.
    return list(run.get("data", {}).get("classes", EMOTIONS))


def rewrite(path: Path, changes: dict[str, Any]) -> dict[str, Any]:
    """Changes what a network's file says of itself; returns all that it then says."""
    about = metadata.read(path).raw | changes
    metadata.write(path, about)
    return about


def _side_by_side(answer: tf.Tensor | dict[str, tf.Tensor]) -> tf.Tensor:
    if isinstance(answer, dict):
        return tf.concat([answer[head] for head in HEADS], axis=-1)
    return answer


def _one_by_one(examples: Floats | None) -> Iterator[list[Floats]]:
    if examples is None:
        raise ValueError("int8 needs examples of the input")
    for example in examples:
        yield [example[None]]

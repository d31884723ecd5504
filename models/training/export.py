"""From a trained network to the file that the agent runs."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import keras
import tensorflow as tf

from models.training.datasets import SIDE
from monitor.emotion import metadata
from monitor.emotion.preprocess import CANONICAL_LANDMARKS
from monitor.records import EMOTIONS

NAME = "expression"
MIN_FACE_HEIGHT = 16.0
"""Training shrinks faces to 16 pixels at the least (`augment.Damage.small_sides`)."""


def export(model: keras.Model, out: Path, about: dict[str, Any]) -> Path:
    """Writes a network as LiteRT, float32, with what it says of itself.

    Args:
        model: from (n, 48, 48, 1) float32 in [0, 255] to (n, 7) logits.
        out: the ``.tflite`` file, replaced when it is complete.
        about: what `describe` made.

    Returns:
        ``out``.
    """
    archive = keras.export.ExportArchive()
    archive.track(model)
    archive.add_endpoint(
        "serve",
        lambda faces: model(faces, training=False),
        input_signature=[tf.TensorSpec((None, SIDE, SIDE, 1), tf.float32)],
    )
    with tempfile.TemporaryDirectory() as folder:
        archive.write_out(folder, verbose=False)
        converter = tf.lite.TFLiteConverter.from_saved_model(folder)
        content = converter.convert()
    partial = out.with_name(out.name + ".partial")
    partial.write_bytes(content)
    metadata.write(partial, about)
    partial.replace(out)
    return out


def describe(version: str, run: dict[str, Any]) -> dict[str, Any]:
    """What the file is to say of itself before anything was measured through it.

    Args:
        version: of the network.
        run: the training run's record.
    """
    return {
        "format": metadata.FORMAT,
        "name": NAME,
        "version": version,
        "labels": list(EMOTIONS),
        "input": [SIDE, SIDE, 1],
        "normalisation": "float32 grey in 0..255; light is evened out in the network",
        "output": "logits: softmax(logits / temperature)",
        "temperature": 1.0,
        "landmarks": [list(point) for point in CANONICAL_LANDMARKS],
        "crop": "similarity of the five landmarks, shares of the side, edge repeated",
        "min_face_height": MIN_FACE_HEIGHT,
        "data": run.get("data", {}),
        "seed": run["settings"]["seed"],
        "figures": {},
    }


def rewrite(path: Path, changes: dict[str, Any]) -> dict[str, Any]:
    """Changes what a network's file says of itself; returns all that it then says."""
    about = metadata.read(path).raw | changes
    metadata.write(path, about)
    return about

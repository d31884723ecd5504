"""The faces by which int8 chooses its ranges."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

keras = pytest.importorskip("keras", reason="the extra `train` is not installed")
pytest.importorskip("tensorflow", reason="the extra `train` is not installed")

from models.training import export  # noqa: E402
from models.training.networks import VOTES, as_input, expression_network, predict  # noqa: E402
from models.training.release.examples import SHOWN, examples  # noqa: E402
from models.training.shape import Shape  # noqa: E402
from monitor.emotion.network import Network  # noqa: E402
from tests.training import made  # noqa: E402


def test_faces_are_shown_as_they_are_and_some_washed_out() -> None:
    images = np.random.default_rng(1).integers(0, 256, (2 * SHOWN, 48, 48), np.uint8)

    shown = examples(images)

    plain = as_input(images[::3], 48)
    washed = shown[len(plain) :]
    assert (shown[: len(plain)] == plain).all()
    assert len(washed) >= len(plain) // 20
    assert washed.mean((1, 2, 3)).min() > 230
    assert washed.max() <= 255
    assert (washed.std((1, 2)) > 1).all()


def test_a_face_is_an_example_even_of_a_small_set() -> None:
    assert examples(made.faces(3)[0]).shape == (4, 48, 48, 1)


def test_whole_numbers_tell_washed_out_faces_apart(tmp_path: Path) -> None:
    keras.utils.set_random_seed(1)
    model = expression_network(Shape(widths=(8, 16), blocks=(1, 1)))
    run = {"settings": {"seed": 1, "validation": 0.1, "shape": {}}}
    about = export.describe("1.0", run, "int8")
    images = made.faces(120)[0]
    bright = np.round(images * 0.15 + 215).astype(np.uint8)
    wanted = predict(model, bright)[VOTES]

    def apart(shown: npt.NDArray[np.float32]) -> float:
        content = export.to_litert(model, (48, 48, 1), "int8", shown)
        file = export.write(content, tmp_path / "whole.tflite", about)
        return float(np.abs(Network(file).logits(bright, VOTES) - wanted).mean())

    assert apart(examples(images)) < apart(as_input(images, 48)) / 5

"""What a model's pixels, classes and answers mean."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.errors import UsageError
from tests.training.importing.builders import (
    CLASSES,
    Config,
    changed,
    entry,
    functional,
    sequential,
    tiny,
)

pytest.importorskip("h5py", reason="the extra `train` is not installed")

from models.training.importing import meaning, plan as planning


@pytest.mark.parametrize(
    ("text", "value"),
    [("1/255", 1 / 255), ("0.5", 0.5), ("-1", -1), ("1/127.5", 2 / 255)],
)
def test_numbers_as_people_write_them(text: str, value: float) -> None:
    assert meaning.number("--scale", text) == pytest.approx(value)


@pytest.mark.parametrize(
    "text", ["", "x", "1/0", "1/x", "nan", "inf", "1e300", "1/2/3"]
)
def test_numbers_that_are_none(text: str) -> None:
    with pytest.raises(
        UsageError, match=r"--scale .*: expected a number such as 1/255"
    ):
        meaning.number("--scale", text)


def test_classes_as_people_call_them() -> None:
    names = (
        "Anger",
        "disgusted",
        "FEAR",
        "happiness",
        "Sadness ",
        "surprised",
        "neutral",
    )

    assert meaning.emotions(names) == CLASSES


@pytest.mark.parametrize(
    ("layers", "scales"),
    [
        ([], False),
        ([entry("Rescaling", scale=1 / 255)], True),
        ([entry("RandomFlip"), entry("Rescaling", scale=1 / 255)], True),
        ([entry("BatchNormalization")], False),
        ([entry("Conv2D", name="prepared", filters=3)], True),
    ],
)
def test_whether_a_network_scales_pixels_itself(
    layers: list[Config], scales: bool
) -> None:
    first, *rest = tiny()
    plan = planning.read("a", sequential([first, *layers, *rest]))

    assert meaning.scales_itself(plan) is scales


@pytest.mark.parametrize(
    ("last", "expected"),
    [
        ([entry("Dense", units=7, activation="softmax")], "probabilities"),
        ([entry("Dense", units=7, activation="linear")], "logits"),
        ([entry("Dense", units=7), entry("Softmax", axis=-1)], "probabilities"),
        (
            [entry("Activation", activation="softmax"), entry("Dropout")],
            "probabilities",
        ),
        ([entry("Conv2D", filters=7), entry("Flatten")], "logits"),
    ],
)
def test_what_a_network_answers(last: list[Config], expected: str) -> None:
    plan = planning.read("a", functional([*tiny()[:2], *named(last)]))

    assert meaning.output("a", plan) == expected


def named(layers: list[Config]) -> list[Config]:
    return [changed(layer, name=f"last {i}") for i, layer in enumerate(layers)]


@pytest.mark.parametrize(
    "content", ["", "[]", '{"classes": 7}', '{"classes": [1, 2]}', "[" * 9999]
)
def test_a_record_beside_the_model_that_says_nothing(
    tmp_path: Path, content: str
) -> None:
    (tmp_path / "run.json").write_text(content)

    assert meaning.classes_of_run(tmp_path / "network.keras") is None

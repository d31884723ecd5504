"""What a model's pixels, classes and answers mean."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.errors import ModelError, UsageError
from tests.training.importing import builders
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


def ensemble(kind: str, left: str, right: str) -> Config:
    """Two answers to one face, and what combines them."""
    first, second = (
        entry("Dense", units=7, activation=activation, name=name)
        for name, activation in (("left", left), ("right", right))
    )
    config = functional([*tiny()[:3], first, second, entry(kind, name="both")])
    *_, pooled, _, again, last = config["config"]["layers"]
    again["inbound_nodes"][0]["args"] = [builders.tensor(pooled["name"])]
    last["inbound_nodes"][0]["args"] = [
        [builders.tensor("left"), builders.tensor("right")]
    ]
    return config


@pytest.mark.parametrize(
    ("kind", "left", "right", "expected"),
    [
        ("Average", "softmax", "softmax", "probabilities"),
        ("Average", "sigmoid", "sigmoid", "probabilities"),
        ("Average", "linear", "linear", "logits"),
        ("Add", "linear", "linear", "logits"),
        ("Add", "softmax", "softmax", "Add combines"),
        ("Multiply", "softmax", "softmax", "Multiply combines"),
        ("Average", "softmax", "linear", "Average combines"),
    ],
)
def test_what_two_networks_answer_together(
    kind: str, left: str, right: str, expected: str
) -> None:
    plan = planning.read("a", ensemble(kind, left, right))

    if expected in ("logits", "probabilities"):
        assert meaning.output("a", plan) == expected
        return
    with pytest.raises(ModelError) as caught:
        meaning.output("a", plan)
    assert str(caught.value) == (
        f"a: {expected} what softmax answers with something else; end it in softmax, "
        "in an average of such, or in the plain numbers before"
    )


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (entry("GlobalAveragePooling2D", name="end"), "probabilities"),
        (entry("GlobalMaxPooling2D", name="end"), None),
        (entry("Rescaling", scale=2.0, name="end"), None),
        (entry("ReLU", name="end"), None),
    ],
)
def test_what_stands_behind_softmax(after: Config, expected: str | None) -> None:
    answer = entry("Conv2D", filters=7, activation="softmax", name="answer")
    plan = planning.read("a", functional([*tiny()[:2], answer, after]))

    if expected is None:
        with pytest.raises(ModelError, match=f"{after['class_name']} combines"):
            meaning.output("a", plan)
    else:
        assert meaning.output("a", plan) == expected


def named(layers: list[Config]) -> list[Config]:
    return [changed(layer, name=f"last {i}") for i, layer in enumerate(layers)]


@pytest.mark.parametrize(
    "content",
    [
        *("", "[]", '{"classes": 7}', '{"classes": [1, 2]}', "[" * 9999),
        *('{"data": []}', '{"data": {"sha256": 7}}'),
    ],
)
def test_a_record_beside_the_model_that_says_nothing(
    tmp_path: Path, content: str
) -> None:
    (tmp_path / "run.json").write_text(content)

    assert meaning.run_of(tmp_path / "network.keras") == meaning.Run()

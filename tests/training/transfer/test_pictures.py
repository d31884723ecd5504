from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

pytest.importorskip("keras", reason="the extra `train` is not installed")
pytest.importorskip("matplotlib", reason="the extra `train` is not installed")

from models.training.transfer import pictures
from monitor.errors import ExportError, UsageError

FOUND = {"images": 4, "accuracy": 0.75, "confusion": [[2, 0], [1, 1]]}


def shipped(epochs: int = 3) -> dict[str, Any]:
    """A record as `train.train` writes it."""
    each = [
        {
            "epoch": i + 1,
            "side": 48,
            "loss": 2.0 / (i + 1),
            "validation_accuracy": 0.5 + 0.1 * i,
            "validation_votes": 0.6 + 0.1 * i,
            "validation_loss": 1.5 - 0.2 * i,
            "seconds": 9.0,
        }
        for i in range(epochs)
    ]
    return {"epochs": each, "data": {"learned_from": 1234, "chosen_on": 100}}


def classifier() -> dict[str, Any]:
    """A record as `classifier.train` writes it: two epochs frozen, one not."""
    held = shipped() | {"network": "vgg16", "classes": ["a", "b"], "validation": FOUND}
    for epoch in held["epochs"]:
        del epoch["validation_votes"]
        epoch |= {"accuracy": 0.4, "frozen": epoch["epoch"] < 3}
    return held


def write(folder: Path, held: dict[str, Any]) -> Path:
    (folder / "run.json").write_text(json.dumps(held))
    return folder


@pytest.mark.parametrize(
    ("held", "names"),
    [
        (shipped(), ["curves.png"]),
        (classifier(), ["curves.png", "confusion.png"]),
        (shipped() | {"epochs": []}, []),
    ],
)
def test_what_a_record_tells_is_drawn(
    tmp_path: Path, held: dict[str, Any], names: list[str]
) -> None:
    drawn = pictures.draw(write(tmp_path, held))

    assert [file.name for file in drawn] == names
    for file in drawn:
        picture = cv2.imread(str(file))
        assert picture is not None
        assert picture[:5].min() > 240  # on a light ground
        assert picture.min() < 100


def test_the_curves_are_those_of_the_record() -> None:
    accuracy, loss = pictures.curves(shipped()).axes

    drawn = {
        line.get_label(): np.asarray(line.get_ydata()).tolist()
        for line in accuracy.lines
    }
    assert drawn == {
        "validation": pytest.approx([0.5, 0.6, 0.7]),
        "validation, most votes": pytest.approx([0.6, 0.7, 0.8]),
    }
    names = [line.get_label() for line in loss.lines]
    assert names == [pictures.BOTH_HEADS, "validation"]
    assert np.asarray(loss.lines[0].get_xdata()).tolist() == [1, 2, 3]
    assert "nats" in loss.get_ylabel()


def test_the_loss_is_of_both_heads_where_nobody_voted_too() -> None:
    held = shipped()
    for epoch in held["epochs"]:
        del epoch["validation_votes"]

    accuracy, loss = pictures.curves(held).axes

    assert [line.get_label() for line in accuracy.lines] == ["validation"]
    assert loss.lines[0].get_label() == pictures.BOTH_HEADS


def test_lines_differ_by_more_than_their_colour() -> None:
    for axes in pictures.curves(shipped()).axes:
        looks = [(line.get_linestyle(), line.get_marker()) for line in axes.lines]
        assert len(set(looks)) == len(looks)


def test_where_fine_tuning_begins_is_marked() -> None:
    axes = pictures.curves(classifier()).axes[0]
    assert np.asarray(axes.lines[-1].get_xdata()).tolist() == [2.5, 2.5]


def test_the_confusion_matrix_has_truth_in_rows_and_counts_in_cells() -> None:
    axes = pictures.confusion(classifier()).axes[0]

    assert axes.get_ylabel() == "labelled"
    assert [text.get_text() for text in axes.texts] == ["100%\n2", "50%\n1", "50%\n1"]
    assert np.asarray(axes.images[0].get_array()).tolist() == [[1.0, 0.0], [0.5, 0.5]]
    assert axes.get_title(loc="left") == "vgg16: 75.0% of 4 validation pictures right"


def test_figures_that_an_epoch_was_chosen_by_flatter() -> None:
    held = classifier()
    held["validation"] = FOUND | {"epoch": 2}

    axes = pictures.confusion(held).axes[0]

    chosen = "after epoch 2, the best of 3 on these same pictures, which flatters"
    assert pictures.chosen(held) == chosen
    assert axes.get_title(loc="left").splitlines()[1:] == [chosen]
    assert pictures.chosen(held | {"epochs": held["epochs"][:1]}) == ""
    # What the tutorial draws is no run's record.
    del held["epochs"]
    assert pictures.chosen(held) == ""


def test_a_folder_without_a_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"holds no readable run\.json"):
        pictures.draw(tmp_path)


def test_a_picture_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (write(tmp_path, shipped()) / "curves.png").mkdir()
    with pytest.raises(ExportError, match="cannot be written"):
        pictures.draw(tmp_path)

from __future__ import annotations

import re
import shlex
from dataclasses import asdict
from itertools import groupby
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest

from models.training import evaluate
from models.training.path.scene import SCENES
from models.training.path.walk import Outcome, Score
from models.training.release.card import PLOT, card, plot
from models.training.release.reliability import diagram
from monitor.emotion.calibration import softmax
from tests.emotion import networks

Floats = np.typing.NDArray[np.float64]


def answers(n: int, seed: int = 0) -> tuple[Floats, np.typing.NDArray[np.int64]]:
    rng = np.random.default_rng(seed)
    probabilities = softmax(rng.normal(0, 2, (n, 7)))
    draws = rng.random((n, 1))
    return probabilities, (probabilities.cumsum(1) < draws).sum(1).clip(0, 6)


def figures_of(n: int, seed: int = 0) -> dict[str, Any]:
    return asdict(evaluate.figures(*answers(n, seed)))


def build_outcome(name: str, height: int, quality: int | None) -> dict[str, Any]:
    score = Score("votes", 80, 6, 4, 14, 56, 0.82, 0.8, 2.0, 1.1, 0.031)
    return asdict(
        Outcome(
            name,
            height,
            quality,
            faces=90,
            found=0.93,
            read=0.89,
            unread={},
            box_height=float(height),
            strays=0,
            reads="votes",
            scores={"votes": score, "labels": score},
        )
    )


def build_figures(**changes: object) -> dict[str, Any]:
    return {
        "public_test": figures_of(500),
        "public_test_without_copies": figures_of(480),
        "public_test_votes": figures_of(450, 1),
        "validation": figures_of(400, 2),
        "validation_votes": figures_of(380, 3),
        "reliability": {
            "labels": evaluate.reliability(*answers(500)),
            "votes": evaluate.reliability(*answers(450, 1)),
        },
        "path": {
            scene.name: build_outcome(scene.name, scene.height, scene.quality)
            for scene in SCENES
        },
        "speed": {"ms_per_face": 1.23, "bytes": 3_300_000},
    } | changes


def build_about(**changes: object) -> dict[str, Any]:
    data = {
        "learned_from": 25_000,
        "chosen_on": 2800,
        "left_out_as_copies_of_public_test": 700,
        "sha256": "0123456789abcdef0123",
    }
    heads = {"heads": ["labels", "votes"], "reads": "votes"}
    said = networks.about(name="expression", version="2.0", data=data, **heads)
    return said | changes


def build_run(**changes: object) -> dict[str, Any]:
    return {
        "settings": {
            "epochs": 50,
            "cool": 40,
            "small": 20,
            "batch": 256,
            "rate": 0.02,
            "decay": 0.1,
            "vote_weight": 0.5,
            "smoothing": 0.05,
            "expected": 0.4,
            "teacher": 0.3,
            "balance": 0.3,
            "mixup": 0.2,
            "seed": 7,
        },
        "teacher": None,
        "parameters": 1_600_000,
        "multiply_adds": 57_000_000,
        "backend": "torch",
        "versions": {"torch": "2.15.0", "keras": "3.15.1"},
        "epochs": [{}] * 50,
    } | changes


def sections(text: str) -> list[str]:
    return re.findall(r"^## (.+)$", text, re.MULTILINE)


def test_the_card_tells_what_people_must_know() -> None:
    text = card(build_about(), build_run(), build_figures(), looks=3)

    assert text.startswith("# expression 2.0\n")
    assert sections(text) == [
        "What it must not be used for",
        "How often it is right",
        "How far its confidence can be believed",
        "Through the picture of a call",
        "Limits",
        "How it was made",
    ]
    assert "looked at 3 times" in text
    assert "Not for grading, discipline, ranking or hiring" in text
    assert f"]({PLOT})" in text
    assert "20 PublicTest faces stand in Training too" in text
    assert "50 faces where that is none of the seven" in text
    assert "MIT licence" in text
    assert "no licence of the pictures themselves" in text


def test_the_figures_stand_in_the_card() -> None:
    figures = build_figures()

    text = card(build_about(), build_run(), figures, looks=1)

    for name in ("public_test", "public_test_votes", "public_test_without_copies"):
        part = figures[name]
        assert f"{part['accuracy']:.1%}" in text
        assert f"{part['macro_f1']:.1%}" in text
        assert f"{part['ece']:.1%}" in text
    assert "1.23 ms a face" in text
    assert "3.15 MiB" in text
    assert "looked at once" in text
    recall = figures["public_test_votes"]["recall"]
    weakest = min(recall, key=lambda name: float(recall[name]))
    assert f"annotators saw them: {weakest} ({recall[weakest]:.0%})" in text


def test_every_table_has_as_many_cells_in_each_row() -> None:
    votes = figures_of(430, 5)
    errors = {"labels": {"direct": 0.02, "20": 0.04}, "votes": {"direct": 0.01}}
    errors["votes"]["20"] = 0.03
    figures = build_figures(
        public_test_votes_without_copies=votes, cross_validated=errors
    )

    text = card(build_about(), build_run(), figures, looks=1)

    tables = [
        list(lines)
        for in_table, lines in groupby(text.splitlines(), lambda x: x.startswith("|"))
        if in_table
    ]
    assert len(tables) == 6
    for lines in tables:
        assert len({line.count("|") for line in lines}) == 1
    assert "most annotators, without copies" in text
    assert "| votes | 1.0% | 3.0% |" in text


def test_scenes_stand_in_the_card_with_their_outcomes() -> None:
    text = card(build_about(), build_run(), build_figures(), looks=1)

    assert "|  | 25 tiles (faces of 83 px) | 49 tiles, JPEG 50 (faces of 59 px) |" in (
        text
    )
    assert "| 20 px | 20 px, JPEG 50 | 32 px |" in text
    assert "| not found | 6 (7.5%) |" in text
    assert "| found, not read | 4 (5.0%) |" in text
    assert "| read wrongly | 14 (17.5%) |" in text
    assert "| by most annotators: loss in points | +2.0 ± 1.1 |" in text


def test_thresholds_are_told_where_there_are_any() -> None:
    needed = {"heights": [20.0, 48.0, 96.0], "confidence": [0.45, 0.3, 0.0]}

    told = card(build_about(thresholds=needed), build_run(), build_figures(), 1)
    untold = card(build_about(), build_run(), build_figures(), 1)

    assert "under 45% at 20 px, 30% at 48 px is stored as unreadable" in told
    assert "stored as unreadable" not in untold


def test_the_commands_are_those_of_the_run() -> None:
    text = card(build_about(), build_run(), build_figures(), looks=1)

    assert "KERAS_BACKEND=torch python -m models.training.train" in text
    assert "--seed 7 --epochs 50" in text
    assert "--cool 40 --small 20 --rate 0.02 --decay 0.1 \\\n" in text
    assert "--smoothing 0.05 --expected 0.4 --balance 0.3 --mixup 0.2\n" in text
    assert "Made again with the extra `train` and torch beside it" in text
    assert "--teacher" not in text
    assert "--resume" not in text
    assert "--version 2.0" in text
    assert "torch 2.15.0" in text


def test_a_schedule_changed_on_the_way_is_told() -> None:
    first = {"epochs": 46, "cool": 36, "rate": 0.03, "until": 8}

    text = card(build_about(), build_run(schedules=[first]), build_figures(), 1)

    commands = text[text.index("Made again with") :]
    assert commands.count("models.training.train") == 2
    assert commands.index("--epochs 46") < commands.index("# stopped after 8 epochs")
    assert commands.index("# stopped after 8 epochs") < commands.index("--epochs 50")
    assert commands.count("--resume") == 1
    assert commands.index("--epochs 50") < commands.index("--resume")


def test_what_the_heads_are_asked_for_is_told() -> None:
    text = card(build_about(), build_run(), build_figures(), looks=1)

    assert (
        "- Training: 50 epochs, batch 256, Muon at 0.02, decay 0.1, votes weighted 0.5 "
        "beside the labels' 1, averaged weights, seed 7; labels smoothed by 5%; the "
        "label mixed with 40% of what the votes let one expect of it; faces weighted "
        "by their label's rarity to the power 0.3; faces laid over each other (mixup), "
        "in shares drawn from Beta(0.2, 0.2); Keras 3.15.1"
    ) in text
    assert "eacher" not in text


def test_clear_epochs_are_told_and_belong_to_the_schedule() -> None:
    first = {"epochs": 46, "cool": 36, "rate": 0.03, "until": 8}
    run = build_run(schedules=[first])
    run["settings"] |= {"clear": 6}

    text = card(build_about(), run, build_figures(), looks=1)

    assert "; the last 6 epochs without mixup and without covered faces;" in text
    before, _, after = text.partition("# stopped after 8 epochs")
    assert "--clear" not in before
    assert "--rate 0.02 --decay 0.1 --clear 6 \\\n" in after


def test_a_teacher_known_by_its_sum_is_told() -> None:
    run = build_run(teacher="edeac04dc5fbd7c3f51acc2d")

    text = card(build_about(), run, build_figures(), looks=1)

    assert "30% of what both heads are asked for is what other networks answer" in text
    assert (
        "- Other networks of ours that it came from: taught by `run-a`.\n"
        "- `run-a`: file sha256 `edeac04dc5fbd7c3`, how it was trained was not "
        "recorded.\n"
    ) in text
    commands = text[text.index("Made again with") :]
    assert "# run-a: the run named above\n" in commands
    assert commands.count("models.training.train") == 1
    assert "--teacher run-a/network.keras --teacher-share 0.3\n" in commands


def test_how_a_teacher_was_trained_is_told() -> None:
    first = {"sha256": "11aa22bb33cc44dd55", "settings": settings_of_before()}
    teacher = {
        "sha256": "edeac04dc5fbd7c3f51acc2d",
        "settings": build_run()["settings"] | {"seed": 8, "mixup": 0.0},
        "schedules": [{"epochs": 46, "cool": 36, "rate": 0.02, "until": 8}],
        "backend": "torch",
        "epochs": 42,
        "teacher": first | {"backend": "tensorflow", "epochs": 12},
    }

    text = card(build_about(), build_run(teacher=teacher), build_figures(), looks=1)

    lines = text.splitlines()
    (told,) = [line for line in lines if line.startswith("- `run-b`: ")]
    assert "file sha256 `edeac04dc5fbd7c3`, trained for 42 epochs, batch 256" in told
    assert "seed 8; labels smoothed by 5%" in told
    assert "mixup" not in told
    (before,) = [line for line in lines if line.startswith("- `run-a`: ")]
    assert before.endswith(
        "trained for 12 epochs, batch 128, Muon at 0.03, votes "
        "weighted 0.5 beside the labels' 1, averaged weights, seed 2."
    )
    commands = text[text.index("Made again with") :]
    made = re.findall(r"--out (\S+)", commands)
    assert made == ["run-a", *["run-b"] * 2, "run"]
    assert "--expected 0 --balance 0 --mixup 0\n" in commands
    assert commands.count("--teacher run-a/network.keras") == 2
    assert commands.count("--teacher run-b/network.keras") == 1
    assert commands.count("--resume") == 1
    assert "KERAS_BACKEND=tensorflow" in commands


def test_networks_that_met_twice_are_made_once() -> None:
    run = build_run()
    settings = run["settings"]
    old = {"sha256": "0" * 20, "settings": settings, "backend": "torch", "epochs": 9}
    newer = old | {"sha256": "1" * 20, "teachers": [old], "begun_from": None}

    text = card(
        build_about(),
        build_run(teachers=[old, newer], begun_from=newer),
        build_figures(),
        looks=1,
    )

    assert "came from: taught by `run-a` and `run-b`, begun with the weights of" in text
    commands = text[text.index("Made again with") :]
    assert re.findall(r"--out (\S+)", commands) == ["run-a", "run-b", "run"]
    last = commands[commands.index("--out run ") :]
    assert "--teacher run-a/network.keras run-b/network.keras --teacher" in last
    assert "--begin run-b/network.keras\n" in last


def settings_of_before() -> dict[str, Any]:
    """As a record holds them that was written before there were teachers."""
    return {
        "epochs": 12,
        "cool": 6,
        "small": 2,
        "batch": 128,
        "rate": 0.03,
        "vote_weight": 0.5,
        "seed": 2,
    }


def test_a_run_of_before_teachers_has_a_card() -> None:
    run = build_run(settings=settings_of_before())
    del run["teacher"]

    text = card(build_about(), run, build_figures(), looks=1)

    assert "averaged weights, seed 2; Keras 3.15.1" in text
    assert "--expected 0 --balance 0 --mixup 0\n" in text


@pytest.mark.parametrize("teacher", [None, "0123456789abcdef"])
def test_the_printed_commands_are_understood(teacher: str | None) -> None:
    pytest.importorskip("keras", reason="the extra `train` is not installed")
    from models.training.settings import Settings
    from models.training.train import parse

    settings = Settings(
        epochs=3,
        cool=2,
        clear=1,
        small=1,
        rate=0.5,
        decay=0.05,
        smoothing=0.1,
        mixup=0.25,
        seed=4,
    )
    run = build_run(settings=asdict(settings), teacher=teacher)
    text = card(build_about(), run, build_figures(), looks=1)

    command = text[text.index("models.training.train") :].split("python -m")[0]
    read = parse(shlex.split(command.replace("\\\n", " "))[1:])

    assert read.settings == settings
    assert read.out == Path("run")
    assert len(read.teacher) == (teacher is not None)


def test_the_plot_has_a_point_for_each_bin_with_faces() -> None:
    figures = build_figures()

    drawn = ElementTree.fromstring(plot(figures))  # noqa: S314 - drawn here

    name = "{http://www.w3.org/2000/svg}circle"
    bins = [row for rows in figures["reliability"].values() for row in rows]
    assert len(drawn.findall(name)) == sum(count > 0 for _, _, count in bins)
    texts = [text.text for text in drawn.iter("{http://www.w3.org/2000/svg}text")]
    assert "Labels" in texts
    assert "Votes (what the product reads)" in texts


def test_titles_are_text_and_bins_may_be_empty() -> None:
    drawn = ElementTree.fromstring(diagram({"a < b & c": [[0, 0, 0]]}))  # noqa: S314

    texts = [text.text for text in drawn.iter("{http://www.w3.org/2000/svg}text")]
    assert "a < b & c" in texts
    assert not list(drawn.iter("{http://www.w3.org/2000/svg}circle"))


def test_the_bins_add_up_to_the_calibration_error() -> None:
    probabilities, labels = answers(2000)

    bins = evaluate.reliability(probabilities, labels)

    assert len(bins) == 15
    assert sum(count for _, _, count in bins) == 2000
    gap = sum(abs(sure - right) * count for sure, right, count in bins) / 2000
    expected = evaluate.calibration_error(probabilities, labels)
    assert gap == pytest.approx(expected, abs=1e-3)

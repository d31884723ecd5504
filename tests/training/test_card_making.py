"""How the network was made, and the commands to make it again, in its card."""

from __future__ import annotations

import json
import re
import shlex
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from models.training.augment import MILD, Damage
from models.training.release.card import card
from tests.training.cards import build_about, build_figures, build_run


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


def test_what_was_taken_off_the_labels_head_is_told() -> None:
    plain = card(build_about(), build_run(), build_figures(), looks=1)
    about = build_about() | {"unmixed": 0.1151}
    taken = card(about, build_run(), build_figures(), looks=1)

    assert "taken off" not in plain
    assert "- Then 11.5% of the votes' logits were taken off those of *labels*" in taken


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


def test_a_released_network_that_it_came_from_is_told() -> None:
    released = {
        "sha256": "edeac04dc5fbd7c3f51acc2d",
        "name": "expression",
        "version": "5.0",
    }
    run = build_run(begun_from=released, teachers=[released])

    text = card(build_about(), run, build_figures(), looks=1)

    assert (
        "- `run-a`: file sha256 `edeac04dc5fbd7c3`, expression 5.0, whose own card, in "
        "this repository's history, says how it was made.\n"
    ) in text
    commands = text[text.index("Made again with") :]
    assert "# run-a.tflite: expression 5.0, from this history\n" in commands
    assert commands.count("models.training.train") == 1
    assert "--teacher run-a.tflite --teacher-share" in commands
    assert "--begin run-a.tflite\n" in commands


def test_the_shape_of_a_larger_teacher_is_told_and_typed() -> None:
    wide = {"widths": [64, 128], "blocks": [2, 2], "dropout": 0.3, "fine": 1}
    teacher = {
        "sha256": "edeac04dc5fbd7c3f51acc2d",
        "settings": build_run()["settings"] | {"shape": wide},
        "backend": "torch",
        "epochs": 50,
    }
    # A record from before there were fine blocks.
    usual = {"widths": [32, 64, 128, 256], "blocks": [1, 2, 2, 1], "dropout": 0.3}
    run = build_run(teacher=teacher)
    run["settings"] |= {"shape": usual}

    text = card(build_about(), run, build_figures(), looks=1)

    options = "--widths 64 128 --blocks 2 2 --fine 1"
    assert f"seed 7; stages and blocks `{options}`; labels smoothed" in text
    assert text.count("--widths") == 2
    last = text[text.index("--out run ") :]
    assert "--widths" not in last
    teacher["settings"] |= {"shape": wide | {"fine": 0, "plain": True}}
    plain = card(build_about(), run, build_figures(), looks=1)
    assert "blocks `--widths 64 128 --blocks 2 2 --plain`" in plain
    assert "- Network: residual, " in plain
    run["settings"] |= {"shape": usual | {"plain": True}}
    assert "- Network: plain, " in card(build_about(), run, build_figures(), looks=1)


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


def test_what_was_taken_off_a_teacher_is_told_and_typed() -> None:
    settings = build_run()["settings"]
    about = {"settings": settings, "backend": "torch", "epochs": 9}
    plain = about | {"sha256": "0" * 20}
    unmixed = about | {"sha256": "1" * 20, "unmixed": 0.136}

    run = build_run(teachers=[plain, unmixed], begun_from=None)
    text = card(build_about(), run, build_figures(), looks=1)

    told = "; then 13.6% of the votes' logits were taken off those of *labels*."
    lines = [line for line in text.splitlines() if line.endswith(told)]
    assert [line.split(":")[0] for line in lines] == ["- `run-b`"]
    commands = text[text.index("Made again with") :]
    assert re.findall(r"--out (\S+)", commands) == [
        *("run-a", "run-b-1", "run-b", "run")
    ]
    assert (
        "\n    python -m models.training.unmixing --run run-b-1 --share 0.136 "
        "--out run-b\n"
    ) in commands


def test_a_mean_of_weights_is_told_and_typed() -> None:
    settings = build_run()["settings"]
    about = {"settings": settings, "backend": "torch", "epochs": 9, "sha256": "0" * 20}
    run = build_run(teachers=[], begun_from=about)

    plain = card(build_about(), run, build_figures(), looks=1)
    mean = card(build_about(), run | {"averaged": True}, build_figures(), looks=1)

    assert "averaging" not in plain
    told = (
        "- Then the mean of its weights and those of `run-a`, which it was begun with,"
    )
    assert any(line.startswith(told) for line in mean.splitlines())
    commands = mean[mean.index("Made again with") :]
    assert re.findall(r"--out (\S+)", commands) == ["run-a", "run-1", "run"]
    assert (
        "\n    python -m models.training.averaging --run run-1 --begun "
        "run-a/network.keras --out run\n    python -m models.training.release --data "
        "fer2013.npz --run run \\\n"
    ) in commands


def test_a_mean_that_teaches_is_told_and_typed() -> None:
    settings = build_run()["settings"]
    about = {"settings": settings, "backend": "torch", "epochs": 9, "sha256": "0" * 20}
    mean = about | {"sha256": "1" * 20, "begun_from": about, "averaged": True}

    run = build_run(teachers=[mean | {"unmixed": 0.1}], begun_from=None)
    text = card(build_about(), run, build_figures(), looks=1)

    (told,) = [line for line in text.splitlines() if line.startswith("- `run-b`: ")]
    assert "; then the mean with its beginning was taken; then 10.0% of the" in told
    commands = text[text.index("Made again with") :]
    assert re.findall(r"training\.(\w+) --run (\S+)", commands) == [
        ("averaging", "run-b-1"),
        ("unmixing", "run-b-2"),
    ]
    made = ["run-a", "run-b-1", "run-b-2", "run-b", "run"]
    assert re.findall(r"--out (\S+)", commands) == made


@pytest.mark.parametrize("mild", [False, True])
def test_mild_damage_is_told(mild: bool) -> None:
    damage = json.loads(json.dumps(asdict(MILD if mild else Damage())))
    run = build_run(settings=build_run()["settings"] | {"damage": damage})

    text = card(build_about(), run, build_figures(), looks=1)

    assert ("; faces damaged mildly" in text) == mild
    assert ("--mild\n" in text) == mild


@pytest.mark.parametrize("teacher", [None, "0123456789abcdef"])
def test_the_printed_commands_are_understood(teacher: str | None) -> None:
    pytest.importorskip("keras", reason="the extra `train` is not installed")
    from models.training.options import parse
    from models.training.settings import Settings
    from models.training.shape import Shape

    settings = Settings(
        shape=Shape() if teacher is None else Shape((8, 16), (2, 1), fine=1),
        epochs=3,
        cool=2,
        clear=1,
        small=1,
        rate=0.5,
        decay=0.05,
        smoothing=0.1,
        vote_weight=0.25,
        validation=0.05,
        mixup=0.25,
        follow=teacher is not None,
        precision="mixed_bfloat16",
        damage=Damage() if teacher is None else MILD,
        seed=4,
    )
    run = build_run(settings=asdict(settings), teacher=teacher)
    text = card(build_about(), run, build_figures(), looks=1)

    command = text[text.index("models.training.train") :].split("python -m")[0]
    read = parse(shlex.split(command.replace("\\\n", " "))[1:])

    assert read.settings == settings
    assert read.out == Path("run")
    assert len(read.teacher) == (teacher is not None)


def test_how_the_weights_are_stored_is_told_and_typed() -> None:
    usual = card(build_about(), build_run(), build_figures(), 1)
    assert "weights stored as float16, computed in float32." in usual
    assert "--version 2.0 --weights float16\n" in usual

    text = card(build_about(weights="int8"), build_run(), build_figures(), 1)
    assert "weights stored and computed in whole numbers of 8 bits (slower " in text
    assert "--version 2.0 --weights int8\n" in text

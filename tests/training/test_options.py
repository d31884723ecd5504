"""What is typed to train a network of our own."""

from __future__ import annotations

from dataclasses import replace

import pytest

from models.training.augment import MILD
from models.training.options import parse
from models.training.settings import Settings
from models.training.shape import Shape


def typed(line: str) -> list[str]:
    return ["--data", "fer2013.npz", *line.split()]


def test_nothing_typed_is_the_usual_network() -> None:
    assert parse(typed("")).settings == Settings()


def test_a_larger_network_is_asked_for_by_its_stages() -> None:
    read = parse(typed("--widths 64 128 256 --blocks 2 2 2 --fine 1"))

    assert read.settings.shape == Shape((64, 128, 256), (2, 2, 2), fine=1)


def test_a_plain_network_is_asked_for() -> None:
    read = parse(typed("--widths 8 16 --blocks 1 2 --plain"))

    assert read.settings.shape == Shape((8, 16), (1, 2), plain=True)


def test_the_precision_is_asked_for() -> None:
    read = parse(typed("--precision mixed_bfloat16"))

    assert read.settings == replace(Settings(), precision="mixed_bfloat16")


def test_teachers_named_one_by_one_all_teach() -> None:
    read = parse(typed("--teacher a.keras --teacher b.keras c.keras"))

    assert [file.name for file in read.teacher] == ["a.keras", "b.keras", "c.keras"]


def test_mild_damage_is_asked_for() -> None:
    read = parse(typed("--mild"))

    assert read.settings == replace(Settings(), damage=MILD)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (
            "--plain --fine 1",
            "--plain begins at full height and width by itself: no --fine.",
        ),
        (
            "--widths 64 128",
            "--widths names 2 stages and --blocks 4: expected a number of each for "
            "every stage.",
        ),
        (
            "--widths 64 0",
            "argument --widths: 0: expected a whole number, at least 1",
        ),
        (
            "--widths wide",
            "argument --widths: wide: expected a whole number, at least 1",
        ),
        ("--epochs 0", "argument --epochs: 0: expected a whole number, at least 1"),
        ("--seed 1.5", "argument --seed: 1.5: expected a whole number, at least 0"),
        ("--rate nan", "argument --rate: nan: expected a number, 0 or more"),
        ("--decay inf", "argument --decay: inf: expected a number, 0 or more"),
        ("--balance much", "argument --balance: much: expected from 0 to 1"),
        ("--balance 2", "argument --balance: 2: expected from 0 to 1"),
        (
            "--vote-weight inf",
            "argument --vote-weight: inf: expected a number, 0 or more",
        ),
        (
            "--validation 0",
            "argument --validation: 0: expected more than 0 and less than 1",
        ),
        ("--validation 2", "argument --validation: 2: expected from 0 to 1"),
        ("--follow", "--follow asks a teacher: name one with --teacher."),
    ],
)
def test_what_cannot_be_is_one_line(
    line: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        parse(typed(line))

    assert caught.value.code == 2
    assert capsys.readouterr().err.endswith(f"error: {said}\n")

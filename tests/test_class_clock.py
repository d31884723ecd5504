"""How old a class is, whatever the computer and its clocks do meanwhile."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.class_clock import ClassClock
from tests.builders import STARTED_AT


class Computer:
    """Its two clocks, moved by hand."""

    def __init__(self) -> None:
        self.lived_s = 5000.0
        self.wall = STARTED_AT
        self.clock = ClassClock(lambda: self.wall, lambda: self.lived_s)

    def live(self, seconds: float) -> float:
        """Let time pass; the class's age then."""
        self.lived_s += seconds
        return self.set(seconds)

    def set(self, seconds: float) -> float:
        """Move the wall clock alone, as sleep and a person do; the age then."""
        self.wall += timedelta(seconds=seconds)
        return self.clock.elapsed_s


def test_the_class_begins_when_its_clock_is_made() -> None:
    computer = Computer()
    assert computer.clock.began == STARTED_AT
    assert computer.live(90) == computer.clock.awake_s == 90


def test_sleep_makes_the_class_older_each_time() -> None:
    computer = Computer()
    computer.live(60)
    assert computer.set(900) == 960
    assert computer.live(30) == 990
    assert computer.set(5) == 995
    assert (computer.clock.awake_s, computer.clock.skipped_s) == (90, 905)


@pytest.mark.parametrize("seconds", [0.4, 1.9, -0.4])
def test_a_wall_clock_that_is_set_to_rights_by_a_little_moves_nothing(
    seconds: float,
) -> None:
    computer = Computer()
    computer.live(60)
    assert computer.set(seconds) == 60


def test_a_wall_clock_that_is_set_back_moves_nothing() -> None:
    computer = Computer()
    computer.live(60)
    assert computer.set(-3600) == 60
    assert computer.live(30) == 90
    # Set right again it says what it said before; the class is as old as it is.
    assert computer.set(3600) == 90


def test_a_wall_clock_set_back_after_sleep_takes_nothing_away() -> None:
    computer = Computer()
    computer.live(60)
    computer.set(900)
    assert computer.set(-3600) == 960
    assert computer.live(30) == 990

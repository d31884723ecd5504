from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from monitor.errors import UsageError
from monitor.typed_time import Span, moment_of


def span(minutes: int = 50) -> Span:
    """A class from ten o'clock where the teacher is."""
    start = datetime(2026, 3, 2, 10, 0).astimezone()
    return Span(start, start + timedelta(minutes=minutes))


@pytest.mark.parametrize(
    ("text", "into_s"),
    [
        ("10:42", 42 * 60),
        ("10:42:30", 42 * 60 + 30),
        ("+10:42", 10 * 60 + 42),
        (" 10:12 ", 12 * 60),
        ("+5", 5 * 60),
        ("+0:30:15", 30 * 60 + 15),
        ("2026-03-02 10:20", 20 * 60),
    ],
)
def test_a_moment_is_read_as_it_is_meant(text: str, into_s: int) -> None:
    assert moment_of(text, span()) == span().start + timedelta(seconds=into_s)


def test_a_date_with_its_zone_is_a_moment() -> None:
    at = span().start + timedelta(minutes=3)
    assert moment_of(at.isoformat(), span()) == at


def test_a_class_over_midnight_has_two_days() -> None:
    start = datetime(2026, 3, 2, 23, 30).astimezone()
    late = Span(start, start + timedelta(hours=1))
    assert moment_of("00:15", late) == start + timedelta(minutes=45)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("9:30", "the class went from 10:00:00 to 10:50:00; expected a time between"),
        ("0:30", "or, as +MM:SS, minutes into class: +0:00 to +50:00"),
        ("+51:00", "minutes into class: +0:00 to +50:00"),
        ("+51", "minutes into class: +0:00 to +50:00"),
        ("2026-03-03 10:20", "expected a time between"),
        ("25:99", "--at 25:99 is no time: expected 10:42"),
        ("24:00", "is no time"),
        ("49:59", "is no time"),
        ("+9:99", "is no time"),
        ("+0:60:00", "is no time"),
        ("5", "is no time"),
        ("quarter past", "is no time"),
        ("", "is no time"),
    ],
)
def test_no_moment_of_the_class_is_told(text: str, words: str) -> None:
    with pytest.raises(UsageError) as caught:
        moment_of(text, span())
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)

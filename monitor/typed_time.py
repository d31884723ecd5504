"""A time of a class as a teacher types it, at a prompt or in a form."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from monitor.errors import UsageError

_FORMS = (
    "10:42 or 10:42:30 (the clock), +12:30 or +12 (minutes into class), or a whole date"
)
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?")
_INTO_CLASS = re.compile(r"\+(?:(\d{1,2}):(?=\d{2}:))?(\d{1,4})(?::(\d{2}))?")


class Span(NamedTuple):
    """When a class was, from its start to its last sample; aware."""

    start: datetime
    end: datetime


def moment_of(text: str, span: Span, asked: str = "--at") -> datetime:
    """The moment that ``text`` names.

    Two numbers are the clock; only behind a plus are they minutes into class.

    Args:
        text: what was typed.
        span: of the class.
        asked: what the time was asked for as; messages begin with it.

    Raises:
        UsageError: it is no time, or not one of the class.
    """
    for moment in _readings(text, span, asked):
        if span.start <= moment <= span.end:
            return moment
    start, end = (t.astimezone().strftime("%H:%M:%S") for t in span)
    minutes, seconds = divmod(int((span.end - span.start).total_seconds()), 60)
    raise UsageError(
        f"{asked} {text}: the class went from {start} to {end}; expected a time "
        f"between, or, as +MM:SS, minutes into class: +0:00 to +{minutes}:{seconds:02}"
    )


def _readings(text: str, span: Span, asked: str) -> list[datetime]:
    """The moments that a text may mean.

    Raises:
        UsageError: it is no time.
    """
    bare = text.strip()
    try:
        if found := _INTO_CLASS.fullmatch(bare):
            hours, minutes, seconds = (int(part or 0) for part in found.groups())
            if seconds > 59 or (found[1] and minutes > 59):
                raise ValueError(text)
            into = timedelta(hours=hours, minutes=minutes, seconds=seconds)
            return [span.start + into]
        if found := _CLOCK.fullmatch(bare):
            hour, minute, second = (int(part or 0) for part in found.groups())
            at = time(hour, minute, second)
            return [datetime.combine(day, at).astimezone() for day in _days(span)]
        return [datetime.fromisoformat(bare).astimezone()]
    except (ValueError, OverflowError) as error:
        raise UsageError(f"{asked} {text} is no time: expected {_FORMS}") from error


def _days(span: Span) -> Iterator[date]:
    """The days of a class where the teacher is."""
    first, last = (moment.astimezone().date() for moment in span)
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)

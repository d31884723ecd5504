"""A moment of a class as a teacher types it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import NamedTuple

from monitor.errors import UsageError

_FORMS = "10:42 or 10:42:30 (the clock), +12:30 (minutes into class), or a whole date"
_COLONS = re.compile(r"(\+?)(\d{1,4}):(\d{2})(?::(\d{2}))?")


class Span(NamedTuple):
    """When a class was, from its start to its last sample; aware."""

    start: datetime
    end: datetime


def moment_of(text: str, span: Span) -> datetime:
    """The moment that ``text`` names.

    What may be the clock is the clock if the class went on then, else it is minutes
    into class; a plus says that it is the latter.

    Raises:
        UsageError: it is no time, or not one of the class.
    """
    found = _COLONS.fullmatch(text.strip())
    moments = list(_readings(found, span)) if found else [_date(text)]
    for moment in moments:
        if span.start <= moment <= span.end:
            return moment
    start, end = (t.astimezone().strftime("%H:%M:%S") for t in span)
    length = int((span.end - span.start).total_seconds())
    raise UsageError(
        f"--at {text}: the class went from {start} to {end} (+0:00 to "
        f"+{length // 60}:{length % 60:02}); expected a time between, such as {_FORMS}"
    )


def _readings(found: re.Match[str], span: Span) -> Iterator[datetime]:
    """What hours, minutes and seconds may mean, the likelier first."""
    sign, *texts = found.groups()
    first, second, third = (None if part is None else int(part) for part in texts)
    if second is None or second > 59 or (third or 0) > 59:
        return
    if not sign and first is not None and first < 24:
        at = time(first, second, third or 0)
        days = (span.end.astimezone().date() - span.start.astimezone().date()).days
        for day in range(days + 1):
            date = span.start.astimezone().date() + timedelta(days=day)
            yield datetime.combine(date, at).astimezone()
    parts = [part for part in (first, second, third) if part is not None]
    seconds = 0
    for part in parts:
        seconds = seconds * 60 + part
    yield span.start + timedelta(seconds=seconds)


def _date(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text.strip()).astimezone()
    except (ValueError, OverflowError) as error:
        raise UsageError(f"--at {text}: expected a time such as {_FORMS}") from error

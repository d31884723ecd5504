"""Numbers and times in words, for people (pages, reports) and for files (CSV).

The one place that decides how a share or a time looks. What is not known is a dash for
people and an empty cell in a file, never a zero.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Container, Iterable, Mapping, Sequence
from datetime import datetime

from monitor.words import EMOTIONS, AbsenceReason, shares_told

NOT_KNOWN = "–"  # noqa: RUF001 - a dash, as print has it
"""What people see in place of a number that is not known."""

MINUS = "−"  # noqa: RUF001 - as wide as a plus
_DIGITS = re.compile(r"(\d+)")
_ACCENTS = re.compile(r"[\u0300-\u036f]")

# Letters that Unicode does not take apart into a base and an accent. People look for
# them at the base, not after Z where their number puts them.
_BASES = str.maketrans(
    {
        "æ": "ae",
        "ð": "d",
        "đ": "d",
        "ħ": "h",
        "\N{LATIN SMALL LETTER DOTLESS I}": "i",
        "ł": "l",
        "ø": "o",
        "œ": "oe",
        "þ": "th",
        "ŧ": "t",
        "ɓ": "b",
        "ɗ": "d",
        "ƙ": "k",
    }
)

# A spreadsheet runs a cell that begins so; some look past blanks and what cannot be
# seen, and a form that is twice as wide counts as well. See https://owasp.org/www-community/attacks/CSV_Injection
_UNSEEN = r"\s\x00-\x1f\u200b\ufeff"
_STARTS = r"[=+\-@\uff1d\uff0b\uff0d\uff20]"
_RUNS_AS_FORMULA = re.compile(rf"[{_UNSEEN}\"]*{_STARTS}|[\t\r\n]")

# One that parts cells at another sign than the file does begins a cell there, and does
# not see that the whole was in quotes.
_RUNS_BEHIND = re.compile(rf"([;,|\t\r\n][{_UNSEEN}\"]*)(?={_STARTS})")


def share(value: float) -> str:
    """A share of one as whole per cent: "42%"; small ones are not nothing: "<1%"."""
    if math.isnan(value):
        return NOT_KNOWN
    text = f"{value * 100:.0f}%"
    return "<1%" if text == "0%" and value > 0 else text


def valence(value: float) -> str:
    """Valence in [-1, 1] with its sign: "+0.12"."""
    if math.isnan(value):
        return NOT_KNOWN
    text = f"{abs(value):.2f}"
    if text == "0.00":
        return text
    return f"{'+' if value > 0 else MINUS}{text}"


def index(value: float) -> str:
    """An index in [0, 1]: "0.71"."""
    return NOT_KNOWN if math.isnan(value) else f"{value:.2f}"


def weight(value: float) -> str:
    """A weight or rating of a formula, as short as it is: "0.9", "−0.51", "0"."""  # noqa: RUF002
    return f"{value:g}".replace("-", MINUS)


def minutes(value: float) -> str:
    """A length of time in minutes: "under 1 min", "12 min", "1 h 05 min"."""
    if math.isnan(value):
        return NOT_KNOWN
    if 0 < value < 1:
        return "under 1 min"
    hours, rest = divmod(round(value), 60)
    return f"{hours} h {rest:02d} min" if hours else f"{rest} min"


def away(by_reason: Mapping[AbsenceReason, float]) -> str:
    """Minutes not seen by reason: "camera off 4 min, off page 12 min"; "" for none."""
    return ", ".join(
        f"{reason.value.replace('_', ' ')} {minutes(value)}"
        for reason, value in by_reason.items()
        if value > 0
    )


def count(number: int, noun: str, plural: str | None = None) -> str:
    """A number with what it counts: "1 student", "1,200 samples"."""
    word = noun if number == 1 else plural or f"{noun}s"
    return f"{number:,} {word}"


def part_of(part: int, whole: int, what: str) -> str:
    """A number with a word of meaning: "4 of 25 not readable"."""
    return f"{part:,} of {whole:,} {what}"


def unreadable(part: int, whole: int) -> str:
    """How many of the faces seen could not be read: "4 of 25 not readable"."""
    return part_of(part, whole, "not readable") if part else f"all {whole:,} readable"


def left_out(counts: Sequence[int]) -> str:
    """How many faces of each sample were pictures on a shared slide; "" for none."""
    samples = sum(1 for number in counts if number)
    if not samples:
        return ""
    return (
        f"Left out as pictures on a shared slide: up to {count(max(counts), 'face')} "
        f"at once, in {part_of(samples, len(counts), 'samples')}."
    )


def into_class(offset_s: float) -> str:
    """Seconds since the start as minutes and seconds into class: "12:05"."""
    if math.isnan(offset_s):
        return NOT_KNOWN
    whole = math.floor(offset_s)
    return f"{'' if whole >= 0 else MINUS}{abs(whole) // 60}:{abs(whole) % 60:02d}"


def clock(moment: datetime, *, seconds: bool = False) -> str:
    """The time of day where the teacher is: "09:05" or "09:05:30"."""
    return moment.astimezone().strftime("%H:%M:%S" if seconds else "%H:%M")


def day(moment: datetime) -> str:
    """The day where the teacher is: "2026-03-02", which sorts and is never mistaken."""
    return moment.astimezone().strftime("%Y-%m-%d")


def month_and_day(moment: datetime) -> str:
    """The day under a bar of a year's classes: "03-02"."""
    return moment.astimezone().strftime("%m-%d")


def day_and_clock(moment: datetime) -> str:
    """Day and time of day where the teacher is: "2026-03-02 09:05"."""
    return f"{day(moment)} {clock(moment)}"


def by_name(name: str) -> tuple[tuple[tuple[int, int, str], ...], str]:
    """A key that sorts as people do.

    "Student 2" comes before "Student 10", and "Łukasz" between "Ludo" and "Lynn":
    accents decide only between names that are otherwise the same.
    """
    parts = tuple(
        (0, int(part), part) if part.isdecimal() else (1, 0, _base_letters(part))
        for part in _DIGITS.split(name)
        if part
    )
    return parts, name.casefold()


def _base_letters(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text.casefold())
    return _ACCENTS.sub("", apart).translate(_BASES)


def csv_number(value: float) -> str:
    """Four decimals; empty when not known."""
    if math.isnan(value):
        return ""
    text = f"{value:.4f}"
    return "0.0000" if text == "-0.0000" else text


def csv_shares(shares: Iterable[float], expressions: Container[str]) -> list[str]:
    """Seven cells; empty for what is not known, and for what the network cannot tell.

    Args:
        shares: seven, in the order of `EMOTIONS`.
        expressions: those that the network can tell.
    """
    told = shares_told(shares, expressions)
    return [csv_number(told.get(name, math.nan)) for name in EMOTIONS]


def csv_time(moment: datetime) -> str:
    """ISO 8601 with milliseconds and the offset of the teacher's time zone."""
    return moment.astimezone().isoformat(timespec="milliseconds")


def csv_text(text: str) -> str:
    """``text`` as a spreadsheet shows but does not run it.

    An apostrophe before it keeps what looks like a formula from being one: at the
    beginning, and where a spreadsheet may begin another cell.
    """
    safe = _RUNS_BEHIND.sub(r"\1'", text)
    return f"'{safe}" if _RUNS_AS_FORMULA.match(text) else safe

"""What a file from elsewhere holds, as an error's one line can show it."""

from __future__ import annotations

import reprlib

LONGEST = 80
"""Characters that a value takes in a message at the most."""

_short = reprlib.Repr()
_short.maxstring = _short.maxother = 60
_short.maxlist = _short.maxtuple = 8


def quoted(value: object) -> str:
    """A value as Python writes it: on one line, without escape codes, and cut."""
    # Cut before it is written out: it may be large, or nested without end.
    text = _short.repr(value)
    return text if len(text) <= LONGEST else text[: LONGEST - 3] + "..."


def named(name: str) -> str:
    """A name from elsewhere: as it is, unless it would break the line or is long."""
    return name if name.isprintable() and len(name) <= LONGEST else quoted(name)


def on_one_line(text: str) -> str:
    """A text that names something from elsewhere, without line ends or escape codes."""
    return "".join(
        sign if sign.isprintable() else ascii(sign)[1:-1]
        for sign in " ".join(text.split())
    )

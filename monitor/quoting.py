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

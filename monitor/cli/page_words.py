"""Messages of the command line, said as the page that starts a class needs them."""

from __future__ import annotations

import re

NOT_AGREED = (
    "The notice has not been answered: read it, and tick that you have told the class."
)

NO_MODE = "Choose what is kept of the class."

_FIELDS = {
    "another with --camera": "another",
    "--source screen": "the screen",
    "--source webcam": "the webcam",
    "--source": "\u201cThe recording\u2019s path\u201d",
    "--region": "region",
    "--monitor": "monitor",
    "--camera": "camera",
    "--every": "\u201cSeconds between looks\u201d",
    "--minutes": "\u201cEnd after\u201d",
    "--mode class": "\u201cClass totals only\u201d",
    "--mode student": "\u201cExpressions of each student\u201d",
    "--mode presence": "\u201cPresence only\u201d",
    "--mode": "\u201cWhat is kept\u201d",
    "--roster": "\u201cRoster\u201d",
    "--course": "\u201cCourse\u201d",
    "--me": "\u201cYour own name\u201d",
}
"""What an option is called on the page; longer ones first."""

_OPTION = re.compile("|".join(sorted(map(re.escape, _FIELDS), reverse=True)))


def for_page(text: str) -> str:
    """A message with the page's names for what it says to mend, as a sentence."""
    said = _OPTION.sub(lambda found: _FIELDS[found[0]], text)
    return f"{said[:1].upper()}{said[1:].rstrip('.')}."

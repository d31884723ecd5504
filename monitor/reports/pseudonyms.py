"""A session with other names, to be shown or handed on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from monitor.records import SessionData, StudentRow

_SHORTEST_PART = 3
_WORD = re.compile(r"[^\W\d_]+")
_NUMBERED = re.compile(r"Student \d+")
_BLANKS = r"[\s_.-]+"
_SOMEONE = "someone"


def with_pseudonyms(data: SessionData) -> SessionData:
    """The same session with "P1", "P2" ... for names, in the order of first storing.

    Two exports of a session agree with each other. Names, and their single words, are
    taken out of the title, the course, the source and the notes in the lecture as
    well; a nickname that stands in one of these stays.
    """
    ids = sorted(student.id for student in data.students)
    numbers = {id_: f"P{number}" for number, id_ in enumerate(ids, 1)}
    students = tuple(StudentRow(row.id, numbers[row.id]) for row in data.students)
    told = _Replacing({row.name: numbers[row.id] for row in data.students})
    session = data.session
    return replace(
        data,
        students=students,
        session=replace(
            session,
            title=told.in_text(session.title),
            course=None if session.course is None else told.in_text(session.course),
            source=told.in_text(session.source),
        ),
        markers=tuple(
            replace(marker, text=told.in_text(marker.text)) for marker in data.markers
        ),
    )


class _Replacing:
    """Takes names out of free text."""

    def __init__(self, names: Mapping[str, str]) -> None:
        """``names``: what stands for each name."""
        self._whole = {
            _key(name): other for name, other in names.items() if name.strip()
        }
        self._parts: dict[str, str] = {}
        for name, other in names.items():
            # "Student 7" was nobody's name: its words are words.
            words = [] if _NUMBERED.fullmatch(name) else _WORD.findall(name)
            for word in words:
                if len(word) >= _SHORTEST_PART:
                    shared = self._parts.get(word, other) != other
                    self._parts[word] = _SOMEONE if shared else other
        # Long names first: "Ana Prado" before "Ana".
        self._any_case = _pattern(filter(str.strip, names), re.IGNORECASE)
        self._as_written = _pattern(self._parts, re.NOFLAG)

    def in_text(self, text: str) -> str:
        """The text without names, in whatever case, and without their words."""
        if self._any_case is not None:
            text = self._any_case.sub(
                lambda found: self._whole.get(_key(found[0]), _SOMEONE), text
            )
        if self._as_written is not None:
            text = self._as_written.sub(lambda found: self._parts[found[0]], text)
        return text


def _pattern(names: Iterable[str], flags: re.RegexFlag) -> re.Pattern[str] | None:
    longest_first = sorted(names, key=lambda name: (-len(name), name))
    if not longest_first:
        return None
    return re.compile("|".join(_bounded(name) for name in longest_first), flags)


def _bounded(name: str) -> str:
    """A pattern for a name: a whole word, in scripts that part words by blanks.

    Files of recordings part words by other signs: "ana_prado.mp4".
    """
    before = r"(?<![^\W_])" if _is_cased(name[0]) else ""
    after = r"(?![^\W_])" if _is_cased(name[-1]) else ""
    words = re.split(rf"(?<=[^\W_]){_BLANKS}(?=[^\W_])", name)
    return f"{before}{_BLANKS.join(map(re.escape, words))}{after}"


def _key(name: str) -> str:
    """What a name and its other spellings in a text have in common."""
    return re.sub(_BLANKS, " ", name).casefold()


def _is_cased(char: str) -> bool:
    return char.isascii() or char.lower() != char.upper()

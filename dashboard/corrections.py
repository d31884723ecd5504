"""What the report's forms ask of the store: one correction, or taking one back.

A form speaks of students by id and by the name that the page showed. Where the name
is another one by now, somebody else was quicker (another tab, the terminal), and
nothing is changed: the teacher should see first what holds.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from dashboard.document.write import write_again
from monitor.errors import (
    ClassPulseError,
    ExportError,
    SettingsError,
    StoreBusy,
    StoreError,
    UsageError,
)
from monitor.records import SessionRow
from monitor.store.people import same_letters
from monitor.store.store import Corrected, Person, Store
from monitor.typed_time import Span, moment_of


class Deed(StrEnum):
    """What can be asked for."""

    RENAME = "rename"
    MERGE = "merge"
    SPLIT = "split"
    IGNORE = "ignore"
    COUNT_AGAIN = "count_again"
    TAKE_BACK = "take_back"


class Outdated(UsageError):
    """What the page shows holds no longer."""


class Shown(NamedTuple):
    """A student as the page shows them."""

    id: int
    name: str


class Wish(NamedTuple):
    """One correction as it was asked for.

    Attributes:
        deed: what to do.
        student: to whom; None where nobody was chosen, or to take something back.
        other: for a merge, who stands for both afterwards.
        name: a new name; of a split it may be "".
        at: of a split, the time as it was typed.
        correction: what to take back.
    """

    deed: Deed
    student: Shown | None = None
    other: Shown | None = None
    name: str = ""
    at: str = ""
    correction: int = 0


class Answer(NamedTuple):
    """What became of a wish.

    Attributes:
        text: one line for the teacher.
        done: the correction is stored.
        changed: the page shows what holds no longer.
    """

    text: str
    done: bool
    changed: bool


def wish_of(raw: Mapping[str, Any], shown: Mapping[str, str]) -> Wish:
    """A wish as the browser sends it.

    Args:
        raw: ``deed``, and the other fields of `Wish` with students by id.
        shown: the names that the page shows, by id.
    """

    def student(key: str) -> Shown | None:
        id_ = raw.get(key)
        name = shown.get(str(id_))
        return None if id_ is None or name is None else Shown(int(id_), name)

    return Wish(
        deed=Deed(raw["deed"]),
        student=student("student"),
        other=student("other"),
        name=str(raw.get("name") or ""),
        at=str(raw.get("at") or ""),
        correction=int(raw.get("correction") or 0),
    )


def correct(store: Store, session: SessionRow, wish: Wish) -> Answer:
    """Do what was asked for, and write the class's files again."""
    try:
        if wish.deed is Deed.TAKE_BACK:
            done = _take_back(store, session, wish.correction)
            text = f"Taken back: {done.text}"
        else:
            text = f"Done: {_do(store, session, wish).text}"
    except ClassPulseError as error:
        return Answer(_line(error), done=False, changed=isinstance(error, Outdated))
    try:
        write_again(store, session)
    except (ExportError, SettingsError, StoreError) as error:
        text += f". The CSV files were left as they were: {error}"
    return Answer(f"{text}.", done=True, changed=True)


def _take_back(store: Store, session: SessionRow, correction: int) -> Corrected:
    if correction not in [done.id for done in store.corrections(session.id)]:
        raise Outdated(
            "This correction was taken back already, perhaps in another tab: the page "
            "shows what holds now"
        )
    return store.undo(session.id, correction)


def _do(store: Store, session: SessionRow, wish: Wish) -> Corrected:
    """Ask the store.

    Raises:
        UsageError: it cannot be done; the message says why.
    """
    if wish.student is None:
        raise UsageError("Choose a student first")
    people = {person.id: person for person in store.people(session.id)}
    name = _still(people, wish.student)
    match wish.deed:
        case Deed.RENAME:
            _require_free(people, wish.student, wish.name)
            return store.rename(session.id, name, wish.name)
        case Deed.MERGE:
            if wish.other is None:
                raise UsageError("Choose who it is the same person as")
            if wish.other.id == wish.student.id:
                raise UsageError(f"{name!r} is one student already: choose another")
            return store.merge(session.id, name, _still(people, wish.other))
        case Deed.SPLIT:
            if not wish.at.strip():
                raise UsageError(
                    "Type from when on it is somebody else: 10:42 (the clock) or "
                    "+12:30 (minutes into class)"
                )
            _require_free(people, wish.student, wish.name)
            at = moment_of(wish.at, _span(store, session), "the time")
            return store.split(session.id, name, at, wish.name.strip() or None)
        case _:
            ignored = wish.deed is Deed.IGNORE
            return store.ignore(session.id, name, ignored=ignored)


def _still(people: dict[int, Person], shown: Shown) -> str:
    """The student's name, when it still is what the page shows.

    Raises:
        Outdated: it is not.
    """
    person = people.get(shown.id)
    if person is not None and person.name == shown.name:
        return person.name
    now = (
        f"is called {person.name!r} by now"
        if person is not None
        else "is one with another student by now, or was erased"
    )
    raise Outdated(
        f"{shown.name!r} {now}, perhaps from another tab. Nothing was changed; the "
        "page shows what holds now"
    )


def _require_free(people: dict[int, Person], student: Shown, name: str) -> None:
    """Say in a page's words that somebody else who was seen has the name.

    Raises:
        UsageError: so it is.
    """
    wanted = same_letters(name)
    for person in people.values():
        if person.id == student.id or not person.seen:
            continue
        if same_letters(person.name) == wanted:
            raise UsageError(
                f"{person.name!r} is in this class already: choose another name, or "
                "make both one student with “is the same person as”"
            )


def _span(store: Store, session: SessionRow) -> Span:
    """From the class's start to its last sample."""
    last = store.latest(session.id, minutes=0).samples
    seconds = float(last.offset_s[-1]) if len(last) else 0.0
    return Span(session.started_at, session.started_at + timedelta(seconds=seconds))


def _line(error: ClassPulseError) -> str:
    text = str(error)
    line = f"{text[:1].upper()}{text[1:].rstrip('.')}."
    return f"{line} Nothing was changed." if isinstance(error, StoreBusy) else line

"""What the pages ask to be erased, and the files that are written anew after it.

A place is a class or a course, as the settings page's lists name them: "class 12",
"course Maths 10a".
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from dashboard.data import find_session, is_alive
from dashboard.document.write import write_all_again
from monitor.errors import StoreError, UnknownSession
from monitor.records import SessionRow
from monitor.reports import formatting
from monitor.store import exports
from monitor.store.store import Erased, Store


class Place(NamedTuple):
    """Where somebody may be erased from.

    Attributes:
        sessions: the class, or every class of the course.
        course: None for a class alone.
    """

    sessions: tuple[SessionRow, ...]
    course: str | None

    @property
    def name(self) -> str:
        """What it is called in a question."""
        if self.course is not None:
            return f"Every class of {self.course}"
        (session,) = self.sessions
        return f"{formatting.day_and_clock(session.started_at)}  {session.title}"


class Done(NamedTuple):
    """What became of an erasure that was done, in sentences that say no name.

    Attributes:
        told: what was erased.
        trouble: what is left to do: files that remain, or were not written anew; ""
            for nothing.
    """

    told: str
    trouble: str


def of_class(session: SessionRow) -> str:
    """How a list names a class."""
    return f"class {session.id}"


def of_course(course: str) -> str:
    """How a list names a course."""
    return f"course {course}"


def where(store: Store, place: str) -> Place:
    """The class or course that a list's entry names.

    Raises:
        UnknownSession: the class was erased meanwhile.
        StoreError: the database cannot be read.
    """
    kind, _, which = place.partition(" ")
    if kind == "class":
        return Place((find_session(store, which),), None)
    mine = tuple(row for row in store.sessions() if row.course == which)
    return Place(mine, which)


def people_of(store: Store, place: str) -> list[str]:
    """Who was seen there, was expected or is on the roster; in name order.

    Raises:
        StoreError: the database cannot be read.
    """
    found = where(store, place)
    names = {person.name for row in found.sessions for person in store.people(row.id)}
    if found.course is not None:
        names |= {person.name for person in store.known(found.course)}
    return sorted(names, key=formatting.by_name)


def erase_student(store: Store, place: Place, name: str) -> Done:
    """Erase a person from a class, or from every class of a course.

    Raises:
        StoreError: the database cannot be written; nothing was erased.
        UsageError: nobody is called so.
    """
    if place.course is None:
        erased = store.erase_student(place.sessions[0].id, name)
    else:
        erased = store.erase_person(place.course, name)
    failed = write_all_again(store, erased.sessions).failed
    return Done(_told(erased), _trouble(erased.left, failed))


def erase_class(store: Store, session: SessionRow) -> Done:
    """Erase a class and its files.

    Raises:
        StoreError: the database cannot be written; nothing was erased.
        UsageError: the class is being recorded.
    """
    left = store.erase_session(session.id)
    at = formatting.day_and_clock(session.started_at)
    return Done(f"The class of {at} was erased.", _trouble(left))


def erase_everything(store: Store) -> Done:
    """Erase every class that is not being recorded.

    Raises:
        StoreError: the database cannot be written; nothing was erased.
    """
    sessions = store.sessions()
    ended = [row for row in sessions if not is_alive(row)]
    gone, left, failed = 0, list[Path](), list[str]()
    for session in ended:
        try:
            left += store.erase_session(session.id)
        except UnknownSession:  # erased meanwhile
            continue
        except StoreError as error:
            if not gone:
                raise
            failed.append(f"the other classes are still there: {error}")
            break
        gone += 1
    were = "was" if gone == 1 else "were"
    text = f"{formatting.count(gone, 'class', 'classes')} {were} erased."
    if len(ended) < len(sessions):
        text += " A class that is running stays: stop it first."
    return Done(text, _trouble(left, failed))


def _told(erased: Erased) -> str:
    looks = formatting.count(erased.sightings, "look")
    classes = formatting.count(len(erased.sessions), "class", "classes")
    text = f"{looks} in {classes} were erased, and the name."
    if erased.mentions:
        notes = formatting.count(erased.mentions, "note or title", "notes or titles")
        text += f" The name stands in {notes} still: only you can tell who is meant."
    return text


def _trouble(left: Sequence[Path], failed: Sequence[str] = ()) -> str:
    lines = [exports.told(left), *failed] if left else failed
    return " ".join(f"{line[:1].upper()}{line[1:].rstrip('.')}." for line in lines)

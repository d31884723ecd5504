"""What the pages ask to be erased, and the files that are written anew after it.

A place is a class or a course, as the settings page's lists name them: "class 12",
"course Maths 10a".
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from dashboard.data import find_session, is_alive
from dashboard.document.write import write_again
from monitor.errors import ExportError, UnknownSession
from monitor.records import SessionRow
from monitor.reports import formatting
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


def erase_student(store: Store, place: Place, name: str) -> str:
    """Erase a person from a class, or from every class of a course.

    Returns:
        What went, in sentences that do not say the name.

    Raises:
        StoreError: the database cannot be written; nothing was erased.
        UsageError: nobody is called so.
    """
    if place.course is None:
        erased = store.erase_student(place.sessions[0].id, name)
    else:
        erased = store.erase_person(place.course, name)
    return " ".join([_told(erased), *_write_again(store, erased.sessions)])


def erase_class(store: Store, session: SessionRow) -> str:
    """Erase a class and its files; what went, in a sentence.

    Raises:
        StoreError: the database cannot be written; nothing was erased.
        UsageError: the class is being recorded.
    """
    store.erase_session(session.id)
    return f"The class of {formatting.day_and_clock(session.started_at)} was erased."


def _told(erased: Erased) -> str:
    looks = formatting.count(erased.sightings, "look")
    classes = formatting.count(len(erased.sessions), "class", "classes")
    text = f"{looks} in {classes} were erased, and the name."
    if erased.mentions:
        notes = formatting.count(erased.mentions, "note or title", "notes or titles")
        text += f" The name stands in {notes} still: only you can tell who is meant."
    return text


def _write_again(store: Store, session_ids: Iterable[int]) -> list[str]:
    """Write the classes' own files without the person; what could not be written."""
    failed = []
    for id_ in session_ids:
        try:
            write_again(store, store.session(id_))
        except UnknownSession:
            continue
        except ExportError as error:
            failed.append(f"Its files could not be written anew: {error}.")
    return failed


def erase_everything(store: Store) -> str:
    """Erase every class that is not being recorded.

    Raises:
        StoreError: the database cannot be written; what was erased before that stays
            so.
    """
    sessions = store.sessions()
    ended = [row for row in sessions if not is_alive(row)]
    for session in ended:
        store.erase_session(session.id)
    text = f"{formatting.count(len(ended), 'class', 'classes')} were erased."
    if len(ended) < len(sessions):
        text += " A class that is running stays: stop it first."
    return text

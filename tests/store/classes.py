"""Small classes in the store, and what is in it by name."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from monitor.records import (
    Away,
    Joined,
    KnownStudent,
    Named,
    SessionData,
    Status,
    Tick,
)
from tests.builders import NEUTRAL, build_new_session, build_reading, build_tick

if TYPE_CHECKING:
    from collections.abc import Iterator

    from monitor.store.recording import Recording
    from monitor.store.store import Store

ANA = "Ana Prado-Núñez"


def tick(
    index: int,
    *students: int,
    names: Mapping[int, str] | None = None,
    labels: Mapping[int, str] | None = None,
    joined: Iterable[tuple[int, int]] = (),
    away: Iterable[Away] = (),
) -> Tick:
    """A sample in which the numbers are seen, and what was learned with it."""
    told = [Named(number, name) for number, name in (names or {}).items()]
    told += [Named(number, "", label) for number, label in (labels or {}).items()]
    return build_tick(
        index,
        [build_reading(number, NEUTRAL) for number in students],
        named=told,
        joined=[Joined(*pair) for pair in joined],
        away=away,
    )


@contextmanager
def recording(
    store: Store, *known: str | KnownStudent, course: str | None = None
) -> Iterator[Recording]:
    """A session with people who are expected, by name or whole."""
    people = [KnownStudent(k) if isinstance(k, str) else k for k in known]
    with store.begin(build_new_session(course=course, known=people)) as begun:
        yield begun


def write(
    store: Store,
    *ticks: Tick,
    known: Iterable[str | KnownStudent] = (),
    course: str | None = None,
) -> int:
    """An ended session of these samples; its id."""
    with recording(store, *known, course=course) as begun:
        for one in ticks:
            begun.write(one)
    return begun.session_id


def seen(data: SessionData) -> dict[str, list[int]]:
    """By name, the indices of the samples in which a student was seen."""
    rows = data.observations
    return {
        student.name: data.samples.index[
            rows.sample[rows.student == student.id]
        ].tolist()
        for student in data.students
    }


def absences(data: SessionData) -> dict[str, list[tuple[float, float, str]]]:
    """By name, from when until when a student was away, and why."""
    names = {student.id: student.name for student in data.students}
    found: dict[str, list[tuple[float, float, str]]] = {}
    for absence in data.absences:
        told = (absence.from_s, absence.to_s, absence.reason.value)
        found.setdefault(names[absence.student], []).append(told)
    return found


def statuses(data: SessionData) -> list[Status]:
    """What became of each sighting."""
    return [tuple(Status)[code] for code in data.observations.status.tolist()]


def in_files(store: Store, *words: str) -> list[str]:
    """Which of the words stand anywhere beside or in the database."""
    folder = store.path.parent
    found = set()
    for file in (file for file in folder.rglob("*") if file.is_file()):
        content = file.read_bytes()
        for word in words:
            forms = (word.encode(), json.dumps(word).strip('"').encode())
            if any(form in content for form in forms):
                found.add(word)
    return sorted(found)

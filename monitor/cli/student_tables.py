"""Who is who as `classpulse students list` prints it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from monitor.errors import UsageError
from monitor.presence import away_minutes
from monitor.reports.formatting import (
    NOT_KNOWN,
    away,
    by_name,
    clock,
    count,
    minutes,
)
from monitor.summaries import StudentSummary, summarise_students
from monitor.words import AbsenceReason, Mode

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from monitor.records import KnownStudent, SessionRow
    from monitor.store.store import Corrected, Person, Store

_CONSENT = {True: "yes", False: "no", None: "not said"}


@dataclass(frozen=True, slots=True)
class SessionPeople:
    """A session's students with what was seen of them, by name.

    Attributes:
        rows: each student, and the sums over the session (None for an ignored one).
        away: minutes not seen by reason, by the student's id; without the ignored.
        alike: pairs of names that may be one person.
        corrections: what can be undone, oldest first.
        kept_days: after how many days the students' data were deleted; None while
            they are there.
    """

    session: SessionRow
    rows: tuple[tuple[Person, StudentSummary | None], ...]
    away: Mapping[int, Mapping[AbsenceReason, float]]
    alike: tuple[tuple[str, str], ...]
    corrections: tuple[Corrected, ...]
    kept_days: int | None

    def as_json(self) -> dict[str, object]:
        """For scripts."""
        return {
            "session": self.session.id,
            "students": [self._student(*row) for row in self.rows],
            "maybe_same": [list(pair) for pair in self.alike],
            "corrections": [
                {"kind": done.kind, "text": done.text, "at": done.at.isoformat()}
                for done in self.corrections
            ],
        }

    def _student(
        self, person: Person, sums: StudentSummary | None
    ) -> dict[str, object]:
        first, last = self._seen(sums)
        away = self.away.get(person.id)
        return {
            "name": person.name,
            "samples": sums.samples if sums else None,
            "present_minutes": round(sums.present_minutes, 4) if sums else None,
            "first_seen": first and first.isoformat(),
            "last_seen": last and last.isoformat(),
            **{
                f"{reason.value}_minutes": round(away[reason], 4) if away else None
                for reason in AbsenceReason
            },
            "aliases": list(person.aliases),
            "seen": person.seen,
            "ignored": person.ignored,
        }

    def show(self) -> None:
        """For people."""
        heading = f"Session {self.session.id}, {self.session.title}"
        if self.session.mode is Mode.CLASS:
            _print(heading)
            _print(
                "It is a session in class mode: nothing of single students is kept, "
                "only totals of the class."
            )
            return
        if self.kept_days is not None:
            _print(heading)
            _print(
                "The data of this class's students were deleted: the settings keep "
                f"them for {count(self.kept_days, 'day')}. Its minutes remain."
            )
            return
        rows = [self._cells(*row) for row in self.rows]
        seen = ("samples", "present", "first seen", "last seen")
        columns = ("name", *seen, "away", "also", "")
        _print_table(heading, columns, rows, right=(1, 2))
        for one, other in self.alike:
            _print(
                f"May be the same: {one} and {other}. If so: `classpulse students "
                f'merge "{one}" "{other}" --session {self.session.id}`'
            )
        for done in self.corrections:
            _print(f"Corrected at {clock(done.at)} ({done.kind}): {done.text}")
        if self.corrections:
            _print(
                "The last correction is taken back by `classpulse students "
                f"{_command(self.corrections[-1])} --undo --session {self.session.id}`"
            )

    def _cells(self, person: Person, sums: StudentSummary | None) -> list[str]:
        first, last = self._seen(sums)
        seen = sums is not None and sums.samples > 0
        note = "ignored" if person.ignored else "" if seen else "not seen"
        return [
            person.name,
            f"{sums.samples:,}" if sums else NOT_KNOWN,
            minutes(sums.present_minutes) if sums else NOT_KNOWN,
            clock(first, seconds=True) if first else NOT_KNOWN,
            clock(last, seconds=True) if last else NOT_KNOWN,
            away(self.away.get(person.id, {})),
            ", ".join(person.aliases),
            note,
        ]

    def _seen(
        self, sums: StudentSummary | None
    ) -> tuple[datetime | None, datetime | None]:
        """When a student was seen first and last."""
        if sums is None or math.isnan(sums.first_seen_s):
            return None, None
        start = self.session.started_at
        return (
            start + timedelta(seconds=sums.first_seen_s),
            start + timedelta(seconds=sums.last_seen_s),
        )


@dataclass(frozen=True, slots=True)
class CoursePeople:
    """Whom a course knows, by name."""

    course: str
    students: tuple[KnownStudent, ...]

    def as_json(self) -> dict[str, object]:
        """For scripts."""
        return {
            "course": self.course,
            "students": [
                {
                    "name": student.name,
                    "id": student.id,
                    "consent": student.consent,
                    "aliases": list(student.aliases),
                    "labels": len(student.labels),
                }
                for student in self.students
            ],
        }

    def show(self) -> None:
        """For people."""
        rows = [
            [
                student.name,
                student.id,
                _CONSENT[student.consent],
                ", ".join(student.aliases),
            ]
            for student in self.students
        ]
        _print_table(self.course, ("name", "id", "consent", "also"), rows)


def of_session(store: Store, session: SessionRow) -> SessionPeople:
    """Everybody of a session."""
    from monitor.identity.pairs import maybe_same

    data = store.load(session.id)
    sums = {row.id: row for row in summarise_students(data)}
    people = sorted(store.people(session.id), key=lambda person: by_name(person.name))
    ids = {person.name: person.id for person in people if not person.ignored}
    return SessionPeople(
        data.session,
        tuple((person, sums.get(person.id)) for person in people),
        away_minutes(data),
        tuple(maybe_same(ids, data.observations)),
        tuple(store.corrections(session.id)),
        store.settings().retention_days if data.session.purged else None,
    )


def of_course(store: Store, course: str) -> CoursePeople:
    """Everybody of a course.

    Raises:
        UsageError: there is no course of that name.
    """
    courses = store.courses()
    if course not in courses:
        known = ", ".join(repr(name) for name in courses)
        raise UsageError(
            f"there is no course {course!r}: "
            + (f"expected {known}" if known else "no session belongs to one yet")
        )
    students = sorted(store.known(course), key=lambda student: by_name(student.name))
    return CoursePeople(course, tuple(students))


def _command(done: Corrected) -> str:
    return "ignore" if done.kind == "unignore" else done.kind


def _print(line: str) -> None:
    from rich.console import Console

    Console(highlight=False).print(line, markup=False, soft_wrap=True)


def _print_table(
    heading: str,
    columns: Sequence[str],
    rows: Sequence[Sequence[str]],
    right: Sequence[int] = (),
) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    _print(heading)
    if not rows:
        _print("Nobody yet.")
        return
    table = Table(box=None, header_style="bold", pad_edge=False)
    for place, column in enumerate(columns):
        table.add_column(
            column, justify="right" if place in right else "left", overflow="fold"
        )
    for cells in rows:
        table.add_row(*map(escape, cells))
    Console().print(table)

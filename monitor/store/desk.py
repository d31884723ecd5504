"""Where a correction is made: a session's students, changed in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import NamedTuple

from sqlalchemy import Connection, func, insert, intersect, select, update

from monitor.errors import UsageError
from monitor.records import KnownStudent
from monitor.store import changes, forgetting
from monitor.store.course import is_enrolled, teach
from monitor.store.database import Database, insert_row
from monitor.store.people import (
    PersonRow,
    find,
    free_name,
    is_provisional,
    members,
    roots_of,
    same_letters,
    session_rows,
)
from monitor.store.queries import unknown_session
from monitor.store.tables import ClassSession, Correction, Observation, Sample, Student


class Corrected(NamedTuple):
    """A correction as it is stored.

    Attributes:
        id: what `undo` takes.
        kind: rename, merge, split, ignore or unignore.
        text: what was done, for people.
        names: of the students whom it is about, before and after.
        at: when, aware UTC.
    """

    id: int
    kind: str
    text: str
    names: tuple[str, ...]
    at: datetime


class Desk:
    """Where one correction is made, in one transaction."""

    def __init__(self, connection: Connection, session_id: int) -> None:
        self.connection = connection
        self.session_id = session_id
        self.course = course_of(connection, session_id)
        self._before = changes.snapshot(connection, session_id, self.course)
        self._moved: list[tuple[int, int]] = []
        self._uses: list[int] = []

    @property
    def rows(self) -> dict[int, PersonRow]:
        """The session's rows as they are now."""
        return session_rows(self.connection, self.session_id)

    def find(self, name: str) -> PersonRow:
        """The student whom the teacher means; see `monitor.store.people.find`."""
        return find(self.rows, name, self.session_id)

    def refuse_forgotten(self, name: str) -> None:
        """Give nobody the name of somebody who is not to be stored.

        Raises:
            UsageError: it is such a name.
        """
        gone = forgetting.of(self.connection, self.course, self.session_id)
        if gone.holds(name):
            raise UsageError(
                f"{name!r} was erased and is not stored again: choose another name, or "
                f"let it be stored first with `classpulse students erase {name!r} "
                "--allow-again`"
            )

    def change(self, row: PersonRow, **values: object) -> None:
        """Change some columns of a row."""
        change = update(Student).where(Student.id == row.id)
        self.connection.execute(change.values(**values))

    def holder(self, name: str, row: PersonRow) -> PersonRow | None:
        """Who has a name that is to be given: somebody not seen, or nobody.

        Raises:
            UsageError: somebody who was seen.
        """
        rows = self.rows
        ends = roots_of(rows)
        bare = same_letters(name)
        for other in rows.values():
            shown = other.merged_into is None and same_letters(other.name) == bare
            if ends[other.id] == row.id or not (shown or other.name == name):
                continue
            root = rows[ends[other.id]]
            seen = any(member.seen for member in members(rows, root.id))
            if root.id == other.id and root.expected and not seen:
                return other
            whose = "" if root.id == other.id else f" (as part of {root.name!r})"
            raise UsageError(
                f"{other.name!r} is in session {self.session_id} already{whose}: "
                f"choose another name, or make both one with `classpulse students "
                f"merge {row.name!r} {root.name!r} --session {self.session_id}`"
            )
        return None

    def call(self, row: PersonRow, name: str) -> None:
        """Give a student a name that nobody else has."""
        same = next((r for r in self.rows.values() if r.name == name), None)
        if same is not None:
            # A part of the same student was called so.
            self.change(same, name=f"\n{same.id}")
        self.change(row, name=name, named_by_teacher=True)
        if same is not None:
            self.change(same, name=row.name)
        made = row.id not in self._before
        before = [] if made or is_provisional(row.name) else [row.name]
        others = [alias for alias in row.aliases if alias != name]
        self.change(row, aliases=list(dict.fromkeys([*others, *before])))
        self._teach(self.rows[row.id], row.person_id)

    def take_over(self, row: PersonRow, holder: PersonRow) -> None:
        """``holder`` was expected and not seen: it is who was seen as ``row``."""
        if row.expected:
            # Who was expected under the old name was not seen, then.
            self.change(holder, name=f"\n{holder.id}")
            self.change(row, named_by_teacher=True, **_who(holder))
            self.change(holder, **_who(row))
            kept = row.id
        else:
            self.change(holder, named_by_teacher=True)
            self.change(row, merged_into=holder.id)
            kept = holder.id
        self._teach(self.rows[kept], holder.person_id)

    def seen_together(self, row: PersonRow, other: PersonRow) -> int:
        """In how many samples both were seen."""
        rows = self.rows
        samples = [
            select(Observation.sample_id)
            .join(Sample, Sample.id == Observation.sample_id)
            .where(Sample.session_id == self.session_id)
            .where(Observation.student_id.in_([m.id for m in members(rows, root)]))
            for root in (row.id, other.id)
        ]
        both = intersect(*samples).subquery()
        count = select(func.count()).select_from(both)
        return self.connection.execute(count).scalar_one()

    def join(self, row: PersonRow, kept: PersonRow) -> None:
        """Let ``kept`` stand for ``row`` too."""
        rows = self.rows
        names = [
            name
            for member in members(rows, row.id)
            for name in (member.name, *member.aliases)
            if not is_provisional(name) and not _is_copy(name, kept.name)
        ]
        self.change(row, merged_into=kept.id)
        self.change(kept, aliases=list(dict.fromkeys([*kept.aliases, *names])))
        if is_provisional(kept.name):
            return
        person = self._teach(self.rows[kept.id], kept.person_id or row.person_id)
        other = row.person_id
        if self.course is None or person is None or other in (None, person):
            return
        # Whom only a teacher named is one with the other in the course as well; the
        # roster's word that there are two stands.
        if not is_enrolled(self.connection, self.course, other):
            joined = update(Student).where(Student.id == other)
            self.connection.execute(joined.values(merged_into=person))

    def split(self, row: PersonRow, at: datetime) -> PersonRow:
        """Move what was seen from a time on to new rows; the one that stands for them.

        Raises:
            UsageError: the student was not seen before and after it.
        """
        rows = self.rows
        group = members(rows, row.id)
        self._uses = [member.id for member in group]
        later = self._seen_since(row, at)
        taken = {other.name for other in rows.values()}
        root: int | None = None
        for member in group:
            if member.id not in later and member.number is None:
                continue
            # The number goes along: what is still to come is the new student's.
            self.change(member, number=None)
            name = free_name(row.name, taken)
            taken.add(name)
            part = insert(Student).values(
                session_id=self.session_id,
                number=member.number,
                name=name,
                merged_into=root,
                ignored=row.ignored,
                seen=member.id in later,
            )
            id_ = insert_row(self.connection, part)
            root = id_ if root is None else root
            changes.move_sightings(self.connection, self.session_id, member.id, id_, at)
            self._moved.append((member.id, id_))
        return self.rows[root or row.id]

    def _seen_since(self, row: PersonRow, at: datetime) -> set[int]:
        """Which rows of a student were seen from a time on."""
        query = (
            select(
                Observation.student_id,
                func.min(Sample.captured_at),
                func.max(Sample.captured_at),
            )
            .join(Sample, Sample.id == Observation.sample_id)
            .where(Sample.session_id == self.session_id)
            .where(Observation.student_id.in_(self._uses))
            .group_by(Observation.student_id)
        )
        seen = self.connection.execute(query).all()
        if not seen:
            raise UsageError(f"{row.name!r} was never seen: there is nothing to split")
        first, last = min(f for _, f, _ in seen), max(u for _, _, u in seen)
        if not first < at <= last:
            span = [t.astimezone().strftime("%H:%M:%S") for t in (first, last)]
            raise UsageError(
                f"{row.name!r} was seen from {span[0]} to {span[1]}: expected a time "
                f"between, got {at.astimezone().strftime('%H:%M:%S')}"
            )
        return {id_ for id_, _, until in seen if until >= at}

    def _teach(self, row: PersonRow, person_id: int | None) -> int | None:
        """Let the course know a student's name, other names and labels."""
        if self.course is None:
            return None
        group = members(self.rows, row.id)
        student = KnownStudent(
            row.name,
            aliases=tuple(row.aliases),
            labels=tuple({label: None for r in group for label in r.labels}),
        )
        person = teach(self.connection, self.course, person_id, student)
        self.change(row, person_id=person)
        return person

    def store(self, kind: str, text: str, names: Iterable[str]) -> Corrected:
        """Keep what is needed to take the correction back."""
        after = changes.snapshot(self.connection, self.session_id, self.course)
        detail = changes.differences(self._before, after) | {
            "text": text,
            "names": list(names),
            "moved": self._moved,
            "uses": self._uses,
        }
        at = datetime.now(UTC)
        row = insert(Correction).values(
            session_id=self.session_id, kind=kind, detail=detail, at=at
        )
        id_ = insert_row(self.connection, row)
        return Corrected(id_, kind, text, tuple(names), at)


@contextmanager
def desk_of(database: Database, session_id: int) -> Iterator[Desk]:
    """A desk for one correction; an error leaves everything as it was."""
    with database.write() as connection:
        yield Desk(connection, session_id)


def stored(
    connection: Connection, session_id: int
) -> list[tuple[Corrected, changes.Detail]]:
    """A session's corrections that stand, oldest first, with how to undo them."""
    query = (
        select(Correction.id, Correction.kind, Correction.detail, Correction.at)
        .where(Correction.session_id == session_id, Correction.undone_at.is_(None))
        .order_by(Correction.id)
    )
    return [
        (Corrected(id_, kind, detail["text"], tuple(detail["names"]), at), detail)
        for id_, kind, detail, at in connection.execute(query)
    ]


def course_of(connection: Connection, session_id: int) -> int | None:
    """The row of a session's course, None without one.

    Raises:
        UnknownSession: there is no session of that id.
    """
    query = select(ClassSession.course_id).where(ClassSession.id == session_id)
    found = connection.execute(query).first()
    if found is None:
        raise unknown_session(session_id)
    course: int | None = found[0]
    return course


def _who(row: PersonRow) -> dict[str, object]:
    """What says who somebody is, apart from what was seen."""
    return {
        "name": row.name,
        "aliases": row.aliases,
        "person_id": row.person_id,
        "roster_id": row.roster_id,
        "expected": row.expected,
    }


def _is_copy(name: str, of: str) -> bool:
    """Whether a name is another one with a number behind it, which no label says."""
    return name == of or name.startswith(f"{of} (")

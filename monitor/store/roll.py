"""The roll of a session while it is recorded: which row each number stands for.

The tracker counts students and tells what it learns of them later: a name, or that two
numbers are one student. A teacher may correct the same rows meanwhile, and what the
teacher said holds. Whoever was erased and is met again by name is left out from that
sample on; what was seen before the name was read is erased after it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from sqlalchemy import Connection, insert, update

from monitor.records import Joined, Named, Tick
from monitor.store import forgetting
from monitor.store.course import course_rows, person_called
from monitor.store.database import insert_row
from monitor.store.people import (
    PersonRow,
    free_name,
    is_provisional,
    members,
    numbered_so,
    roots_of,
    session_rows,
)
from monitor.store.tables import Student


class Roll:
    """A session's students within one transaction that writes."""

    def __init__(
        self,
        connection: Connection,
        session_id: int,
        course: int | None,
    ) -> None:
        """Read the rows.

        Args:
            connection: of the transaction.
            session_id: whose students.
            course: the row of the session's course, if any.
        """
        self._connection = connection
        self._session_id = session_id
        self._course = course
        self._rows = session_rows(connection, session_id)
        self._forgotten = forgetting.of(connection, course, session_id)
        self._nobody = set(self._forgotten.numbers)
        # Those whom an earlier sample told of, where another program's turn, or the
        # end of this one, left them standing.
        self.to_erase = numbered_so(self._rows, self._nobody)

    def learn(self, tick: Tick) -> Tick:
        """Take in what one sample told of who is who.

        Returns:
            The sample without those who are not to be stored; ``to_erase`` are the rows
            that turned out to be theirs.
        """
        for joined in tick.joined:
            if not self._join_nobody(joined):
                self._join(joined)
        for named in tick.named:
            if self._forgotten.holds(named.name):
                self._forget(named.student)
            elif named.student not in self._nobody:
                self._name(named)
        for number in tick.pictures:
            row = self._numbered(number)
            if row is not None and not self._root(row).named_by_teacher:
                self._change(row, ignored=True)
        if not self._nobody:
            return tick
        return replace(
            tick,
            readings=tuple(r for r in tick.readings if r.student not in self._nobody),
            away=tuple(a for a in tick.away if a.student not in self._nobody),
        )

    def sighted(self, numbers: Iterable[int]) -> dict[int, int]:
        """The rows of students who are seen, by number; new ones are made."""
        ids = {number: self.row_of(number) for number in sorted(numbers)}
        new = [id_ for id_ in ids.values() if not self._rows[id_].seen]
        if new:
            change = update(Student).where(Student.id.in_(new)).values(seen=True)
            self._connection.execute(change)
        return ids

    def row_of(self, number: int) -> int:
        """The row of a number; a new one when it has none."""
        row = self._numbered(number)
        return self._new(number, f"Student {number}").id if row is None else row.id

    def _forget(self, number: int) -> None:
        """The number is somebody who is not to be stored, unless the teacher knows."""
        row = self._numbered(number)
        group = [] if row is None else members(self._rows, self._root(row).id)
        if any(row.named_by_teacher for row in group):
            return
        numbers = {row.number for row in group if row.number is not None} | {number}
        forgetting.forget_numbers(
            self._connection, self._session_id, numbers - self._nobody
        )
        self._nobody |= numbers
        self.to_erase |= {row.id for row in group}

    def _join_nobody(self, joined: Joined) -> bool:
        """Who turns out to be one with somebody forgotten is forgotten as well."""
        pair = {joined.student, joined.into}
        if not pair & self._nobody:
            return False
        for number in pair - self._nobody:
            self._forget(number)
        return True

    def _join(self, joined: Joined) -> None:
        """Let one row stand for both numbers; a teacher's word is not undone."""
        row = self._numbered(joined.student)
        if row is None:
            return
        one = self._root(row)
        other = self._root(self._rows[self.row_of(joined.into)])
        if self._weight(one) > self._weight(other):
            one, other = other, one
        # Two whom the teacher or the roster tells apart are not one.
        apart = self._weight(one) >= _EXPECTED
        if one.id == other.id or apart or (one.ignored and not other.ignored):
            return
        self._change(one, merged_into=other.id)

    def _name(self, named: Named) -> None:
        row = self._numbered(named.student)
        root = None if row is None else self._root(row)
        if named.name and not (root is not None and _is_called(root, named.name)):
            row = self._called(named.student, named.name, root)
        if row is None:
            row = self._rows[self.row_of(named.student)]
        if named.label and named.label not in row.labels:
            row = self._change(row, labels=[*row.labels, named.label])
        if named.name:
            self._link(self._root(row))

    def _called(self, number: int, name: str, root: PersonRow | None) -> PersonRow:
        """Give a number the row of a name; the row that the number has now."""
        holder = next(
            (row for row in self._rows.values() if row.name == name), None
        ) or next((row for row in self._rows.values() if name in row.aliases), None)
        # Who was expected under another name is another person: the number leaves.
        moves = root is None or root.expected
        if holder is not None and self._waits(holder):
            if moves:
                self._leave(number)
                return self._change(holder, number=number)
            if root is not None:
                self._change(root, merged_into=holder.id)
            return self._rows[self.row_of(number)]
        own = None if root is None else root.name
        free = free_name(name, {r.name for r in self._rows.values()} - {own})
        if moves or root is None:
            self._leave(number)
            return self._new(number, free)
        if holder is None or self._root(holder).id != root.id:
            self._change(root, name=free)
        return self._rows[self.row_of(number)]

    def _waits(self, row: PersonRow) -> bool:
        """Whether somebody was expected and has not come yet."""
        return (
            row.expected
            and row.number is None
            and not row.seen
            and row.merged_into is None
            and not any(r.merged_into == row.id for r in self._rows.values())
        )

    def _leave(self, number: int) -> None:
        """What was seen under the number until now stays with its row."""
        row = self._numbered(number)
        if row is not None:
            self._change(row, number=None)

    def _link(self, root: PersonRow) -> None:
        """Tie a student to the course's row of the name."""
        if self._course is None or root.person_id is not None:
            return
        person = person_called(course_rows(self._connection, self._course), root.name)
        if person is not None:
            self._change(root, person_id=person.id)

    def _weight(self, root: PersonRow) -> int:
        """How sure it is who somebody is: the surer one stands for both."""
        if root.named_by_teacher:
            return _BY_TEACHER
        if root.expected:
            return _EXPECTED
        return 0 if is_provisional(root.name) else 1

    def _numbered(self, number: int) -> PersonRow | None:
        return next((r for r in self._rows.values() if r.number == number), None)

    def _root(self, row: PersonRow) -> PersonRow:
        return self._rows[roots_of(self._rows)[row.id]]

    def _new(self, number: int, name: str) -> PersonRow:
        name = free_name(name, {row.name for row in self._rows.values()})
        student = insert(Student).values(
            session_id=self._session_id, number=number, name=name
        )
        id_ = insert_row(self._connection, student)
        # As it was stored, its defaults filled in.
        self._rows[id_] = session_rows(self._connection, self._session_id)[id_]
        return self._rows[id_]

    def _change(self, row: PersonRow, **values: object) -> PersonRow:
        change = update(Student).where(Student.id == row.id)
        self._connection.execute(change.values(**values))
        # Typed by name: the columns are the fields.
        self._rows[row.id] = row._replace(**values)  # type: ignore[arg-type]
        return self._rows[row.id]


_EXPECTED = 2
_BY_TEACHER = 3


def _is_called(root: PersonRow, name: str) -> bool:
    return root.named_by_teacher or name == root.name or name in root.aliases

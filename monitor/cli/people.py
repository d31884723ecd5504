"""Who is expected in a class, and who the teacher is: `--roster` and `--me`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from monitor.errors import UsageError

if TYPE_CHECKING:
    from monitor.identity.roster import Roster
    from monitor.pipeline import Equipment
    from monitor.records import KnownStudent
    from monitor.store.store import Store


@dataclass(frozen=True, slots=True)
class People:
    """What the command line says of a class's people.

    Attributes:
        roster: who belongs to the class, None when no file says.
        course: as ``--course`` or else the roster says.
        me: the teacher's own name, "" for none; None when nothing was said.
    """

    roster: Roster | None
    course: str | None
    me: str | None

    def own_name(self, store: Store) -> str | None:
        """The teacher's name, said now or remembered; what is said now is kept."""
        from monitor.cli import remembered

        if self.me is not None:
            remembered.keep_me(store, self.me)
            return self.me or None
        name = remembered.me(store)
        if name is not None:
            typer.echo(
                f"Your own tile is left out: {name}, as last time; --me names another, "
                '--me "" nobody.'
            )
        return name

    def equip(self, equipment: Equipment, store: Store, me: str | None) -> Equipment:
        """The equipment with the class's people: the roster's, else the course's.

        The course takes over the roster, and adds what it remembers of its people.
        """
        known: tuple[KnownStudent, ...] = ()
        asked = False
        if self.roster is not None:
            known, asked = self.roster.students, self.roster.has_consent
        if self.course is not None:
            if self.roster is not None:
                store.enrol(self.course, _answered(known) if asked else known)
            known = self._remembered(store.known(self.course))
        # Who was asked once is asked for good, whatever today's roster leaves out.
        asked = asked or any(student.consent is not None for student in known)
        return replace(equipment, known=known, asks_consent=asked, me=me)

    def _remembered(
        self, remembered: tuple[KnownStudent, ...]
    ) -> tuple[KnownStudent, ...]:
        if self.roster is None:
            return remembered
        from monitor.identity.roster import merged

        return merged(self.roster, remembered)


def _answered(students: tuple[KnownStudent, ...]) -> tuple[KnownStudent, ...]:
    """What a course keeps of a roster that asks: whoever left it blank said no.

    Kept as a blank it would look as if nobody had been asked.
    """
    return tuple(replace(one, consent=one.consent is True) for one in students)


def expected(roster: Path | None, course: str | None, me: str | None) -> People:
    """What the options say; the roster is read before anything is opened.

    Raises:
        UsageError: the roster cannot be used, or no name is a name.
    """
    name = None if me is None else _own(me)
    # As the page has it: "Bio " is no course beside "Bio".
    course = (course or "").strip() or None
    if roster is None:
        return People(None, course, name)
    from monitor.identity.roster import read_roster

    read = read_roster(roster, course)
    typer.echo(told(read))
    return People(read, read.course, name)


def told(roster: Roster) -> str:
    """One line on what stands in a roster."""
    from monitor.reports.formatting import count

    agreed = sum(student.consent is True for student in roster.students)
    return (
        f"Roster: {count(len(roster.students), 'student')}"
        + (f" of {roster.course}" if roster.course else "")
        + (f"; {agreed} agreed to be read" if roster.has_consent else "")
        + "."
    )


def _own(text: str) -> str:
    from monitor.identity.spelling import LONGEST, key_of, tidy

    name = tidy(text)
    if len(name) > LONGEST or (name and not key_of(name)):
        raise UsageError(
            f"--me {name[:40]!r}: expected your name as it stands on your own tile"
        )
    return name

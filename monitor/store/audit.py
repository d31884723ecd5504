"""What was done with the data: exports, erasures, consent. No names, ever."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import Connection, insert, select

from monitor.store.tables import Audit


class Action(StrEnum):
    """What can be done with what is kept of people."""

    EXPORT = "export"
    EXPORT_PERSON = "export_person"
    ERASE_PERSON = "erase_person"
    ERASE_SESSION = "erase_session"
    ALLOW_AGAIN = "allow_again"
    CONSENT = "consent"
    PURGE = "purge"


class AuditRow(NamedTuple):
    """One thing that was done.

    Attributes:
        at: when, aware UTC.
        detail: ids, counts and kinds; no names.
    """

    id: int
    at: datetime
    action: str
    detail: dict[str, object]


def note(connection: Connection, action: Action, **detail: int | str | bool) -> None:
    """Write down what is done, in the transaction that does it."""
    row = insert(Audit).values(at=datetime.now(UTC), action=action.value, detail=detail)
    connection.execute(row)


def rows(connection: Connection) -> list[AuditRow]:
    """Everything that was done, oldest first."""
    query = select(Audit.id, Audit.at, Audit.action, Audit.detail).order_by(Audit.id)
    return [AuditRow(*row) for row in connection.execute(query)]

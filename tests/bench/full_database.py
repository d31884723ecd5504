"""The pages over a database that years of classes have filled: ten million looks."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from dashboard.app import create_app
from monitor.store.store import Store
from tests.bench.timing import cost
from tests.builders import build_session
from tests.dashboard.conftest import Pages

OBSERVATIONS = 10_000_000


def measure() -> Iterator[tuple[str, str, str]]:
    """The same pages with one class stored, and among ten million observations."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "bench.db"
        with Store.open(str(file)) as store:
            session = build_session(store, students=25, minutes=60)
            pages = Pages(create_app(store).server.test_client())
            yield from _pages(pages, session, "one class stored")
        fill(file, session)
        with Store.open(str(file)) as store:
            pages = Pages(create_app(store).server.test_client())
            yield from _pages(pages, session, f"{OBSERVATIONS:,} observations")


def _pages(pages: Pages, session: int, stored: str) -> Iterator[tuple[str, str, str]]:
    def opened(address: str) -> None:
        answer = pages.call(
            "_pages_content.children", {"_pages_location.pathname": address}
        )
        assert answer.status_code == 200

    report = cost(lambda: opened(f"/session/{session}"), runs=7)
    yield f"the report's page, {stored}", str(report), "300 ms, 1.5 x"
    yield f"Home, {stored}", str(cost(lambda: opened("/"), runs=7)), ""


def fill(file: Path, session: int) -> None:
    """Copies a class inside the database until there are `OBSERVATIONS`."""
    with closing(sqlite3.connect(file)) as database:
        database.execute("PRAGMA synchronous=OFF")
        (held,) = database.execute("SELECT count(*) FROM observation").fetchone()
        for copy in range(1, -(-OBSERVATIONS // held)):
            with database:
                for table, shifted in _TABLES.items():
                    _copy(database, table, shifted, copy, session)


_APART = 1_000_000
"""Between the ids of one copy and those of the next."""

_TABLES = {
    "class_session": ("id",),
    "student": ("id", "session_id"),
    "sample": ("id", "session_id"),
    "observation": ("sample_id", "student_id"),
}
"""The tables of a class, and their columns that tell one class from another."""


def _copy(
    database: sqlite3.Connection,
    table: str,
    shifted: tuple[str, ...],
    copy: int,
    session: int,
) -> None:
    columns = [row[1] for row in database.execute(f"PRAGMA table_info({table})")]
    values = [
        f'"{name}" + {copy * _APART}' if name in shifted else f'"{name}"'
        for name in columns
    ]
    of_first = {
        "class_session": f"id = {session}",
        "observation": f"sample_id < {_APART}",
    }.get(table, f"session_id = {session}")
    named = ", ".join(f'"{name}"' for name in columns)
    database.execute(
        f"INSERT INTO {table} ({named}) SELECT {', '.join(values)} FROM {table} "  # noqa: S608
        f"WHERE {of_first}"
    )

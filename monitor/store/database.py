"""One SQLite file: connections as we want them, and transactions."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

from sqlalchemy import URL, Connection, Engine, Insert, create_engine, event
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool

from monitor.errors import StoreUnusable
from monitor.store.failures import translated

BUSY_TIMEOUT_S = 5.0
"""How long to wait for another program's transaction."""

_WRITES = "classpulse_writes"


class Database:
    """The file, for any number of threads.

    Attributes:
        path: where it lies.
        busy_timeout_s: how long to wait for another program's transaction.
    """

    def __init__(
        self,
        path: Path,
        *,
        busy_timeout_s: float = BUSY_TIMEOUT_S,
        foreign_keys: bool = True,
    ) -> None:
        self.path = path
        self.busy_timeout_s = busy_timeout_s
        self._foreign_keys = foreign_keys
        self._file: tuple[int, int] | None = None
        self._engine = self._create_engine()

    def close(self) -> None:
        """Close every connection; the last one folds the write-ahead log in."""
        self._engine.dispose()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that sees one moment of the database and never waits long.

        Raises:
            StoreError: see `monitor.store.failures`.
        """
        with self._connected() as connection, connection.begin():
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that either happens whole or not at all.

        Raises:
            StoreError: see `monitor.store.failures`.
        """
        with self._connected(writes=True) as connection, connection.begin():
            yield connection

    @contextmanager
    def erase(self) -> Iterator[Connection]:
        """A transaction that deletes for good, as `write` otherwise.

        Foreign keys are not followed: whoever deletes does it table by table
        (`monitor.store.deleting`). What is deleted is overwritten in the file
        (``secure_delete``, see `_on_connect`), and the write-ahead log, which holds the
        pages as they were, is folded in and cut to nothing. VACUUM would do the same
        by writing the whole file anew, which takes as much room again and stops a
        class that is being recorded.

        Raises:
            StoreError: see `monitor.store.failures`.
        """
        with self._connected(writes=True) as connection:
            driver = cast("sqlite3.Connection", connection.connection.driver_connection)
            driver.execute("PRAGMA foreign_keys=0")
            try:
                with connection.begin():
                    yield connection
            finally:
                driver.execute(f"PRAGMA foreign_keys={int(self._foreign_keys)}")
            # Somebody who reads for longer than the timeout keeps the log as it is,
            # until the next time or until the last program closes the file.
            driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    @contextmanager
    def _connected(self, *, writes: bool = False) -> Iterator[Connection]:
        """A connection to the file that was opened at first; failures are told."""
        self._refuse_another_file()
        with (
            translated(self.path, self.busy_timeout_s),
            self._engine.connect().execution_options(**{_WRITES: writes}) as connection,
        ):
            yield connection

    def _refuse_another_file(self) -> None:
        """Refuse a file that was deleted or put in another's place meanwhile.

        Connections that are open would go on with the old one: what they write would
        be gone without a word, and what was deleted would still be shown.

        Raises:
            StoreUnusable: the path leads to another file than at first, or to none.
        """
        if self._file is not None and _identity(self.path) != self._file:
            raise StoreUnusable(
                f"the database {self.path} was deleted, moved or replaced while "
                "ClassPulse ran: put it back, or start ClassPulse again"
            )

    def _create_engine(self) -> Engine:
        engine = create_engine(
            URL.create("sqlite", database=str(self.path)),
            poolclass=QueuePool,
            max_overflow=-1,
            connect_args={"timeout": self.busy_timeout_s, "check_same_thread": False},
        )
        event.listen(engine, "connect", self._on_connect)
        event.listen(engine, "begin", _on_begin)
        return engine

    def _on_connect(
        self, connection: sqlite3.Connection, entry: ConnectionPoolEntry
    ) -> None:
        del entry
        # Python's sqlite3 would begin transactions late and only before some
        # statements; without its help, `_on_begin` does it.
        connection.isolation_level = None
        connection.execute(f"PRAGMA foreign_keys={int(self._foreign_keys)}")
        connection.execute("PRAGMA synchronous=NORMAL")
        # Names that were deleted or changed must not stay readable in the file; rows
        # are deleted rarely and samples never, so it costs nothing that matters.
        connection.execute("PRAGMA secure_delete=ON")
        if self._file is None:
            self._file = _identity(self.path)

    def use_write_ahead_log(self) -> None:
        """Let readers and the one writer work at the same time, from now on.

        The file itself remembers it: only for one that is ClassPulse's.

        Raises:
            StoreError: see `monitor.store.failures`.
        """
        with self._connected() as connection:
            driver = cast("sqlite3.Connection", connection.connection.driver_connection)
            self._switch(driver)

    def _switch(self, connection: sqlite3.Connection) -> None:
        # SQLite does not wait for the lock that this change needs, so two programs
        # that create the same file would meet here: ask again.
        deadline = time.monotonic() + self.busy_timeout_s
        while True:
            try:
                (mode,) = connection.execute("PRAGMA journal_mode").fetchone()
                if mode != "wal":
                    connection.execute("PRAGMA journal_mode=WAL")
            except sqlite3.OperationalError as exc:
                busy = exc.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
                if not busy or time.monotonic() >= deadline:
                    raise
                time.sleep(0.01)
            else:
                return


def _identity(path: Path) -> tuple[int, int] | None:
    """Which file lies there now, None if none does."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino


def insert_row(connection: Connection, row: Insert) -> int:
    """Insert one row of a table whose key is a number; that number."""
    key = connection.execute(row).inserted_primary_key
    return int(key[0]) if key else 0


def _on_begin(connection: Connection) -> None:
    # A writer takes the write lock at once: one that read first and then wanted to
    # write could fail with "locked" without any waiting.
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

"""Which tables a database file has, and bringing it up to date.

A new file gets today's tables at once. Alembic, which is slow to import, is only
needed to bring an old file up; that a new file equals a migrated one is tested.
"""

from __future__ import annotations

import contextlib
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from monitor.errors import SchemaError, StoreUnusable
from monitor.store.database import BUSY_TIMEOUT_S, Database
from monitor.store.place import database_path
from monitor.store.tables import Base

if TYPE_CHECKING:
    from alembic.config import Config

REVISIONS = ("0001", "0002", "0003", "0004")
"""Every revision of `migrations`, oldest first; a test holds the two together."""

HEAD = REVISIONS[-1]
"""The revision that this program works with."""

# As Alembic itself would make it.
_VERSION_TABLE = (
    "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, "
    "CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))"
)


def revision(database: Database) -> str | None:
    """The file's revision; "" for one downgraded to nothing, None for an empty file.

    Raises:
        StoreUnusable: the file is no database, or another program's.
    """
    with database.read() as connection:
        return _revision(connection, database.path)


def require_head(found: str, path: Path, known: tuple[str, ...] = REVISIONS) -> None:
    """Stop when the file at ``path`` is not of the last of the ``known`` revisions.

    Raises:
        SchemaError: it is older (names the command to run) or newer.
    """
    refuse_newer(found, path, known)
    if found != known[-1]:
        raise SchemaError(
            f"the database {path} is of an older ClassPulse (revision "
            f"{found or 'none'}, expected {known[-1]}): run `classpulse db upgrade`"
        )


def refuse_newer(found: str, path: Path, known: tuple[str, ...] = REVISIONS) -> None:
    """Stop when the file at ``path`` is of a revision that is not ``known``.

    Raises:
        SchemaError: so it is; the program must be updated.
    """
    if found and found not in known:
        raise SchemaError(
            f"the database {path} was made by a newer ClassPulse (revision {found}, "
            f"this one knows up to {known[-1]}): update the program"
        )


def create(database: Database) -> None:
    """Give an empty file today's tables; does nothing when it has tables by now.

    Raises:
        StoreError: the file cannot be written, or is another program's.
    """
    database.use_write_ahead_log()
    with database.write() as connection:
        if _revision(connection, database.path) is not None:
            return  # another program was quicker
        Base.metadata.create_all(connection, checkfirst=False)
        connection.exec_driver_sql(_VERSION_TABLE)
        connection.exec_driver_sql("INSERT INTO alembic_version VALUES (?)", (HEAD,))


def upgrade(
    url: str | None = None, *, busy_timeout_s: float = BUSY_TIMEOUT_S
) -> tuple[str | None, str]:
    """Bring a database up to date, in one transaction.

    Args:
        url: as in `monitor.store.place.database_path`.
        busy_timeout_s: how long to wait for another program's transaction.

    Returns:
        The revision before (None: the file was new or empty) and after.

    Raises:
        SchemaError: the database was made by a newer program.
        StoreError: it cannot be opened or written.
    """
    path = database_path(url)
    make_folder(path)
    # Batch migrations drop and copy tables: with foreign keys on, dropping the old
    # copy would delete every row that refers to it.
    database = Database(path, busy_timeout_s=busy_timeout_s, foreign_keys=False)
    try:
        before = revision(database)
        if before is None:
            create(database)
        elif before != HEAD:
            refuse_newer(before, path)
            database.use_write_ahead_log()
            _migrate(database)
    finally:
        database.close()
    return before, HEAD


def check(url: str | None = None) -> str:
    """Look through a whole database for damage.

    Args:
        url: as in `monitor.store.place.database_path`.

    Returns:
        One line that says that all is well.

    Raises:
        SchemaError: it is of an older or a newer program.
        StoreError: it is missing, damaged, locked, or no database at all.
    """
    path = database_path(url)
    require_file(path)
    database = Database(path)
    try:
        require_head(revision(database) or "", path)
        with database.read() as connection:
            damage = connection.exec_driver_sql("PRAGMA integrity_check(1)").scalar()
            stray = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchone()
    finally:
        database.close()
    if damage != "ok":
        raise StoreUnusable(
            f"the database {path} is damaged ({damage}): put a copy back"
        )
    if stray:
        raise StoreUnusable(
            f"the database {path} is damaged (a row of {stray[0]} refers to nothing): "
            "put a copy back"
        )
    return f"The database {path} is whole and up to date ({HEAD})."


def require_file(path: Path) -> None:
    """Stop when there is no database file to open.

    Raises:
        StoreUnusable: so it is.
    """
    if not path.is_file():
        raise StoreUnusable(
            f"there is no database {path}: name one with --db, or record a class "
            "with `classpulse start`"
        )


def make_folder(path: Path) -> None:
    """Make the folder of a database file, and the file: nobody else may look into them.

    Raises:
        StoreUnusable: it cannot be made, or a folder has the file's place.
    """
    if path.is_dir():
        raise StoreUnusable(
            f"{path} is a folder, expected the database file: name a file with --db"
        )
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as exc:
        raise StoreUnusable(
            f"cannot make the folder {path.parent} for the database "
            f"({exc.strerror}): name another file with --db"
        ) from exc
    # Where it cannot be made, opening it says why.
    with contextlib.suppress(OSError):
        path.touch(mode=0o600, exist_ok=False)


def alembic_config(connection: Connection) -> Config:
    """Alembic's settings for the installed `migrations`, working on ``connection``."""
    from alembic.config import Config

    config = Config()
    scripts = str(resources.files("migrations"))
    # ConfigParser reads "%" as the start of a reference.
    config.set_main_option("script_location", scripts.replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def _migrate(database: Database) -> None:
    from alembic import command

    with database.write() as connection:
        command.upgrade(alembic_config(connection), HEAD)
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchone()
        if broken:
            raise SchemaError(
                f"the database {database.path} was left as it was: after the upgrade "
                f"a row of {broken[0]} would refer to nothing"
            )


def _revision(connection: Connection, path: Path) -> str | None:
    names = connection.exec_driver_sql(
        "SELECT name FROM sqlite_master WHERE type = 'table'"
    ).scalars()
    tables = set(names)
    if not tables:
        return None
    if "alembic_version" not in tables:
        raise StoreUnusable(
            f"{path} is a database of another program: name another file with --db"
        )
    found = connection.exec_driver_sql("SELECT version_num FROM alembic_version")
    return found.scalar() or ""

"""Where the database lies: an option, an environment variable or the usual place."""

from __future__ import annotations

import os
from pathlib import Path

from monitor.errors import UsageError

VARIABLE = "CLASSPULSE_DB"
"""Environment variable that names the database when no option does."""

_PREFIXES = ("sqlite:///", "sqlite+pysqlite:///")


def database_path(url: str | None = None) -> Path:
    """The database file that ``url`` names.

    Args:
        url: ``sqlite:///FILE``, a bare path, or None for `VARIABLE` and, without it,
            ``classpulse.db`` in the platform's folder for user data.

    Raises:
        UsageError: ``url`` is of another scheme, or names no file.
    """
    url = url or os.environ.get(VARIABLE)
    if not url:
        from platformdirs import user_data_dir

        return Path(user_data_dir("classpulse", appauthor=False)) / "classpulse.db"
    for prefix in _PREFIXES:
        if url.startswith(prefix):
            url = url.removeprefix(prefix)
            break
    else:
        scheme, found, _ = url.partition("://")
        if found:
            # The rest may hold a password: it is not shown.
            raise UsageError(
                f"the database must be a SQLite file, not {scheme}://...: "
                "write --db sqlite:///FILE"
            )
    if not url or url == ":memory:" or "\0" in url:
        raise UsageError(
            "the database must be a file, since the agent and the dashboard share it: "
            "write --db sqlite:///FILE"
        )
    try:
        named = Path(url).expanduser()
    except RuntimeError as exc:
        raise UsageError(
            f"the database {url} cannot be found: no such user; write the whole path"
        ) from exc
    return Path(os.path.abspath(named))  # noqa: PTH100 - links stay


def database_url(path: Path) -> str:
    """What `database_path` turns back into ``path``."""
    return f"sqlite:///{path.as_posix()}"

"""A lock of the operating system for each session that is being recorded.

The agent holds it from before its session can be seen until after the end is stored.
The system itself lets go of it when the agent dies, however it dies, so a session that
is "running" in the database while its lock is free was interrupted.

POSIX: ``flock`` belongs to the open file, so a look from the same process neither sees
the lock as its own nor drops it (``fcntl`` locks would do both). A look asks for a
shared lock, so that two looks at once do not take each other for the agent.

Windows: one locked byte, which belongs to the handle. Untried there. Two looks at the
same instant can take each other for the agent, which the next look puts right.
"""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path
from types import TracebackType

from monitor.errors import StoreUnusable

if sys.platform == "win32":
    import msvcrt

    def _try_lock(fd: int, *, shared: bool) -> bool:
        del shared  # there is only the one kind
        try:
            msvcrt.locking(fd, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _try_lock(fd: int, *, shared: bool) -> bool:
        kind = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
        try:
            fcntl.flock(fd, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


def lock_path(database: Path, session_id: int) -> Path:
    """The lock file of a session: ``<database>.locks/<id>.lock``."""
    return database.with_name(database.name + ".locks") / f"{session_id}.lock"


def is_held(path: Path) -> bool:
    """Whether a process holds the lock; looking changes nothing.

    A lock file that cannot be opened or locked is taken as free: nobody could hold it.
    """
    try:
        # Windows locks only files opened for writing; neither makes a file.
        fd = os.open(path, os.O_RDWR if sys.platform == "win32" else os.O_RDONLY)
    except OSError:
        return False
    try:
        # Closing gives a lock back that was had.
        return not _try_lock(fd, shared=True)
    except OSError:
        return False
    finally:
        os.close(fd)


class SessionLock:
    """Held from `acquire` until `release` or the death of the process."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._fd: int | None = None

    def acquire(self) -> None:
        """Take the lock.

        Raises:
            StoreUnusable: another process has it, or its file cannot be made.
        """
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            fd = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
            with contextlib.ExitStack() as opened:
                opened.callback(os.close, fd)
                is_ours = _try_lock(fd, shared=False)
                if is_ours:
                    opened.pop_all()
        except OSError as exc:
            raise StoreUnusable(
                f"cannot make the lock file {self.path} ({exc.strerror}): allow "
                "writing to the database's folder or name another file with --db"
            ) from exc
        if not is_ours:
            raise StoreUnusable(
                f"another program holds the lock {self.path} of a session that is "
                "only beginning: was the database put back from a copy?"
            )
        self._fd = fd

    def release(self) -> None:
        """Let go and remove the file; again is no harm."""
        if self._fd is None:
            return
        fd, self._fd = self._fd, None
        # Removed while held, so that nobody can lock a file that is about to go;
        # Windows removes only what is closed.
        if sys.platform != "win32":
            self._remove()
        os.close(fd)
        if sys.platform == "win32":
            self._remove()

    def _remove(self) -> None:
        # A file that stays is free and is taken for what it is.
        with contextlib.suppress(OSError):
            self.path.unlink()

    def __enter__(self) -> SessionLock:
        self.acquire()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.release()

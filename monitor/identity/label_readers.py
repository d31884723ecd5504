"""Who reads strips, and when: at once for files, beside the class when it is live."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from typing import NamedTuple, Protocol

from monitor.identity.ocr import LabelEngine, Reading, ReadingFailed
from monitor.records import Image

_MOST_WAITING = 64
"""Strips that wait to be read; of more the oldest are dropped, and come again with the
next look."""

_PATIENCE_S = 5.0
"""How long the end of a class waits for a strip that is being read."""


class Read(NamedTuple):
    """A strip that was read: the key that it was asked with, and what stands on it."""

    key: Hashable
    reading: Reading


class LabelReader(Protocol):
    """Reads strips, sooner or later.

    Args:
        load: makes the engine, when it is first needed.
    """

    def __init__(self, load: Callable[[], LabelEngine]) -> None: ...

    @property
    def trouble(self) -> str | None:
        """Why nothing is read, None when all is well."""
        ...

    def ask(self, key: Hashable, strip: Image) -> None:
        """Have a strip read; a key that waits already is not asked again."""
        ...

    def answers(self) -> list[Read]:
        """What was read since the last call."""
        ...

    def close(self) -> None:
        """Read nothing more."""
        ...


class _Engine:
    """An engine that is loaded when it is first needed.

    Attributes:
        trouble: why nothing can be read, None while something can.
    """

    def __init__(self, load: Callable[[], LabelEngine]) -> None:
        self._load = load
        self._engine: LabelEngine | None = None
        self.trouble: str | None = None

    def read(self, strip: Image) -> Reading | None:
        """What stands on a strip; None when it cannot be read here."""
        if self.trouble is not None:
            return None
        try:
            if self._engine is None:
                self._engine = self._load()
            return self._engine.read([strip])[0]
        except ReadingFailed as exc:
            self.trouble = str(exc)
            return None


class PatientReader:
    """Reads every strip before its answers are asked for."""

    def __init__(self, load: Callable[[], LabelEngine]) -> None:
        self._engine = _Engine(load)
        self._waiting: dict[Hashable, Image] = {}

    @property
    def trouble(self) -> str | None:
        """Why nothing is read, None when all is well."""
        return self._engine.trouble

    def ask(self, key: Hashable, strip: Image) -> None:
        """See `LabelReader.ask`."""
        self._waiting.setdefault(key, strip)

    def answers(self) -> list[Read]:
        """See `LabelReader.answers`."""
        waiting, self._waiting = self._waiting, {}
        readings = ((key, self._engine.read(strip)) for key, strip in waiting.items())
        return [Read(key, reading) for key, reading in readings if reading is not None]

    def close(self) -> None:
        """See `LabelReader.close`."""
        self._waiting = {}


class ThreadedReader:
    """Reads strips in a thread of its own, the newest first."""

    def __init__(self, load: Callable[[], LabelEngine]) -> None:
        self._engine = _Engine(load)
        self._waiting: dict[Hashable, Image] = {}
        self._reading: Hashable = None
        self._read: list[Read] = []
        self._closed = False
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None

    @property
    def trouble(self) -> str | None:
        """Why nothing is read, None when all is well."""
        if self._engine.trouble is not None or self._thread is None or self._closed:
            return self._engine.trouble
        if self._thread.is_alive():
            return None
        return "names on labels are not read any more: the reader stopped"

    def ask(self, key: Hashable, strip: Image) -> None:
        """See `LabelReader.ask`."""
        with self._changed:
            if self._closed or self.trouble is not None or key == self._reading:
                return
            self._waiting.pop(key, None)
            self._waiting[key] = strip
            while len(self._waiting) > _MOST_WAITING:
                del self._waiting[next(iter(self._waiting))]
            self._changed.notify()
            if self._thread is None:
                self._thread = threading.Thread(
                    target=self._run, name="labels", daemon=True
                )
                self._thread.start()

    def answers(self) -> list[Read]:
        """See `LabelReader.answers`."""
        with self._changed:
            read, self._read = self._read, []
        return read

    def close(self) -> None:
        """See `LabelReader.close`."""
        with self._changed:
            self._closed = True
            self._waiting.clear()
            self._changed.notify()
        if self._thread is not None:
            self._thread.join(_PATIENCE_S)

    def _run(self) -> None:
        while (taken := self._next()) is not None:
            key, strip = taken
            reading = self._engine.read(strip)
            with self._changed:
                self._reading = None
                if reading is None:
                    self._waiting.clear()
                    return
                self._read.append(Read(key, reading))

    def _next(self) -> tuple[Hashable, Image] | None:
        with self._changed:
            while not self._waiting and not self._closed:
                self._changed.wait()
            if self._closed:
                return None
            key = next(reversed(self._waiting))
            self._reading = key
            return key, self._waiting.pop(key)

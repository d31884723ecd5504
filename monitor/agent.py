"""The agent: looks at the class at a fixed cadence and stores what it saw.

A live class keeps the clock's pace: sample *i* is due ``i * every_s`` after the start,
so that no delay adds up. A sample that is due while an earlier one is still being
worked on is dropped and counted as late; nothing is queued. While the computer sleeps
no sample is due: the next ones stand later in the class by that much. A recording is
walked through as fast as the machine allows.

What cannot be stored at once (another program holds the database) is kept, without
pixels, and stored with the next sample, and so is where the session stands; a full disk
ends the session with everything up to then in place.
"""

from __future__ import annotations

import math
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from monitor.class_clock import ClassClock
from monitor.errors import SourceLost, StoreBusy
from monitor.records import NOT_LOOKED, GapReason, RequestKind, SessionStatus, Tick

if TYPE_CHECKING:
    from monitor.pipeline import Pipeline
    from monitor.sources.port import Source
    from monitor.store.store import Recording

_REQUESTS_EVERY_S = 0.5
"""How often the wait for the next sample looks for a request from the dashboard."""

_LATE_AFTER = 0.5
"""A sample begun later than this share of the interval is dropped as late."""

_KEPT_TICKS = 1200
"""Samples kept while the database is held: an hour at one every 3 s."""

_LAST_ATTEMPTS = 12
"""Tries to store what is kept and the end itself, each a busy timeout long."""


class Health(StrEnum):
    """How the agent is doing."""

    RUNNING = "running"
    PAUSED = "paused"
    SOURCE_LOST = "source lost"
    STORE_BUSY = "database busy"


@dataclass(frozen=True, slots=True)
class Progress:
    """What a view may show after each sample.

    Attributes:
        tick: the sample, None when nothing has been seen yet.
        samples: samples taken.
        late: samples dropped because the machine was busy.
        lost: samples for which the source gave no picture.
        notice: one line on what is wrong, None when all is well.
        done: share of a recording walked through, None for a live class.
    """

    health: Health
    tick: Tick | None
    samples: int
    late: int
    lost: int
    notice: str | None = None
    done: float | None = None


class View(Protocol):
    """Shows the agent's progress to a person."""

    def show(self, progress: Progress) -> None:
        """Take the newest progress; must be quick."""
        ...


@dataclass(slots=True)
class Controls:
    """The switches that stop and pause the agent, from any thread."""

    stop: threading.Event = field(default_factory=threading.Event)
    pause: threading.Event = field(default_factory=threading.Event)

    def toggle_pause(self) -> None:
        """Pause when running, go on when paused."""
        if self.pause.is_set():
            self.pause.clear()
        else:
            self.pause.set()


GAP_NOTICES = {
    GapReason.BLACK: "The picture is black: is the window minimised? On macOS, allow "
    "screen recording for the terminal in System Settings, then start again.",
    GapReason.FROZEN: "The picture has not changed for a while: is the call still "
    "running and its window on top?",
    GapReason.COVERED: "The gallery is covered or moved: most faces are gone. "
    "Sampling goes on.",
}


@dataclass(slots=True)
class Agent:
    """Walks one session from its first sample to its last.

    Attributes:
        source: an opened source.
        pipeline: what looks at its frames.
        recording: where ticks are stored.
        every_s: seconds between samples.
        limit_s: seconds after which the session ends, None for no limit.
        view: told after every sample.
        controls: stop and pause.
        clock: of a live class; it began with the session.
    """

    source: Source
    pipeline: Pipeline
    recording: Recording
    every_s: float
    limit_s: float | None
    view: View
    controls: Controls = field(default_factory=Controls)
    clock: ClassClock = field(default_factory=ClassClock)
    faces_seen: int = field(default=0, init=False)
    ran_out: bool = field(default=False, init=False)
    last_seen_at: datetime | None = field(default=None, init=False)
    last_offset_s: float | None = field(default=None, init=False)
    _kept: deque[Tick] = field(default_factory=deque, init=False)
    _samples: int = field(default=0, init=False)
    _late: int = field(default=0, init=False)
    _late_stored: int = field(default=0, init=False)
    _lost: int = field(default=0, init=False)
    _status: SessionStatus = field(default=SessionStatus.RUNNING, init=False)
    _status_stored: SessionStatus = field(default=SessionStatus.RUNNING, init=False)

    def run(self) -> None:
        """Look until the recording ends, the limit is reached or someone stops it.

        The session is then stored as ended.

        Raises:
            StoreError: what was seen cannot be stored; all before it is.
        """
        if self.source.live:
            self._run_live()
        else:
            self._run_recorded()
        # A recording ends where its last sample stands, a live class now.
        self._store_the_end(
            datetime.now(UTC) if self.source.live else self.last_seen_at
        )

    @property
    def cut_short_s(self) -> float | None:
        """Where a recording ended before its time, in seconds; None if it did not."""
        if not self.ran_out or self.last_offset_s is None:
            return None
        # Headers are off by a little, and the last sample stands before the end.
        missing = (self.source.duration_s or 0) - self.last_offset_s
        return self.last_offset_s if missing > 2 * self.every_s + 2 else None

    def _run_recorded(self) -> None:
        index = 0
        while not self.controls.stop.is_set():
            offset_s = index * self.every_s
            if self.limit_s is not None and offset_s >= self.limit_s:
                return
            self._obey_requests()
            if self.controls.pause.is_set():
                self._pause()
                continue
            try:
                frame = self.source.read(offset_s)
            except SourceLost as error:
                if offset_s >= (self.source.duration_s or 0):
                    return
                began = self.source.started_at or datetime.now(UTC)
                self._lose(index, began + timedelta(seconds=offset_s), offset_s, error)
            else:
                if frame is None:
                    self.ran_out = True
                    return
                self._keep(self.pipeline.look(frame, index))
            index += 1

    def _run_live(self) -> None:
        index = 0
        while self._wait_until(min(index * self.every_s, self._lived_s())):
            offset_s = self.clock.elapsed_s
            if self.limit_s is not None and offset_s >= self.limit_s:
                # What was planned and never begun came too late as well.
                planned = math.ceil(self._lived_s() / self.every_s)
                self._late += max(0, planned - index)
                return
            if self.controls.pause.is_set():
                now = datetime.now(UTC)
                self._keep(Tick(index, now, offset_s, (), GapReason.PAUSED))
                self._pause()
                # What falls into a pause is neither late nor lost: it was not wanted.
                due = math.ceil(self.clock.awake_s / self.every_s)
                index = max(index + 1, due)
            else:
                self._sample_live(index, offset_s)
                index = self._next_index(
                    index, min(self.clock.awake_s, self._lived_s())
                )

    def _lived_s(self) -> float:
        """Seconds that the computer lives until a live class reaches its limit."""
        if self.limit_s is None or not self.source.live:
            return math.inf
        return self.limit_s - self.clock.skipped_s

    def _next_index(self, index: int, awake_s: float) -> int:
        following = max(index + 1, math.ceil(awake_s / self.every_s - _LATE_AFTER))
        self._late += following - index - 1
        return following

    def _sample_live(self, index: int, offset_s: float) -> None:
        try:
            frame = self.source.read(offset_s)
        except SourceLost as error:
            self._lose(index, datetime.now(UTC), offset_s, error)
            return
        if frame is not None:
            self._keep(self.pipeline.look(frame, index))

    def _lose(
        self, index: int, at: datetime, offset_s: float, error: SourceLost
    ) -> None:
        """Mark a sample for which the source gave no picture."""
        self._lost += 1
        lost = Tick(index, at, offset_s, (), GapReason.SOURCE_LOST)
        self._keep(lost, notice=str(error))

    def _keep(self, tick: Tick, notice: str | None = None) -> None:
        """Store the tick, or keep it until the database is free; tell the view."""
        lost = tick.gap is GapReason.SOURCE_LOST
        self._samples += tick.gap not in NOT_LOOKED
        self.faces_seen += len(tick.readings)
        self.last_seen_at, self.last_offset_s = tick.captured_at, tick.offset_s
        self._kept.append(tick)
        health = Health.SOURCE_LOST if lost else Health.RUNNING
        if tick.gap in GAP_NOTICES:
            notice = GAP_NOTICES[tick.gap]
        notice = notice or self.pipeline.trouble
        try:
            self._store_kept()
        except StoreBusy as error:
            health, notice = Health.STORE_BUSY, str(error)
            if len(self._kept) == _KEPT_TICKS:
                raise
        self._tell(health, tick, notice)

    def _store_kept(self) -> None:
        while self._kept:
            self.recording.write(self._kept[0])
            self._kept.popleft()
        if self._late > self._late_stored:
            self.recording.note(late=self._late - self._late_stored)
            self._late_stored = self._late
        if self._status is not self._status_stored:
            self.recording.set_status(self._status)
            self._status_stored = self._status

    def _store_the_end(self, at: datetime | None) -> None:
        """Store what is kept, with patience: the session is over, nothing is late."""
        for attempt in range(_LAST_ATTEMPTS):
            try:
                self._store_kept()
                self.recording.end(SessionStatus.ENDED, at=at)
                return
            except StoreBusy as error:
                if attempt == _LAST_ATTEMPTS - 1:
                    raise
                notice = f"{error} (waiting, to store {self._what_is_kept()})"
                self._tell(Health.STORE_BUSY, None, notice)

    def _what_is_kept(self) -> str:
        return f"{len(self._kept)} samples" if self._kept else "the end"

    def _pause(self) -> None:
        """Wait until someone resumes or stops, or the class is over.

        Keeps the stored status in step.
        """
        self._stand(SessionStatus.PAUSED, Health.PAUSED)
        while self.controls.pause.is_set() and not self.controls.stop.is_set():
            left = self._lived_s() - self.clock.awake_s
            if left <= 0:
                break
            self.controls.stop.wait(min(left, _REQUESTS_EVERY_S))
            self._obey_requests()
            if self._kept or self._status is not self._status_stored:
                self._stand(SessionStatus.PAUSED, Health.PAUSED)
        self._stand(SessionStatus.RUNNING, Health.RUNNING)

    def _wait_until(self, awake_s: float) -> bool:
        """Wait until the computer has lived so long; False when it is to stop."""
        while not self.controls.stop.is_set():
            self._obey_requests()
            left = awake_s - self.clock.awake_s
            if left <= 0 or self.controls.pause.is_set():
                return not self.controls.stop.is_set()
            self.controls.stop.wait(min(left, _REQUESTS_EVERY_S))
        return False

    def _obey_requests(self) -> None:
        """Do what the dashboard asked for."""
        act: dict[RequestKind, Callable[[], None]] = {
            RequestKind.PAUSE: self.controls.pause.set,
            RequestKind.RESUME: self.controls.pause.clear,
            RequestKind.STOP: self.controls.stop.set,
        }
        try:
            for request in self.recording.requests():
                act[request.kind]()
                self.recording.done(request)
        except StoreBusy:
            return  # the request stays in its table: the next look finds it

    def _stand(self, status: SessionStatus, health: Health) -> None:
        """Store where the session stands, or keep it until the database is free."""
        self._status = status
        notice = None
        try:
            self._store_kept()
        except StoreBusy as error:
            notice = str(error)
        self._tell(health, None, notice)

    def _tell(self, health: Health, tick: Tick | None, notice: str | None) -> None:
        done = None
        if self.source.duration_s and tick is not None:
            end_s = min(self.limit_s or math.inf, self.source.duration_s)
            done = min(1.0, (tick.offset_s + self.every_s) / end_s)
        progress = Progress(
            health, tick, self._samples, self._late, self._lost, notice, done
        )
        self.view.show(progress)

"""Runs one session: what `start`, `analyze` and `demo` have in common."""

from __future__ import annotations

import math
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from rich.console import Console

from monitor.agent import Agent, Controls, View
from monitor.class_clock import ClassClock
from monitor.cli.dashboard import DashboardProcess, dashboard_beside, open_page
from monitor.cli.ending import Left, write_files
from monitor.cli.outliving import outliving_terminal
from monitor.pipeline import Equipment, build
from monitor.preview.live import Both, previewed
from monitor.records import NewSession
from monitor.terminal import TerminalView, steered_by_keys

if TYPE_CHECKING:
    from types import FrameType

    from monitor.pipeline import Pipeline
    from monitor.sources.port import Source
    from monitor.store.store import Store

_PAGES_READY_S = 30.0
_LAST_LOOK_S = 3.0
"""Longer than a page waits between two looks at the database."""
_LIVE_KEYS = "p pauses, Ctrl-C ends the class"
_RECORDED_KEYS = "Ctrl-C ends; what was read is kept"


@dataclass(frozen=True, slots=True)
class Plan:
    """What a session is to be.

    Attributes:
        title: its name in lists; None takes the source's.
        course: the course it belongs to, if any.
        every_s: seconds between samples.
        limit_s: seconds after which it ends, None for no limit.
        equipment: what looks and reads.
    """

    title: str | None
    course: str | None
    every_s: float
    limit_s: float | None
    equipment: Equipment


@dataclass(frozen=True, slots=True)
class Serving:
    """Whether pages are served beside the session, and on which port."""

    pages: bool
    browser: bool
    port: int
    stay: bool = False


class Stage:
    """Where a session is shown and steered from."""

    def __init__(
        self, view: TerminalView, pages: DashboardProcess | None, *, browser: bool
    ) -> None:
        self.view = view
        self.controls = Controls()
        self.signalled = False
        self._pages = pages
        self._browser = browser

    def stop(self) -> None:
        """Someone at the terminal, or the system, wants an end, or it was closed."""
        self.signalled = True
        self.controls.stop.set()

    def began(self, session_id: int) -> None:
        """The session has its number: say where its page is, once it answers."""
        if self._pages is not None:
            args = (self._pages, session_id)
            threading.Thread(target=self._announce, args=args, daemon=True).start()

    def _announce(self, pages: DashboardProcess, session_id: int) -> None:
        url = pages.url(_PAGES_READY_S)
        if pages.closing:
            return
        if url is None:
            self.view.say(
                "The dashboard did not start; the session is recorded all the same. "
                "Try `classpulse dashboard`."
            )
            return
        self.view.say(f"Dashboard: {url}live/{session_id}")
        if self._browser:
            open_page(f"{url}live/{session_id}")


def watch(
    store: Store,
    source: Source,
    plan: Plan,
    serving: Serving,
    opened: Callable[[], None] = lambda: None,
) -> bool:
    """Run one session with its terminal view and, if wanted, its pages.

    Args:
        store: where it is kept.
        source: what is looked at; opened and closed here.
        plan: what the session is to be.
        serving: which pages stand beside it.
        opened: called once the source has been opened.

    Returns:
        True when it ended by itself, False when someone stopped it.

    Raises:
        SourceUnavailable: the source cannot be opened; nothing was stored.
        ModelError, DetectorError: a network cannot be loaded; nothing was stored.
        StoreError: what was seen could not be stored; all before it is.
        ExportError: the session is stored, but its CSV files could not be written.
    """
    console = Console(highlight=False)
    keys = _LIVE_KEYS if source.live else _RECORDED_KEYS
    with ExitStack() as stack:
        stack.enter_context(source)
        opened()
        pages = stack.enter_context(
            dashboard_beside(store, serving.port, wanted=serving.pages)
        )
        pipeline = stack.enter_context(closing(build(plan.equipment)))
        view = TerminalView(
            console,
            mode=plan.equipment.mode,
            keys=keys,
            expressions=pipeline.expressions,
        )
        stage = Stage(view, pages, browser=serving.browser)
        stack.enter_context(outliving_terminal(stage.stop))
        with view, steered_by_keys(stage.controls):
            agent, session_id = record(store, source, pipeline, plan, stage)
        _tell(console, store, session_id, agent)
        opens = serving.browser and not serving.stay
        leave(console, write_files(store, session_id), opens=opens)
        # Whoever stopped the class at the terminal wants the prompt back.
        if pages is not None and serving.stay and not stage.signalled:
            stays = "The dashboard stays open. Ctrl-C ends it."
            _keep(pages, math.inf, lambda: _print(console, stays))
        elif pages is not None:
            # Open pages have the time to show that the class has ended.
            _keep(pages, _LAST_LOOK_S, lambda: None)
    return not stage.controls.stop.is_set()


class Steering(Protocol):
    """What `record` needs of whoever runs it: a terminal, or a page."""

    @property
    def view(self) -> View:
        """Told after every sample."""
        ...

    @property
    def controls(self) -> Controls:
        """Stop and pause."""
        ...

    def stop(self) -> None:
        """The system wants an end: SIGINT or SIGTERM."""
        ...

    def began(self, session_id: int) -> None:
        """The session has its number."""
        ...


def record(
    store: Store, source: Source, pipeline: Pipeline, plan: Plan, stage: Steering
) -> tuple[Agent, int]:
    """Walk an opened source from its first sample to its last, preview beside it.

    Returns:
        The agent that did it, and the session's id.

    Raises:
        StoreError: what was seen could not be stored; all before it is.
    """
    clock = ClassClock()
    new = NewSession(
        title=plan.title or source.description,
        source=source.description,
        mode=plan.equipment.mode,
        interval_s=plan.every_s,
        started_at=source.started_at or clock.began,
        model=pipeline.model,
        index_version=store.settings().weights.version,
        prior=pipeline.prior,
        expressions=pipeline.expressions,
        course=plan.course,
        known=plan.equipment.known,
    )
    with (
        store.begin(new) as recording,
        stopped_by_signals(stage.stop),
        previewed(store.path, recording.session_id, source, plan.equipment) as preview,
    ):
        stage.began(recording.session_id)
        agent = Agent(
            preview.source,
            pipeline,
            recording,
            every_s=plan.every_s,
            limit_s=plan.limit_s,
            view=Both(preview, stage.view),
            controls=stage.controls,
            clock=clock,
        )
        agent.run()
    return agent, recording.session_id


def _tell(console: Console, store: Store, session_id: int, agent: Agent) -> None:
    """Say how the session went, and what was not as it should be."""
    from monitor.reports.formatting import count

    row = store.session(session_id)
    _print(
        console,
        f"Session {row.id} ended: {count(row.students, 'student')} in "
        f"{count(row.samples, 'sample')}, {row.late} late, {row.lost} lost.",
    )
    if agent.cut_short_s is not None:
        _print(
            console,
            f"The recording's pictures stop at {clock_of(agent.cut_short_s)} of "
            f"{clock_of(agent.source.duration_s or 0)}: it may be cut short; a "
            "complete copy gives the rest.",
        )
    if row.samples and not agent.faces_seen:
        _print(
            console,
            "No face was seen in the whole session: is the gallery inside the region, "
            "and are cameras on?",
        )
    if agent.pipeline.trouble is not None:
        _print(console, agent.pipeline.trouble)


def leave(console: Console, left: Left, *, opens: bool) -> None:
    """Say where the files are and, if wanted, open their folder and the report."""
    _print(console, f"Report: {left.report}" if left.report else left.trouble)
    _print(console, f"CSV files: {left.folder}")
    if opens:
        for place in (left.folder, left.report):
            if place is not None:
                open_page(place.resolve().as_uri())


def clock_of(seconds: float) -> str:
    """Minutes and seconds into a recording: "9:05"."""
    return f"{int(seconds // 60)}:{int(seconds % 60):02}"


def _keep(pages: DashboardProcess, seconds: float, ready: Callable[[], None]) -> None:
    """Leave the pages open for a time, or until Ctrl-C.

    Args:
        pages: the dashboard's process.
        seconds: how long at the most.
        ready: called once Ctrl-C is listened for.
    """
    done = threading.Event()
    with stopped_by_signals(done.set):
        ready()
        end = time.monotonic() + seconds
        while pages.running and time.monotonic() < end and not done.wait(0.5):
            pass


def _print(console: Console, line: str) -> None:
    console.print(line, markup=False, soft_wrap=True)


@contextmanager
def stopped_by_signals(act: Callable[[], None]) -> Iterator[None]:
    """Ctrl-C and SIGTERM call ``act``: the session ends after the sample in hand.

    A second Ctrl-C has its usual effect, for the case that a sample never returns.
    """

    def stop(number: int, _: FrameType | None) -> None:
        act()
        signal.signal(number, before[signal.Signals(number)])

    numbers = (signal.SIGINT, signal.SIGTERM)
    before = {number: signal.getsignal(number) for number in numbers}
    for number in numbers:
        signal.signal(number, stop)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)

"""One session looked at from start to end by the agent, as tests want it."""

from __future__ import annotations

from collections.abc import Callable

from monitor.agent import Agent, Controls, Progress
from monitor.class_clock import ClassClock
from monitor.emotion.reader import PresenceReader
from monitor.pipeline import Pipeline
from monitor.records import Mode
from monitor.store.store import Store
from tests.builders import build_new_session
from tests.scripted import ScriptedDetector, ScriptedSource
from tests.trackers import by_place


class Screen:
    """Keeps what a view was told, and lets a test act on it."""

    def __init__(self, act: Callable[[Progress], None] = lambda _: None) -> None:
        self.told: list[Progress] = []
        self._act = act

    def show(self, progress: Progress) -> None:
        self.told.append(progress)
        self._act(progress)


def look(
    store: Store,
    source: ScriptedSource,
    *,
    every_s: float = 3.0,
    limit_s: float | None = None,
    screen: Screen | None = None,
    controls: Controls | None = None,
    detector: ScriptedDetector | None = None,
    trouble: str | None = None,
    clock: ClassClock | None = None,
) -> int:
    """Run one session to its end; its id."""
    pipeline = Pipeline(
        detector or ScriptedDetector(),
        by_place(trouble),
        PresenceReader(),
        live=source.live,
    )
    new = build_new_session(mode=Mode.PRESENCE, interval_s=every_s)
    with store.begin(new) as recording, source:
        Agent(
            source,
            pipeline,
            recording,
            every_s=every_s,
            limit_s=limit_s,
            view=screen or Screen(),
            controls=controls or Controls(),
            clock=clock or ClassClock(),
        ).run()
    return recording.session_id

"""Who is who, by scenario: sightings that are stored for the right student.

python -m tests.bench.identity                          # every scenario
python -m tests.bench.identity "full 12, Teams"         # those named
python -m tests.bench.identity --minutes 60 "full 25"
python -m tests.bench.identity class.mp4 truth.jsonl    # a video of the demo
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median

from rich.console import Console
from rich.table import Table

from monitor import sources
from monitor.identity.port import Tracker
from monitor.pipeline import Equipment, Pipeline, build
from monitor.records import Face, Frame, Mode, NewSession, Seen, SessionData, utc
from monitor.sources.port import Source, SourceOptions
from monitor.sources.virtual.events import CALM, Events
from monitor.sources.virtual.layout import Look
from monitor.sources.virtual.source import Truth, VirtualClass
from monitor.store.store import Store
from tests.bench.sightings import Score, score
from tests.sources_virtual.builders import xyxy

Row = tuple[str, str, str]

_EVERY_S = 3.0


@dataclass(frozen=True, slots=True)
class Scenario:
    """A class to be looked at, and the share of sightings that should be right."""

    students: int
    events: Events
    aim: str
    skin: str = "zoom"
    mode: Mode = Mode.PRESENCE


_HIDDEN = Events(labels_hidden=0.5)

SCENARIOS = {
    "calm 25": Scenario(25, CALM, "99%"),
    "full 25": Scenario(25, Events(), "99%"),
    "full 25, labels hidden half the time": Scenario(25, _HIDDEN, "95%"),
    "full 25, expressions read too": Scenario(25, Events(), "99%", mode=Mode.STUDENT),
    "full 49, one page": Scenario(49, Events(pages=1), "99%"),
    "full 12, Meet": Scenario(12, Events(), "99%", skin="meet"),
    "full 12, Teams, the teacher's tile": Scenario(
        12, Events(teacher=True), "99%", skin="teams"
    ),
}


class Timed:
    """A tracker that notes what each sample costs in it."""

    def __init__(self, tracker: Tracker) -> None:
        self._tracker = tracker
        self.seconds: list[float] = []

    def update(self, frame: Frame, faces: Sequence[Face]) -> Seen:
        """See `Tracker.update`."""
        began = time.perf_counter()
        seen = self._tracker.update(frame, faces)
        self.seconds.append(time.perf_counter() - began)
        return seen

    @property
    def trouble(self) -> str | None:
        return self._tracker.trouble

    def close(self) -> None:
        """See `Tracker.close`."""
        self._tracker.close()


def measure() -> Iterator[Row]:
    """What identity costs; every scenario, ten minutes each."""
    yield from _costs()
    yield from reports(list(SCENARIOS), 10)


def reports(wanted: Sequence[str], minutes: float) -> Iterator[Row]:
    """The rows of some scenarios."""
    for name in wanted:
        scenario = SCENARIOS[name]
        options = SourceOptions(students=scenario.students, minutes=minutes)
        look = Look(skin=scenario.skin)
        with VirtualClass(options, look, scenario.events) as source:
            count = int(minutes * 60 / _EVERY_S)
            truths = [source.truth(n * _EVERY_S) for n in range(count)]
            yield from _rows(name, source, truths, scenario)


def of_video(video: Path, truth: Path) -> Iterator[Row]:
    """The rows of a video that ``classpulse demo --write --truth`` made."""
    lines = truth.read_text("utf-8").splitlines()
    truths: list[Truth] = [json.loads(line) for line in lines]
    scenario = Scenario(0, CALM, "99%")
    with sources.create("video", SourceOptions(paths=(video,))) as source:
        yield from _rows(video.name, source, truths, scenario)


def _rows(
    name: str, source: Source, truths: Sequence[Truth], scenario: Scenario
) -> Iterator[Row]:
    equipment = Equipment(mode=scenario.mode, thorough=False, slides=True)
    data, seconds = _recorded(source, truths, equipment)
    found = score(data, truths)
    yield f"{name}: right sightings", _share(found), scenario.aim
    yield f"{name}: students stored", _stored(found), f"{found.people}"
    yield f"{name}: exact names", f"{found.named} of {found.people}", "97%"
    yield f"{name}: faces of nobody kept", str(found.strange), "0"
    usual, slowest = median(seconds) * 1000, max(seconds)
    cost = f"{usual:.0f} ms, slowest {slowest:.2f} s"
    yield f"{name}: identity a sample, reading included", cost, "10 ms, 1.5 s"
    for true, stored, times in found.wrong:
        yield f"{name}: {true} stored as", f"{stored}, {times} times", ""


def _share(found: Score) -> str:
    of = f"{found.found} seen of {found.shown} shown"
    return f"{found.accuracy:.2%} of {of}"


def _stored(found: Score) -> str:
    more = f", and {found.strangers} who are nobody" if found.strangers else ""
    return f"{found.students}{more}"


def _recorded(
    source: Source, truths: Sequence[Truth], equipment: Equipment
) -> tuple[SessionData, list[float]]:
    """The session of a source, looked at when the truth is known; and seconds."""
    pipeline = build(equipment)
    timed = _timed(pipeline)
    begun = source.started_at
    assert begun is not None, "a live source has no truth"
    with tempfile.TemporaryDirectory() as folder:
        new = NewSession("Bench", source.description, equipment.mode, _EVERY_S,
                         utc(begun))  # fmt: skip
        with Store.open(str(Path(folder) / "bench.db")) as store:
            with store.begin(new) as recording:
                session = recording.session_id
                for index, truth in enumerate(truths):
                    frame = source.read(truth["offset_s"])
                    if frame is None:
                        break
                    recording.write(pipeline.look(frame, index))
            pipeline.close()
            return store.load(session), timed.seconds


def _timed(pipeline: Pipeline) -> Timed:
    """Put a clock round a pipeline's tracker."""
    timed = Timed(pipeline._tracker)
    pipeline._tracker = timed
    return timed


def _costs() -> Iterator[Row]:
    """What identity costs a live class of 25, and what reading all labels anew does."""
    from monitor.identity.labels import Labels

    options = SourceOptions(students=25, minutes=5)
    with VirtualClass(options) as source:
        frames = [source.read(_EVERY_S * n) for n in range(20)]
        tiles = [xyxy(person["tile"]) for person in source.truth(0)["people"]]
    looked = [frame for frame in frames if frame is not None]
    with VirtualClass(replace(options, seed=2)) as other:
        strange = other.picture(0)
    labels = Labels(wait=True)
    labels.look(strange, tiles)  # loads what reads them
    began = time.perf_counter()
    read = labels.look(looked[0].image, tiles)
    took = time.perf_counter() - began
    labels.close()
    right = sum(label is not None and bool(label.name) for label in read)
    yield "a full re-read of 25 labels", f"{took:.2f} s, {right} read", "1.5 s"
    pipeline = build(Equipment(mode=Mode.PRESENCE, thorough=False, live=True))
    timed = _timed(pipeline)
    for index, frame in enumerate(looked):
        if index == 3:
            time.sleep(2 * took)  # the labels are read meanwhile
        pipeline.look(frame, index)
    pipeline.close()
    steady = median(timed.seconds[5:]) * 1000
    yield "identity of 25, live, a steady sample", f"{steady:.1f} ms", "10 ms"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", nargs="*", help="scenarios, or a video and its truth")
    parser.add_argument("--minutes", type=float, default=10)
    given = parser.parse_args()
    if given.what and Path(given.what[0]).is_file():
        rows = of_video(*map(Path, given.what))
    else:
        rows = reports(given.what, given.minutes) if given.what else measure()
    table = Table("what", "measured", "aim", box=None)
    for row in rows:
        table.add_row(*row)
    Console().print(table)


if __name__ == "__main__":
    main()

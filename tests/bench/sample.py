"""One sample of 25 faces in a 1080p gallery, room by room and as a whole."""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Iterator
from pathlib import Path

from monitor import detectors, sources
from monitor.detectors.port import DetectorOptions
from monitor.pipeline import Equipment, build
from monitor.sources.port import SourceOptions
from monitor.store.store import Store
from tests.bench.timing import cost
from tests.builders import build_new_session


def measure() -> Iterator[tuple[str, str, str]]:
    """Costs of a live sample; the pictures are drawn beforehand."""
    options = SourceOptions(students=25, minutes=5)
    with sources.create("virtual", options) as source:
        frames = [source.read(3.0 * i) for i in range(20)]
    rolling = itertools.cycle(frame for frame in frames if frame is not None)
    detector = detectors.create("centerface", DetectorOptions(thorough=False))
    pipeline = build(Equipment(thorough=False, live=True))
    faces = len(pipeline.look(next(rolling), 0).readings)
    yield "faces found of 25", str(faces), "25"
    found = cost(lambda: detector.detect(next(rolling).image))
    yield "finding 25 faces, live", str(found), ""
    looked = cost(lambda: pipeline.look(next(rolling), 0))
    yield "finding, following and reading 25 faces", str(looked), ""
    with tempfile.TemporaryDirectory() as folder:
        url = str(Path(folder) / "bench.db")
        with Store.open(url) as store, store.begin(build_new_session()) as recording:
            index = itertools.count()
            whole = cost(
                lambda: recording.write(pipeline.look(next(rolling), next(index)))
            )
    yield "one sample of 25 faces, picture to commit", str(whole), "400 ms"

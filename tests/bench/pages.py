"""What the server needs for a page of 25 students and an hour."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from monitor.store.store import Store
from monitor.summaries import summarise_minutes, summarise_students
from tests.bench.timing import cost
from tests.builders import build_session


def measure() -> Iterator[tuple[str, str, str]]:
    """Loading and summing up 30,000 observations."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bench.db"
        with Store.open(str(path)) as store:
            session = build_session(store, students=25, minutes=60)
            loaded = cost(lambda: store.load(session), runs=7)
            data = store.load(session)
            yield f"loading {len(data.observations):,} observations", str(loaded), ""
            yield "the last ten minutes", str(cost(lambda: store.latest(session))), ""
            summed = cost(lambda: (summarise_minutes(data), summarise_students(data)))
            yield "summing them up", str(summed), ""
        size = path.stat().st_size / len(data.observations)
        yield "on disk", f"{size:.0f} bytes an observation", "100 bytes"

"""What a refresh of the live page costs the server, names and all."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from dashboard.app import create_app
from monitor.records import Mode
from monitor.store.store import Store
from tests.bench.timing import cost
from tests.builders import build_new_session, plausible_ticks
from tests.dashboard.conftest import Pages
from tests.dashboard.live import refreshed

STUDENTS, MINUTES = 49, 60


def measure() -> Iterator[tuple[str, str, str]]:
    """Refreshes after an hour of class, from the request to the answer's last byte."""
    new = replace(build_new_session(mode=Mode.STUDENT), prior=(1 / 7,) * 7)
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "bench.db")
        with Store.open(path) as store, store.begin(new) as recording:
            for tick in plausible_ticks(STUDENTS, MINUTES):
                recording.write(tick)
            pages = Pages(create_app(store).server.test_client())
            asked = recording.session_id
            seen = refreshed(pages, asked)["seen"]["data"]
            what = f"live refresh, {STUDENTS} students, {MINUTES} min"
            quiet = cost(lambda: refreshed(pages, asked))
            yield f"{what}, quiet", str(quiet), "50 ms"
            shown = cost(lambda: refreshed(pages, asked, shown=True))
            yield f"{what}, students shown", str(shown), "50 ms"
            same = cost(lambda: refreshed(pages, asked, seen=seen))
            yield "nothing new to show", str(same), ""

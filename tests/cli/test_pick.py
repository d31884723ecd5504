"""`classpulse start --pick`: the page where everything is chosen."""

from __future__ import annotations

import signal
import sys
from pathlib import Path

import pytest

from dashboard.app import create_app
from dashboard.stores import FIRST
from monitor.cli.wishes import Wish
from monitor.store.store import Store
from monitor.words import Mode
from tests.cli.conftest import Run
from tests.commands import begin
from tests.dashboard.conftest import Pages


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT to send")
def test_it_serves_the_page_until_ctrl_c(db: Path) -> None:
    program = begin("start", "--pick", "--no-open", "--port", 0, db=db)
    assert program.stdout is not None
    assert program.stdout.readline().strip().endswith("/start")
    program.send_signal(signal.SIGINT)
    _, errors = program.communicate(timeout=60)
    assert (program.returncode, errors) == (0, "")


@pytest.mark.parametrize(
    "other", [("--region", "0,0,9,9"), ("--monitor", "1"), ("--no-dashboard",)]
)
def test_what_the_page_chooses_is_not_given(run: Run, other: tuple[str, ...]) -> None:
    result = run("start", "--pick", *other)
    assert result.status == 2
    assert "--pick opens the page where the region is chosen" in result.err


def test_what_the_options_say_stands_in_the_fields(db: Path) -> None:
    wish = Wish(source="lecture.mp4", title="Optics", mode=Mode.PRESENCE, limit_min=50)
    with Store.open(str(db)) as store:
        app = create_app(store)
        app.server.config[FIRST] = wish.for_page() | {"course": "Physics", "every": 7}
        page = Pages(app.server.test_client()).page("/start")
    for said in ("lecture.mp4", "Optics", "Physics", '"presence"'):
        assert said in page
    assert '"value": 7' in page
    assert '"value": 50' in page

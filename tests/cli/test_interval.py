"""How often a class is looked at: as the option says, else as the teacher has set."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.cli import running
from monitor.cli.running import Plan
from monitor.settings import Settings
from monitor.store.store import Store
from tests.cli.conftest import Run

AGREED = ("--accept-notice", "--mode", "presence")


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        (("start", "--no-dashboard", *AGREED), 7.5),
        (("start", "--no-dashboard", "--every", "2", *AGREED), 2.0),
        (("analyze", "a.mp4", *AGREED), 7.5),
        (("analyze", "a.mp4", "--every", "2", *AGREED), 2.0),
        (("demo", "--no-dashboard"), 3.0),
    ],
)
def test_the_setting_holds_where_no_option_says_otherwise(
    run: Run,
    db: Path,
    monkeypatch: pytest.MonkeyPatch,
    command: tuple[str, ...],
    expected: float,
) -> None:
    planned: list[float] = []

    def watch(
        store: object, source: object, plan: Plan, *_: object, **__: object
    ) -> bool:
        planned.append(plan.every_s)
        return True

    with Store.open(str(db)) as store:
        store.keep_settings(Settings(every_s=7.5))
    monkeypatch.setattr(running, "watch", watch)
    monkeypatch.chdir(db.parent)
    Path("a.mp4").touch()
    assert run(*command).status == 0
    assert planned == [expected]


def test_a_slip_in_the_settings_stops_the_class_in_one_line(run: Run, db: Path) -> None:
    with Store.open(str(db)):
        db.with_suffix(".settings.json").write_text('{"every_s": 0}', "utf-8")
    result = run("start", "--no-dashboard", *AGREED)
    assert result.status in (1, 2)
    assert "the setting every_s is '0'" in result.err
    assert len(result.err.strip().splitlines()) == 1

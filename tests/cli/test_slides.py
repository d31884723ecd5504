"""Where faces may be pictures on a shared slide: in videos and on screens."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.cli import running
from monitor.cli.running import Plan
from tests.cli.conftest import Run

AGREED = ("--accept-notice", "--mode", "presence")


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        (("start", "--no-dashboard", *AGREED), [True]),
        (("start", "--source", "webcam", "--no-dashboard", *AGREED), [False]),
        (("analyze", "a.mp4", "b.png", *AGREED), [False, True]),
        (("demo", "--no-dashboard"), [True]),
    ],
)
def test_pictures_on_slides_are_looked_for(
    run: Run,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    command: tuple[str, ...],
    expected: list[bool],
) -> None:
    looked: list[bool] = []

    def watch(
        store: object, source: object, plan: Plan, *_: object, **__: object
    ) -> bool:
        looked.append(plan.equipment.slides)
        return True

    monkeypatch.setattr(running, "watch", watch)
    monkeypatch.chdir(tmp_path)
    for name in ("a.mp4", "b.png"):
        Path(name).touch()
    assert run(*command).status == 0
    assert looked == expected

"""Charts, and the folds with their tables, as somebody meets them who sees neither."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from monitor.store.store import Store
from tests.builders import (
    STARTED_AT,
    build_new_session,
    plausible_ticks,
    store_session,
    with_names,
)
from tests.dashboard.conftest import Pages
from tests.dashboard.live import told


def parts(part: object) -> Iterator[dict[str, Any]]:
    """Every component within one, as Dash writes them."""
    if isinstance(part, list):
        for one in part:
            yield from parts(one)
    elif isinstance(part, dict):
        if "props" in part:
            yield part
        for value in part.values():
            yield from parts(value)


def check(page: object, charts: int, folds: int) -> None:
    """Each chart stands in a figure with a name, each fold says whose table it is."""
    found = list(parts(page))
    figures = [one["props"] for one in found if one["props"].get("role") == "figure"]
    assert all(one["children"]["type"] == "Graph" for one in figures)
    names = [one["aria-label"] for one in figures]
    assert len(names) == len([one for one in found if one["type"] == "Graph"]) == charts
    summaries = [told(one) for one in found if one["type"] == "Summary"]
    said = [line for line in summaries if line.startswith("Show as table")]
    assert len(set(said)) == len(said) == folds
    assert all(len(name) > 12 for name in [*names, *said])
    assert "Show as table" not in said


def test_every_chart_and_every_table_behind_one_has_its_name(
    pages: Pages, store: Store
) -> None:
    ticks = with_names(plausible_ticks(2, 6), ["Amelia", "Ben"])
    ids = []
    for day in range(2):
        at = STARTED_AT + timedelta(days=day)
        new = build_new_session(course="Maths", started_at=at)
        ids.append(store_session(store, ticks, new))
    session_id = ids[-1]
    for minute in (1, 3):
        store.mark(session_id, f"Part {minute}", at + timedelta(minutes=minute))
    about = {"report-session.data": session_id, "report-turn.data": 0}
    check(json.loads(pages.page(f"/live/{session_id}")), charts=1, folds=2)
    check(json.loads(pages.page(f"/session/{session_id}")), charts=3, folds=3)
    heat = about | {"report-shade.value": "seen_most"}
    check(pages.asked("report-heat.children", heat), charts=1, folds=0)
    check(pages.asked("report-compare.children", about), charts=1, folds=1)
    student = store.people(session_id)[0].id
    page = pages.page(f"/student/{session_id}/{student}")
    check(json.loads(page), charts=1, folds=1)
    values = {"student-session.data": session_id, "student-id.data": student}
    check(pages.asked("student-course.children", values), charts=1, folds=0)

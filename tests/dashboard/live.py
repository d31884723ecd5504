"""The live page as a browser asks for it, and what a reader sees of the answer."""

from __future__ import annotations

import json
from typing import Any

from tests.dashboard.conftest import Pages


def refreshed(pages: Pages, session_id: int, **values: object) -> dict[str, Any]:
    """What a refresh changes, by the component's id; nothing when all is as it was."""
    inputs = {
        "tick.n_intervals": 1,
        "shown.data": values.get("shown", False),
        "range.value": values.get("reach", "window"),
        "muted.data": values.get("muted"),
        "mark-done.data": values.get("marked"),
        "seen.data": values.get("seen", []),
        "pending.data": values.get("pending", ""),
        "session.data": session_id,
    }
    response = pages.call("painted.data", inputs)
    if response.status_code == 204:
        return {}
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = json.loads(response.text)["response"]
    painted = answer.pop("painted", {"data": {}})["data"]
    return answer | {name: {"children": part} for name, part in painted.items()}


def told(part: object) -> str:
    """What a reader sees of components, their attributes aside."""
    if isinstance(part, dict):
        if "children" in part:
            return told(part["children"])
        return told(part["props"].get("children")) if "props" in part else ""
    if isinstance(part, list):
        return " ".join(told(one) for one in part)
    return "" if part is None else str(part)

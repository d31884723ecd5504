"""What is remembered from one class to the next, in a small file by the database."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    from monitor.sources.port import Region
    from monitor.store.store import Store


def region(store: Store) -> Region | None:
    """The region of the last class on this screen, None when there is none to use."""
    try:
        x, y, width, height = _read(store)["region"]
        area = int(x), int(y), int(width), int(height)
    except (ValueError, KeyError, TypeError, OverflowError):
        # Nothing remembered, or a file that somebody else wrote: start afresh.
        return None
    return area if area[2] > 0 and area[3] > 0 else None


def keep_region(store: Store, area: Region) -> None:
    """Remember the region."""
    _keep(store, "region", area)


def me(store: Store) -> str | None:
    """The teacher's own name in the last class, None when it was not said."""
    name = _read(store).get("me")
    return name if isinstance(name, str) and name.strip() else None


def keep_me(store: Store, name: str) -> None:
    """Remember the teacher's own name; "" forgets it."""
    _keep(store, "me", name)


def _read(store: Store) -> dict[str, Any]:
    try:
        found = json.loads(_file(store).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _keep(store: Store, key: str, value: object) -> None:
    """Write one thing beside the others; nothing fails where that cannot be done."""
    try:
        _file(store).write_text(json.dumps(_read(store) | {key: value}), "utf-8")
    except OSError:
        return


def _file(store: Store) -> Path:
    return store.path.with_suffix(".remembered.json")

"""What is remembered from one class to the next, in a small file by the database."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from monitor.sources.port import Region
    from monitor.store.store import Store


def region(store: Store) -> Region | None:
    """The region of the last class on this screen, None when there is none to use."""
    try:
        x, y, width, height = json.loads(_file(store).read_text("utf-8"))["region"]
        area = int(x), int(y), int(width), int(height)
    except (OSError, ValueError, KeyError, TypeError, OverflowError):
        # Nothing remembered, or a file that somebody else wrote: start afresh.
        return None
    return area if area[2] > 0 and area[3] > 0 else None


def keep_region(store: Store, area: Region) -> None:
    """Remember the region; a folder that cannot be written is no reason to fail."""
    try:
        _file(store).write_text(json.dumps({"region": area}), "utf-8")
    except OSError:
        return


def _file(store: Store) -> Path:
    return store.path.with_suffix(".remembered.json")

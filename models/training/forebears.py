"""What a run's record says of the networks that it came from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

Held: TypeAlias = Mapping[str, Any]
"""A run's record, or what it keeps of the record of a network that it came from."""


def teachers_of(held: Held) -> list[Held]:
    """The networks whose mean answer it learned, in today's form."""
    if "teachers" in held:
        return list(held["teachers"])
    # Before there could be several: one, or none; before that, the sum of its file.
    about = held.get("teacher")
    if about is None:
        return []
    return [{"sha256": about} if isinstance(about, str) else about]


def begun_from(held: Held) -> Held | None:
    """The network whose weights were its first ones."""
    begun: Held | None = held.get("begun_from")
    return begun


def forebears(held: Held) -> dict[str, Held]:
    """Every network that a run came from, by the sum of its file.

    Those come first that others came from.
    """
    found: dict[str, Held] = {}
    begun = begun_from(held)
    for about in [*teachers_of(held), *([begun] if begun else [])]:
        for older in forebears(about).values():
            found.setdefault(older["sha256"], older)
        found.setdefault(about["sha256"], about)
    return found

"""What a run's record says of the networks that it came from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

from models.training.settings import Settings
from monitor.errors import UsageError

Held: TypeAlias = Mapping[str, Any]
"""A run's record, or what it keeps of the record of a network that it came from, or of
what a released file says of itself."""


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


def epochs_before(held: Held) -> int:
    """Epochs behind the weights that it began with.

    A released file does not tell its own; it counts as none.
    """
    begun = begun_from(held)
    return int(begun.get("epochs", 0)) + epochs_before(begun) if begun else 0


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


def check_held_back(held: Held, sha256: str, settings: Settings) -> None:
    """Refuses networks that have learned what this run holds back.

    They would be measured, and believed, on faces that they know by heart.

    Args:
        held: what the run's record says of them.
        sha256: of the run's data.
        settings: of the run.

    Raises:
        UsageError: one of them, or a network that it came from, learned from the same
            data, split in another way; or nobody knows from what.
    """
    for about in forebears(held).values():
        if "data" not in about:
            raise UsageError(
                f"What the network {about['sha256'][:16]} has learned from is not "
                "known: leave its run.json beside it."
            )
        split = _split(about, sha256)
        # A smaller part is drawn from within a larger one of the same seed.
        if split and (split[0] != settings.seed or split[1] < settings.validation):
            raise UsageError(
                f"The network {about['sha256'][:16]} has learned from faces that this "
                "run holds back: train it, or this one, with the other's --seed and "
                "--validation."
            )


def _split(about: Held, sha256: str) -> tuple[int | None, float] | None:
    """Seed and share of a network's validation part; None where it is another's."""
    # A released network says it of itself.
    settings = about.get("settings", about)
    if "validation" not in settings or about.get("data", {}).get("sha256") != sha256:
        return None
    return settings.get("seed"), settings["validation"]

"""What a class is to be, as `start`'s options or the page say, and what comes of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.cli.options import (
    DEFAULT_EVERY_S,
    check_every,
    check_minutes,
    chosen_model,
)
from monitor.errors import UsageError

if TYPE_CHECKING:
    from monitor.cli.people import People
    from monitor.cli.running import Plan
    from monitor.sources.port import Region, SourceOptions
    from monitor.store.store import Store
    from monitor.words import Mode

LIVE_KINDS = ("screen", "webcam")


@dataclass(frozen=True, slots=True)
class Wish:
    """What was asked for; the attributes are `start`'s options.

    Attributes:
        source: screen, webcam, or the path of a recording.
        region: part of the desktop, None for a monitor or what is remembered.
        limit_min: minutes after which the class ends, None for no limit.
    """

    source: str = "screen"
    region: Region | None = None
    monitor: int | None = None
    camera: int = 0
    every_s: float = DEFAULT_EVERY_S
    title: str | None = None
    mode: Mode | None = None
    model: str | None = None
    detector: str = "centerface"
    detector_file: Path | None = None
    limit_min: float | None = None

    @property
    def live(self) -> bool:
        """Whether the present is looked at, not a recording."""
        return self.source in LIVE_KINDS

    def check(self) -> None:
        """Refuse what can never be, before anything is opened.

        Raises:
            UsageError: it names the option.
        """
        check_every(self.every_s)
        check_minutes(self.limit_min)
        chosen_model(self.model, self.mode)
        if self.region is not None and self.monitor is not None:
            raise UsageError(
                "--region and --monitor exclude each other: give one of them"
            )
        if not self.live and not _is_there(Path(self.source)):
            raise UsageError(
                f"--source {self.source}: expected screen, webcam or the path of a "
                "recording; no file of that name is there"
            )

    def for_page(self) -> dict[str, object]:
        """What the page that starts a class begins with; None is left to it."""
        return {
            "path": None if self.live else str(Path(self.source).absolute()),
            "title": self.title,
            "mode": self.mode and str(self.mode),
            "minutes": self.limit_min,
            "model": self.model,
            "detector": self.detector,
            "detector_file": self.detector_file and str(self.detector_file.absolute()),
        }

    def plan(self, store: Store, people: People, mode: Mode) -> Plan:
        """The session to be: people and mode are settled by now."""
        from monitor.cli.running import Plan
        from monitor.pipeline import Equipment

        equipment = Equipment(
            mode=mode,
            model=chosen_model(self.model, mode),
            detector=self.detector,
            detector_file=self.detector_file,
            thorough=not self.live,
            live=self.live,
            slides=self.source == "screen",
        )
        now = datetime.now().astimezone()
        return Plan(
            title=self.title
            or (f"Class of {now:%d %b %Y, %H:%M}" if self.live else None),
            course=people.course,
            every_s=self.every_s,
            limit_s=self.limit_min * 60 if self.limit_min else None,
            equipment=people.equip(equipment, store, people.own_name(store)),
        )

    def options(self, region: Region | None) -> SourceOptions:
        """What a live source is made with.

        Args:
            region: the one asked for, or else remembered.
        """
        from monitor.sources.port import SourceOptions

        return SourceOptions(
            every_s=self.every_s,
            region=region,
            monitor=self.monitor,
            camera=self.camera,
        )


def _is_there(path: Path) -> bool:
    """Whether a path exists, or may: opening it tells what cannot be asked here."""
    try:
        return path.exists()
    except OSError:  # until Python 3.13: a folder on the way may not be read
        return True

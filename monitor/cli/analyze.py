"""`classpulse analyze`: recorded lectures and pictures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.options import (
    CourseOption,
    DbOption,
    DetectorFileOption,
    DetectorOption,
    MeOption,
    MinutesOption,
    ModelOption,
    ModeOption,
    NoticeOption,
    OwnEveryOption,
    RosterOption,
    TitleOption,
    check_every,
    check_minutes,
    chosen_model,
    every_as_set,
    open_store,
)
from monitor.cli.people import expected
from monitor.cli.retention import let_go
from monitor.errors import UsageError

if TYPE_CHECKING:
    from monitor.cli.running import Plan, Serving
    from monitor.sources.port import Source
    from monitor.store.store import Store


def analyze(
    paths: Annotated[
        list[Path],
        typer.Argument(metavar="PATH...", help="Videos, pictures or a folder of them."),
    ],
    every: OwnEveryOption = None,
    title: TitleOption = None,
    course: CourseOption = None,
    roster: RosterOption = None,
    me: MeOption = None,
    mode: ModeOption = None,
    model: ModelOption = None,
    detector: DetectorOption = "centerface",
    detector_file: DetectorFileOption = None,
    minutes: MinutesOption = None,
    started_at: Annotated[
        str | None,
        typer.Option(
            "--started-at",
            metavar="TIME",
            help="When the recording began, as 2026-03-02T09:00 (local time).",
        ),
    ] = None,
    accept_notice: NoticeOption = False,
    db_url: DbOption = None,
) -> None:
    """Read recordings: one session a video; pictures together are one session."""
    if every is not None:
        check_every(every)
    check_minutes(minutes)
    chosen_model(model, mode)
    began = parse_time(started_at)
    people = expected(roster, course, me)
    from monitor.cli.consent import agreed_mode
    from monitor.cli.running import Plan, Serving
    from monitor.pipeline import Equipment

    with open_store(db_url) as store:
        let_go(store)
        chosen = agreed_mode(store, accept=accept_notice, mode=mode)
        equipment = Equipment(
            mode=chosen,
            model=chosen_model(model, chosen),
            detector=detector,
            detector_file=detector_file,
        )
        equipment = people.equip(equipment, store, people.own_name(store))
        limit_s = minutes * 60 if minutes else None
        every_s = every_as_set(every, store)
        plan = Plan(title, people.course, every_s, limit_s, equipment)
        quiet = Serving(pages=False, browser=False, port=0)
        analyze_paths(store, paths, plan, quiet, started_at=began)


def analyze_paths(
    store: Store,
    paths: Sequence[Path],
    plan: Plan,
    serving: Serving,
    *,
    started_at: datetime | None,
) -> None:
    """One session for each video, one for all the pictures; prints their ids.

    Ctrl-C ends them all.

    Raises:
        SourceUnavailable: a path cannot be read; the sessions before it are stored.
    """
    from monitor import sources
    from monitor.cli.running import watch

    by_kind = {path: sources.kind_of(path) for path in paths}
    pictures = tuple(path for path, kind in by_kind.items() if kind == "pictures")
    jobs = [("pictures", pictures)] if pictures else []
    jobs += [(kind, (path,)) for path, kind in by_kind.items() if kind != "pictures"]
    for kind, files in jobs:
        source, named = recorded(kind, files, plan, started_at)
        if not watch(store, source, named, serving):
            return


def recorded(
    kind: str, files: Sequence[Path], plan: Plan, started_at: datetime | None = None
) -> tuple[Source, Plan]:
    """What one session of recordings is read from, and its own plan.

    Args:
        kind: "video", or "pictures", of which several may be one session.
        files: of that kind.
        plan: of all.
        started_at: when it began, if the user said so.
    """
    from monitor import sources
    from monitor.sources.port import SourceOptions

    options = SourceOptions(
        every_s=plan.every_s, paths=tuple(files), started_at=started_at
    )
    # In pictures everything stands still, people too.
    looks = replace(plan.equipment, slides=kind == "video")
    named = replace(plan, title=plan.title or _title(files), equipment=looks)
    return sources.create(kind, options), named


def parse_time(text: str | None) -> datetime | None:
    """An ISO 8601 time; without an offset it is local time.

    Raises:
        UsageError: it is no such time.
    """
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text).astimezone()
        if not 1990 <= moment.year <= 2100:
            raise ValueError(moment)
    except (ValueError, OverflowError) as error:
        raise UsageError(
            f"--started-at {text}: expected a time such as 2026-03-02T09:00"
        ) from error
    return moment


def _title(files: Sequence[Path]) -> str:
    first = files[0].resolve()
    if len(files) == 1:
        return first.name
    return f"{first.name} and {len(files) - 1} more"

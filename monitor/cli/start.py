"""`classpulse start`: a live class."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from monitor.cli.options import (
    DEFAULT_EVERY_S,
    DEFAULT_PORT,
    CourseOption,
    DbOption,
    DetectorFileOption,
    DetectorOption,
    EveryOption,
    MeOption,
    MinutesOption,
    ModelOption,
    ModeOption,
    NoDashboardOption,
    NoOpenOption,
    NoticeOption,
    PortOption,
    RosterOption,
    TitleOption,
    check_every,
    check_minutes,
    chosen_model,
    open_store,
    parse_region,
)
from monitor.cli.people import expected
from monitor.errors import UsageError

_LIVE_KINDS = ("screen", "webcam")


def start(
    source: Annotated[
        str,
        typer.Option("--source", help="screen, webcam, or the PATH of a recording."),
    ] = "screen",
    region: Annotated[
        str | None,
        typer.Option(
            "--region",
            metavar="X,Y,W,H",
            help="Part of the desktop, in pixels. The last one is remembered.",
        ),
    ] = None,
    monitor: Annotated[
        int | None, typer.Option("--monitor", min=1, help="A whole monitor, from 1.")
    ] = None,
    camera: Annotated[
        int, typer.Option("--camera", min=0, help="Number of the webcam, from 0.")
    ] = 0,
    every: EveryOption = DEFAULT_EVERY_S,
    title: TitleOption = None,
    course: CourseOption = None,
    roster: RosterOption = None,
    me: MeOption = None,
    mode: ModeOption = None,
    model: ModelOption = None,
    detector: DetectorOption = "centerface",
    detector_file: DetectorFileOption = None,
    minutes: MinutesOption = None,
    accept_notice: NoticeOption = False,
    no_dashboard: NoDashboardOption = False,
    no_open: NoOpenOption = False,
    port: PortOption = DEFAULT_PORT,
    db_url: DbOption = None,
) -> None:
    """Watch a live class until Ctrl-C, the Stop button or --minutes; `p` pauses."""
    check_every(every)
    check_minutes(minutes)
    chosen_model(model, mode)
    area = parse_region(region)
    if area is not None and monitor is not None:
        raise UsageError("--region and --monitor exclude each other: give one of them")
    if source not in _LIVE_KINDS and not Path(source).exists():
        raise UsageError(
            f"--source {source}: expected screen, webcam or the path of a recording; "
            "no file of that name is there"
        )
    people = expected(roster, course, me)
    # Pictures and networks are loaded from here on, when the options make sense.
    from monitor import sources
    from monitor.cli import remembered
    from monitor.cli.analyze import analyze_paths
    from monitor.cli.consent import agreed_mode
    from monitor.cli.running import Plan, Serving, watch
    from monitor.pipeline import Equipment
    from monitor.sources.port import SourceOptions

    live = source in _LIVE_KINDS
    with open_store(db_url) as store:
        agreed = agreed_mode(store, accept=accept_notice, mode=mode)
        equipment = Equipment(
            mode=agreed,
            model=chosen_model(model, agreed),
            detector=detector,
            detector_file=detector_file,
            thorough=not live,
            live=live,
            slides=source == "screen",
        )
        equipment = people.equip(equipment, store, people.own_name(store))
        now = datetime.now().astimezone()
        plan = Plan(
            title=title or (f"Class of {now:%d %b %Y, %H:%M}" if live else None),
            course=people.course,
            every_s=every,
            limit_s=minutes * 60 if minutes else None,
            equipment=equipment,
        )
        serving = Serving(pages=not no_dashboard, browser=not no_open, port=port)
        if not live:
            analyze_paths(store, [Path(source)], plan, serving, started_at=None)
            return
        if source == "screen" and area is None and monitor is None:
            area = remembered.region(store)
            if area is not None:
                typer.echo(
                    f"Watching the region of last time, {','.join(map(str, area))}; "
                    "--region or --monitor chooses another."
                )
        options = SourceOptions(
            every_s=every, region=area, monitor=monitor, camera=camera
        )

        def keep() -> None:
            if source == "screen" and area is not None:
                remembered.keep_region(store, area)

        watch(store, sources.create(source, options), plan, serving, opened=keep)

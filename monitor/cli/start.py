"""`classpulse start`: a live class."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from monitor.cli.dashboard import serve_pages
from monitor.cli.options import (
    DEFAULT_EVERY_S,
    DEFAULT_PORT,
    CourseOption,
    DbOption,
    DetectorFileOption,
    DetectorOption,
    MeOption,
    MinutesOption,
    ModelOption,
    ModeOption,
    NoDashboardOption,
    NoOpenOption,
    NoticeOption,
    OwnEveryOption,
    PortOption,
    RosterOption,
    TitleOption,
    every_as_set,
    open_store,
    parse_region,
)
from monitor.cli.people import expected
from monitor.cli.retention import let_go
from monitor.cli.wishes import Wish
from monitor.errors import UsageError


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
    pick: Annotated[
        bool,
        typer.Option(
            "--pick",
            help="Choose everything on a page: see the screen and drag the region.",
        ),
    ] = False,
    monitor: Annotated[
        int | None, typer.Option("--monitor", min=1, help="A whole monitor, from 1.")
    ] = None,
    camera: Annotated[
        int, typer.Option("--camera", min=0, help="Number of the webcam, from 0.")
    ] = 0,
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
    accept_notice: NoticeOption = False,
    no_dashboard: NoDashboardOption = False,
    no_open: NoOpenOption = False,
    port: PortOption = DEFAULT_PORT,
    db_url: DbOption = None,
) -> None:
    """Watch a live class until Ctrl-C, the Stop button or --minutes; `p` pauses."""
    if pick and (region is not None or monitor is not None or no_dashboard):
        raise UsageError(
            "--pick opens the page where the region is chosen: leave --region, "
            "--monitor and --no-dashboard out"
        )
    wish = Wish(
        source=source,
        region=parse_region(region),
        monitor=monitor,
        camera=camera,
        every_s=DEFAULT_EVERY_S if every is None else every,
        title=title,
        mode=mode,
        model=model,
        detector=detector,
        detector_file=detector_file,
        limit_min=minutes,
    )
    wish.check()
    people = expected(roster, course, me)
    if pick:
        about = wish.for_page() | {
            "course": people.course,
            "roster": str(roster.absolute()) if roster else None,
            "me": me,
            "every": every,
        }
        with open_store(db_url) as store:
            let_go(store)
            serve_pages(store, port=port, open_browser=not no_open, first=about)
        return
    # Pictures and networks are loaded from here on, when the options make sense.
    from monitor import sources
    from monitor.cli import remembered
    from monitor.cli.analyze import analyze_paths
    from monitor.cli.consent import agreed_mode
    from monitor.cli.running import Serving, watch

    with open_store(db_url) as store:
        let_go(store)
        agreed = agreed_mode(store, accept=accept_notice, mode=mode)
        wish = replace(wish, every_s=every_as_set(every, store))
        plan = wish.plan(store, people, agreed)
        serving = Serving(pages=not no_dashboard, browser=not no_open, port=port)
        if not wish.live:
            analyze_paths(store, [Path(source)], plan, serving, started_at=None)
            return
        area = wish.region
        if source == "screen" and area is None and monitor is None:
            area = remembered.region(store)
            if area is not None:
                typer.echo(
                    f"Watching the region of last time, {','.join(map(str, area))}; "
                    "--region or --monitor chooses another."
                )
        opened = sources.create(source, wish.options(area))

        def keep() -> None:
            if source == "screen" and area is not None:
                remembered.keep_region(store, area)

        watch(store, opened, plan, serving, opened=keep)

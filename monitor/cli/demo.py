"""`classpulse demo`: a virtual class through the real pipeline."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.options import (
    DEFAULT_EVERY_S,
    DEFAULT_PORT,
    DbOption,
    EveryOption,
    MeOption,
    ModelOption,
    NoDashboardOption,
    NoOpenOption,
    PortOption,
    RosterOption,
    check_every,
    check_minutes,
    chosen_model,
    open_store,
)
from monitor.cli.people import expected
from monitor.errors import UsageError

if TYPE_CHECKING:
    from monitor.sources.port import SourceOptions


def demo(
    students: Annotated[
        int, typer.Option("--students", min=1, max=49, help="People in the class.")
    ] = 12,
    minutes: Annotated[
        float, typer.Option("--minutes", help="Length of the class.")
    ] = 10.0,
    seed: Annotated[
        int, typer.Option("--seed", min=0, help="Another seed is another class.")
    ] = 1,
    scenario: Annotated[
        str, typer.Option("--scenario", help="What happens: calm or full.")
    ] = "calm",
    faces: Annotated[
        Path | None,
        typer.Option(
            "--faces", metavar="DIR", help="Portraits to show instead of drawn people."
        ),
    ] = None,
    every: EveryOption = DEFAULT_EVERY_S,
    model: ModelOption = None,
    roster: RosterOption = None,
    me: MeOption = None,
    window: Annotated[
        bool,
        typer.Option("--window", help="Only show the class, in a window, live."),
    ] = False,
    write: Annotated[
        Path | None,
        typer.Option("--write", metavar="FILE.mp4", help="Only make a video of it."),
    ] = None,
    truth: Annotated[
        Path | None,
        typer.Option(
            "--truth",
            metavar="FILE.jsonl",
            help="With --write: who showed what, a JSON line a sample.",
        ),
    ] = None,
    no_dashboard: NoDashboardOption = False,
    no_open: NoOpenOption = False,
    port: PortOption = DEFAULT_PORT,
    db_url: DbOption = None,
) -> None:
    """A class of people who do not exist, through the real pipeline and dashboard."""
    check_every(every)
    check_minutes(minutes)
    network = chosen_model(model, None)
    if truth is not None and write is None:
        raise UsageError("--truth goes with --write FILE.mp4")
    if window and write is not None:
        raise UsageError("--window and --write exclude each other: give one of them")
    for option, value in (("--roster", roster), ("--me", me)):
        if value is not None and (window or write is not None):
            raise UsageError(
                f"{option} goes with a session: leave --write and --window out"
            )
    people = expected(roster, None, me)
    from monitor import sources
    from monitor.sources.port import SourceOptions

    options = SourceOptions(
        every_s=every,
        students=students,
        minutes=minutes,
        seed=seed,
        scenario=scenario,
        faces=faces,
    )
    if write is not None:
        _write(options, write, truth)
        return
    if window:
        _show(options)
        return
    from monitor.cli.running import Plan, Serving, watch
    from monitor.pipeline import Equipment

    source = sources.create("virtual", options)
    length = "1 minute" if minutes == 1 else f"{minutes:g} minutes"
    typer.echo(
        f"A virtual class of {length}, as fast as this computer can look. Its clock "
        f"began {length} ago."
    )
    with open_store(db_url) as store:
        equipment = Equipment(thorough=False, model=network, slides=True)
        # The virtual class's teacher is nobody to remember.
        equipment = people.equip(equipment, store, people.me or None)
        plan = Plan("Virtual class", people.course, every, minutes * 60, equipment)
        serving = Serving(
            pages=not no_dashboard, browser=not no_open, port=port, stay=True
        )
        watch(store, source, plan, serving)


def _write(options: SourceOptions, video: Path, truth: Path | None) -> None:
    """Make the video, with a progress bar."""
    # A half-written file is taken away on SIGTERM as it is on Ctrl-C.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    from rich.progress import Progress

    from monitor.sources.virtual.writer import write_video

    with Progress() as bar:
        task = bar.add_task("Writing the class", total=1.0)
        write_video(
            options,
            video,
            truth,
            progress=lambda done: bar.update(task, completed=done),
        )
    typer.echo(str(video))
    if truth is not None:
        typer.echo(str(truth))


def _show(options: SourceOptions) -> None:
    """Show the class in a window until it ends, is closed or Ctrl-C."""
    from monitor.sources.virtual.window import show

    typer.echo("Esc or q in the window, or Ctrl-C here, closes it.")
    show(options)

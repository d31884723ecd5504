"""Options that several commands share, and what they are turned into."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.errors import UsageError
from monitor.words import Mode

if TYPE_CHECKING:
    from monitor.store.store import Store


class TypedUrl(str):
    """A database that was named on the command line, not by the environment."""

    __slots__ = ()


def _typed(
    context: typer.Context, param: typer.CallbackParam, url: str | None
) -> str | None:
    """Tell what was typed, here or before the command, from CLASSPULSE_DB.

    `monitor.cli.home` puts what stands before a command into CLASSPULSE_DB as well.
    """
    source = context.get_parameter_source(str(param.name))
    if url is not None and source is not None and source.name == "COMMANDLINE":
        context.obj = TypedUrl(url)  # commands inherit it
    if url is not None and isinstance(context.obj, TypedUrl):
        return TypedUrl(url)
    return url


def _text(param: typer.CallbackParam, text: str | None) -> str | None:
    """Refuse what cannot be stored: a terminal of another encoding gives such text.

    Raises:
        UsageError: it holds bytes that are no UTF-8.
    """
    try:
        (text or "").encode()
    except UnicodeEncodeError as error:
        raise UsageError(
            f"--{param.name} {text!r} holds characters that cannot be read: type it "
            "anew, or set the terminal to UTF-8"
        ) from error
    return text


DbOption = Annotated[
    str | None,
    typer.Option(
        "--db",
        metavar="URL",
        callback=_typed,
        envvar="CLASSPULSE_DB",
        show_envvar=True,
        help="SQLite database: a path or sqlite:///PATH. Default: a file in your "
        "user-data folder.",
    ),
]
EveryOption = Annotated[
    float, typer.Option("--every", metavar="SECONDS", help="Seconds between samples.")
]
OwnEveryOption = Annotated[
    float | None,
    typer.Option(
        "--every",
        metavar="SECONDS",
        help="Seconds between samples. Default: as in the settings, 3 at first.",
    ),
]
"""`EveryOption` of a real class, for which the teacher has a setting."""

TitleOption = Annotated[
    str | None,
    typer.Option("--title", callback=_text, help="Name of the session in lists."),
]
SessionOption = Annotated[
    str | None,
    typer.Option("--session", metavar="S", help="A session's id, or `last` (default)."),
]
CourseOption = Annotated[
    str | None,
    typer.Option(
        "--course", callback=_text, help="Course that the session belongs to."
    ),
]
RosterOption = Annotated[
    Path | None,
    typer.Option(
        "--roster",
        metavar="FILE.csv",
        help="Who belongs to the class: columns name and, if wanted, aliases, id, "
        "consent (yes or no) and course.",
    ),
]
MeOption = Annotated[
    str | None,
    typer.Option(
        "--me",
        callback=_text,
        metavar="NAME",
        help="Your own name on its tile, which is left out; remembered for next time.",
    ),
]
ModeOption = Annotated[
    Mode | None,
    typer.Option(
        "--mode",
        metavar="student|class|presence",
        help="student: expressions per student; class: only totals by the minute, over "
        "five faces or more; presence: only who is visible.",
    ),
]
NoticeOption = Annotated[
    bool,
    typer.Option(
        "--accept-notice",
        help="You have read the notice on watching a class and told the class.",
    ),
]
ModelOption = Annotated[
    str | None,
    typer.Option(
        "--model",
        metavar="NAME",
        help="Network that reads expressions: a name of `classpulse models list` or "
        "a .tflite file. Default: the shipped one.",
    ),
]
DetectorOption = Annotated[
    str, typer.Option("--detector", metavar="KIND", help="Kind of face detector.")
]
DetectorFileOption = Annotated[
    Path | None,
    typer.Option("--detector-file", help="Its network, for kinds that need a file."),
]
MinutesOption = Annotated[
    float | None, typer.Option("--minutes", help="End after so many minutes.")
]
NoDashboardOption = Annotated[
    bool, typer.Option("--no-dashboard", help="Do not serve the dashboard.")
]
NoOpenOption = Annotated[
    bool, typer.Option("--no-open", help="Do not open the dashboard in a browser.")
]
PortOption = Annotated[
    int,
    typer.Option(
        "--port",
        min=0,
        max=65535,
        help="Port of the dashboard; a busy one moves on to the next.",
    ),
]

DEFAULT_PORT = 8050
DEFAULT_EVERY_S = 3.0
MOST_MINUTES = 1440


def open_store(url: str | None, *, make_new: bool = True) -> Store:
    """Open the database that the user named, or the default one.

    Args:
        url: what ``--db`` says.
        make_new: make a database where there is none; otherwise that is an error.
    """
    from monitor.store.store import Store

    return Store.open(url, upgrade_new=make_new)


def open_existing(url: str | None) -> Store:
    """Open the database to look at it: one that was typed must be there.

    A slip there would otherwise show an empty one. In the usual place, and where
    CLASSPULSE_DB says, an empty one is what there is before the first class.
    """
    return open_store(url, make_new=not isinstance(url, TypedUrl))


def check_every(every_s: float) -> float:
    """Seconds between samples, if they can be kept.

    Raises:
        UsageError: outside 0.2 to 600 seconds.
    """
    if not (math.isfinite(every_s) and 0.2 <= every_s <= 600):
        raise UsageError(
            f"--every {every_s:g}: seconds between samples must lie between 0.2 and "
            "600; 3 is a good choice"
        )
    return every_s


def every_as_set(every_s: float | None, store: Store) -> float:
    """Seconds between samples as ``--every`` says, else as the teacher has set.

    Raises:
        SettingsError: the settings cannot be read.
    """
    return store.settings().every_s if every_s is None else every_s


def check_minutes(minutes: float | None) -> float | None:
    """Minutes until the session ends, if any.

    Raises:
        UsageError: zero, negative, more than a day or not a number.
    """
    if minutes is not None and not 0 < minutes <= MOST_MINUTES:
        raise UsageError(
            f"--minutes {minutes:g}: must be more than 0 and at most {MOST_MINUTES}"
        )
    return minutes


def chosen_model(name: str | None, mode: Mode | None) -> Path | None:
    """The file of the network that was asked for; None when none was.

    Args:
        name: what ``--model`` says.
        mode: of the session, as far as it is known.

    Raises:
        UsageError: there is no such network, or no expression is to be read.
    """
    if name is None:
        return None
    if mode is Mode.PRESENCE:
        raise UsageError(
            f"--model {name}: no expression is read in presence mode; leave --model "
            "out, or use --mode student"
        )
    from monitor.emotion import registry

    return registry.find(name)


def parse_region(text: str | None) -> tuple[int, int, int, int] | None:
    """X,Y,W,H in pixels of the desktop.

    Raises:
        UsageError: not four whole numbers, or of zero size.
    """
    if text is None:
        return None
    try:
        x, y, width, height = (int(part) for part in text.split(","))
    except ValueError as error:
        raise UsageError(
            f"--region {text}: expected X,Y,W,H, four whole numbers of pixels such as "
            "0,0,1280,720"
        ) from error
    if width <= 0 or height <= 0:
        raise UsageError(
            f"--region {text}: width and height must be more than 0, got "
            f"{width} x {height}"
        )
    return x, y, width, height

"""What the page asked for, checked as `start` checks its options."""

from __future__ import annotations

import base64
import binascii
import math
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from monitor.cli.options import DEFAULT_EVERY_S
from monitor.cli.wishes import LIVE_KINDS, Wish
from monitor.errors import UsageError
from monitor.sources.files import as_typed
from monitor.typed_number import number_of
from monitor.words import Mode

if TYPE_CHECKING:
    from monitor.cli.running import Plan
    from monitor.sources.port import Region, Source

Details = Mapping[str, Any]
"""A question of the page's, as it came."""

_EMPTY = (None, "")
"""What a field holds in which nothing stands; 0 is a number, and a wrong one."""


def wish_of(details: Details) -> Wish:
    """The class that the page asks for; numbers may still be text.

    Raises:
        UsageError: a number is none, or there is no such mode.
    """
    source = str(details.get("source") or "screen")
    every, minutes = details.get("every_s"), details.get("minutes")
    return Wish(
        source=source if source in LIVE_KINDS else str(as_typed(source)),
        region=region_of(details) if source == "screen" else None,
        camera=int(_number(details.get("camera") or 0, "--camera")),
        every_s=DEFAULT_EVERY_S if every in _EMPTY else _number(every, "--every"),
        title=str(details.get("title") or "").strip() or None,
        mode=_mode(details.get("mode")),
        model=details.get("model"),
        detector=details.get("detector") or "centerface",
        detector_file=Path(file) if (file := details.get("detector_file")) else None,
        limit_min=None if minutes in _EMPTY else _number(minutes, "--minutes"),
    )


def course_of(details: Details) -> str | None:
    """The course's name; None where nothing but blanks stands in its field."""
    return str(details.get("course") or "").strip() or None


def region_of(details: Details) -> Region | None:
    """The part of the desktop that is meant, None for all of it.

    Raises:
        UsageError: not four whole numbers, or of no size.
    """
    asked = details.get("region")
    if asked is None:
        return None
    names = ("left edge", "top edge", "width", "height")
    sides = [
        _number(one, f"--region: its {name}") for name, one in _named(names, asked)
    ]
    x, y, width, height = (round(side) for side in sides)
    if width <= 0 or height <= 0:
        raise UsageError(
            f"--region {width} x {height} has no size: draw it on the picture, or give "
            "a width and a height above 0"
        )
    return x, y, width, height


@contextmanager
def roster_file(details: Details) -> Iterator[Path | None]:
    """The roster that the page names or sends, as a file while inside.

    Raises:
        UsageError: what was sent is no file.
    """
    sent = details.get("roster_sent")
    path = str(details.get("roster") or "").strip()
    if not sent:
        yield as_typed(path) if path else None
        return
    try:
        data = base64.b64decode(sent["data"], validate=True)
    except (binascii.Error, ValueError, KeyError, TypeError) as error:
        raise UsageError(
            "the roster did not arrive whole: choose the file again"
        ) from error
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "roster.csv")
        file.write_bytes(data)
        try:
            yield file
        except UsageError as error:
            # The user knows the file by its name; where it lay for a moment is ours.
            name = str(sent.get("name") or file.name)
            raise UsageError(str(error).replace(str(file), name)) from error


def source_of(wish: Wish, plan: Plan) -> tuple[Source, Plan]:
    """What the class is read from, not yet opened, and its own plan.

    Raises:
        SourceUnavailable: a recording that cannot be read.
    """
    from monitor import sources
    from monitor.cli.analyze import recorded

    if wish.live:
        return sources.create(wish.source, wish.options(wish.region)), plan
    path = Path(wish.source)
    return recorded(sources.kind_of(path), (path,), plan)


def _named(names: tuple[str, ...], asked: object) -> list[tuple[str, object]]:
    values = list(asked) if isinstance(asked, list | tuple) else []
    if len(values) != len(names):
        raise UsageError(
            "--region: expected four numbers, its left and top edge, width and height"
        )
    return list(zip(names, values, strict=True))


def _number(value: object, name: str) -> float:
    number = number_of(value)
    if number is None or not math.isfinite(number):
        raise UsageError(f"{name}: expected a number, got {str(value)[:40]!r}")
    return number


def _mode(text: object) -> Mode | None:
    try:
        return Mode(str(text)) if text else None
    except ValueError as error:
        raise UsageError(f"--mode {str(text)[:40]!r} is not known") from error

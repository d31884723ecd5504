"""The notice before the first real class, and the answer to it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import typer

from monitor.errors import UsageError
from monitor.reports.notice import in_the_terminal
from monitor.words import Mode

if TYPE_CHECKING:
    from monitor.store.store import Store


def agreed_mode(store: Store, *, accept: bool, mode: Mode | None) -> Mode:
    """The mode that the user chose after reading the notice; the answer is recorded.

    Args:
        store: where the answer is kept.
        accept: ``--accept-notice`` was given.
        mode: ``--mode``, if given.

    Raises:
        UsageError: nobody has answered and there is no terminal to ask on.
    """
    recorded = store.acknowledged_mode()
    if (accept and (mode or recorded)) or recorded is not None:
        chosen = mode or recorded
    elif sys.stdin.isatty() and sys.stdout.isatty():
        chosen = _ask(mode)
    elif accept:
        raise UsageError(
            "--accept-notice needs to know how much to keep: add --mode student "
            "(expressions per student), class (only totals by the minute) or presence "
            "(only who is visible)"
        )
    else:
        raise UsageError(
            "the notice on watching a class has not been answered and there is no "
            "terminal to ask on: add --accept-notice --mode student (or class, "
            "presence)"
        )
    assert chosen is not None  # noqa: S101
    if chosen is not recorded:
        store.acknowledge(chosen)
    return chosen


def _ask(mode: Mode | None) -> Mode:
    typer.echo(in_the_terminal())
    if not typer.confirm("Have you told the class, and may you do this where you are?"):
        raise UsageError("nothing was started: the notice was not accepted")
    if mode is not None:
        return mode
    answer = typer.prompt(
        "Mode: student (expressions per student), class (only totals by the minute) or "
        "presence (only who is visible)",
        default=Mode.STUDENT.value,
    )
    try:
        return Mode(answer.strip().lower())
    except ValueError as error:
        raise UsageError(
            f"mode {answer!r} is not known: student, class or presence"
        ) from error

"""Runs the measurements that were asked for, or all, and prints one table."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator

from rich.console import Console
from rich.table import Table

from tests.bench import (
    agent,
    commands,
    full_database,
    identity,
    live,
    pages,
    path,
    preview,
    report,
    sample,
)

Row = tuple[str, str, str]
"""What was measured, the figure, the aim."""

MEASUREMENTS: dict[str, Callable[[], Iterator[Row]]] = {
    "sample": sample.measure,
    "agent": agent.measure,
    "commands": commands.measure,
    "database": full_database.measure,
    "identity": identity.measure,
    "live": live.measure,
    "pages": pages.measure,
    "path": path.measure,
    "preview": preview.measure,
    "report": report.measure,
}


def main(wanted: list[str]) -> None:
    table = Table("what", "measured", "aim with the first path", box=None)
    for name in wanted or list(MEASUREMENTS):
        for row in MEASUREMENTS[name]():
            table.add_row(*row)
    Console().print(table)


if __name__ == "__main__":
    main(sys.argv[1:])

"""`classpulse models list`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any, TypeGuard

import typer

from monitor.cli.models import sizes

if TYPE_CHECKING:
    from monitor.emotion.registry import Installed

_UNMEASURED = "-"
_LEGEND = (
    "labels: how often it says what the label says; votes: what most of FER+'s "
    "ten annotators saw; ECE: calibration error against the labels; -: not measured "
    "when it was made. Trained here: on the faces held back, by which their confidence "
    "was fitted"
)


def list_models(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List the networks that `--model` knows, and how often each is right."""
    from monitor.emotion import registry
    from monitor.quoting import on_one_line

    rows = [_row(network) for network in registry.installed()]
    if as_json:
        typer.echo(json.dumps(rows, indent=2))
    else:
        _print_table(rows)
        typer.echo(_LEGEND)
        typer.echo(
            f"Your own lie in {registry.folder()}; to remove one, delete its file"
        )
        for file in registry.unnamed():
            name = on_one_line(file.name)
            typer.echo(
                f"Left out: {name}. Expected as a name, before {registry.SUFFIX}: "
                f"{registry.NAMES}."
            )


def _row(network: Installed) -> dict[str, Any]:
    about = network.metadata
    figures = about.raw.get("figures") if about else None
    labels = _measured(figures, ("public_test", "test", "validation"))
    votes = _measured(figures, ("public_test_votes", "validation_votes"))
    return {
        "name": network.name,
        "version": about.version if about else None,
        "from": _origin(network),
        "input": list(about.input) if about else None,
        "classes": list(about.classes) if about else None,
        "accuracy": labels.get("accuracy"),
        "votes_accuracy": votes.get("accuracy"),
        "ece": labels.get("ece"),
        "bytes": network.size,
        "path": str(network.path),
        "problem": network.problem or None,
    }


def _measured(figures: object, parts: tuple[str, ...]) -> dict[str, float]:
    """Accuracy and calibration error on the first of the parts that was measured."""
    if not isinstance(figures, dict):
        return {}
    for part in parts:
        found = figures.get(part)
        if isinstance(found, dict):
            return {
                key: value
                for key in ("accuracy", "ece")
                # A file of somebody else's may say anything.
                if _is_share(value := found.get(key))
            }
    return {}


def _is_share(value: object) -> TypeGuard[float]:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return 0 <= value <= 1


def _origin(network: Installed) -> str:
    from monitor.emotion import metadata, registry

    if network.metadata is None:
        return "cannot be used"
    if network.name == registry.SHIPPED:
        return "shipped"
    if metadata.was_released(network.metadata.raw):
        return "released"
    source = metadata.imported_from(network.metadata.raw)
    return f"imported from {source}" if source else "trained here"


def _print_table(rows: list[dict[str, Any]]) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    table = Table(box=None, header_style="bold", pad_edge=False)
    for heading in ("name", "version", "from"):
        table.add_column(heading, overflow="fold")
    table.add_column("input", no_wrap=True)
    for heading in ("labels", "votes", "ECE", "size"):
        table.add_column(heading, justify="right", no_wrap=True)
    for row in rows:
        side, _, channels = row["input"] or (0, 0, 0)
        kind = f"{side}x{side} {'grey' if channels == 1 else 'colour'}"
        table.add_row(
            escape(row["name"]),
            escape(row["version"] or ""),
            escape(row["from"]),
            kind if side else "",
            _share(row["accuracy"]),
            _share(row["votes_accuracy"]),
            _share(row["ece"]),
            sizes.in_words(row["bytes"]),
        )
    Console().print(table)
    for row in rows:
        if row["problem"]:
            typer.echo(f"{row['name']}: {row['problem']}")


def _share(value: float | None) -> str:
    return _UNMEASURED if value is None else f"{value:.1%}"

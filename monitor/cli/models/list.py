"""`classpulse models list`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any, TypeGuard

import typer

from monitor.cli.models import sizes

if TYPE_CHECKING:
    from monitor.emotion.registry import Installed

_UNMEASURED = "-"
_ENOUGH = 50
"""Faces under which a share says next to nothing: it would be good to 14 points."""
_LEGEND = (
    "labels: how often it says what the label says; votes: what most of FER+'s "
    "ten annotators saw; ECE: calibration error against the labels; -: not measured "
    f"when it was made, or on fewer than {_ENOUGH} faces. Trained here: on the faces "
    "held back"
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
        "faces": labels.get("faces"),
        "accuracy": labels.get("accuracy"),
        "votes_accuracy": votes.get("accuracy"),
        "ece": labels.get("ece"),
        "bytes": network.size,
        "path": str(network.path),
        "problem": network.problem or None,
    }


def _measured(figures: object, parts: tuple[str, ...]) -> dict[str, float]:
    """Faces, accuracy and calibration error of the first part that was measured."""
    if not isinstance(figures, dict):
        return {}
    for part in parts:
        found = figures.get(part)
        if isinstance(found, dict):
            # A file of somebody else's may say anything.
            faces = found.get("faces")
            counted = {"faces": faces} if type(faces) is int and faces >= 0 else {}
            return counted | {
                key: value
                for key in ("accuracy", "ece")
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
            *(_share(row, key) for key in ("accuracy", "votes_accuracy", "ece")),
            sizes.in_words(row["bytes"]),
        )
    Console().print(table)
    for row in rows:
        if row["problem"]:
            typer.echo(f"{row['name']}: {row['problem']}")
    Console().print(_LEGEND, highlight=False)


def _share(row: dict[str, Any], key: str) -> str:
    few = row["faces"] is not None and row["faces"] < _ENOUGH
    return _UNMEASURED if row[key] is None or few else f"{row[key]:.1%}"

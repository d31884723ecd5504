"""Draws a run: how it learned, and what it takes for what."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, PercentFormatter

from models.training import record

GROUND, INK, FAINT = "#ffffff", "#222222", "#d9d9d9"
TRAINING, VALIDATION, VOTES = "#D55E00", "#0072B2", "#009E73"
"""From the Okabe-Ito set: told apart by everybody, and by dashes and marks as well."""


class Curve(NamedTuple):
    """One line of a panel: what it is called in the record and on the page."""

    key: str
    label: str
    colour: str
    dashes: str
    mark: str


ACCURACY = (
    Curve("accuracy", "training", TRAINING, "--", "s"),
    Curve("validation_accuracy", "validation", VALIDATION, "-", "o"),
    Curve("validation_votes", "validation, most votes", VOTES, ":", "^"),
)
LOSS = (
    Curve("loss", "training", TRAINING, "--", "s"),
    Curve("validation_loss", "validation", VALIDATION, "-", "o"),
)
_EXPRESSION = "expression"
"""What a run is of whose record names no network."""
BOTH_HEADS = "training: both heads, damaged faces"
"""An expression network's loss in training is another sum than in validation."""


def draw(folder: Path) -> list[Path]:
    """Draws the curves of a run and, where it was measured, its confusion matrix.

    Args:
        folder: of a run, as `classifier.train` or `train.train` leaves it.

    Returns:
        The pictures written: ``curves.png`` and perhaps ``confusion.png``.

    Raises:
        UsageError: the folder holds no run.
        ExportError: it cannot be written.
    """
    held = record.read(folder)
    drawn = {}
    if held["epochs"]:
        drawn["curves.png"] = curves(held)
    if "confusion" in held.get("validation", {}):
        drawn["confusion.png"] = confusion(held)
    with record.writing(folder):
        for name, figure in drawn.items():
            figure.savefig(folder / name, dpi=150)
    return [folder / name for name in drawn]


def curves(held: dict[str, Any]) -> Figure:
    """Accuracy and loss by epoch, side by side.

    Args:
        held: a run's record; of what an epoch does not tell no line is drawn.
    """
    figure = _figure(11, 4.4)
    left, right = figure.subplots(1, 2)
    _panel(left, held["epochs"], ACCURACY)
    left.set_ylabel("answered right (share of pictures)")
    left.set_title("Accuracy", loc="left")
    left.set_ylim(bottom=0)
    left.yaxis.set_major_formatter(PercentFormatter(1.0))
    two = _name(held) == _EXPRESSION
    loss = (LOSS[0]._replace(label=BOTH_HEADS), LOSS[1]) if two else LOSS
    _panel(right, held["epochs"], loss)
    right.set_ylabel("cross-entropy (nats a picture)")
    right.set_ylim(bottom=0)
    right.set_title("Loss: how surprised it was by the truth", loc="left")
    for axes in (left, right):
        _mark_fine_tuning(axes, held["epochs"])
    data = held.get("data", {})
    figure.suptitle(
        f"{_name(held)} after epoch {len(held['epochs'])}: "
        f"{_count(data, 'learned_from')} learned from, "
        f"{_count(data, 'chosen_on')} to choose on",
        x=0.01,
        ha="left",
    )
    return figure


def confusion(held: dict[str, Any]) -> Figure:
    """What the validation part's pictures were taken for; a row is a truth.

    Args:
        held: a run's record with ``classes`` and ``validation``.
    """
    found, names = held["validation"], held["classes"]
    counts = np.array(found["confusion"])
    shares = counts / np.maximum(counts.sum(1, keepdims=True), 1)
    size = max(5.5, 1.5 + 0.75 * len(names))
    figure = _figure(size + 1.2, size)
    axes = figure.subplots()
    image = axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    places = np.arange(len(names))
    axes.set_xticks(places, names, rotation=45, ha="right")
    axes.set_yticks(places, names)
    for (row, column), share in np.ndenumerate(shares):
        if not counts[row, column]:
            continue
        axes.text(
            column,
            row,
            f"{share:.0%}\n{counts[row, column]:,}",
            ha="center",
            va="center",
            fontsize=8,
            color=GROUND if share > 0.5 else INK,
        )
    axes.set_xlabel("answered")
    axes.set_ylabel("labelled")
    axes.set_title(
        f"{_name(held)}: {found['accuracy']:.1%} of {found['images']:,} validation "
        f"pictures right\n{chosen(held)}".rstrip(),
        loc="left",
        fontsize=11,
    )
    bar = figure.colorbar(image, ax=axes, fraction=0.046)
    bar.set_label("share of the pictures with a label")
    bar.ax.yaxis.set_major_formatter(PercentFormatter(1.0))
    return figure


def chosen(held: dict[str, Any]) -> str:
    """What is to be known of figures that are those of the best of several epochs.

    Args:
        held: a run's record with ``validation``; without epochs none was chosen.

    Returns:
        A sentence's end; empty where nothing was chosen by those figures.
    """
    epoch, epochs = held["validation"].get("epoch"), len(held.get("epochs", []))
    if epoch is None or epochs < 2:
        return ""
    return (
        f"after epoch {epoch}, the best of {epochs} on these same pictures, which "
        "flatters"
    )


def _panel(axes: Axes, epochs: list[dict[str, Any]], lines: tuple[Curve, ...]) -> None:
    for line in lines:
        points = [(e["epoch"], e[line.key]) for e in epochs if line.key in e]
        if not points:
            continue
        across, up = zip(*points, strict=True)
        axes.plot(
            across,
            up,
            line.dashes,
            color=line.colour,
            marker=line.mark,
            markevery=max(1, len(points) // 10),
            markersize=5,
            label=line.label,
        )
    axes.set_xlabel("epoch (passes over the pictures)")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.grid(color=FAINT, linewidth=0.7)
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False)


def _mark_fine_tuning(axes: Axes, epochs: list[dict[str, Any]]) -> None:
    frozen = [bool(e.get("frozen")) for e in epochs]
    if not any(frozen) or all(frozen):
        return
    at = epochs[frozen.index(False)]["epoch"] - 0.5
    axes.axvline(at, color=INK, linewidth=0.8)
    axes.annotate(
        "all of it learns ",
        (at, 1),
        xycoords=("data", "axes fraction"),
        xytext=(4, -4),
        textcoords="offset points",
        va="top",
        fontsize=8,
    )


def _figure(width: float, height: float) -> Figure:
    figure = Figure((width, height), facecolor=GROUND, layout="constrained")
    FigureCanvasAgg(figure)  # draws without a screen
    return figure


def _name(held: dict[str, Any]) -> str:
    return str(held.get("network", _EXPRESSION))


def _count(data: dict[str, Any], key: str) -> str:
    return f"{data[key]:,} pictures" if key in data else "pictures"

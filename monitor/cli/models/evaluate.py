"""`classpulse models evaluate`."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from monitor.cli.models import caveats, sizes
from monitor.cli.models.bad import Bad
from monitor.cli.models.places import lies_among
from monitor.cli.options import ModelOption
from monitor.errors import ExportError
from monitor.reports.formatting import count
from monitor.words import EMOTIONS

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from models.training.evaluate import Figures
    from models.training.readers.data import Data
    from monitor.emotion.network import Network


def evaluate(
    data: Annotated[
        Path,
        typer.Option(
            "--data",
            help="Labelled faces: fer2013.csv, an .npz of FER2013, or a folder with "
            "a folder for each class.",
        ),
    ],
    model: ModelOption = None,
    split: Annotated[
        str | None,
        typer.Option(
            "--split",
            metavar="NAME",
            help="Only this part: Training, PublicTest or PrivateTest of fer2013.csv, "
            "train, validation or test of folders. Default: every row.",
        ),
    ] = None,
    votes: Annotated[
        Path | None,
        typer.Option(
            "--votes",
            help="FER+'s fer2013new.csv. Default: the one beside fer2013.csv, if any.",
        ),
    ] = None,
    as_json: Annotated[
        bool,
        typer.Option(
            "--json", help="Print JSON, which names every bad row and holds all notes."
        ),
    ] = False,
    predictions: Annotated[
        Path | None,
        typer.Option(
            "--predictions",
            metavar="FILE.csv",
            help="Write each face's label and its seven calibrated probabilities: "
            "those measured against the labels; of class folders, each picture's file.",
        ),
    ] = None,
    bad: Annotated[
        Bad, typer.Option("--bad", help="Rows that cannot be used: skip or stop.")
    ] = Bad.SKIP,
) -> None:
    """Measure a network on labelled faces, through the runtime that reads a class.

    Every face counts, each taken whole; none is left out as unreadable. In JSON, shares
    and errors are fractions. With votes of FER+ the figures against what most
    annotators saw stand beside. The shipped network answers twice: its head `labels` is
    measured against the labels, its head `votes`, which a class is read with, against
    the votes. ms_per_face is the processor time of LiteRT alone, on one core, in a
    batch of 25. The 95% confidence interval of an accuracy (Wilson; accuracy_ci95, low
    and high) is what chance leaves open on so many faces; on faces of another kind the
    accuracy can lie outside it.
    """
    from monitor.emotion import registry
    from monitor.emotion.reader import load_network

    file = registry.find(model)
    if predictions is not None:
        _check_target(predictions, file, data, votes)
    network = load_network(file)
    from models.training.readers import open_data, parts
    from models.training.readers.report import bad_rows

    pictures = open_data(data, bad=bad.value, votes=votes, seven=True)
    notes = list(pictures.notes)
    if split is None:
        notes += parts.strange(pictures)
    for line in (*bad_rows(pictures.bad_in(split)), *notes):
        typer.echo(line, err=True)
    report, figures = _measured(network, file, pictures, split, predictions)
    doubts = (
        caveats.made_with(network, pictures, split),
        caveats.never_answered(network, figures),
    )
    for line in filter(None, doubts):
        typer.echo(line, err=True)
        notes.append(line)
    report["notes"] = notes
    if as_json:
        typer.echo(json.dumps(report, indent=2))
        return
    _print(network, report, figures)
    if predictions is not None:
        typer.echo(f"Written: {predictions}")


def _measured(
    network: Network, file: Path, data: Data, split: str | None, target: Path | None
) -> tuple[dict[str, Any], Figures]:
    """The report as it is printed in JSON, and the figures against the labels."""
    import numpy as np

    from models.training import evaluate as measuring
    from models.training.datasets import majority

    truth = data.emotions()
    rows = np.arange(len(data)) if split is None else data.part(split)
    said = _answers(network, data, rows)
    reads = network.metadata.reads
    for_labels, for_votes = (
        head if head in said else reads for head in ("labels", "votes")
    )
    named = said[for_labels]
    found = measuring.figures(named, truth[rows])
    if target is not None:
        _write(target, data, rows, named)
    bad = data.bad_in(split)
    report = _as_json(found) | {
        "head": for_labels,
        "ms_per_face": round(measuring.ms_per_face(file), 3),
        "bytes": file.stat().st_size,
        "skipped": len(bad),
        "bad_rows": [{"where": row.where, "why": row.why} for row in bad],
    }
    if data.votes is not None:
        others = None if data.other_votes is None else data.other_votes[rows]
        seen = majority(data.votes[rows], others)
        against = _against_votes(said[for_votes], seen)
        report["ferplus"] = against | {"head": for_votes}
    return report, found


def _answers(
    network: Network, data: Data, rows: npt.NDArray[np.int64]
) -> dict[str, npt.NDArray[np.float64]]:
    """Each head's probabilities, with a progress bar where somebody looks."""
    from rich.console import Console
    from rich.progress import Progress

    from models.training.evaluate import answers

    console = Console(stderr=True)
    quiet = not console.is_terminal
    with Progress(console=console, transient=True, disable=quiet) as bar:
        task = bar.add_task("Reading faces", total=len(rows))
        return answers(network, data, rows, lambda n: bar.advance(task, n))


def _as_json(figures: Figures) -> dict[str, Any]:
    return {
        "images": figures.faces,
        "accuracy": figures.accuracy,
        "macro_f1": figures.macro_f1,
        "ece": figures.ece,
        "brier": figures.brier,
        # An expression that no face has cannot be found.
        "per_class": {
            name: figures.recall[name] if sum(faces) else None
            for name, faces in zip(EMOTIONS, figures.confusion, strict=True)
        },
        "confusion": figures.confusion,
        "accuracy_ci95": figures.interval,
    }


def _against_votes(
    probabilities: npt.NDArray[np.float64], seen: npt.NDArray[np.int64]
) -> dict[str, Any]:
    """The same against the majority of FER+'s annotators, where there is one."""
    from models.training import evaluate as measuring

    some = seen >= 0
    report: dict[str, Any] = {
        "images": int(some.sum()),
        "left_out": int((~some).sum()),
    }
    if some.any():
        found = _as_json(measuring.figures(probabilities[some], seen[some]))
        names = ("accuracy", "macro_f1", "ece", "brier", "accuracy_ci95")
        report |= {name: found[name] for name in names}
    return report


def _check_target(target: Path, model: Path, data: Path, votes: Path | None) -> None:
    """Refuses a place for the predictions before anything is measured.

    Raises:
        ExportError: nothing can be written there, or what is measured lies there.
    """
    from models.training.readers.votes import NAME

    if target.is_dir():
        raise ExportError(f"{target} is a folder: name a file for --predictions")
    if not target.parent.is_dir():
        raise ExportError(f"{target.parent} is no folder: make it first")
    if lies_among(target, data):
        raise ExportError(f"{target} lies among the data: name a file elsewhere")
    read = {"data": data, "votes": votes or data.parent / NAME, "model": model}
    for what, file in read.items():
        if target.exists() and file.exists() and target.samefile(file):
            raise ExportError(f"{target} holds the {what}: name another file")


def _write(
    target: Path,
    data: Data,
    rows: npt.NDArray[np.int64],
    probabilities: npt.NDArray[np.float64],
) -> None:
    """A line for each of the rows; of pictures in files, which one it was."""
    truth, places = data.emotions()[rows].tolist(), data.index[rows].tolist()
    named = [[str(data.files[row])] if data.files else [] for row in rows]
    try:
        # A name on the disk need not be UTF-8.
        with target.open(
            "w", encoding="utf-8", errors="backslashreplace", newline=""
        ) as text:
            table = csv.writer(text)
            table.writerow(
                ["index", "label", *EMOTIONS, *(["file"] * bool(data.files))]
            )
            for place, label, shares, file in zip(
                places, truth, probabilities.tolist(), named, strict=True
            ):
                numbers = (f"{p:.6f}" for p in shares)
                table.writerow([place, EMOTIONS[label], *numbers, *file])
    except OSError as exc:
        raise ExportError(
            f"{target} cannot be written ({exc.strerror}): name another file"
        ) from exc


def _print(network: Network, report: dict[str, Any], figures: Figures) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console()
    table = Table(box=None, header_style="bold", pad_edge=False)
    table.add_column("against", no_wrap=True)
    for heading in ("faces", "accuracy", "95% interval", "macro-F1", "ECE", "Brier"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_row("the labels", *_cells(report))
    against = report.get("ferplus")
    if against and against["images"]:
        table.add_row("most annotators (FER+)", *_cells(against))
    console.print(f"{network.name} {network.version}", style="bold", highlight=False)
    console.print(table)
    if against:
        console.print(
            f"FER+: {count(against['left_out'], 'face')} left out: no majority for "
            "one of the seven",
            highlight=False,
        )
    if len(network.metadata.heads) > 1:
        console.print(_heads(network, report), highlight=False)
    console.print(_by_class(figures))
    console.print(
        f"{_ms(report['ms_per_face'])} ms a face on one core in a batch of 25 (LiteRT "
        f"alone); {sizes.in_words(report['bytes'])}",
        highlight=False,
    )


def _ms(milliseconds: float) -> str:
    return f"{milliseconds:.2f}" if milliseconds < 10 else f"{milliseconds:,.0f}"


def _heads(network: Network, report: dict[str, Any]) -> str:
    """Which of a network's answers was measured against what."""
    said = [f"labels: head `{report['head']}`"]
    if "ferplus" in report:
        said.append(f"most annotators: head `{report['ferplus']['head']}`")
    return f"{'; '.join(said)}. A class is read with `{network.metadata.reads}`."


def _by_class(figures: Figures) -> Any:  # noqa: ANN401 rich is loaded on demand
    """Faces by label (row) and answer (column), and the share found of each."""
    from rich.table import Table

    table = Table(
        title="labels (rows) and answers (columns)",
        title_justify="left",
        box=None,
        header_style="bold",
        pad_edge=False,
    )
    table.add_column("")
    for heading in (*EMOTIONS, "found"):
        table.add_column(heading, justify="right", no_wrap=True)
    for name, counts in zip(EMOTIONS, figures.confusion, strict=True):
        found = f"{figures.recall[name]:.1%}" if sum(counts) else ""
        table.add_row(name, *(f"{count:,}" for count in counts), found)
    return table


def _cells(report: dict[str, Any]) -> tuple[str, ...]:
    low, high = report["accuracy_ci95"]
    return (
        f"{report['images']:,}",
        f"{report['accuracy']:.1%}",
        f"{low * 100:.1f}-{high:.1%}",
        f"{report['macro_f1']:.1%}",
        f"{report['ece']:.1%}",
        f"{report['brier']:.3f}",
    )

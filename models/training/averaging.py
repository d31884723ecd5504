"""The mean of a network's weights and of those that it was begun with.

A network that was trained on from another's weights at a low rate lies in one valley
with it: the mean of both often answers better than either (stochastic weight averaging,
Izmailov et al. 2018, arXiv 1803.05407; model soups, Wortsman et al. 2022,
arXiv 2203.05482), and costs nothing to run:
``python -m models.training.averaging --run DIR --begun FILE --out DIR``.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from models.training import record
from models.training.teacher import describe, load_network
from monitor.errors import ClassPulseError, UsageError


def write_mean(run: Path, begun: Path, out: Path) -> None:
    """A network half-way between a run's and its beginning, and a record of it.

    Args:
        run: the run's folder.
        begun: the network that it was begun with.
        out: a new folder, with the run's record; made when missing.

    Raises:
        UsageError: one is no network of ours, the run was begun with another, or the
            new folder holds a run.
        ExportError: the new folder cannot be written.
    """
    held = record.read(run)
    record.check_free(out, held.get("network", "expression"), resume=False)
    first = held.get("begun_from") or {}
    if describe(begun)["sha256"] != first.get("sha256"):
        raise UsageError(f"{begun} is not the network that {run} was begun with.")
    model = load_network(run / "network.keras", "--run")
    before = load_network(begun, "--begun").get_weights()
    pairs = zip(model.get_weights(), before, strict=True)
    model.set_weights([(mine + theirs) / 2 for mine, theirs in pairs])
    with record.writing(out):
        out.mkdir(parents=True, exist_ok=True)
        record.save(model, out / "network.keras")
        record.write(out, held | {"averaged": True})


def main() -> None:
    """The command line: a mistake is one line and status 2."""
    parser = argparse.ArgumentParser(
        prog="python -m models.training.averaging",
        description="Takes the mean of a network's weights and of its first ones.",
    )
    parser.add_argument("--run", type=Path, required=True, help="the run's folder")
    parser.add_argument(
        "--begun", type=Path, required=True, help="the network that it was begun with"
    )
    parser.add_argument("--out", type=Path, required=True, help="the new folder")
    args = parser.parse_args()
    try:
        write_mean(args.run, args.begun, args.out)
    except ClassPulseError as exc:
        parser.exit(2, f"{exc}\n")


if __name__ == "__main__":
    main()

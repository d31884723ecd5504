"""The mean of a network's weights and of those of the network that it was begun with.

Networks that were trained on from one another at a low rate lie in one valley, and the
mean of their weights often answers better than each (stochastic weight averaging,
Izmailov et al. 2018, arXiv 1803.05407; model soups, Wortsman et al. 2022,
arXiv 2203.05482); it costs nothing to run:
``python -m models.training.averaging --run DIR --begun FILE --out DIR``.

Of a released file the weights are taken as `readback` finds them, normalisation folded
into the kernels; a run that begins with one unfolds it (`stages`). So that mean is not
half-way between what the two compute: it is to be measured, not believed.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from models.training import record
from models.training.teacher import describe, load_network
from monitor.errors import ClassPulseError, UsageError


def write_mean(run: Path, begun: Path, out: Path) -> None:
    """A network with the mean weights of a run's and of another, and a record of it.

    Args:
        run: the run's folder.
        begun: the network that it was begun with.
        out: a new folder, with the run's record; made when missing.

    Raises:
        UsageError: one is no network of ours, the run was begun with another or is a
            mean already, their shapes differ, or the new folder holds a run.
        ExportError: the new folder cannot be written.
    """
    held = record.read(run)
    record.check_free(out, held.get("network", "expression"), resume=False)
    first = held.get("begun_from") or {}
    if describe(begun)["sha256"] != first.get("sha256"):
        raise UsageError(f"{begun} is not the network that {run} was begun with.")
    if held.get("averaged"):
        raise UsageError(f"{run} is a mean already: name the run that was trained.")
    model = load_network(run / "network.keras", "--run")
    weights, before = (
        each.get_weights() for each in (model, load_network(begun, "--begun"))
    )
    if [each.shape for each in weights] != [each.shape for each in before]:
        raise UsageError(f"{begun} has another shape than {run}: no mean can be taken.")
    pairs = zip(weights, before, strict=True)
    model.set_weights([(mine + theirs) / 2 for mine, theirs in pairs])
    # What was measured is another network's.
    held.pop("validation", None)
    with record.writing(out):
        out.mkdir(parents=True, exist_ok=True)
        record.save(model, out / "network.keras")
        record.write(out, held | {"averaged": True})


def main() -> None:
    """The command line: a mistake is one line and status 2."""
    parser = argparse.ArgumentParser(
        prog="python -m models.training.averaging",
        description="Takes the mean of a network's weights and those of its beginning.",
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

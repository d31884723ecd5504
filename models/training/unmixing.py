"""Takes out of the labels' head what it has too much of the votes'.

The labels' head is asked for a mixture of the label and of what the votes let one
expect (`targets`): that is steadier to learn from, but draws its answer towards what
most people see. Of faces held back, the labels are likelier when a little of the
votes' logits is taken off again (`NOTES.md`). Both heads are linear in the same
features, so what is left is a head of the same kind and costs nothing to run.

A release does so by itself. A network that is to teach others can be made so with
``python -m models.training.unmixing --run DIR --share SHARE --out DIR``.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TypeAlias

import keras
import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize_scalar

from models.training import record
from models.training.calibration import Answers, unlikelihood
from models.training.networks import LABELS, VOTES
from models.training.scores import PLACES
from models.training.teacher import load_network
from monitor.errors import ClassPulseError

Floats: TypeAlias = npt.NDArray[np.float64]

MOST = 0.5
"""More is not taken off, whatever the faces say."""
_SPREAD = 0.1
"""Standard deviation of a Gaussian prior around none: few faces move it little."""


def share_of_votes(
    labels: Floats, votes: Floats, truth: npt.NDArray[np.int64]
) -> float:
    """How much of the votes' logits to take off those of the labels.

    That with which the labels are likeliest once they are calibrated.

    Args:
        labels: (n, 7) logits of the labels' head for faces that it did not learn from.
        votes: (n, 7) logits of the votes' head for the same faces.
        truth: (n,) the faces' labels, columns of both.

    Returns:
        A share in [0, `MOST`].
    """

    def loss(share: float) -> float:
        rest = Answers(labels - share * votes, truth)
        return unlikelihood(rest) + (share / _SPREAD) ** 2 / 2

    best = minimize_scalar(loss, bounds=(0.0, MOST), method="bounded")
    # The search comes near an end of its bounds, but never to it.
    return round(float(best.x), PLACES) if best.fun < loss(0.0) else 0.0


def take_off(model: keras.Model, share: float) -> None:
    """Change a network's labels' head for good.

    Args:
        model: as `networks.expression_network` makes it.
        share: of the votes' weights that is taken off the labels'.
    """
    head, votes = model.get_layer(LABELS), model.get_layer(VOTES).get_weights()
    mine = zip(head.get_weights(), votes, strict=True)
    head.set_weights([weights - share * theirs for weights, theirs in mine])


def write_unmixed(run: Path, share: float, out: Path) -> None:
    """A run's network without a share of the votes, and its record, in a new folder.

    Args:
        run: the run's folder.
        share: in [0, `MOST`].
        out: the new folder; made when missing.

    Raises:
        UsageError: the run holds no network of ours, or the new folder another run.
        ExportError: the new folder cannot be written.
    """
    held = record.read(run)
    record.check_free(out, held.get("network", "expression"), resume=False)
    model = load_network(run / "network.keras", "--run")
    take_off(model, share)
    with record.writing(out):
        out.mkdir(parents=True, exist_ok=True)
        record.save(model, out / "network.keras")
        # What was taken off before counts too; what was measured is another network's.
        held.pop("validation", None)
        record.write(out, held | {"unmixed": share + held.get("unmixed", 0.0)})


def _share(text: str) -> float:
    share = float(text)
    if not 0 <= share <= MOST:
        raise argparse.ArgumentTypeError(f"{text}: expected from 0 to {MOST:g}")
    return share


def main() -> None:
    """The command line: a mistake is one line and status 2."""
    parser = argparse.ArgumentParser(
        prog="python -m models.training.unmixing",
        description="Takes off a network's labels' head what it has too much of the "
        "votes'.",
    )
    parser.add_argument("--run", type=Path, required=True, help="the run's folder")
    parser.add_argument(
        "--share", type=_share, required=True, help="of the votes' logits"
    )
    parser.add_argument("--out", type=Path, required=True, help="the new folder")
    args = parser.parse_args()
    try:
        write_unmixed(args.run, args.share, args.out)
    except ClassPulseError as exc:
        parser.exit(2, f"{exc}\n")


if __name__ == "__main__":
    main()

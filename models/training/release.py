"""Makes a trained run the shipped network: ``python -m models.training.release``.

Exports the network, fits its temperature on the validation part, measures the file on
PublicTest and through a gallery, and writes the figures into the file, into the run's
folder and into the card beside the file.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import keras
import numpy as np

from models.training import evaluate
from models.training.card import card
from models.training.datasets import Archive, Faces, load, split
from models.training.export import describe, export, rewrite
from models.training.networks import mirrored
from models.training.path_loss import centerface, path_loss
from models.training.train import default_folder
from monitor.emotion.network import Network, shipped
from monitor.errors import UsageError

LOOKS = Path(__file__).with_name("public_test_looks.jsonl")
PATH_FACES = 500
PATH_HEIGHT = 120


def release(run_folder: Path, data: Path, out: Path, version: str) -> dict[str, Any]:
    """Exports and measures a run.

    Args:
        run_folder: what `train.train` left.
        data: the .npz file that it learned from.
        out: the ``.tflite`` file; ``CARD.md`` is written beside it.
        version: of the network.

    Returns:
        The figures.

    Raises:
        UsageError: there is no finished run, or the data is not what it learned from.
    """
    network, record = run_folder / "network.keras", run_folder / "run.json"
    if not network.exists() or not record.exists():
        raise UsageError(
            f"{run_folder} holds no trained network: run models.training.train first."
        )
    run = json.loads(record.read_text())
    archive = load(data)
    if archive.sha256 != run["data"]["sha256"]:
        raise UsageError(f"{data} is not the file that {run_folder} learned from.")
    settings = run["settings"]
    _, choose = split(archive.training, settings["validation"], settings["seed"])
    model = mirrored(keras.saving.load_model(network, compile=False))
    draft = export(model, out.with_name("draft.tflite"), describe(version, run))
    logits = Network(draft).logits(choose.images)
    temperature = evaluate.fit_temperature(logits, choose.labels)
    rewrite(draft, {"temperature": temperature})
    figures = _measure(draft, archive, choose)
    about = rewrite(draft, {"figures": figures})
    looks = evaluate.note_look(
        LOOKS, draft, figures["public_test"], f"release of {version}"
    )
    draft.replace(out)
    out.with_name("CARD.md").write_text(card(about, run, looks), encoding="utf-8")
    (run_folder / "figures.json").write_text(json.dumps(figures, indent=1))
    return figures


def _measure(file: Path, archive: Archive, choose: Faces) -> dict[str, Any]:
    network = Network(file)
    test = archive.public_test
    rows = np.random.default_rng(0).permutation(len(test))[:PATH_FACES]
    path = path_loss(network, test.take(rows), centerface(), PATH_HEIGHT)
    return {
        "public_test": asdict(evaluate.measure(network, test)),
        "validation": asdict(evaluate.measure(network, choose)),
        "path": asdict(path) | {"height": PATH_HEIGHT, "points": path.points},
    }


def main() -> None:
    """The command line of a release."""
    parser = argparse.ArgumentParser(description="Ships a trained network.")
    parser.add_argument("--data", type=Path, required=True, help="the .npz of faces")
    parser.add_argument("--run", type=Path, help="the run's folder")
    parser.add_argument("--out", type=Path, default=shipped())
    parser.add_argument("--version", required=True)
    args = parser.parse_args()
    try:
        figures = release(
            args.run or default_folder(1), args.data, args.out, args.version
        )
    except UsageError as exc:
        parser.exit(2, f"{exc}\n")
    print(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()

"""The network of a run as the program reads it; with TensorFlow."""

from __future__ import annotations

import hashlib
from dataclasses import asdict
from pathlib import Path
from typing import Any

from models.training import calibration, evaluate, export, record
from models.training.datasets import SIDE, Faces
from models.training.networks import LABELS, VOTES, telling
from models.training.targets import truths
from monitor.emotion import registry
from monitor.emotion.network import Network
from monitor.emotion.quiet import quiet

_MEASURED = {LABELS: "validation", VOTES: "validation_votes"}


def make_ready(file: Path, choose: Faces, voted: bool) -> None:
    """Exports the network of a finished run.

    It is calibrated on the faces held back as they stand in the data, where they are
    enough, and measured on them: as it answers before that, and how far its confidence
    is off on each half with what the other half gave, so that neither flatters. How
    sure it may be of small and damaged faces is measured by a release alone. What the
    run had no face of, the file does not tell.

    Args:
        file: the ``.tflite`` file to write, in the run's folder, once it is complete.
        choose: the faces held back.
        voted: whether somebody voted on them; else labels stand for votes, which is
            no figure to tell.

    Raises:
        ExportError: there is no room for what TensorFlow writes in between.
        ModelError: TensorFlow cannot export it, or the program would refuse the file.
    """
    out = file.parent
    run, name = record.read(out), registry.named_after(out)
    about = export.describe(_version(out), run) | {"name": name}
    side = (SIDE, SIDE, 1)
    with quiet(), export.converting(f"The network in {out} is trained and kept"):
        model = telling(export.load_network(out), export.classes_of(run))
        content = export.to_litert(model, side, "float16")
    draft = file.with_name(f"{file.stem}.draft{file.suffix}")
    try:
        export.write(content, draft, about)
        network = Network(draft)
        wanted = truths(choose)
        if not voted:
            del wanted[VOTES]
        found = evaluate.figures_of(network, choose.images, wanted)
        fitted, errors = _calibrated(network, choose)
        figures = {
            _MEASURED[head]: asdict(each) | {"ece": errors.get(head, each.ece)}
            for head, each in found.items()
        }
        export.rewrite(draft, fitted | {"figures": figures})
        draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)


def _version(out: Path) -> str:
    """Another for every training: readings of two networks are not to be compared."""
    content = (out / "network.keras").read_bytes()
    return hashlib.sha256(content).hexdigest()[:8]


def _calibrated(
    network: Network, choose: Faces
) -> tuple[dict[str, Any], dict[str, float]]:
    """The entries "calibration" and "priors", and the error of each head fitted."""
    raw = network.metadata.raw
    entries, priors = dict(raw["calibration"]), dict(raw.get("priors", {}))
    errors = {}
    for head, truth in truths(choose).items():
        seen = calibration.answers(network, choose.images, truth, head)
        if len(seen.truth) >= calibration.ENOUGH_TO_FIT:
            entries[head] = calibration.fit(seen)
            errors[head] = calibration.cross_validated(seen)["direct"]
        if len(seen.truth):
            priors[head] = calibration.priors(truth, network.metadata.classes)
    return {"calibration": entries, "priors": priors}, errors

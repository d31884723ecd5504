"""The network of a run as the program reads it; with TensorFlow."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from models.training import calibration, evaluate, export, record
from models.training.datasets import SIDE, Faces
from models.training.networks import LABELS, VOTES
from models.training.targets import truths
from monitor.emotion import registry
from monitor.emotion.network import Network
from monitor.emotion.quiet import quiet

_MEASURED = {LABELS: "validation", VOTES: "validation_votes"}


def make_ready(file: Path, choose: Faces, voted: bool) -> None:
    """Exports the network of a finished run.

    It is calibrated, and measured, on the faces held back as they stand in the data.
    How sure it may be of small and damaged faces is measured by a release alone.

    Args:
        file: the ``.tflite`` file to write, in the run's folder.
        choose: the faces held back.
        voted: whether somebody voted on them; else labels stand for votes, which is
            no figure to tell.

    Raises:
        ModelError: the program would refuse the file.
    """
    out = file.parent
    about = export.describe("0", record.read(out)) | {"name": registry.named_after(out)}
    side = (SIDE, SIDE, 1)
    with quiet():
        content = export.to_litert(export.load_network(out), side, "float16")
    export.write(content, file, about)
    export.rewrite(file, _calibrated(Network(file), choose))
    wanted = truths(choose)
    if not voted:
        del wanted[VOTES]
    found = evaluate.figures_of(Network(file), choose.images, wanted)
    figures = {_MEASURED[head]: asdict(each) for head, each in found.items()}
    export.rewrite(file, {"figures": figures})


def _calibrated(network: Network, choose: Faces) -> dict[str, Any]:
    raw = network.metadata.raw
    entries, priors = dict(raw["calibration"]), dict(raw.get("priors", {}))
    for head, truth in truths(choose).items():
        if (truth >= 0).any():
            seen = calibration.answers(network, choose.images, truth, head)
            entries[head] = calibration.fit(seen)
            priors[head] = calibration.priors(truth, network.metadata.classes)
    return {"calibration": entries, "priors": priors}

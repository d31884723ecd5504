"""Makes a trained run the shipped network.

Takes a share of the votes off the labels' head, exports the network, calibrates it on
the validation part (directly and through galleries at several face heights), measures
the file on PublicTest and through the path, and writes the figures into the file, into
the run's folder and into the card.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeAlias

import keras
import numpy as np
import numpy.typing as npt

from models.training import calibration, evaluate, export
from models.training.datasets import SIDE, Archive, Faces
from models.training.networks import LABELS, VOTES, predict
from models.training.path.finding import Find, crops_through, finder
from models.training.path.scene import CODEC, SCENES
from models.training.path.walk import walk
from models.training.readers.shipped import load
from models.training.release.card import PLOT, card, plot
from models.training.release.examples import examples
from models.training.scores import PLACES
from models.training.targets import truths
from models.training.unmixing import share_of_votes, take_off
from monitor.emotion.network import Network
from monitor.errors import ExportError, UsageError

Ints: TypeAlias = npt.NDArray[np.int64]

LOOKS = Path(__file__).parents[1] / "public_test_looks.jsonl"
HEIGHTS = (20, 32, 48, 96)
"""Of pasted faces, in pixels, that confidence is fitted through. It is kept under the
median height of the boxes that were found: the reader knows those alone."""
PATH_FACES = 1500
"""Faces of a part that go through galleries: each scene costs a second for 25 to 100
of them, and 1,500 measure a share to about a point."""

SAME = 0.97
"""Share of the faces held back that file and trained network must answer alike."""


def release(
    run_folder: Path,
    data: Path,
    out: Path,
    version: str,
    weights: export.Weights,
) -> dict[str, Any]:
    """Exports, calibrates and measures a run.

    Args:
        run_folder: what `train.train` left.
        data: the .npz file that it learned from.
        out: the ``.tflite`` file; ``CARD.md`` is written beside it.
        version: of the network.
        weights: how the file stores them; see `export.to_litert`.

    Returns:
        The figures, as `card.card` takes them.

    Raises:
        UsageError: there is no finished run, or the data is not what it learned from.
        ExportError: the file answers otherwise than the trained network.
    """
    model = export.load_network(run_folder)
    run = json.loads((run_folder / "run.json").read_text())
    archive = load(data)
    if archive.sha256 != run["data"]["sha256"]:
        raise UsageError(f"{data} is not the file that {run_folder} learned from.")
    settings = run["settings"]
    learned, choose = archive.split(settings["validation"], settings["seed"])
    share = unmixed(model, choose)
    shown = examples(learned.images)
    content = export.to_litert(model, (SIDE, SIDE, 1), weights, shown)
    draft = out.with_name("draft.tflite")
    try:
        # A run may lack a share of them already.
        taken = round(share + run.get("unmixed", 0.0), PLACES)
        about = export.describe(version, run, weights) | {"unmixed": taken}
        export.write(content, draft, about)
        alike = agreement(Network(draft), model, choose.images)
        find = finder()
        fitted, errors = calibrated(Network(draft), choose, find)
        export.rewrite(draft, fitted)
        figures = measured(draft, archive, choose, find)
        figures |= {"cross_validated": errors, "agreement": alike}
        export.rewrite(draft, {"figures": figures})
        # What is measured of the file stands in it: its size counts that.
        figures["speed"]["bytes"] = draft.stat().st_size
        about = export.rewrite(draft, {"figures": figures})
        looks = evaluate.note_look(
            LOOKS, draft, figures["public_test"], f"release of {version}"
        )
        draft.replace(out)
    finally:
        draft.unlink(missing_ok=True)
    out.with_name(PLOT).write_text(plot(figures), encoding="utf-8")
    text = card(about, run, figures, looks)
    out.with_name("CARD.md").write_text(text, encoding="utf-8")
    (run_folder / "figures.json").write_text(json.dumps(figures, indent=1))
    return figures


def unmixed(model: keras.Model, choose: Faces) -> float:
    """Takes off what the labels' head has too much of the votes'; see `unmixing`.

    Args:
        model: the trained network, which is changed.
        choose: the validation part.

    Returns:
        How much was taken off.
    """
    said = predict(model, choose.images)
    share = share_of_votes(said[LABELS], said[VOTES], choose.labels)
    take_off(model, share)
    return share


def agreement(
    network: Network, model: keras.Model, images: npt.NDArray[np.uint8]
) -> dict[str, float]:
    """How a file answers beside the network that it was made from.

    Args:
        network: the file.
        model: as Keras runs it.
        images: (n, 48, 48) uint8, grey, n above 0.

    Returns:
        ``faces``; ``same_answer``, the share on which the head that agrees least gives
        the same answer; ``largest_difference`` of a logit.

    Raises:
        ExportError: they answer alike on fewer than `SAME` of the faces.
    """
    trained = predict(model, images)
    same, apart = [], []
    for head, wanted in trained.items():
        said = network.logits(images, head)
        same.append(float((said.argmax(1) == wanted.argmax(1)).mean()))
        apart.append(float(np.abs(said - wanted).max()))
    if min(same) < SAME:
        raise ExportError(
            f"The file answers as the trained network does for {min(same):.1%} of "
            f"{len(images):,} faces, expected {SAME:.0%} or more: nothing was shipped; "
            "try other --weights."
        )
    return {
        "faces": len(images),
        "same_answer": round(min(same), PLACES),
        "largest_difference": round(max(apart), 4),
    }


def calibrated(
    network: Network, choose: Faces, find: Find
) -> tuple[dict[str, Any], dict[str, dict[str, float]]]:
    """What the validation part teaches about a network's confidence.

    Args:
        network: the file, not calibrated yet.
        choose: the validation part.
        find: the face detector.

    Returns:
        The entries "calibration", "priors" and "thresholds" of the network's file,
        and each head's calibration error, each half of the faces measured with what
        the other half gave.
    """
    some = _some(choose)
    through = [_through(choose, some, height, find) for height in HEIGHTS]
    entries, priors, errors, heads = {}, {}, {}, {}
    for head, truth in truths(choose).items():
        direct = calibration.answers(network, choose.images, truth, head)
        heads[head] = {
            boxes: calibration.answers(network, crops, truth[rows], head, rows)
            for boxes, rows, crops in through
        }
        entries[head] = calibration.fit(direct, heads[head])
        errors[head] = calibration.cross_validated(direct, heads[head])
        priors[head] = calibration.priors(truth, network.metadata.classes)
    reads = network.metadata.reads
    fitted = {
        "calibration": entries,
        "priors": priors,
        "thresholds": calibration.thresholds(entries[reads], heads[reads]),
    }
    return fitted, errors


def measured(file: Path, archive: Archive, choose: Faces, find: Find) -> dict[str, Any]:
    """The figures of a calibrated file, as `card.card` takes them."""
    network, test = Network(file), archive.public_test
    said = network.classify_heads(test.images)
    chosen = evaluate.figures_of(network, choose.images, truths(choose))
    labels, seen = said[LABELS], test.seen
    shown = test.take(_some(test))
    known = seen >= 0
    return {
        "public_test": _figures(labels, test.labels),
        "public_test_without_copies": _figures(
            labels[~archive.copies], test.labels[~archive.copies]
        ),
        "public_test_votes": _figures(said[VOTES][known], seen[known]),
        "public_test_votes_without_copies": _figures(
            said[VOTES][known & ~archive.copies], seen[known & ~archive.copies]
        ),
        "validation": asdict(chosen[LABELS]),
        "validation_votes": asdict(chosen[VOTES]),
        "reliability": {
            LABELS: evaluate.reliability(labels, test.labels),
            VOTES: evaluate.reliability(said[VOTES][known], seen[known]),
        },
        "path": {
            scene.name: asdict(walk(network, shown, scene, find)) for scene in SCENES
        },
        "speed": {
            "ms_per_face": round(evaluate.ms_per_face(file), 2),
            "bytes": file.stat().st_size,
        },
    }


def _some(faces: Faces) -> Ints:
    """Which faces go through galleries; the same each time."""
    order = np.random.default_rng(0).permutation(len(faces))
    return np.sort(order[:PATH_FACES])


def _through(
    faces: Faces, some: Ints, height: int, find: Find
) -> tuple[int, Ints, npt.NDArray[np.uint8]]:
    """Faces cut out of galleries, clean ones and damaged ones.

    Returns:
        The median height of their boxes in pixels, ``height`` when none was found;
        the rows of the faces; their crops.
    """
    shown = faces.take(some)
    found = [crops_through(shown, height, find, codec) for codec in (None, CODEC)]
    boxes = np.concatenate([heights for _, _, heights in found])
    return (
        round(float(np.median(boxes))) if len(boxes) else height,
        np.concatenate([some[rows] for rows, _, _ in found]),
        np.concatenate([crops for _, crops, _ in found]),
    )


def _figures(probabilities: npt.NDArray[np.float64], truth: Ints) -> dict[str, Any]:
    return asdict(evaluate.figures(probabilities, truth))

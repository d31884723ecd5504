"""Measures a network's file the way that the agent runs it: through LiteRT.

No TensorFlow here. Every face counts: nothing abstains or is left out. A release looks
at PublicTest for its card, and `note_look` keeps count of how often.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from ai_edge_litert.interpreter import Interpreter

from models.training.readers.data import Data
from models.training.scores import PLACES, confusion, macro_f1, wilson_interval
from monitor.emotion.network import Network
from monitor.records import EMOTIONS

ECE_BINS = 15
AT_ONCE = 256
"""Pictures decoded at a time: a large set in colour would not fit into memory."""

Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Figures:
    """What was measured on n faces.

    Attributes:
        accuracy: share of faces whose likeliest expression is the label.
        macro_f1: mean of the expressions' F1, those that are neither label nor answer
            of any face left out.
        balanced: mean of the shares found of the expressions that a face has.
        ece: expected calibration error, 15 bins of equal width, in [0, 1].
        brier: mean squared distance of the probabilities from the label, in [0, 2].
        recall: share found of each expression.
        confusion: faces by label (row) and answer (column), order of `EMOTIONS`.
    """

    faces: int
    accuracy: float
    macro_f1: float
    balanced: float
    ece: float
    brier: float
    recall: dict[str, float]
    confusion: list[list[int]]

    @property
    def interval(self) -> tuple[float, float]:
        """The accuracy's 95% confidence interval."""
        right = sum(row[i] for i, row in enumerate(self.confusion))
        return wilson_interval(right, self.faces)


def figures(probabilities: Floats, labels: npt.NDArray[np.int64]) -> Figures:
    """What probabilities are worth.

    Args:
        probabilities: (n, 7), rows sum to 1; n above 0.
        labels: (n,), positions in `EMOTIONS`.
    """
    kinds = len(EMOTIONS)
    answers = probabilities.argmax(1)
    counts = confusion(answers, labels, kinds)
    recall = np.diag(counts) / np.maximum(counts.sum(1), 1)
    distance = ((probabilities - np.eye(kinds)[labels]) ** 2).sum(1)
    return Figures(
        faces=len(labels),
        accuracy=round(float((answers == labels).mean()), PLACES),
        macro_f1=round(macro_f1(counts), PLACES),
        balanced=round(float(recall[counts.sum(1) > 0].mean()), PLACES),
        ece=round(calibration_error(probabilities, labels), PLACES),
        brier=round(float(distance.mean()), PLACES),
        recall=dict(zip(EMOTIONS, recall.round(PLACES).tolist(), strict=True)),
        confusion=counts.tolist(),
    )


def figures_of(
    network: Network, images: npt.NDArray[np.uint8], truths: Mapping[str, Rows]
) -> dict[str, Figures]:
    """What a file's heads are worth on pictures of its own height, width and channels.

    Args:
        network: the file.
        images: (n, height, width) uint8.
        truths: for each head to measure (n,) positions in `EMOTIONS`; -1 where nobody
            can say, which is left out.

    Returns:
        For each of those heads, unless nobody can say of any picture.
    """
    said = network.classify_heads(images)
    known = {head: truth >= 0 for head, truth in truths.items()}
    return {
        head: figures(said[head][known[head]], truth[known[head]])
        for head, truth in truths.items()
        if known[head].any()
    }


def calibration_error(
    probabilities: Floats, labels: npt.NDArray[np.int64], bins: int = ECE_BINS
) -> float:
    """Expected calibration error (Naeini et al. 2015): confidence minus accuracy.

    Args:
        probabilities: (n, k), rows sum to 1.
        labels: (n,) columns of ``probabilities``.
        bins: of equal width over [0, 1].

    Returns:
        The mean over the faces of their bin's gap, in [0, 1].
    """
    confidence = probabilities.max(1)
    right = probabilities.argmax(1) == labels
    place = np.clip(np.ceil(confidence * bins) - 1, 0, bins - 1).astype(int)
    gap = np.bincount(place, right - confidence, minlength=bins)
    return float(np.abs(gap).sum() / len(labels))


def reliability(
    probabilities: Floats, labels: npt.NDArray[np.int64], bins: int = ECE_BINS
) -> list[list[float]]:
    """What `calibration_error` is made of, to be drawn.

    Args:
        probabilities: (n, k), rows sum to 1.
        labels: (n,) columns of ``probabilities``.
        bins: of equal width over [0, 1].

    Returns:
        For each bin the mean confidence, the accuracy and the number of its faces;
        zeros where it is empty.
    """
    confidence = probabilities.max(1)
    right = probabilities.argmax(1) == labels
    place = np.clip(np.ceil(confidence * bins) - 1, 0, bins - 1).astype(int)
    counts = np.bincount(place, minlength=bins)
    sums = [np.bincount(place, each, minlength=bins) for each in (confidence, right)]
    means = [(each / np.maximum(counts, 1)).round(4).tolist() for each in sums]
    return [list(row) for row in zip(*means, counts.tolist(), strict=True)]


def answers(
    network: Network, data: Data, rows: Rows, step: Callable[[int], None]
) -> dict[str, Floats]:
    """What a file says of labelled pictures, each taken whole, without a crop.

    Args:
        network: the file.
        data: the pictures.
        rows: (n,) positions in ``data``.
        step: told how many were read, again and again.

    Returns:
        For each head (n, 7) calibrated probabilities.
    """
    side, _, channels = network.metadata.input
    read = data.grey if channels == 1 else data.colour
    said: dict[str, list[Floats]] = {head: [] for head in network.metadata.heads}
    for start in range(0, len(rows), AT_ONCE):
        some = rows[start : start + AT_ONCE]
        for head, part in network.classify_heads(read(some, side)).items():
            said[head].append(part)
        step(len(some))
    empty = np.empty((0, len(EMOTIONS)))
    return {head: np.concatenate([empty, *parts]) for head, parts in said.items()}


def ms_per_face(
    path: Path, batch: int = 25, rounds: int = 15, patience_s: float = 5.0
) -> float:
    """Processor time that a face takes LiteRT on one core: the median of some runs.

    On an idle core that is the time that passes; a busy machine does not spoil it.

    Args:
        path: the network's file, which was loaded before.
        batch: faces in one run.
        rounds: how many runs.
        patience_s: seconds of processor time after which no other run begins: the
            tutorials' largest networks take seconds for each, and vary the less.
    """
    interpreter = Interpreter(model_path=str(path), num_threads=1)
    (end,) = interpreter.get_input_details()
    shape = (batch, *(int(size) for size in end["shape"][1:]))
    interpreter.resize_tensor_input(end["index"], shape)
    interpreter.allocate_tensors()
    noise = np.random.default_rng(0).integers(0, 256, shape).astype(np.float32)
    took = []
    for _ in range(rounds + 1):
        interpreter.set_tensor(end["index"], noise)
        start = time.process_time()
        interpreter.invoke()
        took.append(time.process_time() - start)
        if len(took) > 1 and sum(took) > patience_s:
            break
    # The first run sets things up.
    return float(np.median(took[1:])) * 1000 / batch


def note_look(log: Path, network: Path, found: dict[str, Any], why: str) -> int:
    """Writes down that PublicTest was looked at.

    Args:
        log: a file of one JSON line a look.
        network: the file that was measured.
        found: the `Figures` that were measured, as a dictionary.
        why: in a few words.

    Returns:
        How often it has been looked at, this time included.
    """
    before = log.read_text(encoding="utf-8").splitlines() if log.exists() else []
    line = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "network": hashlib.sha256(network.read_bytes()).hexdigest()[:16],
        "accuracy": found["accuracy"],
        "ece": found["ece"],
        "why": why,
    }
    lines = [*before, json.dumps(line)]
    log.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return len(lines)

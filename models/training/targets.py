"""What the two heads are asked to answer for a face.

FER2013's label is one annotator's word, and often wrong: ten others, asked for FER+,
agree with 72% of them. A network asked for the label alone learns the errors by heart
(`NOTES.md`). So the labels' head is asked for a mixture of the label, of the label as
the votes let one expect it, and, where there is one, of a teacher's answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from models.training.datasets import Faces
from models.training.networks import LABELS, VOTES
from models.training.scores import log_softmax
from models.training.settings import Settings
from monitor.records import EMOTIONS

Floats: TypeAlias = npt.NDArray[np.float64]
Floats32: TypeAlias = npt.NDArray[np.float32]
Targets: TypeAlias = dict[str, Floats32]

_PENALTY = 1e-4
"""Of the squared weights: nothing runs away on a made set of a few faces."""


def targets(faces: Faces, settings: Settings) -> Targets:
    """What each head is asked for, a teacher left aside.

    A row sums to the face's weight, so that a mixture of two faces carries both: rare
    labels weigh more (`Settings.balance`), a face on which too few annotators chose one
    of the seven weighs nothing with the votes.

    Args:
        faces: n faces.
        settings: shares of the parts.

    Returns:
        (n, 7) float32 for each of `HEADS`.
    """
    stated = faces.stated(settings.smoothing).astype(np.float64)
    if settings.expected:
        stated += settings.expected * (expected_labels(faces) - stated)
    voted = faces.voted().astype(np.float64)
    stated *= _weights(faces.labels, settings.balance)[:, None]
    voted *= faces.counted[:, None]
    return {LABELS: stated.astype(np.float32), VOTES: voted.astype(np.float32)}


def beside(asked: Targets, taught: Mapping[str, Floats], share: float) -> Targets:
    """What is asked for with a teacher's answer beside it.

    Args:
        asked: (n, 7) for each of `HEADS`, as `targets` made it, of two faces mixed or
            of one; a row keeps its sum.
        taught: (n, 7) probabilities for each of `HEADS` that the teacher answers.
        share: of the teacher's answer, in [0, 1].

    Returns:
        (n, 7) float32 for each of `HEADS`.
    """
    return {
        head: rows + np.float32(share) * (_told(rows, taught[head]) - rows)
        for head, rows in asked.items()
    }


def _told(rows: Floats32, taught: Floats) -> Floats32:
    weights: Floats32 = rows.sum(1, keepdims=True)
    return weights * taught.astype(np.float32)


def truths(faces: Faces) -> dict[str, npt.NDArray[np.int64]]:
    """(n,) for each of `HEADS` what it should answer; -1 where nobody can say."""
    return {LABELS: faces.labels, VOTES: faces.seen}


def expected_labels(faces: Faces) -> Floats:
    """(n, 7) probabilities of FER2013's label, told from the votes alone.

    A multinomial logistic regression on the votes: with some hundred numbers for tens
    of thousands of faces it cannot learn one face's label by heart. On faces that were
    held back it finds 68% of the labels, as many as the network itself.
    """
    shares = faces.voted().astype(np.float64)
    cast = faces.votes.sum(1, keepdims=True) / 10
    known = np.hstack([shares, np.log(shares + 0.05), cast, np.ones_like(cast)])
    weights = _regression(known, faces.labels)
    return np.asarray(np.exp(log_softmax(known @ weights)))


def _regression(known: Floats, labels: npt.NDArray[np.int64]) -> Floats:
    """Weights (k, 7) with which (n, k) numbers tell (n,) labels best."""
    truth = np.eye(len(EMOTIONS))[labels]
    shape = known.shape[1], len(EMOTIONS)

    def loss(x: Floats) -> tuple[float, Floats]:
        likely = log_softmax(known @ x.reshape(shape))
        value = -(truth * likely).sum() / len(truth) + _PENALTY * (x**2).sum()
        slope = known.T @ (np.exp(likely) - truth) / len(truth)
        return float(value), slope.ravel() + 2 * _PENALTY * x

    best = minimize(loss, np.zeros(shape).ravel(), jac=True, method="L-BFGS-B")
    return np.asarray(best.x.reshape(shape))


def _weights(labels: npt.NDArray[np.int64], power: float) -> Floats:
    """(n,) of mean 1: a label's rarity to a power."""
    counts = np.bincount(labels, minlength=len(EMOTIONS)).astype(np.float64)
    weights = np.maximum(counts, 1.0)[labels] ** -power
    return np.asarray(weights / weights.mean())

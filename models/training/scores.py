"""How well answers fit the labels."""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import Any

import numpy as np
import numpy.typing as npt

Positions = npt.NDArray[np.int64]

PLACES = 6
"""Decimals that a share keeps. With four, 69.852% would be shown as 69.8%."""


def score(
    logits: npt.NDArray[np.floating[Any]],
    labels: Positions,
    classes: tuple[str, ...],
) -> dict[str, Any]:
    """Figures for a run's record.

    Args:
        logits: (n, k), n at least 1.
        labels: (n,) positions in ``classes``.
        classes: the k names.

    Returns:
        ``images``; ``accuracy`` and ``macro_f1`` (over the classes that occur in
        labels or answers) as fractions; ``loss``, the mean negative log likelihood;
        ``per_class`` {name: recall, None where the class does not occur};
        ``confusion`` (rows = truth, in the order of the classes).
    """
    answers = logits.argmax(1)
    counts = confusion(answers, labels, len(classes))
    likely = log_softmax(logits.astype(np.float64))
    return {
        "images": len(labels),
        "accuracy": round(float((answers == labels).mean()), PLACES),
        "macro_f1": round(macro_f1(counts), PLACES),
        "loss": round(float(-likely[np.arange(len(labels)), labels].mean()), PLACES),
        "per_class": {
            name: round(float(hits / count), PLACES) if count else None
            for name, hits, count in zip(
                classes, np.diag(counts), counts.sum(1), strict=True
            )
        },
        "confusion": counts.tolist(),
    }


def log_softmax(logits: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """(n, k) logarithms of the probabilities that (n, k) logits stand for."""
    return np.asarray(logits - np.logaddexp.reduce(logits, 1, keepdims=True))


def confusion(answers: Positions, labels: Positions, classes: int) -> Positions:
    """(classes, classes) counts by label (row) and answer (column)."""
    counts = np.zeros((classes, classes), np.int64)
    np.add.at(counts, (labels, answers), 1)
    return counts


def wilson_interval(right: int, faces: int) -> tuple[float, float]:
    """The 95% confidence interval of an accuracy.

    Wilson (1927), J. Am. Stat. Assoc. 22(158): it holds for few faces and at 0 and 1
    too. It counts chance alone, and takes the faces for drawn one by one from all of
    their kind.

    Args:
        right: faces answered rightly.
        faces: how many they were, at least 1.

    Returns:
        The ends, in [0, 1].
    """
    z = NormalDist().inv_cdf(0.975)
    share, slack = right / faces, z * z / faces
    middle = (share + slack / 2) / (1 + slack)
    spread = math.sqrt(slack * share * (1 - share) + (slack / 2) ** 2) / (1 + slack)
    low, high = max(0.0, middle - spread), min(1.0, middle + spread)
    return round(low, PLACES), round(high, PLACES)


def macro_f1(counts: Positions) -> float:
    """Mean F1 of the classes that occur in labels or answers of a `confusion`."""
    met = counts.sum(0) + counts.sum(1)
    f1 = 2 * np.diag(counts) / np.maximum(met, 1)
    return float(f1[met > 0].mean())

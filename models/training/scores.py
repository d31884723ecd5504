"""How well answers fit the labels: what a run's record says at its end."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt


def score(
    logits: npt.NDArray[np.floating[Any]],
    labels: npt.NDArray[np.int64],
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
    k, answers = len(classes), logits.argmax(1)
    confusion = np.zeros((k, k), np.int64)
    np.add.at(confusion, (labels, answers), 1)
    right, truth = np.diag(confusion), confusion.sum(1)
    met = truth + confusion.sum(0)
    wide = logits.astype(np.float64)
    likely = wide - np.logaddexp.reduce(wide, 1, keepdims=True)
    return {
        "images": len(labels),
        "accuracy": round(float((answers == labels).mean()), 4),
        "macro_f1": round(float(np.mean(2 * right[met > 0] / met[met > 0])), 4),
        "loss": round(float(-likely[np.arange(len(labels)), labels].mean()), 4),
        "per_class": {
            name: round(float(hits / count), 4) if count else None
            for name, hits, count in zip(classes, right, truth, strict=True)
        },
        "confusion": confusion.tolist(),
    }

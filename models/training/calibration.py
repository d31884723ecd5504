"""Fits what makes a network's confidence mean what it says; no TensorFlow here.

Everything is fitted on the validation part. The figures that are reported about it
come from `cross_validated`: each half is measured with what the other half gave, so
that they do not flatter. `monitor.emotion.calibration` applies what is fitted here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize, minimize_scalar

from models.training.evaluate import calibration_error
from models.training.scores import PLACES
from monitor.emotion.calibration import Calibration, softmax
from monitor.emotion.network import Network
from monitor.records import EMOTIONS

Floats: TypeAlias = npt.NDArray[np.float64]
Ints: TypeAlias = npt.NDArray[np.int64]

TARGET = 0.85
"""Share of the readings that is to agree with what most people see in the face."""
MOST_LEFT_OUT = 0.1
"""Share of the faces of one height that may be given up for it."""
ENOUGH_TO_FIT = 30
"""With fewer faces bias and temperature would fit these alone."""
ENOUGH_FACES = 100
"""With fewer faces of a height its threshold would be chance: it gets none."""

# Gaussian priors, as standard deviations, so that few faces cannot carry the fit away.
_BIAS_SPREAD = 0.3
_TEMPERATURE_SPREAD = 1.0
_HEIGHT_SPREAD = 0.2
_LOG_LIMITS = (-3.0, 3.0)


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """What a head said of labelled faces, n of them.

    Attributes:
        logits: (n, k) float64, finite.
        truth: (n,) columns of ``logits``.
        faces: (n,) which face a row is of: the same number at every height. None: the
            rows' own numbers.
    """

    logits: Floats
    truth: Ints
    faces: Ints | None = None

    def __post_init__(self) -> None:
        if not np.isfinite(self.logits).all():
            raise ValueError("expected finite logits; leave out classes not known")
        for name in ("truth", "faces"):
            array = getattr(self, name)
            if array is not None and array.shape != (len(self.logits),):
                raise ValueError(
                    f"{name}: expected ({len(self.logits)},), got {array.shape}"
                )

    def take(self, rows: npt.NDArray[np.bool_]) -> Answers:
        """Those at a mask."""
        return Answers(self.logits[rows], self.truth[rows], _numbers(self)[rows])


def answers(
    network: Network,
    crops: npt.NDArray[np.uint8],
    truth: Ints,
    head: str,
    faces: Ints | None = None,
) -> Answers:
    """What one head of a file says, in the file's own order of classes.

    Args:
        network: the file.
        crops: (n, ...) as `Network.classify` takes them.
        truth: (n,) positions in `EMOTIONS`; faces below 0 or of a class that the
            network does not know are left out.
        head: whose answer.
        faces: (n,) see `Answers`.
    """
    columns = [EMOTIONS.index(name) for name in network.metadata.classes]
    known = np.isin(truth, columns)
    place = np.full(len(EMOTIONS), -1)
    place[columns] = np.arange(len(columns))
    numbers = np.arange(len(truth)) if faces is None else faces
    logits = network.logits(crops[known], head)[:, columns]
    return Answers(logits, place[truth[known]], faces=numbers[known])


def fit(
    direct: Answers, by_height: Mapping[int, Answers] | None = None
) -> dict[str, Any]:
    """One head's entry under "calibration" in a network's file.

    Bias and temperature make the truth of the faces read directly likeliest; they
    start from 0 and 1 and leave them as far as the faces warrant. For each height a
    temperature of its own is fitted under the same bias; it is drawn towards the
    direct one, by as much as about 60 faces would draw, and may rise or fall.

    Args:
        direct: the faces as they stand in the data.
        by_height: the faces found and cut out of a gallery, where their boxes had so
            many pixels of height; those without a row are passed over.

    Returns:
        {"bias": (k,), "temperature", "heights": (m,), "temperatures": (m,)}.
    """
    bias, temperature, _ = _fit_direct(direct)
    there = {
        h: seen for h, seen in sorted((by_height or {}).items()) if len(seen.truth)
    }
    each = [_fit_height(seen, bias, temperature) for seen in there.values()]
    return {
        "bias": [round(float(b), 4) for b in bias],
        "temperature": round(temperature, 4),
        "heights": list(there),
        "temperatures": [round(t, 4) for t in each],
    }


def unlikelihood(direct: Answers) -> float:
    """How unlikely the truth stays when bias and temperature are fitted, in nats.

    Args:
        direct: the faces as they stand in the data.

    Returns:
        Of all faces together, the priors' part included: what `fit` makes smallest.
    """
    return _fit_direct(direct)[2]


def cross_validated(
    direct: Answers, by_height: Mapping[int, Answers] | None = None, seed: int = 0
) -> dict[str, float]:
    """Calibration errors that do not flatter: halves of the faces, each way once.

    Args:
        direct: as for `fit`.
        by_height: as for `fit`.
        seed: draws the halves, by face: no face stands on both sides.

    Returns:
        Expected calibration error, 15 bins, in [0, 1]: of "direct", and of each height.
    """
    sets = {"direct": direct} | {str(h): s for h, s in (by_height or {}).items()}
    most = max((int(_numbers(s).max(initial=0)) for s in sets.values()), default=0)
    half = np.random.default_rng(seed).random(most + 1) < 0.5
    said: dict[str, list[Floats]] = {name: [] for name in sets}
    truth: dict[str, list[Ints]] = {name: [] for name in sets}
    for learn in (half, ~half):
        parts = {n: s.take(learn[_numbers(s)]) for n, s in sets.items()}
        learned = parts.pop("direct")
        entry = fit(learned, {int(name): part for name, part in parts.items()})
        calibration = Calibration.read(entry, direct.logits.shape[1])
        for name, every in sets.items():
            held = every.take(~learn[_numbers(every)])
            heights = None if name == "direct" else np.full(len(held.truth), int(name))
            said[name].append(calibration.probabilities(held.logits, heights))
            truth[name].append(held.truth)
    return {
        name: round(calibration_error(np.concatenate(said[name]), right), PLACES)
        for name, right in ((n, np.concatenate(t)) for n, t in truth.items())
        if len(right)
    }


def risk_coverage(probabilities: Floats, truth: Ints) -> tuple[Floats, Floats, Floats]:
    """What is gained by reading only the surest faces.

    Args:
        probabilities: (n, k) calibrated, n above 0.
        truth: (n,) columns of ``probabilities``.

    Returns:
        (m,) confidences, growing: faces under one are left out; (m,) share of the
        faces that is then read; (m,) share of these that is right.
    """
    confidence = probabilities.max(1)
    order = np.argsort(-confidence, kind="stable")
    right = (probabilities.argmax(1) == truth)[order].cumsum()
    read = np.arange(1, len(order) + 1)
    sure = confidence[order]
    # Faces of one confidence are read together or not at all.
    last = np.append(sure[1:] != sure[:-1], True)
    kept = [values[last][::-1] for values in (sure, read / len(read), right / read)]
    return kept[0], kept[1], kept[2]


def threshold(
    probabilities: Floats,
    truth: Ints,
    target: float = TARGET,
    most_left_out: float = MOST_LEFT_OUT,
) -> float:
    """The confidence that a face must reach to be read, from its risk-coverage curve.

    The smallest with which the share ``target`` of what is read is right; where that
    would cost more than ``most_left_out`` of the faces, the largest that does not. 0
    when all may be read, and when there are fewer than `ENOUGH_FACES`.
    """
    if len(truth) < ENOUGH_FACES:
        return 0.0
    confidence, read, right = risk_coverage(probabilities, truth)
    if right[0] >= target:
        return 0.0
    allowed = np.flatnonzero(read >= 1 - most_left_out)
    enough = allowed[right[allowed] >= target]
    chosen = enough[0] if len(enough) else allowed[-1]
    # Down, so that rounding leaves out nobody more.
    return float(np.floor(confidence[chosen] * 1e4) / 1e4)


def thresholds(
    entry: Mapping[str, Any],
    by_height: Mapping[int, Answers],
    target: float = TARGET,
    most_left_out: float = MOST_LEFT_OUT,
) -> dict[str, list[float]]:
    """A network's entry "thresholds": `threshold` for each height.

    Args:
        entry: what `fit` gave for the head that the product reads.
        by_height: the same faces as there.
        target: see `threshold`.
        most_left_out: see `threshold`.

    Returns:
        {"heights": (m,), "confidence": (m,)}.
    """
    calibration = Calibration.read(entry, len(entry["bias"]))
    heights = sorted(by_height)
    needed = []
    for height in heights:
        seen = by_height[height]
        said = calibration.probabilities(
            seen.logits, np.full(len(seen.truth), float(height))
        )
        needed.append(threshold(said, seen.truth, target, most_left_out))
    return {"heights": [float(h) for h in heights], "confidence": needed}


def priors(truth: Ints, classes: Sequence[str] = EMOTIONS) -> list[float]:
    """Seven class shares, for the EM prior correction; they sum to 1.

    Every class that the network tells gets a face more than was counted (Laplace's
    rule): that a rare one is missing among few faces held back does not make it
    impossible, and what is said of it by mistake would count for many faces.

    Args:
        truth: (n,) positions in `EMOTIONS`; those below 0 do not count.
        classes: that the network tells; the others' share is 0.
    """
    told = np.isin(EMOTIONS, classes)
    counted = np.bincount(truth[truth >= 0], minlength=len(EMOTIONS)) * told + told
    shares = (counted / counted.sum()).round(PLACES)
    shares[shares.argmax()] += 1 - shares.sum()
    return [round(float(share), PLACES) for share in shares]


def _numbers(seen: Answers) -> Ints:
    return np.arange(len(seen.truth)) if seen.faces is None else seen.faces


def _fit_direct(seen: Answers) -> tuple[Floats, float, float]:
    """(k,) bias, the temperature, and what is left to explain in nats.

    In slope = 1 / T and shift = bias / T the likelihood is a logistic regression's:
    one minimum, found by its gradient.
    """
    logits, rows = seen.logits, np.arange(len(seen.truth))
    k = logits.shape[1]

    def loss(x: Floats) -> tuple[float, Floats]:
        slope, shift = np.exp(x[0]), x[1:]
        likely = softmax(slope * logits + shift)
        surprise = -np.log(np.maximum(likely[rows, seen.truth], 1e-300)).sum()
        apart = likely.copy()
        apart[rows, seen.truth] -= 1
        prior = (x[0] / _TEMPERATURE_SPREAD) ** 2 + (shift**2).sum() / _BIAS_SPREAD**2
        gradient = np.append(slope * (apart * logits).sum(), apart.sum(0))
        gradient += np.append(x[0] / _TEMPERATURE_SPREAD**2, shift / _BIAS_SPREAD**2)
        return float(surprise + prior / 2), gradient

    limits = [_LOG_LIMITS, *[(None, None)] * k]
    best = minimize(loss, np.zeros(k + 1), jac=True, method="L-BFGS-B", bounds=limits)
    temperature = float(np.exp(-best.x[0]))
    return np.asarray(best.x[1:] * temperature), temperature, float(best.fun)


def _fit_height(seen: Answers, bias: Floats, direct: float) -> float:
    """The temperature of one height, drawn towards the direct one."""
    rows = np.arange(len(seen.truth))
    start = float(np.log(direct))

    def loss(log_temperature: float) -> float:
        likely = softmax((seen.logits + bias) / np.exp(log_temperature))
        mine = np.maximum(likely[rows, seen.truth], 1e-300)
        drawn = ((log_temperature - start) / _HEIGHT_SPREAD) ** 2 / 2
        return float(drawn - np.log(mine).sum())

    low, high = start - 2, start + 2
    best = minimize_scalar(loss, bounds=(low, high), method="bounded")
    return float(np.exp(best.x))

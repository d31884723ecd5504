"""What the indices mean: valence, facing and engagement, as pure functions.

Live view, report and CSV files share them; `monitor.summaries` sums them up.

**Valence** follows the pleasure ratings, in [-1, 1], that Russell and Mehrabian gave
for single emotion words ("Evidence for a three-factor theory of emotions", Journal of
Research in Personality 11, 1977, as later papers quote them): angry, disgusted,
fearful, happy, sad, surprised; neutral is the scale's zero. It describes what
expressions are commonly taken to mean, not what a student feels.

**Facing**: the head is turned as in the student's own usual pose, the median over the
session. Cameras stand beside screens, so an angle by itself says nothing.

**Engagement**, version 1, is the concentration index after Sharma et al. ("Student
engagement detection using emotion analysis, eye tracking and head movement with
machine learning", arXiv 1909.12913): a weight for the expression times a weight for
where the student looks, over the largest such product. The paper was tried on few
people, and an expression is not attention: the index describes looks, no more.

What could be checked of it: several public programs that follow the paper hold the
same weights (neutral 0.9, happy and surprised 0.6, sad and fearful 0.3, angry 0.25;
looking at the centre 5, elsewhere 2; divided by 0.9 x 5 = 4.5). The paper's own text
was not at hand. Disgust has 0.2 in the one of them that reads seven expressions. Ours:
the weight of an expression is its expected value over the seven probabilities, not
that of the likeliest alone; facing stands in for the direction of the eyes; closed
eyes are not looked for.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from monitor.records import EMOTIONS, SessionData

INDEX_VERSION = 1
"""Stored with each session, so that a later formula never rewrites an older one."""

VALENCE = {
    "angry": -0.51,
    "disgust": -0.60,
    "fear": -0.64,
    "happy": 0.81,
    "sad": -0.63,
    "surprise": 0.40,
    "neutral": 0.0,
}

FACING_YAW_DEG = 20.0
"""A head is turned as usual within this much of the student's usual yaw: well above
the error of a single look (`monitor.identity.facing`)."""

FACING_PITCH_DEG = 30.0
"""The same of the pitch, which is less exact and moves with the expression."""

FACING_ERROR = (
    "Measured on pictures of 32 faces turned in depth, it is off by 3° sideways and 6° "
    "up or down on average, and by more than 9° and 20° in one look of twenty; a "
    "surprised or fearful look alone lifts it by 12° to 15°."
)
"""Said wherever facing is shown."""

FACING_SIGHTINGS = 20
"""Sightings with a head direction before a student's usual pose is known."""

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

_VALENCE = np.array([VALENCE[name] for name in EMOTIONS])


@dataclass(frozen=True, slots=True)
class IndexWeights:
    """What the engagement index multiplies.

    Attributes:
        version: of the formula and these weights together.
        expressions: seven weights from 0, in the order of `EMOTIONS`.
        facing: weight from 0 of a head that is turned as usual.
        away: of one that is turned away.
    """

    version: int = INDEX_VERSION
    expressions: tuple[float, ...] = (0.25, 0.2, 0.3, 0.6, 0.3, 0.6, 0.9)
    facing: float = 5.0
    away: float = 2.0

    def __post_init__(self) -> None:
        weights = (*self.expressions, self.facing, self.away)
        known = len(self.expressions) == len(EMOTIONS) and np.isfinite(weights).all()
        if not known or min(weights) < 0:
            raise ValueError(
                f"expected {len(EMOTIONS)} weights of expressions and two of facing, "
                f"all from 0, got {self.expressions}, {self.facing}, {self.away}"
            )
        if not self.largest > 0:
            raise ValueError("expected a weight above 0 for an expression and facing")

    @property
    def largest(self) -> float:
        """The largest product: the index's 1."""
        return max(self.expressions) * max(self.facing, self.away)


INDEX_WEIGHTS = IndexWeights()


def valence(probabilities: Floats) -> Floats:
    """Valence of one or many distributions.

    Args:
        probabilities: (..., 7), columns in the order of `EMOTIONS`.

    Returns:
        (...) in [-1, 1]; NaN where the probabilities are NaN.
    """
    return np.asarray(probabilities @ _VALENCE)


def engagement(
    probabilities: Floats, facing: Floats, weights: IndexWeights = INDEX_WEIGHTS
) -> Floats:
    """The engagement index of readings: see the top of this module.

    Args:
        probabilities: (..., 7), columns in the order of `EMOTIONS`.
        facing: (...) 1, 0 or NaN (not known).
        weights: what is multiplied.

    Returns:
        (...) in [0, 1]; NaN where the expression or facing is not known.
    """
    expression = probabilities @ np.array(weights.expressions)
    turned = weights.away + facing * (weights.facing - weights.away)
    return np.asarray(expression * turned / weights.largest)


def mean_shares(probabilities: Floats) -> Floats:
    """Mean of (n, 7) probabilities over the rows that were read; NaN without any."""
    read = probabilities[~np.isnan(probabilities[:, 0])]
    if not len(read):
        return np.full(len(EMOTIONS), np.nan)
    return np.asarray(read.mean(axis=0))


def dominant(shares: Floats) -> str | None:
    """The expression with the largest share; None when the shares are not known."""
    if np.isnan(shares).any():
        return None
    return EMOTIONS[int(np.argmax(shares))]


def is_facing(yaw_off_deg: Floats | float, pitch_off_deg: Floats | float) -> Bools:
    """Whether a head so far from its usual yaw and pitch is turned as usual."""
    return np.asarray(
        (np.abs(yaw_off_deg) <= FACING_YAW_DEG)
        & (np.abs(pitch_off_deg) <= FACING_PITCH_DEG)
    )


def facing(yaw: Floats, pitch: Floats, student: npt.NDArray[np.integer]) -> Floats:
    """Whether each head is turned as its student's usually is.

    Args:
        yaw: (m,) degrees, NaN where not known.
        pitch: (m,) likewise.
        student: (m,) whose sighting it is.

    Returns:
        (m,) 1 or 0; NaN where the direction is not known, and for a student with
        fewer than `FACING_SIGHTINGS` known ones.
    """
    result = np.full(len(yaw), np.nan)
    known = np.flatnonzero(~(np.isnan(yaw) | np.isnan(pitch)))
    known = known[np.argsort(student[known], kind="stable")]
    _, starts = np.unique(student[known], return_index=True)
    for rows in np.split(known, starts[1:]):
        if len(rows) >= FACING_SIGHTINGS:
            off = [angle[rows] - np.median(angle[rows]) for angle in (yaw, pitch)]
            result[rows] = is_facing(*off)
    return result


def with_facing(data: SessionData) -> SessionData:
    """A whole session, its facing judged by each student's median over all of it.

    While a class runs, a sighting can only be compared with those before it; that is
    what is stored. What was seen in samples that are not to be trusted stays unknown.
    """
    seen = data.observations
    yaw = np.where(data.samples.is_trusted[seen.sample], seen.yaw, np.nan)
    whole = replace(seen, facing=facing(yaw, seen.pitch, seen.student))
    return replace(data, observations=whole)

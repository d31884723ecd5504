"""The class's own shares of expressions, freed from the balance of the training data.

A network's probabilities lean towards what was frequent among the faces that it was
calibrated on: in a class that is 90% neutral their mean shows a constant false share
of sad. Saerens, Latinne and Decaestecker (2002, "Adjusting the outputs of a classifier
to new a priori probabilities", doi 10.1162/089976602753284446) find the shares under
which the readings are likeliest, by expectation and maximisation. This needs calibrated
probabilities, and holds as far as a sad face looks alike here and there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from monitor.records import SessionData

Floats: TypeAlias = npt.NDArray[np.float64]

LEVEL = 0.9
"""The true share lies within the interval about this often."""

PSEUDO_FACES = 1.0
"""Faces added, spread as in the training data: without them one face alone would claim
that the whole class looks as it does."""

_ROUNDS = 2000
_STILL = 1e-7
_LEAST_PRIOR = 1e-4
_LEAST_SAID = 1e-6
"""Of all expressions that had a prior: a row that says less is about none of them."""


@dataclass(frozen=True, slots=True, eq=False)
class Shares:
    """Shares of expressions, columns in the order of `monitor.words.EMOTIONS`.

    Attributes:
        mean: (7,) float64, sums to 1; NaN when no face was read.
        low: (7,) float64, the lower end of each share's interval, in [0, 1].
        high: (7,) float64, its upper end.
    """

    mean: Floats
    low: Floats
    high: Floats


def corrected_shares(
    probabilities: Floats, prior: Floats, people: int | None = None
) -> Shares:
    """Class shares corrected for the training data's, with `LEVEL` intervals.

    The interval is a Beta distribution for each share, with the mean that was found
    and the variance that the curvature of the likelihood gives (Louis 1982); it is
    wide when few faces were read or when the readings leave the shares open.

    Args:
        probabilities: (n, 7) calibrated, rows sum to 1; n may be 0. Rows with NaN
            (not read) are left out.
        prior: (7,) class shares that the probabilities were calibrated under. What is
            said of an expression that had none is an error, and is left out: its
            share is 0, within 0 to 1.
        people: how many people the rows are of. Looking at somebody again tells
            little about the others, so n rows count as so many. None: every row is
            somebody else.

    Returns:
        The shares; without a row nothing is known: NaN, within 0 to 1.

    Raises:
        ValueError: shapes other than these, or values that are no probabilities.
    """
    rows, base = _checked(probabilities, prior)
    kinds, there = len(base), base > 0
    rows, base = _of_those_there(rows, base, there)
    if not len(rows):
        return Shares(np.full(kinds, np.nan), np.zeros(kinds), np.ones(kinds))
    weight = 1.0 if people is None else min(1.0, people / len(rows))
    evidence = rows / base
    shares = _likeliest(evidence, base, weight)
    variance = _variance(evidence, base, weight, shares)
    found = Shares(np.zeros(kinds), np.zeros(kinds), np.ones(kinds))
    found.mean[there] = shares
    found.low[there], found.high[there] = _interval(shares, variance)
    return found


def class_shares(data: SessionData) -> Shares | None:
    """The corrected shares of a session, or of a part of it.

    Returns:
        None where no expression was read, or where nobody knows the shares that the
        session's network was calibrated under.
    """
    seen, prior = data.observations, data.session.prior
    read = seen.is_read & data.samples.is_trusted[seen.sample]
    if prior is None or not read.any():
        return None
    people = len(np.unique(seen.student[read]))
    return corrected_shares(seen.probabilities[read], np.array(prior), people)


def _checked(probabilities: Floats, prior: Floats) -> tuple[Floats, Floats]:
    rows, base = np.asarray(probabilities, float), np.asarray(prior, float)
    if base.ndim != 1 or rows.ndim != 2 or rows.shape[1] != len(base):
        raise ValueError(
            f"expected (n, k) probabilities and a (k,) prior, got {rows.shape} and "
            f"{base.shape}"
        )
    if not np.isfinite(base).all() or base.min() < 0 or abs(base.sum() - 1) > 0.01:
        raise ValueError(f"expected shares that sum to 1, got {base.tolist()}")
    rows = rows[np.isfinite(rows).all(1)]
    if len(rows) and (rows.min() < 0 or abs(rows.sum(1) - 1).max() > 0.01):
        raise ValueError("expected rows of probabilities that sum to 1")
    return rows, base


def _of_those_there(
    rows: Floats, base: Floats, there: npt.NDArray[np.bool_]
) -> tuple[Floats, Floats]:
    """(m, k) rows and (k,) prior of the expressions that had a prior; both sum to 1."""
    base = np.maximum(base[there], _LEAST_PRIOR)
    rows = rows[:, there]
    said = rows.sum(1, keepdims=True)
    some = said[:, 0] > _LEAST_SAID
    return rows[some] / said[some], base / base.sum()


def _likeliest(evidence: Floats, base: Floats, weight: float) -> Floats:
    """(k,) the shares, by expectation and maximisation, all above 0.

    Args:
        evidence: (n, k) probabilities over prior: how much each expression explains.
        base: (k,) the prior.
        weight: what a row counts, in faces.
    """
    shares = base
    total = weight * len(evidence) + PSEUDO_FACES
    for _ in range(_ROUNDS):
        # (n,) how well the shares explain each row; its inverse spreads the row.
        explained = evidence @ shares
        counts = weight * shares * ((1 / explained) @ evidence)
        better = (counts + PSEUDO_FACES * base) / total
        moved = float(abs(better - shares).max())
        shares = better
        if moved < _STILL:
            break
    return shares


def _variance(evidence: Floats, base: Floats, weight: float, shares: Floats) -> Floats:
    """(k,) of each share, from the curvature where the likelihood is largest."""
    slopes = evidence / (evidence @ shares)[:, None]
    curvature = weight * slopes.T @ slopes
    curvature += np.diag(PSEUDO_FACES * base / shares**2)
    # Shares sum to 1: only directions that keep the sum are free.
    kinds = len(shares)
    free = np.linalg.svd(np.ones((1, kinds)))[2][1:]
    spread = free.T @ np.linalg.inv(free @ curvature @ free.T) @ free
    return np.asarray(np.diag(spread))


def _interval(shares: Floats, variance: Floats) -> tuple[Floats, Floats]:
    """(k,) and (k,): ends of each share's interval."""
    from scipy.special import betaincinv

    # Never surer than the variance allows, never vaguer than one face makes it.
    faces = np.maximum(shares * (1 - shares) / variance - 1, PSEUDO_FACES)
    here, elsewhere = shares * faces, (1 - shares) * faces
    tail = (1 - LEVEL) / 2
    low = np.minimum(betaincinv(here, elsewhere, tail), shares)
    high = np.maximum(betaincinv(here, elsewhere, 1 - tail), shares)
    # Less than a face's worth: there may be none at all.
    return np.where(here < 1, 0.0, low), np.where(elsewhere < 1, 1.0, high)

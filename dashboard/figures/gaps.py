"""Stretches of a session in which nothing was read, and why."""

from __future__ import annotations

from itertools import pairwise
from typing import Any, NamedTuple

from dashboard.palette import LIGHT
from dashboard.words import GAP, UNWATCHED
from monitor.records import Samples

MISSED = 3.5
"""Samples that must be missing before a hole is shown: one late sample is not."""


class Gap(NamedTuple):
    """A stretch without readings to trust, in seconds since the session's start."""

    from_s: float
    to_s: float
    reason: str


def find_gaps(samples: Samples, interval_s: float) -> list[Gap]:
    """Gaps in time order: samples marked as such, and holes between samples."""
    gaps: list[Gap] = []
    offsets = samples.offset_s.tolist()
    for offset, reason in zip(offsets, samples.gap, strict=True):
        if reason is not None:
            _add(gaps, Gap(offset, offset + interval_s, GAP[reason]), interval_s)
    for before, after in pairwise(offsets):
        if after - before > MISSED * interval_s:
            _add(gaps, Gap(before + interval_s, after, UNWATCHED), interval_s)
    return _joined(sorted(gaps), interval_s)


def gap_shape(gap: Gap) -> dict[str, Any]:
    """Pale grey across all panels of a chart over minutes."""
    return {
        "type": "rect",
        "xref": "x",
        "yref": "paper",
        "x0": gap.from_s / 60,
        "x1": gap.to_s / 60,
        "y0": 0,
        "y1": 1,
        "fillcolor": LIGHT["edge"],
        "opacity": 0.14,
        "line": {"width": 0},
        "layer": "below",
    }


def _add(gaps: list[Gap], gap: Gap, slack_s: float) -> None:
    last = gaps[-1] if gaps else None
    if last and last.reason == gap.reason and gap.from_s - last.to_s <= slack_s:
        gaps[-1] = last._replace(to_s=max(last.to_s, gap.to_s))
    else:
        gaps.append(gap)


def _joined(gaps: list[Gap], slack_s: float) -> list[Gap]:
    """A pause is one marked sample and then a hole: show it as one pause."""
    joined: list[Gap] = []
    for gap in gaps:
        last = joined[-1] if joined else None
        touches = last is not None and gap.from_s - last.to_s <= slack_s
        if last is not None and touches and UNWATCHED in (gap.reason, last.reason):
            named = gap.reason if last.reason == UNWATCHED else last.reason
            joined[-1] = Gap(last.from_s, max(last.to_s, gap.to_s), named)
        else:
            joined.append(gap)
    return joined

"""The outcomes of scenes side by side: for the model's card and the bench."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from models.training.path.walk import LABELS, VOTES

TRUTH = {LABELS: "the label", VOTES: "most annotators"}


class Row(NamedTuple):
    """One line: what it tells, and a cell for each scene."""

    what: str
    cells: tuple[str, ...]


def table(outcomes: Sequence[Mapping[str, Any]]) -> list[Row]:
    """What became of the faces, and what the way cost, by both truths.

    Args:
        outcomes: of scenes, each a `walk.Outcome` as a dictionary; all of one network
            and one set of faces.

    Returns:
        Shares are of all faces, or of those with the truth that is named. The truth
        by which the product's own answers are scored comes first, in full.
    """
    if not outcomes:
        return []
    main = outcomes[0]["reads"]
    (other,) = {LABELS, VOTES} - {main}
    scores = [outcome["scores"][main] for outcome in outcomes]
    return [
        Row("faces", tuple(str(outcome["faces"]) for outcome in outcomes)),
        Row("found", tuple(f"{outcome['found']:.1%}" for outcome in outcomes)),
        Row("read", tuple(f"{outcome['read']:.1%}" for outcome in outcomes)),
        Row(
            f"faces that {TRUTH[main]} can score" if main == VOTES else "scored",
            tuple(str(score["faces"]) for score in scores),
        ),
        *(
            Row(what, tuple(_share(score, key) for score in scores))
            for what, key in (
                ("not found", "not_found"),
                ("found, not read", "not_read"),
                ("read wrongly", "wrong"),
                ("read rightly", "right"),
            )
        ),
        *_cost(outcomes, main),
        *_cost(outcomes, other),
    ]


def _cost(outcomes: Sequence[Mapping[str, Any]], truth: str) -> list[Row]:
    scores = [outcome["scores"][truth] for outcome in outcomes]
    by = f"by {TRUTH[truth]}: "
    return [
        Row(by + "given directly", tuple(_percent(s["direct"]) for s in scores)),
        Row(by + "through the path", tuple(_percent(s["through"]) for s in scores)),
        Row(by + "loss in points", tuple(_loss(s) for s in scores)),
        Row(by + "calibration error", tuple(_percent(s["ece"]) for s in scores)),
    ]


def _share(score: Mapping[str, Any], key: str) -> str:
    return f"{score[key]} ({score[key] / max(1, score['faces']):.1%})"


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{share:.1%}"


def _loss(score: Mapping[str, Any]) -> str:
    if score["points"] is None:
        return "-"
    return f"{score['points']:+.1f} ± {score['points_error']:.1f}"

"""What a teacher may set, with its unit, its range and a sentence.

The settings lie in a small JSON file beside the database (`Store.settings`). A key that
is not known and a value out of its range are refused by name: a slip of the pen must
not quietly keep students' rows longer than was meant.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from typing import Any

from monitor.engagement import INDEX_WEIGHTS, IndexWeights
from monitor.errors import SettingsError
from monitor.words import EMOTIONS

OWN_WEIGHTS = 0
"""Version of the engagement index with weights that are not the published ones."""

_MOST_WEIGHT = 100.0


@dataclass(frozen=True, slots=True)
class Described:
    """What a setting is, for pages and messages.

    Attributes:
        key: its name in the file.
        title: its name for people.
        unit: of its value, "" without one.
        low, high: the smallest and largest value; None for yes or no.
        text: what it does, in a sentence or two.
    """

    key: str
    title: str
    unit: str
    low: float | None
    high: float | None
    text: str


DESCRIPTIONS = (
    Described(
        "every_s",
        "Time between samples",
        "seconds",
        0.2,
        600.0,
        "How often a class is looked at; 3 is a good choice. A class that is running "
        "keeps what it began with.",
    ),
    Described(
        "retention_days",
        "Keep students' data for",
        "days",
        1,
        365,
        "So long after a class was stored, what is kept of its students is deleted. "
        "Totals by the minute, over five faces or more, stay.",
    ),
    Described(
        "weights",
        "Weights of the engagement index",
        "",
        0.0,
        _MOST_WEIGHT,
        "The concentration index after Sharma et al. (arXiv 1909.12913): a weight for "
        "each expression times one for a head turned as usual or away, divided by the "
        "largest such product. The given weights are those that public programs after "
        "that paper share. Other weights give another index, whose numbers compare "
        "with no one else's.",
    ),
    Described(
        "worth_a_look",
        "Worth a look",
        "",
        None,
        None,
        "The live page names students whose expression left their own baseline, who "
        "became unreadable or whose camera went off, with the reason.",
    ),
    Described(
        "notices",
        "Gentle notices",
        "",
        None,
        None,
        "The live page says when the class's mood has fallen for two minutes, when "
        "many cannot be read, and when the picture is frozen or covered.",
    ),
)
"""Every setting, in the order of a page on them."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What a teacher has set; see `DESCRIPTIONS` for each.

    Attributes:
        every_s: seconds between samples, 0.2 to 600.
        retention_days: whole days, 1 to 365, that students' rows are kept.
        weights: of the engagement index.
        worth_a_look: whether the live page names students worth a look.
        notices: whether the live page shows notices.

    Raises:
        SettingsError: a value is out of its range.
    """

    every_s: float = 3.0
    retention_days: int = 30
    weights: IndexWeights = INDEX_WEIGHTS
    worth_a_look: bool = True
    notices: bool = True

    def __post_init__(self) -> None:
        _number("every_s", self.every_s)
        if _number("retention_days", self.retention_days) % 1:
            raise _bad("retention_days", self.retention_days, "whole days")

    def as_json(self) -> dict[str, Any]:
        """What `parse` turns back into these settings."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return values | {
            "weights": {
                "expressions": dict(
                    zip(EMOTIONS, self.weights.expressions, strict=True)
                ),
                "facing": self.weights.facing,
                "away": self.weights.away,
            }
        }


def parse(raw: Mapping[str, Any]) -> Settings:
    """Settings from what a file or a form holds; what is left out is as usual.

    Args:
        raw: by key; ``weights`` as `Settings.as_json` gives them.

    Raises:
        SettingsError: a key is not known or a value cannot be used; it names both.
    """
    _refuse_unknown(raw, [described.key for described in DESCRIPTIONS], "")
    values = dict(raw)
    for key in ("worth_a_look", "notices"):
        if not isinstance(values.get(key, True), bool):
            raise _bad(key, values[key], "true or false")
    if "retention_days" in values:
        days = _number("retention_days", values["retention_days"])
        values["retention_days"] = int(days) if days == int(days) else days
    if "every_s" in values:
        values["every_s"] = _number("every_s", values["every_s"])
    if "weights" in values:
        values["weights"] = parse_weights(values["weights"])
    return Settings(**values)


def parse_weights(raw: object) -> IndexWeights:
    """Weights of the engagement index; those that are left out are the usual ones.

    Args:
        raw: ``expressions`` by the name of each, ``facing`` and ``away``.

    Raises:
        SettingsError: as in `parse`.
    """
    if not isinstance(raw, Mapping):
        raise _bad("weights", raw, "a table of weights")
    _refuse_unknown(raw, ["expressions", "facing", "away"], "weights.")
    given = raw.get("expressions", {})
    if not isinstance(given, Mapping):
        raise _bad("weights.expressions", given, "a weight for each expression")
    _refuse_unknown(given, EMOTIONS, "weights.expressions.")
    usual = dict(zip(EMOTIONS, INDEX_WEIGHTS.expressions, strict=True))
    expressions = tuple(
        _weight(f"weights.expressions.{name}", given.get(name, usual[name]))
        for name in EMOTIONS
    )
    facing = _weight("weights.facing", raw.get("facing", INDEX_WEIGHTS.facing))
    away = _weight("weights.away", raw.get("away", INDEX_WEIGHTS.away))
    if not max(expressions) * max(facing, away) > 0:
        raise SettingsError(
            "the setting weights is 0 throughout: expected one above 0 for an "
            "expression and one for a head"
        )
    own = IndexWeights(OWN_WEIGHTS, expressions, facing, away)
    same = IndexWeights(INDEX_WEIGHTS.version, expressions, facing, away)
    return INDEX_WEIGHTS if same == INDEX_WEIGHTS else own


def described(key: str) -> Described:
    """What the setting of a name is."""
    return next(one for one in DESCRIPTIONS if one.key == key)


def _weight(key: str, value: object) -> float:
    number = _as_number(value)
    if not 0 <= number <= _MOST_WEIGHT:
        raise _bad(key, value, f"a number from 0 to {_MOST_WEIGHT:g}")
    return number


def _number(key: str, value: object) -> float:
    """A value within the range of its description."""
    about = described(key)
    low, high = about.low or 0.0, about.high or math.inf
    number = _as_number(value)
    if not low <= number <= high:
        raise _bad(key, value, f"{about.unit} from {low:g} to {high:g}")
    return number


def _as_number(value: object) -> float:
    """NaN, which is in no range, for what is no number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return math.nan
    try:
        return float(value)
    except OverflowError:
        return math.nan


def _refuse_unknown(
    raw: Mapping[str, Any], known: Collection[str], within: str
) -> None:
    for key in raw:
        if key not in known:
            raise SettingsError(
                f"the setting {within}{str(key)[:40]} is not known: expected "
                f"{', '.join(known)}"
            )


def _bad(key: str, value: object, expected: str) -> SettingsError:
    return SettingsError(
        f"the setting {key} is {str(value)[:40]!r}: expected {expected}"
    )

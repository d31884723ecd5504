"""Names that may be one person's, to be offered for merging."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from monitor.identity.likeness import resembles
from monitor.identity.spelling import Spelling
from monitor.presence import seen_together
from monitor.records import Observations

_MOST_TOGETHER = 3
"""Who is seen beside somebody in more samples is somebody else; a tile that moves while
its label fades shows one person twice for a moment."""


def similar(names: Sequence[str]) -> list[tuple[str, str]]:
    """Pairs of names that may be one person, the likeliest first, to offer for merging.

    Each pair stands in the order of ``names``.
    """
    spelled = [(name, Spelling.of(name)) for name in names]
    pairs = [
        (resembles(one, other), name, second)
        for at, (name, one) in enumerate(spelled)
        for second, other in spelled[at + 1 :]
    ]
    alike = sorted((pair for pair in pairs if pair[0]), key=lambda pair: -pair[0])
    return [(name, second) for _, name, second in alike]


def maybe_same(ids: Mapping[str, int], seen: Observations) -> list[tuple[str, str]]:
    """Pairs as `similar` finds them, without those who were seen beside each other.

    Args:
        ids: the students' database ids by name.
        seen: what was seen of them.
    """
    return [
        (one, other)
        for one, other in similar(list(ids))
        if seen_together(seen, ids[one], ids[other]) <= _MOST_TOGETHER
    ]

"""The words by which data sets and networks call the seven expressions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from monitor.words import EMOTIONS

_OTHERS = {
    "angry": ("anger",),
    "disgust": ("disgusted",),
    "fear": ("fearful", "afraid", "scared"),
    "happy": ("happiness", "joy"),
    "sad": ("sadness",),
    "surprise": ("surprised",),
    "neutral": ("neutrality",),
}
_MEANT = {
    word: emotion for emotion, others in _OTHERS.items() for word in (emotion, *others)
}


def expression(name: str) -> str | None:
    """Which of `EMOTIONS` a class's name means, in any case; None: none of them."""
    return _MEANT.get(name.strip().casefold())


def foreign(names: Iterable[str]) -> list[str]:
    """Those of the names that mean none of `EMOTIONS`."""
    return [name for name in names if expression(name) is None]


def met_twice(names: Iterable[str]) -> list[str]:
    """Those of the names that mean what another of them means too."""
    meant = [(name, expression(name)) for name in names]
    counts = Counter(word for _, word in meant)
    return [name for name, word in meant if word is not None and counts[word] > 1]


def position(name: str) -> int:
    """The place in `EMOTIONS` of what a class's name means; -1: none of them."""
    meant = expression(name)
    return -1 if meant is None else EMOTIONS.index(meant)

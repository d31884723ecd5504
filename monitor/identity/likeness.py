"""How likely one spelling is a misread of another.

A reader of labels does not err as people do: it takes l for I, 0 for O, rn for m, drops
accents and spaces. Those errors are cheap here. What parts real names is dear: a letter
more or less (Daniel, Daniela), the last letter of a word (Mario, Maria), any letter of
a short word (Chan, Chen; Mei, Wei).

The costs were set on 95 names written 8 to 13 pixels high, damaged by JPEG and read by
the reader that is used here: of 475 readings 58 were not the name, accents, case and
spaces aside.
"""

from __future__ import annotations

import math

from rapidfuzz.distance import Levenshtein

from monitor.identity.spelling import Spelling

NEVER = math.inf
"""The cost of what no reader confuses: digits, a word more."""

_DIGIT, _NARROW, _BLUR, _SIMILAR, _OTHER, _HARD = 0.1, 0.25, 0.25, 0.5, 1.0, 2.0

_MOST_EDITS = 4

_DIGITS = {
    "0": "oqd", "1": "ilj", "2": "z", "3": "e", "4": "a", "5": "s", "6": "gb",
    "7": "t", "8": "b", "9": "gq",
}  # fmt: skip
"""Digits, and the letters that they are taken for."""

_NARROWS = frozenset("ilj")
_THIN = frozenset("ilrt")
"""Letters that are taken for each other, and those that get lost in a word."""

_LOOKALIKES = "ae ao eo ec co uv nu nh nr nm hb hk it lt ft gq gy vy vw oq"
_SIMILARS = frozenset(frozenset(pair) for pair in _LOOKALIKES.split())
"""Pairs of letters that a blur turns into one another."""

_LONG_WORD, _LONG_NAME = 5, 10
"""Letters from which a word still says what it is with one of them wrong."""

_ALIKE, _SHORTENED = 0.8, 0.8
"""Share of letters in common from which two names are worth a look."""


def misread_cost(read: Spelling, name: Spelling) -> float:
    """What it takes to misread ``name`` as ``read``: 0 for nothing, `NEVER`."""
    far = 2 * _MOST_EDITS  # two letters that look like one are two edits
    if Levenshtein.distance(name.key, read.key, score_cutoff=far) > far:
        return NEVER
    cost = _cost(read, name)
    if read.blurred.key != read.key or name.blurred.key != name.key:
        cost = min(cost, _BLUR + _cost(read.blurred, name.blurred))
    return cost


def _cost(read: Spelling, name: Spelling) -> float:
    if read.key == name.key:
        return 0.0
    if read.numbers != name.numbers:
        return NEVER
    away = Levenshtein.distance(name.key, read.key, score_cutoff=_MOST_EDITS)
    if away > _MOST_EDITS:
        return NEVER
    total = 0.0
    for edit in Levenshtein.editops(name.key, read.key):
        at, to = edit.src_pos, edit.dest_pos
        if edit.tag == "replace":
            total += _swap(name, at, read.key[to])
        else:
            lost = edit.tag == "delete"
            total += _slip(name, at, name.key[at] if lost else read.key[to], lost=lost)
    return total


def _swap(name: Spelling, at: int, other: str) -> float:
    """What it costs to read another letter in the place of one."""
    letter = name.key[at]
    if letter.isdigit() or other.isdigit():
        alike = other in _DIGITS.get(letter, "") or letter in _DIGITS.get(other, "")
        return _DIGIT if alike else NEVER
    if {letter, other} <= _NARROWS:
        return _NARROW
    place, length = name.places[at]
    if length < _LONG_WORD or place == length - 1:
        return _HARD
    if frozenset((letter, other)) in _SIMILARS:
        return _SIMILAR
    return _OTHER if place > 0 and len(name.key) >= _LONG_NAME else _HARD


def _slip(name: Spelling, at: int, letter: str, *, lost: bool) -> float:
    """What it costs to lose the letter there, or to find one more before it."""
    if letter.isdigit():
        return NEVER
    after = at + 1 if lost else at
    doubled = letter in name.key[max(0, at - 1) : at] + name.key[after : after + 1]
    place, length = name.places[min(at, len(name.key) - 1)]
    if doubled and length >= _LONG_WORD:
        return _SIMILAR
    thin = lost and letter in _THIN and 0 < place < length - 1 and length > _LONG_WORD
    return _OTHER if thin and len(name.key) >= _LONG_NAME else _HARD


def resembles(one: Spelling, other: Spelling) -> float:
    """How alike two names are to somebody who looks for one person seen as two.

    Returns:
        0 when they are not worth a look, else up to 1.
    """
    if not one.words or not other.words or one.numbers != other.numbers:
        return 0.0
    if one.sorted_key == other.sorted_key:
        return 1.0
    if shortens(one, other) or shortens(other, one):
        return _SHORTENED
    alike = Levenshtein.normalized_similarity(one.key, other.key)
    if alike < _ALIKE or misread_cost(one, other) == NEVER:
        return 0.0
    return float(alike)


def shortens(short: Spelling, name: Spelling) -> bool:
    """Whether a name is given in fewer words: Emma, Emma F., for Emma Maria Fischer.

    The first word stands first in both; the others come in the same order, as a whole
    or as their first letter.
    """
    if not short.words or len(short.key) >= len(name.key):
        return False
    if short.numbers != name.numbers:
        return False
    if short.words[0] != name.words[0]:
        return _glued(short, name)
    rest = iter(name.words[1:])
    return all(
        any(word == full or word == full[0] for full in rest)
        for word in short.words[1:]
    )


def _glued(short: Spelling, name: Spelling) -> bool:
    """The same for a short form whose spaces were lost."""
    heads = ("".join(name.words[:count]) for count in range(1, len(name.words)))
    return short.key in heads

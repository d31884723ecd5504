"""How names are written: as they are shown, and as they are compared."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property

LONGEST = 100
"""Letters in a name; what is longer is no name."""

_INVISIBLE = re.compile(
    "[\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff]"
)
"""Soft hyphens, spaces of no width and marks that turn the writing's direction. The
joiners U+200C and U+200D stay: Persian and Indic names are spelled with them."""

_ACCENTS = re.compile("[\u0300-\u036f]")
"""Of Latin, Greek and Cyrillic letters only: elsewhere such signs are vowels."""

_LETTERS = str.maketrans(
    {
        "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe",
        "\u0131": "i", "ħ": "h", "ŧ": "t", "ŋ": "n", "ə": "e",
    }
)  # fmt: skip
"""Letters that a reader without them takes for these, though they are no accents."""

_SILENT = re.compile("['\u2018\u2019\u02bb\u02bc\u00b4`\u200c\u200d]")
"""Written inside a word without parting it: O'Shea is read as OShea."""

_TITLES = frozenset({"prof", "professor", "dr"})
"""Before a name, and no part of it."""

_DIGRAPHS = (("rn", "m"), ("mn", "m"), ("cl", "d"), ("vv", "w"))
"""Two letters side by side that look like one."""


def tidy(text: str) -> str:
    """A name as it is shown: composed (NFC), in one line, without hidden signs."""
    visible = _INVISIBLE.sub("", unicodedata.normalize("NFC", text))
    plain = "".join(" " if _controls(letter) else letter for letter in visible)
    return " ".join(plain.split()).strip("\u200c\u200d ")


def _controls(letter: str) -> bool:
    return unicodedata.category(letter) in {"Cc", "Cs", "Cn", "Co", "Zl", "Zp"}


def folded(text: str) -> str:
    """The text without case and accents; apostrophes are gone."""
    bare = _ACCENTS.sub("", unicodedata.normalize("NFKD", text))
    plain = unicodedata.normalize("NFKC", bare.casefold()).translate(_LETTERS)
    return _SILENT.sub("", plain)


def words_of(text: str) -> tuple[str, ...]:
    """The words of a name, folded, first name first: "Rossi, Ána" gives ana, rossi."""
    last, comma, first = text.partition(",")
    turned = f"{first} {last}" if comma and "," not in first else text
    words = "".join(c if _spells(c) else " " for c in folded(turned)).split()
    while len(words) > 1 and words[0] in _TITLES:
        words.pop(0)
    return tuple(words)


def _spells(letter: str) -> bool:
    return unicodedata.category(letter)[0] in "LMN"


def key_of(text: str) -> str:
    """What two spellings of one name have in common: letters and digits, folded."""
    return "".join(words_of(text))


@dataclass(frozen=True)
class Spelling:
    """A name in its folded words."""

    words: tuple[str, ...]

    @classmethod
    def of(cls, text: str) -> Spelling:
        """The spelling of a text; without any word when it holds no letter."""
        return cls(words_of(text))

    @cached_property
    def key(self) -> str:
        """All words in one: a reader loses spaces, and finds some."""
        return "".join(self.words)

    @cached_property
    def sorted_key(self) -> str:
        """The same for a name whose words stand in another order."""
        return "".join(sorted(self.words))

    @cached_property
    def numbers(self) -> tuple[str, ...]:
        """Words that are digits alone: "iPad 2" is not "iPad 3"."""
        return tuple(word for word in self.words if word.isdigit())

    @cached_property
    def places(self) -> tuple[tuple[int, int], ...]:
        """For each letter of the key: its place in its word, and the word's length."""
        return tuple((at, len(word)) for word in self.words for at in range(len(word)))

    @cached_property
    def blurred(self) -> Spelling:
        """The spelling with letters that look like one other taken for it."""
        words = list(self.words)
        for pair, one in _DIGRAPHS:
            words = [word.replace(pair, one) for word in words]
        return Spelling(tuple(words))

"""The labels of one class that were seen, and what was read on them."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from monitor.identity.cleaning import CleanLabel, clean
from monitor.identity.signatures import Looks
from monitor.identity.stencils import Stencil

_MOST_LABELS = 400
"""Those seen longest ago are forgotten: what is no label looks new every time."""

_MOST_STENCILS = 6
"""Of one label, for other sizes and other videos behind it."""

_SURE_ENOUGH = 0.85
"""Mean probability of a reading's letters from which it is one. None of 759 labels that
were read right falls under it; of 153 in Cyrillic and Greek 114 reach it, nearly all of
them because hardly a letter was read, which the other rules catch in 111."""

_LETTERS_TO_WIDTH, _WIDE_TO_WIDTH = 0.65, 0.4
"""Fewer letters than this for each height of a small letter in a label's width, Latin
ones or Chinese and Japanese ones, were not read: a reader leaves out what it does not
know. Names that were read right have 0.73 and more."""

_WIDE_FROM = "\u2e80"
"""From here on characters are as wide as high."""

_NOTHING = CleanLabel("")


@dataclass(slots=True, eq=False)
class KnownLabel:
    """One label.

    Attributes:
        signature: what it goes by.
        looks: its looks when it was seen first, see `Looks.around`.
        stencils: of it, the newest last.
        text: as read; None while it is not read, "" when it cannot be.
        says: what the text says.
        into: the label that it turned out to be, None for itself.
    """

    signature: str
    looks: tuple[Looks, ...]
    stencils: list[Stencil] = field(default_factory=list)
    text: str | None = None
    says: CleanLabel = _NOTHING
    into: KnownLabel | None = None

    def looks_like(self, looks: Sequence[Looks]) -> bool:
        """True when this may be the label with those looks."""
        return any(self.looks[0].like(other) for other in looks)

    def fits(self, stencil: Stencil) -> bool:
        """True when the stencil was surely taken of this label."""
        return any(stencil.fits(own) for own in reversed(self.stencils))

    @property
    def itself(self) -> KnownLabel:
        """The label that this one turned out to be."""
        return self if self.into is None else self.into.itself

    def remember(self, stencil: Stencil) -> None:
        """Know it by this stencil too."""
        self.stencils = [*self.stencils[1 - _MOST_STENCILS :], stencil]


class KnownLabels:
    """Finds the label that a stencil belongs to.

    Args:
        unreadable: signatures of labels that were met before and cannot be read.
    """

    def __init__(self, unreadable: Iterable[str] = ()) -> None:
        self._labels: dict[str, KnownLabel] = {}
        for signature in unreadable:
            looks = Looks.from_text(signature)
            if looks is not None:
                self._labels[signature] = KnownLabel(signature, (looks,), text="")

    def fitting(self, stencil: Stencil) -> KnownLabel | None:
        """The label with these very letters, None when there is none."""
        for label in reversed(self._labels.values()):
            if label.fits(stencil):
                self._touch(label)
                return label
        return None

    def add(self, stencil: Stencil, looks: tuple[Looks, ...]) -> KnownLabel:
        """The label of that stencil, which fits none.

        One that cannot be read is known by its looks, every other is new until read.
        """
        label = self._unreadable(looks)
        if label is None:
            label = KnownLabel(self._free(looks[0]), looks)
            self._labels[label.signature] = label
            while len(self._labels) > _MOST_LABELS:
                del self._labels[next(iter(self._labels))]
        label.remember(stencil)
        self._touch(label)
        return label

    def read(self, label: KnownLabel, text: str, sure: float) -> KnownLabel:
        """Note what was read on a label.

        Returns:
            The label, or the one with the same text that was known before.
        """
        says = clean(text)
        told = sure >= _SURE_ENOUGH and _is_read(text, says, label.looks[0])
        label.text, label.says = (text, says) if told else ("", _NOTHING)
        for other in self._labels.values():
            if other is label or other.text != label.text:
                continue
            if told or other.looks_like(label.looks):
                return self._join(label, other)
        return label

    def _join(self, label: KnownLabel, other: KnownLabel) -> KnownLabel:
        for stencil in label.stencils:
            other.remember(stencil)
        label.stencils = []
        label.into = other
        if self._labels.get(label.signature) is label:
            del self._labels[label.signature]
        self._touch(other)
        return other

    def _unreadable(self, looks: Sequence[Looks]) -> KnownLabel | None:
        for label in self._labels.values():
            if label.text == "" and label.looks_like(looks):
                return label
        return None

    def _free(self, looks: Looks) -> str:
        """A signature that no other label goes by."""
        signature = str(looks)
        while signature in self._labels:
            signature = f"{signature[:-8]}{(int(signature[-8:], 16) + 1) % 2**32:08x}"
        return signature

    def _touch(self, label: KnownLabel) -> None:
        if self._labels.get(label.signature) is label:
            self._labels[label.signature] = self._labels.pop(label.signature)


def _is_read(text: str, says: CleanLabel, looks: Looks) -> bool:
    """False for what a reader makes of letters that it does not know."""
    wide = any(letter >= _WIDE_FROM for letter in text)
    least = _WIDE_TO_WIDTH if wide else _LETTERS_TO_WIDTH
    whole = len(text) >= least * looks.width
    lettered = any(character.isalpha() for character in says.name)
    return whole and (says.is_me or (lettered and not _mixed(says.name)))


def _mixed(name: str) -> bool:
    """True for Greek and Latin letters in one word: a Greek name half read."""
    return any(
        {
            unicodedata.name(letter, "").split(" ")[0]
            for letter in word
            if letter.isalpha()
        }
        >= {"GREEK", "LATIN"}
        for word in name.split()
    )

"""Which student a label's text stands for.

A text that is spelled like a known name (case, accents, spaces and punctuation aside)
is that student. So is one that a reader of labels easily makes of exactly one known
name (`likeness`), a short form that only one name on the roster has, and the beginning
of only one name when the label is cut. Names that were seen in this session come after
those of the roster, and less is forgiven: who is on no roster may well be called
almost like somebody else. Whatever is not clear stays a name of its own, with the name
that it resembles beside it: two students are easily merged, one is hard to part.

Everything follows from the order of the readings. A new name keeps the spelling of
its first reading, even where that was the misread: the teacher renames a student once.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from monitor.identity.likeness import misread_cost, resembles, shortens
from monitor.identity.spelling import Spelling, tidy
from monitor.records import KnownStudent

_LONG = 9
"""Letters from which a name is told with more than one of them in doubt."""

_MARGIN = 0.5
"""How much likelier than the second the best name must be."""

_FEWEST_CUT = 4
"""Letters that a label cut short must show."""

_DIGITS_ONLY = 0.2
"""The cost of digits in the place of letters: what no two people differ by."""

_ELLIPSES = ("…", "...", "..")


@dataclass(frozen=True, slots=True)
class Resolved:
    """Whom a label's text stands for.

    Attributes:
        name: as shown; "" when the text holds no letter.
        known: the name is on the roster, or of the course.
        is_me: it is the teacher.
        maybe: the name that an unsure one resembles.
    """

    name: str
    known: bool = False
    is_me: bool = False
    maybe: str | None = None


@dataclass(slots=True, eq=False)
class _Entry:
    """One person: the name that is shown, and how it is spelled."""

    answer: Resolved
    spellings: list[Spelling]
    cut: bool = False

    def cost(self, read: Spelling) -> float:
        """What it takes to misread this person's nearest spelling so."""
        return min(misread_cost(read, spelling) for spelling in self.spellings)

    def extends(self, read: Spelling) -> bool:
        """Whether the text can be the beginning of this name."""
        begin = len(read.key)
        heads = (_head(spelling, begin) for spelling in self.spellings)
        return any(misread_cost(read, head) <= _most(read) for head in heads)

    def shortened(self, read: Spelling) -> bool:
        """Whether the text is a short form of this name."""
        return any(shortens(read, spelling) for spelling in self.spellings)


class Names:
    """Tells which student a label stands for; remembers the names of one session.

    Asked from one thread only.

    Args:
        known: the students of the roster or of the course.
        me: the teacher's own name.
        asks_consent: the roster has a column on consent, so that only a yes counts; it
            counts as well where somebody known was asked before.
    """

    def __init__(
        self,
        known: Sequence[KnownStudent] = (),
        me: str | None = None,
        *,
        asks_consent: bool = False,
    ) -> None:
        self._known = [entry for student in known if (entry := _entry(student))]
        mine = Spelling.of(me or "")
        if me is not None and mine.words:
            teacher = _spelled(self._known, mine)
            if teacher is None:
                teacher = _Entry(Resolved(tidy(me)), [mine])
                self._known.append(teacher)
            teacher.answer = replace(teacher.answer, is_me=True)
        self._seen: list[_Entry] = []
        self._answers: dict[tuple[str, bool], Resolved] = {}
        self._labels = {label: k.name for k in known for label in k.labels}
        self._consent = {k.name: k.consent for k in known}
        self.asks_consent = asks_consent or any(k.consent is not None for k in known)

    def resolve(
        self, text: str, *, cut: bool = False, beside: Collection[str] = ()
    ) -> Resolved:
        """Whom the text stands for; a new name is remembered as seen.

        The same text means the same person throughout, unless the two turn up at once.

        Args:
            text: what was read at a tile.
            cut: the label goes on behind an ellipsis; one in the text says so too.
            beside: names that other labels of the same picture stand for. Two tiles
                are two people: a text that is only like one of them is kept apart.
        """
        before = self._answers.get((text, cut))
        if before is not None and before.name not in beside:
            return before
        answer = self._answers[text, cut] = self._resolve(text, beside, cut=cut)
        return answer

    def _resolve(self, text: str, beside: Collection[str], *, cut: bool) -> Resolved:
        shown = tidy(text)
        for ellipsis in _ELLIPSES:
            if shown.endswith(ellipsis):
                shown, cut = shown.removesuffix(ellipsis).rstrip(), True
        read = Spelling.of(shown)
        if not read.words:
            return Resolved("")
        found = self._exact(shown, read) or self._alike(read, beside, cut=cut)
        return found or self._new(f"{shown}…" if cut else shown, read, cut=cut)

    def by_label(self, signature: str) -> str | None:
        """The student whose label cannot be read, but is known by its looks."""
        return self._labels.get(signature)

    def consents(self, name: str) -> bool:
        """Whether this student's expression may be read."""
        consent = self._consent.get(name)
        return consent is True if self.asks_consent else consent is not False

    def _exact(self, shown: str, read: Spelling) -> Resolved | None:
        """The person who is spelled so: by the letter, else accents aside."""
        for entries in (self._known, self._seen):
            for entry in entries:
                if entry.answer.name.casefold() == shown.casefold():
                    return entry.answer
            same = _spelled(entries, read)
            if same is not None:
                return same.answer
        return None

    def _alike(
        self, read: Spelling, beside: Collection[str], *, cut: bool
    ) -> Resolved | None:
        """The one person whose name the text is another form of, if it is clear."""
        free = [e for e in self._known + self._seen if e.answer.name not in beside]
        if cut:
            return self._begun(read, free) or self._longer(read, free, cut=True)
        # A student who is merely called much like the teacher must not vanish.
        others = [
            entry
            for entry in free
            if not entry.answer.is_me or entry.cost(read) <= _DIGITS_ONLY
        ]
        misread = self._misread(read, others)
        if misread is not None:
            return misread
        turned = [
            entry
            for entry in free
            if entry.answer.known or entry.answer.is_me
            if any(read.sorted_key == s.sorted_key for s in entry.spellings)
        ]
        if len(turned) == 1:
            return turned[0].answer
        # Somebody who is on no roster may be called so as well: then nobody is meant.
        short = [e for e in self._known + self._seen if e.shortened(read)]
        if len(short) == 1 and short[0] in self._known and short[0] in others:
            return short[0].answer
        return self._longer(read, free, cut=False)

    def _misread(self, read: Spelling, free: Sequence[_Entry]) -> Resolved | None:
        costs = [(entry.cost(read), entry in self._known, entry) for entry in free]
        for known in (True, False):
            rank = sorted(
                ((cost, entry) for cost, on, entry in costs if on is known),
                key=lambda pair: pair[0],
            )
            nearest = min((c for c, on, _ in costs if on is not known), default=99.0)
            if not rank or rank[0][0] > _most(read, known=known):
                continue
            clear = len(rank) == 1 or rank[1][0] - rank[0][0] >= _MARGIN
            if clear and rank[0][0] <= nearest:
                return rank[0][1].answer
        return None

    @staticmethod
    def _begun(read: Spelling, free: Sequence[_Entry]) -> Resolved | None:
        """The one person whose name begins with the text of a cut label."""
        if len(read.key) < _FEWEST_CUT:
            return None
        longer = [entry for entry in free if entry.extends(read)]
        return longer[0].answer if len(longer) == 1 else None

    def _longer(
        self, read: Spelling, free: Sequence[_Entry], *, cut: bool
    ) -> Resolved | None:
        """The one person of whose name a cut label showed less than this text."""
        begun = [
            entry
            for entry in self._seen
            if entry.cut and entry in free
            if read.key.startswith(entry.spellings[0].key)
        ]
        if len(begun) != 1 or len(begun[0].spellings[0].key) < _FEWEST_CUT:
            return None
        begun[0].spellings, begun[0].cut = [read], cut
        return begun[0].answer

    def _new(self, shown: str, read: Spelling, *, cut: bool) -> Resolved:
        """Remember a name that nobody bears yet, with the one that it resembles."""
        best, maybe = 0.0, None
        for entry in self._known + self._seen:
            alike = max(resembles(read, spelling) for spelling in entry.spellings)
            if cut and entry.extends(read):
                alike = 1.0
            if alike > best:
                best, maybe = alike, entry.answer.name
        answer = Resolved(shown, maybe=maybe)
        self._seen.append(_Entry(answer, [read], cut=cut))
        return answer


def _entry(student: KnownStudent) -> _Entry | None:
    spellings = [Spelling.of(text) for text in (student.name, *student.aliases)]
    usable = [spelling for spelling in spellings if spelling.words]
    return _Entry(Resolved(student.name, known=True), usable) if usable else None


def _spelled(entries: Sequence[_Entry], read: Spelling) -> _Entry | None:
    """The one person whose name is spelled so, else the one with such an alias."""
    for part in (slice(0, 1), slice(1, None)):
        same = [
            entry
            for entry in entries
            if any(read.key == spelling.key for spelling in entry.spellings[part])
        ]
        if len(same) == 1:
            return same[0]
    return None


def _head(spelling: Spelling, letters: int) -> Spelling:
    """The first letters of a name."""
    words, left = [], letters
    for word in spelling.words:
        if left > 0:
            words.append(word[:left])
        left -= len(word)
    return Spelling(tuple(words))


def _most(read: Spelling, *, known: bool = True) -> float:
    """The highest cost at which a text is still told to be somebody's name."""
    long = len(read.key) >= _LONG
    if known:
        return 1.0 if long else 0.5
    # Maria and Marla are two people, unless the same words stand beside both.
    return 0.5 if long else 0.25 if len(read.words) > 1 else 0.2

"""Why a student who was seen before is not seen now."""

from __future__ import annotations

from collections.abc import Iterable

from monitor.identity.people import People
from monitor.records import AbsenceReason, Away

_PAGE = 0.5
"""When this share of the tiles changes hands at once, a page was turned (or a screen
is shared, and most tiles are hidden)."""

_PATIENCE = 2
"""Somebody has left when the tile is missing in so many samples."""


class Presence:
    """Keeps why each student is away; tiles and labels tell.

    A tile that stays without a face: the camera is off. Most tiles gone at once: the
    page was turned. One tile gone while the others stay: left. Where there are no
    tiles nothing is said.
    """

    def __init__(self) -> None:
        self._holding: set[int] = set()
        self._reasons: dict[int, AbsenceReason] = {}
        self._missing: dict[int, int] = {}

    def look(
        self, people: People, *, holding: Iterable[int], seen: set[int], unowned: int
    ) -> tuple[Away, ...]:
        """The students who are away in this sample, and why.

        Args:
            people: everybody known.
            holding: numbers of those whose tile is there.
            seen: numbers of those whose face is there.
            unowned: tiles without face and label, which are somebody's.
        """
        now = set(holding) | seen
        gone = self._holding - now
        turned = len(gone) >= max(2, _PAGE * len(self._holding))
        away = []
        for person in people:
            if person.is_me:
                continue
            number = person.number
            if number in seen or person.beside is not None:
                self._forget(number)
                continue
            reason = self._reason(number, now, turned and number in gone)
            if reason is AbsenceReason.LEFT and unowned:
                was_off = self._reasons.get(number) is AbsenceReason.CAMERA_OFF
                if was_off:
                    unowned -= 1
                    reason = AbsenceReason.CAMERA_OFF
            self._reasons[number] = reason
            if reason is AbsenceReason.LEFT:
                self._missing[number] = self._missing.get(number, 0) + 1
            if self._is_sure(number, reason):
                away.append(Away(number, reason))
        self._holding = now
        return tuple(away)

    def kept(self, seen: set[int]) -> tuple[Away, ...]:
        """What was so before, where this sample shows no tiles to tell by."""
        for number in seen:
            self._forget(number)
        return tuple(
            Away(number, reason)
            for number, reason in self._reasons.items()
            if self._is_sure(number, reason)
        )

    def drop(self, student: int) -> None:
        """A number is no student of its own any more."""
        self._forget(student)
        self._holding.discard(student)

    def _reason(self, number: int, now: set[int], turned: bool) -> AbsenceReason:
        if number in now:
            return AbsenceReason.CAMERA_OFF
        if turned:
            return AbsenceReason.OFF_PAGE
        before = self._reasons.get(number)
        if before is AbsenceReason.OFF_PAGE and number not in self._holding:
            return before
        return AbsenceReason.LEFT

    def _is_sure(self, number: int, reason: AbsenceReason) -> bool:
        patient = self._missing.get(number, 0) >= _PATIENCE
        return patient or reason is not AbsenceReason.LEFT

    def _forget(self, number: int) -> None:
        self._reasons.pop(number, None)
        self._missing.pop(number, None)

"""Who is who: the port that every way of telling students apart implements."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from monitor.records import Face, Sighting


class Tracker(Protocol):
    """Ties the faces of one sample after another to the students of one session."""

    def update(self, faces: Sequence[Face], offset_s: float) -> tuple[Sighting, ...]:
        """The students whom these faces belong to, in the order of their numbers.

        Every face gets a student and no student gets two faces. The order in which
        the faces are given does not matter.

        Args:
            faces: all faces of one sample.
            offset_s: seconds since the session's start, never less than before.
        """
        ...

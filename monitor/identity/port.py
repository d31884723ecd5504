"""Who is who: the port that every way of telling students apart implements."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from monitor.records import Face, Frame, Seen


class Tracker(Protocol):
    """Ties the faces of one sample after another to the students of one session."""

    def update(self, frame: Frame, faces: Sequence[Face]) -> Seen:
        """Who is in this sample; the frame is not kept.

        No student gets two faces. The order in which the faces are given does not
        matter.

        Args:
            frame: the picture; its ``offset_s`` is never less than before.
            faces: all faces in it.
        """
        ...

    @property
    def trouble(self) -> str | None:
        """Why names cannot be told, in one line; None when all is well."""
        ...

    def close(self) -> None:
        """Let go of what reads labels beside the class; nothing is asked after."""
        ...

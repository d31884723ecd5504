"""The live preview: the class as it is now, with each face's box and seven scores.

Off until somebody asks, and off again when nobody has asked for a while: then nothing
is looked at, kept or computed for it. Nothing of it is stored.

A live source is looked at anew for each picture, between the samples. Faces are found
with one quick look, and only whom the last sample has tied to a student is read: a
face on a slide, the teacher's own, and whoever did not agree stay unread, as in the
samples. Where no expressions of each student are wanted there are boxes and no scores.
Of a recording, its samples' own pictures are shown.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from monitor import boxes
from monitor.agent import Health, Progress, View
from monitor.errors import AgentError
from monitor.preview.eye import Eye
from monitor.preview.look import in_shares, packed
from monitor.preview.server import PreviewServer
from monitor.preview.shared import SharedSource
from monitor.preview_address import address_file, left_at
from monitor.records import Box, Face, Image, Mode, Reading, Status

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from monitor.pipeline import Equipment
    from monitor.sources.port import Source

_WIDEST = 960
_FORGET_S = 20.0
"""After so long without a question everything for the preview is let go of."""

_FREE_S = 0.1
"""Looks that take this long follow at once; dearer ones leave the samples room."""

_SAME = 0.2
"""A face is the known one whose box it shares this much with, best first."""

_NOT_READ = "unknown"

_MAY_BE_READ = (Status.READ, Status.UNREADABLE)


@dataclass(frozen=True, slots=True)
class _Known:
    student: int
    xyxy: Box
    status: Status


@dataclass(frozen=True, slots=True)
class _Shown:
    """A face of a picture; ``student`` is None for whom no sample has tied to one."""

    xyxy: Box
    student: int | None
    state: str
    shares: tuple[float, ...] | None = None


class LivePreview:
    """Makes looks at a running class, when asked.

    Attributes:
        source: what the agent is to read its samples from.
    """

    def __init__(self, source: Source, equipment: Equipment) -> None:
        self.source = SharedSource(source)
        self._eye = Eye(equipment)
        self._reads = equipment.mode is Mode.STUDENT
        self._one_at_a_time = threading.Lock()
        self._known: tuple[_Known, ...] = ()
        self._sampled: tuple[Image, tuple[_Shown, ...]] | None = None
        self._paused = False
        self._number = 0
        self._asked_at = -_FORGET_S
        self._rests_until = 0.0

    def show(self, progress: Progress) -> None:
        """Learn from a sample who is where (a `View`, told by the agent)."""
        self._paused = progress.health is Health.PAUSED
        if time.monotonic() - self._asked_at > _FORGET_S:
            self._forget()
        tick = progress.tick
        if tick is None:
            return
        self._known = tuple(
            _Known(one.student, one.xyxy, one.status) for one in tick.readings
        )
        frame = self.source.last
        if frame is not None and frame.offset_s == tick.offset_s:
            shown = tuple(self._as_sampled(reading) for reading in tick.readings)
            self._sampled = frame.image, shown
            self._number += 1

    def look(self) -> bytes | None:
        """The class now; None until there is a picture.

        Raises:
            AgentError: the class is paused.
            SourceLost: the source gives no picture.
            DetectorError, ModelError: a network cannot be loaded.
        """
        with self._one_at_a_time:
            self._asked_at = time.monotonic()
            self.source.keeps = not self.source.live
            if self._paused:
                raise AgentError("The class is paused: nothing is looked at.")
            time.sleep(max(0.0, self._rests_until - time.monotonic()))
            began = time.monotonic()
            taken = self._now() if self.source.live else self._sampled
            if taken is None:
                return None
            look = packed(_about(self._number, *taken), taken[0], _WIDEST)
            took_s = time.monotonic() - began
            self._rests_until = time.monotonic() + max(0.0, 2 * (took_s - _FREE_S))
            return look

    def _now(self) -> tuple[Image, tuple[_Shown, ...]] | None:
        frame = self.source.read(0.0)
        if frame is None:
            return None
        self._number += 1
        known = self._known
        faces = self._eye.faces(frame.image, [one.xyxy for one in known])
        who = _who(faces, known)
        self._follow(known, faces, who)
        return frame.image, self._read(frame.image, faces, who)

    def _read(
        self, image: Image, faces: Sequence[Face], who: Sequence[_Known | None]
    ) -> tuple[_Shown, ...]:
        asked = [
            i
            for i, one in enumerate(who)
            if self._reads and one is not None and one.status in _MAY_BE_READ
        ]
        read = self._eye.shares(image, [faces[i] for i in asked])
        shares = dict(zip(asked, read, strict=True))
        shown = []
        for i, (face, one) in enumerate(zip(faces, who, strict=True)):
            if one is None:
                shown.append(_Shown(face.xyxy, None, _NOT_READ))
            elif i in shares:
                read_as = Status.UNREADABLE if shares[i] is None else Status.READ
                shown.append(_Shown(face.xyxy, one.student, str(read_as), shares[i]))
            else:
                state = self._unread(one.status)
                shown.append(_Shown(face.xyxy, one.student, state))
        return tuple(shown)

    def _as_sampled(self, reading: Reading) -> _Shown:
        if not self._reads:
            state = self._unread(reading.status)
            return _Shown(reading.xyxy, reading.student, state)
        state, shares = str(reading.status), reading.probabilities
        return _Shown(reading.xyxy, reading.student, state, shares)

    def _unread(self, status: Status) -> str:
        """What is said of a face without scores.

        In class mode each face is read for the totals, and nothing is told of one.
        """
        told = status not in _MAY_BE_READ or self._reads
        return str(status if told else Status.PRESENT)

    def _follow(
        self,
        known: tuple[_Known, ...],
        faces: Sequence[Face],
        who: Sequence[_Known | None],
    ) -> None:
        """Remember where the known faces went, unless a sample came between."""
        places = {
            one.student: face.xyxy
            for face, one in zip(faces, who, strict=True)
            if one is not None
        }
        moved = tuple(
            _Known(one.student, places.get(one.student, one.xyxy), one.status)
            for one in known
        )
        if self._known is known:
            self._known = moved

    def _forget(self) -> None:
        self.source.keeps = False
        self._sampled = None
        # A look that is under way keeps what it works with; the next sample asks again.
        if self._one_at_a_time.acquire(blocking=False):
            self._eye.close()
            self._one_at_a_time.release()


class Both:
    """Two views of one session."""

    def __init__(self, first: View, second: View) -> None:
        self._views = first, second

    def show(self, progress: Progress) -> None:
        """Tell both."""
        for view in self._views:
            view.show(progress)


@contextmanager
def previewed(
    database: Path, session_id: int, source: Source, equipment: Equipment
) -> Iterator[LivePreview]:
    """A running session's preview, to be found beside the database while inside.

    The class goes on without one where no port can be had.
    """
    preview = LivePreview(source, equipment)
    with ExitStack() as stack:
        try:
            server = PreviewServer(preview.look)
        except OSError:
            pass
        else:
            stack.enter_context(server)
            file = address_file(database, session_id)
            stack.enter_context(left_at(file, server.address))
        yield preview


def _who(faces: Sequence[Face], known: Sequence[_Known]) -> list[_Known | None]:
    """Which known student each face is: pairs that overlap most first."""
    who: list[_Known | None] = [None] * len(faces)
    if not faces or not known:
        return who
    overlap = boxes.iou(
        boxes.as_array([face.xyxy for face in faces]),
        boxes.as_array([one.xyxy for one in known]),
    )
    while overlap.max() >= _SAME:
        face, one = np.unravel_index(int(overlap.argmax()), overlap.shape)
        who[int(face)] = known[int(one)]
        overlap[face, :] = overlap[:, one] = 0
    return who


def _about(number: int, image: Image, shown: Sequence[_Shown]) -> dict[str, Any]:
    return {
        "number": number,
        "faces": [
            {
                "box": in_shares(one.xyxy, image),
                "student": one.student,
                "state": one.state,
                "shares": one.shares and [round(share, 4) for share in one.shares],
            }
            for one in shown
        ],
    }

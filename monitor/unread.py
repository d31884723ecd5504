"""What of a session could not be read, and why: the other side of coverage.

Pure functions; nothing here is ever counted as an expression.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from monitor.records import (
    NOT_LOOKED,
    STATUS_CODES,
    GapReason,
    SessionData,
    Status,
)


@dataclass(frozen=True, slots=True)
class Unread:
    """Faces that were seen and not read, and stretches in which none could be.

    Attributes:
        faces: faces seen while the picture could be trusted; of a class that keeps
            only totals, those of the minutes that are kept.
        unreadable: of these, too small, blurred or turned away.
        no_consent: of these, of students who did not say yes.
        untold: of these, not read for a reason that totals do not keep.
        not_trusted: faces beside these, seen while the picture stood still or the
            gallery was covered.
        gap_minutes: by reason, how long there was no class to look at; reasons that
            never came are left out.
        slide_faces: the most faces at once that were pictures on a shared slide.
    """

    faces: int
    unreadable: int
    no_consent: int
    untold: int
    not_trusted: int
    gap_minutes: dict[GapReason, float]
    slide_faces: int

    @property
    def asked(self) -> int:
        """Faces that were to be read: all but those of students who did not agree."""
        return self.faces - self.no_consent

    @property
    def every_face_read(self) -> bool:
        """Whether faces were seen and each of them was read."""
        hidden = self.unreadable + self.no_consent + self.untold + self.not_trusted
        return self.faces > 0 and not hidden

    @property
    def minutes(self) -> float:
        """How long there was no class to look at, for whatever reason."""
        return sum(self.gap_minutes.values())


def unread(data: SessionData) -> Unread:
    """What could not be read of a session, or of a part of it."""
    seen = data.observations
    status = data.trusted.status
    faces, untold = len(status), 0
    if data.minutes is not None:
        faces = int(data.minutes.sightings.sum())
        untold = faces - int(data.minutes.readings.sum())
    return Unread(
        faces=faces,
        unreadable=int((status == STATUS_CODES[Status.UNREADABLE]).sum()),
        no_consent=int((status == STATUS_CODES[Status.NO_CONSENT]).sum()),
        untold=untold,
        not_trusted=len(seen) - len(status),
        gap_minutes=_gap_minutes(data),
        slide_faces=int(data.samples.left_out.max(initial=0)),
    )


def _gap_minutes(data: SessionData) -> dict[GapReason, float]:
    """Minutes by reason, in the order of `GapReason`.

    A sample that shows no class stands for its interval; one that marks that nobody
    looked, for the time up to the next.
    """
    interval_s = data.session.interval_s
    offsets = data.samples.offset_s
    until = np.append(offsets[1:], offsets[-1:] + interval_s)
    found = dict.fromkeys(GapReason, 0.0)
    for start, end, gap in zip(offsets, until, data.samples.gap, strict=True):
        if gap in NOT_LOOKED:
            found[gap] += float(end - start) / 60
        elif gap is not None:
            found[gap] += interval_s / 60
    return {gap: minutes for gap, minutes in found.items() if minutes > 0}

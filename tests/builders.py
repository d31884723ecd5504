"""Records with defaults, so that a test names only what it is about."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from monitor.moments import Moment
from monitor.records import (
    EMOTIONS,
    STATUS_CODES,
    Absence,
    Away,
    Box,
    GapReason,
    HeadPose,
    Joined,
    KnownStudent,
    Marker,
    Mode,
    Named,
    NewSession,
    Observations,
    Reading,
    Samples,
    SessionData,
    SessionRow,
    SessionStatus,
    Status,
    StudentRow,
    Tick,
)

if TYPE_CHECKING:
    from monitor.store.store import Store

STARTED_AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
"""When built sessions start, unless told otherwise."""

BOX: Box = (100.0, 80.0, 148.0, 140.0)

HAPPY = (0.02, 0.01, 0.02, 0.70, 0.05, 0.05, 0.15)
NEUTRAL = (0.03, 0.01, 0.04, 0.06, 0.10, 0.02, 0.74)
SAD = (0.1, 0.02, 0.05, 0.03, 0.6, 0.02, 0.18)

PRIOR = (0.1, 0.0, 0.1, 0.3, 0.1, 0.1, 0.3)
"""How often a network met each expression while it learned."""


def build_reading(
    student: int = 1,
    probabilities: Iterable[float] | None = HAPPY,
    *,
    status: Status | None = None,
    xyxy: Box = BOX,
    facing: bool | None = None,
    pose: HeadPose | None = None,
    shared: bool = False,
) -> Reading:
    """A reading; without ``probabilities`` an unreadable one."""
    p = None if probabilities is None else tuple(probabilities)
    if status is None:
        status = Status.UNREADABLE if p is None else Status.READ
    return Reading(student, status, xyxy, p, facing, pose, shared)


def build_tick(
    index: int = 0,
    readings: Iterable[Reading] | None = None,
    *,
    every_s: float = 3.0,
    started_at: datetime = STARTED_AT,
    gap: GapReason | None = None,
    away: Iterable[Away] = (),
    named: Iterable[Named] = (),
    joined: Iterable[Joined] = (),
    left_out: int = 0,
    pictures: tuple[int, ...] = (),
) -> Tick:
    """The sample number ``index`` of a session; one happy student by default."""
    offset_s = index * every_s
    return Tick(
        index=index,
        captured_at=started_at + timedelta(seconds=offset_s),
        offset_s=offset_s,
        readings=(build_reading(),) if readings is None else tuple(readings),
        gap=gap,
        away=tuple(away),
        named=tuple(named),
        joined=tuple(joined),
        left_out=left_out,
        pictures=pictures,
    )


def build_new_session(
    title: str = "Algebra",
    *,
    source: str = "virtual class",
    mode: Mode = Mode.STUDENT,
    interval_s: float = 3.0,
    started_at: datetime = STARTED_AT,
    course: str | None = None,
    known: Iterable[KnownStudent] = (),
) -> NewSession:
    """What is known of a session before its first sample."""
    return NewSession(
        title=title,
        source=source,
        mode=mode,
        interval_s=interval_s,
        started_at=started_at,
        model="" if mode is Mode.PRESENCE else "test 1",
        course=course,
        known=tuple(known),
    )


def plausible_ticks(
    students: int = 5, minutes: float = 3, every_s: float = 3, seed: int = 0
) -> list[Tick]:
    """A calm class: slow moods, some faces unreadable, some off camera.

    The last student joins after a third of the time; one sample in the middle is
    marked as covered when there are ten or more.
    """
    rng = np.random.default_rng(seed)
    count = max(1, round(minutes * 60 / every_s))
    base = rng.normal(0, 0.6, (students, len(EMOTIONS))) + np.array(
        [-1.5, -3.0, -2.0, 0.6, -0.6, -1.2, 1.6]
    )
    mood = np.zeros((students, len(EMOTIONS)))
    ticks = []
    for index in range(count):
        mood = 0.97 * mood + rng.normal(0, 0.15, mood.shape)
        logits = base + mood
        shares = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
        readings = []
        for number in range(1, students + 1):
            late = number == students and students > 1 and index < count // 3
            if late or rng.random() < 0.03:
                continue
            column, row = (number - 1) % 5, (number - 1) // 5
            x, y = 60 + 256 * column + rng.integers(-3, 4), 40 + 144 * row
            box = (float(x), float(y), float(x + 62), float(y + 80))
            p = None if rng.random() < 0.06 else shares[number - 1]
            # Each sits in a way of their own and looks about slowly.
            pose = HeadPose(8 * number - 20 + 9 * np.sin(index / 7), 6 + number % 3)
            readings.append(build_reading(number, p, xyxy=box, pose=pose))
        gap = GapReason.COVERED if count >= 10 and index == count // 2 else None
        ticks.append(build_tick(index, readings, every_s=every_s, gap=gap))
    return ticks


def build_session(
    store: Store,
    students: int = 5,
    minutes: float = 3,
    every_s: float = 3,
    seed: int = 0,
) -> int:
    """Write a plausible ended session through the real store; its id."""
    ticks = plausible_ticks(students, minutes, every_s, seed)
    return store_session(store, ticks, build_new_session(interval_s=every_s))


def store_session(
    store: Store, ticks: Iterable[Tick], new: NewSession | None = None
) -> int:
    """Write an ended session of these samples through the real store; its id."""
    with store.begin(new or build_new_session()) as recording:
        for tick in ticks:
            recording.write(tick)
    return recording.session_id


def with_names(ticks: Iterable[Tick], names: Iterable[str]) -> list[Tick]:
    """The same samples; in the first one the students from number 1 are named."""
    first, *rest = ticks
    told = tuple(Named(number, name) for number, name in enumerate(names, 1))
    return [replace(first, named=told), *rest]


def student_of(store: Store, session_id: int, name: str = "Amelia") -> int:
    """The id that a student of this name has in a session."""
    return next(p.id for p in store.people(session_id) if p.name == name)


def build_session_row(
    session_id: int = 1,
    *,
    mode: Mode = Mode.STUDENT,
    status: SessionStatus = SessionStatus.ENDED,
    interval_s: float = 3.0,
    samples: int = 0,
    students: int = 0,
) -> SessionRow:
    """A session as lists show it."""
    ended = status not in (SessionStatus.RUNNING, SessionStatus.PAUSED)
    return SessionRow(
        id=session_id,
        title="Algebra",
        course=None,
        source="virtual class",
        mode=mode,
        status=status,
        interval_s=interval_s,
        model="" if mode is Mode.PRESENCE else "test 1",
        started_at=STARTED_AT,
        ended_at=STARTED_AT + timedelta(hours=1) if ended else None,
        stored_at=STARTED_AT,
        samples=samples,
        late=0,
        lost=0,
        students=students,
    )


def build_session_data(
    ticks: Iterable[Tick] | None = None,
    *,
    names: Iterable[str] | None = None,
    markers: Iterable[Marker] = (),
    absences: Iterable[Absence] = (),
    session: SessionRow | None = None,
) -> SessionData:
    """A session in memory, as if it had been loaded; student n has the id n.

    Args:
        ticks: its samples in order; a plausible class by default.
        names: of the students from number 1; "Student n" by default.
        markers: the notes in the lecture.
        absences: when who was not seen, and why.
        session: the head of it; an ended session by default.
    """
    ticks = plausible_ticks() if ticks is None else list(ticks)
    readings = [
        (row, reading)
        for row, tick in enumerate(ticks)
        for reading in sorted(tick.readings, key=lambda reading: reading.student)
    ]
    seen = max((reading.student for _, reading in readings), default=0)
    if names is None:
        names = [f"Student {number}" for number in range(1, seen + 1)]
    students = tuple(StudentRow(n, name) for n, name in enumerate(names, 1))
    nothing = (np.nan,) * len(EMOTIONS)
    m = len(readings)
    poses = [reading.pose for _, reading in readings]
    return SessionData(
        session=session or build_session_row(samples=len(ticks), students=seen),
        students=students,
        samples=Samples(
            index=np.array([tick.index for tick in ticks], np.int32),
            offset_s=np.array([tick.offset_s for tick in ticks], np.float64),
            gap=tuple(tick.gap for tick in ticks),
            left_out=np.array([tick.left_out for tick in ticks], np.int32),
        ),
        observations=Observations(
            sample=np.array([row for row, _ in readings], np.int32),
            student=np.array([r.student for _, r in readings], np.int32),
            status=np.array([STATUS_CODES[r.status] for _, r in readings], np.uint8),
            probabilities=np.array(
                [r.probabilities or nothing for _, r in readings], np.float64
            ).reshape(m, len(EMOTIONS)),
            facing=np.array(
                [np.nan if r.facing is None else r.facing for _, r in readings],
                np.float64,
            ),
            xyxy=np.array([r.xyxy for _, r in readings])
            .round()
            .astype(np.int32)
            .reshape(m, 4),
            yaw=_degrees(p.yaw_deg if p else None for p in poses),
            pitch=_degrees(p.pitch_deg if p else None for p in poses),
            shared=np.array([r.shared for _, r in readings], np.bool_),
        ),
        markers=tuple(markers),
        absences=tuple(absences),
    )


def build_moment(at_s: float) -> Moment:
    """A class that began to smile: from 15% to 43%."""
    return Moment(
        at_s=at_s,
        expression="happy",
        before=0.15,
        after=0.43,
        low=0.2,
        high=0.36,
        valence_before=0.0,
        valence_after=0.2,
        students=9,
    )


def _degrees(angles: Iterable[float | None]) -> npt.NDArray[np.float64]:
    known = [np.nan if angle is None else round(angle) for angle in angles]
    return np.array(known, np.float64)

"""The tables, as SQLAlchemy 2 typed mappings (in this house "models" are networks).

A class session has samples, a sample has observations, an observation is of a student.

Whose is a student? Of a session (``session_id``; the number is the tracker's, from 1)
or of a course (``course_id``, no number): on its roster, or named by the teacher. A
session's student refers to the course's by ``person_id``. When two of a session turn
out to be one, ``merged_into`` says so and no observation is moved: readers follow it
to the end (`monitor.store.people`).

Deleting a session takes everything of it along (``ON DELETE CASCADE``). Deleting a
student costs one walk over the observations: an index on the student would make every
sample dearer for the sake of something rare.
"""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    DateTime,
    Dialect,
    Enum,
    ForeignKey,
    Index,
    MetaData,
    SmallInteger,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

from monitor.records import (
    AbsenceReason,
    GapReason,
    Mode,
    RequestKind,
    SessionStatus,
    utc,
)


class UtcTime(TypeDecorator[datetime]):
    """A time that goes in aware and comes back aware and UTC."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(
        self, value: datetime | None, dialect: Dialect
    ) -> datetime | None:
        """Refuse naive times; store the UTC clock without a zone."""
        del dialect
        return None if value is None else utc(value).replace(tzinfo=None)

    def process_result_value(
        self, value: datetime | None, dialect: Dialect
    ) -> datetime | None:
        """Say again that it is UTC."""
        del dialect
        return None if value is None else value.replace(tzinfo=UTC)


def _words(kind: type[StrEnum]) -> Enum:
    """A column of the enum's words; without CHECK, so that new words need no copy."""
    return Enum(
        kind,
        native_enum=False,
        create_constraint=False,
        length=16,
        values_callable=lambda words: [word.value for word in words],
    )


def _session(*, primary_key: bool = False) -> Mapped[int]:
    key = ForeignKey("class_session.id", ondelete="CASCADE")
    return mapped_column(key, primary_key=primary_key)


def _probability() -> Mapped[int | None]:
    return mapped_column(SmallInteger)


class Base(DeclarativeBase):
    """Every constraint has a name, so that a migration can find it again."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class Course(Base):
    """What several sessions and a roster belong to."""

    __tablename__ = "course"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)


class ClassSession(Base):
    """One recorded lecture.

    ``prior`` are the class shares that the network's probabilities were calibrated
    under, empty where nothing says; ``expressions`` are those that it can tell, empty
    where they are all seven. ``purged_at`` is when the rows of its students
    went; ``students`` counts those who were seen, once no row tells.
    """

    __tablename__ = "class_session"
    # Ids are never used again: exports and links carry them.
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012 - SQLAlchemy's way

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    course_id: Mapped[int | None] = mapped_column(ForeignKey("course.id"), index=True)
    source: Mapped[str]
    mode: Mapped[Mode] = mapped_column(_words(Mode))
    interval_s: Mapped[float]
    model: Mapped[str]
    index_version: Mapped[int]
    prior: Mapped[list[float] | None] = mapped_column(JSON(none_as_null=True))
    expressions: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    started_at: Mapped[datetime] = mapped_column(UtcTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcTime)
    stored_at: Mapped[datetime] = mapped_column(UtcTime)
    status: Mapped[SessionStatus] = mapped_column(_words(SessionStatus))
    samples: Mapped[int] = mapped_column(default=0)
    late: Mapped[int] = mapped_column(default=0)
    lost: Mapped[int] = mapped_column(default=0)
    students: Mapped[int | None]
    purged_at: Mapped[datetime | None] = mapped_column(UtcTime)


class Student(Base):
    """A person, by a name on a tile or a number; see the head of this module.

    ``labels`` are signatures of name labels that cannot be read. ``seen`` says that
    there are observations of this very row, ``expected`` that somebody of this name was
    known before the class.
    """

    __tablename__ = "student"
    __table_args__ = (
        CheckConstraint("course_id IS NOT NULL OR session_id IS NOT NULL", name="home"),
        UniqueConstraint("session_id", "number"),
        UniqueConstraint("session_id", "name"),
        UniqueConstraint("course_id", "name"),
        # Ids are never used again: the link of somebody who was erased leads nowhere.
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int | None] = mapped_column(
        ForeignKey("course.id", ondelete="CASCADE")
    )
    session_id: Mapped[int | None] = mapped_column(
        ForeignKey("class_session.id", ondelete="CASCADE")
    )
    number: Mapped[int | None]
    name: Mapped[str]
    aliases: Mapped[list[str]] = mapped_column(JSON, default=list)
    ignored: Mapped[bool] = mapped_column(default=False)
    person_id: Mapped[int | None] = mapped_column(
        ForeignKey("student.id", ondelete="SET NULL")
    )
    merged_into: Mapped[int | None] = mapped_column(
        ForeignKey("student.id", ondelete="CASCADE")
    )
    labels: Mapped[list[str]] = mapped_column(JSON, default=list, server_default="[]")
    roster_id: Mapped[str] = mapped_column(server_default=text("''"))
    named_by_teacher: Mapped[bool] = mapped_column(server_default=false())
    seen: Mapped[bool] = mapped_column(server_default=false())
    expected: Mapped[bool] = mapped_column(server_default=false())


class Enrolment(Base):
    """A name on a course's roster; consent None is "not said", which is no yes."""

    __tablename__ = "enrolment"

    course_id: Mapped[int] = mapped_column(
        ForeignKey("course.id", ondelete="CASCADE"), primary_key=True
    )
    student_id: Mapped[int] = mapped_column(
        ForeignKey("student.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    consent: Mapped[bool | None]


class Sample(Base):
    """One look at the class."""

    __tablename__ = "sample"
    __table_args__ = (UniqueConstraint("session_id", "index"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = _session()
    index: Mapped[int]
    captured_at: Mapped[datetime] = mapped_column(UtcTime)
    offset_s: Mapped[float]
    gap: Mapped[GapReason | None] = mapped_column(_words(GapReason))
    left_out: Mapped[int] = mapped_column(SmallInteger, server_default="0")


class Observation(Base):
    """One face in one sample, kept small: a semester holds ten million.

    Without a row id the primary key is the table, so there is no second index.
    ``status`` is a code of `monitor.records.STATUS_CODES`; the probabilities are
    integers in ten-thousandths that sum to 10,000, or all empty.
    """

    __tablename__ = "observation"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 - SQLAlchemy's way

    sample_id: Mapped[int] = mapped_column(
        ForeignKey("sample.id", ondelete="CASCADE"), primary_key=True
    )
    student_id: Mapped[int] = mapped_column(
        ForeignKey("student.id", ondelete="CASCADE"), primary_key=True
    )
    status: Mapped[int] = mapped_column(SmallInteger)
    angry: Mapped[int | None] = _probability()
    disgust: Mapped[int | None] = _probability()
    fear: Mapped[int | None] = _probability()
    happy: Mapped[int | None] = _probability()
    sad: Mapped[int | None] = _probability()
    surprise: Mapped[int | None] = _probability()
    neutral: Mapped[int | None] = _probability()
    facing: Mapped[bool | None]
    face_height: Mapped[int] = mapped_column(SmallInteger)
    x1: Mapped[int] = mapped_column(SmallInteger)
    y1: Mapped[int] = mapped_column(SmallInteger)
    x2: Mapped[int] = mapped_column(SmallInteger)
    y2: Mapped[int] = mapped_column(SmallInteger)
    yaw: Mapped[int | None] = mapped_column(SmallInteger)
    pitch: Mapped[int | None] = mapped_column(SmallInteger)
    shared: Mapped[bool] = mapped_column(server_default=false())


class Absence(Base):
    """A stretch in which a student was not seen, and why."""

    __tablename__ = "absence"

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(
        ForeignKey("class_session.id", ondelete="CASCADE"), index=True
    )
    student_id: Mapped[int] = mapped_column(
        ForeignKey("student.id", ondelete="CASCADE"), index=True
    )
    from_at: Mapped[datetime] = mapped_column(UtcTime)
    to_at: Mapped[datetime | None] = mapped_column(UtcTime)
    reason: Mapped[AbsenceReason] = mapped_column(_words(AbsenceReason))


class ClassReading(Base):
    """A minute or more of the whole class, over at least five faces that were read.

    All that ``class`` mode keeps, and all that stays of any class in the end.
    ``minutes`` is how many minutes from ``minute`` on the row stands for; facing and
    engagement are in ten-thousandths as the probabilities are.
    """

    __tablename__ = "class_reading"

    session_id: Mapped[int] = _session(primary_key=True)
    minute: Mapped[int] = mapped_column(primary_key=True)
    minutes: Mapped[int] = mapped_column(SmallInteger, server_default="1")
    students: Mapped[int]
    samples: Mapped[int]
    sightings: Mapped[int] = mapped_column(server_default="0")
    readings: Mapped[int]
    coverage: Mapped[float | None]
    angry: Mapped[int | None] = _probability()
    disgust: Mapped[int | None] = _probability()
    fear: Mapped[int | None] = _probability()
    happy: Mapped[int | None] = _probability()
    sad: Mapped[int | None] = _probability()
    surprise: Mapped[int | None] = _probability()
    neutral: Mapped[int | None] = _probability()
    facing: Mapped[int | None] = mapped_column(SmallInteger)
    engagement: Mapped[int | None] = mapped_column(SmallInteger)


class Marker(Base):
    """A note in the lecture ("quiz", "slide 12")."""

    __tablename__ = "marker"

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(
        ForeignKey("class_session.id", ondelete="CASCADE"), index=True
    )
    offset_s: Mapped[float]
    text: Mapped[str]


class Correction(Base):
    """What a teacher changed in who is who, with what is needed to undo it."""

    __tablename__ = "correction"

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(
        ForeignKey("class_session.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[str]
    detail: Mapped[dict[str, Any]] = mapped_column(JSON)
    at: Mapped[datetime] = mapped_column(UtcTime)
    undone_at: Mapped[datetime | None] = mapped_column(UtcTime)


class Forgotten(Base):
    """Somebody who is not to be stored again; see `monitor.store.forgetting`.

    Either ``digest``, a keyed hash of a name, in a course or a session, or the
    ``number`` that the tracker of a session gave.
    """

    __tablename__ = "forgotten"
    __table_args__ = (
        CheckConstraint("course_id IS NOT NULL OR session_id IS NOT NULL", name="home"),
        CheckConstraint("digest IS NOT NULL OR number IS NOT NULL", name="whom"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int | None] = mapped_column(
        ForeignKey("course.id", ondelete="CASCADE"), index=True
    )
    session_id: Mapped[int | None] = mapped_column(
        ForeignKey("class_session.id", ondelete="CASCADE"), index=True
    )
    number: Mapped[int | None]
    digest: Mapped[str | None]
    at: Mapped[datetime] = mapped_column(UtcTime)


class NameKey(Base):
    """The one random key that names are hashed with."""

    __tablename__ = "name_key"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str]


class Request(Base):
    """What a page asks of the agent that records a session."""

    __tablename__ = "request"
    __table_args__ = (Index(None, "session_id", "done_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = _session()
    kind: Mapped[RequestKind] = mapped_column(_words(RequestKind))
    at: Mapped[datetime] = mapped_column(UtcTime)
    done_at: Mapped[datetime | None] = mapped_column(UtcTime)


class Acknowledgement(Base):
    """An answer to the notice: the mode that was chosen, and when."""

    __tablename__ = "acknowledgement"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcTime)
    mode: Mapped[Mode] = mapped_column(_words(Mode))


class Audit(Base):
    """What was done with the data (exports, erasures, consent), without names."""

    __tablename__ = "audit"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcTime)
    action: Mapped[str]
    detail: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)

"""The first tables.

Written out rather than taken from `monitor.store.tables`, since a migration must go on
saying what it said on the day it was made.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision: str | None = None

EMOTIONS = ("angry", "disgust", "fear", "happy", "sad", "surprise", "neutral")


def _probabilities() -> list[sa.Column[int]]:
    """Seven integers in ten-thousandths, or all empty."""
    return [sa.Column(name, sa.SmallInteger()) for name in EMOTIONS]


def _goes_with(table: str, column: str, parent: str) -> sa.ForeignKeyConstraint:
    """A row that is deleted with its parent."""
    return sa.ForeignKeyConstraint(
        [column], [f"{parent}.id"], name=f"fk_{table}_{column}", ondelete="CASCADE"
    )


def upgrade() -> None:
    """From an empty file to the first tables."""
    _create_sessions()
    _create_students()
    _create_readings()
    _create_lecture()
    _create_house()


def downgrade() -> None:
    """Back to an empty file."""
    for table in (
        "audit",
        "acknowledgement",
        "request",
        "correction",
        "marker",
        "class_reading",
        "observation",
        "sample",
        "absence",
        "enrolment",
        "student",
        "class_session",
        "course",
    ):
        op.drop_table(table)


def _create_sessions() -> None:
    """Courses and their sessions."""
    op.create_table(
        "course",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_course"),
        sa.UniqueConstraint("name", name="uq_course_name"),
    )
    op.create_table(
        "class_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("course_id", sa.Integer()),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("mode", sa.String(16), nullable=False),
        sa.Column("interval_s", sa.Double(), nullable=False),
        sa.Column("model", sa.String(), nullable=False),
        sa.Column("index_version", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime()),
        sa.Column("stored_at", sa.DateTime(), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("samples", sa.Integer(), nullable=False),
        sa.Column("late", sa.Integer(), nullable=False),
        sa.Column("lost", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["course_id"], ["course.id"], name="fk_class_session_course_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_class_session"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_class_session_course_id", "class_session", ["course_id"])


def _create_students() -> None:
    """Who is in them."""
    op.create_table(
        "student",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.Integer()),
        sa.Column("session_id", sa.Integer()),
        sa.Column("number", sa.Integer()),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("aliases", sa.JSON(), nullable=False),
        sa.Column("ignored", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "course_id IS NOT NULL OR session_id IS NOT NULL",
            name=op.f("ck_student_home"),
        ),
        _goes_with("student", "course_id", "course"),
        _goes_with("student", "session_id", "class_session"),
        sa.PrimaryKeyConstraint("id", name="pk_student"),
        sa.UniqueConstraint("course_id", "name", name="uq_student_course_id_name"),
        sa.UniqueConstraint("session_id", "name", name="uq_student_session_id_name"),
        sa.UniqueConstraint(
            "session_id", "number", name="uq_student_session_id_number"
        ),
    )
    op.create_table(
        "enrolment",
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("student_id", sa.Integer(), nullable=False),
        sa.Column("consent", sa.Boolean()),
        _goes_with("enrolment", "course_id", "course"),
        _goes_with("enrolment", "student_id", "student"),
        sa.PrimaryKeyConstraint("course_id", "student_id", name="pk_enrolment"),
    )
    op.create_index("ix_enrolment_student_id", "enrolment", ["student_id"])
    op.create_table(
        "absence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("student_id", sa.Integer(), nullable=False),
        sa.Column("from_at", sa.DateTime(), nullable=False),
        sa.Column("to_at", sa.DateTime()),
        sa.Column("reason", sa.String(16), nullable=False),
        _goes_with("absence", "session_id", "class_session"),
        _goes_with("absence", "student_id", "student"),
        sa.PrimaryKeyConstraint("id", name="pk_absence"),
    )
    op.create_index("ix_absence_session_id", "absence", ["session_id"])
    op.create_index("ix_absence_student_id", "absence", ["student_id"])


def _create_readings() -> None:
    """What was seen."""
    op.create_table(
        "sample",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("index", sa.Integer(), nullable=False),
        sa.Column("captured_at", sa.DateTime(), nullable=False),
        sa.Column("offset_s", sa.Double(), nullable=False),
        sa.Column("gap", sa.String(16)),
        _goes_with("sample", "session_id", "class_session"),
        sa.PrimaryKeyConstraint("id", name="pk_sample"),
        sa.UniqueConstraint("session_id", "index", name="uq_sample_session_id_index"),
    )
    op.create_table(
        "observation",
        sa.Column("sample_id", sa.Integer(), nullable=False),
        sa.Column("student_id", sa.Integer(), nullable=False),
        sa.Column("status", sa.SmallInteger(), nullable=False),
        *_probabilities(),
        sa.Column("facing", sa.Boolean()),
        sa.Column("face_height", sa.SmallInteger(), nullable=False),
        sa.Column("x1", sa.SmallInteger(), nullable=False),
        sa.Column("y1", sa.SmallInteger(), nullable=False),
        sa.Column("x2", sa.SmallInteger(), nullable=False),
        sa.Column("y2", sa.SmallInteger(), nullable=False),
        _goes_with("observation", "sample_id", "sample"),
        _goes_with("observation", "student_id", "student"),
        sa.PrimaryKeyConstraint("sample_id", "student_id", name="pk_observation"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "class_reading",
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("minute", sa.Integer(), nullable=False),
        sa.Column("students", sa.Integer(), nullable=False),
        sa.Column("samples", sa.Integer(), nullable=False),
        sa.Column("readings", sa.Integer(), nullable=False),
        sa.Column("coverage", sa.Double()),
        *_probabilities(),
        _goes_with("class_reading", "session_id", "class_session"),
        sa.PrimaryKeyConstraint("session_id", "minute", name="pk_class_reading"),
    )


def _create_lecture() -> None:
    """What teachers add: notes, and corrections of who is who."""
    op.create_table(
        "marker",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("offset_s", sa.Double(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        _goes_with("marker", "session_id", "class_session"),
        sa.PrimaryKeyConstraint("id", name="pk_marker"),
    )
    op.create_index("ix_marker_session_id", "marker", ["session_id"])
    op.create_table(
        "correction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("undone_at", sa.DateTime()),
        _goes_with("correction", "session_id", "class_session"),
        sa.PrimaryKeyConstraint("id", name="pk_correction"),
    )
    op.create_index("ix_correction_session_id", "correction", ["session_id"])


def _create_house() -> None:
    """Requests to the agent, the answer to the notice, the audit."""
    op.create_table(
        "request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("done_at", sa.DateTime()),
        _goes_with("request", "session_id", "class_session"),
        sa.PrimaryKeyConstraint("id", name="pk_request"),
    )
    op.create_index(
        "ix_request_session_id_done_at", "request", ["session_id", "done_at"]
    )
    op.create_table(
        "acknowledgement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("mode", sa.String(16), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_acknowledgement"),
    )
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
    )

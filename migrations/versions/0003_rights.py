"""Rights and retention: who is not to be stored again, and what stays of a class.

What is already stored keeps its meaning: under which shares its probabilities were
calibrated is not known, nothing was purged, and nobody was forgotten.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """From who is who."""
    # Numbers of erased students are never used again.
    with op.batch_alter_table(
        "student", recreate="always", table_kwargs={"sqlite_autoincrement": True}
    ):
        pass
    # Columns without a constraint are added without a copy of the table.
    op.add_column("class_session", sa.Column("prior", sa.JSON()))
    op.add_column("class_session", sa.Column("students", sa.Integer()))
    op.add_column("class_session", sa.Column("purged_at", sa.DateTime()))
    op.add_column(
        "class_reading",
        sa.Column("minutes", sa.SmallInteger(), nullable=False, server_default="1"),
    )
    op.add_column(
        "class_reading",
        sa.Column("sightings", sa.Integer(), nullable=False, server_default="0"),
    )
    op.add_column("class_reading", sa.Column("facing", sa.SmallInteger()))
    op.add_column("class_reading", sa.Column("engagement", sa.SmallInteger()))
    op.create_table(
        "name_key",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_name_key"),
    )
    op.create_table(
        "forgotten",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.Integer()),
        sa.Column("session_id", sa.Integer()),
        sa.Column("number", sa.Integer()),
        sa.Column("digest", sa.String()),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.CheckConstraint(
            "course_id IS NOT NULL OR session_id IS NOT NULL", name="home"
        ),
        sa.CheckConstraint("digest IS NOT NULL OR number IS NOT NULL", name="whom"),
        sa.ForeignKeyConstraint(
            ["course_id"],
            ["course.id"],
            name="fk_forgotten_course_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["class_session.id"],
            name="fk_forgotten_session_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_forgotten"),
    )
    op.create_index("ix_forgotten_course_id", "forgotten", ["course_id"])
    op.create_index("ix_forgotten_session_id", "forgotten", ["session_id"])


def downgrade() -> None:
    """Back to who is who; what was purged or forgotten does not come back."""
    with op.batch_alter_table(
        "student", recreate="always", table_kwargs={"sqlite_autoincrement": False}
    ):
        pass
    op.drop_table("forgotten")
    op.drop_table("name_key")
    for column in ("engagement", "facing", "sightings", "minutes"):
        op.drop_column("class_reading", column)
    for column in ("purged_at", "students", "prior"):
        op.drop_column("class_session", column)

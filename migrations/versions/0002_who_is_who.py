"""Who is who: people over sessions, merged students, head direction.

What is already stored keeps its meaning: its students were all seen, nobody was merged,
and where heads were turned is not known.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_EMPTY = sa.text("''")


def upgrade() -> None:
    """From the first tables."""
    with op.batch_alter_table("student") as student:
        student.add_column(sa.Column("person_id", sa.Integer()))
        student.add_column(sa.Column("merged_into", sa.Integer()))
        student.add_column(
            sa.Column("labels", sa.JSON(), nullable=False, server_default="[]")
        )
        student.add_column(
            sa.Column("roster_id", sa.String(), nullable=False, server_default=_EMPTY)
        )
        student.add_column(_no("named_by_teacher"))
        student.add_column(_no("seen"))
        student.add_column(_no("expected"))
        student.create_foreign_key(
            "fk_student_person_id",
            "student",
            ["person_id"],
            ["id"],
            ondelete="SET NULL",
        )
        student.create_foreign_key(
            "fk_student_merged_into",
            "student",
            ["merged_into"],
            ["id"],
            ondelete="CASCADE",
        )
    op.execute("UPDATE student SET seen = 1 WHERE session_id IS NOT NULL")
    # These two may be large: a column without a constraint is added without a copy.
    op.add_column(
        "sample",
        sa.Column("left_out", sa.SmallInteger(), nullable=False, server_default="0"),
    )
    op.add_column("observation", sa.Column("yaw", sa.SmallInteger()))
    op.add_column("observation", sa.Column("pitch", sa.SmallInteger()))
    op.add_column("observation", _no("shared"))


def downgrade() -> None:
    """Back to the first tables; merged students are apart again."""
    for column in ("shared", "pitch", "yaw"):
        op.drop_column("observation", column)
    op.drop_column("sample", "left_out")
    with op.batch_alter_table("student") as student:
        student.drop_constraint("fk_student_merged_into", type_="foreignkey")
        student.drop_constraint("fk_student_person_id", type_="foreignkey")
        for column in (
            "expected",
            "seen",
            "named_by_teacher",
            "roster_id",
            "labels",
            "merged_into",
            "person_id",
        ):
            student.drop_column(column)


def _no(name: str) -> sa.Column[bool]:
    """True or false; false in the rows that are there."""
    return sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false())

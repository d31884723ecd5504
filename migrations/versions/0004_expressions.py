"""Which expressions a network can tell: of the others nothing is known.

What is already stored counts as told by a network of all seven, as every network is
that came with the program. Of an imported one with fewer it cannot be seen any more
which they were: such a class keeps its zeros.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """From rights and retention."""
    op.add_column("class_session", sa.Column("expressions", sa.JSON()))


def downgrade() -> None:
    """Back to rights and retention; what a network could not tell is 0 again."""
    op.drop_column("class_session", "expressions")

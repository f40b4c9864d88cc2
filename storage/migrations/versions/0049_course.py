"""A programme's last day as HR moved it, its pause and its cancellation; against how many sessions a pair counts.

Written 2026-11-30; after 0048.
"""

import sqlalchemy as sa
from alembic import op

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("pair", schema=None) as batch_op:
        batch_op.add_column(sa.Column("counted_of", sa.Integer(), nullable=True))
    with op.batch_alter_table("programme", schema=None) as batch_op:
        batch_op.add_column(sa.Column("ends_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("paused_until", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index(batch_op.f("ix_programme_paused_until"), ["paused_until"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("programme", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_programme_paused_until"))
        for column in ("cancelled_at", "paused_until", "paused_at", "ends_on"):
            batch_op.drop_column(column)
    with op.batch_alter_table("pair", schema=None) as batch_op:
        batch_op.drop_column("counted_of")

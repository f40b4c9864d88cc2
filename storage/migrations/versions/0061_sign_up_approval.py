"""Approval of sign-ups by HR.

Written 2026-11-30; after 0060. Running programmes need none.
"""

import sqlalchemy as sa
from alembic import op

import storage.types

revision = "0061"
down_revision = "0060"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("programme", schema=None) as batch_op:
        batch_op.add_column(sa.Column("approve_within", sa.Integer(), nullable=True))
    with op.batch_alter_table("participant", schema=None) as batch_op:
        batch_op.add_column(sa.Column("waits_since", storage.types.UTCDateTime(), nullable=True))
        batch_op.add_column(sa.Column("hr_declined_at", storage.types.UTCDateTime(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("participant", schema=None) as batch_op:
        batch_op.drop_column("hr_declined_at")
        batch_op.drop_column("waits_since")
    with op.batch_alter_table("programme", schema=None) as batch_op:
        batch_op.drop_column("approve_within")

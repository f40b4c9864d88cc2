"""Delivered invitations show the last day to join that HR has moved.

Written 2026-11-30; after 0068.
"""

import sqlalchemy as sa
from alembic import op

revision = "0069"
down_revision = "0068"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.add_column(sa.Column("refresh_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index("ix_invitation_refresh_at", ["refresh_at"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.drop_index("ix_invitation_refresh_at")
        batch_op.drop_column("refresh_at")

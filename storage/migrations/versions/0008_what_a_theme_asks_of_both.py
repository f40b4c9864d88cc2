"""what a theme asks of both

Written 2026-11-22; after 0007.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("reading", schema=None) as batch_op:
        batch_op.add_column(sa.Column("practised", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("noticed", sa.Integer(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("reading", schema=None) as batch_op:
        batch_op.drop_column("noticed")
        batch_op.drop_column("practised")

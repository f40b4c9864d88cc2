"""Everybody's own working time: hours by day, breaks, country and days away.

Written 2026-11-30; after 0070.
"""

import sqlalchemy as sa
from alembic import op

revision = "0071"
down_revision = "0070"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.add_column(sa.Column("work_week", sa.String(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("work_breaks", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("work_country", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("days_away", sa.String(), server_default="", nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.drop_column("days_away")
        batch_op.drop_column("work_country")
        batch_op.drop_column("work_breaks")
        batch_op.drop_column("work_week")

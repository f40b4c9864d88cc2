"""Who may take part: HR's limits, its corrections, and whom it let take part.

Written 2026-11-30; after 0057. Running programmes have no limits.
"""

import sqlalchemy as sa
from alembic import op

import storage.types

revision = "0058"
down_revision = "0057"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("programme", schema=None) as batch_op:
        batch_op.add_column(sa.Column("eligibility", sa.JSON(), server_default=sa.text("'{}'"), nullable=False))
    with op.batch_alter_table("participant", schema=None) as batch_op:
        batch_op.add_column(sa.Column("hr_level", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("hr_department", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("admitted_at", storage.types.UTCDateTime(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("participant", schema=None) as batch_op:
        batch_op.drop_column("admitted_at")
        batch_op.drop_column("hr_department")
        batch_op.drop_column("hr_level")
    with op.batch_alter_table("programme", schema=None) as batch_op:
        batch_op.drop_column("eligibility")

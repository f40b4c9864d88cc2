"""Recommendations, reasons for leaving that are counted, and groups of one department or level.

Written 2026-11-30; after 0054.
"""

import sqlalchemy as sa
from alembic import op

revision = "0055"
down_revision = "0054"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("programme", schema=None) as batch_op:
        batch_op.add_column(sa.Column("recommends", sa.Boolean(), server_default=sa.false(), nullable=False))
    with op.batch_alter_table("participant", schema=None) as batch_op:
        batch_op.add_column(sa.Column("reason_counted", sa.Boolean(), server_default=sa.false(), nullable=False))
    with op.batch_alter_table("reading", schema=None) as batch_op:
        batch_op.add_column(sa.Column("recommend", sa.Integer(), nullable=True))
    with op.batch_alter_table("publishedgroup", schema=None) as batch_op:
        batch_op.add_column(sa.Column("department", sa.String(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("level", sa.Integer(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("publishedgroup", schema=None) as batch_op:
        batch_op.drop_column("level")
        batch_op.drop_column("department")
    with op.batch_alter_table("reading", schema=None) as batch_op:
        batch_op.drop_column("recommend")
    with op.batch_alter_table("participant", schema=None) as batch_op:
        batch_op.drop_column("reason_counted")
    with op.batch_alter_table("programme", schema=None) as batch_op:
        batch_op.drop_column("recommends")

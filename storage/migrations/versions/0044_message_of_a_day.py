"""The one message that a person gets a day.

Written 2026-11-29; after 0043.
"""

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.add_column(sa.Column("daily", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column("day_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_outbox_day_id"), "outbox", ["day_id"], ["id"])
        batch_op.create_index(batch_op.f("ix_outbox_day_id"), ["day_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_outbox_day_id"))
        batch_op.drop_constraint(batch_op.f("fk_outbox_day_id"), type_="foreignkey")
        batch_op.drop_column("day_id")
        batch_op.drop_column("daily")

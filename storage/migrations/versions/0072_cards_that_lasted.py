"""Whether the change of an action card lasted.

Written 2026-11-30; after 0071.
"""

import sqlalchemy as sa
from alembic import op

revision = "0072"
down_revision = "0071"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("actioncard", schema=None) as batch_op:
        batch_op.add_column(sa.Column("lasted", sa.Boolean(), nullable=True))
        batch_op.add_column(sa.Column("lasted_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("actioncard", schema=None) as batch_op:
        batch_op.drop_column("lasted_at")
        batch_op.drop_column("lasted")

"""workspaces that removed the app

Written 2026-11-29; after 0016.
"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("ratebucket", schema=None) as batch_op:
        batch_op.add_column(sa.Column("stopped", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("ratebucket", schema=None) as batch_op:
        batch_op.drop_column("stopped")

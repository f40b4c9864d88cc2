"""The cadence that both of a pair chose at sign-up is proposed with the introduction.

Written 2026-11-30; after 0063.
"""

import sqlalchemy as sa
from alembic import op

revision = "0064"
down_revision = "0063"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("pair", schema=None) as batch_op:
        batch_op.add_column(sa.Column("wished_cadence", sa.String(), nullable=True))
    with op.batch_alter_table("programme", schema=None) as batch_op:
        batch_op.add_column(sa.Column("proposes_wishes", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("programme", schema=None) as batch_op:
        batch_op.drop_column("proposes_wishes")
    with op.batch_alter_table("pair", schema=None) as batch_op:
        batch_op.drop_column("wished_cadence")

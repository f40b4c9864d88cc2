"""Leadership's thanks once a programme has ended, beside the message before the introductions.

Written 2026-11-30; after 0062.
"""

import sqlalchemy as sa
from alembic import op

revision = "0063"
down_revision = "0062"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("sponsormessage", schema=None) as batch_op:
        batch_op.add_column(sa.Column("thanks", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("sponsormessage", schema=None) as batch_op:
        batch_op.drop_column("thanks")

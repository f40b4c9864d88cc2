"""joint leave

Written 2026-11-29; after 0017.

Indonesia's joint leave days are days off from now on. People of programmes that run already were told dates that count
them as working days: those programmes keep them so, until HR adds them.
"""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("programme", schema=None) as batch_op:
        batch_op.add_column(sa.Column("joint_leave", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("programme", schema=None) as batch_op:
        batch_op.drop_column("joint_leave")

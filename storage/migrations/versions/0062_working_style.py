"""How people like to work, and which styles fit together by HR's choice.

Written 2026-11-30; after 0061.
"""

import sqlalchemy as sa
from alembic import op

revision = "0062"
down_revision = "0061"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("participant", schema=None) as batch_op:
        batch_op.add_column(sa.Column("style", sa.JSON(none_as_null=True), nullable=True))
    with op.batch_alter_table("programme", schema=None) as batch_op:
        batch_op.add_column(sa.Column("style_fit", sa.String(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("programme", schema=None) as batch_op:
        batch_op.drop_column("style_fit")
    with op.batch_alter_table("participant", schema=None) as batch_op:
        batch_op.drop_column("style")

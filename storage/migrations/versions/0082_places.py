"""Where sessions take place: of a session, of a pair, or of the programme.

Written 2026-11-30; after 0081.
"""

import sqlalchemy as sa
from alembic import op

revision = "0082"
down_revision = "0081"
branch_labels = None
depends_on = None

TABLES = ("session", "pair", "programme")


def upgrade() -> None:
    for table in TABLES:
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.add_column(sa.Column("place", sa.String(), nullable=True))
            batch_op.add_column(sa.Column("place_changes", sa.Integer(), server_default="0", nullable=False))


def downgrade() -> None:
    for table in TABLES:
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_column("place_changes")
            batch_op.drop_column("place")

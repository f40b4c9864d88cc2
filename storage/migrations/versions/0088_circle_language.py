"""The language of a mentors' circle.

Written 2026-12-01; after 0087. Circles that began before keep their programme's.
"""

import sqlalchemy as sa
from alembic import op

revision = "0088"
down_revision = "0087"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("circle") as table:
        table.add_column(sa.Column("language", sa.String(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("circle") as table:
        table.drop_column("language")

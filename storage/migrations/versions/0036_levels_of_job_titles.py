"""which level a job title of a roster has

Written 2026-11-29; after 0035.
"""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "rosterlevel",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("programme_id", "title"),
    )
    with op.batch_alter_table("rosterlevel", schema=None) as batch_op:
        batch_op.create_index("ix_rosterlevel_programme_id", ["programme_id"], unique=False)


def downgrade() -> None:
    op.drop_table("rosterlevel")

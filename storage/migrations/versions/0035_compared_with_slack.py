"""compared with slack

Written 2026-11-29; after 0034.
"""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "slackcomparison",
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("part", sa.String(length=20), nullable=False),
        sa.Column("cursor", sa.String(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("team_id", name=op.f("pk_slackcomparison")),
    )
    with op.batch_alter_table("slackcomparison", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_slackcomparison_next_at"), ["next_at"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("slackcomparison", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_slackcomparison_next_at"))

    op.drop_table("slackcomparison")

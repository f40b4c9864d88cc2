"""When the date of a goal comes, and what became of the goal.

An agreement of an older version is checked once, by the default: its dates that are still to come are asked about.

Written 2026-11-30; after 0047.
"""

import sqlalchemy as sa
from alembic import op

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "goaldate",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("pair_id", sa.Integer(), nullable=False),
        sa.Column("goal", sa.String(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("result", sa.String(), nullable=True),
        sa.Column("moved_to", sa.Date(), nullable=True),
        sa.Column("side", sa.String(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["pair_id"], ["pair.id"], name=op.f("fk_goaldate_pair_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_goaldate")),
    )
    with op.batch_alter_table("goaldate", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_goaldate_pair_id"), ["pair_id"], unique=False)
    with op.batch_alter_table("agreement", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("next_goal_at", sa.DateTime(timezone=True), server_default=sa.text("'2000-01-01'"), nullable=True)
        )
        batch_op.create_index(batch_op.f("ix_agreement_next_goal_at"), ["next_goal_at"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("agreement", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_agreement_next_goal_at"))
        batch_op.drop_column("next_goal_at")
    op.drop_table("goaldate")

"""What leaders answer in their briefing about being open.

Written 2026-11-30; after 0075.
"""

import sqlalchemy as sa
from alembic import op

revision = "0076"
down_revision = "0075"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "opennessanswer",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("programme_id", sa.Integer(), sa.ForeignKey("programme.id"), nullable=False),
        sa.Column("participant_id", sa.Integer(), sa.ForeignKey("participant.id"), nullable=False),
        sa.Column("learning", sa.Integer(), nullable=True),
        sa.Column("advice", sa.Integer(), nullable=True),
        sa.Column("hard_to_hear", sa.String(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("participant_id"),
    )


def downgrade() -> None:
    op.drop_table("opennessanswer")

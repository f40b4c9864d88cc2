"""Buddies of mentors.

Written 2026-11-30; after 0079.
"""

import sqlalchemy as sa
from alembic import op

revision = "0080"
down_revision = "0079"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "buddychoice",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("programme_id", sa.Integer(), sa.ForeignKey("programme.id"), nullable=False),
        sa.Column("participant_id", sa.Integer(), sa.ForeignKey("participant.id"), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("help_at", sa.DateTime(timezone=True), nullable=True),
        sa.UniqueConstraint("participant_id"),
    )
    op.create_index("ix_buddychoice_programme_id", "buddychoice", ["programme_id"])
    op.create_table(
        "buddypair",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("programme_id", sa.Integer(), sa.ForeignKey("programme.id"), nullable=False),
        sa.Column("asker_id", sa.Integer(), sa.ForeignKey("participant.id"), nullable=False),
        sa.Column("buddy_id", sa.Integer(), sa.ForeignKey("participant.id"), nullable=False),
        sa.Column("introduced_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
    )
    for name in ("programme_id", "asker_id", "buddy_id"):
        op.create_index(f"ix_buddypair_{name}", "buddypair", [name])


def downgrade() -> None:
    op.drop_table("buddypair")
    op.drop_table("buddychoice")

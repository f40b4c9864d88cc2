"""Mentors' circles.

Written 2026-11-30; after 0084. Programmes that were set up before offer none until HR says so.
"""

import sqlalchemy as sa
from alembic import op

revision = "0085"
down_revision = "0084"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("programme") as table:
        table.add_column(sa.Column("circles", sa.Boolean(), nullable=False, server_default=sa.false()))
        table.add_column(sa.Column("circles_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_programme_circles_at", "programme", ["circles_at"])
    op.create_table(
        "circle",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("programme_id", sa.Integer(), sa.ForeignKey("programme.id"), nullable=False),
        sa.Column("members", sa.JSON(), nullable=False),
        sa.Column("channel", sa.String(), nullable=True),
        sa.Column("opening", sa.Integer(), nullable=False),
        sa.Column("open_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("packs", sa.Integer(), nullable=False),
        sa.Column("next_pack_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
    )
    for name in ("programme_id", "open_at", "next_pack_at"):
        op.create_index(f"ix_circle_{name}", "circle", [name])
    op.create_table(
        "circlemember",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("programme_id", sa.Integer(), sa.ForeignKey("programme.id"), nullable=False),
        sa.Column("participant_id", sa.Integer(), sa.ForeignKey("participant.id"), nullable=False),
        sa.Column("wished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("circle_id", sa.Integer(), sa.ForeignKey("circle.id"), nullable=True),
        sa.Column("hosted", sa.Integer(), nullable=False),
        sa.UniqueConstraint("participant_id"),
    )
    for name in ("programme_id", "circle_id"):
        op.create_index(f"ix_circlemember_{name}", "circlemember", [name])


def downgrade() -> None:
    op.drop_table("circlemember")
    op.drop_table("circle")
    op.drop_index("ix_programme_circles_at", "programme")
    with op.batch_alter_table("programme") as table:
        table.drop_column("circles_at")
        table.drop_column("circles")

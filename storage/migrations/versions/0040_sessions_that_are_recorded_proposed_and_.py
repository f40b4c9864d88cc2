"""sessions that are recorded, proposed and refreshed

Written 2026-11-29; after 0039.
"""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "timeproposal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("side", sa.String(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("wall", sa.String(), nullable=False),
        sa.Column("wall_zone", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("before", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["session_id"], ["session.id"], name=op.f("fk_timeproposal_session_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_timeproposal")),
    )
    with op.batch_alter_table("timeproposal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_timeproposal_session_id"), ["session_id"], unique=False)

    with op.batch_alter_table("session", schema=None) as batch_op:
        batch_op.add_column(sa.Column("told_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("refresh_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index(batch_op.f("ix_session_refresh_at"), ["refresh_at"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_session_refresh_at"))
        batch_op.drop_column("refresh_at")
        batch_op.drop_column("told_at")

    with op.batch_alter_table("timeproposal", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_timeproposal_session_id"))

    op.drop_table("timeproposal")

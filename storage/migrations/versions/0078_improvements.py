"""What people think the programme should do better.

Written 2026-11-30; after 0077. Programmes that were released before do not ask.
"""

import sqlalchemy as sa
from alembic import op

import storage.types

revision = "0078"
down_revision = "0077"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "improvement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("participant_id", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("area", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("sharing", sa.String(), nullable=False),
        sa.Column("at", storage.types.UTCDateTime(), nullable=False),
        sa.Column("shown_at", storage.types.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["participant_id"], ["participant.id"], name=op.f("fk_improvement_participant_id")),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_improvement_programme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_improvement")),
        sa.UniqueConstraint("participant_id", "stage", name=op.f("uq_improvement_participant_id_stage")),
    )
    with op.batch_alter_table("improvement", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_improvement_participant_id"), ["participant_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_improvement_programme_id"), ["programme_id"], unique=False)
    with op.batch_alter_table("programme", schema=None) as batch_op:
        batch_op.add_column(sa.Column("asks_improvements", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("programme", schema=None) as batch_op:
        batch_op.drop_column("asks_improvements")
    op.drop_table("improvement")

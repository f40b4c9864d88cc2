"""Thanks shown to others if both agree, and notes to mentors' managers.

Written 2026-11-30; after 0069.
"""

import sqlalchemy as sa
from alembic import op

import storage.types

revision = "0070"
down_revision = "0069"
branch_labels = None
depends_on = None

MOMENTS = ("offered_at", "agreed_at", "withdrawn_at", "clean_at")


def upgrade() -> None:
    with op.batch_alter_table("thanks", schema=None) as batch_op:
        for name in MOMENTS:
            batch_op.add_column(sa.Column(name, storage.types.UTCDateTime(), nullable=True))
        batch_op.create_index(batch_op.f("ix_thanks_clean_at"), ["clean_at"], unique=False)
    op.create_table(
        "managernote",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("participant_id", sa.Integer(), nullable=False),
        sa.Column("manager_id", sa.Integer(), nullable=True),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("at", storage.types.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["manager_id"], ["person.id"], name=op.f("fk_managernote_manager_id")),
        sa.ForeignKeyConstraint(["participant_id"], ["participant.id"], name=op.f("fk_managernote_participant_id")),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_managernote_programme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_managernote")),
        sa.UniqueConstraint("participant_id", name=op.f("uq_managernote_participant_id")),
    )
    with op.batch_alter_table("managernote", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_managernote_programme_id"), ["programme_id"], unique=False)


def downgrade() -> None:
    op.drop_table("managernote")
    with op.batch_alter_table("thanks", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_thanks_clean_at"))
        for name in reversed(MOMENTS):
            batch_op.drop_column(name)

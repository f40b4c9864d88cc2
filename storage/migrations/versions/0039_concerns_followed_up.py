"""concerns that are followed up, and requests for another partner

Written 2026-11-29; after 0038.
"""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "partnerrequest",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("pair_id", sa.Integer(), nullable=False),
        sa.Column("participant_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("call_by", sa.Date(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["pair_id"], ["pair.id"], name=op.f("fk_partnerrequest_pair_id")),
        sa.ForeignKeyConstraint(["participant_id"], ["participant.id"], name=op.f("fk_partnerrequest_participant_id")),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_partnerrequest_programme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partnerrequest")),
    )
    with op.batch_alter_table("partnerrequest", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_partnerrequest_next_at"), ["next_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_partnerrequest_pair_id"), ["pair_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_partnerrequest_participant_id"), ["participant_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_partnerrequest_programme_id"), ["programme_id"], unique=False)

    with op.batch_alter_table("concern", schema=None) as batch_op:
        batch_op.add_column(sa.Column("subject", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("call_by", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("talked_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("stage", sa.String(), server_default="waiting", nullable=False))
        batch_op.add_column(sa.Column("follow_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("offered_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("ask_later", sa.Boolean(), server_default=sa.true(), nullable=False))
        batch_op.add_column(sa.Column("answer", sa.String(), nullable=True))
        batch_op.create_index(batch_op.f("ix_concern_follow_at"), ["follow_at"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("concern", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_concern_follow_at"))
        batch_op.drop_column("answer")
        batch_op.drop_column("ask_later")
        batch_op.drop_column("offered_at")
        batch_op.drop_column("follow_at")
        batch_op.drop_column("stage")
        batch_op.drop_column("talked_at")
        batch_op.drop_column("call_by")
        batch_op.drop_column("subject")

    with op.batch_alter_table("partnerrequest", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_partnerrequest_programme_id"))
        batch_op.drop_index(batch_op.f("ix_partnerrequest_participant_id"))
        batch_op.drop_index(batch_op.f("ix_partnerrequest_pair_id"))
        batch_op.drop_index(batch_op.f("ix_partnerrequest_next_at"))

    op.drop_table("partnerrequest")

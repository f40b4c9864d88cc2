"""refusals, reading back and times of events

Written 2026-11-29; after 0015.
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.add_column(sa.Column("refusals", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("read_until", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("read_cursor", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("read_restarted", sa.Boolean(), server_default=sa.false(), nullable=False))
    with op.batch_alter_table("ratebucket", schema=None) as batch_op:
        batch_op.add_column(sa.Column("refusals", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("refused_since", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("reason", sa.String(), nullable=True))
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.add_column(sa.Column("told_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "apppresence",
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("team_id", name=op.f("pk_apppresence")),
    )


def downgrade() -> None:
    op.drop_table("apppresence")
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.drop_column("told_at")
    with op.batch_alter_table("ratebucket", schema=None) as batch_op:
        batch_op.drop_column("reason")
        batch_op.drop_column("refused_since")
        batch_op.drop_column("refusals")
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_column("read_restarted")
        batch_op.drop_column("read_cursor")
        batch_op.drop_column("read_until")
        batch_op.drop_column("refusals")

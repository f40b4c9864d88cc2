"""What sessions published groups are about, and HR's notes for the next programme.

Written 2026-11-30; after 0080. Groups that exist are about sessions of any kind.
"""

import sqlalchemy as sa
from alembic import op

import storage.types

revision = "0081"
down_revision = "0080"
branch_labels = None
depends_on = None

COLUMNS = ("pack", "format", "cadence", "topic")


def upgrade() -> None:
    with op.batch_alter_table("publishedgroup", schema=None) as batch_op:
        for name in COLUMNS:
            batch_op.add_column(sa.Column(name, sa.String(), server_default="", nullable=False))
    op.create_table(
        "playbooknotes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("worked", sa.String(), nullable=False),
        sa.Column("changes", sa.String(), nullable=False),
        sa.Column("advice", sa.String(), nullable=False),
        sa.Column("changed_at", storage.types.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_playbooknotes_programme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_playbooknotes")),
        sa.UniqueConstraint("programme_id", name=op.f("uq_playbooknotes_programme_id")),
    )


def downgrade() -> None:
    op.drop_table("playbooknotes")
    with op.batch_alter_table("publishedgroup", schema=None) as batch_op:
        for name in COLUMNS:
            batch_op.drop_column(name)

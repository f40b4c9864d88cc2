"""A logo and a second signature on certificates.

Written 2026-11-30; after 0058.
"""

import sqlalchemy as sa
from alembic import op

revision = "0059"
down_revision = "0058"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "certificatedesign",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("programme_id", sa.Integer(), sa.ForeignKey("programme.id"), nullable=False, unique=True),
        sa.Column("logo", sa.String(), nullable=False),
        sa.Column("second_id", sa.Integer(), sa.ForeignKey("person.id"), nullable=True),
        sa.Column("second_name", sa.String(), nullable=False),
        sa.Column("second_title", sa.String(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("certificatedesign")

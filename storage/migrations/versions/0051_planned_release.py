"""When HR wants a draft to be released.

Written 2026-11-30; after 0050.
"""

import sqlalchemy as sa
from alembic import op

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("draft", schema=None) as batch_op:
        batch_op.add_column(sa.Column("release_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("release_look_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("release_planned_by", sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f("ix_draft_release_look_at"), ["release_look_at"], unique=False)
        batch_op.create_foreign_key(batch_op.f("fk_draft_release_planned_by"), "person", ["release_planned_by"], ["id"])


def downgrade() -> None:
    with op.batch_alter_table("draft", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_draft_release_planned_by"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_draft_release_look_at"))
        batch_op.drop_column("release_planned_by")
        batch_op.drop_column("release_look_at")
        batch_op.drop_column("release_at")

"""An index that finds the buckets of one method in all workspaces.

Written 2026-11-30; after 0059.
"""

from alembic import op

revision = "0060"
down_revision = "0059"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("ratebucket", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ratebucket_name"), ["name"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("ratebucket", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ratebucket_name"))

"""Sets of survey questions, and the sums of squares of published groups.

Programmes that exist keep the first set; those that are not released get the newest one with their release.

Written 2026-11-30; after 0064.
"""

import sqlalchemy as sa
from alembic import op

revision = "0065"
down_revision = "0064"
branch_labels = None
depends_on = None

ITEMS = ("openness", "leading", "communicating", "coaching", "collaboration")


def upgrade() -> None:
    with op.batch_alter_table("programme", schema=None) as batch_op:
        batch_op.add_column(sa.Column("survey_set", sa.Integer(), server_default="1", nullable=False))
    with op.batch_alter_table("reading", schema=None) as batch_op:
        for item in ITEMS:
            batch_op.add_column(sa.Column(item, sa.Integer(), nullable=True))
    with op.batch_alter_table("publishedgroup", schema=None) as batch_op:
        batch_op.add_column(sa.Column("squares", sa.Float(), nullable=True))
    _fill(op.get_bind())


def downgrade() -> None:
    with op.batch_alter_table("publishedgroup", schema=None) as batch_op:
        batch_op.drop_column("squares")
    with op.batch_alter_table("reading", schema=None) as batch_op:
        for item in ITEMS:
            batch_op.drop_column(item)
    with op.batch_alter_table("programme", schema=None) as batch_op:
        batch_op.drop_column("survey_set")


def _fill(connection: sa.Connection) -> None:
    """The new column of existing groups, which older versions do not read."""
    value = sa.table("publishedvalue", sa.column("group_id"), sa.column("value", sa.Float()))
    group = sa.table("publishedgroup", sa.column("id"), sa.column("squares", sa.Float()))
    number = sa.cast(value.c.value, sa.Float())
    squares = sa.select(sa.func.sum(number * number)).where(value.c.group_id == group.c.id).scalar_subquery()
    connection.execute(sa.update(group).values(squares=squares))

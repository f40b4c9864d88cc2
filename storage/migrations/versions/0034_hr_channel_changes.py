"""HR's channel may change

Written 2026-11-29; after 0033.
"""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:

    op.create_table(
        "hrmember",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_hrmember_person_id")),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_hrmember_programme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hrmember")),
        sa.UniqueConstraint("programme_id", "person_id", name=op.f("uq_hrmember_programme_id_person_id")),
    )
    with op.batch_alter_table("hrmember", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_hrmember_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_hrmember_programme_id"), ["programme_id"], unique=False)

    with op.batch_alter_table("programme", schema=None) as batch_op:
        batch_op.add_column(sa.Column("hr_trouble", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("hr_trouble_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("hr_check_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index(batch_op.f("ix_programme_hr_check_at"), ["hr_check_at"], unique=False)


def downgrade() -> None:

    with op.batch_alter_table("programme", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_programme_hr_check_at"))
        batch_op.drop_column("hr_check_at")
        batch_op.drop_column("hr_trouble_at")
        batch_op.drop_column("hr_trouble")

    with op.batch_alter_table("hrmember", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_hrmember_programme_id"))
        batch_op.drop_index(batch_op.f("ix_hrmember_person_id"))

    op.drop_table("hrmember")

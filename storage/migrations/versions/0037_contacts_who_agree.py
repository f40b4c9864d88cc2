"""contacts who agree

Written 2026-11-29; after 0036.
"""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

# The contact of a programme that existed before counts as having agreed: nobody asks them again.
KEEP = """
    INSERT INTO programmecontact (team_id, programme_id, person_id, state, asked_at, answered_at)
    SELECT team_id, id, contact_id, 'confirmed', created_at, created_at FROM programme WHERE contact_id IS NOT NULL
"""


def upgrade() -> None:
    op.create_table(
        "programmecontact",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_programmecontact_person_id")),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_programmecontact_programme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programmecontact")),
        sa.UniqueConstraint("programme_id", "person_id", name=op.f("uq_programmecontact_programme_id_person_id")),
    )
    with op.batch_alter_table("programmecontact", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_programmecontact_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_programmecontact_programme_id"), ["programme_id"], unique=False)
    with op.batch_alter_table("programme", schema=None) as batch_op:
        batch_op.add_column(sa.Column("second_contact_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("next_contact_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_programme_second_contact_id"), "person", ["second_contact_id"], ["id"]
        )
        batch_op.create_index(batch_op.f("ix_programme_next_contact_at"), ["next_contact_at"], unique=False)
    with op.batch_alter_table("concern", schema=None) as batch_op:
        batch_op.add_column(sa.Column("contact_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("route", sa.JSON(), server_default=sa.text("'[]'"), nullable=False))
        batch_op.add_column(sa.Column("next_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_concern_contact_id"), "person", ["contact_id"], ["id"])
        batch_op.create_index(batch_op.f("ix_concern_next_at"), ["next_at"], unique=False)
    op.execute(KEEP)


def downgrade() -> None:
    with op.batch_alter_table("concern", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_concern_next_at"))
        batch_op.drop_constraint(batch_op.f("fk_concern_contact_id"), type_="foreignkey")
        batch_op.drop_column("next_at")
        batch_op.drop_column("route")
        batch_op.drop_column("contact_id")
    with op.batch_alter_table("programme", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_programme_next_contact_at"))
        batch_op.drop_constraint(batch_op.f("fk_programme_second_contact_id"), type_="foreignkey")
        batch_op.drop_column("next_contact_at")
        batch_op.drop_column("second_contact_id")
    op.drop_table("programmecontact")

"""roster data belong to a programme

Written 2026-11-29; after 0030.
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0030"
branch_labels = None
depends_on = None

CARRY_OVER = """
INSERT INTO programmeroster (
    team_id, programme_id, person_id, manager_id, manager_known, manager_source,
    appraiser_id, department, level, started_on, listed_at, at
)
WITH RECURSIVE
above (person_id, boss_id) AS (
    SELECT id, manager_id FROM person WHERE manager_id IS NOT NULL
    UNION
    SELECT person_id, appraiser_id FROM rosterentry WHERE appraiser_id IS NOT NULL
),
listed (programme_id, person_id) AS (
    SELECT here.id, entry.person_id
    FROM rosterentry AS entry
    JOIN programme AS origin ON origin.id = entry.programme_id
    JOIN programme AS here ON here.team_id = origin.team_id AND here.hr_channel = origin.hr_channel
),
needed (programme_id, person_id) AS (
    SELECT programme_id, person_id FROM participant
    UNION
    SELECT programme_id, person_id FROM listed
    UNION
    SELECT needed.programme_id, above.boss_id FROM needed JOIN above ON above.person_id = needed.person_id
)
SELECT
    person.team_id, needed.programme_id, person.id, person.manager_id, person.manager_known,
    CASE WHEN listed.person_id IS NULL THEN 'carried' ELSE 'hr' END,
    entry.appraiser_id,
    CASE WHEN listed.person_id IS NULL THEN '' ELSE entry.department END,
    CASE WHEN listed.person_id IS NULL THEN NULL ELSE entry.level END,
    CASE WHEN listed.person_id IS NULL THEN NULL ELSE entry.started_on END,
    CASE WHEN listed.person_id IS NULL THEN NULL ELSE entry.at END,
    COALESCE(entry.at, person.created_at)
FROM needed
JOIN programme ON programme.id = needed.programme_id AND programme.forgotten_at IS NULL
JOIN person ON person.id = needed.person_id AND person.erased_at IS NULL
LEFT JOIN rosterentry AS entry ON entry.person_id = person.id
LEFT JOIN listed ON listed.programme_id = needed.programme_id AND listed.person_id = needed.person_id
WHERE person.manager_known OR entry.appraiser_id IS NOT NULL OR listed.person_id IS NOT NULL
ORDER BY needed.programme_id, person.id
"""
"""Gives every programme the reporting and appraisal lines that its matching used until now: those of the people who
take part, of the people its HR listed, and of everybody above them. Department, level and start go only to programmes
run from the HR channel whose HR stored them; the source of the other lines is unknown, so HR is never shown them."""


def upgrade() -> None:
    op.create_table(
        "programmeroster",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("manager_id", sa.Integer(), nullable=True),
        sa.Column("manager_known", sa.Boolean(), nullable=False),
        sa.Column("manager_source", sa.String(length=20), nullable=False),
        sa.Column("appraiser_id", sa.Integer(), nullable=True),
        sa.Column("department", sa.String(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=True),
        sa.Column("started_on", sa.Date(), nullable=True),
        sa.Column("listed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["appraiser_id"], ["person.id"], name=op.f("fk_programmeroster_appraiser_id")),
        sa.ForeignKeyConstraint(["manager_id"], ["person.id"], name=op.f("fk_programmeroster_manager_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_programmeroster_person_id")),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_programmeroster_programme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programmeroster")),
        sa.UniqueConstraint("programme_id", "person_id", name=op.f("uq_programmeroster_programme_id_person_id")),
    )
    with op.batch_alter_table("programmeroster", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_programmeroster_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_programmeroster_programme_id"), ["programme_id"], unique=False)
    op.execute(CARRY_OVER)


def downgrade() -> None:
    with op.batch_alter_table("programmeroster", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_programmeroster_programme_id"))
        batch_op.drop_index(batch_op.f("ix_programmeroster_person_id"))

    op.drop_table("programmeroster")

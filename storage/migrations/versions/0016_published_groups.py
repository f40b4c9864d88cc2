"""published groups of private answers

What was shown until now becomes published groups, by the rule that showed it: ratings in the groups that were made
anew at each reading, everything else that reached five people as one group. What was shown of fewer cannot be a group.

Written 2026-11-29; after 0020.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "publishedgroup",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("measure", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("basis", sa.String(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("answers", sa.Integer(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("people_so_far", sa.Integer(), nullable=False),
        sa.Column("people_shown", sa.Integer(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_publishedgroup_programme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publishedgroup")),
        sa.UniqueConstraint(
            "programme_id", "measure", "number", name=op.f("uq_publishedgroup_programme_id_measure_number")
        ),
    )
    op.create_table(
        "publishedvalue",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("measure", sa.String(), nullable=False),
        sa.Column("source", sa.Integer(), nullable=False),
        sa.Column("participant_id", sa.Integer(), nullable=True),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["publishedgroup.id"], name=op.f("fk_publishedvalue_group_id")),
        sa.ForeignKeyConstraint(["participant_id"], ["participant.id"], name=op.f("fk_publishedvalue_participant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publishedvalue")),
        sa.UniqueConstraint("source", "measure", name=op.f("uq_publishedvalue_source_measure")),
    )
    with op.batch_alter_table("publishedvalue", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_publishedvalue_group_id"), ["group_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_publishedvalue_participant_id"), ["participant_id"], unique=False)
    _take_over(op.get_bind())


def downgrade() -> None:
    op.drop_table("publishedvalue")
    op.drop_table("publishedgroup")


# What was shown until now. The rules are written down here as they were, whatever the code does later.

MIN_GROUP = 5
ITEMS = {
    "mentee": ("skill", "understanding", "used", "practised"),
    "mentor": ("confident", "seen", "stay", "noticed"),
}
MOMENT = sa.DateTime(timezone=True)


class Old(NamedTuple):
    """A value as it was shown: whose, from what, and when it was settled."""

    person: int
    source: int
    value: int
    at: Any


def _table(name: str, *columns: str) -> sa.TableClause:
    moments = {"settled_at", "closes_at", "finished_at", "written_at", "at", "published_at", "forgotten_at"}
    return sa.table(name, *(sa.column(one, MOMENT if one in moments else None) for one in columns))


PROGRAMME = _table("programme", "id", "team_id")
PART = _table("participant", "id", "programme_id", "state", "role", "forgotten_at")
PAIR = _table("pair", "id", "programme_id", "mentor_id", "mentee_id")
SESSION = _table("session", "id", "pair_id", "settled_at")
RATINGS = ("useful", "will_use", "honest")
ANSWER = _table("pollanswer", "session_id", "participant_id", "side", "met", *RATINGS)
READING = _table(
    "reading", "id", "programme_id", "participant_id", "side", "moment", "closes_at", *ITEMS["mentee"], *ITEMS["mentor"]
)
PREPARATION = _table("preparation", "id", "participant_id", "side", "finished_at")
CARD = _table("actioncard", "id", "pair_id", "state", "written_at", "settled_at")
THANKS = _table("thanks", "id", "pair_id", "side", "at")
GROUP = _table(
    "publishedgroup",
    "id",
    "team_id",
    "programme_id",
    "measure",
    "number",
    "basis",
    "total",
    "answers",
    "people",
    "people_so_far",
    "people_shown",
    "published_at",
)
VALUE = _table("publishedvalue", "team_id", "group_id", "measure", "source", "participant_id", "value")


def _take_over(connection: sa.Connection) -> None:
    for programme in connection.execute(sa.select(PROGRAMME).order_by(PROGRAMME.c.id)).all():
        parts = connection.execute(sa.select(PART).where(PART.c.programme_id == programme.id)).all()
        gone = {one.id for one in parts if one.forgotten_at is not None}
        for measure, basis, groups in _shown(connection, programme.id, parts):
            _write(connection, programme, measure, basis, groups, gone)


def _shown(
    connection: sa.Connection, programme_id: int, parts: Iterable[Any]
) -> Iterator[tuple[str, str, list[list[Old]]]]:
    yield from _polls(connection, programme_id)
    yield from _surveys(connection, programme_id)
    yield from _counts(connection, programme_id, parts)


def _polls(connection: sa.Connection, programme_id: int) -> Iterator[tuple[str, str, list[list[Old]]]]:
    of_pair = sa.join(SESSION, PAIR, PAIR.c.id == SESSION.c.pair_id)
    settled = (PAIR.c.programme_id == programme_id) & SESSION.c.settled_at.is_not(None)
    sessions = connection.execute(
        sa.select(SESSION.c.id, SESSION.c.settled_at, PAIR.c.mentor_id, PAIR.c.mentee_id)
        .select_from(of_pair)
        .where(settled)
    ).all()
    answers = connection.execute(
        sa.select(ANSWER, SESSION.c.settled_at)
        .select_from(of_pair.join(ANSWER, ANSWER.c.session_id == SESSION.c.id))
        .where(settled)
    ).all()
    for name in RATINGS:
        rated = [
            Old(one.participant_id, 2 * one.session_id + (one.side == "mentee"), getattr(one, name), one.settled_at)
            for one in answers
            if getattr(one, name) is not None
        ]
        yield name, "value", _batches(rated)
    answered = {(one.session_id, one.participant_id) for one in answers if one.met}
    asked = [
        Old(who, 2 * one.id + side, int((one.id, who) in answered), one.settled_at)
        for one in sessions
        for side, who in enumerate((one.mentor_id, one.mentee_id))
    ]
    shown = _people(asked) >= MIN_GROUP and _people(one for one in asked if one.value) >= MIN_GROUP
    yield "answered", "value", [asked] if shown else []


def _surveys(connection: sa.Connection, programme_id: int) -> Iterator[tuple[str, str, list[list[Old]]]]:
    # What was settled by now. The clock of the database is the only one here.
    settled = (READING.c.programme_id == programme_id) & (READING.c.closes_at <= _now(connection))
    rows = connection.execute(sa.select(READING).where(settled)).all()
    for side, items in ITEMS.items():
        for item in items:
            of: dict[str, dict[int, Old]] = defaultdict(dict)
            for one in rows:
                if one.side == side and (value := getattr(one, item)) is not None:
                    of[one.moment][one.participant_id] = Old(one.participant_id, one.id, value, one.closes_at)
            before = of["before"]
            yield f"before:{item}", "value", _batches(before.values())
            for moment in ("closing", "later"):
                changes = [
                    Old(one.person, one.source, one.value - before[one.person].value, one.at)
                    for one in of[moment].values()
                    if one.person in before and before[one.person].at <= one.at
                ]
                if groups := _batches(changes):
                    yield f"{moment}:{item}", "change", groups
                else:
                    yield f"{moment}:{item}", "value", _batches(of[moment].values())


def _counts(
    connection: sa.Connection, programme_id: int, parts: Iterable[Any]
) -> Iterator[tuple[str, str, list[list[Old]]]]:
    roles = {one.id: one.role for one in parts if one.state != "left"}
    read = connection.execute(
        sa.select(PREPARATION)
        .select_from(PREPARATION.join(PART, PART.c.id == PREPARATION.c.participant_id))
        .where((PART.c.programme_id == programme_id) & PREPARATION.c.finished_at.is_not(None))
    ).all()
    for side in ("mentor", "mentee"):
        yield (
            f"prepared:{side}",
            "value",
            _whole(
                Old(one.participant_id, one.id, 1, one.finished_at)
                for one in read
                if one.side == side and roles.get(one.participant_id) in (side, "both")
            ),
        )
    cards = connection.execute(
        sa.select(CARD, PAIR.c.mentor_id, PAIR.c.mentee_id)
        .select_from(CARD.join(PAIR, PAIR.c.id == CARD.c.pair_id))
        .where(PAIR.c.programme_id == programme_id)
    ).all()
    kinds: dict[str, Callable[[Any], Any]] = {
        "card:written": lambda one: one.written_at,
        "card:done": lambda one: one.settled_at if one.state == "done" else None,
        "card:dropped": lambda one: one.settled_at if one.state == "dropped" else None,
    }
    for measure, moment in kinds.items():
        values = [
            Old(who, 2 * one.id + side, int(not side), at)
            for one in cards
            if (at := moment(one)) is not None
            for side, who in enumerate((one.mentor_id, one.mentee_id))
        ]
        yield measure, "value", _whole(values)
    thanks = connection.execute(
        sa.select(THANKS, PAIR.c.mentor_id, PAIR.c.mentee_id)
        .select_from(THANKS.join(PAIR, PAIR.c.id == THANKS.c.pair_id))
        .where(PAIR.c.programme_id == programme_id)
    ).all()
    yield (
        "thanks",
        "value",
        _whole(Old(one.mentor_id if one.side == "mentor" else one.mentee_id, one.id, 1, one.at) for one in thanks),
    )


def _now(connection: sa.Connection) -> Any:
    """The database's clock, as it stores moments."""
    if connection.dialect.name == "sqlite":
        return sa.func.strftime("%Y-%m-%d %H:%M:%f", "now")
    return sa.func.now()


def _batches(values: Iterable[Old]) -> list[list[Old]]:
    """The groups that were made at each reading: in order of time, what settled at one moment never cut apart."""
    done: list[list[Old]] = []
    group: list[Old] = []
    for one in sorted(values, key=lambda value: (value.at, value.source)):
        if _people(group) >= MIN_GROUP and one.at > group[-1].at:
            done.append(group)
            group = []
        group.append(one)
    return [*done, *_whole(group)]


def _whole(values: Iterable[Old]) -> list[list[Old]]:
    """All as one group, if that is enough people."""
    group = list(values)
    return [group] if _people(group) >= MIN_GROUP else []


def _people(values: Iterable[Old]) -> int:
    return len({one.person for one in values})


def _write(
    connection: sa.Connection, programme: Any, measure: str, basis: str, groups: list[list[Old]], gone: set[int]
) -> None:
    known: set[int] = set()
    shown = 0
    for number, group in enumerate(groups, 1):
        people = {one.person for one in group}
        known |= people
        shown = len(known) if len(known) - shown >= MIN_GROUP else shown
        made = connection.execute(
            sa.insert(GROUP)
            .values(
                team_id=programme.team_id,
                programme_id=programme.id,
                measure=measure,
                number=number,
                basis=basis,
                total=sum(one.value for one in group),
                answers=len(group),
                people=len(people),
                people_so_far=len(known),
                people_shown=shown,
                published_at=max(one.at for one in group),
            )
            .returning(GROUP.c.id)
        ).scalar_one()
        connection.execute(
            sa.insert(VALUE),
            [
                {
                    "team_id": programme.team_id,
                    "group_id": made,
                    "measure": measure,
                    "source": one.source,
                    "participant_id": None if one.person in gone else one.person,
                    "value": one.value,
                }
                for one in group
            ],
        )

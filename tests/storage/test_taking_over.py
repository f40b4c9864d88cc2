"""A running programme keeps the figures that HR has seen: the migration publishes them as groups."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, MetaData, insert, text
from sqlmodel import select

from bot.domain.polls import Participation
from bot.domain.surveys import Item, Moment
from bot.services.insight.published_groups import publish
from bot.services.insight.report import Report, current_report
from bot.services.outcomes.figures import CardCounts
from storage.engine import make_engine
from storage.migrate import upgrade
from storage.tables import PublishedValue
from storage.unit_of_work import Store
from tests.databases import open_store

BEFORE = "0015"
"""The last revision whose code made the groups anew at each reading."""
NOW = datetime(2026, 9, 14, 3, tzinfo=UTC)
PAIRS = 4
ERASED = 1
"""A participant who was erased before the upgrade."""


def _fill(connection: Connection, into: str, tables: MetaData, /, **values: Any) -> None:
    """A row with the columns of the old schema; what has to be there and is not said is empty."""
    table = tables.tables[into]
    empty: dict[str, Any] = {"INTEGER": 0, "VARCHAR": "", "BOOLEAN": False, "JSON": [], "DATE": NOW.date()}
    for column in table.columns:
        if column.name not in values and not column.nullable and column.server_default is None:
            kind = str(column.type).partition("(")[0].upper()
            values[column.name] = NOW if kind in ("DATETIME", "TIMESTAMP") else empty[kind]
    if connection.dialect.name == "sqlite":
        values = {k: v.replace(tzinfo=None) if isinstance(v, datetime) else v for k, v in values.items()}
    connection.execute(insert(table).values(values))


def old_programme(connection: Connection) -> None:
    """Four pairs with two sessions each: of the first, six people's ratings were settled before the others'."""
    tables = MetaData()
    tables.reflect(connection)

    def row(into: str, /, **values: Any) -> None:
        _fill(connection, into, tables, **({"team_id": "T"} | values))

    row("person", id=100, slack_id="U100", name="Dewi", zone="Asia/Jakarta")
    row(
        "programme", id=1, name="x", theme="inclusion", starts_on=NOW.date(), months=6, cadence="monthly",
        zone="Asia/Jakarta", language="en", hr_channel="C", state="running", created_by=100, created_at=NOW,
    )  # fmt: skip
    for number in range(1, 2 * PAIRS + 1):
        role = "mentor" if number % 2 else "mentee"
        row("person", id=number, slack_id=f"U{number}", name=f"{number}", zone="Asia/Jakarta")
        gone = NOW if number == ERASED else None
        row("participant", id=number, programme_id=1, person_id=number, role=role, state="active", forgotten_at=gone)
        row("preparation", id=number, participant_id=number, side=role, finished_at=NOW - timedelta(days=9))
        item = "seen" if role == "mentor" else "skill"
        row(
            "reading", id=number, programme_id=1, participant_id=number, side=role, moment="before",
            closes_at=NOW - timedelta(days=3), **{item: 2},
        )  # fmt: skip
    for pair in range(1, PAIRS + 1):
        mentor, leader = 2 * pair - 1, 2 * pair
        row("pair", id=pair, programme_id=1, state="active", **{"mentor_id": mentor, "mentee_id": leader})
        row("actioncard", id=pair, pair_id=pair, state="done" if pair < 4 else "open", settled_at=NOW, written_at=NOW)
        row("thanks", id=pair, pair_id=pair, side="mentor", text="x", at=NOW)
        for number, at in ((1, NOW - timedelta(days=8 if pair < 4 else 2)), (2, NOW - timedelta(days=1))):
            session = 10 * pair + number
            row("session", id=session, pair_id=pair, number=number, pack="x", state="held", settled_at=at)
            for side, who in (("mentor", mentor), ("mentee", leader)):
                useful = 4 if number == 1 else 2
                answer = {"met": "yes", "useful": useful, "side": side, "session_id": session, "participant_id": who}
                if not (number == 2 and pair > 1):
                    row("pollanswer", id=2 * session + (side == "mentee"), **answer)


async def report(store: Store) -> Report:
    return await current_report(store, 1, NOW)


async def test_what_hr_has_seen_stays_as_it_was(empty_url: str) -> None:
    engine = make_engine(empty_url)
    await upgrade(engine, BEFORE)
    async with engine.begin() as connection:
        await connection.run_sync(old_programme)
    await upgrade(engine)
    await engine.dispose()
    async with open_store(empty_url) as store:
        found = (await report(store)).summary
        useful, will_use, honest, *_ = found.measures
        assert useful.now
        # Six ratings of 4 at once. The two of the fourth pair, and of the first again, are four people's: they wait.
        assert (useful.now.average, useful.now.answers, useful.now.people) == (4, 6, 6)
        assert useful.before == useful.now, "published when it filled up, eight days ago"
        assert (will_use.now, honest.now) == (None, None)
        assert found.answers == Participation(16, 10), "all that was asked, of which HR saw the whole"
        assert found.courses == (), "four mentors, four leaders"
        assert found.outcomes.cards == CardCounts(written=4, done=3, dropped=None)
        assert (await report(store)).thanks is None, "four mentors"
        assert await publish(store, 1, NOW) == 0
        async with store.read(NOW) as work:
            values = (await work.session.exec(select(PublishedValue).where(PublishedValue.measure == "useful"))).all()
        assert sorted(one.participant_id or 0 for one in values) == [0, 2, 3, 4, 5, 6], "one was erased before"


async def test_a_course_that_hr_has_seen_is_taken_over(empty_url: str) -> None:
    engine = make_engine(empty_url)
    await upgrade(engine, BEFORE)
    async with engine.begin() as connection:
        await connection.run_sync(old_programme)
        await connection.run_sync(_answers_of_leaders)
    await upgrade(engine)
    await engine.dispose()
    async with open_store(empty_url) as store:
        (course,) = (await report(store)).summary.courses
    assert course.item is Item.SKILL
    assert course.before
    assert (course.before.average, course.before.people) == (2, 8)
    change = course.later[Moment.CLOSING].change
    assert change
    assert (change.average, change.people) == (2, 8)


def _answers_of_leaders(connection: Connection) -> None:
    """Everybody was a leader, before and at the end."""
    connection.execute(text("UPDATE reading SET side = 'mentee', skill = 2, seen = NULL"))
    tables = MetaData()
    tables.reflect(connection)
    for number in range(1, 2 * PAIRS + 1):
        _fill(
            connection, "reading", tables, team_id="T", id=50 + number, programme_id=1, participant_id=number,
            side="mentee", moment="closing", closes_at=NOW - timedelta(days=1), skill=4,
        )  # fmt: skip

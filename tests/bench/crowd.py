"""A database with a hundred thousand people in it, written as quickly as it goes."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice, product
from typing import Any

from sqlalchemy import insert, text
from sqlmodel import SQLModel

from storage.database_copy import count_on
from storage.rate_limits import lane_of
from storage.tables import (
    MentoringSession,
    Outbox,
    OutboxState,
    Pair,
    Participant,
    Person,
    Programme,
    ProgrammeState,
)
from storage.unit_of_work import Store

TEAM = "T0001"
NOW = datetime(2026, 1, 6, 3, 0, tzinfo=UTC)
"""Past by any machine's clock; nothing else happens until `LATER`."""
LATER = datetime(2100, 1, 5, 3, 0, tzinfo=UTC)
CHUNK = 1_000
HR = 1
"""The id of whoever runs the programme; the others follow."""


async def put(store: Store, like: SQLModel, differ: Iterator[dict[str, Any]]) -> None:
    """Insert rows that are like `like` but for what differs, a chunk a transaction."""
    usual, table = like.model_dump(), SQLModel.metadata.tables[str(like.__tablename__)]
    while some := [usual | one for one in islice(differ, CHUNK)]:
        async with store.engine.begin() as connection:
            await connection.execute(insert(table), some)


async def people(store: Store, count: int) -> None:
    """HR's person and `count` others, whose DMs are open, and a running programme."""
    one = Person(team_id=TEAM, slack_id="", name="", created_at=NOW, profile_at=NOW)
    ids = range(HR, HR + 1 + count)
    await put(store, one, ({"id": n, "slack_id": f"U{n}", "name": f"P{n}", "dm_channel": f"D{n}"} for n in ids))
    programme = Programme(
        team_id=TEAM, name="P", theme="digital_trends", starts_on=NOW.date(), months=6, cadence="monthly",
        language="id", hr_channel="G1", announce_channel="C1", state=ProgrammeState.RUNNING, created_at=NOW,
        created_by=HR, next_summary_at=LATER,
    )  # fmt: skip
    await put(store, programme, iter([{"id": 1}]))


async def pairs(store: Store, count: int, *, sessions: int, due: bool) -> None:
    """`people` in `count` pairs, each with some sessions that are due now, or in a month."""
    await people(store, 2 * count)
    common: dict[str, Any] = {"team_id": TEAM, "programme_id": 1}
    sign_up = Participant(person_id=0, role="", level=0, department="D", joined_at=NOW, **common)
    sides = ({"role": "mentor", "level": 2}, {"role": "mentee", "level": 5})
    both = range(1, 2 * count + 1)
    await put(store, sign_up, ({"id": n, "person_id": HR + n, **sides[n % 2]} for n in both))
    pair = Pair(mentor_id=0, leader_id=0, introduced_at=NOW, next_check_at=LATER, next_close_at=LATER, **common)
    numbers = range(1, count + 1)
    await put(store, pair, ({"id": n, "mentor_id": 2 * n, "leader_id": 2 * n - 1} for n in numbers))
    opens = NOW.date() if due else LATER.date()
    session = MentoringSession(
        team_id=TEAM, pair_id=0, number=0, pack="contract", opens_on=opens, closes_on=opens + timedelta(days=30),
        next_at=NOW if due else LATER,
    )  # fmt: skip
    planned = product(numbers, range(1, sessions + 1))
    await put(store, session, ({"id": (n - 1) * sessions + m, "pair_id": n, "number": m} for n, m in planned))
    await settle(store)


async def messages(store: Store, count: int, state: OutboxState, *, people: int, due_at: datetime = NOW) -> None:
    """`count` messages in the outbox, in turn for each of the people."""
    one = Outbox(
        team_id=TEAM, key="", kind="crowd", programme_id=1, state=state, due_at=due_at, created_at=NOW,
        attempt=int(state == OutboxState.SENT),
    )  # fmt: skip
    to = ((number, HR + 1 + number % people) for number in range(1, count + 1))
    differ = (
        {"id": n, "key": f"1:crowd:{n}:", "person_id": person, "lane": lane_of(person, None, None)} for n, person in to
    )
    await put(store, one, differ)
    await settle(store)


async def settle(store: Store) -> None:
    """Let the database number on, and find its statistics as it would in a day by itself."""
    if store.engine.dialect.name == "postgresql":
        async with store.engine.begin() as connection:
            await count_on(connection)
    async with store.engine.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        await connection.execute(text("ANALYZE"))

"""A database with a hundred thousand people in it, written as quickly as it goes."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import insert, text
from sqlmodel import SQLModel

from storage.buckets import lane_of
from storage.copying import count_on
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


async def put(store: Store, rows: Iterable[SQLModel]) -> None:
    """Insert rows of one table, each with its id, a chunk a transaction."""
    waiting: list[SQLModel] = []
    for row in rows:
        waiting.append(row)
        if len(waiting) == CHUNK:
            await _put(store, waiting)
            waiting = []
    await _put(store, waiting)


async def _put(store: Store, rows: list[SQLModel]) -> None:
    if rows:
        async with store.write(NOW) as work:
            await work.session.exec(insert(type(rows[0])), params=[row.model_dump() for row in rows])
            await work.commit()


async def people(store: Store, count: int) -> None:
    """HR's person and `count` others, whose DMs are open, and a running programme."""
    await put(
        store,
        (
            Person(
                id=number, team_id=TEAM, slack_id=f"U{number}", name=f"P{number}", dm_channel=f"D{number}",
                created_at=NOW, profile_at=NOW,
            )
            for number in range(HR, HR + 1 + count)
        ),
    )  # fmt: skip
    programme = Programme(
        id=1, team_id=TEAM, name="P", theme="digital_trends", starts_on=NOW.date(), months=6, cadence="monthly",
        language="id", hr_channel="G1", announce_channel="C1", state=ProgrammeState.RUNNING, created_at=NOW,
        created_by=HR, next_summary_at=LATER,
    )  # fmt: skip
    await put(store, [programme])


async def pairs(store: Store, count: int, *, sessions: int, due: bool) -> None:
    """`people` in `count` pairs, each with some sessions that are due now, or in a month."""
    await people(store, 2 * count)
    common: dict[str, Any] = {"team_id": TEAM, "programme_id": 1}
    await put(
        store,
        (
            Participant(
                id=number, person_id=HR + number, role="mentee" if number % 2 else "mentor",
                level=5 if number % 2 else 2, department="D", joined_at=NOW, **common,
            )
            for number in range(1, 2 * count + 1)
        ),
    )  # fmt: skip
    await put(
        store,
        (
            Pair(id=n, mentor_id=2 * n, mentee_id=2 * n - 1, introduced_at=NOW, next_check_at=LATER, **common)
            for n in range(1, count + 1)
        ),
    )
    opens = NOW.date() if due else LATER.date()
    await put(
        store,
        (
            MentoringSession(
                id=(n - 1) * sessions + number, team_id=TEAM, pair_id=n, number=number, pack="contract",
                opens_on=opens, closes_on=opens + timedelta(days=30), next_at=NOW if due else LATER,
            )
            for n in range(1, count + 1)
            for number in range(1, sessions + 1)
        ),
    )  # fmt: skip
    await settle(store)


async def messages(store: Store, count: int, state: OutboxState, *, people: int, due_at: datetime = NOW) -> None:
    """`count` messages in the outbox, in turn for each of the people."""
    await put(
        store,
        (
            Outbox(
                id=number, team_id=TEAM, key=f"1:crowd:{number}:", kind="crowd", programme_id=1,
                person_id=(to := HR + 1 + number % people), lane=lane_of(to, None, None), state=state, due_at=due_at,
                created_at=NOW, attempt=int(state == OutboxState.SENT),
            )
            for number in range(1, count + 1)
        ),
    )  # fmt: skip
    await settle(store)


async def settle(store: Store) -> None:
    """Let the database number on, and find its statistics as it would in a day by itself."""
    if store.engine.dialect.name == "postgresql":
        async with store.engine.begin() as connection:
            await count_on(connection)
    async with store.engine.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        await connection.execute(text("ANALYZE"))

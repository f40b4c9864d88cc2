"""What a service does is done wholly or not at all, wherever the process dies; and once, however often it is asked.

A few pairs by default; as many as a large release has, on both databases, with `-m soak`. Erasing is in
test_erasing.py.
"""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, select
from sqlmodel import SQLModel

from bot.domain.roster import ResolvedLine
from bot.services.matching.release import release
from bot.services.roster.import_roster import store_roster
from bot.services.sessions.session_tick import tick_sessions
from storage.tables import Outbox
from storage.unit_of_work import AlreadyDone, Store
from tests.sign_ups import HR, by_hr, draw_up, sign_up

NOW = datetime(2027, 1, 4, 3, 0, tzinfo=UTC)
DAYS_LATER = NOW + timedelta(days=3)
"""When the first sessions have something to say."""
MOST = 400
"""More statements than any of these acts takes."""

Act = Callable[[Store], Awaitable[object]]


class Died(Exception):
    """The process was killed here."""


async def dump(store: Store) -> dict[str, list[str]]:
    """Every row of every table."""
    async with store.read(NOW) as work:
        connection = await work.session.connection()
        return {
            name: sorted(repr(tuple(row)) for row in await connection.execute(select(table)))
            for name, table in SQLModel.metadata.tables.items()
        }


async def dies_after(statements: int, act: Act, store: Store) -> bool:
    """Whether the act was cut off after so many statements."""
    left = statements

    def die(*_call: Any) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            raise Died

    engine = store.engine.sync_engine
    event.listen(engine, "before_cursor_execute", die)
    try:
        await act(store)
    except Died:
        return True
    finally:
        event.remove(engine, "before_cursor_execute", die)
    return False


async def wholly_or_not(store: Store, act: Act, *, looks_for_more: bool = False) -> int:
    """Kill the act after each of its statements, let it happen, and ask for it again; its messages.

    A tick `looks_for_more` after its commit, and may be killed then; every other act ends with its only commit.
    """
    before = await dump(store)
    statements = 0
    while await dies_after(statements, act, store):
        if await dump(store) != before:
            assert looks_for_more, f"half of it is there after {statements} statements"
            break
        statements += 1
        assert statements < MOST
    done = await dump(store)
    assert done != before
    with suppress(AlreadyDone):
        await act(store)
    assert await dump(store) == done, f"it was half of it after {statements} statements, or is done anew"
    return len(done[str(Outbox.__tablename__)]) - len(before[str(Outbox.__tablename__)])


async def everything(store: Store, pairs: int) -> None:
    """A roster is imported, a draft released, and a sweep of the sessions made."""
    people = [f"U{number}" for number in range(2 * pairs + 1)]
    await sign_up(store, NOW, [(one, None) for one in people])
    roster = [
        ResolvedLine(
            line, one, people[0], no_manager=False, appraiser=None, department=f"D{line}", level=None, started_on=None
        )
        for line, one in enumerate(people[1:], 2)
    ]
    importing = by_hr(people[0], NOW)
    assert await wholly_or_not(store, lambda store: store_roster(store, importing, roster, {})) == 1

    seen, found = await draw_up(store, people[0], NOW)
    assert found == pairs
    releasing = by_hr(people[HR - 1], NOW)
    # Each of both, each chat, HR's confirmation, and what both are asked before they begin.
    assert await wholly_or_not(store, lambda store: release(store, releasing, seen, found)) >= 3 * pairs + 1

    assert await wholly_or_not(store, lambda store: tick_sessions(store, DAYS_LATER), looks_for_more=True) == 2 * pairs


async def test_killed_after_any_statement(sqlite_store: Store) -> None:
    await everything(sqlite_store, 3)


@pytest.mark.soak
async def test_killed_after_any_statement_of_a_large_release(store: Store) -> None:
    await everything(store, 300)

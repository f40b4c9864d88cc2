"""What a tick costs: with nothing due among 100 and 100,000 people, and with as many due."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest

from bot.services.ticks import TICKS
from storage.engine import make_engine
from storage.migrate import upgrade
from storage.tables import MentoringSession, Pair, Participant, Person, Programme, ProgrammeState
from storage.unit_of_work import Store

pytestmark = pytest.mark.bench
NOW = datetime(2027, 1, 5, 3, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=30)
CHUNK = 5_000


async def fill(store: Store, people: int, *, due: bool) -> None:
    """`people` in pairs, each pair with one session that is due now, or in a month."""
    async with store.write(NOW) as work:
        work.session.add(Person(id=1, team_id="T1", slack_id="UHR", name="HR", created_at=NOW, profile_at=NOW))
        work.session.add(
            Programme(
                id=1, team_id="T1", name="P", theme="digital_trends", starts_on=NOW.date(), months=6, cadence="monthly",
                language="id", hr_channel="G1", announce_channel="C1", state=ProgrammeState.RUNNING,
                created_at=NOW, created_by=1,
            )
        )  # fmt: skip
        await work.commit()
    for start in range(0, people, CHUNK):
        ids = range(start, min(start + CHUNK, people))
        async with store.write(NOW) as work:
            for table, rows in _rows(ids, due=due).items():
                work.session.add_all([table(**row) for row in rows])
                await work.session.flush()
            await work.commit()


def _rows(ids: range, *, due: bool) -> dict[Any, list[dict[str, Any]]]:
    persons = [
        {"id": i + 2, "team_id": "T1", "slack_id": f"U{i}", "name": f"P{i}", "created_at": NOW, "profile_at": NOW}
        for i in ids
    ]
    parts = [
        {"id": i + 1, "team_id": "T1", "programme_id": 1, "person_id": i + 2, "role": "mentee" if i % 2 else "mentor",
         "level": 5 if i % 2 else 2, "department": "D", "joined_at": NOW}
        for i in ids
    ]  # fmt: skip
    pairs = [
        {"id": i // 2 + 1, "team_id": "T1", "programme_id": 1, "mentor_id": i + 1, "mentee_id": i + 2,
         "introduced_at": NOW, "next_check_at": LATER}
        for i in ids if i % 2 == 0
    ]  # fmt: skip
    opens = NOW.date() if due else LATER.date()
    sessions = [
        {"id": i // 2 + 1, "team_id": "T1", "pair_id": i // 2 + 1, "number": 1, "pack": "contract", "opens_on": opens,
         "closes_on": opens + timedelta(days=30), "next_at": NOW if due else LATER}
        for i in ids if i % 2 == 0
    ]  # fmt: skip
    return {Person: persons, Participant: parts, Pair: pairs, MentoringSession: sessions}


async def tick_all(store: Store) -> float:
    """Seconds for each tick once."""
    began = perf_counter()
    for tick in TICKS.values():
        await tick(store, NOW)
    return perf_counter() - began


async def test_what_a_tick_costs(tmp_path: Path) -> None:
    print(f"\nall ticks once, on SQLite\n{'people':>10}{'due sessions':>16}{'seconds':>12}{'ms a session':>16}")
    empty: dict[int, float] = {}
    for people in (100, 100_000):
        for due in (False, True):
            engine = make_engine(f"sqlite:///{tmp_path}/{people}{due}.sqlite")
            await upgrade(engine)
            store = Store(engine)
            await fill(store, people, due=due)
            await tick_all(store) if not due else None
            seconds = await tick_all(store)
            sessions = people // 2 if due else 0
            each = f"{seconds * 1e3 / sessions:.2f}" if sessions else "-"
            print(f"{people:>10}{sessions:>16}{seconds:>12.3f}{each:>16}")
            if not due:
                empty[people] = seconds
            await engine.dispose()
    assert set(empty) == {100, 100_000}

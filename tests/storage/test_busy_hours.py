"""Which calendars are fetched: each by one replica at a time, and at most two at once at a host."""

import asyncio
from datetime import timedelta

import pytest
from sqlmodel import select

from bot.domain.busy_hours import AT_MOST_EVERY, HORIZON
from bot.services.busy_hours.refreshing import (
    LEASE,
    SLOTS,
    Outcome,
    claim,
    claim_due,
    free_slot,
    give_up,
    of_pair,
    of_person_and_partners,
    record,
    take_slot,
)
from storage.tables import BusyCalendar, Pair, PairState, Participant, Person
from storage.unit_of_work import Store
from tests.storage.drafts import NOW
from tests.storage.two_pairs import BAYU, BUDI, RINA, SARI

OLD = NOW - timedelta(days=1)


@pytest.fixture
async def calendars(company: Store) -> Store:
    """Everybody has a calendar, and Sari and Budi are a pair."""
    async with company.write(NOW) as work:
        for number, person_id in enumerate((SARI, BAYU, BUDI, RINA)):
            person = await work.session.get_one(Person, person_id)
            calendar = BusyCalendar(
                team_id=person.team_id,
                person_id=person_id,
                link=f"encrypted {number}",
                host="calendar.example",
                zone=person.zone,
                digest="d",
                covers_until=NOW + HORIZON,
                added_at=OLD,
                checked_at=OLD,
                read_at=OLD,
                next_at=NOW,
            )
            work.session.add(calendar)
        parts = {part.person_id: part for part in (await work.session.exec(select(Participant))).all()}
        pair = Pair(
            id=1,
            team_id=parts[SARI].team_id,
            programme_id=parts[SARI].programme_id,
            mentor_id=parts[SARI].id,
            leader_id=parts[BUDI].id,
            cadence="monthly",
            format="hands_on",
            state=PairState.ACTIVE,
            introduced_at=NOW,
        )
        work.session.add(pair)
        await work.commit()
    return company


async def owners(store: Store, ids: list[int]) -> set[int]:
    async with store.read(NOW) as work:
        rows = (await work.session.exec(select(BusyCalendar))).all()
    return {row.person_id for row in rows if row.id in ids}


async def test_two_replicas_get_different_calendars(calendars: Store) -> None:
    found = await asyncio.gather(*(claim_due(calendars, NOW) for _ in range(4)))
    ids = [task.id for tasks in found for task in tasks]
    assert len(ids) == len(set(ids)) == 4
    assert await claim_due(calendars, NOW) == []
    assert {task.digest for tasks in found for task in tasks} == {"d"}


async def test_before_times_are_shown_both_calendars_are_fetched(calendars: Store) -> None:
    tasks = await claim(calendars, of_person_and_partners(BUDI), NOW)
    assert await owners(calendars, [task.id for task in tasks]) == {SARI, BUDI}
    assert await claim(calendars, of_pair(1), NOW) == []
    assert len(await claim(calendars, of_pair(1), NOW + AT_MOST_EVERY)) == 2
    assert len(await claim(calendars, of_person_and_partners(RINA), NOW)) == 1
    await give_up(calendars, tasks[0], NOW)
    assert [task.id for task in await claim(calendars, of_pair(1), NOW)] == [tasks[0].id]


async def test_at_most_two_fetches_run_at_once_at_a_host(calendars: Store) -> None:
    taken = await asyncio.gather(*(take_slot(calendars, "calendar.example", NOW) for _ in range(5)))
    slots = [slot for slot in taken if slot is not None]
    assert len(slots) == len(set(slots)) == SLOTS
    assert await take_slot(calendars, "other.example", NOW) is not None
    await free_slot(calendars, slots[1], NOW + LEASE)
    assert await take_slot(calendars, "calendar.example", NOW) == slots[1], "given back by a later request"
    await free_slot(calendars, slots[0], NOW)
    assert await take_slot(calendars, "calendar.example", NOW) == slots[0]
    assert await take_slot(calendars, "calendar.example", NOW) is None
    assert await take_slot(calendars, "calendar.example", NOW + LEASE) is not None, "its process died"


async def test_a_link_that_was_replaced_meanwhile_keeps_its_own_intervals(calendars: Store) -> None:
    task, *_ = await claim(calendars, of_person_and_partners(RINA), NOW)
    async with calendars.write(NOW) as work:
        (await work.session.get_one(BusyCalendar, task.id)).link = "another"
        await work.commit()
    await record(calendars, task, Outcome(spans=((NOW, NOW + timedelta(hours=1)),), digest="new"), NOW)
    async with calendars.read(NOW) as work:
        calendar = await work.session.get_one(BusyCalendar, task.id)
    assert (calendar.busy, calendar.digest) == ("", "d")

"""Pauses, summaries, reach and people's comings and goings, on both databases."""

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest
from sqlmodel import select

from bot.domain.calendar import DaysOff, Hours
from bot.domain.day_starts import DayStarts
from bot.services.alerts import undelivered as trouble
from bot.services.caller import Caller, HrCaller
from bot.services.care import concerns, pauses
from bot.services.home import home as homes
from bot.services.insight import summary as summaries
from bot.services.insight.summary_figures import read_summary
from bot.services.people import people, typed
from bot.services.signup import join as joining
from bot.services.working_hours import next_delivery_time, shared_moment
from storage.outbox import Outgoing
from storage.tables import (
    MentoringSession,
    Outbox,
    OutboxState,
    Pair,
    PairState,
    Participant,
    ParticipantState,
    Person,
    Programme,
    ProgrammeState,
)
from storage.unit_of_work import Store

NOW = datetime(2027, 1, 11, 3, 0, tzinfo=UTC)
"""Monday 10:00 in Jakarta."""


def by(number: int, receipt: str = "r") -> Caller:
    return Caller("T", f"U{number}", receipt, NOW)


async def programme(store: Store) -> None:
    """Programme 1, run by Dewi (1); Sari (2) mentors Budi (3)."""
    async with store.write(NOW) as work:
        for name in ("Dewi", "Sari", "Budi"):
            slack_id = f"U{('Dewi', 'Sari', 'Budi').index(name) + 1}"
            work.session.add(Person(team_id="T", slack_id=slack_id, name=name, created_at=NOW))
            await work.session.flush()
        work.session.add(
            Programme(
                team_id="T",
                name="Tukar Ilmu",
                theme="inclusion",
                starts_on=date(2027, 1, 4),
                months=6,
                cadence="monthly",
                language="id",
                hr_channel="C1",
                announce_channel="C2",
                contact_id=1,
                state=ProgrammeState.RUNNING,
                created_at=NOW,
                created_by=1,
            )
        )
        await work.session.flush()
        for person_id, role in ((2, "mentor"), (3, "mentee")):
            work.session.add(
                Participant(
                    team_id="T",
                    programme_id=1,
                    person_id=person_id,
                    role=role,
                    level=2,
                    department="x",
                    joined_at=NOW - timedelta(days=30),
                    offers=[{"topic": "ai_tools", "level": 4}],
                )
            )
            await work.session.flush()
        work.session.add(Pair(team_id="T", programme_id=1, mentor_id=1, leader_id=2, introduced_at=NOW))
        await work.session.flush()
        work.session.add(
            MentoringSession(
                team_id="T",
                pair_id=1,
                number=1,
                pack="contract",
                opens_on=date(2027, 1, 4),
                closes_on=date(2027, 2, 4),
                next_at=NOW,
            )
        )
        await work.commit()


async def kinds(store: Store) -> list[str]:
    async with store.read(NOW) as work:
        return sorted(row.kind for row in (await work.session.exec(select(Outbox))).all())


async def test_pages_and_numbers_can_be_read(store: Store) -> None:
    await programme(store)
    page = await homes.read_home(store, by(2), {1})
    assert page.parts[0].pairs[0].next is homes.NextStep.BOOK
    assert (page.hr[0].people, page.hr[0].pairs, page.to_join) == (2, 1, ())
    async with store.read(NOW) as work:
        found = await work.session.get(Programme, 1)
        assert found
        summary = await read_summary(work, found)
    assert (summary.people.taking_part, summary.active_pairs, summary.sessions.held) == (2, 1, 0)
    assert summary.measures[0].now is None


async def test_home_and_summary_count_the_same_sessions_of_a_pair_that_ended(store: Store) -> None:
    """What would have come after the end was never to take place."""
    await programme(store)
    async with store.write(NOW) as work:
        pair = await work.session.get(Pair, 1)
        assert pair
        pair.state, pair.ended_at = PairState.ENDED, NOW
        await work.commit()
    later = NOW + timedelta(days=150)
    (hr_part,) = (await homes.read_home(store, replace(by(2), now=later), {1})).hr
    async with store.read(later) as work:
        found = await work.session.get(Programme, 1)
        assert found
        counted = (await read_summary(work, found)).sessions
    assert (hr_part.held, hr_part.planned) == (counted.held, counted.planned)


async def test_ticks_at_the_same_moment_do_their_work_once(store: Store) -> None:
    await programme(store)
    await pauses.pause(store, by(2), NOW + timedelta(days=1))
    await summaries.tick_summaries(store, NOW)
    later = NOW + timedelta(days=8)
    ended = await asyncio.gather(*(pauses.tick_pauses(store, later) for _ in range(4)))
    sent = await asyncio.gather(*(summaries.tick_summaries(store, later) for _ in range(4)))
    assert (sum(ended), sum(sent)) == (1, 1)
    assert await kinds(store) == ["partner_back", "partner_paused", "pause_over", "weekly_summary"]


async def test_leaving_drops_what_still_waited(store: Store) -> None:
    await programme(store)
    async with store.write(NOW) as work:
        for kind in ("reminder", "concern_receipt"):
            await work.send(Outgoing("T", f"1:{kind}:2:", kind, programme_id=1, person_id=2))
        await work.commit()
    await joining.leave(store, by(2), "no_time")
    async with store.read(NOW) as work:
        states = {row.kind: row.state for row in (await work.session.exec(select(Outbox))).all()}
        pair = await work.session.get(Pair, 1)
        part = await work.session.get(Participant, 1)
    assert states["reminder"] == OutboxState.DROPPED
    assert states["concern_receipt"] == states["pair_ended"] == OutboxState.PENDING
    assert pair
    assert pair.state == PairState.ENDED
    assert part
    assert part.left_reason == "no_time"


async def test_profiles_are_followed_and_a_typed_word_is_answered_once(store: Store) -> None:
    await programme(store)
    moved = people.Profile("T", "U2", name="Sari W.", zone="Asia/Jayapura")
    assert await people.follow(store, moved, NOW)
    assert not await people.follow(store, moved, NOW)
    assert not await people.follow(store, people.Profile("T", "U99", name="x"), NOW)
    assert await people.follow(store, people.Profile("T", "U2", active=False), NOW)
    async with store.read(NOW) as work:
        part = await work.session.get(Participant, 1)
    assert part
    assert part.state == ParticipantState.LEFT
    answers = await asyncio.gather(*(typed.reply(store, by(3, f"e{n}")) for n in range(4)))
    assert sum(answers) == 1


async def test_a_concern_is_for_one_person(store: Store) -> None:
    await programme(store)
    raised = await concerns.raise_concern(store, by(2), "x" * 5000)
    assert raised.reader
    assert raised.reader.id == 1
    assert await kinds(store) == ["concern_contact", "concern_receipt"]


async def test_removing_the_app_stops_posting_until_it_is_back(store: Store) -> None:
    await people.uninstalled(store, "T", NOW)
    await people.uninstalled(store, "T", NOW)
    await people.installed(store, "T", NOW)


async def test_an_older_removal_or_use_of_the_app_changes_nothing(store: Store) -> None:
    second = timedelta(seconds=1)
    assert await people.uninstalled(store, "T", NOW, NOW - 30 * second)
    assert not await people.installed(store, "T", NOW, NOW - 40 * second)
    assert await people.installed(store, "T", NOW, NOW - 20 * second)
    for late in (40, 30, 21, 20):
        assert not await people.uninstalled(store, "T", NOW, NOW - late * second)
    assert await people.uninstalled(store, "T", NOW, NOW - 5 * second)


@pytest.mark.parametrize("order", list(permutations(range(3))))
async def test_the_newest_profile_counts_whatever_the_order(store: Store, order: tuple[int, ...]) -> None:
    await programme(store)
    for number in (*order, *order):
        told = people.Profile("T", "U2", name=f"N{number}", changed_at=NOW + timedelta(seconds=number))
        await people.follow(store, told, NOW)
    same_moment = people.Profile("T", "U2", name="N2", active=False, changed_at=NOW + timedelta(seconds=2))
    assert not await people.follow(store, same_moment, NOW)
    async with store.read(NOW) as work:
        person = (await work.session.exec(select(Person).where(Person.slack_id == "U2"))).one()
    assert (person.name, person.active) == ("N2", True)


async def test_trouble_is_told_once_and_a_message_can_be_sent_again(store: Store) -> None:
    await programme(store)
    async with store.write(NOW) as work:
        for key in ("a", "b"):
            await work.send(Outgoing("T", f"1:intro:{key}:", "intro_mentor", programme_id=1, person_id=2))
        await work.send(Outgoing("T", "1:ask_mentor::", "ask_mentor", programme_id=1, person_id=2))
        rows = (await work.session.exec(select(Outbox).order_by(Outbox.id))).all()  # type: ignore[arg-type]  # a column
        for row in rows:
            row.state, row.error = OutboxState.DEAD, "user_disabled"
            await trouble.report_trouble(work, "dead", row)
        await work.commit()
    assert (await kinds(store)).count("trouble") == 1
    hr = HrCaller("T", "U1", "again", NOW, 1)
    await trouble.send_again(store, hr, rows[0].id)
    async with store.read(NOW) as work:
        again = await work.session.get(Outbox, rows[0].id)
    assert again
    assert again.state == OutboxState.PENDING


async def test_messages_wait_for_hours_pauses_and_both_of_a_pair(store: Store) -> None:
    await programme(store)
    night = datetime(2027, 1, 15, 14, 0, tzinfo=UTC)  # Friday 21:00 in Jakarta
    monday = datetime(2027, 1, 18, 2, 0, tzinfo=UTC)
    async with store.read(night) as work:
        for recipient in ({"person_id": 2}, {"pair_id": 1}, {"channel": "C1"}):
            assert await next_delivery_time(work, _row(**recipient)) == monday
    await pauses.pause(store, by(2), None)
    async with store.read(NOW) as work:
        assert await next_delivery_time(work, _row(person_id=2)) > NOW
        assert await next_delivery_time(work, _row(person_id=2, kind="concern_contact")) == NOW
        assert await next_delivery_time(work, _row(pair_id=1)) > NOW


async def test_each_workspaces_day_starts_at_its_own_moment(store: Store) -> None:
    await programme(store)
    monday = datetime(2027, 1, 18, 2, 0, tzinfo=UTC)  # 09:00 in Jakarta
    starts = DayStarts(timedelta(minutes=1), timedelta(minutes=30))
    async with store.read(monday) as work:
        moment = await next_delivery_time(work, _row(person_id=2, daily=True), starts)
    assert moment == monday + starts.of("T")
    assert await _moment_of(store, moment, starts) == moment, "then it is sent"


async def _moment_of(store: Store, now: datetime, starts: DayStarts) -> datetime:
    async with store.read(now) as work:
        return await next_delivery_time(work, _row(person_id=2, daily=True), starts)


def _row(kind: str = "reminder", **recipient: Any) -> Outbox:
    return Outbox(team_id="T", key="k", kind=kind, programme_id=1, due_at=NOW, created_at=NOW, **recipient)


def test_a_pairs_moment_suits_both_or_the_mentor() -> None:
    jakarta, jayapura, california = Hours("Asia/Jakarta"), Hours("Asia/Jayapura"), Hours("America/Los_Angeles")
    evening = datetime(2027, 1, 11, 12, 0, tzinfo=UTC)
    assert shared_moment(evening, jakarta, jayapura, DaysOff()) == datetime(2027, 1, 12, 2, 0, tzinfo=UTC)
    assert shared_moment(evening, jakarta, california, DaysOff()) == datetime(2027, 1, 12, 2, 0, tzinfo=UTC)

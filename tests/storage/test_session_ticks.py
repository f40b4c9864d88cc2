"""Ticks on both databases: each step once, at any number of replicas, and what downtime, pauses and endings do."""

import asyncio
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import col, select

from bot.services.care.at_risk import tick_risks
from bot.services.closing.closing import tick_closings
from bot.services.sessions.session_tick import tick_sessions
from storage.tables import (
    MentoringSession,
    Outbox,
    Pair,
    PairState,
    Participant,
    ParticipantState,
    Person,
    PollAnswer,
    Programme,
    ProgrammeState,
    RiskAction,
    SessionChange,
    SessionState,
)
from storage.unit_of_work import Store
from tests.storage.companies import TEAM, add_pair, add_programme, participant_row

MONDAY = datetime(2027, 1, 11, 2, 0, tzinfo=UTC)
"""09:00 in Jakarta."""
PAIRS = 7


@pytest.fixture
async def running(store: Store) -> Store:
    """Seven pairs, each with one session whose window opens on Monday 11 January."""
    contact = 2 * PAIRS + 1
    async with store.write(MONDAY) as work:
        await add_programme(
            work,
            {n: f"P{n}" for n in range(1, contact + 1)},
            starts_on=date(2027, 1, 11),
            months=1,
            language="id",
            contact_id=contact,
            created_by=contact,
            state=ProgrammeState.RUNNING,
        )
        for n in range(1, contact):
            work.session.add(participant_row(MONDAY, n, n, "mentor" if n % 2 else "mentee"))
        await work.session.flush()
        for n in range(1, PAIRS + 1):
            await add_pair(work, n, 2 * n - 1, 2 * n, next_check_at=MONDAY + timedelta(days=1))
        for n in range(1, PAIRS + 1):
            work.session.add(
                MentoringSession(
                    id=n,
                    team_id=TEAM,
                    pair_id=n,
                    number=1,
                    pack="contract",
                    opens_on=date(2027, 1, 11),
                    closes_on=date(2027, 2, 11),
                    next_at=MONDAY,
                )
            )
        await work.commit()
    return store


async def letters(store: Store, kind: str = "") -> list[Outbox]:
    async with store.read(MONDAY) as work:
        wanted = select(Outbox).order_by(col(Outbox.id))
        return [row for row in (await work.session.exec(wanted)).all() if not kind or row.kind == kind]


async def session(store: Store, session_id: int = 1) -> MentoringSession:
    async with store.read(MONDAY) as work:
        return (await work.session.exec(select(MentoringSession).where(MentoringSession.id == session_id))).one()


async def book(store: Store, starts_at: datetime, session_id: int = 1) -> None:
    async with store.write(MONDAY) as work:
        row = await work.session.get(MentoringSession, session_id)
        assert row
        row.state, row.starts_at, row.next_at = SessionState.BOOKED, starts_at, MONDAY
        await work.commit()


async def test_many_replicas_at_the_same_moment_send_each_nudge_once(
    running: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.services.sessions.session_tick.BATCH", 2)
    handled = await asyncio.gather(*(tick_sessions(running, MONDAY) for _ in range(4)))
    assert sum(handled) == PAIRS
    rows = await letters(running)
    assert len({row.key for row in rows}) == len(rows) == 2 * PAIRS
    assert {row.kind for row in rows} == {"booking_nudge"}
    assert {row.key for row in rows if row.person_id == 1} == {"1:booking_nudge:1:mentor"}
    assert await tick_sessions(running, MONDAY) == 0


async def test_what_is_not_due_costs_nothing_and_comes_in_time(running: Store) -> None:
    await tick_sessions(running, MONDAY)
    row = await session(running)
    assert row.steps_done == ["booking_nudge:mentee", "booking_nudge:mentor"]
    # Five working days later, at nine.
    assert row.next_at == datetime(2027, 1, 18, 2, 0, tzinfo=UTC)
    assert await tick_sessions(running, row.next_at - timedelta(seconds=1)) == 0
    assert await tick_sessions(running, row.next_at) == PAIRS
    assert len(await letters(running, "booking_reminder")) == 2 * PAIRS


async def test_after_downtime_only_what_is_still_worth_it(running: Store) -> None:
    await book(running, datetime(2027, 1, 14, 3, 0, tzinfo=UTC))
    late = datetime(2027, 1, 14, 7, 0, tzinfo=UTC)
    await tick_sessions(running, late)
    rows = {row.kind: row for row in await letters(running) if row.data["session"] == 1}
    assert set(rows) == {"mentor_pack", "leader_pack", "reminder", "poll_mentor", "poll_mentee"}
    for kind in ("mentor_pack", "leader_pack", "reminder"):
        expires = rows[kind].expires_at
        assert expires
        assert expires <= late, "stale: delivery gives it up and says so"
    expires = rows["poll_mentor"].expires_at
    assert expires
    assert expires > late


async def test_a_step_in_a_pause_waits_and_then_comes(running: Store) -> None:
    async with running.write(MONDAY) as work:
        part = await work.session.get(Participant, 1)
        assert part
        part.state, part.paused_until = ParticipantState.PAUSED, MONDAY + timedelta(days=2)
        await work.commit()
    await tick_sessions(running, MONDAY)
    assert [row for row in await letters(running) if row.data["session"] == 1] == []
    row = await session(running)
    assert (row.steps_done, row.next_at) == ([], MONDAY + timedelta(days=2))
    async with running.write(MONDAY) as work:
        part = await work.session.get(Participant, 1)
        assert part
        part.state, part.paused_until = ParticipantState.ACTIVE, None
        await work.commit()
    await tick_sessions(running, MONDAY + timedelta(days=2))
    assert len([row for row in await letters(running) if row.data["session"] == 1]) == 2


@pytest.mark.parametrize("ended", [PairState.ENDED, PairState.COMPLETED])
async def test_nothing_is_said_to_a_pair_that_ended(running: Store, ended: PairState) -> None:
    async with running.write(MONDAY) as work:
        pair = await work.session.get(Pair, 1)
        assert pair
        pair.state = ended
        await work.commit()
    await tick_sessions(running, MONDAY)
    assert [row for row in await letters(running) if row.data["session"] == 1] == []
    assert (await session(running)).next_at is None


async def test_a_person_without_working_time_stops_nobody_else(running: Store) -> None:
    async with running.write(MONDAY) as work:
        person = await work.session.get(Person, 1)
        assert person
        person.work_start = person.work_end = "09:00"
        await work.commit()
    assert await tick_sessions(running, MONDAY) == PAIRS
    assert len(await letters(running)) == 2 * (PAIRS - 1)
    assert (await session(running)).next_at == MONDAY + timedelta(days=1)


async def _answer(store: Store, at: datetime, **met: str) -> None:
    async with store.write(at) as work:
        for side, said in met.items():
            part = 1 if side == "mentor" else 2
            work.session.add(
                PollAnswer(team_id=TEAM, session_id=1, participant_id=part, side=side, met=said, answered_at=at)
            )
        await work.commit()


@pytest.mark.parametrize(
    ("met", "state", "settled", "changes"),
    [
        ({"mentor": "yes", "mentee": "yes"}, SessionState.HELD, True, []),
        ({"mentee": "yes"}, SessionState.HELD, True, []),
        ({"mentor": "yes", "mentee": "no_show"}, SessionState.MISSED, True, [("missed", "")]),
        ({}, SessionState.PLANNED, False, [("missed", "")]),
        ({"mentor": "moved_by_other"}, SessionState.PLANNED, False, [("missed", "")]),
        ({"mentee": "no_show"}, SessionState.PLANNED, False, [("missed", "")]),
    ],
)
async def test_the_close_of_a_poll_settles_the_session(
    running: Store, met: dict[str, str], state: SessionState, settled: bool, changes: list[tuple[str, str]]
) -> None:
    starts_at = datetime(2027, 1, 14, 3, 0, tzinfo=UTC)
    await book(running, starts_at)
    await tick_sessions(running, starts_at + timedelta(hours=2))
    await _answer(running, starts_at + timedelta(hours=3), **met)
    closing = datetime(2027, 1, 21, 10, 0, tzinfo=UTC)
    await tick_sessions(running, closing - timedelta(minutes=1))
    assert (await session(running)).settled_at is None
    await asyncio.gather(*(tick_sessions(running, closing) for _ in range(2)))
    row = await session(running)
    assert row.state == state
    assert (row.settled_at == closing) is settled
    async with running.read(closing) as work:
        found = (await work.session.exec(select(SessionChange).where(SessionChange.session_id == 1))).all()
        left = (await work.session.exec(select(PollAnswer))).all()
        pair = await work.session.get(Pair, 1)
    assert [(one.kind, one.side) for one in found] == changes
    assert len(left) == (len(met) if settled else 0), "a session that is tried again starts with a clean poll"
    assert pair
    assert pair.next_check_at == closing


async def test_risks_act_once_at_any_number_of_replicas(running: Store) -> None:
    now = MONDAY + timedelta(days=11)
    await asyncio.gather(*(tick_risks(running, now) for _ in range(3)))
    assert len(await letters(running, "pair_nudge")) == 2 * PAIRS
    async with running.read(now) as work:
        assert len((await work.session.exec(select(RiskAction))).all()) == PAIRS
    assert await tick_risks(running, now) == 0
    await tick_risks(running, now + timedelta(days=5))
    assert len(await letters(running, "risk_ask")) == 2 * PAIRS


async def test_a_programme_ends_once_all_polls_are_closed(running: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.services.closing.closing.BATCH", 3)
    assert await tick_closings(running, MONDAY) == 1
    end = datetime(2027, 2, 10, 17, 0, tzinfo=UTC)
    assert await tick_closings(running, end - timedelta(minutes=1)) == 0
    assert await tick_closings(running, end) == 1
    assert await letters(running, "closing") == [], "the last polls are still open"
    now = end
    for _ in range(40):
        now += timedelta(hours=12)
        await tick_sessions(running, now)
        await asyncio.gather(*(tick_closings(running, now) for _ in range(2)))
    assert len(await letters(running, "closing")) == 2 * PAIRS
    assert len(await letters(running, "programme_closed")) == 1
    async with running.read(now) as work:
        programme = await work.session.get(Programme, 1)
        states = {pair.state for pair in (await work.session.exec(select(Pair))).all()}
    assert programme
    assert programme.state == ProgrammeState.CLOSED
    assert states == {PairState.COMPLETED}

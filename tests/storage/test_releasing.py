"""Drafts and releases on both databases: what happens at the same moment, and what changed in between."""

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update
from sqlmodel import SQLModel, col, select

from bot.services.caller import HrCaller, Rejected
from bot.services.matching import create_draft as drafting
from bot.services.matching import draft_pages as browsing
from bot.services.matching import draft_review as reviewing
from bot.services.matching import pair_actions as deciding
from bot.services.matching import release as releasing
from bot.services.matching import release_checklist as gates
from bot.services.matching import undo_release as undoing
from bot.services.matching.draft_edit import Seen
from bot.services.matching.draft_pages import Look
from bot.services.matching.pair_actions import Decision
from bot.services.roster import managers as rosters
from storage.outbox_claims import Claim, claim
from storage.rate_limits import Limits
from storage.tables import (
    AuditEntry,
    Avoidance,
    Draft,
    DraftPair,
    DraftState,
    MentoringSession,
    Outbox,
    OutboxState,
    Pair,
    Participant,
    ParticipantState,
    Person,
    Programme,
    ProgrammeState,
    Reading,
    RosterEntry,
    SessionState,
    SponsorMessage,
)
from storage.unit_of_work import AlreadyDone, Store
from tests.rosters import managers_in, nobody_has_a_manager, say_manager

NOW = datetime(2027, 1, 4, 3, 0, tzinfo=UTC)
TEAM = "T1"
HR, SARI, BAYU, BUDI, RINA = range(1, 6)
"""Persons' ids."""


@pytest.fixture
async def company(store: Store) -> Store:
    """A programme with two mentors and two leaders: Sari fits Budi best, Bayu fits Rina."""
    names = ("Dewi", "Sari", "Bayu", "Budi", "Rina")
    async with store.write(NOW) as work:
        for number, name in enumerate(names, 1):
            work.session.add(Person(team_id=TEAM, slack_id=f"U{number}", name=name, created_at=NOW, id=number))
        await work.session.flush()
        work.session.add(
            Programme(
                id=1,
                team_id=TEAM,
                name="Tukar Ilmu",
                theme="digital_trends",
                starts_on=date(2027, 2, 1),
                months=6,
                cadence="monthly",
                language="en",
                hr_channel="CHR",
                announce_channel="CALL",
                created_at=NOW,
                created_by=HR,
            )
        )
        await work.session.flush()
        work.session.add(SponsorMessage(team_id=TEAM, programme_id=1, name="CEO", text="Come curious.", at=NOW))
        for number, level, teaches, learns in (
            (SARI, 2, "ai_tools", ""),
            (BAYU, 1, "inclusion", ""),
            (BUDI, 6, "", "ai_tools"),
            (RINA, 5, "", "inclusion"),
        ):
            work.session.add(
                Participant(
                    id=number * 10,
                    team_id=TEAM,
                    programme_id=1,
                    person_id=number,
                    role="mentor" if teaches else "mentee",
                    level=level,
                    department=f"department {number}",
                    offers=[{"topic": teaches, "level": 4}] if teaches else [],
                    wishes=[{"topic": learns, "priority": 3, "skill": 1}] if learns else [],
                    languages=["id"],
                    mentor_capacity=1 if teaches else 0,
                    mentee_capacity=1 if learns else 0,
                    joined_at=NOW,
                )
            )
        await work.session.flush()
        await nobody_has_a_manager(work)
        await work.commit()
    return store


turn = 0


def hr(programme: int = 1) -> HrCaller:
    """Dewi of HR, with a fresh request."""
    global turn
    turn += 1
    return HrCaller(TEAM, "U1", f"request {turn}", NOW, programme)


async def here(function: Callable[..., Any], *arguments: Any) -> Any:
    """Solve in this process: the worker has tests of its own."""
    return function(*arguments)


async def drawn(store: Store) -> Draft:
    return (await drafting.draw_up(store, hr(), here)).draft


async def audited(store: Store) -> list[str]:
    return [entry.what for entry in await rows(store, AuditEntry)]


async def ready(store: Store, draft: Draft) -> Draft:
    """HR goes on without what is missing for a release."""
    found = await releasing.prospect(store, hr(), draft.id)
    for check in found.checks:
        await gates.waive(store, hr(), draft.id, check.gate)
    return draft


async def release(store: Store, draft: Draft) -> releasing.Released:
    """HR says yes to what there is to release, and goes on without what is missing."""
    found = await releasing.prospect(store, hr(), draft.id)
    for check in found.checks:
        await gates.waive(store, hr(), draft.id, check.gate)
    return await releasing.release(store, hr(), seen(found.draft), found.pairs)


def seen(draft: Draft) -> Seen:
    return Seen(draft.id, draft.version)


async def decide(store: Store, pair: DraftPair, decision: Decision) -> None:
    """Dewi decides on a pair, having seen the draft as it is."""
    now = await browsing.seen_now(store, hr(), pair.draft_id)
    await deciding.decide(store, hr(), now, pair.id, decision)


async def rows(store: Store, table: Any, *where: Any) -> list[Any]:
    async with store.read(NOW) as work:
        return list((await work.session.exec(select(table).where(*where).order_by(col(table.id)))).all())


async def change(store: Store, table: Any, row_id: int, **values: Any) -> None:
    async with store.write(NOW) as work:
        row = await work.session.get_one(table, row_id)
        for name, value in values.items():
            setattr(row, name, value)
        await work.commit()


async def couples(store: Store) -> list[tuple[int, int]]:
    return [(pair.mentor_id // 10, pair.mentee_id // 10) for pair in await rows(store, Pair)]


async def letters(store: Store) -> list[str]:
    return sorted(row.kind for row in await rows(store, Outbox) if row.kind.startswith("intro"))


async def test_a_draft_tells_nobody_but_hr(company: Store) -> None:
    draft = await drawn(company)
    assert [(p.mentor_id, p.mentee_id) for p in await rows(company, DraftPair)] == [(20, 40), (30, 50)]
    assert [(row.kind, row.channel) for row in await rows(company, Outbox)] == [("match_draft", "CHR")]
    assert await rows(company, Pair) == []
    found = await reviewing.overview(company, hr(), draft.id)
    assert (found.pairs, found.people, found.total, found.alone, found.left) == (2, 4, 4, 0, 0)


async def test_a_release_makes_pairs_sessions_and_introductions_in_one(company: Store) -> None:
    draft = await drawn(company)
    released = await release(company, draft)
    assert (released.pairs, released.dropped) == (2, 0)
    assert await couples(company) == [(SARI, BUDI), (BAYU, RINA)]
    assert await letters(company) == sorted(["intro_group", "intro_mentee", "intro_mentor"] * 2)
    sessions = await rows(company, MentoringSession)
    assert [one.number for one in sessions] == [1, 2, 3, 4, 5, 6] * 2
    assert sessions[0].opens_on == date(2027, 2, 1)
    assert all(one.next_at is not None and one.next_at > NOW for one in sessions)
    (programme,) = await rows(company, Programme)
    assert programme.state == ProgrammeState.RUNNING
    assert programme.next_summary_at == datetime(2027, 1, 11, 2, 0, tzinfo=UTC)
    pairs = await rows(company, Pair)
    assert all(pair.next_check_at > NOW and pair.introduced_at == NOW for pair in pairs)
    assert [one for one in await audited(company) if one != "gate_waived"] == ["draft", "release"]


async def test_two_of_hr_release_at_the_same_moment_and_it_happens_once(company: Store) -> None:
    draft = await ready(company, await drawn(company))
    presses = [releasing.release(company, hr(), seen(draft), 2) for _ in range(4)]
    outcomes = await asyncio.gather(*presses, return_exceptions=True)
    refusals = [one.code for one in outcomes if isinstance(one, Rejected)]
    assert refusals == ["already_released"] * 3, outcomes
    assert await couples(company) == [(SARI, BUDI), (BAYU, RINA)]
    assert len(await letters(company)) == 6


async def test_the_same_press_delivered_twice_has_one_effect(company: Store) -> None:
    draft = await ready(company, await drawn(company))
    press = hr()
    await releasing.release(company, press, seen(draft), 2)
    with pytest.raises(AlreadyDone):
        await releasing.release(company, press, seen(draft), 2)


async def test_a_newer_draft_replaces_the_open_one(company: Store) -> None:
    old, new = await drawn(company), await drawn(company)
    with pytest.raises(Rejected, match="draft_outdated"):
        await release(company, old)
    with pytest.raises(Rejected, match="draft_outdated"):
        await browsing.browse(company, hr(), old.id, Look(), 10)
    assert [draft.state for draft in await rows(company, Draft)] == [DraftState.SUPERSEDED, DraftState.OPEN]
    await release(company, new)


async def test_drafts_of_another_programme_or_workspace_are_not_hrs(company: Store) -> None:
    draft = await drawn(company)
    (pair, _) = await rows(company, DraftPair)
    for stranger in (replace(hr(), programme_id=2), replace(hr(), team_id="T2")):
        for act in (
            releasing.release(company, stranger, seen(draft), 2),
            deciding.decide(company, stranger, Seen(draft.id, 1), pair.id, Decision.TAKE_OUT),
            reviewing.left_over(company, stranger, draft.id),
        ):
            with pytest.raises(Rejected):
                await act
    assert await rows(company, Pair) == []
    assert not any(one.excluded for one in await rows(company, DraftPair))


LEFT_MEANWHILE: dict[str, tuple[type[SQLModel], int, dict[str, Any]]] = {
    "left": (Participant, SARI * 10, {"state": ParticipantState.LEFT}),
    "paused": (Participant, SARI * 10, {"state": ParticipantState.PAUSED}),
    "deactivated": (Person, SARI, {"active": False}),
    "filled up": (Participant, SARI * 10, {"mentor_capacity": 0}),
    "became the manager": (RosterEntry, SARI - HR, {"manager_id": BUDI}),
    "manager withdrawn": (RosterEntry, BUDI - HR, {"manager_known": False}),
    "same department": (Participant, SARI * 10, {"department": f"Department  {BUDI}"}),
}


@pytest.mark.parametrize("what", LEFT_MEANWHILE)
async def test_pairs_that_became_impossible_are_not_released(company: Store, what: str) -> None:
    draft = await drawn(company)
    table, row_id, values = LEFT_MEANWHILE[what]
    await change(company, table, row_id, **values)
    released = await release(company, draft)
    assert (released.pairs, released.dropped) == (1, 1)
    assert await couples(company) == [(BAYU, RINA)]
    (told,) = await rows(company, Outbox, Outbox.kind == "match_released")
    assert told.data == {"draft": draft.id, "pairs": 1, "dropped": 1, "waiting": 0}


async def test_a_block_said_since_the_draft_holds(company: Store) -> None:
    draft = await drawn(company)
    async with company.write(NOW) as work:
        work.session.add(Avoidance(team_id=TEAM, person_id=BUDI, avoided_id=SARI))
        await work.commit()
    assert (await release(company, draft)).dropped == 1
    again = await drawn(company)
    left = await reviewing.left_over(company, hr(), again.id)
    assert {one.person.name for one in left} == {"Sari", "Budi"}
    assert "blocked" not in {one.cause for one in left}


async def test_a_line_of_management_through_somebody_outside_counts(company: Store) -> None:
    async with company.write(NOW) as work:
        await say_manager(work, SARI, HR)
        await say_manager(work, HR, BUDI)
        await work.commit()
    await drawn(company)
    assert [(p.mentor_id, p.mentee_id) for p in await rows(company, DraftPair)] == [(20, 50), (30, 40)]


async def test_what_hr_took_out_is_not_released_and_not_proposed_again(company: Store) -> None:
    draft = await drawn(company)
    first, _ = await rows(company, DraftPair)
    for _ in range(2):
        await decide(company, first, Decision.TAKE_OUT)
    left = await reviewing.left_over(company, hr(), draft.id)
    assert [(one.person.name, one.side, one.cause) for one in left] == [
        ("Budi", "mentee", "taken_out"),
        ("Sari", "mentor", "taken_out"),
    ]
    again = await drawn(company)
    proposed = await rows(company, DraftPair, DraftPair.draft_id == again.id)
    assert {(p.mentor_id, p.mentee_id) for p in proposed if not p.excluded} == {(30, 40), (20, 50)}
    assert [(p.mentor_id, p.mentee_id) for p in proposed if p.excluded] == [(20, 40)], "still in sight"
    with pytest.raises(Rejected, match="no_place_left"):
        await decide(company, proposed[-1], Decision.PUT_BACK)
    await release(company, again)
    assert set(await couples(company)) == {(BAYU, BUDI), (SARI, RINA)}
    acts = [one for one in await audited(company) if one != "gate_waived"]
    assert acts == ["draft", "pair_taken_out", "draft", "pair_tried", "release"]


async def test_put_back_it_is_released_after_all(company: Store) -> None:
    draft = await drawn(company)
    first, _ = await rows(company, DraftPair)
    for decision in (Decision.TAKE_OUT, Decision.PUT_BACK):
        await decide(company, first, decision)
    await release(company, draft)
    assert len(await couples(company)) == 2


async def test_with_everything_taken_out_there_is_nothing_to_release(company: Store) -> None:
    draft = await drawn(company)
    for pair in await rows(company, DraftPair):
        await decide(company, pair, Decision.TAKE_OUT)
    with pytest.raises(Rejected, match="nothing_to_release"):
        await release(company, draft)
    (programme,) = await rows(company, Programme)
    assert programme.state == ProgrammeState.RECRUITING


async def test_late_joiners_are_matched_with_free_places_and_nobody_is_moved(company: Store) -> None:
    await release(company, await drawn(company))
    with pytest.raises(Rejected, match="nobody_to_match"):
        await drawn(company)
    await change(company, Participant, SARI * 10, mentor_capacity=2)
    async with company.write(NOW) as work:
        work.session.add(Person(id=6, team_id=TEAM, slack_id="U6", name="Hadi", created_at=NOW))
        await work.session.flush()
        late = Participant(
            id=60,
            team_id=TEAM,
            programme_id=1,
            person_id=6,
            role="mentee",
            level=6,
            department="Legal",
            wishes=[{"topic": "inclusion", "priority": 3, "skill": 1}],
            languages=["id"],
            joined_at=NOW,
        )
        work.session.add(late)
        await work.session.flush()
        await nobody_has_a_manager(work)
        await work.commit()
    draft = await drawn(company)
    released = await release(company, draft)
    assert released.pairs == 1
    assert await couples(company) == [(SARI, BUDI), (BAYU, RINA), (SARI, 6)]
    assert len(await letters(company)) == 9
    # A summary that is planned already is not moved.
    (programme,) = await rows(company, Programme)
    assert programme.next_summary_at == datetime(2027, 1, 11, 2, 0, tzinfo=UTC)


async def test_pairs_released_while_drawing_up_are_seen(company: Store) -> None:
    """Two of HR: one releases while the other's draft is being solved."""
    draft = await drawn(company)
    solved = 0

    async def slow(function: Callable[..., Any], *arguments: Any) -> Any:
        nonlocal solved
        solved += 1
        if solved == 1:
            await release(company, draft)
        return function(*arguments)

    with pytest.raises(Rejected, match="nobody_to_match"):
        await drafting.draw_up(company, hr(), slow)
    assert len(await rows(company, Draft)) == 1


async def test_whoever_lacks_a_manager_waits_until_hr_fills_or_waives_it(company: Store) -> None:
    for person in (SARI, BUDI):
        async with company.write(NOW) as work:
            await say_manager(work, person, known=False)
            await work.commit()
    draft = await drawn(company)
    left = await reviewing.left_over(company, hr(), draft.id)
    assert {(one.person.id, one.cause, one.help) for one in left} == {
        (BUDI, "manager_missing", "fill_or_waive_manager"),
        (SARI, "manager_missing", "fill_or_waive_manager"),
    }
    assert (await reviewing.overview(company, hr(), draft.id)).without_manager == 2
    with pytest.raises(Rejected, match="unknown_person"):
        await rosters.fill_managers(company, hr(), {SARI: rosters.Manager("U2")})
    said = {SARI: rosters.Manager("U1"), BUDI: rosters.Manager(None), RINA: rosters.Manager("U2")}
    assert await rosters.fill_managers(company, hr(), said) == 2, "Rina waits for nothing"
    assert await rosters.without_manager(company, hr()) == []
    async with company.read(NOW) as work:
        assert await managers_in(work) == {"U2": "U1", "U3": None, "U4": None, "U5": None}
    assert [entry.what for entry in await rows(company, AuditEntry)] == ["draft", "manager_filled", "manager_waived"]
    assert len(await rows(company, DraftPair, DraftPair.draft_id == (await drawn(company)).id)) == 2


async def test_a_release_after_the_start_begins_on_the_next_working_day(company: Store) -> None:
    # Tuesday 9 March 2027; Lebaran is on Wednesday and Thursday.
    late = replace(hr(), now=datetime(2027, 3, 9, 3, 0, tzinfo=UTC))
    draft = (await drafting.draw_up(company, late, here)).draft
    await ready(company, draft)
    await releasing.release(company, replace(hr(), now=late.now), seen(draft), 2)
    sessions = await rows(company, MentoringSession)
    assert sessions[0].opens_on == date(2027, 3, 12)


async def test_a_release_taken_back_is_as_if_it_had_never_been(company: Store) -> None:
    draft = await drawn(company)
    await release(company, draft)
    newer = await _late_draft(company)
    undone = await undoing.undo(company, hr(), draft.id)
    assert undone.replaced == [newer.id]
    with pytest.raises(Rejected, match="not_released"):
        await undoing.undo(company, hr(), draft.id)
    for table in (Pair, MentoringSession, Reading):
        assert await rows(company, table) == []
    assert [row.kind for row in await rows(company, Outbox)] == ["match_draft", "match_undone"]
    assert await letters(company) == []
    (programme,) = await rows(company, Programme)
    assert programme.state == ProgrammeState.RECRUITING
    assert [one.state for one in await rows(company, Draft)] == [DraftState.OPEN, DraftState.SUPERSEDED]
    assert (await release(company, draft)).pairs == 2
    assert len(await letters(company)) == 6
    assert len(await rows(company, Outbox, Outbox.kind == "match_undone")) == 1


async def _late_draft(store: Store) -> Draft:
    """Sari has a second place, and nobody for it: an empty draft."""
    async with store.write(NOW) as work:
        draft = Draft(team_id=TEAM, programme_id=1, created_at=NOW, created_by=HR)
        work.session.add(draft)
        await work.commit()
    return draft


async def test_an_earlier_release_stays_when_a_later_one_is_taken_back(company: Store) -> None:
    first = await drawn(company)
    pair, _ = await rows(company, DraftPair)
    await decide(company, pair, Decision.TAKE_OUT)
    await release(company, first)
    for kind in ("intro_mentor", "intro_mentee", "intro_group"):
        (row,) = await rows(company, Outbox, Outbox.kind == kind)
        await change(company, Outbox, row.id, state=OutboxState.SENT)
    second = await drawn(company)
    held = await rows(company, DraftPair, DraftPair.draft_id == second.id)
    await decide(company, held[0], Decision.PUT_BACK)
    await release(company, second)
    assert len(await couples(company)) == 2
    await undoing.undo(company, hr(), second.id)
    assert await couples(company) == [(BAYU, RINA)]
    (programme,) = await rows(company, Programme)
    assert programme.state == ProgrammeState.RUNNING
    with pytest.raises(Rejected, match="undo_too_late"):
        await undoing.undo(company, hr(), first.id)


async def test_who_booked_before_hearing_of_it_keeps_the_pair(company: Store) -> None:
    draft = await drawn(company)
    await release(company, draft)
    meeting = (await rows(company, MentoringSession))[0]
    await change(company, MentoringSession, meeting.id, state=SessionState.BOOKED)
    with pytest.raises(Rejected, match="undo_too_late"):
        await undoing.undo(company, hr(), draft.id)
    assert len(await letters(company)) == 6


async def test_undo_and_delivery_at_the_same_moment_are_never_both_right(company: Store) -> None:
    """Either an introduction was claimed and the release stands, or it is undone and nothing goes out."""
    won = Counter[str]()
    for turn in range(8):
        draft = await drawn(company) if not turn else (await rows(company, Draft))[-1]
        await release(company, draft)
        due = NOW + releasing.UNDO_WINDOW

        async def deliver(moment: datetime = due) -> int:
            async with company.write(moment) as work:
                asked = Claim("us", 8, moment + timedelta(seconds=30))
                claimed = await claim(work.session, moment, Limits(), asked, _at_once)
                await work.commit()
            return sum(row.kind.startswith("intro") for row in claimed.rows)

        acts = [deliver(), undoing.undo(company, hr(), draft.id)]
        order = acts if turn % 2 else acts[::-1]
        outcomes = await asyncio.gather(*order, return_exceptions=True)
        claimed, undone = outcomes if turn % 2 else outcomes[::-1]
        if isinstance(undone, Rejected):
            assert undone.code == "undo_too_late"
            assert claimed, "it is refused only because something left"
            assert len(await couples(company)) == 2
            won["delivery"] += 1
            # Slack refused it at once, and the wait is over: as if nothing had happened.
            async with company.write(NOW) as work:
                await work.session.exec(update(Outbox).values(state=OutboxState.PENDING, lease_until=None))
                await work.commit()
            await undoing.undo(company, hr(), draft.id)
        else:
            assert not isinstance(undone, BaseException), undone
            assert claimed == 0
            assert await couples(company) == []
            assert await letters(company) == []
            won["undo"] += 1
    assert sum(won.values()) == 8
    assert len(won) == 2, won


async def _at_once(_row: Outbox) -> datetime:
    return NOW

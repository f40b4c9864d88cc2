"""Releases on both databases: what happens at the same moment, and what changed since the draft."""

import asyncio
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlmodel import SQLModel

from bot.services.caller import Rejected
from bot.services.matching import draft_review as reviewing
from bot.services.matching import release as releasing
from storage.tables import (
    AuditEntry,
    Avoidance,
    DraftPair,
    MentoringSession,
    Outbox,
    Pair,
    Participant,
    ParticipantState,
    Person,
    Programme,
    ProgrammeState,
    RosterEntry,
)
from storage.unit_of_work import AlreadyDone, Store
from tests.rosters import nobody_has_a_manager
from tests.storage.companies import TEAM
from tests.storage.drafts import HR, NOW, audited, draw, hr, ready, release, rows
from tests.storage.two_pairs import BAYU, BUDI, RINA, SARI, change, couples, letters


async def test_a_release_makes_pairs_sessions_and_introductions_in_one(company: Store) -> None:
    draft = await draw(company)
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
    draft = await ready(company, await draw(company))
    presses = [releasing.release(company, hr(), *draft) for _ in range(4)]
    outcomes = await asyncio.gather(*presses, return_exceptions=True)
    refusals = [one.code for one in outcomes if isinstance(one, Rejected)]
    assert refusals == ["already_released"] * 3, outcomes
    assert await couples(company) == [(SARI, BUDI), (BAYU, RINA)]
    assert len(await letters(company)) == 6


async def test_the_same_press_delivered_twice_has_one_effect(company: Store) -> None:
    draft = await ready(company, await draw(company))
    press = hr()
    await releasing.release(company, press, *draft)
    with pytest.raises(AlreadyDone):
        await releasing.release(company, press, *draft)


LEFT_MEANWHILE: dict[str, tuple[type[SQLModel], int, dict[str, Any]]] = {
    "left": (Participant, SARI * 10, {"state": ParticipantState.LEFT}),
    "paused": (Participant, SARI * 10, {"state": ParticipantState.PAUSED}),
    "deactivated": (Person, SARI, {"active": False}),
    "filled up": (Participant, SARI * 10, {"mentor_capacity": 0}),
    "became the manager": (RosterEntry, SARI - HR, {"manager_id": BUDI}),
    "manager withdrawn": (RosterEntry, BUDI - HR, {"manager_known": False}),
    "same department": (Participant, SARI * 10, {"department": f"Department  {BUDI}"}),
}


async def details_of_release(store: Store) -> dict[str, Any]:
    (entry,) = await rows(store, AuditEntry, AuditEntry.what == "release")
    details: dict[str, Any] = entry.details
    return details


RULE = {
    "left": "inactive",
    "paused": "inactive",
    "deactivated": "inactive",
    "filled up": "no_capacity",
    "became the manager": "reporting_line",
    "manager withdrawn": "manager_missing",
    "same department": "same_department",
}
"""What HR reads of each: rules that HR knows about anyway."""


@pytest.mark.parametrize("what", LEFT_MEANWHILE)
async def test_pairs_that_became_impossible_are_not_released(company: Store, what: str) -> None:
    draft = await draw(company)
    table, row_id, values = LEFT_MEANWHILE[what]
    await change(company, table, row_id, **values)
    released = await release(company, draft)
    assert (released.pairs, released.dropped) == (1, 1)
    assert await couples(company) == [(BAYU, RINA)]
    (told,) = await rows(company, Outbox, Outbox.kind == "match_released")
    (left_out,) = await rows(company, DraftPair, DraftPair.mentor_id == SARI * 10)
    why = [[left_out.id, RULE[what]]]
    assert told.data == {"draft": draft, "pairs": 1, "dropped": 1, "waiting": 0, "left_out": why}
    assert await details_of_release(company) == {"draft": draft, "pairs": 1, "planned": False}


async def test_a_block_said_since_the_draft_holds(company: Store) -> None:
    draft = await draw(company)
    async with company.write(NOW) as work:
        work.session.add(Avoidance(team_id=TEAM, person_id=BUDI, avoided_id=SARI))
        await work.commit()
    assert (await release(company, draft)).dropped == 1
    (told,) = await rows(company, Outbox, Outbox.kind == "match_released")
    assert [rule for _, rule in told.data["left_out"]] == ["sign_up_changed"], "as after any other change"
    assert await details_of_release(company) == {"draft": draft, "pairs": 1, "planned": False}
    again = await draw(company)
    left = await reviewing.left_over(company, hr(), again)
    assert {one.person.name for one in left} == {"Sari", "Budi"}
    assert "blocked" not in {one.cause for one in left}


async def test_late_joiners_are_matched_with_free_places_and_nobody_is_moved(company: Store) -> None:
    await release(company, await draw(company))
    with pytest.raises(Rejected, match="nobody_to_match"):
        await draw(company)
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
    draft = await draw(company)
    released = await release(company, draft)
    assert released.pairs == 1
    assert await couples(company) == [(SARI, BUDI), (BAYU, RINA), (SARI, 6)]
    assert len(await letters(company)) == 9
    # A summary that is planned already is not moved.
    (programme,) = await rows(company, Programme)
    assert programme.next_summary_at == datetime(2027, 1, 11, 2, 0, tzinfo=UTC)


async def test_a_release_after_the_start_begins_on_the_next_working_day(company: Store) -> None:
    # Friday 5 March 2027; the Day of Silence, Lebaran and its joint leave take the days from Monday to the 15th.
    late = datetime(2027, 3, 5, 3, 0, tzinfo=UTC)
    await release(company, await draw(company, late), late)
    sessions = await rows(company, MentoringSession)
    assert sessions[0].opens_on == date(2027, 3, 16)

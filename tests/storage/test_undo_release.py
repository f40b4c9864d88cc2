"""Releases taken back, on both databases: before anybody heard of them, or not at all."""

import asyncio
from collections import Counter
from datetime import datetime, timedelta

import pytest
from sqlalchemy import update

from bot.services.caller import Rejected
from bot.services.matching import release as releasing
from bot.services.matching import undo_release as undoing
from bot.services.matching.pair_actions import Decision
from storage.outbox_claims import Claim, claim
from storage.rate_limits import Limits
from storage.tables import (
    Draft,
    DraftPair,
    DraftState,
    MentoringSession,
    Outbox,
    OutboxState,
    Pair,
    Programme,
    ProgrammeState,
    SessionState,
    SurveyResponse,
)
from storage.unit_of_work import Store
from tests.storage.companies import TEAM
from tests.storage.drafts import HR, NOW, decide, draw, hr, release, rows
from tests.storage.two_pairs import BAYU, RINA, change, couples, letters


async def test_a_release_taken_back_is_as_if_it_had_never_been(company: Store) -> None:
    draft = await draw(company)
    await release(company, draft)
    newer = await _late_draft(company)
    undone = await undoing.undo(company, hr(), draft)
    assert undone.replaced == [newer]
    with pytest.raises(Rejected, match="not_released"):
        await undoing.undo(company, hr(), draft)
    for table in (Pair, MentoringSession, SurveyResponse):
        assert await rows(company, table) == []
    assert [row.kind for row in await rows(company, Outbox)] == ["match_draft", "match_undone"]
    assert await letters(company) == []
    (programme,) = await rows(company, Programme)
    assert programme.state == ProgrammeState.RECRUITING
    assert [one.state for one in await rows(company, Draft)] == [DraftState.OPEN, DraftState.SUPERSEDED]
    assert (await release(company, draft)).pairs == 2
    assert len(await letters(company)) == 6
    assert len(await rows(company, Outbox, Outbox.kind == "match_undone")) == 1


async def _late_draft(store: Store) -> int:
    """Sari has a second place, and nobody for it: an empty draft."""
    async with store.write(NOW) as work:
        draft = Draft(team_id=TEAM, programme_id=1, created_at=NOW, created_by=HR)
        work.session.add(draft)
        await work.commit()
    return draft.id


async def test_an_earlier_release_stays_when_a_later_one_is_taken_back(company: Store) -> None:
    first = await draw(company)
    pair, _ = await rows(company, DraftPair)
    await decide(company, pair.draft_id, pair.id, Decision.TAKE_OUT)
    await release(company, first)
    for kind in ("intro_mentor", "intro_mentee", "intro_group"):
        (row,) = await rows(company, Outbox, Outbox.kind == kind)
        await change(company, Outbox, row.id, state=OutboxState.SENT)
    second = await draw(company)
    held = await rows(company, DraftPair, DraftPair.draft_id == second)
    await decide(company, second, held[0].id, Decision.PUT_BACK)
    await release(company, second)
    assert len(await couples(company)) == 2
    await undoing.undo(company, hr(), second)
    assert await couples(company) == [(BAYU, RINA)]
    (programme,) = await rows(company, Programme)
    assert programme.state == ProgrammeState.RUNNING
    with pytest.raises(Rejected, match="undo_too_late"):
        await undoing.undo(company, hr(), first)


async def test_who_booked_before_hearing_of_it_keeps_the_pair(company: Store) -> None:
    draft = await draw(company)
    await release(company, draft)
    meeting = (await rows(company, MentoringSession))[0]
    await change(company, MentoringSession, meeting.id, state=SessionState.BOOKED)
    with pytest.raises(Rejected, match="undo_too_late"):
        await undoing.undo(company, hr(), draft)
    assert len(await letters(company)) == 6


async def test_undo_and_delivery_at_the_same_moment_are_never_both_right(company: Store) -> None:
    """Either an introduction was claimed and the release stands, or it is undone and nothing goes out."""
    won = Counter[str]()
    for turn in range(8):
        draft = (await rows(company, Draft))[-1].id if turn else await draw(company)
        await release(company, draft)
        due = NOW + releasing.UNDO_WINDOW

        async def deliver(moment: datetime = due) -> int:
            async with company.write(moment) as work:
                asked = Claim("us", 8, moment + timedelta(seconds=30))
                claimed = await claim(work.session, moment, Limits(), asked, _at_once)
                await work.commit()
            return sum(row.kind.startswith("intro") for row in claimed.rows)

        acts = [deliver(), undoing.undo(company, hr(), draft)]
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
            await undoing.undo(company, hr(), draft)
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

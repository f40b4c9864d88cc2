"""Pairs that HR makes by hand: the two are asked, and released once both said yes."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update
from sqlmodel import col

from bot.services.caller import Rejected
from bot.services.care import pauses
from bot.services.home import home as homes
from bot.services.matching import confirmation_tick as confirming
from bot.services.matching import draft_pages as browsing
from bot.services.matching import draft_review as reviewing
from bot.services.matching import pairing
from bot.services.matching import release as releasing
from bot.services.matching import undo_release as undoing
from bot.services.matching.confirmation_tick import tick_confirmations
from bot.services.matching.pair_actions import Decision
from bot.services.privacy import erasure as erasing
from bot.services.privacy import export as privacy
from bot.services.programme import next_actions
from bot.services.programme.next_actions import TodoKind
from storage.tables import (
    ConfirmationState,
    Draft,
    DraftPair,
    DraftState,
    Outbox,
    OutboxState,
    Pair,
    PairConfirmation,
    Participant,
    ParticipantState,
    Programme,
)
from storage.unit_of_work import Store
from tests.storage.confirmations.hand_made import OVER, L, M, add, avoid, confirmation, emptied, news, say
from tests.storage.drafts import NOW, decide, draw, hr, person, release, rows


@pytest.mark.parametrize("avoids", [False, True], ids=["willing", "avoiding before"])
async def test_two_who_both_say_yes_by_name_are_released(company: Store, avoids: bool) -> None:
    if avoids:
        await avoid(company, L, M)
    draft = await emptied(company)
    pair = await add(company, draft, why="You both build dashboards")
    assert sorted(await news(company, "pair_question"), key=str) == [
        ("pair_question", M, NOW),
        ("pair_question", L, NOW),
    ]
    await say(company, L, True)
    assert (await confirmation(company)).state == ConfirmationState.WAITING
    with pytest.raises(Rejected, match="nothing_to_release"):
        await release(company, draft)
    await say(company, M, True)
    card = await browsing.card(company, hr(), draft, pair)
    assert card.confirmation
    assert card.confirmation.state == ConfirmationState.CONFIRMED
    assert [one[0] for one in await news(company, "pair_settled")] == ["pair_settled"]
    with pytest.raises(Rejected, match="question_over"):
        await say(company, M, False)
    await tick_confirmations(company, OVER)
    released = await release(company, draft, OVER)
    assert (released.pairs, released.waiting) == (1, 0)
    assert [(one.mentor_id, one.leader_id) for one in await rows(company, Pair)] == [(M * 10, L * 10)]
    assert (await confirmation(company)).state == ConfirmationState.RELEASED


async def test_unconfirmed_ones_stay_and_are_released_later_and_a_release_taken_back_keeps_them(company: Store) -> None:
    draft = await draw(company)
    mine = next(one for one in await rows(company, DraftPair) if one.leader_id == L * 10)
    await decide(company, draft, mine.id, Decision.TAKE_OUT)
    for pair in await rows(company, DraftPair, DraftPair.mentor_id == M * 10):
        await decide(company, draft, pair.id, Decision.TAKE_OUT)
    await add(company, draft)
    found = await releasing.preview_release(company, hr(), draft)
    assert (found.pairs, found.waiting, found.dropped) == (3, 1, 0)
    released = await release(company, draft)
    assert (released.pairs, released.waiting) == (3, 1)
    (told,) = await rows(company, Outbox, Outbox.kind == "match_released")
    assert told.data["waiting"] == 1
    after = (await rows(company, Draft))[-1]
    assert (after.state, after.id != draft) == (DraftState.OPEN, True)
    (live,) = [one for one in await rows(company, DraftPair, DraftPair.draft_id == after.id) if not one.excluded]
    assert (live.mentor_id, live.leader_id) == (M * 10, L * 10)
    async with company.read(NOW) as work:
        actions = await next_actions.read_next_actions(work, await work.session.get_one(Programme, 1))
    assert TodoKind.RELEASE not in [one.kind for one in actions.of_hr], "there is nothing to release yet"
    # Taken back: one draft again, with the pair as it was.
    undone = await undoing.undo(company, hr(), draft)
    assert undone.replaced == [after.id]
    again = await releasing.preview_release(company, hr(), draft)
    assert (again.pairs, again.waiting) == (3, 1)
    await release(company, draft)
    last = (await rows(company, Draft))[-1].id
    await say(company, M, True)
    await say(company, L, True)
    later = await release(company, last, NOW + timedelta(hours=1))
    assert (later.pairs, later.waiting) == (1, 0)
    assert len(await rows(company, Pair)) == 4
    await undoing.undo(company, hr(NOW + timedelta(hours=1)), last)
    assert (await confirmation(company)).state == ConfirmationState.CONFIRMED
    assert (await releasing.preview_release(company, hr(NOW + timedelta(hours=1)), last)).pairs == 1


async def test_the_time_runs_out_between_a_release_and_its_undoing(company: Store) -> None:
    draft = await draw(company)
    for pair in await rows(company, DraftPair):
        if {pair.mentor_id, pair.leader_id} & {M * 10, L * 10}:
            await decide(company, draft, pair.id, Decision.TAKE_OUT)
    await add(company, draft)
    late = OVER - timedelta(minutes=1)
    await release(company, draft, late)
    await tick_confirmations(company, OVER)
    await undoing.undo(company, hr(OVER), draft)
    found = await releasing.preview_release(company, hr(OVER), draft)
    assert (found.pairs, found.waiting) == (3, 0)


async def test_drawn_up_again_it_stays_and_waits_whoever_avoids_whom(company: Store) -> None:
    await avoid(company, L, M)
    draft = await emptied(company)
    await add(company, draft)
    again = await draw(company)
    live = [one for one in await rows(company, DraftPair, DraftPair.draft_id == again) if not one.excluded]
    assert (M * 10, L * 10) in {(one.mentor_id, one.leader_id) for one in live}
    assert (await reviewing.overview(company, hr(), again)).unkept == []
    await pauses.pause(company, person(M), None)
    third = await draw(company)
    live = [one for one in await rows(company, DraftPair, DraftPair.draft_id == third) if not one.excluded]
    assert (M * 10, L * 10) in {(one.mentor_id, one.leader_id) for one in live}
    assert (await reviewing.overview(company, hr(), third)).waiting == 1


async def test_taken_back_whoever_was_asked_is_told_once_and_nobody_is_asked_again(company: Store) -> None:
    draft = await emptied(company)
    pair = await add(company, draft)
    async with company.write(NOW) as work:  # the leader's question has gone out
        asked = update(Outbox).where(col(Outbox.kind) == "pair_question", col(Outbox.person_id) == L)
        await work.session.exec(asked.values(state=OutboxState.SENT, channel="D1", ts="1.0"))
        await work.commit()
    await decide(company, draft, pair, Decision.TAKE_OUT)
    assert [(kind, who) for kind, who, _ in await news(company, "pair_withdrawn")] == [("pair_withdrawn", L)]
    states = {one.person_id: one.state for one in await rows(company, Outbox, Outbox.kind == "pair_question")}
    assert states == {L: OutboxState.SENT, M: OutboxState.DROPPED}
    for act in (
        add(company, draft),
        decide(company, draft, pair, Decision.PUT_BACK),
        confirming.answer(company, person(M), 1, agrees=True),
    ):
        with pytest.raises(Rejected):
            await act
    await tick_confirmations(company, OVER)
    assert (await confirmation(company)).state == ConfirmationState.WITHDRAWN
    assert await news(company, "pair_settled") == []
    again = await draw(company)
    assert (M * 10, L * 10) not in {
        (one.mentor_id, one.leader_id)
        for one in await rows(company, DraftPair, DraftPair.draft_id == again)
        if not one.excluded
    }


async def test_what_the_solver_proposed_comes_back_without_asking(company: Store) -> None:
    draft = await draw(company)
    first, second = (await rows(company, DraftPair))[:2]
    seen = await browsing.seen_now(company, hr(), draft)
    swapped = await pairing.swap(company, hr(), seen, first.id, f"U{second.leader_id // 10}")
    assert len(await rows(company, PairConfirmation)) == 2
    seen = await browsing.seen_now(company, hr(), draft)
    await pairing.swap(company, hr(), seen, swapped, f"U{second.leader_id // 10}")
    live = {(one.mentor_id, one.leader_id) for one in await rows(company, DraftPair) if not one.excluded}
    assert {(first.mentor_id, first.leader_id), (second.mentor_id, second.leader_id)} <= live
    assert {one.state for one in await rows(company, PairConfirmation)} == {ConfirmationState.WITHDRAWN}
    assert (await releasing.preview_release(company, hr(), draft)).waiting == 0


async def test_home_shows_the_question_and_the_copy_of_ones_data_only_ones_own_answer(company: Store) -> None:
    draft = await emptied(company)
    await add(company, draft, why="You both build dashboards")
    await say(company, L, False)
    (part,) = (await homes.read_home(company, person(M))).parts
    assert [(one.partner.id, one.answer) for one in part.questions] == [(L, None)]
    stored = privacy.as_record(await privacy.read_own_data(company, person(M)))["pairconfirmation"]
    assert [(one["partner"], one["answer"]) for one in stored] == [(f"Person {L}", None)]
    assert "agrees" not in str(stored)
    await erasing.erase(company, person(L))
    found = await confirmation(company)
    assert (found.hr_reason, found.mentor_agrees, found.leader_agrees) == ("", None, None)
    assert found.state == ConfirmationState.WAITING, "HR reads what it would read of silence"
    await tick_confirmations(company, OVER)
    assert (await confirmation(company)).state == ConfirmationState.NOT_CONFIRMED


@pytest.mark.parametrize(
    ("asked", "closes"),
    [
        (NOW, OVER),
        # Friday evening counts from Monday morning.
        (datetime(2027, 1, 8, 13, 0, tzinfo=UTC), datetime(2027, 1, 14, 2, 0, tzinfo=UTC)),
        # A Friday at ten, without a day off in between.
        (datetime(2027, 2, 19, 3, 0, tzinfo=UTC), datetime(2027, 2, 24, 3, 0, tzinfo=UTC)),
    ],
)
async def test_the_time_is_three_working_days_of_the_programme(
    company: Store, asked: datetime, closes: datetime
) -> None:
    draft = await emptied(company)
    await add(company, draft, now=asked)
    assert (await confirmation(company)).closes_at == closes
    assert all(one.expires_at == closes for one in await rows(company, Outbox, Outbox.kind == "pair_question"))


async def test_two_sign_ups_that_left_are_not_confirmed_by_an_old_yes(company: Store) -> None:
    draft = await emptied(company)
    await add(company, draft)
    await say(company, M, True)
    async with company.write(NOW) as work:
        part = await work.session.get_one(Participant, M * 10)
        part.state = ParticipantState.LEFT
        await work.commit()
    await say(company, L, True)
    assert (await confirmation(company)).state == ConfirmationState.WAITING

"""Pairs that HR makes by hand: the two are asked, HR reads "confirmed" or nothing, and who avoids whom stays hidden."""

import itertools
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import column, insert, inspect, table, update
from sqlmodel import SQLModel, col, select

from bot.domain.sessions import Side
from bot.domain.signup import Level, Offer, Role
from bot.services.caller import Caller, HrCaller, Rejected
from bot.services.care import pauses
from bot.services.home import home as homes
from bot.services.matching import alternates, pairing
from bot.services.matching import audit_log as auditing
from bot.services.matching import confirmation_tick as confirming
from bot.services.matching import create_draft as drafting
from bot.services.matching import draft_pages as browsing
from bot.services.matching import draft_review as reviewing
from bot.services.matching import pair_actions as deciding
from bot.services.matching import release as releasing
from bot.services.matching import release_checklist as gates
from bot.services.matching import undo_release as undoing
from bot.services.matching.confirmation_tick import tick_confirmations
from bot.services.matching.draft_edit import Seen
from bot.services.matching.draft_pages import Look, Show
from bot.services.matching.pair_actions import Decision
from bot.services.privacy import erasure as erasing
from bot.services.privacy import export as privacy
from bot.services.programme import next_steps
from bot.services.programme.next_steps import HrStep
from bot.services.signup import join as joining
from storage.engine import make_engine
from storage.migrate import revisions, upgrade
from storage.tables import (
    AuditEntry,
    Avoidance,
    ConfirmationState,
    CoupleMark,
    Draft,
    DraftPair,
    DraftState,
    Outbox,
    OutboxState,
    Pair,
    PairConfirmation,
    Participant,
    ParticipantState,
    Person,
    Programme,
    SponsorMessage,
    Verdict,
)
from storage.unit_of_work import AlreadyDone, Store
from tests.rosters import nobody_has_a_manager

NOW = datetime(2027, 1, 4, 3, 0, tzinfo=UTC)
"""Monday 10:00 in Jakarta."""
OVER = datetime(2027, 1, 8, 3, 0, tzinfo=UTC)
"""Friday 10:00: three working days on, since Tuesday the 5th is a public holiday."""
TEAM = "T1"
HR = 1
MENTORS, LEADERS = range(2, 8), range(8, 13)
M, L = MENTORS[0], LEADERS[0]
"""A couple that no solver proposes here: Mentor 2 knows nothing that Leader 8 wishes to learn."""


@pytest.fixture
async def company(store: Store) -> Store:
    """Six mentors and five leaders of one place each: 30 couples."""
    async with store.write(NOW) as work:
        for number in (HR, *MENTORS, *LEADERS):
            name = f"Person {number}"
            work.session.add(Person(id=number, team_id=TEAM, slack_id=f"U{number}", name=name, created_at=NOW))
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
        for number in (*MENTORS, *LEADERS):
            teaches = number in MENTORS
            topic = "ai_tools" if number in (M, *LEADERS[1:]) else "inclusion"
            work.session.add(
                Participant(
                    id=number * 10,
                    team_id=TEAM,
                    programme_id=1,
                    person_id=number,
                    role="mentor" if teaches else "mentee",
                    level=2 if teaches else 6,
                    department=f"department {number}",
                    offers=[{"topic": topic, "level": 4}] if teaches else [],
                    wishes=[] if teaches else [{"topic": topic, "priority": 3, "skill": 1}],
                    languages=["id"],
                    mentor_capacity=int(teaches),
                    mentee_capacity=int(not teaches),
                    joined_at=NOW,
                )
            )
        await work.session.flush()
        await nobody_has_a_manager(work)
        await work.commit()
    return store


turn = itertools.count(1)


def hr(now: datetime = NOW) -> HrCaller:
    """Somebody of HR, with a fresh request."""
    return HrCaller(TEAM, f"U{HR}", f"request {next(turn)}", now, 1)


def person(number: int, now: datetime = NOW) -> Caller:
    return Caller(TEAM, f"U{number}", f"request {next(turn)}", now)


async def here(function: Callable[..., Any], *arguments: Any) -> Any:
    return function(*arguments)


async def rows(store: Store, table: Any, *where: Any) -> list[Any]:
    async with store.read(NOW) as work:
        return list((await work.session.exec(select(table).where(*where).order_by(col(table.id)))).all())


async def avoid(store: Store, who: int, whom: int) -> None:
    async with store.write(NOW) as work:
        work.session.add(Avoidance(team_id=TEAM, person_id=who, avoided_id=whom))
        await work.commit()


async def drawn(store: Store, now: datetime = NOW) -> int:
    return (await drafting.draw_up(store, hr(now), here)).draft.id


async def emptied(store: Store) -> int:
    """A draft of which HR took everything out."""
    draft = await drawn(store)
    for pair in await rows(store, DraftPair, DraftPair.draft_id == draft):
        now = await browsing.seen_now(store, hr(), draft)
        await deciding.decide(store, hr(), now, pair.id, Decision.TAKE_OUT)
    return draft


async def add(store: Store, draft: int, mentor: int = M, leader: int = L, now: datetime = NOW, why: str = "") -> int:
    seen = await browsing.seen_now(store, hr(now), draft)
    return await pairing.add(store, hr(now), seen, f"U{mentor}", f"U{leader}", why=why)


async def decide(store: Store, draft: int, pair: int, decision: Decision, now: datetime = NOW) -> None:
    await deciding.decide(store, hr(now), await browsing.seen_now(store, hr(now), draft), pair, decision)


async def confirmation(store: Store) -> PairConfirmation:
    return (await rows(store, PairConfirmation))[-1]  # type: ignore[no-any-return]


async def say(store: Store, who: int, agrees: bool, now: datetime = NOW) -> None:
    await confirming.answer(store, person(who, now), (await confirmation(store)).id, agrees=agrees)


async def release(store: Store, draft: int, now: datetime = NOW) -> releasing.Released:
    found = await releasing.prospect(store, hr(now), draft)
    for check in found.checks:
        if check.state is gates.State.OPEN:
            await gates.waive(store, hr(now), draft, check.gate)
    found = await releasing.prospect(store, hr(now), draft)
    return await releasing.release(store, hr(now), Seen(draft, found.draft.version), found.pairs)


async def news(store: Store, *kinds: str) -> list[tuple[str, int | None, datetime]]:
    """Kind, reader and time of the messages of these kinds."""
    return [(one.kind, one.person_id, one.due_at) for one in await rows(store, Outbox) if one.kind in kinds]


async def what_hr_reads(store: Store, draft: int, pair: int, now: datetime) -> tuple[Any, ...]:
    """All that the services tell HR of a couple, without names and ids of rows."""
    card = await browsing.card(store, hr(now), draft, pair)
    overview = await reviewing.overview(store, hr(now), draft)
    asked = card.confirmation
    log = await auditing.log_of(store, hr(now), 0, 2)
    prospect = await releasing.prospect(store, hr(now), draft)
    messages = [(one.kind, one.due_at) for one in await rows(store, Outbox, Outbox.channel == "CHR")]
    left = sorted((one.side, one.cause) for one in await reviewing.left_over(store, hr(now), draft))
    return (
        (card.pair.excluded, card.pair.score, card.pair.explanation),
        (asked.state, asked.asked_at, asked.closes_at, asked.settled_at) if asked else None,
        (overview.pairs, overview.waiting, overview.excluded, overview.people, overview.total, overview.alone),
        (prospect.pairs, prospect.people, prospect.dropped, prospect.waiting),
        [(one.what, one.at, sorted(one.people)) for one in log.acts],
        messages[-1],
        left,
    )


async def test_of_thirty_couples_the_avoiding_one_reads_like_any_other(company: Store) -> None:
    """HR adds each couple, looks at everything there is, takes it back and looks again."""
    for number in (*MENTORS, *LEADERS):  # all alike, so that only the avoidance could make a difference
        await _alike(company, number)
    avoiding = LEADERS[4], MENTORS[5]
    await avoid(company, *avoiding)
    draft = await emptied(company)
    proposed = {(one.mentor_id // 10, one.mentee_id // 10) for one in await rows(company, DraftPair)}
    found = {}
    for couple in itertools.product(MENTORS, LEADERS):
        if couple in proposed:
            continue  # the solver proposed these: never two who avoid each other, which nothing can hide
        pair = await add(company, draft, *couple)
        first = await what_hr_reads(company, draft, pair, NOW)
        named = [one for one in await news(company, "pair_question") if one[1] in couple]
        others = await _others(company, draft, pair, couple)
        await decide(company, draft, pair, Decision.TAKE_OUT)
        found[couple] = (first, len(named[-2:]), others, (await what_hr_reads(company, draft, pair, NOW))[:-2])
    assert len(found) == 25
    assert (avoiding[1], avoiding[0]) in found
    states = {couple: _without_counts(told) for couple, told in found.items()}
    print("TWO", list(states.values())[1])
    different = {couple: told for couple, told in states.items() if told != next(iter(states.values()))}
    assert different == {}


async def _alike(store: Store, number: int) -> None:
    topic = [{"topic": "ai_tools", "level": 4}] if number in MENTORS else []
    wish = [] if topic else [{"topic": "ai_tools", "priority": 3, "skill": 1}]
    async with store.write(NOW) as work:
        part = await work.session.get_one(Participant, number * 10)
        part.offers, part.wishes = topic, wish
        await work.commit()


async def _others(store: Store, draft: int, pair: int, couple: tuple[int, int]) -> dict[str, bool]:
    """Whether everybody is offered instead of one of the two who was not asked about the other before."""
    await alternates.find(store, hr(), here, draft, pair)
    (row,) = await rows(store, DraftPair, DraftPair.id == pair)
    return {side: all(points == row.score for _, points in row.alternates[side]) for side in Side}


def _without_counts(told: tuple[Any, ...]) -> tuple[Any, ...]:
    """Numbers of pairs that grow from try to try are the same for whichever couple comes when."""
    (card, asked, _, prospect, log, (kind, _), _), questions, others, then = told
    return (card, asked, prospect, log[0], kind), questions, others, (then[0], then[1], then[3], then[4])


WAYS = (
    "silence",
    "avoidance",
    "both avoid",
    "one agrees",
    "one refuses",
    "both refuse",
    "changed to no",
    "pause",
    "left",
)


@pytest.mark.parametrize("way", WAYS)
async def test_whatever_the_two_do_hr_reads_the_same_until_and_after_the_same_moment(company: Store, way: str) -> None:
    if "avoid" in way:
        await avoid(company, L, M)
    if way == "both avoid":
        await avoid(company, M, L)
    draft = await emptied(company)
    pair = await add(company, draft)
    before = await what_hr_reads(company, draft, pair, NOW)
    later = NOW + timedelta(hours=2)
    match way:
        case "one agrees":
            await say(company, M, True, later)
        case "one refuses":
            await say(company, M, False, later)
            await say(company, L, True, later)
        case "both refuse":
            await say(company, M, False, later)
            await say(company, L, False, later)
        case "changed to no":
            await say(company, M, True, later)
            await say(company, M, False, later)
            await say(company, L, True, later)
        case "pause":
            await say(company, L, True, later)
            await pauses.pause(company, person(M, later), None)
            await say(company, M, True, later)
        case "left":
            await say(company, M, True, later)
            await joining.leave(company, person(M, later))
            await say(company, L, True, later)
    asked, log = before[1], before[4]
    for moment in (later, OVER - timedelta(seconds=1)):
        await tick_confirmations(company, moment)
        now = await what_hr_reads(company, draft, pair, moment)
        assert (now[0], now[1]) == (before[0], (ConfirmationState.WAITING, NOW, OVER, None))
        assert (now[1], now[4]) == (asked, log)
    for moment in (OVER, OVER + timedelta(days=1)):
        await tick_confirmations(company, moment)
        card, asked, _, _, log, (kind, due_at), _ = await what_hr_reads(company, draft, pair, moment)
        assert card[0], "out of the draft"
        assert asked == (ConfirmationState.NOT_CONFIRMED, NOW, OVER, OVER)
        assert log[0] == ("pair_not_confirmed", OVER, ["mentee", "mentor"])
        assert (kind, due_at) == ("pair_settled", OVER)
    with pytest.raises(Rejected, match="question_over" if way != "left" else "left_programme"):
        await say(company, M, True, OVER)
    with pytest.raises(Rejected, match="asked_before"):
        await add(company, draft, now=OVER)
    assert L * 10 not in {one.mentee_id for one in await rows(company, DraftPair) if not one.excluded}


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
    assert [(one.mentor_id, one.mentee_id) for one in await rows(company, Pair)] == [(M * 10, L * 10)]
    assert (await confirmation(company)).state == ConfirmationState.RELEASED


async def test_unconfirmed_ones_stay_and_are_released_later_and_a_release_taken_back_keeps_them(company: Store) -> None:
    draft = await drawn(company)
    mine = next(one for one in await rows(company, DraftPair) if one.mentee_id == L * 10)
    await decide(company, draft, mine.id, Decision.TAKE_OUT)
    for pair in await rows(company, DraftPair, DraftPair.mentor_id == M * 10):
        await decide(company, draft, pair.id, Decision.TAKE_OUT)
    await add(company, draft)
    found = await releasing.prospect(company, hr(), draft)
    assert (found.pairs, found.waiting, found.dropped) == (3, 1, 0)
    released = await release(company, draft)
    assert (released.pairs, released.waiting) == (3, 1)
    (told,) = await rows(company, Outbox, Outbox.kind == "match_released")
    assert told.data["waiting"] == 1
    after = (await rows(company, Draft))[-1]
    assert (after.state, after.id != draft) == (DraftState.OPEN, True)
    (live,) = [one for one in await rows(company, DraftPair, DraftPair.draft_id == after.id) if not one.excluded]
    assert (live.mentor_id, live.mentee_id) == (M * 10, L * 10)
    async with company.read(NOW) as work:
        step = await next_steps.next_of(work, await work.session.get_one(Programme, 1))
    assert step.step is not HrStep.RELEASE, "there is nothing to release yet"
    # Taken back: one draft again, with the pair as it was.
    undone = await undoing.undo(company, hr(), draft)
    assert undone.replaced == [after.id]
    again = await releasing.prospect(company, hr(), draft)
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
    assert (await releasing.prospect(company, hr(NOW + timedelta(hours=1)), last)).pairs == 1


async def test_the_time_runs_out_between_a_release_and_its_undoing(company: Store) -> None:
    draft = await drawn(company)
    for pair in await rows(company, DraftPair):
        if {pair.mentor_id, pair.mentee_id} & {M * 10, L * 10}:
            await decide(company, draft, pair.id, Decision.TAKE_OUT)
    await add(company, draft)
    late = OVER - timedelta(minutes=1)
    await release(company, draft, late)
    await tick_confirmations(company, OVER)
    await undoing.undo(company, hr(OVER), draft)
    found = await releasing.prospect(company, hr(OVER), draft)
    assert (found.pairs, found.waiting) == (3, 0)


async def test_drawn_up_again_it_stays_and_waits_whoever_avoids_whom(company: Store) -> None:
    await avoid(company, L, M)
    draft = await emptied(company)
    await add(company, draft)
    again = await drawn(company)
    live = [one for one in await rows(company, DraftPair, DraftPair.draft_id == again) if not one.excluded]
    assert (M * 10, L * 10) in {(one.mentor_id, one.mentee_id) for one in live}
    assert (await reviewing.overview(company, hr(), again)).unkept == []
    await pauses.pause(company, person(M), None)
    third = await drawn(company)
    live = [one for one in await rows(company, DraftPair, DraftPair.draft_id == third) if not one.excluded]
    assert (M * 10, L * 10) in {(one.mentor_id, one.mentee_id) for one in live}
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
    again = await drawn(company)
    assert (M * 10, L * 10) not in {
        (one.mentor_id, one.mentee_id)
        for one in await rows(company, DraftPair, DraftPair.draft_id == again)
        if not one.excluded
    }


async def test_what_the_solver_proposed_comes_back_without_asking(company: Store) -> None:
    draft = await drawn(company)
    first, second = (await rows(company, DraftPair))[:2]
    seen = await browsing.seen_now(company, hr(), draft)
    swapped = await pairing.swap(company, hr(), seen, first.id, f"U{second.mentee_id // 10}")
    assert len(await rows(company, PairConfirmation)) == 2
    seen = await browsing.seen_now(company, hr(), draft)
    await pairing.swap(company, hr(), seen, swapped, f"U{second.mentee_id // 10}")
    live = {(one.mentor_id, one.mentee_id) for one in await rows(company, DraftPair) if not one.excluded}
    assert {(first.mentor_id, first.mentee_id), (second.mentor_id, second.mentee_id)} <= live
    assert {one.state for one in await rows(company, PairConfirmation)} == {ConfirmationState.WITHDRAWN}
    assert (await releasing.prospect(company, hr(), draft)).waiting == 0


@pytest.mark.parametrize("change", ["avoidance", "interest"])
async def test_a_changed_sign_up_ends_locks_and_pairs_whatever_was_changed(company: Store, change: str) -> None:
    """Otherwise a lock that falls, or a pair that is not released, would tell HR of a new avoidance."""
    draft = await drawn(company)
    pair = (await rows(company, DraftPair))[0]
    await decide(company, draft, pair.id, Decision.LOCK)
    later = NOW + timedelta(hours=1)
    mentor, leader = pair.mentor_id // 10, pair.mentee_id // 10
    await _edit(company, mentor, later, avoids=(f"U{leader}",) if change == "avoidance" else ())
    found = await releasing.prospect(company, hr(later), draft)
    assert (found.pairs, found.dropped) == (4, 1)
    again = await drawn(company, later)
    overview = await reviewing.overview(company, hr(later), again)
    assert [one.rule for one in overview.unkept] == ["sign_up_changed"]
    assert [one for one in await rows(company, CoupleMark) if one.verdict == Verdict.LOCKED] == []


@pytest.mark.parametrize("change", ["avoidance", "interest"])
async def test_a_pair_that_comes_back_from_a_ban_is_as_old_as_its_proposal(company: Store, change: str) -> None:
    """Drawn up again without the two, a draft no longer holds when they were proposed."""
    draft = await drawn(company)
    pair = (await rows(company, DraftPair))[0]
    await decide(company, draft, pair.id, Decision.FORBID)
    mentor, leader = pair.mentor_id // 10, pair.mentee_id // 10
    one, two, three = (NOW + timedelta(hours=hours) for hours in (1, 2, 3))
    await pauses.pause(company, person(mentor, one), None)
    await drawn(company, one)
    await pauses.resume(company, person(mentor, two))
    await _edit(company, mentor, two, avoids=(f"U{leader}",) if change == "avoidance" else ())
    again = await drawn(company, three)
    for other in await rows(company, DraftPair, DraftPair.draft_id == again, col(DraftPair.excluded).is_(False)):
        await decide(company, again, other.id, Decision.TAKE_OUT, three)
    same = DraftPair.mentor_id == pair.mentor_id, DraftPair.mentee_id == pair.mentee_id
    (back,) = await rows(company, DraftPair, DraftPair.draft_id == again, *same)
    await decide(company, again, back.id, Decision.ALLOW, three)
    await decide(company, again, back.id, Decision.PUT_BACK, three)
    assert (await releasing.prospect(company, hr(three), again)).dropped == 1


async def test_the_same_sign_up_sent_again_ends_nothing(company: Store) -> None:
    draft = await drawn(company)
    pair = (await rows(company, DraftPair))[0]
    await _edit(company, pair.mentor_id // 10, NOW, interests=())
    (before,) = await rows(company, Person, Person.id == pair.mentor_id // 10)
    await _edit(company, pair.mentor_id // 10, NOW + timedelta(hours=1), interests=())
    (after,) = await rows(company, Person, Person.id == pair.mentor_id // 10)
    assert after.changed_at == before.changed_at
    assert (await releasing.prospect(company, hr(NOW + timedelta(hours=1)), draft)).dropped == 0


async def _edit(store: Store, mentor: int, now: datetime, **more: Any) -> None:
    (part,) = await rows(store, Participant, Participant.id == mentor * 10)
    sign_up = joining.SignUp(
        role=Role.MENTOR,
        level=Level(part.level),
        department=part.department,
        offers=tuple(Offer(one["topic"], one["level"]) for one in part.offers),
        mentor_capacity=1,
        mentee_capacity=0,
        **{"interests": ("coffee",)} | more,
    )
    await joining.join(store, person(mentor, now), 1, sign_up)


async def test_every_try_is_in_the_log_with_causes_that_hr_may_see(company: Store) -> None:
    await avoid(company, L, M)
    draft = await drawn(company)
    with pytest.raises(Rejected):
        await add(company, draft)  # both have a partner in the draft
    with pytest.raises(Rejected, match="not_signed_up"):
        await add(company, draft, M, HR)
    pair = (await rows(company, DraftPair))[0]
    await decide(company, draft, pair.id, Decision.TAKE_OUT)
    with pytest.raises(Rejected, match="outdated"):
        await decide(company, draft, pair.id, Decision.LOCK)
    tried = await rows(company, AuditEntry, AuditEntry.what == "pair_tried")
    assert [(one.details["act"], one.details["causes"]) for one in tried] == [
        ("add", ["no_capacity"]),
        ("add", ["not_signed_up"]),
        ("lock", ["outdated"]),
    ]
    assert (tried[0].details["mentor"], tried[0].details["mentee"]) == (M * 10, L * 10)
    seen = await browsing.seen_now(company, hr(), draft)
    mine = hr()
    for _ in range(2):  # the same request twice is one line
        with pytest.raises((Rejected, AlreadyDone)):
            await pairing.add(company, mine, seen, f"U{M}", f"U{L}")
    assert len(await rows(company, AuditEntry, AuditEntry.what == "pair_tried")) == 4
    log = await auditing.log_of(company, hr(), 0, 100)
    assert not any("blocked" in str(one.details) for one in log.acts)


async def test_pairs_by_hand_of_an_older_version_are_asked_about_unless_they_are_released(company: Store) -> None:
    draft = await emptied(company)
    await _older_by_hand(company, draft, M, L)
    await _older_by_hand(company, draft, MENTORS[1], LEADERS[1], what="pairs_swapped")
    async with company.write(NOW) as work:
        (await work.session.get_one(Draft, draft)).hand_made_asked = False
        await work.commit()
    unasked = await releasing.prospect(company, hr(), draft)
    assert (unasked.pairs, unasked.waiting) == (0, 2), "HR is not promised what a release would refuse"
    with pytest.raises(Rejected, match="nothing_to_release"):
        await release(company, draft)
    for _ in range(2):
        await tick_confirmations(company, NOW)
    assert {(one.mentor_id, one.closes_at) for one in await rows(company, PairConfirmation)} == {
        (M * 10, OVER),
        (MENTORS[1] * 10, OVER),
    }
    assert len(await news(company, "pair_question")) == 4
    assert (await releasing.prospect(company, hr(), draft)).waiting == 2


async def test_released_ones_of_an_older_version_stay_as_they_are(company: Store) -> None:
    draft = await emptied(company)
    await _older_by_hand(company, draft, M, L)
    await release(
        company, draft
    )  # by this version's code, as the older one would: nothing marks it as made by hand yet
    async with company.write(NOW) as work:
        (await work.session.get_one(Draft, draft)).hand_made_asked = False
        await work.commit()
    await tick_confirmations(company, NOW)
    assert await rows(company, PairConfirmation) == []
    assert len(await rows(company, Pair)) == 1


async def _older_by_hand(store: Store, draft: int, mentor: int, leader: int, what: str = "pair_added") -> None:
    """A pair that HR made by hand, as the version before stored it."""
    couple: dict[str, Any] = {"mentor_id": mentor * 10, "mentee_id": leader * 10}
    details = {"draft": draft, "version": 2, "mentor": mentor * 10, "mentee": leader * 10}
    async with store.write(NOW) as work:
        work.session.add(DraftPair(team_id=TEAM, draft_id=draft, score=5000, **couple))
        work.session.add(
            CoupleMark(team_id=TEAM, programme_id=1, verdict=Verdict.LOCKED, marked_by=HR, marked_at=NOW, **couple)
        )
        work.session.add(AuditEntry(team_id=TEAM, programme_id=1, person_id=HR, what=what, details=details, at=NOW))
        await work.commit()


async def test_home_shows_the_question_and_the_copy_of_ones_data_only_ones_own_answer(company: Store) -> None:
    draft = await emptied(company)
    await add(company, draft, why="You both build dashboards")
    await say(company, L, False)
    (part,) = (await homes.look(company, person(M))).parts
    assert [(one.partner.id, one.answer) for one in part.questions] == [(L, None)]
    stored = privacy.as_record(await privacy.look(company, person(M)))["pairconfirmation"]
    assert [(one["partner"], one["answer"]) for one in stored] == [(f"Person {L}", None)]
    assert "agrees" not in str(stored)
    await erasing.erase(company, person(L))
    found = await confirmation(company)
    assert (found.hr_reason, found.mentor_agrees, found.mentee_agrees) == ("", None, None)
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
        (datetime(2027, 2, 5, 3, 0, tzinfo=UTC), datetime(2027, 2, 10, 3, 0, tzinfo=UTC)),
    ],
)
async def test_the_time_is_three_working_days_of_the_programme(
    company: Store, asked: datetime, closes: datetime
) -> None:
    draft = await emptied(company)
    await add(company, draft, now=asked)
    assert (await confirmation(company)).closes_at == closes
    assert all(one.expires_at == closes for one in await rows(company, Outbox, Outbox.kind == "pair_question"))


async def test_what_hr_looks_at_shows_the_pair_where_it_belongs(company: Store) -> None:
    draft = await emptied(company)
    pair = await add(company, draft)
    await say(company, M, True)
    found = await browsing.browse(company, hr(), draft, Look(), 50)
    (row,) = [one for one in found.rows if one.pair.id == pair]
    assert row.confirmation
    assert row.confirmation.state == ConfirmationState.WAITING
    await tick_confirmations(company, OVER)
    out = await browsing.browse(company, hr(OVER), draft, Look(Show.OUT), 50)
    assert pair in {one.pair.id for one in out.rows}
    for decision in (Decision.PUT_BACK, Decision.LOCK):
        with pytest.raises(Rejected):
            await decide(company, draft, pair, decision, OVER)


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


async def test_an_update_asks_about_what_was_made_by_hand_before_it(empty_url: str) -> None:
    """On a database of the version before: an open draft with a pair by hand, and one that was released."""
    engine = make_engine(empty_url)
    ours = next(place for place, one in enumerate(revisions()) if "0017" in one)
    await upgrade(engine, revisions()[ours - 1])
    people = [
        Person(id=number, team_id=TEAM, slack_id=f"U{number}", name=f"Person {number}", created_at=NOW)
        for number in range(1, 6)
    ]
    programme = Programme(
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
        created_by=1,
    )
    parts = [
        Participant(
            id=number * 10,
            team_id=TEAM,
            programme_id=1,
            person_id=number,
            role="mentor" if number % 2 else "mentee",
            level=2,
            department="",
            joined_at=NOW,
        )
        for number in range(2, 6)
    ]
    first, second = {"mentor_id": 30, "mentee_id": 20}, {"mentor_id": 50, "mentee_id": 40}
    drafts = [
        Draft(id=1, team_id=TEAM, programme_id=1, created_at=NOW, created_by=1, state=DraftState.RELEASED),
        Draft(id=2, team_id=TEAM, programme_id=1, created_at=NOW, created_by=1),
    ]
    pairs: list[Any] = [
        DraftPair(
            id=number, team_id=TEAM, draft_id=number, mentor_id=one["mentor_id"], mentee_id=one["mentee_id"], score=1
        )
        for number, one in ((1, first), (2, second))
    ]
    entries = [
        AuditEntry(
            id=number,
            team_id=TEAM,
            programme_id=1,
            person_id=1,
            what="pair_added",
            details={"draft": number, "version": 2, "mentor": one["mentor_id"], "mentee": one["mentee_id"]},
            at=NOW,
        )
        for number, one in ((1, first), (2, second))
    ]
    released = Pair(
        id=1,
        team_id=TEAM,
        programme_id=1,
        mentor_id=first["mentor_id"],
        mentee_id=first["mentee_id"],
        introduced_at=NOW,
    )
    async with engine.begin() as connection:
        there = await connection.run_sync(
            lambda sync: {name: {one["name"] for one in inspect(sync).get_columns(name)} for name in TABLES}
        )
        for row in [*people, programme, *parts, *drafts, *pairs, *entries, released]:
            name = str(row.__tablename__)
            values = {one: value for one, value in row.model_dump().items() if one in there[name]}
            columns = [column(one.name, one.type) for one in SQLModel.metadata.tables[name].c if one.name in values]
            await connection.execute(insert(table(name, *columns)).values(values))
    await upgrade(engine)
    store = Store(engine)
    for _ in range(2):
        await tick_confirmations(store, NOW)
    (asked,) = await rows(store, PairConfirmation)
    assert (asked.mentor_id, asked.mentee_id) == (second["mentor_id"], second["mentee_id"])
    assert (asked.state, asked.asked_by, asked.closes_at) == (ConfirmationState.WAITING, 1, OVER)
    assert sorted(one.person_id for one in await rows(store, Outbox, Outbox.kind == "pair_question")) == [4, 5]
    assert len(await rows(store, Pair)) == 1
    await engine.dispose()


TABLES = ("person", "programme", "participant", "draft", "draftpair", "auditentry", "pair")

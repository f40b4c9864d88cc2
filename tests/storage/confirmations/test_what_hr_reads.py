"""What HR reads of a pair made by hand: "confirmed" or nothing, and who avoids whom stays hidden."""

import itertools
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.sessions import Side
from bot.services.caller import Rejected
from bot.services.care import pauses
from bot.services.matching import alternates, pairing
from bot.services.matching import audit_log as auditing
from bot.services.matching import draft_pages as browsing
from bot.services.matching.confirmation_tick import tick_confirmations
from bot.services.matching.draft_pages import DraftPart, DraftSearch
from bot.services.matching.pair_actions import Decision
from bot.services.signup import join as joining
from storage.tables import (
    AuditEntry,
    ConfirmationState,
    DraftPair,
    Participant,
)
from storage.unit_of_work import AlreadyDone, Store
from tests.storage.confirmations.hand_made import (
    LEADERS,
    MENTORS,
    OVER,
    L,
    M,
    add,
    avoid,
    emptied,
    news,
    say,
    what_hr_reads,
)
from tests.storage.drafts import HR, NOW, decide, draw, here, hr, person, rows


async def test_of_thirty_couples_the_avoiding_one_reads_like_any_other(sqlite_company: Store) -> None:
    """A fifth of the couples on one database; CI tries all of them on both."""
    await _try_couples(sqlite_company, every=5)


@pytest.mark.soak
async def test_of_all_thirty_couples_too(company: Store) -> None:
    await _try_couples(company, every=1)


async def _try_couples(company: Store, every: int) -> None:
    """HR adds couples, looks at everything there is, takes it back and looks again."""
    for number in (*MENTORS, *LEADERS):  # all alike, so that only the avoidance could make a difference
        await _alike(company, number)
    avoiding = LEADERS[4], MENTORS[5]
    await avoid(company, *avoiding)
    draft = await emptied(company)
    proposed = {(one.mentor_id // 10, one.leader_id // 10) for one in await rows(company, DraftPair)}
    # What the solver proposed is left out: it is never two who avoid each other, which nothing can hide.
    couples = [couple for couple in itertools.product(MENTORS, LEADERS) if couple not in proposed]
    assert len(couples) == 25
    avoided = couples.index((avoiding[1], avoiding[0]))
    found = {}
    for couple in couples[avoided % every :: every]:
        pair = await add(company, draft, *couple)
        first = await what_hr_reads(company, draft, pair, NOW)
        named = [one for one in await news(company, "pair_question") if one[1] in couple]
        others = await _others(company, draft, pair, couple)
        await decide(company, draft, pair, Decision.TAKE_OUT)
        found[couple] = (first, len(named[-2:]), others, (await what_hr_reads(company, draft, pair, NOW))[:-2])
    assert len(found) == 25 // every
    assert couples[avoided] in found
    states = {couple: _without_counts(told) for couple, told in found.items()}
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
    (card, asked, _, release_preview, log, (kind, _), _), questions, others, then = told
    return (card, asked, release_preview, log[0], kind), questions, others, (then[0], then[1], then[3], then[4])


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


@pytest.mark.wide(2)
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
        assert log[0] == ("pair_not_confirmed", OVER, ["leader", "mentor"])
        assert (kind, due_at) == ("pair_settled", OVER)
    with pytest.raises(Rejected, match="question_over" if way != "left" else "left_programme"):
        await say(company, M, True, OVER)
    with pytest.raises(Rejected, match="asked_before"):
        await add(company, draft, now=OVER)
    assert L * 10 not in {one.leader_id for one in await rows(company, DraftPair) if not one.excluded}


async def test_every_try_is_in_the_log_with_causes_that_hr_may_see(company: Store) -> None:
    await avoid(company, L, M)
    draft = await draw(company)
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


async def test_what_hr_looks_at_shows_the_pair_where_it_belongs(company: Store) -> None:
    draft = await emptied(company)
    pair = await add(company, draft)
    await say(company, M, True)
    found = await browsing.browse(company, hr(), draft, DraftSearch(), 50)
    (row,) = [one for one in found.rows if one.pair.id == pair]
    assert row.confirmation
    assert row.confirmation.state == ConfirmationState.WAITING
    await tick_confirmations(company, OVER)
    out = await browsing.browse(company, hr(OVER), draft, DraftSearch(DraftPart.OUT), 50)
    assert pair in {one.pair.id for one in out.rows}
    for decision in (Decision.PUT_BACK, Decision.LOCK):
        with pytest.raises(Rejected):
            await decide(company, draft, pair, decision, OVER)

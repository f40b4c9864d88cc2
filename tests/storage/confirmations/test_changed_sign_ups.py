"""What a changed sign-up ends in an open draft, whatever was changed in it."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlmodel import col

from bot.domain.signup import Level, Offer, Role
from bot.services.care import pauses
from bot.services.matching import draft_review as reviewing
from bot.services.matching import release as releasing
from bot.services.matching.pair_actions import Decision
from bot.services.participants import on_behalf
from bot.services.signup import join as joining
from storage.tables import (
    CoupleMark,
    DraftPair,
    Participant,
    Person,
    Verdict,
)
from storage.unit_of_work import Store
from tests.storage.drafts import NOW, decide, draw, hr, person, rows


@pytest.mark.parametrize("change", ["avoidance", "interest"])
async def test_a_changed_sign_up_ends_locks_and_pairs_whatever_was_changed(company: Store, change: str) -> None:
    """Otherwise a lock that falls, or a pair that is not released, would tell HR of a new avoidance."""
    draft = await draw(company)
    pair = (await rows(company, DraftPair))[0]
    await decide(company, draft, pair.id, Decision.LOCK)
    later = NOW + timedelta(hours=1)
    mentor, leader = pair.mentor_id // 10, pair.leader_id // 10
    await _edit(company, mentor, later, avoids=(f"U{leader}",) if change == "avoidance" else ())
    found = await releasing.preview_release(company, hr(later), draft)
    assert (found.pairs, found.dropped) == (4, 1)
    again = await draw(company, later)
    overview = await reviewing.overview(company, hr(later), again)
    assert [one.rule for one in overview.unkept] == ["sign_up_changed"]
    assert [one for one in await rows(company, CoupleMark) if one.verdict == Verdict.LOCKED] == []


async def test_what_hr_changes_ends_locks_and_pairs_of_their_programme_alone(company: Store) -> None:
    draft = await draw(company)
    pair = (await rows(company, DraftPair))[0]
    await decide(company, draft, pair.id, Decision.LOCK)
    later, mentor = NOW + timedelta(hours=1), pair.mentor_id // 10
    (part,) = await rows(company, Participant, Participant.id == pair.mentor_id)
    (before,) = await rows(company, Person, Person.id == mentor)
    given = on_behalf.OnBehalf(
        Role(part.role),
        Level(part.level),
        "Elsewhere",
        tuple(one["topic"] for one in part.offers),
        tuple(one["topic"] for one in part.wishes),
        before.language,
        mentor_capacity=part.mentor_capacity,
        leader_capacity=part.leader_capacity,
    )
    saved = await on_behalf.save_on_behalf(company, hr(later), before.slack_id, given, first=False)
    assert saved.changed == ("department",)
    found = await releasing.preview_release(company, hr(later), draft)
    assert (found.pairs, found.dropped) == (4, 1)
    overview = await reviewing.overview(company, hr(later), await draw(company, later))
    assert [one.rule for one in overview.unkept] == ["sign_up_changed"]
    (after,) = await rows(company, Person, Person.id == mentor)
    assert after.changed_at == before.changed_at, "another programme sees it"


@pytest.mark.parametrize("change", ["avoidance", "interest"])
async def test_a_pair_that_comes_back_from_a_ban_is_as_old_as_its_proposal(company: Store, change: str) -> None:
    """Drawn up again without the two, a draft no longer holds when they were proposed."""
    draft = await draw(company)
    pair = (await rows(company, DraftPair))[0]
    await decide(company, draft, pair.id, Decision.FORBID)
    mentor, leader = pair.mentor_id // 10, pair.leader_id // 10
    one, two, three = (NOW + timedelta(hours=hours) for hours in (1, 2, 3))
    await pauses.pause(company, person(mentor, one), None)
    await draw(company, one)
    await pauses.resume(company, person(mentor, two))
    await _edit(company, mentor, two, avoids=(f"U{leader}",) if change == "avoidance" else ())
    again = await draw(company, three)
    for other in await rows(company, DraftPair, DraftPair.draft_id == again, col(DraftPair.excluded).is_(False)):
        await decide(company, again, other.id, Decision.TAKE_OUT, three)
    same = DraftPair.mentor_id == pair.mentor_id, DraftPair.leader_id == pair.leader_id
    (back,) = await rows(company, DraftPair, DraftPair.draft_id == again, *same)
    await decide(company, again, back.id, Decision.ALLOW, three)
    await decide(company, again, back.id, Decision.PUT_BACK, three)
    assert (await releasing.preview_release(company, hr(three), again)).dropped == 1


async def test_the_same_sign_up_sent_again_ends_nothing(company: Store) -> None:
    draft = await draw(company)
    pair = (await rows(company, DraftPair))[0]
    await _edit(company, pair.mentor_id // 10, NOW, interests=())
    (before,) = await rows(company, Person, Person.id == pair.mentor_id // 10)
    await _edit(company, pair.mentor_id // 10, NOW + timedelta(hours=1), interests=())
    (after,) = await rows(company, Person, Person.id == pair.mentor_id // 10)
    assert after.changed_at == before.changed_at
    assert (await releasing.preview_release(company, hr(NOW + timedelta(hours=1)), draft)).dropped == 0


async def _edit(store: Store, mentor: int, now: datetime, **more: Any) -> None:
    (part,) = await rows(store, Participant, Participant.id == mentor * 10)
    sign_up = joining.SignUp(
        role=Role.MENTOR,
        level=Level(part.level),
        department=part.department,
        offers=tuple(Offer(one["topic"], one["level"]) for one in part.offers),
        mentor_capacity=1,
        leader_capacity=0,
        **{"interests": ("coffee",)} | more,
    )
    await joining.join(store, person(mentor, now), 1, sign_up)

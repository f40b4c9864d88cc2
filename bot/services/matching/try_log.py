"""Logs every try of HR on two named people: successful ones with their transaction, refused ones here."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.services.access import audit
from bot.services.caller import HrCaller, Rejected
from bot.services.matching.visible_rules import Objected
from storage.queries import person_by_slack
from storage.tables import Draft, DraftPair, Participant
from storage.unit_of_work import Store

TRIED = "pair_tried"
"""The audit code of a refused try."""
BY_HAND = ("pair_added", "pairs_swapped", "partner_changed")
"""The audit code of pairing two people by hand."""


@asynccontextmanager
async def recorded(
    store: Store, hr: HrCaller, draft_id: int, act: str, about: Sequence[str | int]
) -> AsyncIterator[None]:
    """Write an audit entry if the enclosed block is rejected, with the cause that HR reads, and re-raise.

    `about`: the two people by their Slack ids, or one pair of the draft by its id, with another Slack id or sign-up.
    The entry has the request's idempotency key, so that a repeated try is recorded once.
    """
    try:
        yield
    except Rejected as refusal:
        async with store.write(hr.now, receipt=hr.signed) as work:
            if isinstance(refusal, Objected):
                tried = [_named(couple, refusal) for couple in dict.fromkeys(one.couple for one in refusal.objections)]
            else:
                tried = [{**await _people(work.session, hr, draft_id, about), "causes": [refusal.code]}]
            for details in tried:
                if len(details) > 1:
                    await audit(work, hr, TRIED, {"draft": draft_id, "act": act, **details})
            await work.commit()
        raise


def _named(couple: tuple[int, int], refusal: Objected) -> dict[str, Any]:
    causes = [one.rule for one in refusal.objections if one.couple == couple]
    return {"mentor": couple[0], "mentee": couple[1], "causes": causes}


async def _people(session: AsyncSession, hr: HrCaller, draft_id: int, about: Sequence[str | int]) -> dict[str, int]:
    """The people as an audit entry names them: `mentor` and `mentee` by sign-up, people without one by `person`.

    Nobody, for a draft of another programme.
    """
    draft = await session.get(Draft, draft_id)
    if draft is None or draft.team_id != hr.team_id or draft.programme_id != hr.programme_id:
        return {}
    found: dict[str, int] = {}
    for role, one in zip(("mentor", "mentee"), about, strict=False):
        if isinstance(one, int):
            pair = await session.get(DraftPair, one)
            if pair and pair.draft_id == draft.id:
                found |= {"mentor": pair.mentor_id, "mentee": pair.leader_id}
            break
        person = await person_by_slack(session, hr.team_id, one)
        if person is None:
            continue
        mine = select(Participant.id).where(
            Participant.programme_id == hr.programme_id, Participant.person_id == person.id
        )
        sign_up = (await session.exec(mine.order_by(col(Participant.id)))).first()
        found |= {role: sign_up} if sign_up else {"person": person.id}
    return found

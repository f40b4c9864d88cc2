"""HR decides on the pairs of a draft. Nobody else hears of it before the release."""

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.services.caller import HrCaller, Refusal
from bot.services.drafts import audit, open_draft, open_programme
from storage.tables import Draft, DraftPair, Pair, PairState, Participant
from storage.unit_of_work import Store


async def set_excluded(store: Store, hr: HrCaller, draft_pair_id: int, *, excluded: bool) -> Draft:
    """Take a pair out of the draft, or put it back; harmless if it is so already.

    Raises `Refusal`: outdated, already_released, draft_outdated, no_place_left (one of the two has another partner in
    this draft by now), programme_ended.
    """
    async with store.write(hr.now, receipt=hr.signed) as work:
        await open_programme(work.session, hr, lock=True)
        pair = await work.session.get(DraftPair, draft_pair_id)
        if pair is None:
            raise Refusal("outdated")
        draft = await open_draft(work.session, hr, pair.draft_id)
        if pair.excluded != excluded:
            if not excluded:
                await _refuse_if_full(work.session, draft, pair)
            pair.excluded = excluded
            details = {"draft": draft.id, "mentor": pair.mentor_id, "mentee": pair.mentee_id}
            await audit(work, hr, "pair_taken_out" if excluded else "pair_put_back", details)
        await work.commit()
    return draft


# What HR's other acts on a draft need as well


async def _refuse_if_full(session: AsyncSession, draft: Draft, pair: DraftPair) -> None:
    """Drawn up again without this pair, the draft may have given a place of it to somebody else."""
    live = (DraftPair.draft_id == draft.id, col(DraftPair.excluded).is_(False))
    mentor = await session.get_one(Participant, pair.mentor_id)
    mentee = await session.get_one(Participant, pair.mentee_id)
    for mine, held, places in (
        (DraftPair.mentor_id == mentor.id, Pair.mentor_id == mentor.id, mentor.mentor_capacity),
        (DraftPair.mentee_id == mentee.id, Pair.mentee_id == mentee.id, mentee.mentee_capacity),
    ):
        proposed = (await session.exec(select(DraftPair.id).where(mine, *live))).all()
        partners = (await session.exec(select(Pair.id).where(held, Pair.state == PairState.ACTIVE))).all()
        if len(proposed) + len(partners) >= places:
            raise Refusal("no_place_left")

"""HR's decisions on a pair of a draft. Nobody else is notified before the release."""

from collections.abc import Awaitable, Callable
from enum import StrEnum

from bot.services.caller import HrCaller, Rejected
from bot.services.matching.confirmations import of_couple, withdraw
from bot.services.matching.draft_edit import Change, DraftVersion, changing
from bot.services.matching.try_log import recorded
from storage.tables import DraftPair, Verdict
from storage.unit_of_work import Store

LONGEST_NOTE = 500


class Decision(StrEnum):
    LOCK = "lock"
    UNLOCK = "unlock"
    TAKE_OUT = "take_out"
    PUT_BACK = "put_back"
    FORBID = "forbid"
    ALLOW = "allow"


async def decide(store: Store, hr: HrCaller, seen: DraftVersion, pair_id: int, decision: Decision) -> None:
    """Apply HR's decision about a pair; idempotent.

    Locks and forbids belong to the programme; excluded pairs stay out of this draft and later ones.
    A pair made by hand that is excluded or forbidden is withdrawn for good: its two people are notified, and it is
    neither locked nor restored. Raises `EditConflict`, and `Rejected`: outdated, already_released, draft_outdated,
    no_place_left, asked_before, programme_ended.
    """
    async with recorded(store, hr, seen.draft_id, decision, (pair_id,)), changing(store, hr, seen) as change:
        await _DO[decision](change, await change.pair(pair_id))


async def note(store: Store, hr: HrCaller, seen: DraftVersion, pair_id: int, text: str) -> None:
    """Store a note about a pair that only HR can read; "" deletes it.

    Raises `EditConflict`, and `Rejected`: outdated, already_released, draft_outdated, programme_ended, too_long.
    """
    if len(text) > LONGEST_NOTE:
        raise Rejected("too_long", longest=LONGEST_NOTE)
    async with changing(store, hr, seen) as change:
        pair = await change.pair(pair_id)
        mark = await change.mark(pair.mentor_id, pair.leader_id)
        if mark.note != text:
            mark.note = text
            await change.did("pair_noted" if text else "pair_note_gone", pair)


async def hold(store: Store, hr: HrCaller, seen: DraftVersion, participant_id: int) -> None:
    """Hold a person back in both roles: exclude them from this draft and every draft until `let_in`. Introduced pairs
    stay.

    Raises as `decide`.
    """
    async with changing(store, hr, seen) as change:
        part = await change.participant(participant_id)
        if part.held_at is None:
            part.held_at = hr.now
            for pair in await change.pairs_of(participant_id):
                await _take_out(change, pair)
            await change.did_to("mentor_held", part)


async def let_in(store: Store, hr: HrCaller, seen: DraftVersion, participant_id: int) -> None:
    """Let a person who is held back be paired again: their excluded pairs are restored where places allow.

    Raises as `decide`.
    """
    async with changing(store, hr, seen) as change:
        part = await change.participant(participant_id)
        if part.held_at is not None:
            part.held_at = None
            await change.did_to("mentor_let_in", part)
            for pair in await change.taken_out(participant_id):
                if not await _asked(change, pair) and await _may_return(change, pair):
                    await _put_back(change, pair)


async def _lock(change: Change, pair: DraftPair) -> None:
    if pair.excluded or await _asked(change, pair):
        raise Rejected("outdated")
    mark = await change.mark(pair.mentor_id, pair.leader_id)
    if mark.verdict != Verdict.LOCKED:
        mark.verdict, mark.proposed_at = Verdict.LOCKED, pair.made_at or change.draft.created_at
        await change.did("pair_locked", pair)


async def _unlock(change: Change, pair: DraftPair) -> None:
    if await _asked(change, pair):
        raise Rejected("outdated")
    if await _verdict(change, pair) == Verdict.LOCKED:
        (await change.mark(pair.mentor_id, pair.leader_id)).verdict = None
        await change.did("pair_unlocked", pair)


async def _take_out(change: Change, pair: DraftPair) -> None:
    if not pair.excluded:
        if await _take_back(change, pair):
            return
        if await _verdict(change, pair):
            (await change.mark(pair.mentor_id, pair.leader_id)).verdict = None
        pair.excluded = True
        await change.did("pair_taken_out", pair)


async def _put_back(change: Change, pair: DraftPair) -> None:
    if await _verdict(change, pair) == Verdict.FORBIDDEN:
        raise Rejected("outdated")
    if await _asked(change, pair):
        raise Rejected("asked_before")
    if pair.excluded:
        if not await _may_return(change, pair):
            raise Rejected("no_place_left")
        pair.excluded = False
        await change.did("pair_put_back", pair)


async def _forbid(change: Change, pair: DraftPair) -> None:
    await _take_back(change, pair)
    mark = await change.mark(pair.mentor_id, pair.leader_id)
    if mark.verdict != Verdict.FORBIDDEN:
        mark.verdict, pair.excluded = Verdict.FORBIDDEN, True
        mark.proposed_at = pair.made_at or change.draft.created_at
        await change.did("pair_forbidden", pair)


async def _allow(change: Change, pair: DraftPair) -> None:
    """Allow the two to be paired again, and pair them if both have a place and their score is known."""
    if await _verdict(change, pair) == Verdict.FORBIDDEN:
        (await change.mark(pair.mentor_id, pair.leader_id)).verdict = None
        if pair.explanation and not await _asked(change, pair) and await _may_return(change, pair):
            pair.excluded = False
        await change.did("pair_allowed", pair, back=not pair.excluded)


async def _take_back(change: Change, pair: DraftPair) -> bool:
    """Withdraw a pair made by hand; False for one that the solver proposed."""
    if not await withdraw(change.work, change.programme, (pair.mentor_id, pair.leader_id)):
        return False
    await change.did("pair_withdrawn", pair)
    return True


async def _asked(change: Change, pair: DraftPair) -> bool:
    """Whether HR made the pair by hand, so that its two people were asked."""
    return await of_couple(change.work.session, change.programme.id, (pair.mentor_id, pair.leader_id)) is not None


async def _verdict(change: Change, pair: DraftPair) -> str | None:
    mark = await change.marked(pair.mentor_id, pair.leader_id)
    return mark.verdict if mark else None


async def _may_return(change: Change, pair: DraftPair) -> bool:
    """Whether HR holds neither back, and both have a place: a re-run without them may have given one to another."""
    for participant_id in (pair.mentor_id, pair.leader_id):
        if (await change.participant(participant_id)).held_at:
            return False
    teaching = await change.free_places(pair.mentor_id, as_mentor=True)
    return teaching > 0 and await change.free_places(pair.leader_id, as_mentor=False) > 0


_DO: dict[Decision, Callable[[Change, DraftPair], Awaitable[None]]] = {
    Decision.LOCK: _lock,
    Decision.UNLOCK: _unlock,
    Decision.TAKE_OUT: _take_out,
    Decision.PUT_BACK: _put_back,
    Decision.FORBID: _forbid,
    Decision.ALLOW: _allow,
}

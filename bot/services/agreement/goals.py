"""Progress of a pair's goals. Either of the two reports it; only the two see it."""

from collections.abc import Sequence
from datetime import timedelta

from sqlmodel import col, select

from bot.domain.agreement import LONGEST, SETTLED, Headway, State
from bot.domain.sessions import Pack
from bot.services.agreement.agreement import AgreementView, headway_of, newest, version_of
from bot.services.agreement.goal_dates import note_progress
from bot.services.caller import Caller, InvalidInput, Rejected
from bot.services.pair_context import my_couple
from storage.tables import MentoringSession, SessionState
from storage.unit_of_work import Store, UnitOfWork

ABOUT_GOALS = (Pack.CONTRACT, Pack.HARVEST)
REVIEWED_FOR = timedelta(days=14)
"""How long after such a session the two are not asked to look at their goals."""


async def read_signed_agreement(store: Store, caller: Caller, pair_id: int) -> AgreementView:
    """The agreement of the goals. Raises `Rejected`: goals_unsigned, and those of `my_couple`."""
    async with store.read(caller.now) as work:
        found, side = await my_couple(work.session, caller, pair_id, after_the_end=True)
        return _both_signed(AgreementView(found, side, await newest(work.session, pair_id)))


async def update(store: Store, caller: Caller, pair_id: int, version: int, headway: Sequence[Headway]) -> AgreementView:
    """Store the progress of each goal of that version, in their order.

    Raises `InvalidInput`; `Rejected`: agreement_outdated (there is a newer version), and those of
    `read_signed_agreement`.
    """
    async with store.write(caller.now, receipt=caller.signed) as work:
        found, side = await my_couple(work.session, caller, pair_id, lock=True, after_the_end=True)
        seen = _both_signed(AgreementView(found, side, await newest(work.session, pair_id)))
        if seen.agreement is None or seen.version != version or len(headway) != len(seen.agreement.goals):
            raise Rejected("agreement_outdated")
        if long := [number for number, one in enumerate(headway, 1) if len(one.note) > LONGEST["note"]]:
            raise InvalidInput({f"note{number}": "too_long" for number in long})
        seen.agreement.goals = [
            {**goal, "progress": one.progress.value, "note": one.note}
            for goal, one in zip(seen.agreement.goals, headway, strict=True)
        ]
        await note_progress(work, seen.agreement, found, side)
        await work.commit()
    return seen


async def have_goals_to_review(work: UnitOfWork, pair_id: int) -> bool:
    """Whether a signed goal is open, and no session of the last days was about the goals."""
    agreement = await newest(work.session, pair_id)
    if agreement is None or not version_of(agreement).signed_at:
        return False
    if all(one.progress in SETTLED for one in headway_of(agreement)):
        return False
    about_goals = select(MentoringSession.id).where(
        MentoringSession.pair_id == pair_id,
        MentoringSession.state == SessionState.HELD,
        col(MentoringSession.pack).in_(ABOUT_GOALS),
        col(MentoringSession.starts_at) > work.now - REVIEWED_FOR,
    )
    return (await work.session.exec(about_goals.limit(1))).first() is None


def _both_signed(seen: AgreementView) -> AgreementView:
    if seen.state is not State.SIGNED:
        raise Rejected("goals_unsigned")
    return seen

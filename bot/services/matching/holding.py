"""HR holds a person back, or lets them in again, from its list of people: with or without an open draft."""

from sqlmodel import col, select

from bot.services.access import audit, open_programme
from bot.services.caller import HrCaller, Rejected
from bot.services.matching import pair_actions
from bot.services.matching.draft_edit import DraftVersion
from bot.services.participants.listing import participant_of_hr
from storage.tables import Draft, DraftState, ParticipantState
from storage.unit_of_work import Store


async def set_hold(store: Store, hr: HrCaller, participant_id: int, *, held: bool) -> int | None:
    """Hold a person back, or let them in; the open draft that changes with it, if there is one.

    Raises as `pair_actions.hold`, and `Rejected`: programme_ended, outdated.
    """
    async with store.read(hr.now) as work:
        newest = select(Draft).where(Draft.programme_id == hr.programme_id, Draft.state == DraftState.OPEN)
        draft = (await work.session.exec(newest.order_by(col(Draft.id).desc()))).first()
        part, _ = await participant_of_hr(work.session, hr, participant_id)
    if part.state == ParticipantState.LEFT:
        raise Rejected("outdated")
    if draft is not None:
        act = pair_actions.hold if held else pair_actions.let_in
        await act(store, hr, DraftVersion(draft.id, draft.version), participant_id)
        return draft.id
    async with store.write(hr.now, receipt=hr.signed) as work:
        await open_programme(work.session, hr, lock=True)
        part, _ = await participant_of_hr(work.session, hr, participant_id, lock=True)
        if (part.held_at is not None) != held:
            part.held_at = hr.now if held else None
            await audit(work, hr, "mentor_held" if held else "mentor_let_in", {"part": part.id})
        await work.commit()
    return None

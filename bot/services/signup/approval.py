"""Approval of sign-ups, if HR wants it: who signs up waits until HR decides, and is in no draft until then."""

from collections.abc import Collection

from bot.domain.messages.kind import OutboxMessage
from bot.domain.messages.signup import SignUpApprovedMessage
from bot.domain.orientation import sides_of
from bot.domain.signup import Role
from bot.services.access import audit, open_programme
from bot.services.caller import HrCaller
from bot.services.matching.unmatched_followup import plan_followup
from bot.services.orientation.orientation import offer
from bot.services.recruiting.announcement import count_soon
from bot.services.signup.waiting import waiting_sign_ups
from storage.outbox import outgoing
from storage.tables import Participant, ParticipantState, Programme, ProgrammeState
from storage.unit_of_work import Store, UnitOfWork


async def approve(store: Store, hr: HrCaller, participant_ids: Collection[int]) -> int:
    """Approve the sign-ups that still wait; how many. Each person is told. Raises `Rejected`: programme_ended."""
    async with store.write(hr.now, receipt=hr.signed) as work:
        programme = await open_programme(work.session, hr, lock=True)
        waiting = [one for one in await waiting_sign_ups(work.session, programme.id) if one.id in participant_ids]
        for part in waiting:
            part.state, part.waits_since = ParticipantState.ACTIVE, None
            part.admitted_at = part.joined_at = hr.now
            await begin(work, programme, part, SignUpApprovedMessage(hr.now.isoformat()))
            await audit(work, hr, "sign_up_approved", {"part": part.id})
        await count_soon(work, programme.id)
        await work.commit()
    return len(waiting)


async def begin(work: UnitOfWork, programme: Programme, part: Participant, welcome: OutboxMessage) -> None:
    """A person begins to take part: the message that says so, the orientation, and for late joiners what comes next."""
    await offer(work, part)  # the message has the button for it
    await work.send(outgoing(welcome, programme.team_id, programme.id, person_id=part.person_id))
    if programme.state == ProgrammeState.RUNNING:
        await plan_followup(work, part, sides_of(Role(part.role))[0], f"joined-{work.now:%Y%m%d}")

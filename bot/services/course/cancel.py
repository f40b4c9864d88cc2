"""HR cancels a programme: it is closed at once, without farewells, certificates or questions."""

from sqlalchemy import or_, update
from sqlmodel import col, select

from bot.domain.broadcasts import CancelledWhy
from bot.domain.calendar import local
from bot.domain.course import Act, Change
from bot.domain.messages.course import ProgrammeCancelledMessage
from bot.domain.messages.registry import TO_ANYBODY
from bot.services.access import audit, open_programme
from bot.services.broadcasts.sending import cancel as cancel_broadcast
from bot.services.caller import HrCaller
from bot.services.course.change import EffectChanged, to_hr
from bot.services.course.effects import Effect, effect_of
from bot.services.course.facts import facts_of
from bot.services.course.news import off_of_each, soon
from bot.services.programme.end import last_day
from bot.services.sessions.called_off import Why, call_off
from bot.services.training.kickoffs import cancel_all
from storage.outbox import outgoing
from storage.tables import (
    ActionCard,
    Broadcast,
    BroadcastState,
    Draft,
    EndedBy,
    Invitation,
    Outbox,
    OutboxState,
    Pair,
    PairState,
    Programme,
    ProgrammeState,
    Rhythm,
    RhythmState,
)
from storage.unit_of_work import Store, UnitOfWork


async def cancel(store: Store, hr: HrCaller, mark: str) -> tuple[Programme, Effect]:
    """Cancel the caller's programme, if the effect is what HR was shown.

    Participants, and invited people who have not answered, get one message each.

    Raises `EffectChanged`, `Rejected`: programme_ended.
    """
    async with store.write(hr.now, receipt=hr.signed) as work:
        programme = await open_programme(work.session, hr, lock=True)
        facts = await facts_of(work, programme, lock=True)
        effect, _ = effect_of(facts, Change(Act.CANCEL))
        if effect.mark != mark:
            raise EffectChanged
        pair_ids = [one.couple.pair.id for one in facts.pairs]
        off = await off_of_each(work, await call_off(work, pair_ids, Why.COURSE))
        await _end_pairs(work, pair_ids)
        await _drop_waiting(work, programme)
        await _stop_planned(work, programme)
        await cancel_all(work, programme)
        _close(programme, work)
        await audit(work, hr, "course_cancel", {})
        messages = []
        for person_id in facts.people:
            mine = off.get(person_id, [])
            message = ProgrammeCancelledMessage(tuple(one.change for one in mine))
            urgent = await soon(work, programme, person_id, mine)
            messages.append(outgoing(message, programme.team_id, programme.id, person_id=person_id, urgent=urgent))
        for person_id in facts.invited:
            message = ProgrammeCancelledMessage(invited=True)
            messages.append(outgoing(message, programme.team_id, programme.id, person_id=person_id))
        await work.send_all(messages)
        await work.send(to_hr(programme, effect, hr))
        await work.commit()
    return programme, effect


async def _end_pairs(work: UnitOfWork, pair_ids: list[int]) -> None:
    """End the pairs, and what would still be asked about them."""
    nothing = {"next_check_at": None, "next_close_at": None, "paused_until": None, "ended_by": EndedBy.CANCELLED}
    theirs = update(Pair).where(col(Pair.id).in_(pair_ids))
    await work.session.exec(theirs.values(state=PairState.ENDED, ended_at=work.now, **nothing))
    waiting = update(Rhythm).where(col(Rhythm.pair_id).in_(pair_ids), col(Rhythm.state) == RhythmState.OPEN)
    await work.session.exec(waiting.values(state=RhythmState.REPLACED, answered_at=work.now))
    cards = update(ActionCard).where(col(ActionCard.pair_id).in_(pair_ids))
    await work.session.exec(cards.values(next_follow_at=None))


async def _stop_planned(work: UnitOfWork, programme: Programme) -> None:
    """Drop the planned release, HR's scheduled messages and the reminders of invitations.

    HR has just read that all of them stop, so no job reports each of them at its time.
    """
    drafts = update(Draft).where(col(Draft.programme_id) == programme.id)
    await work.session.exec(drafts.values(release_at=None, release_look_at=None, release_planned_by=None))
    scheduled = select(Broadcast).where(
        Broadcast.programme_id == programme.id, Broadcast.state == BroadcastState.SCHEDULED
    )
    for broadcast in (await work.session.exec(scheduled)).all():
        cancel_broadcast(broadcast, CancelledWhy.PROGRAMME_ENDED, work.now)
    invited = update(Invitation).where(col(Invitation.programme_id) == programme.id)
    await work.session.exec(invited.values(remind_at=None))


async def _drop_waiting(work: UnitOfWork, programme: Programme) -> None:
    """Drop the waiting messages to the programme's people, its pairs and the announcement's channel."""
    waits = (
        col(Outbox.programme_id) == programme.id,
        col(Outbox.state) == OutboxState.PENDING,
        or_(
            col(Outbox.person_id).is_not(None),
            col(Outbox.pair_id).is_not(None),
            col(Outbox.channel) == programme.announce_channel,
        ),
        or_(col(Outbox.kind).not_in(TO_ANYBODY), col(Outbox.kind) == "course_changed"),
    )
    await work.session.exec(update(Outbox).where(*waits).values(state=OutboxState.DROPPED, error="cancelled"))


def _close(programme: Programme, work: UnitOfWork) -> None:
    programme.state, programme.cancelled_at = ProgrammeState.CLOSED, work.now
    programme.ends_on = min(last_day(programme), local(work.now, programme.zone).date())
    programme.paused_at = programme.paused_until = None
    programme.next_close_at = programme.next_summary_at = programme.next_recruit_at = programme.count_at = None
    programme.circles_at = work.now  # its mentors are in no circle any more
    programme.forget_at = None

"""Reports undelivered messages, each once."""

from bot.domain.calendar import local
from bot.domain.messages.alerts import TroubleMessage
from bot.domain.messages.registry import kind_of, read_payload
from bot.domain.messages.sessions import LeaderPackMessage, MentorPackMessage, ReminderMessage, StepMessage
from bot.services.caller import Caller, HrCaller, Rejected
from bot.services.care.concerns import pass_on
from bot.services.polls.polls import slot_of
from bot.services.recruiting.public_channel import is_refused_there, tell_of_refusal
from bot.services.sessions.pair_news import NEWS_KINDS, tell_in_dm
from bot.services.working_hours import is_away
from storage.outbox import drop, outgoing, retry
from storage.queries import participation, person_of
from storage.tables import MentoringSession, Outbox, OutboxState, ParticipantState, Programme
from storage.unit_of_work import Store, UnitOfWork

TOLD = ("dead", "held", "expired")
OF_A_TIME = frozenset(one.kind.name for one in (MentorPackMessage, LeaderPackMessage, ReminderMessage))
"""Kinds about the one time of a session at which they expire."""
FOR_EVERYBODY = frozenset({"missing_scope", "restricted_action", "org_login_required", "team_access_not_granted"})
"""Errors that concern all messages alike: HR is notified once a day, not once for each."""


async def report_trouble(work: UnitOfWork, kind: str, row: Outbox) -> None:
    """Notify the people who can act: HR of the programme. A concern, or a wish to be contacted, is passed on.

    `kind` is the new state of `row`. What concerns only the operator is in the log already.
    """
    programme = await work.session.get(Programme, row.programme_id) if row.programme_id else None
    if programme is None or kind == "paused":
        return
    if kind_of(row.kind).confided:
        # Whatever the state, and in no channel: only its writer and its readers may know that there is a concern.
        await pass_on(work, programme, row)
        return
    if kind not in TOLD or row.kind == TroubleMessage.kind.name or kind_of(row.kind).private:
        return
    if kind in ("dead", "held") and row.kind in NEWS_KINDS:
        await tell_in_dm(work, row)
    elif kind == "dead" and is_refused_there(programme, row):
        await tell_of_refusal(work, programme, row)
    elif kind == "expired" and await _has_another_time(work, row):
        row.state, row.error = OutboxState.DROPPED, "not_wanted"
    elif not (kind == "expired" and await _waited_for_reader(work, programme, row)):
        await _tell_hr(work, programme, kind, row)


async def tell_hr_of_pause(work: UnitOfWork, row: Outbox) -> None:
    """Slack refused everything for a while: notify HR's channel if there is no operator."""
    programme = await work.session.get(Programme, row.programme_id) if row.programme_id else None
    if programme is not None:
        await _tell_hr(work, programme, "paused", row)


async def programme_of_row(store: Store, caller: Caller, outbox_id: int) -> int:
    """The programme of a message, to check the caller as its HR. Raises `Rejected`: outdated."""
    async with store.read(caller.now) as work:
        row = await work.session.get(Outbox, outbox_id)
    if row is None or row.team_id != caller.team_id or row.programme_id is None:
        raise Rejected("outdated")
    return row.programme_id


async def send_again(store: Store, hr: HrCaller, outbox_id: int) -> None:
    """HR wants a message to be sent again. Raises `Rejected`: outdated (it was sent, or is not theirs)."""
    async with store.write(hr.now, receipt=hr.signed) as work:
        await _theirs(work, hr, outbox_id)
        if not await retry(work.session, hr.team_id, outbox_id, hr.now):
            raise Rejected("outdated")
        work.deliver_at_once()
        await work.commit()


async def forget(store: Store, hr: HrCaller, outbox_id: int) -> None:
    """HR confirms that a message need not be sent. Raises as `send_again`."""
    async with store.write(hr.now, receipt=hr.signed) as work:
        await _theirs(work, hr, outbox_id)
        if not await drop(work.session, hr.team_id, outbox_id):
            raise Rejected("outdated")
        await work.commit()


async def _theirs(work: UnitOfWork, hr: HrCaller, outbox_id: int) -> None:
    row = await work.session.get(Outbox, outbox_id)
    if row is None or row.programme_id != hr.programme_id or kind_of(row.kind).private:
        raise Rejected("outdated")


async def _has_another_time(work: UnitOfWork, row: Outbox) -> bool:
    """Whether it was about a time that its session does not have any more: the new one has messages of its own."""
    if row.kind not in OF_A_TIME:
        return False
    about = read_payload(row.kind, row.data)
    assert isinstance(about, StepMessage)
    session = await work.session.get(MentoringSession, about.session)
    return session is None or slot_of(session) != about.slot


async def _waited_for_reader(work: UnitOfWork, programme: Programme, row: Outbox) -> bool:
    """Whether it expired because its reader pauses or is away, as they asked for, or HR paused the programme."""
    if row.person_id is None:
        return False
    participant = await participation(work.session, row.person_id, programme.id)
    if participant is None:
        return False
    person = await person_of(work.session, participant.id)
    is_held = programme.paused_until is not None or participant.state != ParticipantState.ACTIVE
    return is_held or is_away(person, work.now)


async def _tell_hr(work: UnitOfWork, programme: Programme, kind: str, row: Outbox) -> None:
    here = row.channel == programme.hr_channel and row.person_id is None
    trouble = TroubleMessage(
        kind,
        row.id,
        _together(kind, row),
        row.error,
        subject=_subject(kind, row),
        day=local(work.now, programme.zone).date().isoformat(),
    )
    await work.send(
        outgoing(
            trouble,
            programme.team_id,
            programme.id,
            # A channel that cannot be written to is not used to report that.
            person_id=programme.created_by if here else None,
            channel=None if here else programme.hr_channel,
        )
    )


def _together(kind: str, row: Outbox) -> bool:
    """Whether it represents more messages than one."""
    return kind in ("expired", "paused") or row.error in FOR_EVERYBODY


def _subject(kind: str, row: Outbox) -> str:
    return f"{kind}-{row.error}" if _together(kind, row) else f"{kind}-{row.lane}"

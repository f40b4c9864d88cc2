"""Plans the mails that bring the calendars of two people up to date, after a session's time or place has changed."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import col, select

from bot.domain.calendar import next_working
from bot.domain.session_mail import Due, Told, due_mail
from bot.domain.sessions import Side
from bot.services.pair_context import Meeting
from bot.services.sessions.calendar_files import Appointment, appointment
from bot.services.sessions.places import place_of
from bot.services.working_hours import days_off, hours_of
from storage.tables import MailState, SessionMail
from storage.unit_of_work import UnitOfWork

SOON = timedelta(hours=2)
"""Mail about a session that begins this soon after a person's next working time is not kept until then."""


async def plan_mails(work: UnitOfWork, meeting: Meeting) -> None:
    """Enqueue what the calendars of the two lack. A mail that was not sent yet is replaced by a newer one.

    People without a known address, and deactivated accounts, get none. Like messages, a mail comes in its reader's
    working time, unless that would be too late.
    """
    now_has = await appointment(work.session, meeting)
    if now_has is None:
        return
    place = place_of(meeting.session, meeting.pair, meeting.programme)
    for side in Side:
        person = meeting.person(side)
        if not (person.active and person.email):
            continue
        earlier = await _earlier(work, meeting, person.id or 0)
        due = _due(meeting, now_has, place, earlier, work.now)
        unsent = [mail for mail in earlier if mail.state == MailState.PENDING]
        if due is None and not (unsent and now_has.cancelled):
            continue
        for mail in unsent:
            mail.state, mail.due_at, mail.error = MailState.DROPPED, None, "replaced"
        if due is None or (due is Due.CANCELLATION and not _may_have_arrived(earlier)):
            continue
        work.session.add(
            SessionMail(
                team_id=meeting.session.team_id,
                session_id=meeting.session.id,
                person_id=person.id,
                sequence=max([now_has.sequence, *(mail.sequence + 1 for mail in earlier)]),
                cancelled=due is Due.CANCELLATION,
                starts_at=now_has.starts_at,
                minutes=meeting.session.minutes,
                place=place,
                due_at=_moment(meeting, side, now_has.starts_at, work.now),
                created_at=work.now,
            )
        )


async def _earlier(work: UnitOfWork, meeting: Meeting, person_id: int) -> Sequence[SessionMail]:
    """The mails to a person about the session, oldest first."""
    mine = select(SessionMail).where(SessionMail.session_id == meeting.session.id, SessionMail.person_id == person_id)
    return (await work.session.exec(mine.order_by(col(SessionMail.sequence)))).all()


def _due(
    meeting: Meeting, now_has: Appointment, place: str, earlier: Sequence[SessionMail], now: datetime
) -> Due | None:
    last = next((mail for mail in reversed(earlier) if mail.state in (MailState.PENDING, MailState.SENT)), None)
    told = Told(last.starts_at, last.minutes, last.place, last.cancelled) if last else None
    at = None if now_has.cancelled else now_has.starts_at
    return due_mail(told, at, meeting.session.minutes, place, now)


def _may_have_arrived(earlier: Sequence[SessionMail]) -> bool:
    """Whether a calendar may show the session: an invitation was sent, or an attempt was made."""
    return any(mail.state == MailState.SENT or mail.attempts for mail in earlier if not mail.cancelled)


def _moment(meeting: Meeting, side: Side, starts_at: datetime, now: datetime) -> datetime:
    moment = next_working(now, hours_of(meeting.person(side)), days_off(meeting.programme))
    return moment if moment + SOON <= starts_at else now

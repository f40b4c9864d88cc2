"""Takes the mails that are due, one at a time, and stores what became of each."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256

from sqlmodel import col, select

from bot.domain.messages.session_mail import SessionMailRefusedMessage
from bot.domain.sessions import Side
from bot.services.pair_context import Meeting, meeting
from storage.deadlines import LONGEST_TURN, is_over
from storage.outbox import outgoing
from storage.tables import MailState, SessionMail
from storage.unit_of_work import Store, UnitOfWork

LEASE = timedelta(minutes=2)
"""After this long without a result, a mail is sent again: with the same number, which changes nothing in a calendar."""
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=1)
GIVEN_UP_AFTER = timedelta(days=3)


class Outcome(StrEnum):
    """What became of an attempt."""

    SENT = "sent"
    REFUSED = "refused"
    """For good, for this address."""
    UNCLEAR = "unclear"
    """It may have been sent, or the server is away: it is sent again."""


@dataclass(frozen=True)
class DueMail:
    """A mail to send now, with the session as it is."""

    mail: SessionMail
    meeting: Meeting
    side: Side

    @property
    def address(self) -> str:
        return self.meeting.person(self.side).email or ""


async def due_in(store: Store, now: datetime) -> list[str]:
    """The workspaces in which mail is due."""
    due = select(SessionMail.team_id).where(is_over(SessionMail.due_at, now, LONGEST_TURN)).distinct()
    async with store.read(now) as work:
        return list(await work.session.exec(due.order_by(col(SessionMail.team_id))))


async def take_due(store: Store, team_id: str, now: datetime) -> DueMail | None:
    """The mail of a workspace that has waited longest, taken for `LEASE`; None if none is due."""
    while True:
        async with store.write(now) as work:
            due = select(SessionMail).where(
                is_over(SessionMail.due_at, now, LONGEST_TURN), SessionMail.team_id == team_id
            )
            first = due.order_by(col(SessionMail.due_at), col(SessionMail.id)).limit(1)
            mail = (await work.session.exec(first.with_for_update(skip_locked=True))).first()
            if mail is None:
                return None
            found = await meeting(work.session, mail.session_id)
            side = found.side_of(mail.person_id) if found else None
            if found is None or side is None or not _is_wanted(mail, found, side, now):
                _end(mail, MailState.DROPPED, "too_late")
                await work.commit()
                continue
            mail.due_at, mail.attempts = now + LEASE, mail.attempts + 1
            await work.commit()
            return DueMail(mail, found, side)


def _is_wanted(mail: SessionMail, meeting: Meeting, side: Side, now: datetime) -> bool:
    """Before the session begins, to an account that is active. What is tried in vain for days is given up."""
    person = meeting.person(side)
    if not (person.active and person.email) or now >= mail.created_at + GIVEN_UP_AFTER:
        return False
    return now < mail.starts_at


def _end(mail: SessionMail, state: MailState, error: str | None = None) -> None:
    mail.state, mail.due_at, mail.error = state, None, error


async def record(store: Store, sent: DueMail, outcome: Outcome, error: str, now: datetime) -> None:
    """Store the outcome, and tell the person, once for each address, that it takes no mail."""
    async with store.write(now) as work:
        mail = await work.session.get(SessionMail, sent.mail.id, with_for_update=True)
        if mail is None or mail.state != MailState.PENDING or mail.attempts != sent.mail.attempts:
            return  # its person was erased, it was replaced, or another replica sends it
        match outcome:
            case Outcome.SENT:
                _end(mail, MailState.SENT)
                mail.sent_at = now
            case Outcome.REFUSED:
                _end(mail, MailState.REFUSED, error)
                await _tell(work, sent)
            case Outcome.UNCLEAR:
                mail.error = error
                mail.due_at = now + min(FIRST_WAIT * 2 ** min(mail.attempts - 1, 10), LONGEST_WAIT)
        await work.commit()


async def _tell(work: UnitOfWork, sent: DueMail) -> None:
    address = sha256(sent.address.encode()).hexdigest()[:12]
    programme = sent.meeting.programme
    message = SessionMailRefusedMessage(sent.mail.session_id, address=address)
    await work.send(outgoing(message, programme.team_id, programme.id, person_id=sent.mail.person_id))

"""During sign-up: the count in HR's first message, and reminders to the channel that people can still join.

The channel is reminded twice automatically before the start, and whenever HR asks.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import col, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.calendar import Hours, local, morning, next_working, working_days_before
from bot.domain.invitations import CLOSING_REMINDER
from bot.domain.messages.recruiting import JoinReminderMessage
from bot.domain.orientation import sides_of
from bot.domain.sessions import Side
from bot.domain.signup import Role
from bot.services.access import audit, open_programme
from bot.services.caller import HrCaller, Rejected
from bot.services.roster.entries import with_known_manager
from bot.services.signup.open_to import sign_up_is_open
from bot.services.working_hours import days_off, office_hours
from storage.outbox import Outgoing, outgoing
from storage.tables import Participant, ParticipantState, Programme, ProgrammeState
from storage.unit_of_work import Store, UnitOfWork

BATCH = 500
DAYS_BEFORE = (10, 5)
"""Working days before the start on which the channel is reminded."""
NEWS_FOR = JoinReminderMessage.kind.lasts or timedelta(0)
"""A reminder that could not be sent for so long is outdated."""
COUNT_AFTER = timedelta(minutes=1)
"""Sign-ups within it are counted together."""
MOST_TOPICS = 3


@dataclass(frozen=True)
class SignUps:
    """The number of sign-ups, and the topics that most people want; `missing` are wanted topics that nobody offers."""

    at: datetime
    mentors: int
    leaders: int
    both: int
    wanted: tuple[str, ...]
    missing: tuple[str, ...]
    no_manager: int

    @property
    def people(self) -> int:
        return self.mentors + self.leaders + self.both


async def sign_ups(session: AsyncSession, programme_id: int, now: datetime) -> SignUps:
    """The current state of recruiting."""
    here = select(Participant).where(
        Participant.programme_id == programme_id, Participant.state != ParticipantState.LEFT
    )
    participants = (await session.exec(here)).all()
    managed = set((await session.exec(with_known_manager(programme_id))).all())
    roles = Counter(one.role for one in participants)
    wished = Counter(wish["topic"] for one in participants for wish in one.wishes)
    offered = {offer["topic"] for one in participants for offer in one.offers}
    wanted = sorted(wished, key=lambda topic: (-wished[topic], topic))
    return SignUps(
        now,
        roles[Role.MENTOR],
        roles[Role.LEADER],
        roles[Role.BOTH],
        tuple(wanted[:MOST_TOPICS]),
        tuple([topic for topic in wanted if topic not in offered][:MOST_TOPICS]),
        sum(one.person_id not in managed for one in participants),
    )


async def sides_signed_up(session: AsyncSession, programme_id: int) -> Counter[Side]:
    """How many people signed up as mentor and as leader; who would be both counts twice."""
    here = select(Participant.role).where(
        Participant.programme_id == programme_id, Participant.state != ParticipantState.LEFT
    )
    return Counter(side for role in (await session.exec(here)).all() for side in sides_of(role))


async def count_soon(work: UnitOfWork, programme_id: int) -> None:
    """A person signed up, changed that, or left: HR's message will be updated, at most once in `COUNT_AFTER`."""
    ours = (col(Programme.id) == programme_id, col(Programme.count_at).is_(None))
    open_one = col(Programme.state) == ProgrammeState.RECRUITING
    await work.session.exec(update(Programme).where(*ours, open_one).values(count_at=work.now + COUNT_AFTER))


def next_reminder(programme: Programme, now: datetime) -> datetime | None:
    """When the channel is reminded next; None after the last time. Not right after the announcement, nor in a pause."""
    hours, off, now = Hours(programme.zone), days_off(programme), max(now, programme.paused_until or now)
    days = [working_days_before(programme.starts_on, before, off) for before in DAYS_BEFORE]
    closes_on = programme.sign_up_closes_on
    if closes_on:
        last = working_days_before(closes_on, CLOSING_REMINDER, off)
        days = sorted({*(day for day in days if day <= closes_on), last})
    mornings = (morning(day, hours, off) for day in days)
    return next((moment for moment in mornings if moment > now + NEWS_FOR), None)


async def tick_recruiting(store: Store, now: datetime) -> int:
    """Remind the channels that are due; how many programmes were checked."""
    async with store.write(now) as work:
        due = select(Programme).where(col(Programme.next_recruit_at) <= now)
        in_order = due.order_by(col(Programme.next_recruit_at), col(Programme.id)).limit(BATCH)
        rows = (await work.session.exec(in_order.with_for_update(skip_locked=True))).all()
        for programme in rows:
            programme.next_recruit_at = next_reminder(programme, now)
            if programme.state == ProgrammeState.RECRUITING:
                await work.send(_message(programme, now))
            else:
                programme.next_recruit_at = None
        await work.commit()
    return len(rows)


async def remind(store: Store, hr: HrCaller) -> Programme:
    """HR reminds the channel, at most once a day.

    Raises `Rejected`: programme_ended, no_reminder (pairs were introduced), sign_up_over_hr, reminded_today.
    """
    async with store.write(hr.now, receipt=hr.signed) as work:
        programme = await open_programme(work.session, hr, lock=True)
        if programme.state != ProgrammeState.RECRUITING:
            raise Rejected("no_reminder")
        if not sign_up_is_open(programme, hr.now):
            raise Rejected("sign_up_over_hr")
        if not await work.send(_message(programme, hr.now)):
            raise Rejected("reminded_today")
        await audit(work, hr, "join_reminder", {})
        await work.commit()
    return programme


def _message(programme: Programme, now: datetime) -> Outgoing:
    day = local(now, programme.zone).date()
    due_at = next_working(now, office_hours(programme), days_off(programme))
    reminder = JoinReminderMessage(day.isoformat())
    return outgoing(reminder, programme.team_id, programme.id, channel=programme.announce_channel, due_at=due_at)

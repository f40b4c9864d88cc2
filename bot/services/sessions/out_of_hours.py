"""Booked sessions that a person's new time zone or working time puts outside of it: they are told once."""

from sqlmodel import col, or_

from bot.domain.calendar import Hours, fits
from bot.domain.messages.sessions import SessionOutOfHoursMessage
from bot.domain.sessions import slot_at
from bot.services.pair_context import COUPLE, LEADER, MENTOR, Meeting, around_pairs
from bot.services.working_hours import cannot_wait, hours_of
from storage.outbox import outgoing
from storage.tables import MentoringSession, Pair, PairState, Person, SessionState
from storage.unit_of_work import UnitOfWork


async def tell_out_of_hours(work: UnitOfWork, person: Person, before: Hours) -> int:
    """Tell a person whose working time was `before` about each such session; how many there are."""
    told = 0
    for meeting in await newly_out_of_hours(work, person, before):
        starts_at = meeting.session.starts_at
        assert starts_at is not None, "only booked sessions are found"
        message = SessionOutOfHoursMessage(meeting.session.id, starts_at, slot=f"{slot_at(starts_at)}-{person.zone}")
        team_id, programme_id = meeting.pair.team_id, meeting.programme.id
        soon = cannot_wait(starts_at, work.now, hours_of(person), meeting.off)
        told += await work.send(outgoing(message, team_id, programme_id, person_id=person.id, urgent=soon))
    return told


async def newly_out_of_hours(work: UnitOfWork, person: Person, before: Hours) -> list[Meeting]:
    """The booked sessions of a person whose working time was `before` that are outside of it now.

    Sessions that were outside already, as both agreed, are not among them.
    """
    statement = (
        around_pairs(*COUPLE, MentoringSession)
        .join(MentoringSession, col(MentoringSession.pair_id) == col(Pair.id))
        .where(
            col(Pair.state) == PairState.ACTIVE,
            col(MentoringSession.state) == SessionState.BOOKED,
            col(MentoringSession.starts_at) > work.now,
            or_(col(MENTOR.id) == person.id, col(LEADER.id) == person.id),
        )
        .order_by(col(MentoringSession.starts_at), col(MentoringSession.id))
    )
    found, now = [], hours_of(person)
    for row in (await work.session.exec(statement)).all():
        meeting = Meeting(*row)
        starts_at, minutes, off = meeting.session.starts_at, meeting.session.minutes, meeting.off
        if starts_at and not fits(starts_at, minutes, now, off) and fits(starts_at, minutes, before, off):
            found.append(meeting)
    return found


def still_out_of_hours(meeting: Meeting, person: Person) -> bool:
    """Whether the session is outside of the person's hours now."""
    row = meeting.session
    if row.starts_at is None or row.state != SessionState.BOOKED:
        return False
    return not fits(row.starts_at, row.minutes, hours_of(person), meeting.off)

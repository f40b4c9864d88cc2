"""How the booking of sessions went in a rehearsal: presses for each, and sessions that overlap or are on a day off."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from statistics import median

from sqlmodel import col

from bot.domain.calendar import workday
from bot.services.pair_context import COUPLE, Meeting, around_pairs
from storage.tables import MentoringSession, Pair, SessionState
from storage.unit_of_work import UnitOfWork


async def booking_figures(work: UnitOfWork, presses: Sequence[int]) -> Mapping[str, int | float | None]:
    """`presses`: how many each booking took, forms and all.

    `overlapping`: pairs of sessions of one person at the same time; `on_days_off`: sessions on a day that is off for
    one of the two, by their own working time as it is at the end.
    """
    statement = (
        around_pairs(*COUPLE, MentoringSession)
        .join(MentoringSession, col(MentoringSession.pair_id) == col(Pair.id))
        .where(
            col(MentoringSession.state).in_((SessionState.BOOKED, SessionState.HELD)),
            col(MentoringSession.starts_at).is_not(None),
        )
        .order_by(col(MentoringSession.starts_at), col(MentoringSession.id))
    )
    meetings = [Meeting(*row) for row in (await work.session.exec(statement)).all()]
    return {
        "bookings": len(presses),
        "presses_median": median(presses) if presses else None,
        "sessions": len(meetings),
        "overlapping": _overlapping(meetings),
        "on_days_off": sum(map(_on_a_day_off, meetings)),
    }


def _overlapping(meetings: Sequence[Meeting]) -> int:
    """How often a person's session begins before the one before it ends; `meetings` are in order."""
    ends: dict[int, list[float]] = defaultdict(list)
    found = 0
    for meeting in meetings:
        starts_at = meeting.session.starts_at
        assert starts_at is not None, "only sessions with a time were read"
        start = starts_at.timestamp()
        for person in (meeting.mentor, meeting.leader):
            found += sum(end > start for end in ends[person.id])
            ends[person.id].append(start + 60 * meeting.session.minutes)
    return found


def _on_a_day_off(meeting: Meeting) -> bool:
    starts_at = meeting.session.starts_at
    assert starts_at is not None, "only sessions with a time were read"
    return any(
        hours.own(meeting.off).is_off(workday(starts_at, hours, meeting.off)) for hours in meeting.hours.values()
    )

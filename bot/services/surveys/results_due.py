"""Whether HR still has to wait for results of the survey at the end, and of that 90 days on."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func
from sqlmodel import col, select

from bot.domain.calendar import local
from bot.domain.figures import MIN_GROUP
from bot.domain.surveys import LATER_AFTER, MEASURED, OPEN_FOR, Moment, measure_of
from bot.services.insight.published_groups import read_published
from bot.services.programme.end import ends_at
from storage.tables import Pair, Programme, ProgrammeState, SurveyResponse
from storage.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class Awaited:
    """Results of a survey that are not, or not all, in HR's figures. `due`: the last day of answers, at the earliest.

    None for `due`: the survey is over, and too few people answered. `shown`: some results are in the figures.
    `never`: too few people are in pairs, so that there cannot be results.
    """

    moment: Moment
    due: date | None
    shown: bool
    never: bool = False


async def awaited(work: UnitOfWork, programme: Programme) -> list[Awaited]:
    """The surveys of which there is something to wait for, or nothing to show; none before there are pairs."""
    both = select(Pair.mentor_id, Pair.leader_id).where(Pair.programme_id == programme.id)
    people = {one for pair in (await work.session.exec(both)).all() for one in pair}
    if not people:
        return []
    statement = (
        select(SurveyResponse.moment, func.max(SurveyResponse.closes_at))
        .where(SurveyResponse.programme_id == programme.id, SurveyResponse.moment != Moment.BEFORE)
        .group_by(col(SurveyResponse.moment))
    )
    closes = {Moment(moment): at for moment, at in (await work.session.exec(statement)).all()}
    published = await read_published(work.session, programme.id)
    found = []
    for moment in (Moment.CLOSING, Moment.LATER):
        last = _last(programme, moment, closes.get(moment))
        due = local(last, programme.zone).date() if last and last > work.now else None
        shown = any(published.of(measure_of(moment, item)) for item in MEASURED)
        if due or not shown:
            found.append(Awaited(moment, due, shown, never=len(people) < MIN_GROUP))
    return found


def _last(programme: Programme, moment: Moment, closes: datetime | None) -> datetime | None:
    """When the last answers can come: of a programme that is not over, at the earliest after its announced end."""
    if programme.state == ProgrammeState.CLOSED:
        return closes
    planned = ends_at(programme) + OPEN_FOR + (LATER_AFTER if moment is Moment.LATER else timedelta(0))
    return max(planned, closes or planned)

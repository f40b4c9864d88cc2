"""People suggest what the programme should do better, and HR reads what they share."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.calendar import to_utc
from bot.domain.care_check_ins import half_of
from bot.domain.improvements import LONGEST, Area, Shared, Sharing, Stage, Suggestion, Window, window
from bot.services.caller import Caller, Rejected
from bot.services.programme.end import ends_at, last_day
from storage.queries import current_participation, person_by_slack
from storage.tables import Improvement, Participant, ParticipantState, Person, Programme
from storage.unit_of_work import Store, UnitOfWork


@dataclass(frozen=True)
class OpenForm:
    """A person's form: `written` is what they wrote at this stage. HR reads what is shared from `closes` on."""

    programme: Programme
    person: Person
    closes: datetime
    written: Suggestion | None


def window_of(programme: Programme, now: datetime) -> Window | None:
    """The window for suggestions that is open now; None if the programme does not ask, or not any more."""
    if not programme.asks_improvements:
        return None
    middle = half_of(programme.starts_on, last_day(programme) + timedelta(days=1))
    return window(to_utc(middle, time(), programme.zone), ends_at(programme), now)


async def read_form(store: Store, caller: Caller, programme_id: int) -> OpenForm:
    """Raises `Rejected`: not_participant, left_programme, improvements_closed."""
    async with store.read(caller.now) as work:
        participant, programme, person, open_now = await _mine(work.session, caller, programme_id)
        row = await _row(work.session, participant, open_now.stage)
    return OpenForm(programme, person, open_now.closes, _written(row))


async def has_suggested(work: UnitOfWork, programme: Programme, participant_id: int) -> bool:
    """Whether a person has written something that can still be changed."""
    open_now = window_of(programme, work.now)
    if open_now is None:
        return False
    mine = select(Improvement.id).where(
        Improvement.participant_id == participant_id, Improvement.stage == open_now.stage
    )
    return (await work.session.exec(mine.limit(1))).first() is not None


async def save(store: Store, caller: Caller, programme_id: int, said: Suggestion) -> OpenForm:
    """Store a suggestion in place of an earlier one of this stage, or take that back. Raises as `read_form`."""
    async with store.write(caller.now, receipt=caller.signed) as work:
        participant, programme, person, open_now = await _mine(work.session, caller, programme_id, lock=True)
        row = await _row(work.session, participant, open_now.stage)
        text = said.text.strip()[:LONGEST]
        if not text:
            if row is not None:
                await work.session.delete(row)
            row = None
        else:
            if row is None:
                row = Improvement(
                    team_id=programme.team_id,
                    programme_id=programme.id,
                    participant_id=participant.id,
                    stage=open_now.stage,
                    area=said.area,
                    text=text,
                    sharing=said.sharing,
                    at=work.now,
                    shown_at=open_now.closes,
                )
                work.session.add(row)
            row.area, row.text, row.sharing, row.at = said.area, text, said.sharing, work.now
        await work.commit()
    return OpenForm(programme, person, open_now.closes, _written(row))


_SHARED = (
    select(Improvement, Person)
    .join(Participant, col(Participant.id) == col(Improvement.participant_id))
    .join(Person, col(Person.id) == col(Participant.person_id))
)


async def shared_improvements(session: AsyncSession, programme_id: int, now: datetime) -> list[Shared]:
    """What HR may read, in an order that does not say when each was written."""
    statement = _SHARED.where(
        Improvement.programme_id == programme_id,
        col(Improvement.sharing) != Sharing.NOBODY,
        col(Improvement.shown_at) <= now,
        col(Participant.forgotten_at).is_(None),
    )
    improvements = [
        Shared(Area(row.area), row.text, person.name if row.sharing == Sharing.NAMED else "")
        for row, person in (await session.exec(statement)).all()
    ]
    return sorted(improvements, key=lambda one: (one.area, one.text))


async def _mine(
    session: AsyncSession, caller: Caller, programme_id: int, *, lock: bool = False
) -> tuple[Participant, Programme, Person, Window]:
    person = await person_by_slack(session, caller.team_id, caller.slack_id, lock=lock)
    enrolment = await current_participation(session, person.id, programme_id) if person else None
    if person is None or enrolment is None or not enrolment[0].took_part:
        raise Rejected("not_participant")
    participant, programme = enrolment
    if participant.state == ParticipantState.LEFT:
        raise Rejected("left_programme")
    open_now = window_of(programme, caller.now) if programme.cancelled_at is None else None
    if open_now is None:
        raise Rejected("improvements_closed")
    return participant, programme, person, open_now


async def _row(session: AsyncSession, participant: Participant, stage: Stage) -> Improvement | None:
    statement = select(Improvement).where(Improvement.participant_id == participant.id, Improvement.stage == stage)
    return (await session.exec(statement)).first()


def _written(row: Improvement | None) -> Suggestion | None:
    return Suggestion(Area(row.area), row.text, Sharing(row.sharing)) if row else None

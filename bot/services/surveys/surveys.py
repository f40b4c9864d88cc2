"""The survey before, at the end and 90 days on: who is asked, and their answers."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import and_, bindparam, func, insert, or_
from sqlalchemy import select as select_many
from sqlalchemy.orm import aliased
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.calendar import Hours
from bot.domain.messages.surveys import SurveyMessage, SurveyResultsMessage
from bot.domain.own_questions import About, Place
from bot.domain.sessions import Side
from bot.domain.surveys import LATER_AFTER, OF_BOTH, OPEN_FOR, Item, MeasureError, Moment, check, questions
from bot.domain.surveys import SurveyAnswers as Given
from bot.services.agreement.agreement import newest, topic_of
from bot.services.caller import Caller, Rejected
from bot.services.improvements.improvements import has_suggested
from bot.services.own_questions.asked import AskedQuestion, asked_about
from bot.services.pair_context import COUPLE, PairContext, around_pairs, has_pair, why_not
from bot.services.programme.last_days import LastDays, on_day
from bot.services.sessions.packs import topics_of
from bot.services.working_hours import hours_of
from storage.outbox import Outgoing, outgoing
from storage.queries import Posted, person_by_slack, posted
from storage.tables import (
    MentoringSession,
    Pair,
    Participant,
    ParticipantState,
    Person,
    Programme,
    SurveyResponse,
)
from storage.unit_of_work import Store, UnitOfWork


@dataclass(frozen=True)
class Asked:
    """One person's questions with their current answers."""

    reading: SurveyResponse
    programme: Programme
    person: Person
    topic: str | None
    closes: datetime
    posted: Posted | None = None
    """Their message."""
    elsewhere: frozenset[Item] = frozenset()
    """Of `OF_BOTH`: what they answered, at this moment, in their other role."""
    own: tuple[AskedQuestion, ...] = ()
    """HR's own questions."""
    suggested: bool = False
    """They wrote what the programme should do better."""

    @property
    def side(self) -> Side:
        return Side(self.reading.side)

    @property
    def moment(self) -> Moment:
        return Moment(self.reading.moment)

    @property
    def possible(self) -> tuple[Item, ...]:
        """All questions of this side."""
        number, recommends = self.programme.survey_set, self.programme.recommends
        return questions(self.side, self.moment, number, recommends=recommends)

    @property
    def items(self) -> tuple[Item, ...]:
        """Those that they have not answered in their other role."""
        return tuple(
            item for item in self.possible if item not in self.elsewhere or value_of(self.reading, item) is not None
        )

    @property
    def is_complete(self) -> bool:
        return all(value_of(self.reading, item) is not None for item in self.items)


def value_of(reading: SurveyResponse, item: Item) -> int | None:
    """The answer to one item."""
    value: int | None = getattr(reading, item.value)
    return value


# Who is asked, and when


async def ask_before(work: UnitOfWork, programme: Programme, pairs: Sequence[Pair], people: dict[int, Person]) -> None:
    """Ask both people of each new pair, once for each side of a person; `people` by their sign-ups.

    Leaders on the working day after the introduction, with the agreement that their mentor has written by then;
    mentors one day later, with the news that it is signed.
    """
    sides = [(one.mentor_id, Side.MENTOR) for one in pairs] + [(one.leader_id, Side.LEADER) for one in pairs]
    asked = select(SurveyResponse.participant_id, SurveyResponse.side).where(
        SurveyResponse.programme_id == programme.id
    )
    known = {(participant, Side(side)) for participant, side in (await work.session.exec(asked)).all()}
    new = {one: people[one[0]] for one in dict.fromkeys(sides) if one not in known}
    wait = {one: 1 if one[1] is Side.LEADER else 2 for one in new}
    await _ask(work, programme, Moment.BEFORE, new, wait=wait)


async def asked_since(session: AsyncSession, programme_id: int, released_at: datetime) -> list[SurveyResponse]:
    """The survey of a release, to be deleted if it is undone."""
    statement = select(SurveyResponse).where(
        SurveyResponse.programme_id == programme_id,
        SurveyResponse.moment == Moment.BEFORE,
        SurveyResponse.closes_at == released_at + OPEN_FOR,
    )
    return list((await session.exec(statement)).all())


async def ask_after(
    work: UnitOfWork,
    programme: Programme,
    couples: Iterable[PairContext],
    still_meeting: Collection[tuple[int, Side]],
    days: LastDays,
) -> None:
    """Ask both people of each pair that reached its end: after their farewell and certificate, and 90 days on.

    Once for each side of a person, with their last pair: `still_meeting` are the sides that have another one.
    """
    sides = {
        (one.part(side).id, side): one.person(side)
        for one in couples
        for side in Side
        if (one.part(side).id, side) not in still_meeting
    }
    asked = select(SurveyResponse).where(
        col(SurveyResponse.participant_id).in_({participant for participant, _ in sides})
    )
    rows = (await work.session.exec(asked)).all()
    topics = {(one.participant_id, Side(one.side)): one.topic for one in rows if one.topic}
    known = {(one.participant_id, Side(one.side)) for one in rows if one.moment != Moment.BEFORE}
    new = {one: person for one, person in sides.items() if one not in known}
    wait = {one: days.questions(*one) for one in new}
    await _ask(work, programme, Moment.CLOSING, new, topics, wait=wait)
    await _ask(work, programme, Moment.LATER, new, topics, LATER_AFTER, wait)


async def tell_hr_after(work: UnitOfWork, programme: Programme) -> None:
    """HR is notified of the changes once the answers of the end, and of 90 days on, are settled."""
    for moment, after in ((Moment.CLOSING, timedelta(0)), (Moment.LATER, LATER_AFTER)):
        await work.send(
            outgoing(
                SurveyResultsMessage(moment),
                programme.team_id,
                programme.id,
                channel=programme.hr_channel,
                due_at=work.now + after + OPEN_FOR,
            )
        )


async def _ask(
    work: UnitOfWork,
    programme: Programme,
    moment: Moment,
    whom: Mapping[tuple[int, Side], Person],
    topics: Mapping[tuple[int, Side], str] | None = None,
    after: timedelta = timedelta(0),
    wait: Mapping[tuple[int, Side], int] | None = None,
) -> None:
    """All answers are settled at the same moment: HR is notified once, of all of them.

    `wait`: the number of working days for each, one by default.
    """
    begins = work.now + after
    mornings: dict[tuple[Hours, int], datetime] = {}
    rows: list[dict[str, Any]] = []
    messages: list[Outgoing] = []
    for (participant_id, side), person in whom.items():
        hours = hours_of(person)
        days = wait[participant_id, side] if wait else 1
        if (hours, days) not in mornings:
            mornings[hours, days] = on_day(begins, days, person, programme)
        reading = SurveyResponse(
            team_id=programme.team_id,
            programme_id=programme.id,
            participant_id=participant_id,
            side=side,
            moment=moment,
            topic=(topics or {}).get((participant_id, side)),
            asked_at=mornings[hours, days],
            closes_at=begins + OPEN_FOR,
        )
        rows.append(reading.model_dump(exclude={"id"}))
        messages.append(_outgoing(reading, person))
    if rows:
        await work.session.exec(insert(SurveyResponse), params=rows)
        await work.send_all(messages)


def _outgoing(reading: SurveyResponse, person: Person) -> Outgoing:
    return outgoing(
        _message(reading),
        reading.team_id,
        reading.programme_id,
        person_id=person.id,
        due_at=reading.asked_at,
        expires_at=reading.closes_at,
    )


def message_key(reading: SurveyResponse) -> str:
    return _message(reading).key(reading.programme_id)


def _message(reading: SurveyResponse) -> SurveyMessage:
    return SurveyMessage(reading.participant_id, Side(reading.side), Moment(reading.moment))


# Answering


async def read_survey(store: Store, caller: Caller, reading_id: int) -> Asked:
    """The caller's questions.

    Raises `Rejected`: measure_closed, outdated, not_participant, not_your_pair, left_programme.
    """
    async with store.read(caller.now) as work:
        return await my_survey(work, caller, reading_id)


async def answer(store: Store, caller: Caller, reading_id: int, item: Item, value: int) -> Asked:
    """Store one answer, which replaces an earlier one. Raises as `read_survey`."""
    async with store.write(caller.now, receipt=caller.signed) as work:
        asked = await my_survey(work, caller, reading_id, lock=True)
        try:
            check(asked.possible, item, value)
        except MeasureError as error:
            raise Rejected("outdated") from error
        setattr(asked.reading, item.value, value)
        asked.reading.answered_at, asked.reading.topic = work.now, asked.topic
        await work.commit()
    return asked


async def my_survey(work: UnitOfWork, caller: Caller, reading_id: int, *, lock: bool = False) -> Asked:
    """As `read_survey`, in an open transaction."""
    statement = LOCKED_READING if lock else READING
    row = (await work.session.exec(statement, params={"response": reading_id})).first()
    asked = await asked_of(work, _Reading(*row)) if row else None
    if asked is None or (asked.person.team_id, asked.person.slack_id) != (caller.team_id, caller.slack_id):
        person = await person_by_slack(work.session, caller.team_id, caller.slack_id)
        raise Rejected(await why_not(work.session, person) if person else "not_participant")
    if asked.reading.asked_at > work.now:
        raise Rejected("outdated")
    if asked.closes <= work.now:
        raise Rejected("measure_closed")
    return asked


class _Reading(NamedTuple):
    """A survey response with related rows."""

    row: SurveyResponse
    participant: Participant
    programme: Programme
    person: Person
    other: SurveyResponse | None
    """Of the same moment, in their other role."""
    first_session_at: datetime | None
    """The start of the first session of all their pairs in this role."""

    @property
    def is_here(self) -> bool:
        return self.participant.state != ParticipantState.LEFT and self.person.erased_at is None

    @property
    def closes(self) -> datetime:
        """The survey before ends with the first session."""
        ends = self.first_session_at if self.row.moment == Moment.BEFORE else None
        return min(self.row.closes_at, ends or self.row.closes_at)

    def asked(self) -> Asked:
        elsewhere = frozenset(item for item in OF_BOTH if self.other and value_of(self.other, item) is not None)
        return Asked(self.row, self.programme, self.person, self.row.topic, self.closes, elsewhere=elsewhere)


OTHER = aliased(SurveyResponse)
_FIRST_SESSION_AT = (
    select(func.min(MentoringSession.starts_at))
    .join(Pair, col(Pair.id) == col(MentoringSession.pair_id))
    .where(
        or_(
            and_(col(SurveyResponse.side) == Side.MENTOR, col(Pair.mentor_id) == col(SurveyResponse.participant_id)),
            and_(col(SurveyResponse.side) == Side.LEADER, col(Pair.leader_id) == col(SurveyResponse.participant_id)),
        )
    )
    .correlate(SurveyResponse)
    .scalar_subquery()
)
_READINGS: Any = (
    select_many(SurveyResponse, Participant, Programme, Person, OTHER, _FIRST_SESSION_AT)
    .select_from(SurveyResponse)
    .join(Participant, col(Participant.id) == col(SurveyResponse.participant_id))
    .join(Programme, col(Programme.id) == col(SurveyResponse.programme_id))
    .join(Person, col(Person.id) == col(Participant.person_id))
    .outerjoin(
        OTHER,
        and_(
            col(OTHER.participant_id) == col(SurveyResponse.participant_id),
            col(OTHER.moment) == col(SurveyResponse.moment),
            col(OTHER.side) != col(SurveyResponse.side),
        ),
    )
)
# Built once: each click and each Home tab needs one of these.
READING = _READINGS.where(col(SurveyResponse.id) == bindparam("response"))
LOCKED_READING = READING.with_for_update(of=SurveyResponse)
READING_OF_MESSAGE = _READINGS.where(
    col(SurveyResponse.participant_id) == bindparam("participant"),
    col(SurveyResponse.side) == bindparam("side"),
    col(SurveyResponse.moment) == bindparam("moment"),
)
OPEN_NOW = _READINGS.where(
    col(SurveyResponse.participant_id) == bindparam("participant"),
    col(SurveyResponse.asked_at) <= bindparam("now"),
    col(SurveyResponse.closes_at) > bindparam("now"),
).order_by(col(SurveyResponse.id))
FIRST_COUPLE = (
    around_pairs(*COUPLE).where(col(Pair.leader_id) == bindparam("participant")).order_by(col(Pair.id)).limit(1)
)


async def asked_of(work: UnitOfWork, found: _Reading) -> Asked | None:
    """The questions of a survey response; None if its person left."""
    if not found.is_here:
        return None
    row, asked = found.row, found.asked()
    return replace(
        asked,
        topic=row.topic or await _topic(work.session, row),
        posted=await posted(work.session, row.team_id, message_key(row)),
        suggested=row.moment == Moment.CLOSING and await has_suggested(work, found.programme, row.participant_id),
        own=await asked_about(
            work.session, row.programme_id, row.participant_id, row.side, About(Place(row.moment), row.id)
        ),
    )


async def _topic(session: AsyncSession, row: SurveyResponse) -> str | None:
    """Of a leader: the topic of their first pair."""
    if row.side == Side.MENTOR:
        return None
    first = (await session.exec(FIRST_COUPLE, params={"participant": row.participant_id})).first()
    if first is None:
        return None
    couple = PairContext(*first)
    return next(iter(topics_of(couple, topic_of(await newest(session, couple.pair.id)))), None)


# For other modules


async def for_message(work: UnitOfWork, about: SurveyMessage) -> Asked | None:
    """The content of a message; None if nothing is left to ask: they left, the pair ended, it is too late."""
    values = {"participant": about.participant, "side": about.side, "moment": about.moment}
    row = (await work.session.exec(READING_OF_MESSAGE, params=values)).first()
    asked = await asked_of(work, _Reading(*row)) if row else None
    if asked is None or asked.closes <= work.now:
        return None
    if asked.moment is Moment.BEFORE and not await has_pair(work.session, asked.reading.participant_id, asked.side):
        return None
    return asked


async def waiting(work: UnitOfWork, participant_id: int) -> list[SurveyResponse]:
    """The questions that a person has now and has not completely answered."""
    values = {"participant": participant_id, "now": work.now}
    found = [_Reading(*row) for row in (await work.session.exec(OPEN_NOW, params=values)).all()]
    return [one.row for one in found if one.is_here and not one.asked().is_complete and one.closes > work.now]


def given(rows: Iterable[SurveyResponse]) -> list[Given]:
    """The answers, for the groups of `bot.domain.surveys`."""
    return [
        Given(
            one.participant_id,
            Moment(one.moment),
            one.closes_at,
            {item: value for item in Item if (value := value_of(one, item)) is not None},
            one.id,
        )
        for one in rows
    ]

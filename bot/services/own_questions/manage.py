"""HR adds, changes, orders and takes out its own questions."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.own_questions import MOST_IN_PLACE, MOST_TEXTS, Kind, Length, NewQuestion, Place, length_of
from bot.domain.surveys import NEWEST_SET
from bot.services.access import audit, open_programme
from bot.services.caller import HrCaller, Rejected
from storage.tables import OwnQuestion, Programme, ProgrammeState
from storage.unit_of_work import Store, UnitOfWork


@dataclass(frozen=True)
class OwnQuestions:
    """The questions that are asked, in order."""

    programme: Programme
    questions: tuple[OwnQuestion, ...]

    def at(self, place: Place) -> tuple[OwnQuestion, ...]:
        return tuple(one for one in self.questions if one.place == place)

    def length(self, place: Place) -> Length:
        kinds, programme = [one.kind for one in self.at(place)], self.programme
        if programme.state == ProgrammeState.RECRUITING:  # what its surveys ask is settled with the release
            return length_of(place, kinds, NEWEST_SET, recommends=True)
        return length_of(place, kinds, programme.survey_set, recommends=programme.recommends)

    def may_add(self, place: Place, kind: Kind) -> bool:
        there = self.at(place)
        texts = sum(one.kind == Kind.TEXT for one in there)
        return len(there) < MOST_IN_PLACE and (kind is not Kind.TEXT or texts < MOST_TEXTS)


async def read_questions(store: Store, hr: HrCaller) -> OwnQuestions:
    """Raises `Rejected`: programme_ended."""
    async with store.read(hr.now) as work:
        return await _read(work.session, await open_programme(work.session, hr))


async def read_one(store: Store, hr: HrCaller, question_id: int) -> OwnQuestion:
    """One that is asked now. Raises `Rejected`: programme_ended, own_question_gone."""
    async with store.read(hr.now) as work:
        return _of(await _read(work.session, await open_programme(work.session, hr)), question_id)


async def add(store: Store, hr: HrCaller, place: Place, new: NewQuestion) -> OwnQuestions:
    """Ask a question from now on. Raises `Rejected`: programme_ended, own_questions_full."""
    async with store.write(hr.now, receipt=hr.signed) as work:
        questions = await _read(work.session, await open_programme(work.session, hr, lock=True))
        if not questions.may_add(place, new.kind):
            raise Rejected("own_questions_full", most=MOST_IN_PLACE, texts=MOST_TEXTS)
        position = max((one.position for one in questions.at(place)), default=0) + 1
        work.session.add(_row(work, questions.programme, place, position, new))
        return await _done(work, hr, questions.programme, "question_added")


async def change(store: Store, hr: HrCaller, question_id: int, new: NewQuestion) -> OwnQuestions:
    """Ask a new question in the place of one: answers stay with the words that people read. The same words change
    nothing. Raises `Rejected`: programme_ended, own_question_gone."""
    async with store.write(hr.now, receipt=hr.signed) as work:
        questions = await _read(work.session, await open_programme(work.session, hr, lock=True))
        was = _of(questions, question_id)
        row = _row(work, questions.programme, Place(was.place), was.position, new)
        if (row.kind, row.role, row.words) != (was.kind, was.role, was.words):
            was.removed_at = work.now
            work.session.add(row)
        return await _done(work, hr, questions.programme, "question_changed")


async def move_up(store: Store, hr: HrCaller, question_id: int) -> OwnQuestions:
    """Ask a question before the one that precedes it. Raises `Rejected`: programme_ended, own_question_gone."""
    async with store.write(hr.now, receipt=hr.signed) as work:
        questions = await _read(work.session, await open_programme(work.session, hr, lock=True))
        question = _of(questions, question_id)
        there = questions.at(Place(question.place))
        if place := there.index(question):
            before = there[place - 1]
            question.position, before.position = before.position, question.position
        return await _done(work, hr, questions.programme, "question_changed")


async def take_out(store: Store, hr: HrCaller, question_id: int) -> OwnQuestions:
    """Ask a question no more; one that is gone already changes nothing. Raises `Rejected`: programme_ended."""
    async with store.write(hr.now, receipt=hr.signed) as work:
        questions = await _read(work.session, await open_programme(work.session, hr, lock=True))
        gone = next((one for one in questions.questions if one.id == question_id), None)
        if gone is None:
            return questions
        gone.removed_at = work.now
        return await _done(work, hr, questions.programme, "question_removed")


async def take_over(work: UnitOfWork, programme: Programme) -> None:
    """A new programme begins with the questions that were last asked in the one that it follows."""
    if programme.follows_id is None:
        return
    kept = ("team_id", "place", "kind", "role", "words", "options", "position")
    work.session.add_all(
        OwnQuestion(programme_id=programme.id, added_at=work.now, **{name: getattr(row, name) for name in kept})
        for row in await _rows(work.session, programme.follows_id)
    )


def _row(work: UnitOfWork, programme: Programme, place: Place, position: int, new: NewQuestion) -> OwnQuestion:
    labels = {len(one.labels) for one in new.words.values()}
    return OwnQuestion(
        team_id=programme.team_id,
        programme_id=programme.id,
        place=place.value,
        kind=new.kind.value,
        role=new.role.value,
        words={language: one.write() for language, one in new.words.items()},
        options=labels.pop() if new.kind is Kind.CHOICE else 0,
        position=position,
        added_at=work.now,
    )


async def _done(work: UnitOfWork, hr: HrCaller, programme: Programme, what: str) -> OwnQuestions:
    await audit(work, hr, what, {})
    await work.session.flush()
    questions = await _read(work.session, programme)
    await work.commit()
    return questions


def _of(questions: OwnQuestions, question_id: int) -> OwnQuestion:
    for question in questions.questions:
        if question.id == question_id:
            return question
    raise Rejected("own_question_gone")


async def _read(session: AsyncSession, programme: Programme) -> OwnQuestions:
    return OwnQuestions(programme, tuple(await _rows(session, programme.id)))


async def _rows(session: AsyncSession, programme_id: int) -> Sequence[OwnQuestion]:
    statement = select(OwnQuestion).where(
        OwnQuestion.programme_id == programme_id, col(OwnQuestion.removed_at).is_(None)
    )
    return (await session.exec(statement.order_by(col(OwnQuestion.position), col(OwnQuestion.id)))).all()

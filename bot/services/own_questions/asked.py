"""The questions of HR's that one person is asked at one place, and their answers."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import and_, bindparam, delete, or_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.own_questions import LONGEST_ANSWER, About, Kind, Place, QuestionError, check_value, is_asked
from bot.services.caller import Rejected
from storage.tables import OwnAnswer, OwnQuestion, Participant
from storage.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class AskedQuestion:
    """A question with the person's current answer."""

    question: OwnQuestion
    answer: OwnAnswer | None

    @property
    def value(self) -> int | None:
        return self.answer.value if self.answer else None

    @property
    def text(self) -> str:
        return (self.answer.text or "") if self.answer else ""

    @property
    def shared(self) -> bool:
        return bool(self.answer and self.answer.share)

    @property
    def is_answered(self) -> bool:
        return self.value is not None or bool(self.text)


@dataclass(frozen=True)
class OwnGiven:
    """An answer as it was given: a value, or a text that HR may read with `share`. Neither takes an earlier one
    back."""

    value: int | None = None
    text: str = ""
    share: bool = False


# Built once: each poll and each survey needs it.
_ASKED = (
    select(OwnQuestion, OwnAnswer)
    .outerjoin(
        OwnAnswer,
        and_(
            col(OwnAnswer.question_id) == col(OwnQuestion.id),
            col(OwnAnswer.participant_id) == bindparam("participant"),
            or_(col(OwnAnswer.side) == bindparam("side"), col(OwnQuestion.place) == Place.SIGNUP),
            col(OwnAnswer.about) == bindparam("about"),
        ),
    )
    .where(
        col(OwnQuestion.programme_id) == bindparam("programme"),
        col(OwnQuestion.place) == bindparam("place"),
        or_(col(OwnQuestion.removed_at).is_(None), col(OwnAnswer.value).is_not(None), col(OwnAnswer.text).is_not(None)),
    )
    .order_by(col(OwnQuestion.position), col(OwnQuestion.id))
)


async def asked_about(
    session: AsyncSession, programme_id: int, participant_id: int, side: str, about: About
) -> tuple[AskedQuestion, ...]:
    """The questions that `side` is asked, in order; with those taken out that the person answered.

    `side`: of a pair; at sign-up the role, or "" for the questions of every role.
    """
    found = await session.exec(
        _ASKED,
        params={
            "programme": programme_id,
            "participant": participant_id,
            "side": side,
            "place": about.place,
            "about": about.row,
        },
    )
    return tuple(
        AskedQuestion(question, answer) for question, answer in found.all() if not side or is_asked(question.role, side)
    )


async def store_answer(
    work: UnitOfWork, participant: Participant, side: str, about: About, question_id: int, given: OwnGiven
) -> None:
    """Store an answer, which replaces an earlier one. A question that HR took out meanwhile can still be answered by
    the people who were asked. Raises `Rejected`: outdated."""
    question = await work.session.get(OwnQuestion, question_id)
    if (
        question is None
        or question.programme_id != participant.programme_id
        or question.place != about.place
        or not is_asked(question.role, side)
    ):
        raise Rejected("outdated")
    text = given.text.strip()[:LONGEST_ANSWER] if question.kind == Kind.TEXT else ""
    if given.value is not None:
        try:
            check_value(question.kind, question.options, given.value)
        except QuestionError as error:
            raise Rejected("outdated") from error
    mine = [
        OwnAnswer.question_id == question_id,
        OwnAnswer.participant_id == participant.id,
        OwnAnswer.about == about.row,
    ]
    if about.place is not Place.SIGNUP:  # there a person may change the role
        mine.append(OwnAnswer.side == side)
    row = (await work.session.exec(select(OwnAnswer).where(*mine))).first()
    if row is None:
        if given.value is None and not text:
            return
        row = OwnAnswer(
            team_id=participant.team_id,
            question_id=question_id,
            participant_id=participant.id,
            side=side,
            about=about.row,
            answered_at=work.now,
        )
        work.session.add(row)
    was = (row.value, row.text, row.share)
    row.side, row.value, row.text, row.share = side, given.value, text or None, given.share and bool(text)
    if was != (row.value, row.text, row.share):
        row.answered_at = work.now
    await work.session.flush()


async def store_at_sign_up(work: UnitOfWork, participant: Participant, given: Mapping[int, OwnGiven]) -> None:
    """Store the answers of a sign-up form, by question; those to questions of another role are left out."""
    if not given:
        return
    statement = select(OwnQuestion.id, OwnQuestion.role).where(col(OwnQuestion.id).in_(given))
    for question_id, role in (await work.session.exec(statement)).all():
        if is_asked(role, participant.role):
            about = About(Place.SIGNUP)
            await store_answer(work, participant, participant.role, about, question_id, given[question_id])


async def forget_about_session(work: UnitOfWork, session_id: int, participant_id: int | None = None) -> None:
    """Delete the answers about a session, of one person or of both: it did not take place, or not at that time."""
    statement = delete(OwnAnswer).where(
        col(OwnAnswer.about) == session_id,
        col(OwnAnswer.question_id).in_(select(OwnQuestion.id).where(OwnQuestion.place == Place.POLL)),
    )
    if participant_id is not None:
        statement = statement.where(col(OwnAnswer.participant_id) == participant_id)
    await work.session.exec(statement)

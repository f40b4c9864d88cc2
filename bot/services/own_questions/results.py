"""What HR may see of the answers to its questions: values that wait to be published, and the results."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Integer, and_, bindparam, or_
from sqlmodel import col, select

from bot.domain.figures import Published, Value
from bot.domain.own_questions import PREFIX, Answered, Place, Result, result_of, values_of
from storage.tables import (
    MentoringSession,
    OwnAnswer,
    OwnQuestion,
    Participant,
    PublishedValue,
    SurveyResponse,
)
from storage.types import UTCDateTime
from storage.unit_of_work import UnitOfWork

SETTLED_AFTER = timedelta(days=1)
"""An answer at sign-up is counted as it is a day after it was last changed."""
MOST_TEXTS_SHOWN = 20
"""Of each question, the newest."""


@dataclass(frozen=True)
class OwnText:
    """A text whose writer lets HR read it. `role`: as in `labels.role_names`."""

    text: str
    role: str


@dataclass(frozen=True)
class OwnResult:
    """A question with what HR may see of its answers: a result, or texts."""

    question: OwnQuestion
    result: Result | None
    texts: tuple[OwnText, ...] = ()


def _settled() -> Any:
    """Answers that no longer change, with their questions; joins the sessions and survey responses they are about."""
    return (
        select(OwnAnswer, OwnQuestion)
        .join(OwnQuestion, col(OwnQuestion.id) == col(OwnAnswer.question_id))
        .join(Participant, col(Participant.id) == col(OwnAnswer.participant_id))
        .outerjoin(
            MentoringSession,
            and_(col(OwnQuestion.place) == Place.POLL, col(MentoringSession.id) == col(OwnAnswer.about)),
        )
        .outerjoin(
            SurveyResponse,
            and_(
                col(OwnQuestion.place).in_((Place.BEFORE, Place.CLOSING, Place.LATER)),
                col(SurveyResponse.id) == col(OwnAnswer.about),
            ),
        )
        .where(
            col(OwnQuestion.programme_id) == bindparam("programme", type_=Integer),
            col(Participant.forgotten_at).is_(None),
            or_(
                and_(
                    col(OwnQuestion.place) == Place.SIGNUP,
                    col(OwnAnswer.answered_at) <= bindparam("day_ago", type_=UTCDateTime()),
                ),
                col(MentoringSession.settled_at).is_not(None),
                col(SurveyResponse.closes_at) <= bindparam("now", type_=UTCDateTime()),
            ),
        )
    )


_PUBLISHED = (
    select(PublishedValue.id)
    .where(PublishedValue.source == OwnAnswer.id, col(PublishedValue.measure).startswith(PREFIX))
    .exists()
)
_WAITING = _settled().where(col(OwnAnswer.value).is_not(None), ~_PUBLISHED)
_SHARED = (
    _settled()
    .where(col(OwnAnswer.share).is_(True), col(OwnAnswer.text).is_not(None))
    .order_by(col(OwnAnswer.answered_at).desc(), col(OwnAnswer.id).desc())
)


def _moments(now: datetime) -> dict[str, datetime]:
    return {"now": now, "day_ago": now - SETTLED_AFTER}


async def waiting_own_values(work: UnitOfWork, programme_id: int) -> list[tuple[str, list[Value]]]:
    """The settled answers that are in no group, by measure."""
    session = work.session
    rows = (await session.exec(_WAITING, params={"programme": programme_id, **_moments(work.now)})).all()
    if not rows:
        return []
    answers = [
        Answered(answer.participant_id, answer.id, question.id, question.kind, question.options, answer.value)
        for answer, question in rows
    ]
    chosen = select(PublishedValue.measure, PublishedValue.participant_id).where(
        col(PublishedValue.participant_id).in_({one.person for one in answers}),
        col(PublishedValue.measure).startswith(PREFIX),
        PublishedValue.value == 1,
    )
    before = set((await session.exec(chosen)).all())
    return list(values_of(answers, lambda measure, person: (measure, person) in before).items())


async def read_own_results(work: UnitOfWork, programme_id: int, published: Published) -> tuple[OwnResult, ...]:
    """What was published, and shared texts, by question in the order in which people are asked; those of which there
    is nothing are left out."""
    session = work.session
    questions = (await session.exec(select(OwnQuestion).where(OwnQuestion.programme_id == programme_id))).all()
    if not questions:
        return ()
    shared: dict[int, list[OwnText]] = {}
    rows = (await session.exec(_SHARED, params={"programme": programme_id, **_moments(work.now)})).all()
    for answer, question in rows:
        there = shared.setdefault(question.id, [])
        if len(there) < MOST_TEXTS_SHOWN:
            there.append(OwnText(answer.text, answer.side))
    results = [
        OwnResult(one, result_of(published, one.id, one.kind, one.options), tuple(shared.get(one.id, ())))
        for one in _in_order(questions)
    ]
    return tuple(one for one in results if one.result or one.texts)


def _in_order(questions: Sequence[OwnQuestion]) -> list[OwnQuestion]:
    places = list(Place)
    return sorted(questions, key=lambda one: (places.index(Place(one.place)), one.position, one.id))

"""What the Home tab reads of a person's pairs: one statement a table, and none for what they have nothing of."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, case, func, or_
from sqlalchemy import select as select_many
from sqlalchemy.orm import aliased
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.material import Link
from bot.domain.polls import Answer
from bot.services.care.partner_requests import UNSETTLED_OF, asked_until
from bot.services.matching.confirmations import ASKED_NOW
from bot.services.matching.introductions import INTRODUCTIONS_WAITING
from bot.services.material.material import LINKS, read_links
from bot.services.polls.polls import answer_of
from bot.services.surveys.surveys import OPEN_NOW
from storage.tables import Agreement, MentoringSession, Pair, Participant, Person, PollAnswer


class WhatThereIs(NamedTuple):
    """Of what an enrolment has any rows."""

    introductions: bool
    """Of the person, that wait to be sent."""
    questions: bool
    surveys: bool
    partner_requests: bool
    links: bool


class Partnership(NamedTuple):
    """A pair, with the partner's enrolment and person."""

    pair: Pair
    other: Participant
    partner: Person


@dataclass(frozen=True)
class PairRows:
    """A pair with all that one of the two sees of it."""

    of: Partnership
    sessions: tuple[MentoringSession, ...]
    answers: tuple[Answer, ...]
    """Theirs, about the sessions that are not settled."""
    agreement: Agreement | None
    asked_until: date | None
    links: tuple[Link, ...]
    """All of the programme."""


# Built once: building a statement takes as long as executing it.
THERE_IS: Any = select_many(
    *(one.exists() for one in (INTRODUCTIONS_WAITING, ASKED_NOW, OPEN_NOW, UNSETTLED_OF, LINKS))
)
PARTNERSHIPS = (
    select(Pair, Participant, Person)
    .join(
        Participant,
        col(Participant.id)
        == case(
            (col(Pair.mentor_id) == bindparam("participant"), col(Pair.leader_id)),
            else_=col(Pair.mentor_id),
        ),
    )
    .join(Person, col(Person.id) == col(Participant.person_id))
    .where(or_(col(Pair.mentor_id) == bindparam("participant"), col(Pair.leader_id) == bindparam("participant")))
    .order_by(col(Pair.id))
)
SESSIONS = (
    select(MentoringSession)
    .where(col(MentoringSession.pair_id).in_(bindparam("pairs", expanding=True)))
    .order_by(col(MentoringSession.number))
)
ANSWERS = select(PollAnswer).where(
    col(PollAnswer.participant_id) == bindparam("participant"),
    col(PollAnswer.session_id).in_(bindparam("sessions", expanding=True)),
)
_VERSION = aliased(Agreement)
AGREEMENTS = select(Agreement).where(
    col(Agreement.pair_id).in_(bindparam("pairs", expanding=True)),
    col(Agreement.version)
    == select(func.max(_VERSION.version)).where(col(_VERSION.pair_id) == col(Agreement.pair_id)).scalar_subquery(),
)


async def find_what_there_is(session: AsyncSession, participant: Participant, now: datetime) -> WhatThereIs:
    values = {
        "person": participant.person_id,
        "participant": participant.id,
        "programme": participant.programme_id,
        "now": now,
    }
    return WhatThereIs(*(await session.exec(THERE_IS, params=values)).one())


async def partnerships_of(session: AsyncSession, participant: Participant) -> list[Partnership]:
    """All pairs of an enrolment, also those that ended."""
    rows = await session.exec(PARTNERSHIPS, params={"participant": participant.id})
    return [Partnership(*row) for row in rows]


async def read_pair_rows(
    session: AsyncSession, participant: Participant, partnerships: Sequence[Partnership], there_is: WhatThereIs
) -> list[PairRows]:
    """What one of the two sees of each of these pairs."""
    if not partnerships:
        return []
    ids = [one.pair.id for one in partnerships]
    sessions = (await session.exec(SESSIONS, params={"pairs": ids})).all()
    agreements = {one.pair_id: one for one in await session.exec(AGREEMENTS, params={"pairs": ids})}
    answers = await _answers(session, participant, [one.id for one in sessions if one.settled_at is None])
    asked = await asked_until(session, participant.id) if there_is.partner_requests else {}
    links = tuple(await read_links(session, participant.programme_id)) if there_is.links else ()
    rows = []
    for partnership in partnerships:
        pair_id = partnership.pair.id
        mine = tuple(one for one in sessions if one.pair_id == pair_id)
        about = {one.id for one in mine}
        given = tuple(one for one in answers if one.session_id in about)
        rows.append(PairRows(partnership, mine, given, agreements.get(pair_id), asked.get(pair_id), links))
    return rows


async def _answers(session: AsyncSession, participant: Participant, session_ids: Collection[int]) -> list[Answer]:
    if not session_ids:
        return []
    values = {"participant": participant.id, "sessions": session_ids}
    return [answer_of(one) for one in await session.exec(ANSWERS, params=values)]

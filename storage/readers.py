"""What is known of the readers of several messages, read at once: when a message suits its reader depends on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, bindparam, func, or_
from sqlalchemy import select as select_many
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.messages.registry import FROM_HR
from storage.queries import Addressee
from storage.tables import Outbox, OutboxState, Participant, Person, Programme

LATELY = timedelta(days=2)
"""Longer than a working day: whatever was sent earlier has nothing to do with today."""
TOLD = (OutboxState.SENT, OutboxState.SENDING, OutboxState.UNKNOWN, OutboxState.JOINED)
"""States of a part of a day that its reader got, or is getting."""

ADDRESSEES: Any = (
    select_many(col(Outbox.id), Person, Participant, Programme)
    .select_from(Outbox)
    .join(Person, col(Person.id) == col(Outbox.person_id))
    .outerjoin(Programme, col(Programme.id) == col(Outbox.programme_id))
    .outerjoin(
        Participant,
        and_(col(Participant.person_id) == col(Person.id), col(Participant.programme_id) == col(Programme.id)),
    )
    .where(col(Outbox.id).in_(bindparam("rows", expanding=True)))
)
_THEIRS = col(Outbox.person_id).in_(bindparam("people", expanding=True))
LAST_TOLD: Any = (
    select(Outbox.person_id, func.max(col(Outbox.started_at)))
    .where(_THEIRS, col(Outbox.daily), col(Outbox.state).in_(TOLD), col(Outbox.started_at) >= bindparam("lately"))
    .group_by(col(Outbox.person_id))
)
HEAR_FROM_HR: Any = (
    select(Outbox.person_id)
    .where(
        _THEIRS,
        col(Outbox.kind).in_(sorted(FROM_HR)),
        or_(col(Outbox.state) == OutboxState.PENDING, col(Outbox.started_at) >= bindparam("lately")),
    )
    .distinct()
)


@dataclass(frozen=True)
class Readers:
    """Of the messages of one claim, in its transaction."""

    addressees: dict[int, Addressee]
    """By the id of the message."""
    told_at: dict[int, datetime]
    """By person: when they were last told of a day, as far as that was lately."""
    hear_from_hr: set[int]
    """The people to whom HR itself wrote lately, or is about to write."""


async def read_readers(session: AsyncSession, rows: Sequence[Outbox], now: datetime) -> Readers:
    """Of those of `rows` that are to people: three queries, however many they are."""
    people = {row.id: row.person_id for row in rows if row.person_id is not None}
    if not people:
        return Readers({}, {}, set())
    theirs = {"people": sorted(set(people.values())), "lately": now - LATELY}
    addressees = await session.exec(ADDRESSEES, params={"rows": sorted(people)})
    return Readers(
        {row_id: Addressee(*known) for row_id, *known in addressees},
        dict((await session.exec(LAST_TOLD, params=theirs)).all()),
        set((await session.exec(HEAR_FROM_HR, params=theirs)).all()),
    )

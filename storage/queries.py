"""Queries that several use cases share. Each takes an open session and returns rows, or None."""

from collections.abc import Collection, Iterator, Sequence
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import and_, bindparam
from sqlmodel import SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.tables import Outbox, Pair, PairState, Participant, ParticipantState, Person, Programme, ProgrammeState

Row = TypeVar("Row", bound=SQLModel)
Key = TypeVar("Key", int, str)

A_TIME = 500
"""Batch size for reading or writing rows where there may be thousands."""

# Built once, because they are in nearly every request: building a statement takes as long as executing it.
PERSON_BY_SLACK = select(Person).where(
    col(Person.team_id) == bindparam("team"), col(Person.slack_id) == bindparam("slack")
)
PEOPLE_BY_SLACK = select(Person).where(
    col(Person.team_id) == bindparam("team"), col(Person.slack_id).in_(bindparam("slack", expanding=True))
)
LOCKED_PERSON_BY_SLACK = PERSON_BY_SLACK.with_for_update()
PARTICIPATION = select(Participant).where(
    col(Participant.person_id) == bindparam("person"), col(Participant.programme_id) == bindparam("programme")
)
SIGN_UP = (
    select(Participant, Programme)
    .join(Programme, col(Programme.id) == col(Participant.programme_id))
    .join(Person, col(Person.id) == col(Participant.person_id))
    .where(
        col(Person.team_id) == bindparam("team"),
        col(Person.slack_id) == bindparam("slack"),
        col(Programme.id) == bindparam("programme"),
    )
)
PERSON_OF = (
    select(Person)
    .join(Participant, col(Participant.person_id) == col(Person.id))
    .where(col(Participant.id) == bindparam("participant"))
)
POSTED = select(Outbox.channel, Outbox.ts, Outbox.day_id, Outbox.id).where(
    col(Outbox.team_id) == bindparam("team"), col(Outbox.key) == bindparam("key")
)
COUNTRIES = (
    select(Programme.country)
    .where(col(Programme.team_id) == bindparam("team"), Programme.state != ProgrammeState.CLOSED)
    .distinct()
)


def in_parts(keys: Sequence[Key]) -> Iterator[Sequence[Key]]:
    """Keys in parts of at most `A_TIME`, each for one query: databases limit the parameters of a statement."""
    return (keys[start : start + A_TIME] for start in range(0, len(keys), A_TIME))


async def person_by_slack(session: AsyncSession, team_id: str, slack_id: str, *, lock: bool = False) -> Person | None:
    """The person, if stored. With `lock`, their concurrent requests wait."""
    statement = LOCKED_PERSON_BY_SLACK if lock else PERSON_BY_SLACK
    return (await session.exec(statement, params={"team": team_id, "slack": slack_id})).first()


async def people_by_slack(session: AsyncSession, team_id: str, slack_ids: Collection[str]) -> Sequence[Person]:
    """Those of a workspace's people that are stored."""
    return (await session.exec(PEOPLE_BY_SLACK, params={"team": team_id, "slack": slack_ids})).all()


def has_profile(person: Person | None) -> bool:
    """Whether the person is stored as Slack has them; otherwise, and while deactivated, Slack has to be asked."""
    return person is not None and person.profile_at is not None and person.active


async def programme_of_channel(session: AsyncSession, team_id: str, hr_channel: str) -> Programme | None:
    """The open programme of an HR channel."""
    statement = select(Programme).where(
        Programme.team_id == team_id, Programme.hr_channel == hr_channel, Programme.state != ProgrammeState.CLOSED
    )
    return (await session.exec(statement.order_by(col(Programme.id).desc()))).first()


async def programme_to_join(session: AsyncSession, team_id: str) -> Programme | None:
    """The newest programme that accepts sign-ups."""
    statement = select(Programme).where(Programme.team_id == team_id, Programme.state != ProgrammeState.CLOSED)
    return (await session.exec(statement.order_by(col(Programme.id).desc()))).first()


async def is_indonesian(session: AsyncSession, team_id: str) -> bool | None:
    """Whether the open programmes of a workspace are all in Indonesia; None if there is none."""
    countries = set((await session.exec(COUNTRIES, params={"team": team_id})).all())
    return countries == {"ID"} if countries else None


async def sign_up_of(
    session: AsyncSession, team_id: str, slack_id: str, programme_id: int
) -> tuple[Participant, Programme] | None:
    """A person's sign-up to a programme, with the programme."""
    values = {"team": team_id, "slack": slack_id, "programme": programme_id}
    return (await session.exec(SIGN_UP, params=values)).first()


async def participation(session: AsyncSession, person_id: int, programme_id: int) -> Participant | None:
    return (await session.exec(PARTICIPATION, params={"person": person_id, "programme": programme_id})).first()


ADDRESSEE: Any = (
    select(Person, Participant, Programme)
    .select_from(Person)
    .outerjoin(Programme, col(Programme.id) == bindparam("programme"))
    .outerjoin(
        Participant,
        and_(col(Participant.person_id) == col(Person.id), col(Participant.programme_id) == col(Programme.id)),
    )
    .where(col(Person.id) == bindparam("person"))
)


class Addressee(NamedTuple):
    """Who gets a message, and the programme of the message if it has one, with their sign-up to it."""

    person: Person
    participant: Participant | None
    programme: Programme | None


async def addressee_of(session: AsyncSession, message: Outbox) -> Addressee | None:
    """None for messages to a pair or a channel."""
    if message.person_id is None:
        return None
    values = {"person": message.person_id, "programme": message.programme_id}
    row = (await session.exec(ADDRESSEE, params=values)).first()
    return Addressee(*row) if row else None


async def current_participation(
    session: AsyncSession, person_id: int, programme_id: int | None = None
) -> tuple[Participant, Programme] | None:
    """A person's sign-up to `programme_id`; without it their latest one, in a running programme if there is one."""
    statement = (
        select(Participant, Programme)
        .join(Programme, col(Programme.id) == col(Participant.programme_id))
        .where(Participant.person_id == person_id)
        .order_by((col(Programme.state) == ProgrammeState.CLOSED), col(Participant.id).desc())
    )
    if programme_id is not None:
        statement = statement.where(Programme.id == programme_id)
    return (await session.exec(statement)).first()


async def active_participants(session: AsyncSession, programme_id: int) -> list[tuple[Participant, Person]]:
    """Active participants who are not paused, with the person, in the order of joining.

    In batches, so that a click need not wait until thousands are read.
    """
    statement = (
        select(Participant, Person)
        .join(Person, col(Person.id) == col(Participant.person_id))
        .where(
            Participant.programme_id == programme_id,
            Participant.state == ParticipantState.ACTIVE,
            col(Person.active).is_(True),
        )
        .order_by(col(Participant.id))
        .limit(A_TIME)
    )
    found: list[tuple[Participant, Person]] = []
    while True:
        last = found[-1][0].id if found else 0
        more = (await session.exec(statement.where(col(Participant.id) > last))).all()
        found += more
        if len(more) < A_TIME:
            return found


async def pairs_of(session: AsyncSession, participant_id: int) -> list[Pair]:
    """The active pairs of a person, in either role."""
    statement = select(Pair).where(
        (Pair.mentor_id == participant_id) | (Pair.leader_id == participant_id), Pair.state == PairState.ACTIVE
    )
    return list((await session.exec(statement.order_by(col(Pair.id)))).all())


async def sessions_are_over(session: AsyncSession, participant_id: int) -> bool:
    """Whether the time of all the pairs of a sign-up is over."""
    mine = (Pair.mentor_id == participant_id) | (Pair.leader_id == participant_id)
    states = set((await session.exec(select(Pair.state).where(mine, Pair.state != PairState.ENDED))).all())
    return states == {PairState.COMPLETED}


async def person_of(session: AsyncSession, participant_id: int) -> Person:
    """The person behind a sign-up."""
    return (await session.exec(PERSON_OF, params={"participant": participant_id})).one()


class Posted(NamedTuple):
    """Where a message is in Slack."""

    channel: str
    ts: str
    part: int | None = None
    """The id of its row, if it is a part of the message of a day."""


async def posted(session: AsyncSession, team_id: str, key: str) -> Posted | None:
    """Where the message with an outbox key is; None if it was not posted."""
    row = (await session.exec(POSTED, params={"team": team_id, "key": key})).first()
    if row is None or not row[0] or not row[1]:
        return None
    return Posted(row[0], row[1], row[3] if row[2] else None)

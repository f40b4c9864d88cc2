"""Recipients of messages in Slack."""

from sqlalchemy import update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.outbox import hold
from storage.tables import Outbox, Pair, Participant, Person


async def slack_ids_of(session: AsyncSession, row: Outbox) -> list[str]:
    """The people whose DM or group DM has to be opened; empty if one of them does not exist any more."""
    if row.person_id is not None:
        person = await session.get(Person, row.person_id)
        return [person.slack_id] if person and person.active else []
    pair = await session.get(Pair, row.pair_id) if row.pair_id is not None else None
    if not pair:
        return []
    both = (
        select(Person)
        .join(Participant, col(Participant.person_id) == Person.id)
        .where(col(Participant.id).in_((pair.mentor_id, pair.leader_id)))
        .order_by(col(Person.id))
    )
    people = (await session.exec(both)).all()
    return [person.slack_id for person in people] if len(people) == 2 and all(p.active for p in people) else []


async def keep_channel(session: AsyncSession, row: Outbox, channel: str) -> bool:
    """Store the channel that was opened for `row`; False if the claim was lost."""
    if row.person_id is not None:
        await session.exec(update(Person).where(col(Person.id) == row.person_id).values(dm_channel=channel))
    elif row.pair_id is not None:
        await session.exec(update(Pair).where(col(Pair.id) == row.pair_id).values(group_channel=channel))
    return await hold(session, row, channel=channel)


async def forget_channel(session: AsyncSession, row: Outbox) -> None:
    """Slack does not know the DM or group DM of `row` any more: forget it, so that the next message opens it again."""
    if row.person_id is not None:
        await session.exec(update(Person).where(col(Person.id) == row.person_id).values(dm_channel=None))
    elif row.pair_id is not None:
        await session.exec(update(Pair).where(col(Pair.id) == row.pair_id).values(group_channel=None))

"""The one message that a person gets a day: its parts are outbox rows of their own kinds, and are sent together.

Whoever claims a part claims all that are due for the person: they are joined to a row of the kind "daily", whose key
has the person and the day, and which is sent like any other. The parts follow its state in the same transactions.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.calendar import local
from bot.domain.messages.people import DailyMessage
from storage.outbox import enqueue, hold, outgoing
from storage.tables import Outbox, OutboxState, Person

DAILY = DailyMessage.kind.name
MOST_PARTS = 12
"""More are left for the next day: nobody reads them."""
FOLLOWED = {
    OutboxState.SENT: OutboxState.SENT,
    OutboxState.DROPPED: OutboxState.DROPPED,
    OutboxState.EXPIRED: OutboxState.EXPIRED,
    OutboxState.HELD: OutboxState.HELD,
}
"""What becomes of the parts. If the whole is refused for good, each part is sent by itself."""

DUE: Any = (
    select(Outbox)
    .where(
        col(Outbox.state) == OutboxState.PENDING,
        col(Outbox.person_id).in_(bindparam("people", expanding=True)),
        col(Outbox.daily),
        col(Outbox.due_at) <= bindparam("now"),
    )
    .order_by(col(Outbox.due_at), col(Outbox.id))
    .with_for_update(skip_locked=True)
)

TOLD_SINCE: Any = (
    select(Outbox.id)
    .where(
        col(Outbox.person_id) == bindparam("person"),
        col(Outbox.daily),
        col(Outbox.state).in_((OutboxState.SENT, OutboxState.SENDING, OutboxState.UNKNOWN, OutboxState.JOINED)),
        col(Outbox.started_at) >= bindparam("moment"),
    )
    .limit(1)
)


async def due_with(session: AsyncSession, rows: Sequence[Outbox], now: datetime) -> dict[int, list[Outbox]]:
    """The parts of days that are due for the readers of `rows`, with these, by person; at most `MOST_PARTS` for each.

    Those that another worker locked are left out.
    """
    people = {row.person_id for row in rows if row.daily and row.person_id is not None}
    parts: dict[int, list[Outbox]] = {person_id: [] for person_id in people}
    for part in await session.exec(DUE, params={"people": sorted(people), "now": now}) if people else ():
        parts[part.person_id].append(part)
    return {person_id: theirs[:MOST_PARTS] for person_id, theirs in parts.items()}


async def join(session: AsyncSession, parts: Sequence[Outbox], now: datetime) -> Outbox | None:
    """Join parts of one reader to the message of their day; None if there was one before."""
    first = parts[0]
    person = await session.get(Person, first.person_id)
    if person is None:
        return None
    day = DailyMessage(local(now, person.zone).date())
    message = outgoing(day, first.team_id, person_id=person.id, bulk=all(one.bulk for one in parts))
    if not await enqueue(session, message, now):
        return None
    whole = select(Outbox).where(Outbox.team_id == first.team_id, Outbox.key == message.key).with_for_update()
    row = (await session.exec(whole)).one()
    for part in parts:
        part.state, part.day_id, part.error = OutboxState.JOINED, row.id, None
        part.started_at = now
    return row


async def parts_of(session: AsyncSession, row: Outbox) -> Sequence[Outbox]:
    """The parts of a day's message that are under way, in order."""
    statement = select(Outbox).where(Outbox.day_id == row.id, Outbox.state == OutboxState.JOINED)
    return (await session.exec(statement.order_by(col(Outbox.planned_at), col(Outbox.id)))).all()


async def leave_out(
    session: AsyncSession, row: Outbox, irrelevant: Collection[int], later: Collection[int], now: datetime
) -> bool:
    """Take parts out of a message about to be posted; False if the claim was lost. Those `later` go by themselves."""
    if not await hold(session, row, state=OutboxState.SENDING):
        return False
    mine = (col(Outbox.day_id) == row.id, col(Outbox.state) == OutboxState.JOINED)
    gone = update(Outbox).where(*mine, col(Outbox.id).in_(irrelevant))
    await session.exec(gone.values(state=OutboxState.DROPPED, error="not_wanted"))
    waits = update(Outbox).where(*mine, col(Outbox.id).in_(later))
    await session.exec(waits.values(state=OutboxState.PENDING, daily=False, day_id=None, due_at=now, error=None))
    return True


async def settle_parts(session: AsyncSession, row: Outbox, values: dict[str, Any], now: datetime) -> Sequence[Outbox]:
    """The parts follow the state that was just recorded for their message; returns those that are held by that."""
    mine = (col(Outbox.day_id) == row.id, col(Outbox.state) == OutboxState.JOINED)
    state = values["state"]
    if state in FOLLOWED:
        told = {name: values[name] for name in ("channel", "ts", "sent_at", "error") if name in values}
        await session.exec(update(Outbox).where(*mine).values(state=FOLLOWED[state], **told))
    elif state is OutboxState.DEAD:
        alone = {"state": OutboxState.PENDING, "daily": False, "day_id": None, "due_at": now, "error": None}
        await session.exec(update(Outbox).where(*mine).values(**alone))
    if state is not OutboxState.HELD:
        return ()
    held = select(Outbox).where(Outbox.day_id == row.id, Outbox.state == OutboxState.HELD)
    return (await session.exec(held)).all()


async def told_since(session: AsyncSession, person_id: int, moment: datetime) -> bool:
    """Whether a person got, or is getting, a message of a day since `moment`."""
    return (await session.exec(TOLD_SINCE, params={"person": person_id, "moment": moment})).first() is not None

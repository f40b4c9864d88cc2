"""The parts of a day's message, at the moments when their message is sent."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from bot.slack.gateway import Message
from storage.day_messages import DAILY, leave_out, settle_parts
from storage.tables import Outbox, OutboxState
from storage.unit_of_work import Store, UnitOfWork


async def takes_out(store: Store, row: Outbox, message: Message, now: datetime) -> bool:
    """Take out the parts that are not in a message about to be posted; False if the claim of `row` was lost."""
    if not message.irrelevant and not message.later:
        return True
    async with store.write(now) as work:
        kept = await leave_out(work.session, row, message.irrelevant, message.later, work.now)
        await work.commit()
    return kept


async def parts_follow(
    work: UnitOfWork, row: Outbox, state: OutboxState, values: Mapping[str, Any]
) -> Sequence[Outbox]:
    """The parts of `row`, if it is a day's message, follow its new state; those that are held with it."""
    if row.kind != DAILY:
        return ()
    work.deliver_at_once()  # what was released by that
    return await settle_parts(work.session, row, {"channel": row.channel, **values, "state": state}, work.now)

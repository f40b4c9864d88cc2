"""Reads a channel's history, one page at a time, to find out whether a message was posted.

The row stores the next page, so that neither a 429 nor a restart begins the reading again.
"""

import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import partial

from bot.delivery.transitions import UNTIL_MARGIN, Transition, always, dropped, held, of_reading, of_unread
from bot.slack.gateway import Gateway, SlackRefused, SlackUnavailable
from storage.outbox import key_hash
from storage.tables import Outbox

log = logging.getLogger(__name__)

ATTEMPT = timedelta(minutes=2)
"""Longer than an attempt and Slack's delay together."""
FindChannel = Callable[[], Awaitable[str | None]]
"""The DM of a row; None if the person does not exist any more."""
Decide = Callable[[datetime], Transition]
"""The state to record, given the moment at which it is recorded."""


class ReadBack:
    """Reads back through `gateway`, from `look_back` before an attempt began."""

    def __init__(self, gateway: Gateway, look_back: timedelta) -> None:
        self.gateway = gateway
        self.look_back = look_back

    async def __call__(self, row: Outbox, dm_of: FindChannel, now: datetime) -> Decide:
        """Read the next page for `row`: found, missing, or to be continued. A duplicate is deleted."""
        if row.person_id is None:
            return always(held("unreadable"))
        # An attempt that began later than now was recorded by a wrong clock: it may have begun at any time.
        began = row.started_at if row.started_at and row.started_at <= now else row.created_at
        since = min(began, now) - self.look_back
        try:
            channel = row.channel or await dm_of()
            if not channel:
                return always(dropped("inactive"))
            page = await self.gateway.find(channel, key_hash(row), since, _until(row), row.read_cursor)
            for spare in page.found[1:]:
                await self.delete(channel, spare)
        except (SlackRefused, SlackUnavailable) as error:
            return always(of_unread(error, row))
        return partial(of_reading, page, row)

    async def delete(self, channel: str, ts: str) -> None:
        """Delete a duplicate message. Raises `SlackUnavailable`."""
        try:
            await self.gateway.delete(channel, ts)
        except SlackRefused as refused:
            log.error("duplicate message could not be deleted: %s", refused.error)


def _until(row: Outbox) -> datetime | None:
    """The latest moment at which Slack may have accepted the attempt, even if a clock was set back during it."""
    if row.read_until is None or row.started_at is None:
        return row.read_until
    return max(row.read_until, row.started_at + UNTIL_MARGIN + ATTEMPT)

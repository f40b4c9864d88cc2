"""Reads a channel back, a page at a time: whether a message that may have been posted is there.

The row keeps the page to go on with, so that neither a 429 nor a restart begins the reading anew.
"""

import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import partial

from bot.delivery.transitions import UNTIL_MARGIN, Transition, dropped, held, of_reading, of_unread
from bot.slack.gateway import Gateway, SlackRefused, SlackUnavailable
from storage.outbox import key_hash
from storage.tables import Outbox

log = logging.getLogger(__name__)

ATTEMPT = timedelta(minutes=2)
"""Longer than an attempt and Slack's delay together."""
FindChannel = Callable[[], Awaitable[str | None]]
"""The DM that a row goes to; None if the person is gone."""
Decide = Callable[[datetime], Transition]
"""What to record, given the moment at which it is recorded."""


class Reading:
    """Reads back through `gateway`, from `look_back` before an attempt began."""

    def __init__(self, gateway: Gateway, look_back: timedelta) -> None:
        self.gateway = gateway
        self.look_back = look_back

    async def __call__(self, row: Outbox, dm_of: FindChannel, now: datetime) -> Decide:
        """Read the next page for `row`: found, not there, or to be gone on with. What is there twice is deleted."""
        if row.person_id is None:
            return _always(held("unreadable"))
        # An attempt that began later than now was noted by a clock that was wrong: it may have begun at any time.
        began = row.started_at if row.started_at and row.started_at <= now else row.created_at
        since = min(began, now) - self.look_back
        try:
            channel = row.channel or await dm_of()
            if not channel:
                return _always(dropped("inactive"))
            page = await self.gateway.find(channel, key_hash(row), since, _until(row), row.read_cursor)
            for spare in page.found[1:]:
                await self.delete(channel, spare)
        except (SlackRefused, SlackUnavailable) as error:
            return _always(of_unread(error, row))
        return partial(of_reading, page, row)

    async def delete(self, channel: str, ts: str) -> None:
        """Delete a message that is there once too often. Raises `SlackUnavailable`."""
        try:
            await self.gateway.delete(channel, ts)
        except SlackRefused as refused:
            log.error("duplicate message could not be deleted: %s", refused.error)


def _until(row: Outbox) -> datetime | None:
    """The latest moment at which the attempt may stand in Slack; a clock put back during it makes it no earlier."""
    if row.read_until is None or row.started_at is None:
        return row.read_until
    return max(row.read_until, row.started_at + UNTIL_MARGIN + ATTEMPT)


def _always(verdict: Transition) -> Decide:
    return lambda _now: verdict

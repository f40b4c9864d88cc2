"""What a delivery worker calls."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from bot.slack.gateway import Message
from storage.tables import Outbox
from storage.unit_of_work import UnitOfWork

Compose = Callable[[UnitOfWork, Outbox], Awaitable[Message | None]]
"""Renders a message to be sent now; None if it is no longer relevant. `SlackUnavailable` postpones it;
`WrongReader` is as if the recipient were deactivated."""
NextMoment = Callable[[UnitOfWork, Outbox], Awaitable[datetime]]
"""The first moment, `work.now` at the earliest, in the recipient's working hours."""
Before = Callable[[Outbox, datetime], Awaitable[None]]
"""Called before a message is composed, outside of any transaction."""
OnTrouble = Callable[[UnitOfWork, str, Outbox], Awaitable[None]]
"""Called for "dead", "held", "expired", "dropped" (no active recipient), or "paused" (Slack refuses everything), in
the transaction that records it.

Messages that it enqueues through the unit of work are thus sent once; it must not open another unit of work.
"""

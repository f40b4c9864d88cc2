"""Messages about a connected calendar, to its owner only."""

from datetime import timedelta

from bot.domain.messages.kind import OutboxMessage, key_only, message_kind


@message_kind(
    "busy_hours_stopped",
    "{reader}:{since}",
    daily=True,
    lasts=timedelta(days=14),
    private=True,
    without_programme="0",
)
class BusyHoursStoppedMessage(OutboxMessage):
    """Their calendar link stopped working: said once."""

    problem: str
    """`bot.domain.busy_hours.LinkProblem`."""
    since: str = key_only(default="")

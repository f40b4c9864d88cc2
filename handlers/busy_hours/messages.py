"""The message about a calendar that cannot be read any more."""

from bot.domain.messages.busy_hours import BusyHoursStoppedMessage
from bot.services.busy_hours.busy_hours import calendar_of
from bot.slack.gateway import Message
from handlers.busy_hours import views
from handlers.kit.messages import MessageContext, renders


async def stopped(message: MessageContext[BusyHoursStoppedMessage]) -> Message | None:
    """None if the calendar works again, or its owner removed it."""
    if message.reader is None:
        return None
    calendar = await calendar_of(message.work.session, message.reader.id)
    if calendar is None or calendar.told_at is None:
        return None
    return views.stopped(message.texts, calendar.host, message.payload.problem)


RENDERERS = (renders(BusyHoursStoppedMessage, stopped),)

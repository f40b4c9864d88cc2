"""What the bot posted in a channel, shown anew in the same place."""

import logging

from bot.slack.gateway import Message, SlackRefused, SlackUnavailable
from handlers.kit.request import Request

log = logging.getLogger(__name__)


async def replace_post(request: Request, channel: str, ts: str, message: Message) -> bool:
    """Show `message` in place of a posted one; False if Slack refuses. It may be deleted."""
    try:
        await request.context.gateway.update(channel, ts, message)
    except (SlackRefused, SlackUnavailable) as problem:
        log.warning("the message %s in %s was not updated: %s", ts, channel, problem)
        return False
    return True

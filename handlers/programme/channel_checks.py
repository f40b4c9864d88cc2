"""Whether a channel will do: as HR's, and for the announcement."""

from bot.domain.programme import RIGHTLESS
from bot.services.caller import Rejected
from bot.slack.channel_objects import is_shared_outside, trouble_in
from bot.slack.gateway import SlackRefused
from handlers.kit.form_result import Invalid
from handlers.kit.request import Request


async def check_hr_channel(request: Request, channel: str) -> None:
    """Only a member of a private channel of the bot may run a programme there.

    A channel shared with another company is refused: its people would be HR. Raises `Rejected`.
    """
    if not channel or channel.startswith("D"):  # the bot may not ask Slack about a direct message
        raise Rejected("wrong_channel")
    if request.context.hr_channels and channel not in request.context.hr_channels:
        raise Rejected("setup_elsewhere")
    try:
        info = await request.context.gateway.channel_info(channel)
    except SlackRefused as refused:
        if not refused.final:
            raise
        raise Rejected("bot_not_in_channel") from refused
    if trouble := trouble_in(info):
        raise Rejected("wrong_channel" if trouble in RIGHTLESS else "hr_channel_archived")
    caller, directory = request.caller, request.context.directory
    directory.forget_members(caller.team_id, channel)
    if not await directory.is_member(caller.team_id, channel, caller.slack_id, caller.now):
        raise Rejected("bot_not_in_channel")


async def unfit_for_announcement(request: Request, channel: str) -> Invalid | None:
    """Why the announcement cannot be posted in a channel, at the field; None as far as Slack says beforehand."""
    try:
        info = await request.context.gateway.channel_info(channel)
    except SlackRefused as refused:
        if not refused.final:
            raise
        return _invalid("bot_not_in_channel")
    if info.get("is_archived"):
        return _invalid("channel_archived")
    return _invalid("channel_shared") if is_shared_outside(info) else None


def _invalid(code: str) -> Invalid:
    return Invalid.below("programme.setup.errors", {"announce_channel": code})

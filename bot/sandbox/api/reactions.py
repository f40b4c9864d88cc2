"""reactions.add."""

import re

from ..model import Json, SlackError, ts_micros
from .call import Call


async def add(call: Call) -> Json:
    channel = call.channel()
    if channel.archived:
        raise SlackError("is_archived")
    if ts_micros(call.args["timestamp"]) is None:
        raise SlackError("bad_timestamp")
    message = call.space.message(channel, call.args["timestamp"])
    if message is None:
        raise SlackError("message_not_found")
    if call.space.bot_user not in channel.members:
        raise SlackError("no_access")
    name = call.args["name"].strip(":")
    if not re.fullmatch(r"[a-z0-9_+'\-]+(::skin-tone-[2-6])?", name):
        raise SlackError("invalid_name")
    people = message.reactions.setdefault(name, [])
    if call.space.bot_user in people:
        raise SlackError("already_reacted")
    people.append(call.space.bot_user)
    call.slack.changed("message", channel=channel.id)
    return {}

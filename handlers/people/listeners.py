"""Slack's events about people and channels, and the reply to messages to the bot."""

import logging
from typing import Any

from bot.services.caller import Caller
from bot.services.people import people, typed
from bot.slack.gateway import Message
from bot.slack.user_objects import profile_of
from handlers.kit.context import AppContext
from handlers.kit.listeners import Listeners
from handlers.kit.payload import at, event_moment, optional_text, profile_moment, text_at
from handlers.kit.request import Request

log = logging.getLogger(__name__)

CHANNEL_EVENTS = (
    "channel_archive",
    "channel_deleted",
    "channel_left",
    "channel_shared",
    "channel_unarchive",
    "channel_unshared",
    "group_archive",
    "group_deleted",
    "group_left",
    "group_unarchive",
)
"""A channel can be used no longer, or again. `group` is a private channel. No event says that one became public."""


def register(on: Listeners) -> None:
    on.event("message", answer_typed, when=_is_typed)
    on.follow("user_change", profile_changed)
    on.follow("member_joined_channel", member_joined)
    on.follow("member_left_channel", member_left)
    on.follow("app_uninstalled", uninstalled)
    for event in CHANNEL_EVENTS:
        on.follow(event, channel_changed)


# Messages to the bot


TYPED = (None, "file_share", "thread_broadcast", "me_message")
"""Subtypes of messages that people type; the others are edits, deletions, messages of apps and notices of Slack's."""


def _is_typed(body: Any) -> bool:
    """Whether a person wrote this to the bot, in its DM with them."""
    event = at(body, "event")
    return (
        at(event, "channel_type") == "im"
        and at(event, "subtype") in TYPED
        and not at(event, "bot_id")
        and not at(event, "bot_profile")
        and at(event, "user") != _bot_user(body)
    )


async def answer_typed(request: Request) -> None:
    """Say what the writer can do. The text is compared with a list of phrases, and neither stored nor logged."""
    text = at(request.body, "event", "text")
    urgent = isinstance(text, str) and request.context.catalogue.recognises("care.distress", text)
    moment = event_moment(request.body, request.caller.now)
    await typed.reply(request.context.store, request.caller, moment, urgent=urgent)


# People


async def profile_changed(context: AppContext, body: dict[str, Any]) -> None:
    """A changed name, e-mail address, time zone or kind of account; or a deactivation or reactivation."""
    now = await context.now()
    text_at(body, "event", "user", "id")
    moment, team_id = profile_moment(body, now), await context.team_of(body)
    profile = profile_of(at(body, "event", "user"), team_id, moment, is_current=False)
    if await people.follow(context.store, profile, now) and (
        not profile.active or profile.is_guest or profile.is_stranger
    ):
        await context.channels.check_all(now, profile.team_id)  # they may have been the last of HR


async def member_joined(context: AppContext, body: dict[str, Any]) -> None:
    """A person became HR, if it is HR's channel; or the bot was invited to a channel."""
    channel, user = text_at(body, "event", "channel"), text_at(body, "event", "user")
    context.directory.forget_members(await context.team_of(body), channel)
    await _compare(context, body, channel)
    if user in (_bot_user(body), await context.gateway.own_id()):
        await _say_how_to_begin(context, body, channel)


async def member_left(context: AppContext, body: dict[str, Any]) -> None:
    await _compare(context, body, text_at(body, "event", "channel"))


async def channel_changed(context: AppContext, body: dict[str, Any]) -> None:
    await _compare(context, body, text_at(body, "event", "channel"))


async def _compare(context: AppContext, body: dict[str, Any], channel: str) -> None:
    """See whether it can still be used, and who is there now, if it is HR's channel, the announcement's, or one that
    HR's limits name."""
    team_id, now = await context.team_of(body), await context.now()
    await context.channels.follow(team_id, channel, now)
    await context.announcements.follow(team_id, channel, now)
    await context.limit_channels.follow(team_id, channel, now)


async def _say_how_to_begin(context: AppContext, body: dict[str, Any], channel: str) -> None:
    """Only to the person who invited the bot to a private channel."""
    inviter = optional_text(body, "event", "inviter")
    if not inviter:
        return
    caller = Caller(await context.team_of(body), inviter, text_at(body, "event_id"), await context.now())
    if await people.runs_a_programme(context.store, caller, channel):
        return
    info = await context.gateway.channel_info(channel)
    if not info.get("is_private") or info.get("is_member") is False:  # it was removed again in between
        return
    person = await context.directory.person(caller.team_id, inviter, caller.now)
    await people.record_event(context.store, caller)
    await context.gateway.ephemeral(channel, inviter, Message(context.texts(person)("programme.setup.invited.body")))


async def uninstalled(context: AppContext, body: dict[str, Any]) -> None:
    team_id, now = await context.team_of(body), await context.now()
    if await people.uninstalled(context.store, team_id, now, event_moment(body, now)):
        log.warning("app removed from workspace %s: sending stopped", team_id)


def _bot_user(body: Any) -> str:
    """The bot's own user id, as the event's wrapper names it."""
    authorized = at(body, "authorizations")
    for one in authorized if isinstance(authorized, list) else []:
        if at(one, "is_bot") and isinstance(at(one, "user_id"), str):
            return str(one["user_id"])
    return ""

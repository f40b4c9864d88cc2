"""conversations.*: finding, opening and changing conversations, and reading them."""

import re
from collections.abc import Iterable

from ..args import csv
from ..limits import TIGHT_PAGE
from ..model import Channel, ChannelKind, Json, Message, SlackError, ts_micros
from ..objects import channel_json
from .call import KIND_WORD, Call
from .paging import decode, encode, page

TYPES: dict[str, ChannelKind] = {"public_channel": "public", "private_channel": "private", "im": "im", "mpim": "mpim"}
MPIM_MAX = 8
NAME_MAX = 80
TOPIC_MAX = 250


def _json(call: Call, channel: Channel) -> Json:
    space = call.space
    people = [space.users[one] for one in channel.members if one != space.bot_user]
    gone = channel.kind == "im" and any(one.deleted for one in people)
    return channel_json(channel, space.team_id, space.bot_user, user_deleted=gone)


async def info(call: Call) -> Json:
    channel = call.channel()
    call.need_for(channel, "read")
    body = _json(call, channel)
    if not call.args.get("include_num_members"):
        body.pop("num_members", None)
    if call.args.get("include_locale"):
        body["locale"] = "en-US"
    return {"channel": body}


def _kinds(call: Call) -> set[ChannelKind]:
    names = csv(call.args.get("types")) or ["public_channel"]
    if any(name not in TYPES for name in names):
        raise SlackError("invalid_types")
    for name in names:
        call.need(f"{KIND_WORD[TYPES[name]]}:read")
    return {TYPES[name] for name in names}


def _listing(call: Call, channels: Iterable[Channel], key: str) -> Json:
    if call.args.get("exclude_archived"):
        channels = (c for c in channels if not c.archived)
    chosen, cursor = page(sorted(channels, key=lambda c: c.id), key, call.args.get("cursor", ""), call.limit(100))
    return {"channels": [_json(call, c) for c in chosen], **cursor}


async def list_(call: Call) -> Json:
    kinds = _kinds(call)
    visible = (c for c in call.space.channels.values() if c.kind in kinds and call.space.bot_sees(c))
    return _listing(call, visible, "channels")


async def users_conversations(call: Call) -> Json:
    """Conversations of a person (by default the bot), as far as the bot sees them."""
    kinds = _kinds(call)
    user = call.args.get("user") or call.space.bot_user
    mine = (c for c in call.space.channels_of(user) if c.kind in kinds)
    return _listing(call, (c for c in mine if call.space.bot_sees(c)), f"of-{user}")


async def members(call: Call) -> Json:
    channel = call.channel()
    call.need_for(channel, "read")
    chosen, cursor = page(channel.members, f"members-{channel.id}", call.args.get("cursor", ""), call.limit(100))
    return {"members": chosen, **cursor}


async def open_(call: Call) -> Json:
    """A DM with one person or a group DM with up to eight; the same people share the same one."""
    if call.args.get("channel"):
        channel = call.channel()
        if channel.kind not in ("im", "mpim"):
            raise SlackError("method_not_supported_for_channel_type")
        return _opened(call, channel, existed=True)
    users = list(dict.fromkeys(csv(call.args.get("users"))))
    if not users:
        raise SlackError("users_list_not_supplied")
    call.need("im:write" if len(users) == 1 else "mpim:write")
    found = [call.space.user(u) for u in users]
    if None in found:
        raise SlackError("user_not_found")
    if call.space.bot_user in users:
        raise SlackError("not_enough_users" if len(users) == 1 else "user_not_found")
    if any(u and u.deleted for u in found):
        raise SlackError("user_disabled")
    if len(users) > MPIM_MAX:
        raise SlackError("too_many_users")
    space = call.space
    known = space.dm(users[0]) if len(users) == 1 else space.mpim([space.bot_user, *users])
    if known is None and call.args.get("prevent_creation"):
        raise SlackError("channel_not_found")
    channel = known or (space.open_dm(users[0]) if len(users) == 1 else space.open_mpim(users))
    return _opened(call, channel, existed=known is not None)


def _opened(call: Call, channel: Channel, *, existed: bool) -> Json:
    call.slack.changed("channel", channel=channel.id)
    body: Json = _json(call, channel) if call.args.get("return_im") else {"id": channel.id}
    return {"channel": body, **({"no_op": True, "already_open": True} if existed else {})}


async def history(call: Call) -> Json:
    """Newest first; thread replies are not among them."""
    channel = call.channel()
    call.need_for(channel, "history")
    if call.space.bot_user not in channel.members:
        raise SlackError("not_in_channel")
    messages = [m for m in channel.messages.values() if m.thread_ts in (None, m.ts) or m.broadcast]
    messages = list(reversed(_between(call, messages)))
    return _messages(call, messages, f"history-{channel.id}", default=100, newest_first=True)


async def replies(call: Call) -> Json:
    """A thread, oldest first, the parent always with it."""
    channel = call.channel()
    call.need_for(channel, "history")
    asked = call.space.message(channel, str(call.args["ts"]))
    if asked is None or call.space.bot_user not in channel.members:
        raise SlackError("thread_not_found")
    thread = channel.thread(asked.thread_ts or asked.ts)
    parents = [m for m in thread if m.ts == (asked.thread_ts or asked.ts)]
    messages = parents + [m for m in _between(call, thread) if m not in parents]
    return _messages(call, messages, f"replies-{channel.id}", default=1_000, newest_first=False)


def _between(call: Call, messages: list[Message]) -> list[Message]:
    """Those between oldest and latest, which count only if `inclusive`."""
    bounds = {}
    for key in ("oldest", "latest"):
        value = call.args.get(key)
        if value not in (None, ""):
            bound = ts_micros(str(value))
            if bound is None:
                raise SlackError(f"invalid_ts_{key}")
            bounds[key] = bound
    edge = 0 if call.args.get("inclusive") else 1
    low = bounds.get("oldest", -1) + (edge if "oldest" in bounds else 0)
    high = bounds.get("latest", 1 << 62) - (edge if "latest" in bounds else 0)
    return [m for m in messages if low <= (ts_micros(m.ts) or 0) <= high]


def _messages(call: Call, messages: list[Message], key: str, *, default: int, newest_first: bool) -> Json:
    """One page. The cursor is the ts where the next one begins, so that new messages do not shift it."""
    limit = call.limit(default, error=None)
    if call.slack.limits.tight:
        limit = min(limit, TIGHT_PAGE)
    cursor = call.args.get("cursor", "")
    if cursor:
        start = decode(cursor, key)
        messages = [
            m for m in messages if ((ts_micros(m.ts) or 0) <= start) is newest_first or ts_micros(m.ts) == start
        ]
    chosen, rest = messages[:limit], messages[limit:]
    metadata = bool(call.args.get("include_all_metadata"))
    body: Json = {
        "messages": [call.space.message_json(m, metadata=metadata) for m in chosen],
        "has_more": bool(rest),
        "pin_count": 0,
    }
    if rest:
        body["response_metadata"] = {"next_cursor": encode(key, ts_micros(rest[0].ts) or 0)}
    return body


async def join(call: Call) -> Json:
    channel = call.channel()
    if channel.kind != "public":
        raise SlackError("method_not_supported_for_channel_type")
    if channel.archived:
        raise SlackError("is_archived")
    already = call.space.bot_user in channel.members
    call.slack.add_member(channel, call.space.bot_user)
    return {"channel": _json(call, channel), **({"warning": "already_in_channel"} if already else {})}


def _changeable(call: Call, *scopes: str, archived: str = "is_archived") -> Channel:
    """A public or private channel that the bot belongs to and that is not archived."""
    channel = call.channel()
    if channel.kind in ("im", "mpim"):
        raise SlackError("method_not_supported_for_channel_type")
    suffixes = ("channels:manage", "channels:write") if channel.kind == "public" else ("groups:write",)
    extra = [f"{KIND_WORD[channel.kind]}:{scope}" for scope in scopes]
    call.need(*suffixes, *extra)
    if channel.archived:
        raise SlackError(archived)
    if call.space.bot_user not in channel.members:
        raise SlackError("not_in_channel")
    return channel


async def invite(call: Call) -> Json:
    channel = _changeable(call, "write.invites")
    users = csv(call.args["users"])
    if not users:
        raise SlackError("no_user")
    for user in users:
        person = call.space.user(user)
        if person is None or person.deleted:
            raise SlackError("user_not_found")
        if user == call.space.bot_user:
            raise SlackError("cant_invite_self")
        if user in channel.members:
            raise SlackError("already_in_channel")
        if person.is_ultra_restricted and any(
            user in one.members for one in call.space.channels.values() if one.kind in ("public", "private")
        ):
            raise SlackError("ura_max_channels")
    for user in users:
        call.slack.add_member(channel, user, inviter=call.space.bot_user)
    return {"channel": _json(call, channel)}


async def create(call: Call) -> Json:
    private = bool(call.args.get("is_private"))
    call.need(*(("groups:write",) if private else ("channels:manage", "channels:write")))
    name = call.args["name"]
    if len(name) > NAME_MAX:
        raise SlackError("invalid_name_maxlength")
    if name != name.lower() or not re.fullmatch(r"[\w\-]+", name):
        raise SlackError("invalid_name_specials")
    if call.space.by_name(name):
        raise SlackError("name_taken")
    bot = call.space.bot_user
    channel = call.space.add_channel("private" if private else "public", name, bot, [bot])
    call.slack.changed("channel", channel=channel.id)
    return {"channel": _json(call, channel)}


async def set_topic(call: Call) -> Json:
    channel = _changeable(call, "write.topic")
    if len(call.args["topic"]) > TOPIC_MAX:
        raise SlackError("too_long")
    call.slack.change_channel(channel, topic=call.args["topic"])
    return {"channel": _json(call, channel)}


async def leave(call: Call) -> Json:
    if call.space.bot_user not in call.channel().members:
        return {"not_in_channel": True}
    channel = _changeable(call)
    if channel.is_general:
        raise SlackError("cant_leave_general")
    call.slack.remove_member(channel, call.space.bot_user)
    return {}


async def archive(call: Call) -> Json:
    channel = _changeable(call, archived="already_archived")
    if channel.is_general:
        raise SlackError("cant_archive_general")
    call.slack.archive(channel)
    return {}

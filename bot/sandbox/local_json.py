"""How the workspace looks to the page, as JSON."""

from .api.views import view_json
from .clock_moves import Upcoming
from .company import Company
from .model import Channel, Json, Message, User
from .people import Outcome, Person

GLIMPSE = 140
MEMBERS_SHOWN = 30


def state_view(slack: Company, me: Person | None, *, people: bool = True) -> Json:
    """The workspace, and what one person has open in it; without `people`, for a page that knows them already."""
    space = slack.workspace
    body: Json = {
        "workspace": {
            "name": space.name,
            "team_id": space.team_id,
            "now": slack.clock.now().isoformat(),
            "clock_movable": slack.movable,
            "app": {
                "id": space.app_id,
                "name": slack.manifest.name,
                "bot_user": space.bot_user,
                "commands": sorted(slack.manifest.commands),
                "command_hints": list(slack.manifest.command_hints),
                "home_tab": slack.manifest.home_tab,
                "can_write_to": slack.manifest.messages_tab and not slack.manifest.messages_read_only,
                "installed": space.installed,
                "connected": slack.installer.connected if slack.installer else bool(slack.sockets.open),
            },
            "extensions": sorted(slack.extensions),
        },
        **({"workspaces": slack.installer.workspaces()} if slack.installer else {}),
        **({"people": [_person(user) for user in slack.users]} if people else {}),
    }
    if me is None:
        return body
    unread = me.unread
    return body | {
        "me": _person(me.user),
        "channels": [channel_line(slack, me, c, unread.get(c.id, 0)) for c in me.channels],
        "joinable": [
            channel_line(slack, me, c, 0)
            for c in space.channels.values()
            if c.kind == "public" and me.id not in c.members and not c.archived
        ],
        "modals": [view_json(slack, view) for view in me.modals],
        "home": view_json(slack, me.home) if me.home else None,
    }


def clock_view(slack: Company, following: Upcoming | None) -> Json:
    """The time, when the app has something to do next, and how far a move of the clock has come."""
    move = slack.clock_move
    return {
        "now": slack.clock.now().isoformat(),
        "movable": slack.movable,
        "moving_from": move.since.isoformat() if move else None,
        "moving_to": move.to.isoformat() if move else None,
        "stopping": bool(move and move.stopped),
        "played": {"messages": move.messages, "last": _glimpse(slack, move.last)} if move else None,
        "next": following.at.isoformat() if following else None,
        "next_what": dict(following.what) if following else None,
    }


def _glimpse(slack: Company, message: Message | None) -> Json | None:
    """Where a message went, and how it begins."""
    if message is None:
        return None
    channel = slack.workspace.channels[message.channel]
    people = [slack.workspace.users[one] for one in channel.members if one != slack.workspace.bot_user]
    place = ", ".join(one.real_name for one in people) if channel.kind in ("im", "mpim") else f"#{channel.name}"
    return {"place": place, "author": slack.workspace.users[message.user].real_name, "text": message.text[:GLIMPSE]}


def _person(user: User) -> Json:
    keys = ("id", "name", "real_name", "email", "title", "tz", "locale", "deleted", "is_stranger")
    return {**{key: getattr(user, key) for key in keys}, "is_guest": user.is_restricted or user.is_ultra_restricted}


def channel_line(slack: Company, me: Person, channel: Channel, unread: int) -> Json:
    """A conversation in the list: `label` is what a person calls it."""
    space = slack.workspace
    others = [space.users[u].real_name for u in channel.members if u not in (me.id, space.bot_user)]
    labels = {"im": slack.manifest.name, "mpim": ", ".join([*others, slack.manifest.name])}
    return {
        "id": channel.id,
        "kind": channel.kind,
        "name": channel.name,
        "label": labels.get(channel.kind, f"#{channel.name}"),
        "topic": channel.topic,
        "archived": channel.archived,
        "ext_shared": channel.ext_shared,
        "posting": channel.posting,
        "member": me.id in channel.members,
        "member_count": len(channel.members),
        "members": channel.members if channel.kind in labels else channel.members[:MEMBERS_SHOWN],
        "unread": unread,
        "last_ts": f"{channel.last_micros // 1_000_000}.{channel.last_micros % 1_000_000:06d}",
    }


def channel_view(
    slack: Company,
    me: Person,
    channel: Channel,
    *,
    limit: int | None = None,
    thread: str | None = None,
) -> Json:
    """A conversation, oldest message first; replies carry thread_ts.

    With `limit` only its newest messages, and all of the thread that is open.
    """
    seen = me.visible(channel)
    shown = seen[-limit:] if limit else seen
    rest = seen[: len(seen) - len(shown)]
    opened = [message for message in rest if thread and thread in (message.ts, message.thread_ts)]
    return {
        "channel": channel_line(slack, me, channel, me.unread.get(channel.id, 0)),
        "messages": [message_view(slack, message) for message in [*opened, *shown]],
        "older": bool(rest),
    }


def message_view(slack: Company, message: Message) -> Json:
    """A message with its author's name, what is chosen in it, and where its files are."""
    author = slack.workspace.users[message.user]
    body = slack.workspace.message_json(message, metadata=False)
    for file in body.get("files", []):
        of_one = f"?workspace={slack.workspace.team_id}" if slack.installer else ""
        file["local_url"] = f"/_local/files/{file['id']}{of_one}"
    return {
        **body,
        "channel": message.channel,
        "author": author.real_name,
        "from_app": message.bot_id is not None,
        "ephemeral": message.ephemeral_to is not None,
        "edited_ts": message.edited_ts,
        "thread_ts": message.thread_ts,
        "chosen": message.values,
    }


def outcome_view(outcome: Outcome) -> Json:
    """`options` are those of a search in an external select, also those in `option_groups`."""
    answered = outcome.reply.payload if outcome.reply else None
    return {
        "ok": outcome.ok,
        "ack_seconds": round(outcome.ack_seconds, 4),
        "text": outcome.text,
        "errors": outcome.errors,
        "options": outcome.options,
        "option_groups": answered.get("option_groups", []) if isinstance(answered, dict) else [],
    }

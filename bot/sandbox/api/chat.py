"""chat.*: posting, changing and deleting messages."""

from ..model import Channel, Json, Message, SlackError, ts_micros
from ..posting import Content
from .call import Call


async def post_message(call: Call) -> Json:
    """A message in a channel or DM. `channel` may be a user id (their DM) or a public channel's name."""
    _refuse_masks(call)
    channel = _target(call)
    _may_post(call, channel)
    content = call.slack.composer.compose(call.args, too_long="msg_blocks_too_long")
    thread_ts = _thread(call, channel)
    call.slack.take_turn(channel.id)
    message = _message(call, channel, content, thread_ts)
    message.broadcast = bool(call.args.get("reply_broadcast")) and thread_ts is not None
    call.slack.post(message)
    return {"channel": channel.id, "ts": message.ts, "message": call.space.message_json(message)}


async def post_ephemeral(call: Call) -> Json:
    """A message that only one member sees; it cannot be read back or changed."""
    channel = _target(call)
    user = str(call.args["user"])
    _may_post(call, channel)
    if user not in channel.members or call.space.users[user].deleted:
        raise SlackError("user_not_in_channel")
    content = call.slack.composer.compose(call.args, too_long="msg_too_long")
    if len(str(call.args.get("text") or "")) > 40_000:
        raise SlackError("msg_too_long")
    message = _message(call, channel, content, _thread(call, channel))
    message.ephemeral_to, message.metadata = user, None
    call.slack.post(message)
    return {"message_ts": message.ts}


async def update(call: Call) -> Json:
    """Change one of the bot's own messages. What is not given stays, but text alone takes the blocks away."""
    _refuse_masks(call)
    channel = call.channel()
    message = _own(call, channel, "ts", "cant_update_message")
    if channel.archived:
        raise SlackError("is_inactive")
    if len(str(call.args.get("text") or call.args.get("markdown_text") or "")) > 4_000:
        raise SlackError("msg_too_long")
    if any(f not in call.space.files for f in call.args.get("file_ids", [])):
        raise SlackError("file_not_found")
    content = call.slack.composer.compose(call.args, too_long="msg_too_long")
    before = call.space.message_json(message)
    message.text, message.blocks, message.attachments = content.text, content.blocks, content.attachments
    if content.metadata is not None:
        message.metadata = content.metadata
    if "file_ids" in call.args:
        message.files = list(call.args["file_ids"])
    message.values = {}
    message.edited_ts = channel.next_ts(call.space.now())
    call.slack.message_changed(message, before)
    shown = call.space.message_json(message)
    return {"channel": channel.id, "ts": message.ts, "text": message.text, "message": shown}


async def delete(call: Call) -> Json:
    channel = call.channel()
    message = _own(call, channel, "ts", "cant_delete_message")
    call.slack.message_deleted(message)
    del channel.messages[message.ts]
    return {"channel": channel.id, "ts": message.ts}


async def get_permalink(call: Call) -> Json:
    channel = call.channel()
    ts = str(call.args["message_ts"])
    if call.space.message(channel, ts) is None:
        raise SlackError("message_not_found")
    link = f"https://{call.space.domain}.slack.com/archives/{channel.id}/p{ts.replace('.', '')}"
    return {"channel": channel.id, "permalink": link}


def _refuse_masks(call: Call) -> None:
    """A bot posts as itself: not as a person, and under another name only with the scope for it."""
    if call.args.get("as_user") in (True, "true", "1", 1):
        raise SlackError("as_user_not_supported")
    if any(call.args.get(key) for key in ("username", "icon_emoji", "icon_url")):
        call.need("chat:write.customize")


def _target(call: Call) -> Channel:
    """The channel to post in."""
    name = str(call.args["channel"])
    space = call.space
    user = space.user(name)
    if user and user.id != space.bot_user and not user.is_bot:
        # Slack goes on taking messages for a deactivated person whose DM exists (python-slack-sdk#1156).
        if user.deleted and space.dm(user.id) is None:
            raise SlackError("channel_not_found")
        return space.open_dm(user.id)
    channel = space.channels.get(name) or space.by_name(name)
    if channel is None or not space.bot_sees(channel):
        raise SlackError("channel_not_found")
    return channel


def _may_post(call: Call, channel: Channel) -> None:
    if channel.archived:
        raise SlackError("is_archived")
    refusal = restriction(channel, in_thread=bool(call.args.get("thread_ts")))
    if refusal:
        # chat.postEphemeral has one error for all of them.
        raise SlackError(refusal if call.method == "chat.postMessage" else "restricted_action")
    if channel.kind == "im":
        if not call.slack.manifest.messages_tab:
            raise SlackError("messages_tab_disabled")
    elif call.space.bot_user not in channel.members and "chat:write.public" not in call.slack.manifest.scopes:
        raise SlackError("not_in_channel")


def restriction(channel: Channel, *, in_thread: bool) -> str | None:
    """Why an app may not post there: what the channel's settings allow to few."""
    if channel.posting == "admins":
        return "restricted_action"
    if channel.posting == "read_only":
        return "restricted_action_read_only_channel"
    if channel.posting == "threads" and not in_thread:
        return "restricted_action_thread_only_channel"
    if channel.posting == "no_threads" and in_thread:
        return "restricted_action_non_threadable_channel"
    return None


def _thread(call: Call, channel: Channel) -> str | None:
    """The thread to answer in. A message that is not there takes no replies."""
    thread_ts = call.args.get("thread_ts")
    if thread_ts in (None, ""):
        return None
    parent = call.space.message(channel, str(thread_ts))
    if not isinstance(thread_ts, (str, float, int)) or ts_micros(str(thread_ts)) is None or parent is None:
        raise SlackError("cannot_reply_to_message")
    return parent.thread_ts or parent.ts


def _message(call: Call, channel: Channel, content: Content, thread_ts: str | None) -> Message:
    space = call.space
    return Message(
        ts=channel.next_ts(space.now()),
        channel=channel.id,
        user=space.bot_user,
        text=content.text,
        blocks=content.blocks,
        attachments=content.attachments,
        metadata=content.metadata,
        thread_ts=thread_ts,
        bot_id=space.bot_id,
        app_id=space.app_id,
    )


def _own(call: Call, channel: Channel, key: str, error: str) -> Message:
    message = call.space.message(channel, str(call.args[key]))
    if message is None:
        raise SlackError("message_not_found")
    if message.user != call.space.bot_user:
        raise SlackError(error)
    return message

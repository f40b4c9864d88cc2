"""The heading of each entry of a transcript."""

from bot.rehearsal.activity_log import Activity
from bot.sandbox import Slack
from prompts.catalogue import Texts

KINDS = {"changed": "message", "whisper": "message", "refused": "message"}
"""The page's kind of an entry, if that is not its own name."""


def heading(entry: Activity, slack: Slack, texts: Texts) -> str:
    """What an entry is, in a line: who did it, or where it went."""
    key = "rehearsal.transcript"
    names = texts.join([_name(slack, one) for one in entry.who])
    match entry.kind:
        case "action":
            return texts.plain(f"{key}.did", name=names, what=entry.text)
        case "refused":
            return texts.plain(f"{key}.refused_call", what=entry.text)
        case "modal" | "home":
            return texts.plain(f"{key}.{entry.kind}", name=names)
        case "whisper":
            return texts.plain(f"{key}.only_to", name=names)
        case "message" | "changed":
            where = _place(entry, slack, texts, names)
            return f"{where} ({texts.plain(f'{key}.changed')})" if entry.kind == "changed" else where


def _place(entry: Activity, slack: Slack, texts: Texts, names: str) -> str:
    channel = slack.channel(entry.channel) if entry.channel else None
    match channel.kind if channel else "im":
        case "im":
            return texts.plain("rehearsal.transcript.to_dm", name=names)
        case "mpim":
            return texts.plain("rehearsal.transcript.to_group", name=names)
        case _:
            return texts.plain("rehearsal.transcript.to_channel", channel=channel.name if channel else "")


def _name(slack: Slack, slack_id: str) -> str:
    user = slack.workspace.user(slack_id)
    if user:
        return user.real_name
    channel = slack.workspace.channels.get(slack_id)
    return channel.name if channel else slack_id

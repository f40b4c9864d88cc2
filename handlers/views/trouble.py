"""What HR reads when a message went astray. Never what it said, nor which of the private ones it was."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.gateway import Message
from handlers.views.blocks import actions, button, channel_link, mention, section
from prompts.catalogue import Texts
from storage.tables import Outbox, Person

AGAIN = "trouble.again"
FORGET = "trouble.forget"

_WHAT = {
    "announcement": "announcement",
    "summary": "summary",
    "weekly_summary": "summary",
    "intro_mentor": "introduction",
    "intro_mentee": "introduction",
    "intro_group": "introduction",
    "mentor_pack": "pack",
    "leader_pack": "pack",
    "reminder": "reminder",
    "booking_nudge": "reminder",
    "booking_reminder": "reminder",
    "poll_mentor": "poll",
    "poll_mentee": "poll",
}
"""Kinds of messages by what HR calls them; all others are just messages."""
_SAME = {"user_disabled": "account_inactive", "users_not_found": "user_not_found"}
"""Other words of Slack's for what has a sentence already."""


def one(texts: Texts, became: str, row: Outbox, people: Sequence[Person]) -> Message:
    """A single message: for whom it was, what one may do."""
    whom = texts.join([mention(person) for person in people]) if people else channel_link(row.channel or "")
    what = texts.plain(f"trouble.undelivered.what.{_WHAT.get(row.kind, 'other')}")
    if became == "held":
        text, area, forget = texts("trouble.held.body", person=whom, what=what), "held", "seen"
    else:
        why = _why(texts, row.error or "")
        text = texts("trouble.undelivered.body", person=whom, what=what, why=why)
        area, forget = "undelivered", "ignore"
    buttons = actions(
        button(texts.plain(f"trouble.{area}.buttons.repeat"), AGAIN, row.id or 0),
        button(texts.plain(f"trouble.{area}.buttons.{forget}"), FORGET, row.id or 0),
    )
    return Message(text, [section(text), buttons])


def several(texts: Texts, became: str, error: str) -> Message:
    """Many at once, for one and the same reason."""
    text = texts("trouble.several.expired") if became == "expired" else texts("trouble.several.refused", error=error)
    return Message(text, [section(text)])


def for_operator(texts: Texts, about: Mapping[str, Any], row: Outbox | None) -> Message | None:
    """To whoever keeps the bot alive; None if the message it is about is gone."""
    if "tick" in about:
        text = texts("trouble.operator.tick", name=about["tick"])
    elif "dropped" in about:
        text = texts("trouble.operator.dropped")
    elif row is not None:
        text = texts("trouble.operator.message", became=about["became"], error=row.error or "", number=row.id)
    else:
        return None
    return Message(text, [section(text)])


def _why(texts: Texts, error: str) -> str:
    """What Slack said, in words."""
    code = _SAME.get(error, error)
    key = f"trouble.undelivered.why.{code}"
    return texts.plain(key) if code.isidentifier() and texts.has(key) else texts.plain("trouble.undelivered.why.other")

"""HR's notice of undelivered messages. It reveals neither their text nor which private ones they were."""

from collections.abc import Sequence
from datetime import datetime

from bot.domain.messages.alerts import NeedMessage, OperatorAlertMessage
from bot.domain.messages.registry import kind_of
from bot.slack.errors import OF_METHOD, ErrorClass, class_of
from bot.slack.gateway import Message
from handlers.kit.blocks import actions, button, channel_link, mention, section
from handlers.kit.ids import ActionId
from prompts.catalogue import Catalogue, Texts
from storage.tables import Outbox, OutboxState, Person

_SAME = {
    "user_disabled": "account_inactive",
    "users_not_found": "user_not_found",
    "channel_is_archived": "is_archived",
    "is_inactive": "is_archived",
}
"""Slack's synonyms for errors that have a sentence."""


def one(texts: Texts, became: str, row: Outbox, people: Sequence[Person]) -> Message:
    """A single message: its recipient, and the possible actions."""
    whom = texts.join([mention(person) for person in people]) if people else channel_link(row.channel or "")
    what = texts.plain(f"alerts.undelivered.what.{kind_of(row.kind).hr_label}")
    if became == "held":
        text, area, forget = texts("alerts.held.body", person=whom, what=what), "held", "seen"
    else:
        why, kind = _why(texts, row.error or ""), _class_of(row.error or "")
        then = texts(f"alerts.undelivered.next.{kind if became == 'dead' else 'other'}", person=whom)
        text = texts("alerts.undelivered.body", person=whom, what=what, why=why, next=then)
        area, forget = "undelivered", "ignore"
    buttons = actions(
        button(texts.plain(f"alerts.{area}.buttons.repeat"), ActionId.TROUBLE_AGAIN, row.id),
        button(texts.plain(f"alerts.{area}.buttons.{forget}"), ActionId.TROUBLE_FORGET, row.id),
    )
    return Message(text, [section(text), buttons])


def several(texts: Texts, became: str, error: str) -> Message:
    """Many messages with the same cause."""
    if became == "expired":
        text = texts("alerts.several.expired")
    else:
        text = texts(f"alerts.several.{'paused' if became == 'paused' else 'refused'}", error=error)
    return Message(text, [section(text)])


def for_operator(texts: Texts, about: OperatorAlertMessage, row: Outbox | None, since: str) -> Message | None:
    """To the operator; None if the message does not exist any more. `since`: when the incident began."""
    if about.tick is not None:
        text = texts("alerts.operator.tick", name=about.tick)
    elif about.dropped is not None:
        text = texts("alerts.operator.dropped")
    elif about.became == "paused" and about.workspace:
        text = texts("alerts.operator.elsewhere.paused", workspace=about.workspace, error=about.error or "")
        return Message(text, [section(text)])
    elif about.became == "paused":
        opening = about.opening and about.error in OF_METHOD
        text = texts(f"alerts.operator.{'opening' if opening else 'paused'}", error=about.error or "", since=since)
    elif row is not None:
        error = about.error or row.error or ""
        hint = texts(f"alerts.operator.hint.{_class_of(error) if row.state == OutboxState.DEAD else 'other'}")
        text = texts("alerts.operator.message", became=about.became, error=error, number=row.id, hint=hint)
    else:
        return None
    blocks = [section(text)]
    if about.workspace:
        blocks.append(section(texts("alerts.operator.elsewhere.where", workspace=about.workspace)))
    return Message(text, blocks)


def need(texts: Texts, about: NeedMessage, *, for_operator: bool) -> Message:
    """What does not work in Slack, and who has to change it."""
    key = f"alerts.needs.effects.{about.scope.replace(':', '_').replace('.', '_')}"
    effect = texts.plain(key if texts.has(key) else "alerts.needs.effects.other")
    what = texts(f"alerts.needs.what.{about.need}", scope=about.scope, effect=effect)
    who = texts(f"alerts.needs.{'operator' if for_operator else 'hr'}.{about.need}")
    text = texts("alerts.needs.body", what=what, who=who)
    return Message(text, [section(text)])


def clock_is_wrong(catalogue: Catalogue, reader: Person | None, ours: datetime, slack: datetime) -> Message:
    """To the operator: our time and Slack's, which may be years apart."""
    texts = catalogue.texts(reader.language, reader.address, reader.name) if reader else catalogue.texts("en")
    text = texts("alerts.operator.clock", ours=_wall_time(ours), slack=_wall_time(slack))
    return Message(text, [section(text)])


def _wall_time(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def _why(texts: Texts, error: str) -> str:
    """Slack's error in words."""
    code = _SAME.get(error, error)
    key = f"alerts.undelivered.why.{code}"
    known = code.isidentifier() and texts.has(key)
    return texts.plain(key if known else f"alerts.undelivered.why.{_class_of(error)}")


def _class_of(error: str) -> str:
    """The class of an error that ended a message; "other" for one without a sentence of its own."""
    kind = class_of("chat.postMessage", error)
    return kind.value if kind in (ErrorClass.MESSAGE, ErrorClass.PERSON, ErrorClass.CHANNEL) else "other"

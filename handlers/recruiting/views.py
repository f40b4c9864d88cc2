"""HR reads that nothing can be posted in the announcement's channel, and chooses another one."""

from collections.abc import Sequence

from bot.domain.messages.registry import kind_of
from bot.slack.gateway import Message
from handlers.kit.blocks import View, actions, button, channel_link, channel_select, field, modal, section
from handlers.kit.ids import ActionId, CallbackId
from handlers.kit.modal_state import OfProgramme
from prompts.catalogue import Texts
from storage.tables import Programme

SAME = {
    "restricted_action_read_only_channel": "restricted_action",
    "restricted_action_thread_only_channel": "restricted_action",
    "restricted_action_non_threadable_channel": "restricted_action",
    "posting_to_channel_denied": "restricted_action",
    "posting_to_general_channel_denied": "restricted_action",
    "cant_post_message": "restricted_action",
    "channel_is_archived": "is_archived",
    "is_inactive": "is_archived",
    "invalid_channel": "channel_not_found",
}
"""Slack's codes that have the sentence of another one."""


def refused(texts: Texts, programme: Programme, kinds: Sequence[str], error: str) -> Message:
    """To HR: what could not be posted, why, and what to do."""
    code = SAME.get(error, error)
    key = f"recruiting.refused.why.{code}"
    labels = dict.fromkeys(texts.plain(f"alerts.undelivered.what.{kind_of(kind).hr_label}") for kind in kinds)
    text = texts(
        "recruiting.refused.body",
        what=texts.join(list(labels)),
        channel=channel_link(programme.announce_channel),
        why=texts(key if code.isidentifier() and texts.has(key) else "recruiting.refused.why.other"),
    )
    other = texts.plain("recruiting.refused.buttons.channel")
    again = texts.plain("recruiting.refused.buttons.again")
    buttons = actions(
        button(other, ActionId.RECRUIT_CHANNEL, programme.id, style="primary"),
        button(again, ActionId.RECRUIT_RETRY, programme.id),
    )
    return Message(text, [section(text), buttons])


def choose_channel(texts: Texts, programme: Programme) -> View:
    label = texts.plain("programme.setup.form.announce_channel.label")
    placeholder = texts.plain("programme.setup.form.announce_channel.placeholder")
    return modal(
        texts.plain("recruiting.refused.modal.title"),
        [
            section(texts("recruiting.refused.intro", programme=programme.name)),
            field("announce_channel", label, channel_select("announce_channel", placeholder=placeholder)),
        ],
        callback_id=CallbackId.RECRUIT_CHANNEL,
        submit=texts.plain("recruiting.refused.modal.submit"),
        close=texts.plain("recruiting.refused.modal.close"),
        state=OfProgramme(programme.id),
    )


def channel_chosen(texts: Texts, programme: Programme) -> View:
    text = texts("recruiting.refused.chosen", channel=channel_link(programme.announce_channel))
    return modal(
        texts.plain("recruiting.refused.modal.title"),
        [section(text)],
        callback_id=CallbackId.DONE,
        close=texts.plain("notice.close"),
    )

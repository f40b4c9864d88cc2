"""HR reads that nothing can be posted in the announcement's channel, and chooses another one."""

from collections.abc import Sequence

from bot.domain.messages.registry import kind_of
from bot.domain.programme import AnnouncementTrouble
from bot.services.recruiting.public_channel import SAME
from bot.slack.gateway import Message
from handlers.kit.blocks import Element, View, actions, button, channel_link, channel_select, field, modal, section
from handlers.kit.ids import ActionId, CallbackId
from handlers.kit.modal_state import OfProgramme
from prompts.catalogue import Texts
from storage.tables import Programme, ProgrammeState


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
    again = texts.plain("recruiting.refused.buttons.again")
    buttons = actions(_other_channel(texts, programme), button(again, ActionId.RECRUIT_RETRY, programme.id))
    return Message(text, [section(text), buttons])


def unusable(texts: Texts, programme: Programme, trouble: str) -> Message:
    """To HR: nothing can be posted there any more, why, and what to do. Nothing waits for it now."""
    values = {"channel": channel_link(programme.announce_channel), "programme": programme.name}
    if trouble == AnnouncementTrouble.RESTRICTED:  # apps may be allowed to post all the same
        text = texts("recruiting.unusable.restricted", **values)
    else:
        why = texts(f"recruiting.refused.why.{trouble}")
        recruiting = programme.state == ProgrammeState.RECRUITING
        text = texts("recruiting.unusable.body", **values, why=why, recruiting=recruiting)
    return Message(text, [section(text), actions(_other_channel(texts, programme))])


def _other_channel(texts: Texts, programme: Programme) -> Element:
    label = texts.plain("recruiting.refused.buttons.channel")
    return button(label, ActionId.RECRUIT_CHANNEL, programme.id, style="primary")


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

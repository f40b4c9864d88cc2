"""The sponsor's message: the form, the preview, and the message itself."""

from bot.domain.calendar import local
from bot.services.programme.sponsor import SponsorOverview, Words
from bot.slack.gateway import Message
from handlers.kit.blocks import (
    Block,
    View,
    actions,
    button,
    channel_link,
    context,
    divider,
    field,
    form_modal,
    header,
    mention,
    modal,
    section,
    text_input,
    typed,
    user_select,
)
from handlers.kit.ids import ActionId, CallbackId
from handlers.kit.which_programme import name_line
from handlers.programme.sponsor_forms import LONGEST_NAME, LONGEST_TEXT, SponsorState
from prompts.catalogue import Texts
from storage.tables import Person, Programme, ProgrammeState


def form(texts: Texts, found: SponsorOverview, state: SponsorState, words: Words) -> View:
    """The form, filled in with `words`. If a message was posted before, it says so first."""
    channel = channel_link(found.programme.announce_channel)
    blocks: list[Block] = name_line(texts, [found.programme.name])
    blocks.append(section(texts("programme.sponsor.form.intro", channel=channel)))
    if found.last:
        day = texts.day(local(found.last.at, found.programme.zone).date())
        by = mention(found.by) if found.by else ""
        blocks.append(section(texts("programme.sponsor.form.again", day=day, person=by, channel=channel)))
    person = user_select(
        "person", initial=words.person, placeholder=texts.plain("programme.sponsor.form.person.placeholder")
    )
    name = text_input(
        "name",
        initial=words.name,
        longest=LONGEST_NAME,
        placeholder=texts.plain("programme.sponsor.form.name.placeholder"),
    )
    text = text_input("text", initial=words.text, multiline=True, longest=LONGEST_TEXT)

    def put(block: str, element: dict[str, object], *, optional: bool = False) -> Block:
        label, hint = (texts.plain(f"programme.sponsor.form.{block}.{part}") for part in ("label", "hint"))
        return field(block, label, element, hint=hint, optional=optional)

    blocks += [put("person", person, optional=True), put("name", name, optional=True), put("text", text)]
    return form_modal(texts, "programme.sponsor.form", blocks, callback_id=CallbackId.SPONSOR_FORM, state=state)


def proposed(texts: Texts, programme: Programme) -> Words:
    """The suggestion of the programme's theme, in the language of the channel."""
    return Words("", "", texts.plain(f"programme.themes.{programme.theme}.sponsor", programme=programme.name))


def preview(
    texts: Texts, channel: Texts, programme: Programme, state: SponsorState, words: Words, sponsor: Person | None
) -> View:
    """The preview; nothing is posted yet. `channel` has the texts in the channel's language."""
    shown = _blocks(channel, programme, sponsor, words.name, words.text)
    again = "post_again" if state.after else "post"
    blocks = [
        context(texts("programme.sponsor.preview.intro", channel=channel_link(programme.announce_channel))),
        divider(),
        *shown,
        divider(),
        actions(button(texts.plain("programme.sponsor.preview.buttons.edit"), ActionId.SPONSOR_EDIT)),
    ]
    return modal(
        texts.plain("programme.sponsor.preview.modal.title"),
        blocks,
        callback_id=CallbackId.SPONSOR_PREVIEW,
        submit=texts.plain(f"programme.sponsor.preview.modal.{again}"),
        close=texts.plain("programme.sponsor.preview.modal.close"),
        state=state.previewing(words),
    )


def posted(texts: Texts, programme: Programme) -> View:
    """Replaces the preview."""
    text = texts("programme.sponsor.preview.posted", channel=channel_link(programme.announce_channel))
    title = texts.plain("programme.sponsor.form.modal.title")
    return modal(title, [section(text)], callback_id=CallbackId.DONE, close=texts.plain("notice.close"))


def message(texts: Texts, programme: Programme, sponsor: Person | None, name: str, text: str) -> Message:
    """The posted message."""
    blocks = _blocks(texts, programme, sponsor, name, text)
    if programme.state == ProgrammeState.RECRUITING:
        join = button(
            texts.plain("recruiting.announcement.buttons.join"), ActionId.JOIN_OPEN, programme.id, style="primary"
        )
        blocks.append(actions(join))
    return Message(texts("programme.sponsor.message.title", programme=programme.name), blocks)


def _blocks(texts: Texts, programme: Programme, sponsor: Person | None, name: str, text: str) -> list[Block]:
    who = mention(sponsor) if sponsor else name
    signed = texts("programme.sponsor.message.signed", who=who, title=name if sponsor else "")
    title = texts.plain("programme.sponsor.message.title", programme=programme.name)
    return [header(title), typed(text), section(signed)]

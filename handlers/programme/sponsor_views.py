"""The sponsor's message: the form, the preview, and the message itself."""

from collections.abc import Mapping

from bot.domain.calendar import local
from bot.domain.recruiting_own_texts import OwnText
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
    radio,
    section,
    text_input,
    typed,
    user_select,
)
from handlers.kit.buttons import own_texts_button
from handlers.kit.ids import ActionId, CallbackId
from handlers.kit.own_wording import OwnWording
from handlers.kit.which_programme import name_line
from handlers.programme.sponsor_forms import ANOTHER, CORRECT, LONGEST_NAME, LONGEST_TEXT, SponsorState
from prompts.catalogue import Texts
from storage.tables import Person, Programme, ProgrammeState


def form(
    texts: Texts, overview: SponsorOverview, state: SponsorState, words: Words, *, words_typed: bool = False
) -> View:
    """The form, filled in with `words`. If a message was posted before, it says so first, and can be corrected.

    `words_typed`: HR comes back from the preview.
    """
    channel = channel_link(overview.programme.announce_channel)
    kind = "thanks" if state.thanks else "form"
    blocks: list[Block] = name_line(texts, [overview.programme.name])
    blocks.append(section(texts(f"programme.sponsor.{kind}.intro", channel=channel)))
    if overview.last:
        day = texts.day(local(overview.last.at, overview.programme.zone).date())
        by = mention(overview.by) if overview.by else ""
        blocks.append(section(texts(f"programme.sponsor.{kind}.again", day=day, person=by, channel=channel)))
    if overview.post:
        key = "programme.sponsor.form.how"
        options = [(one, texts.plain(f"{key}.{one}")) for one in (CORRECT, ANOTHER)]
        chosen = ANOTHER if words_typed and not state.corrects else CORRECT
        blocks.append(field("how", texts.plain(f"{key}.label"), radio("how", options, initial=chosen)))
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
        label = texts.plain(f"programme.sponsor.form.{block}.label")
        hint = texts.plain(f"programme.sponsor.{kind if block == 'text' else 'form'}.{block}.hint")
        return field(block, label, element, hint=hint, optional=optional)

    blocks += [put("person", person, optional=True), put("name", name, optional=True), put("text", text)]
    if not (overview.last or state.thanks):
        blocks.append(actions(own_texts_button(texts, overview.programme.id)))
    return form_modal(texts, f"programme.sponsor.{kind}", blocks, callback_id=CallbackId.SPONSOR_FORM, state=state)


def proposed(texts: Texts, programme: Programme, *, thanks: bool = False) -> Words:
    """The suggestion of the programme's theme, in the language of the channel."""
    return Words("", "", OwnWording.of(texts, programme, _which(thanks=thanks)).plain("body"))


def _which(*, thanks: bool) -> OwnText:
    return OwnText.THANKS if thanks else OwnText.SPONSOR


def preview(
    texts: Texts, channel: Texts, programme: Programme, state: SponsorState, words: Words, sponsor: Person | None
) -> View:
    """The preview; nothing is posted yet. `channel` has the texts in the channel's language."""
    shown = _blocks(OwnWording.of(channel, programme, _which(thanks=state.thanks)), sponsor, words.name, words.text)
    again = "correct" if state.corrects else "post_again" if state.after else "post"
    intro = "correcting" if state.corrects else "intro"
    blocks = [
        context(texts(f"programme.sponsor.preview.{intro}", channel=channel_link(programme.announce_channel))),
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


def posted(texts: Texts, programme: Programme, result: str = "posted", *, thanks: bool = False) -> View:
    """Replaces the preview. `result`: posted, corrected, or not_corrected if Slack refuses."""
    key = "programme.sponsor.thanks" if thanks else "programme.sponsor.preview"
    text = texts(f"{key}.{result}", channel=channel_link(programme.announce_channel))
    title = texts.plain(f"programme.sponsor.{'thanks' if thanks else 'form'}.modal.title")
    return modal(title, [section(text)], callback_id=CallbackId.DONE, close=texts.plain("notice.close"))


def message(
    texts: Texts,
    programme: Programme,
    sponsor: Person | None,
    name: str,
    text: str,
    own: Mapping[str, str] | None = None,
    *,
    thanks: bool = False,
) -> Message:
    """The posted message. With HR's own heading in `own` in a preview."""
    wording = OwnWording.of(texts, programme, _which(thanks=thanks)).with_words(own)
    blocks = _blocks(wording, sponsor, name, text)
    if programme.state == ProgrammeState.RECRUITING and not thanks:
        join = button(
            texts.plain("recruiting.announcement.buttons.join"), ActionId.JOIN_OPEN, programme.id, style="primary"
        )
        blocks.append(actions(join))
    return Message(wording.mrkdwn("title"), blocks)


def _blocks(wording: OwnWording, sponsor: Person | None, name: str, text: str) -> list[Block]:
    who = mention(sponsor) if sponsor else name
    signed = wording.texts("programme.sponsor.message.signed", who=who, title=name if sponsor else "")
    return [header(wording.plain("title")), typed(text), section(signed)]

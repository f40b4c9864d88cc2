"""HR's windows for its own words: the list of texts, the form for one, the preview, and what happens after saving."""

from datetime import datetime
from typing import Any

from bot.domain.recruiting_own_texts import PARTS, SOMETIMES_EMPTY, OwnText, own_words
from bot.domain.signup import Role
from bot.services.recruiting.own_texts import PostedReminders
from handlers.invitations import message_views as invitation_views
from handlers.kit.blocks import (
    Block,
    View,
    actions,
    button,
    channel_link,
    confirmation_of,
    context,
    divider,
    field,
    form_modal,
    modal,
    section,
    text_input,
)
from handlers.kit.ids import ActionFamily, ActionId, CallbackId
from handlers.kit.own_wording import KEY, OwnWording, names_of
from handlers.programme import sponsor_views
from handlers.programme import views as programme_views
from handlers.recruiting.own_text_forms import OwnTextState
from prompts.catalogue import Catalogue, Mrkdwn, Texts
from storage.tables import Invitation, Person, Programme

MORE: dict[OwnText, dict[str, Any]] = {
    OwnText.REMINDER: {"mentors": 5, "leaders": 5, "enough": 1},
    OwnText.INVITATION: {"role": Role.BOTH, "begun": False},
}
"""Values of the texts as they are shown in the form: the forms of words that are right most of the time."""


def texts_for(catalogue: Catalogue, which: OwnText, language: str, me: Person) -> Texts:
    """The texts in which a text is read: an invitation addresses its reader, a channel nobody in particular."""
    if which is OwnText.INVITATION:
        return catalogue.texts(language, me.address, me.name)
    return catalogue.texts(language)


def wording_of(there: Texts, programme: Programme, which: OwnText) -> OwnWording:
    return OwnWording.of(there, programme, which, **MORE.get(which, {}))


def listing(texts: Texts, programme: Programme) -> View:
    """Each text, whose words it has in each language, and a button a language."""
    blocks = [section(texts(f"{KEY}.list.intro", programme=programme.name))]
    languages = sorted(texts.catalogue.languages, key=lambda code: (code != programme.language, code))
    for which in OwnText:
        states = [
            texts(f"{KEY}.list.state", language=texts.language_name(code), state=_state(texts, programme, which, code))
            for code in languages
        ]
        name, where = texts(f"{KEY}.names.{which}"), _where(texts, programme, which)
        buttons = [
            button(
                texts.plain(f"{KEY}.list.edit", language=texts.language_name(code)),
                ActionFamily.OWN_TEXTS_EDIT.of(which, code),
                programme.id,
            )
            for code in languages
        ]
        row = texts(f"{KEY}.list.row", name=name, where=where, states=Mrkdwn(" · ".join(states)))
        blocks += [divider(), section(row), actions(*buttons)]
    title, close = texts.plain(f"{KEY}.list.title"), texts.plain("notice.close")
    return modal(title, blocks, callback_id=CallbackId.OWN_TEXTS, close=close)


def _state(texts: Texts, programme: Programme, which: OwnText, language: str) -> str:
    if own_words(programme.own_texts, language, which):
        return texts.plain(f"{KEY}.list.states.own")
    wording = OwnWording.of(texts, programme, which)
    company = texts.catalogue.in_use.get(language, frozenset())
    used = any(wording.key(part) in company for part in PARTS[which])
    return texts.plain(f"{KEY}.list.states.{'company' if used else 'standard'}")


def _where(texts: Texts, programme: Programme, which: OwnText) -> str:
    return texts(f"{KEY}.where.{which}", channel=channel_link(programme.announce_channel))


def form(texts: Texts, wording: OwnWording, state: OwnTextState, *, typed: bool = False) -> View:
    """The words as they are now; `typed`: as HR wrote them for the preview."""
    programme, which, there = wording.programme, wording.which, wording.texts
    shown = wording.with_words(state.words) if typed else wording
    language = texts.language_name(there.language)
    intro = texts(f"{KEY}.form.intro", name=texts(f"{KEY}.names.{which}"), language=language, programme=programme.name)
    blocks = [section(intro), context(_where(texts, programme, which))]
    for part in PARTS[which]:
        now = shown.as_typed(part.name)
        blocks.append(
            field(
                part.name,
                texts.plain(f"{KEY}.form.fields.{part.name}"),
                text_input(part.name, initial=now, multiline=part.name != "title", longest=max(part.longest, len(now))),
                hint=texts.plain(f"{KEY}.form.hint", longest=part.longest),
            )
        )
    blocks += [section(_placeholders(texts, wording)), context(texts(f"{KEY}.form.formatting.{_style(which)}"))]
    if wording.own:
        label, question = texts.plain(f"{KEY}.form.reset"), confirmation_of(texts, f"{KEY}.form.confirm")
        blocks.append(actions(button(label, ActionId.OWN_TEXTS_RESET, confirm=question)))
    return form_modal(texts, f"{KEY}.form", blocks, callback_id=CallbackId.OWN_TEXTS_FORM, state=state)


def _style(which: OwnText) -> str:
    return "plain" if which in (OwnText.SPONSOR, OwnText.THANKS) else "marked"


def _placeholders(texts: Texts, wording: OwnWording) -> str:
    lines = [texts(f"{KEY}.form.placeholders")]
    for code, name in names_of(wording.texts, wording.which).items():
        value = wording.texts(f"{KEY}.words.{code}", **wording.values)
        means = texts(f"{KEY}.placeholders.{code}.means")
        key = "empty" if code == SOMETIMES_EMPTY and not value else "placeholder"
        lines.append(texts(f"{KEY}.form.{key}", name=f"{{{name}}}", means=means, value=value))
    return "\n".join(lines)


def preview(
    texts: Texts, wording: OwnWording, state: OwnTextState, posted: PostedReminders, me: Person, now: datetime,
    *, changed: bool = False,
) -> View:  # fmt: skip
    """The text as it will be read. Nothing is stored yet. `changed`: a colleague saved other words meanwhile."""
    which = wording.which
    language = texts.language_name(wording.texts.language)
    intro = texts(f"{KEY}.preview.intro", name=texts(f"{KEY}.names.{which}"), language=language)
    message = _example(wording.with_words(state.words), posted, me, now)
    edit = button(texts.plain(f"{KEY}.preview.edit"), ActionId.OWN_TEXTS_CHANGE)
    blocks: list[Block] = [
        *([section(texts("errors.own_text_changed"))] if changed else []),
        context(intro),
        divider(),
        *message,
        divider(),
        context(texts(f"{KEY}.preview.after.{which}", channel=channel_link(wording.programme.announce_channel))),
        actions(edit),
    ]
    return form_modal(texts, f"{KEY}.preview", blocks, callback_id=CallbackId.OWN_TEXTS_PREVIEW, state=state)


def _example(wording: OwnWording, posted: PostedReminders, me: Person, now: datetime) -> list[Block]:
    """The message without its buttons, which would act."""
    texts, programme = wording.texts, wording.programme
    match wording.which:
        case OwnText.ANNOUNCEMENT:
            message = programme_views.announcement(texts, programme, wording.own)
        case OwnText.REMINDER:
            message = programme_views.join_reminder(texts, programme, posted.mentors, posted.leaders, wording.own)
        case OwnText.INVITATION:
            reason = texts.plain(f"{KEY}.preview.reason")
            example = Invitation(
                id=0, team_id=programme.team_id, programme_id=programme.id, person_id=0, role=Role.BOTH, reason=reason,
                asked_at=now,
            )  # fmt: skip
            message = invitation_views.invited(texts, programme, example, me, now, buttons=False, own=wording.own)
        case OwnText.SPONSOR | OwnText.THANKS:
            name, words = texts.plain(f"{KEY}.preview.leader"), wording.plain("body")
            thanks = wording.which is OwnText.THANKS
            message = sponsor_views.message(texts, programme, None, name, words, wording.own, thanks=thanks)
    return [one for one in message.blocks or [] if one["type"] != "actions"]


def saved(
    texts: Texts, programme: Programme, which: OwnText, language: str, *, own: bool, failed: bool = False
) -> View:
    """What uses the text from now on; `failed`: what was posted already still has the old one."""
    name, channel = texts(f"{KEY}.names.{which}"), channel_link(programme.announce_channel)
    other = which is not OwnText.INVITATION and language != programme.language
    names = {"language": texts.language_name(language), "channels": texts.language_name(programme.language)}
    done = texts(f"{KEY}.saved.{'own' if own else 'standard'}", name=name, language=names["language"])
    blocks = [section(done)]
    if other:
        blocks.append(section(texts(f"{KEY}.saved.other", **names)))
    else:
        blocks.append(section(texts(f"{KEY}.saved.{which}", channel=channel)))
    if failed:
        blocks.append(section(texts(f"{KEY}.saved.failed", channel=channel)))
    title, close = texts.plain(f"{KEY}.list.title"), texts.plain("notice.close")
    return modal(title, blocks, callback_id=CallbackId.DONE, close=close)

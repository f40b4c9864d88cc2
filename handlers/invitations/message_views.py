"""The invitation, its reminder, and what stands in their place after the answer."""

from collections.abc import Mapping
from datetime import date, datetime

from bot.domain.calendar import local
from bot.domain.recruiting_own_texts import OwnText
from bot.domain.signup import Role
from bot.slack.gateway import Message
from handlers.kit.blocks import Block, actions, button, context, header, mention, section, typed
from handlers.kit.ids import ActionId
from handlers.kit.own_wording import OwnWording, closes_on
from prompts.catalogue import Texts
from storage.tables import Invitation, Person, Programme


def invited(
    texts: Texts,
    programme: Programme,
    invitation: Invitation,
    hr: Person | None,
    now: datetime,
    *,
    buttons: bool = True,
    own: Mapping[str, str] | None = None,
) -> Message:
    """The invitation. Without `buttons`: as HR reads it before it is sent; with HR's words `own` in a preview."""
    key = "invitations.invited"
    begun = programme.starts_on <= local(now, programme.zone).date()
    words = OwnWording.of(texts, programme, OwnText.INVITATION, role=invitation.role, begun=begun)
    words = words.with_words(own)
    footer = context(texts(f"{key}.footer", hr=mention(hr) if hr else ""))
    blocks = [header(words.plain("title")), words.block("body"), *_case(texts, programme, invitation)]
    blocks += _reason(texts, invitation)
    return Message(words.mrkdwn("body"), [*blocks, *([answer_buttons(texts, invitation)] if buttons else []), footer])


def reminder(texts: Texts, programme: Programme, invitation: Invitation, day: date) -> Message:
    text = texts(
        "invitations.reminder.body", programme=programme.name, day=texts.day(day), closes=closes_on(texts, programme)
    )
    return Message(text, [section(text), *_reason(texts, invitation), answer_buttons(texts, invitation)])


def declined(texts: Texts, programme: Programme, invitation: Invitation) -> Message:
    """In place of the invitation."""
    text = texts("invitations.answered.declined", programme=programme.name)
    join = button(texts.plain("invitations.answered.join"), ActionId.INVITATION_JOIN, invitation.id)
    return Message(text, [section(text), actions(join)])


def over(text: str) -> Message:
    """In place of an invitation that cannot be answered any more."""
    return Message(text, [section(text)])


def _case(texts: Texts, programme: Programme, invitation: Invitation) -> list[Block]:
    """To leaders: a company that did the same before."""
    if not Role(invitation.role).learns:
        return []
    return [section(texts(f"programme.themes.{programme.theme}.case"))]


def _reason(texts: Texts, invitation: Invitation) -> list[Block]:
    return [context(texts("invitations.invited.reason")), typed(invitation.reason)]


def answer_buttons(texts: Texts, invitation: Invitation) -> Block:
    key = "invitations.invited.buttons"
    return actions(
        button(texts.plain(f"{key}.join"), ActionId.INVITATION_JOIN, invitation.id, style="primary"),
        button(texts.plain(f"{key}.no"), ActionId.INVITATION_NO, invitation.id),
    )

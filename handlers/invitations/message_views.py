"""The invitation, its reminder, and what stands in their place after the answer."""

from datetime import date, datetime

from bot.domain.calendar import local
from bot.slack.gateway import Message
from handlers.kit.blocks import Block, actions, button, context, header, mention, section, typed
from handlers.kit.ids import ActionId
from handlers.programme.views import closes_on
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
) -> Message:
    """The invitation. Without `buttons`: as HR reads it before it is sent."""
    key = "invitations.invited"
    text = texts(
        f"{key}.body",
        programme=programme.name,
        role=invitation.role,
        start=texts.day(programme.starts_on),
        begun=programme.starts_on <= local(now, programme.zone).date(),
        months=programme.months,
        closes=closes_on(texts, programme),
    )
    title = header(texts.plain(f"{key}.title", programme=programme.name))
    footer = context(texts(f"{key}.footer", hr=mention(hr) if hr else ""))
    blocks = [title, section(text), *_reason(texts, invitation)]
    return Message(text, [*blocks, *([_buttons(texts, invitation)] if buttons else []), footer])


def reminder(texts: Texts, programme: Programme, invitation: Invitation, day: date) -> Message:
    text = texts(
        "invitations.reminder.body", programme=programme.name, day=texts.day(day), closes=closes_on(texts, programme)
    )
    return Message(text, [section(text), *_reason(texts, invitation), _buttons(texts, invitation)])


def declined(texts: Texts, programme: Programme, invitation: Invitation) -> Message:
    """In place of the invitation."""
    text = texts("invitations.answered.declined", programme=programme.name)
    join = button(texts.plain("invitations.answered.join"), ActionId.INVITATION_JOIN, invitation.id)
    return Message(text, [section(text), actions(join)])


def over(text: str) -> Message:
    """In place of an invitation that cannot be answered any more."""
    return Message(text, [section(text)])


def _reason(texts: Texts, invitation: Invitation) -> list[Block]:
    return [context(texts("invitations.invited.reason")), typed(invitation.reason)]


def _buttons(texts: Texts, invitation: Invitation) -> Block:
    key = "invitations.invited.buttons"
    return actions(
        button(texts.plain(f"{key}.join"), ActionId.INVITATION_JOIN, invitation.id, style="primary"),
        button(texts.plain(f"{key}.no"), ActionId.INVITATION_NO, invitation.id),
    )

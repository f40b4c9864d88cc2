"""The template of HR's roster, as a file, and the notice to HR's channel that a roster was stored."""

import logging

from bot.domain.messages.roster import RosterStoredMessage, RosterTemplateMessage
from bot.slack.gateway import Message
from handlers.kit.file_messages import Contents, Files, shared
from handlers.kit.messages import MessageContext, renders
from handlers.roster import views
from storage.tables import Person

log = logging.getLogger(__name__)


async def template(letter: MessageContext[RosterTemplateMessage]) -> Message:
    """The message after the file; or, if Slack refuses it, one that says so."""

    async def write() -> Contents:
        return {"roster.csv": views.template(letter.texts)}

    match await shared(letter, [letter.texts.plain("roster.import.template_title")], write):
        case Files.FORBIDDEN:
            return views.template_as_text(letter.texts)
        case Files.LATER:
            return Message(letter.texts("roster.import.template_failed"))
    return Message(letter.texts("roster.import.template_message"))


async def stored(letter: MessageContext[RosterStoredMessage]) -> Message | None:
    by = await letter.work.session.get(Person, letter.payload.by)
    return views.posted(letter.texts, by, letter.payload) if by else None


RENDERERS = (
    renders(RosterTemplateMessage, template),
    renders(RosterStoredMessage, stored),
)

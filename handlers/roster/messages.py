"""The template of HR's roster, as a file, and the notice to HR's channel that a roster was stored."""

from bot.domain.messages.roster import RosterStoredMessage, RosterTemplateMessage
from bot.slack.gateway import Message
from handlers.kit.file_messages import Contents, Files, shared
from handlers.kit.messages import MessageContext, renders
from handlers.roster import views
from storage.tables import Person


async def template(message: MessageContext[RosterTemplateMessage]) -> Message:
    """The message after the file; or, if Slack refuses it, one that says so."""

    async def write() -> Contents:
        return {"roster.csv": views.template(message.texts)}

    match await shared(message, [message.texts.plain("roster.import.template_title")], write):
        case Files.FORBIDDEN:
            return views.template_as_text(message.texts)
        case Files.LATER:
            return Message(message.texts("roster.import.template_failed"))
    return Message(message.texts("roster.import.template_message"))


async def stored(message: MessageContext[RosterStoredMessage]) -> Message | None:
    by = await message.work.session.get(Person, message.payload.by)
    return views.posted(message.texts, by, message.payload) if by else None


RENDERERS = (
    renders(RosterTemplateMessage, template),
    renders(RosterStoredMessage, stored),
)

"""The template of HR's roster, as a file, and the notice to HR's channel that a roster was stored."""

import logging

from bot.services.roster import import_roster as roster_import
from bot.slack.gateway import Message
from handlers.kit.file_messages import Contents, shared
from handlers.kit.messages import MessageContext, Renderer
from handlers.roster import views
from storage.tables import Person

log = logging.getLogger(__name__)


async def template(letter: MessageContext) -> Message:
    """The message after the file; or, if Slack refuses it, one that says so."""

    async def write() -> Contents:
        return {"roster.csv": views.template(letter.texts)}

    if not await shared(letter, [letter.texts.plain("roster.import.template_title")], write):
        return Message(letter.texts("roster.import.template_failed"))
    return Message(letter.texts("roster.import.template_message"))


async def stored(letter: MessageContext) -> Message | None:
    by = await letter.work.session.get(Person, letter.row.data["by"])
    return views.posted(letter.texts, by, letter.row.data) if by else None


RENDERERS: dict[str, Renderer] = {roster_import.TEMPLATE: template, roster_import.STORED: stored}

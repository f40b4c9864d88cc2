"""The template of HR's roster, as a file, and word to HR's channel that a roster was handed in."""

import logging

from bot.gateway import Message
from bot.services.programmes import roster_import
from handlers.letters import Letter, Writer
from handlers.letters.files import Contents, shared
from handlers.views import roster as views
from storage.tables import Person

log = logging.getLogger(__name__)


async def template(letter: Letter) -> Message:
    """The message that follows the file; or, if Slack does not take it, one that says so."""

    async def write() -> Contents:
        return {"roster.csv": views.template(letter.texts)}

    if not await shared(letter, [letter.texts.plain("roster.template_title")], write):
        return Message(letter.texts("roster.template_failed"))
    return Message(letter.texts("roster.template_message"))


async def stored(letter: Letter) -> Message | None:
    by = await letter.work.session.get(Person, letter.row.data["by"])
    return views.posted(letter.texts, by, letter.row.data) if by else None


LETTERS: dict[str, Writer] = {roster_import.TEMPLATE: template, roster_import.STORED: stored}

"""The survey before, at the end and 90 days on; and to HR, what changed."""

from bot.services.insight.published_groups import current_courses
from bot.services.surveys.surveys import FOR_HR, KIND, of_letter
from bot.slack.gateway import Message
from handlers.kit.messages import MessageContext, Renderer
from handlers.surveys import views


async def measure(letter: MessageContext) -> Message | None:
    asked = await of_letter(letter.work, letter.row.data)
    return views.questions(letter.texts, asked) if asked else None


async def measures_hr(letter: MessageContext) -> Message | None:
    """Nothing while too few answered."""
    found = await current_courses(letter.context.store, letter.programme.id, letter.work.now)
    return views.for_hr(letter.texts, letter.programme, found) if found else None


RENDERERS: dict[str, Renderer] = {KIND: measure, FOR_HR: measures_hr}

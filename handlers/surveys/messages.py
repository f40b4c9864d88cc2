"""The survey before, at the end and 90 days on; and to HR, what changed."""

from bot.domain.messages.surveys import SurveyMessage, SurveyResultsMessage
from bot.services.insight.published_groups import current_survey_results
from bot.services.surveys.surveys import for_message
from bot.slack.gateway import Message
from handlers.kit.messages import MessageContext, renders
from handlers.surveys import views


async def measure(message: MessageContext[SurveyMessage]) -> Message | None:
    asked = await for_message(message.work, message.payload)
    return views.questions(message.texts, asked) if asked else None


async def measures_hr(message: MessageContext[SurveyResultsMessage]) -> Message | None:
    """Nothing while too few answered."""
    results = await current_survey_results(message.context.store, message.programme.id, message.work.now)
    return None if results.is_blank else views.for_hr(message.texts, message.programme, results)


RENDERERS = (
    renders(SurveyMessage, measure),
    renders(SurveyResultsMessage, measures_hr),
)

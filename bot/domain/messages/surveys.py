"""Messages with the questions before, at the end and 90 days on."""

from bot.domain.messages.kind import OutboxMessage, key_only, message_kind
from bot.domain.sessions import Side
from bot.domain.surveys import Moment


@message_kind("measure", "{participant}-{side}:{moment}", reminds="question", daily=True, bulk=True)
class SurveyMessage(OutboxMessage):
    """The questions."""

    participant: int
    side: Side
    moment: Moment


@message_kind("measures_hr", ":{moment}")
class SurveyResultsMessage(OutboxMessage):
    """To HR's channel: what changed."""

    moment: Moment | None = key_only(default=None)

"""Messages about a programme's set-up, days off and topics."""

from datetime import datetime, timedelta

from bot.domain.messages.kind import OutboxMessage, key_only, message_kind


@message_kind("setup_done", ":", at_once=True)
class SetupDoneMessage(OutboxMessage):
    """To HR's channel: what comes next."""


@message_kind("announcement", "{channel}:", at_once=True, hr_label="announcement")
class AnnouncementMessage(OutboxMessage):
    """The announcement of the programme."""

    channel: str = key_only(default="")


@message_kind("alumnus", "{reader}:", bulk=True)
class AlumnusMessage(OutboxMessage):
    """To people of the cohort before: come again."""


@message_kind("topic_question", "{participant}:{topic}", bulk=True, lasts=timedelta(days=14))
class TopicQuestionMessage(OutboxMessage):
    """Can you offer this topic?"""

    ask: int
    participant: int = key_only(default=0)
    topic: str = key_only(default="")


@message_kind("session_day_off", "{session}:{reader}:{starts:%Y%m%dT%H%M}")
class SessionDayOffMessage(OutboxMessage):
    """To both: their session is on a day that HR declared off."""

    session: int
    starts: datetime

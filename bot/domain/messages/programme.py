"""Messages about a programme's set-up, HR's channel, days off and topics."""

from datetime import datetime, timedelta

from bot.domain.messages.kind import OutboxMessage, key_only, message_kind


@message_kind("setup_done", ":", at_once=True)
class SetupDoneMessage(OutboxMessage):
    """To HR's channel: what comes next."""


@message_kind("hr_channel_trouble", "{slot}:{reader}", to_anybody=True, outlives_refusals=True)
class HrChannelTroubleMessage(OutboxMessage):
    """To the programme's owner and the operator: HR's channel cannot be used any more."""

    channel: str
    trouble: str
    slot: str = key_only(default="")


@message_kind("hr_channel_fine", "{slot}:{reader}", to_anybody=True, outlives_refusals=True)
class HrChannelFineMessage(OutboxMessage):
    """To those who read that it could not be used: it can be again."""

    channel: str
    since: datetime
    slot: str = key_only(default="")


@message_kind("programme_moved", "{slot}:{place}.{reader}", to_anybody=True, outlives_refusals=True)
class ProgrammeMovedMessage(OutboxMessage):
    """To HR of both channels and the programme's owner: it is run from another channel."""

    before: str
    channel: str
    by: int | None = None
    """The person; None for the operator's command line."""
    slot: str = key_only(default="")
    place: str = key_only(default="")


@message_kind("owner_wanted", "{person}:", about_person=True)
class OwnerWantedMessage(OutboxMessage):
    """To HR's channel: the programme's owner has left. Asks who takes over."""

    person: int


@message_kind("owner_gone", "{person}:{reader}", to_anybody=True, outlives_refusals=True, about_person=True)
class OwnerGoneMessage(OutboxMessage):
    """To the operator: the programme's owner has left, and HR was asked who takes over."""

    person: int


@message_kind("announcement", "{channel}:", at_once=True, hr_label="announcement")
class AnnouncementMessage(OutboxMessage):
    """The announcement of the programme."""

    channel: str = key_only(default="")


@message_kind("alumnus", "{reader}:", daily=True, bulk=True)
class AlumnusMessage(OutboxMessage):
    """To people of the cohort before: come again."""


@message_kind("topic_question", "{participant}:{topic}", daily=True, bulk=True, lasts=timedelta(days=14))
class TopicQuestionMessage(OutboxMessage):
    """Can you offer this topic?"""

    ask: int
    participant: int = key_only(default=0)
    topic: str = key_only(default="")


@message_kind("session_day_off", "{session}:{reader}:{starts:%Y%m%dT%H%M}", daily=True)
class SessionDayOffMessage(OutboxMessage):
    """To both: their session is on a day that HR declared off."""

    session: int
    starts: datetime

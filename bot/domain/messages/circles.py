"""Messages in the group DM of a mentors' circle, and to members who have none any more. All of them chose it."""

from bot.domain.messages.kind import OutboxMessage, message_kind


@message_kind("circle_opened", "{circle}:{opening}", chosen=True)
class CircleOpenedMessage(OutboxMessage):
    """In its group DM, the first time and after each change of its members."""

    circle: int
    opening: int


@message_kind("circle_pack", "{circle}:{number}", chosen=True)
class CirclePackMessage(OutboxMessage):
    """The month's reflection pack. `host`: the sign-up of the member who hosts."""

    circle: int
    number: int
    host: int


@message_kind("circle_ended", "{circle}", chosen=True)
class CircleEndedMessage(OutboxMessage):
    """In its group DM: HR does not offer circles any more."""

    circle: int


@message_kind("circle_closed", "{circle}:{reader}", daily=True, to_anybody=True, chosen=True)
class CircleClosedMessage(OutboxMessage):
    """To a member whose circle became too small, and who waits for another one."""

    circle: int

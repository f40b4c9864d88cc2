"""Messages about signing up and leaving."""

from bot.domain.messages.care import PairMessage
from bot.domain.messages.kind import OutboxMessage, key_only, message_kind, unless_default


@message_kind("welcome", "{reader}:{at}", at_once=True)
class WelcomeMessage(OutboxMessage):
    """To the person who signed up."""

    at: str = key_only(default="")


@message_kind("signup_approved", "{reader}:{at}")
class SignUpApprovedMessage(OutboxMessage):
    """To a person whose sign-up waited: HR has approved it. The welcome."""

    at: str = key_only(default="")


@message_kind("signup_declined", "{reader}:{at}", to_anybody=True)
class SignUpDeclinedMessage(OutboxMessage):
    """To a person whose sign-up waited: not this time."""

    at: str = key_only(default="")


@message_kind("pair_ended", "{pair}:{reader}{again}")
class PairEndedMessage(PairMessage):
    """To the other one: their partner left."""

    off: tuple[int, ...] = unless_default(default=())
    """The changes (`SessionChange`) by which sessions of the pair lost their time."""
    again: str = key_only(default="")
    """Which end it is, of a pair that was restored."""


@message_kind("pair_ended_hr", "{pair}:{again}")
class PairEndedHrMessage(PairMessage):
    """To HR's channel."""

    again: str = key_only(default="")

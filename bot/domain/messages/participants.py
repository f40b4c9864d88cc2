"""Messages about what HR does for a person who takes part, and HR's list of them."""

from bot.domain.messages.kind import OutboxMessage, WithFiles, key_only, message_kind, unless_default


@message_kind("participants_file", "{reader}:{at}", at_once=True, uploads=1)
class ParticipantsFileMessage(WithFiles):
    """HR's list of who takes part, to the member of HR who asked for it."""

    files: tuple[str, ...] = unless_default(default=())
    at: str = key_only(default="")


@message_kind("signed_up_by_hr", "{reader}:{at}")
class SignedUpByHrMessage(OutboxMessage):
    """To a person whom HR signed up."""

    at: str = key_only(default="")


@message_kind("changed_by_hr", "{reader}:{at}")
class SignUpChangedByHrMessage(OutboxMessage):
    """To a person whose sign-up HR changed: the names of what was changed."""

    at: str = key_only(default="")
    changed: tuple[str, ...] = ()


@message_kind("taken_out", "{reader}:{at}", to_anybody=True)
class TakenOutMessage(OutboxMessage):
    """To a person whom HR took out of the programme."""

    at: str = key_only(default="")

"""Messages about live kick-off sessions. HR decides whether there are any."""

from bot.domain.messages.kind import OutboxMessage, WithFiles, key_only, message_kind, unless_default


@message_kind("kickoff_invitation", "{kickoff}:{reader}", by_hr=True, bulk=True)
class KickoffInvitationMessage(OutboxMessage):
    """To everyone whom it is for."""

    kickoff: int
    version: int = 1


@message_kind("kickoff_changed", "{kickoff}:{reader}:{version}", by_hr=True, bulk=True)
class KickoffChangedMessage(OutboxMessage):
    """It was moved or cancelled: to everyone who was invited."""

    kickoff: int
    version: int


@message_kind("kickoff_missed", "{kickoff}:{reader}", by_hr=True, bulk=True)
class KickoffMissedMessage(OutboxMessage):
    """What it was about, to who was not there, if HR has it sent."""

    kickoff: int


@message_kind("kickoff_file", "{kickoff}:{reader}:{receipt}", at_once=True, uploads=1, personal_files=True)
class KickoffFileMessage(WithFiles):
    """For one's own calendar."""

    kickoff: int
    files: tuple[str, ...] = unless_default(default=())
    receipt: str | None = key_only(default="")


@message_kind("kickoff_slides", "{kickoff}:{reader}:{receipt}", at_once=True, uploads=2)
class KickoffSlidesMessage(WithFiles):
    """The agenda with the text of the slides, in each language, to the member of HR who asked for it."""

    kickoff: int
    files: tuple[str, ...] = unless_default(default=())
    receipt: str | None = key_only(default="")

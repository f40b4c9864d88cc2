"""Messages about HR's roster."""

from bot.domain.messages.kind import OutboxMessage, WithFiles, key_only, message_kind, unless_default


@message_kind("roster_template", "{reader}:{receipt}", at_once=True, uploads=1)
class RosterTemplateMessage(WithFiles):
    """A roster to start from, to the member of HR who asked for it."""

    files: tuple[str, ...] = unless_default(default=())
    receipt: str | None = key_only(default="")


@message_kind("roster_stored", "{receipt}:", at_once=True)
class RosterStoredMessage(OutboxMessage):
    """To HR's channel: who handed in how much."""

    by: int
    people: int
    new: int
    changed: int
    receipt: str | None = key_only(default="")

"""Messages about people's data."""

from bot.domain.messages.kind import WithFiles, key_only, message_kind, unless_default


@message_kind("export", "{reader}:{receipt}", at_once=True, uploads=2, personal_files=True)
class ExportMessage(WithFiles):
    """All of a person's data, to that person."""

    files: tuple[str, ...] = unless_default(default=())
    receipt: str | None = key_only(default="")

"""Messages with figures for HR."""

from bot.domain.messages.kind import OutboxMessage, WithFiles, key_only, message_kind, unless_default


@message_kind("summary", ":{receipt}", at_once=True, uploads=1, hr_label="summary")
class SummaryMessage(OutboxMessage):
    """The summary that HR asked for."""

    receipt: str | None = key_only(default="")


@message_kind("weekly_summary", ":{monday}", uploads=1, hr_label="summary")
class WeeklySummaryMessage(OutboxMessage):
    """The summary of Monday morning."""

    said: str | None = unless_default(default=None)
    """Stored by older versions: a hash of its figures. What changed is now counted from when the last one was sent."""
    monday: str = key_only(default="")


@message_kind("report", ":{receipt}", at_once=True, uploads=3)
class ReportMessage(WithFiles):
    """The report that HR asked for."""

    files: tuple[str, ...] = unless_default(default=())
    receipt: str | None = key_only(default="")


@message_kind("playbook", ":{receipt}", at_once=True, uploads=1)
class PlaybookMessage(WithFiles):
    """The playbook of a programme as a page, which HR asked for."""

    files: tuple[str, ...] = unless_default(default=())
    receipt: str | None = key_only(default="")

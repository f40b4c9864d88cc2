"""Notices about what went wrong: to HR, to the operator, and to the writer of a concern (`care`)."""

from typing import Any

from bot.domain.messages.kind import OutboxMessage, key_only, message_kind


@message_kind("trouble", "{subject}:{day}", to_anybody=True, outlives_refusals=True)
class TroubleMessage(OutboxMessage):
    """To HR's channel: what did not arrive."""

    became: str
    """What became of it: "dead", "held", "expired", or "paused" where Slack refuses everything."""
    row: int
    together: bool = False
    """It stands for more messages than one."""
    error: str | None = None
    subject: str = key_only(default="")
    day: str = key_only(default="")


@message_kind("need", "{need}-{scope}:{day}", to_anybody=True, outlives_refusals=True, without_programme="0")
class NeedMessage(OutboxMessage):
    """To HR's channel, or to the operator: what has to be changed in Slack before a feature works."""

    need: str
    """A value of `bot.slack.needs.Need`."""
    scope: str = ""
    """The missing permission, for `scope`."""
    day: str = key_only(default="")


@message_kind("operator_alert", "{subject}:{day}", at_once=True, outlives_refusals=True, without_programme="0")
class OperatorAlertMessage(OutboxMessage):
    """To the operator. One of three: a job that fails every time, events that Slack drops, a message."""

    tick: str | None = None
    """The job's name."""
    dropped: int | None = None
    """When Slack began to drop events (Unix seconds; 0 if it does not say)."""
    became: str | None = None
    row: int | None = None
    error: str | None = None
    opening: bool = False
    """What was refused is the opening of a channel."""
    workspace: str = ""
    """The key of the workspace that it concerns, if the operator reads it in another one."""
    subject: str = key_only(default="")
    day: str = key_only(default="")

    def stored(self) -> dict[str, Any]:
        """Only what belongs to the one that it is."""
        elsewhere = {"workspace": self.workspace} if self.workspace else {}
        if self.tick is not None:
            return {"tick": self.tick}
        if self.dropped is not None:
            return {"dropped": self.dropped, **elsewhere}
        return {"became": self.became, "row": self.row, "error": self.error, "opening": self.opening, **elsewhere}

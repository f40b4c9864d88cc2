"""Kinds of messages that report a failure, and must not be lost to one."""

from storage.tables import Outbox

TROUBLE = "trouble"
"""To HR's channel: undelivered messages."""
ALERT = "operator_alert"
"""To the operator."""
WRITER_TOLD = "concern_undelivered"
"""To the writer of a concern or a wish to be contacted that was not delivered."""


def outlives(row: Outbox) -> bool:
    """Whether refusals that may pass are never final for a message, however often they occur."""
    return row.kind in (TROUBLE, ALERT, WRITER_TOLD)

"""Kinds of messages that tell of a trouble, and outlive it."""

from storage.tables import Outbox

TROUBLE = "trouble"
"""To HR's channel: what did not arrive."""
ALERT = "operator_alert"
"""To whoever runs the bot."""
WRITER_TOLD = "concern_undelivered"
"""To whoever raised a concern, or asked to be contacted: it did not arrive."""


def outlives(row: Outbox) -> bool:
    """Whether no refusal that may pass is ever final for a message, however often it comes."""
    return row.kind in (TROUBLE, ALERT, WRITER_TOLD)

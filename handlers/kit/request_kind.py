"""What kinds of requests Slack sends, and who sent one."""

from enum import Enum
from typing import Any

from handlers.kit.payload import at, text_at


class Kind(Enum):
    COMMAND = "command"
    ACTION = "action"
    SUBMISSION = "submission"
    SUGGESTION = "suggestion"
    """What a person typed into a menu whose options are ours to say."""
    EVENT = "event"


ANSWERED = frozenset({Kind.SUBMISSION, Kind.SUGGESTION})
"""What Slack waits for an answer to."""


def sender_of(kind: Kind, body: dict[str, Any]) -> tuple[str, str]:
    """Person and idempotency key, read from the payload. Raises `Malformed`."""
    match kind:
        case Kind.COMMAND:
            return text_at(body, "user_id"), text_at(body, "trigger_id")
        case Kind.EVENT:
            user = at(body, "event", "user")
            slack_id = text_at(user, "id") if isinstance(user, dict) else text_at(body, "event", "user")
            return slack_id, text_at(body, "event_id")
        case Kind.SUGGESTION:
            # Nothing is changed by it, so there is nothing that could be done twice.
            return text_at(body, "user", "id"), ""
        case Kind.ACTION | Kind.SUBMISSION:
            return text_at(body, "user", "id"), text_at(body, "trigger_id")

"""What to record after an attempt to send, or after reading back. Pure: outcome in, verdict out."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bot.gateway import Later, Outcome, Refused, Sent, SlackRefused, SlackUnavailable, Unknown
from storage.buckets import OPENS, POSTS
from storage.tables import Outbox, OutboxState

TOKEN_ERRORS = {"invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired"}
"""The whole workspace is refused: wait for the operator instead of giving up message after message."""
TOKEN_PAUSE = timedelta(minutes=1)
READ_AGAIN = timedelta(seconds=30)
"""How long to wait when a channel could not be read back just now."""


@dataclass(frozen=True)
class Verdict:
    """The state that a row goes to, with the other columns that change."""

    state: OutboxState
    values: dict[str, Any] = field(default_factory=dict)
    trouble: str | None = None
    """Somebody has to hear of it."""
    pause: tuple[str, datetime] | None = None
    """A bucket that nobody may use before a moment."""
    sent: Sent | None = None


def put_off(until: datetime, why: str, pause: str | None = None) -> Verdict:
    """Nothing was posted: pending again."""
    held = (pause, until) if pause else None
    return Verdict(OutboxState.PENDING, {"due_at": until, "error": why}, pause=held)


def dropped(why: str) -> Verdict:
    """Nobody wants it any more."""
    return Verdict(OutboxState.DROPPED, {"error": why})


def dead(why: str) -> Verdict:
    """It can never be sent like this."""
    return Verdict(OutboxState.DEAD, {"error": why}, trouble="dead")


def of_outcome(outcome: Outcome, row: Outbox, now: datetime, settle: timedelta) -> Verdict:
    """After a post."""
    match outcome:
        case Sent(channel, ts):
            values = {"channel": channel, "ts": ts, "sent_at": now, "error": None}
            return Verdict(OutboxState.SENT, values, sent=outcome)
        case Refused(error):
            return of_refusal(error, now)
        case Later(seconds, why, limited):
            # A 429 is this channel's own until others get it too; not being reached is everybody's.
            return put_off(now + timedelta(seconds=seconds), why, row.lane if limited else POSTS)
        case Unknown(why):
            return Verdict(OutboxState.UNKNOWN, {"due_at": now + settle, "error": why})


def of_refusal(error: str, now: datetime) -> Verdict:
    """After a definite no."""
    if error not in TOKEN_ERRORS:
        return dead(error)
    until = now + TOKEN_PAUSE
    return Verdict(OutboxState.PENDING, {"due_at": until, "error": error}, trouble="paused", pause=(POSTS, until))


def of_unopened(error: SlackRefused | SlackUnavailable, now: datetime) -> Verdict:
    """After a channel could not be opened, before any post."""
    if isinstance(error, SlackRefused):
        return of_refusal(error.error, now)
    return put_off(now + timedelta(seconds=error.seconds), error.why, OPENS if error.limited else None)


def of_reading(found: list[str], row: Outbox, now: datetime) -> Verdict:
    """After a channel was read back: `found` are the messages that are there, oldest first."""
    if found:
        return Verdict(OutboxState.SENT, {"ts": found[0], "sent_at": now, "error": None})
    if row.expires_at and row.expires_at <= now:
        return Verdict(OutboxState.EXPIRED, {"error": "expired"}, trouble="expired")
    return put_off(now, "not_found")


def of_unread(error: SlackRefused | SlackUnavailable, now: datetime) -> Verdict:
    """After a channel could not be read back: wait if that may pass, else hold."""
    if isinstance(error, SlackUnavailable):
        wait = max(READ_AGAIN, timedelta(seconds=error.seconds))
        return Verdict(OutboxState.UNKNOWN, {"due_at": now + wait, "error": error.why})
    if error.error in TOKEN_ERRORS:
        values = {"due_at": now + TOKEN_PAUSE, "error": error.error}
        return Verdict(OutboxState.UNKNOWN, values, trouble="paused", pause=(POSTS, now + TOKEN_PAUSE))
    return held(f"unreadable: {error.error}")


def held(why: str) -> Verdict:
    """Nobody can tell whether it was sent, so it is never repeated unasked."""
    return Verdict(OutboxState.HELD, {"error": why}, trouble="held")

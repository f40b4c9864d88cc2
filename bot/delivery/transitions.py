"""The state to record after an attempt to send, or after reading back. Pure: result in, transition out.

Moments are seconds from the recording, so that they are stored by the clock of the transaction.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bot.slack.errors import OF_METHOD, ErrorClass, class_of, is_final
from bot.slack.gateway import Ambiguous, Outcome, Page, Refused, RetryAfter, Sent, SlackRefused, SlackUnavailable
from bot.slack.turns import OURS
from storage.rate_limits import OPENS, POSTS, READS
from storage.tables import Outbox, OutboxState

READ_AGAIN = timedelta(seconds=30)
"""How long to wait when a channel cannot be read back now."""
TRIES = 6
"""How long refusals with an unknown or possibly passing code are retried: 15 minutes."""
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(minutes=10)
FIRST_TRANSIENT = timedelta(seconds=5)
MOST_TRANSIENT = 4
"""Transient refusals that are counted: the longest pause is 80 s, and an unknown code is still tried twice."""
READS_LOST = 20
"""Readings, or openings of a channel, with an invalid reply until the message is held, or dead."""
UNTIL_MARGIN = timedelta(hours=1)
"""How much later than the clocks say Slack may have accepted a post: longer than a clock may be wrong."""


@dataclass(frozen=True)
class Pause:
    """A pause of a bucket. Without `wait`: longer with each refusal in a row."""

    bucket: str
    wait: timedelta | None = None


@dataclass(frozen=True)
class Transition:
    """The new state of a row, with the other columns that change."""

    state: OutboxState
    values: dict[str, Any] = field(default_factory=dict)
    wait: timedelta | None = None
    """From the recording to `due_at`."""
    moments: dict[str, timedelta] = field(default_factory=dict)
    """Other columns whose moment counts from the recording."""
    trouble: str | None = None
    """HR or the operator has to be notified."""
    pause: Pause | None = None
    sent: Sent | None = None
    reopen: bool = False
    """The stored DM or group DM does not exist any more: forget it."""


def always(transition: Transition) -> Callable[[datetime], Transition]:
    """A transition that does not depend on the moment of recording."""
    return lambda _now: transition


def reschedule(until: datetime | timedelta, why: str, pause: Pause | None = None, *, refusals: int = 0) -> Transition:
    """Nothing was posted: pending again until a moment, or for a duration."""
    values: dict[str, Any] = {"error": why} | ({"refusals": refusals} if refusals else {})
    if isinstance(until, datetime):
        return Transition(OutboxState.PENDING, values | {"due_at": until}, pause=pause)
    return Transition(OutboxState.PENDING, values, wait=until, pause=pause)


def dropped(why: str) -> Transition:
    """The message is no longer relevant, or has no active recipient."""
    return Transition(OutboxState.DROPPED, {"error": why}, trouble="dropped" if why == "inactive" else None)


def dead(why: str) -> Transition:
    """Slack will never accept it like this."""
    return Transition(OutboxState.DEAD, {"error": why}, trouble="dead")


def held(why: str) -> Transition:
    """It is unknown whether it was sent, so it is never repeated automatically."""
    return Transition(OutboxState.HELD, {"error": why}, trouble="held")


def growing(first: timedelta, times: int, longest: timedelta = LONGEST_WAIT) -> timedelta:
    """The pause after `times` refusals: each is twice as long as the last."""
    return min(first * float(2 ** min(times, 20)), longest)


def of_outcome(outcome: Outcome, row: Outbox, settle: timedelta, *, lasting: bool = False) -> Transition:
    """After a post. `lasting`: no refusal that may pass is final for it."""
    match outcome:
        case Sent(channel, ts):
            values = {"channel": channel, "ts": ts, "error": None}
            return Transition(OutboxState.SENT, values, moments={"sent_at": timedelta()}, sent=outcome)
        case Refused(error):
            return of_refusal("chat.postMessage", error, row, lasting=lasting)
        case RetryAfter(seconds, why, limited, refused):
            if refused:
                return _transient(why, row)
            # A 429 concerns this channel only until others get it too; an unreachable Slack concerns all.
            wait = timedelta(seconds=seconds)
            return reschedule(wait, why, Pause(row.lane if limited else POSTS, wait))
        case Ambiguous(why):
            moments = {"read_until": settle + UNTIL_MARGIN}
            return Transition(OutboxState.UNKNOWN, {"error": why}, wait=settle, moments=moments)


def of_refusal(method: str, error: str, row: Outbox, *, lasting: bool = False) -> Transition:
    """After a refusal, by the class of its code."""
    match class_of(method, error):
        case ErrorClass.WORKSPACE:
            # Due again at once: it waits for the bucket's pause, behind those that have waited longer.
            return Transition(
                OutboxState.PENDING,
                {"error": error},
                wait=timedelta(),
                trouble="paused",
                pause=Pause(_refused(method, error, row)),
            )
        case ErrorClass.TRANSIENT:
            return _transient(error, row)
    if is_final(method, error):
        if error == "channel_not_found" and row.channel and _has_own_channel(row) and row.refusals <= MOST_TRANSIENT:
            # For example, the app was installed again: the stored DM is another bot's.
            values: dict[str, Any] = {"error": error, "refusals": TRIES - 1, "channel": None}  # once only
            return Transition(OutboxState.PENDING, values, wait=timedelta(), reopen=True)
        return dead(error)
    if row.refusals + 1 >= TRIES and not lasting:
        return dead(error)
    return reschedule(growing(FIRST_WAIT, row.refusals), error, refusals=row.refusals + 1)


def _transient(error: str, row: Outbox) -> Transition:
    wait = growing(FIRST_TRANSIENT, row.refusals)
    # Other messages wait for it half a minute at most: it may concern this message only.
    return reschedule(
        wait, error, Pause(row.lane, min(wait, FIRST_WAIT)), refusals=min(row.refusals + 1, MOST_TRANSIENT)
    )


def _refused(method: str, error: str, row: Outbox) -> str:
    """The bucket that Slack refuses."""
    if error not in OF_METHOD or method == "chat.postMessage":
        return POSTS
    # Without im:write no DM can be opened, without mpim:write no group DM: open ones continue.
    return OPENS if row.person_id is not None else row.lane


def _has_own_channel(row: Outbox) -> bool:
    return row.person_id is not None or row.pair_id is not None


def of_unopened(error: SlackRefused | SlackUnavailable, row: Outbox, *, lasting: bool = False) -> Transition:
    """After opening a channel failed, before any post."""
    if isinstance(error, SlackRefused):
        return of_refusal(error.method, error.error, row, lasting=lasting)
    if error.nonsense:
        if row.refusals + 1 >= READS_LOST and not lasting:
            return dead(error.why)
        return reschedule(growing(FIRST_WAIT, row.refusals), error.why, refusals=row.refusals + 1)
    wait = timedelta(seconds=error.seconds)
    return reschedule(wait, error.why, Pause(OPENS, wait) if error.limited else None)


def of_uncomposed(error: SlackRefused | SlackUnavailable, row: Outbox, *, lasting: bool = False) -> Transition:
    """After loading something for a message (a file, a picture) from Slack failed, before any post."""
    if isinstance(error, SlackRefused):
        return of_refusal(error.method, error.error, row, lasting=lasting)
    if error.why == OURS:  # Slack was not asked
        return reschedule(timedelta(seconds=error.seconds), error.why, refusals=row.refusals)
    return reschedule(timedelta(seconds=error.seconds), error.why, refusals=row.refusals + 1)


def of_reading(page: Page, row: Outbox, now: datetime) -> Transition:
    """After a page of a channel was read."""
    if page.found:
        return _read(
            Transition(OutboxState.SENT, {"ts": page.found[0], "error": None}, moments={"sent_at": timedelta()})
        )
    if page.cursor and page.cursor != row.read_cursor:
        return Transition(OutboxState.UNKNOWN, {"read_cursor": page.cursor}, wait=timedelta())
    if row.expires_at and row.expires_at <= now:
        return _read(Transition(OutboxState.EXPIRED, {"error": "expired"}, trouble="expired"))
    return _read(reschedule(timedelta(), "not_found"))


def of_unread(error: SlackRefused | SlackUnavailable, row: Outbox) -> Transition:
    """After reading a channel failed: wait if that may pass, otherwise hold."""
    if isinstance(error, SlackUnavailable):
        return _unread(error, row)
    if error.error == "invalid_cursor" and row.read_cursor and not row.read_restarted:
        return Transition(OutboxState.UNKNOWN, {"read_cursor": None, "read_restarted": True}, wait=timedelta())
    if error.kind is ErrorClass.WORKSPACE and error.error not in OF_METHOD:
        return Transition(
            OutboxState.UNKNOWN, {"error": error.error}, wait=timedelta(), trouble="paused", pause=Pause(READS)
        )
    if not error.final and error.error not in OF_METHOD and row.refusals + 1 < TRIES:
        values = {"error": error.error, "refusals": row.refusals + 1}
        return Transition(OutboxState.UNKNOWN, values, wait=growing(FIRST_WAIT, row.refusals))
    return _read(held(f"unreadable: {error.error}"))


def _unread(error: SlackUnavailable, row: Outbox) -> Transition:
    wait = timedelta(seconds=error.seconds)
    if error.limited:
        # Every reading of the workspace has to wait, and continues at the page where it stopped.
        return Transition(OutboxState.UNKNOWN, {}, wait=wait, pause=Pause(READS, wait))
    if error.nonsense:
        if row.refusals + 1 >= READS_LOST:
            return _read(held(f"unreadable: {error.why}"))
        values = {"error": error.why, "refusals": row.refusals + 1}
        return Transition(OutboxState.UNKNOWN, values, wait=growing(READ_AGAIN, row.refusals))
    return Transition(OutboxState.UNKNOWN, {"error": error.why}, wait=max(READ_AGAIN, wait))


def _read(verdict: Transition) -> Transition:
    """The reading is complete: the next one begins at the first page."""
    over = {"read_cursor": None, "read_restarted": False, "read_until": None, "refusals": 0}
    return Transition(
        verdict.state,
        verdict.values | over,
        verdict.wait,
        verdict.moments,
        verdict.trouble,
        verdict.pause,
        verdict.sent,
    )

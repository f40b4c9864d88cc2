"""Which candidates of a claim suit their readers now; the others are postponed or dropped."""

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.messages.registry import kind_of
from storage.deadlines import LONGEST_WAIT
from storage.tables import Outbox, OutboxState
from storage.workspace_shares import Shares

WaitUntil = Callable[[Outbox], Awaitable[datetime]]
"""The first moment at which a message suits the person who gets it."""
Candidate = tuple[Outbox, str | None, bool | None]
"""The row, its channel if known, and whether the person is active if there is one."""


@dataclass
class Fitting:
    """`candidates` with their channels if known, and the parts of their readers' days; `moved` were postponed or
    dropped, and `inactive` are those that were dropped because there is no active recipient."""

    candidates: list[tuple[Outbox, str | None, list[Outbox]]] = field(default_factory=list)
    moved: int = 0
    inactive: list[Outbox] = field(default_factory=list)


async def find_fitting(
    found: Sequence[Candidate],
    parts_due: Mapping[int, Sequence[Outbox]],
    now: datetime,
    shares: Shares | None,
    wait_until: WaitUntil,
) -> Fitting:
    """The candidates that suit their readers now, as far as their workspaces have room. `parts_due` are the parts of
    days, by person."""
    fitting = Fitting()
    of_team: Counter[str] = Counter()
    seen: set[int] = set()
    for row, known_channel, active in found:
        if row.id in seen or (shares and of_team[row.team_id] >= shares.room(row.team_id)):
            continue
        row.planned_at = row.planned_at or row.due_at
        if active is False:
            row.state, row.error = OutboxState.DROPPED, "inactive"
            fitting.moved += 1
            fitting.inactive.append(row)
            continue
        if row.keeps_hours and (moment := await wait_until(row)) > now:
            _postpone(row, moment, now)
            fitting.moved += 1
            continue
        due = parts_due.get(row.person_id or 0, ()) if row.daily else ()
        parts = await _parts_of_day(due, row, now, wait_until, fitting)
        seen |= {part.id for part in parts}
        of_team[row.team_id] += 1
        fitting.candidates.append((row, known_channel, parts))
    return fitting


async def _parts_of_day(
    due: Sequence[Outbox], row: Outbox, now: datetime, wait_until: WaitUntil, fitting: Fitting
) -> list[Outbox]:
    """What of all that is `due` is sent to the reader of `row` with it; what suits them later is postponed."""
    parts = []
    for one in due:
        if one.due_at > now:
            continue  # it was postponed just now
        one.planned_at = one.planned_at or one.due_at
        if one.expires_at is not None and one.expires_at <= now:
            continue
        moment = now if one.id == row.id else await wait_until(one)
        if moment > now:
            _postpone(one, moment, now)
            fitting.moved += 1
        else:
            parts.append(one)
    return parts


def _postpone(row: Outbox, moment: datetime, now: datetime) -> None:
    """Send it at `moment`. If it lasts for some time from when it is due, it lasts as long from then, once.

    Otherwise a message that falls due in the holidays would expire before anybody works again.
    """
    lasts, planned_at = kind_of(row.kind).lasts, row.planned_at
    if lasts and planned_at and row.expires_at == planned_at + lasts:
        row.expires_at = moment + lasts
    row.due_at, row.error = min(moment, now + LONGEST_WAIT), None

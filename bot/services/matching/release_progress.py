"""Progress of the introductions of a release, for HR."""

import math
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import col, select

from bot.domain.messages.matching import INTRODUCTIONS, IntroGroupMessage
from bot.services.access import own_draft
from bot.services.caller import HrCaller, Rejected
from storage.rate_limits import Limits
from storage.tables import DraftState, Outbox, OutboxState
from storage.unit_of_work import Store

IN_PERSON = tuple(payload.kind.name for payload in INTRODUCTIONS.values())
TOGETHER = IntroGroupMessage.kind.name
OPEN = (OutboxState.PENDING, OutboxState.SENDING, OutboxState.UNKNOWN)
SOON = timedelta(minutes=5)


@dataclass(frozen=True)
class ReleaseProgress:
    """People to notify, how many were notified, and how long the rest takes at Slack's rate limits.

    `minutes` counts those who can be notified now, 0 if nobody waits; `later` is when the last of those is notified who
    wait for their own working hours.
    """

    people: int
    told: int
    minutes: int
    later: datetime | None

    @property
    def over(self) -> bool:
        return not self.minutes and self.later is None


async def progress(store: Store, hr: HrCaller, draft_id: int, limits: Limits) -> ReleaseProgress:
    """Of a released draft. Raises `Rejected`: outdated, not_released."""
    async with store.read(hr.now) as work:
        draft = await own_draft(work.session, hr, draft_id)
        if draft.state != DraftState.RELEASED or draft.released_at is None:
            raise Rejected("not_released")
        theirs = (Outbox.programme_id == draft.programme_id, Outbox.created_at == draft.released_at)
        statement = select(Outbox.kind, Outbox.state, Outbox.due_at, Outbox.person_id)
        statement = statement.where(*theirs, col(Outbox.kind).in_((*IN_PERSON, TOGETHER)))
        found = (await work.session.exec(statement)).all()
    # A person who is mentor and leader counts once, when both messages are sent.
    people = {person for kind, _, _, person in found if kind in IN_PERSON}
    untold = {person for kind, state, _, person in found if kind in IN_PERSON and state != OutboxState.SENT}
    waiting = [(kind, due) for kind, state, due, _ in found if state in OPEN]
    soon = [(kind, due) for kind, due in waiting if due <= hr.now + SOON]
    wait = max((min(due for _, due in soon) - hr.now).total_seconds() / 60, 0) if soon else 0
    later = max((due for _, due in waiting if due > hr.now + SOON), default=None)
    return ReleaseProgress(
        len(people),
        len(people - untold),
        math.ceil(wait + _minutes(Counter(kind for kind, _ in soon), limits)),
        later,
    )


def _minutes(waiting: Counter[str], limits: Limits) -> float:
    """A group DM is opened first, for which Slack's limit is lower than for posting."""
    posts = waiting.total() / (limits.posts.per_minute * limits.bulk_share)
    return max(posts, waiting[TOGETHER] / limits.opens.per_minute)

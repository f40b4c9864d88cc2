"""How far the introductions of a release have come, for HR who waits for them."""

import math
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import col, select

from bot.services.access import own_draft
from bot.services.caller import HrCaller, Rejected
from storage.rate_limits import Limits
from storage.tables import DraftState, Outbox, OutboxState
from storage.unit_of_work import Store

IN_PERSON = ("intro_mentor", "intro_mentee")
TOGETHER = "intro_group"
OPEN = (OutboxState.PENDING, OutboxState.SENDING, OutboxState.UNKNOWN)
SOON = timedelta(minutes=5)


@dataclass(frozen=True)
class Progress:
    """People to tell, how many of them know, and how long the rest takes at the speed that Slack allows.

    `minutes` counts those who can be told now, 0 if nobody waits; `later` is when the last of those is told who wait
    for their own working hours.
    """

    people: int
    told: int
    minutes: int
    later: datetime | None

    @property
    def over(self) -> bool:
        return not self.minutes and self.later is None


async def progress(store: Store, hr: HrCaller, draft_id: int, limits: Limits) -> Progress:
    """Of a released draft. Raises `Rejected`: outdated, not_released."""
    async with store.read(hr.now) as work:
        draft = await own_draft(work.session, hr, draft_id)
        if draft.state != DraftState.RELEASED or draft.released_at is None:
            raise Rejected("not_released")
        theirs = (Outbox.programme_id == draft.programme_id, Outbox.created_at == draft.released_at)
        wanted = select(Outbox.kind, Outbox.state, Outbox.due_at, Outbox.person_id)
        wanted = wanted.where(*theirs, col(Outbox.kind).in_((*IN_PERSON, TOGETHER)))
        found = (await work.session.exec(wanted)).all()
    # Whoever is a mentor and a mentee is one person, who knows once both letters are there.
    people = {person for kind, _, _, person in found if kind in IN_PERSON}
    untold = {person for kind, state, _, person in found if kind in IN_PERSON and state != OutboxState.SENT}
    waiting = [(kind, due) for kind, state, due, _ in found if state in OPEN]
    soon = [(kind, due) for kind, due in waiting if due <= hr.now + SOON]
    wait = max((min(due for _, due in soon) - hr.now).total_seconds() / 60, 0) if soon else 0
    later = max((due for _, due in waiting if due > hr.now + SOON), default=None)
    return Progress(
        len(people),
        len(people - untold),
        math.ceil(wait + _minutes(Counter(kind for kind, _ in soon), limits)),
        later,
    )


def _minutes(waiting: Counter[str], limits: Limits) -> float:
    """A chat of two is opened first, which Slack allows more seldom than posting."""
    posts = waiting.total() / (limits.posts.per_minute * limits.bulk_share)
    return max(posts, waiting[TOGETHER] / limits.opens.per_minute)

"""A pair that HR made by hand: how it is made, answered and read."""

from datetime import UTC, datetime
from typing import Any

from bot.services.matching import audit_log as auditing
from bot.services.matching import confirmation_tick as confirming
from bot.services.matching import draft_pages as browsing
from bot.services.matching import draft_review as reviewing
from bot.services.matching import pairing
from bot.services.matching import release as releasing
from bot.services.matching.pair_actions import Decision
from storage.tables import (
    Avoidance,
    DraftPair,
    Outbox,
    PairConfirmation,
)
from storage.unit_of_work import Store
from tests.storage.companies import TEAM
from tests.storage.drafts import NOW, decide, draw, hr, person, rows

OVER = datetime(2027, 1, 8, 3, 0, tzinfo=UTC)
"""Friday 10:00: three working days on, since Tuesday the 5th is a public holiday."""

MENTORS, LEADERS = range(2, 8), range(8, 13)
M, L = MENTORS[0], LEADERS[0]
"""A couple that no solver proposes here: Mentor 2 knows nothing that Leader 8 wishes to learn."""


async def avoid(store: Store, who: int, whom: int) -> None:
    async with store.write(NOW) as work:
        work.session.add(Avoidance(team_id=TEAM, person_id=who, avoided_id=whom))
        await work.commit()


async def emptied(store: Store) -> int:
    """A draft of which HR took everything out."""
    draft = await draw(store)
    for pair in await rows(store, DraftPair, DraftPair.draft_id == draft):
        await decide(store, draft, pair.id, Decision.TAKE_OUT)
    return draft


async def add(store: Store, draft: int, mentor: int = M, leader: int = L, now: datetime = NOW, why: str = "") -> int:
    seen = await browsing.seen_now(store, hr(now), draft)
    return await pairing.add(store, hr(now), seen, f"U{mentor}", f"U{leader}", why=why)


async def confirmation(store: Store) -> PairConfirmation:
    found: PairConfirmation = (await rows(store, PairConfirmation))[-1]
    return found


async def say(store: Store, who: int, agrees: bool, now: datetime = NOW) -> None:
    await confirming.answer(store, person(who, now), (await confirmation(store)).id, agrees=agrees)


async def news(store: Store, *kinds: str) -> list[tuple[str, int | None, datetime]]:
    """Kind, reader and time of the messages of these kinds."""
    return [(one.kind, one.person_id, one.due_at) for one in await rows(store, Outbox) if one.kind in kinds]


async def what_hr_reads(store: Store, draft: int, pair: int, now: datetime) -> tuple[Any, ...]:
    """All that the services tell HR of a couple, without names and ids of rows."""
    card = await browsing.card(store, hr(now), draft, pair)
    overview = await reviewing.overview(store, hr(now), draft)
    asked = card.confirmation
    log = await auditing.log_of(store, hr(now), 0, 2)
    release_preview = await releasing.preview_release(store, hr(now), draft)
    messages = [(one.kind, one.due_at) for one in await rows(store, Outbox, Outbox.channel == "CHR")]
    left = sorted((one.side, one.cause) for one in await reviewing.left_over(store, hr(now), draft))
    return (
        (card.pair.excluded, card.pair.score, card.pair.explanation),
        (asked.state, asked.asked_at, asked.closes_at, asked.settled_at) if asked else None,
        (overview.pairs, overview.waiting, overview.excluded, overview.people, overview.total, overview.alone),
        (release_preview.pairs, release_preview.people, release_preview.dropped, release_preview.waiting),
        [(one.what, one.at, sorted(one.people)) for one in log.acts],
        messages[-1],
        left,
    )

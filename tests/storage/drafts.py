"""Drafts as HR makes, changes and releases them, by calls of the services."""

from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count
from typing import Any

from sqlmodel import col, select

from bot.services.caller import Caller, HrCaller
from bot.services.matching import create_draft as drafting
from bot.services.matching import draft_pages as browsing
from bot.services.matching import pair_actions as deciding
from bot.services.matching import release as releasing
from bot.services.matching import release_checklist as gates
from bot.services.matching.draft_edit import DraftVersion
from bot.services.matching.pair_actions import Decision
from storage.tables import AuditEntry, Participant, SponsorMessage
from storage.unit_of_work import Store, UnitOfWork
from tests.rosters import nobody_has_a_manager
from tests.storage.companies import TEAM, participant_row

NOW = datetime(2027, 1, 4, 3, 0, tzinfo=UTC)
"""Monday 10:00 in Jakarta."""
HR = 1
"""The id of HR's person."""
_turn = count(1)


def hr(now: datetime = NOW, programme: int = 1) -> HrCaller:
    """Somebody of HR, with a fresh request."""
    return HrCaller(TEAM, f"U{HR}", f"request {next(_turn)}", now, programme)


def person(number: int, now: datetime = NOW) -> Caller:
    """Somebody else, with a fresh request."""
    return Caller(TEAM, f"U{number}", f"request {next(_turn)}", now)


async def here(function: Callable[..., Any], *arguments: Any) -> Any:
    """Solve in this process: the worker has tests of its own."""
    return function(*arguments)


def sign_up_row(number: int, level: int, *, teaches: str = "", learns: str = "") -> Participant:
    """Person 4's sign-up has the id 40. One place, one topic, and a department of their own."""
    return participant_row(
        NOW,
        number * 10,
        number,
        "mentor" if teaches else "mentee",
        level=level,
        department=f"department {number}",
        offers=[{"topic": teaches, "level": 4}] if teaches else [],
        wishes=[{"topic": learns, "priority": 3, "skill": 1}] if learns else [],
        languages=["id"],
        mentor_capacity=int(bool(teaches)),
        leader_capacity=int(bool(learns)),
    )


async def add_sign_ups(work: UnitOfWork, *parts: Participant) -> None:
    """Nothing that a release waits for is missing: nobody has a manager, and the sponsor's message is there."""
    work.session.add(SponsorMessage(team_id=TEAM, programme_id=1, name="CEO", text="Come curious.", at=NOW))
    for part in parts:
        work.session.add(part)
    await work.session.flush()
    await nobody_has_a_manager(work)


async def rows(store: Store, table: Any, *where: Any) -> list[Any]:
    """All rows of a table, or those of which `where` is true, oldest first."""
    async with store.read(NOW) as work:
        return list((await work.session.exec(select(table).where(*where).order_by(col(table.id)))).all())


async def draw(store: Store, now: datetime = NOW) -> int:
    """A new draft's id."""
    return (await drafting.create(store, hr(now), here)).draft.id


async def decide(store: Store, draft: int, pair: int, decision: Decision, now: datetime = NOW) -> None:
    """HR decides on a pair, having seen the draft as it is."""
    await deciding.decide(store, hr(now), await browsing.seen_now(store, hr(now), draft), pair, decision)


async def ready(store: Store, draft: int, now: datetime = NOW) -> tuple[DraftVersion, int]:
    """HR goes on without what is missing for a release: the draft as HR sees it, and the pairs in it."""
    for check in (await releasing.preview_release(store, hr(now), draft)).checks:
        if check.state is gates.State.OPEN:
            await gates.waive(store, hr(now), draft, check.gate)
    found = await releasing.preview_release(store, hr(now), draft)
    return DraftVersion(draft, found.draft.version), found.pairs


async def release(store: Store, draft: int, now: datetime = NOW) -> releasing.Released:
    """HR says yes to what there is to release."""
    return await releasing.release(store, hr(now), *await ready(store, draft, now))


async def audited(store: Store) -> list[str]:
    """What the log says was done, oldest first."""
    return [entry.what for entry in await rows(store, AuditEntry)]

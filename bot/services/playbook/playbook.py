"""HR's playbook of a programme: what was found useful, what people wish to change, what lasted, and HR's own notes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.figures import OF_SESSIONS, Figure, Published
from bot.domain.improvements import Shared
from bot.domain.messages.insight import PlaybookMessage
from bot.domain.outcomes import State
from bot.domain.playbook import Notes, proposed_cadence
from bot.domain.polls import USEFUL
from bot.services.caller import HrCaller
from bot.services.improvements.improvements import shared_improvements
from bot.services.insight import summary as summaries
from bot.services.insight.published_groups import publish, read_published
from bot.services.outcomes.figures import CARD_COUNTS, CardCounts
from bot.services.playbook.notes import notes_of
from storage.tables import ActionCard, Pair, PairState, Programme
from storage.unit_of_work import Store, UnitOfWork


@dataclass(frozen=True)
class Playbook:
    """As of `at`. `useful`: by a name of `OF_SESSIONS` and its value, best first, the mean of published groups."""

    programme: Programme
    at: datetime
    useful: Mapping[str, Mapping[str, Figure]]
    improvements: tuple[Shared, ...]
    cards: CardCounts
    done: tuple[ActionCard, ...]
    """Changes that were made, and that both people of the pair let HR see."""
    notes: Notes
    next_cadence: str | None = None
    """The cadence to begin the next programme with, if most pairs met at another one than was planned."""


async def current_playbook(store: Store, programme_id: int, now: datetime) -> Playbook:
    """Publish full groups, then read the playbook."""
    await publish(store, programme_id, now)
    async with store.read(now) as work:
        return await _read(work, await work.session.get_one(Programme, programme_id))


async def read_playbook(store: Store, hr: HrCaller) -> Playbook:
    """The playbook of HR's programme."""
    return await current_playbook(store, hr.programme_id, hr.now)


async def ask_for_page(store: Store, hr: HrCaller) -> Programme:
    """Send the playbook to HR's channel. Raises `Rejected`: no_programme."""
    return await summaries.ask_for(store, hr, PlaybookMessage)


async def cadence_for_next(session: AsyncSession, programme: Programme) -> str | None:
    """See `bot.domain.playbook.proposed_cadence`."""
    statement = select(Pair.cadence).where(Pair.programme_id == programme.id, Pair.state == PairState.COMPLETED)
    met = [one or programme.cadence for one in (await session.exec(statement)).all()]
    return proposed_cadence(programme.cadence, met)


async def _read(work: UnitOfWork, programme: Programme) -> Playbook:
    session = work.session
    published = await read_published(session, programme.id)
    done = (
        select(ActionCard)
        .join(Pair, col(Pair.id) == col(ActionCard.pair_id))
        .where(
            Pair.programme_id == programme.id,
            ActionCard.state == State.DONE,
            col(ActionCard.mentor_shares_at).is_not(None),
            col(ActionCard.leader_shares_at).is_not(None),
            ActionCard.change != "",
        )
        .order_by(col(ActionCard.id))
    )
    return Playbook(
        programme=programme,
        at=work.now,
        useful={name: _useful(published, name) for name in OF_SESSIONS},
        improvements=tuple(await shared_improvements(session, programme.id, work.now)),
        cards=CardCounts(*(published.count(name) for name in CARD_COUNTS)),
        done=tuple((await session.exec(done)).all()),
        notes=await notes_of(session, programme.id),
        next_cadence=await cadence_for_next(session, programme),
    )


def _useful(published: Published, name: str) -> dict[str, Figure]:
    values = published.session_values(USEFUL, name)
    found = {value: published.of_sessions(name, value).figure(USEFUL) for value in values}
    known = [(value, figure) for value, figure in found.items() if figure]
    return dict(sorted(known, key=lambda item: (-item[1].average, item[0])))

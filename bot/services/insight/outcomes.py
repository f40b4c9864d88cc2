"""What of a programme's outcomes HR may see: counts of action cards, and what people chose to share."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.cards import State
from bot.domain.polls import MIN_GROUP
from bot.domain.sessions import Side
from bot.services.sessions.meetings import COUPLE, Couple, around_pairs
from storage.tables import ActionCard, LogEntry, Pair, Person

MOST_CARDS = 10


@dataclass(frozen=True)
class Comment:
    """What somebody wrote for HR to read."""

    text: str
    side: Side


@dataclass(frozen=True)
class SharedCard:
    """A card that both of a pair let HR see."""

    mentor: Person
    mentee: Person
    owner: Person
    kind: str
    insight: str
    change: str
    due_on: date
    state: State


@dataclass(frozen=True)
class Outcomes:
    """`cards` by state, None as long as they come from fewer than `MIN_GROUP` people; the shared ones, newest first."""

    cards: dict[State, int] | None
    shared: tuple[SharedCard, ...]

    @property
    def is_blank(self) -> bool:
        return self.cards is None and not self.shared


async def outcomes(session: AsyncSession, programme_id: int) -> Outcomes:
    """The action cards of a programme, as far as HR may see them."""
    wanted = around_pairs(ActionCard, *COUPLE).join(ActionCard, col(ActionCard.pair_id) == col(Pair.id))
    in_order = wanted.where(Pair.programme_id == programme_id).order_by(col(ActionCard.id).desc())
    rows = [(row[0], Couple(*row[1:])) for row in (await session.exec(in_order)).all()]
    people = {part for _, one in rows for part in (one.pair.mentor_id, one.pair.mentee_id)}
    counts = Counter(State(card.state) for card, _ in rows)
    shared = [
        _shared(card, one) for card, one in rows if card.insight and card.mentor_shares_at and card.mentee_shares_at
    ]
    return Outcomes(dict(counts) if len(people) >= MIN_GROUP else None, tuple(shared[:MOST_CARDS]))


def _shared(card: ActionCard, one: Couple) -> SharedCard:
    owner = one.person(Side(card.owner))
    return SharedCard(
        one.mentor, one.mentee, owner, card.kind, card.insight, card.change, card.due_on, State(card.state)
    )


async def shared_notes(session: AsyncSession, programme_id: int, most: int) -> tuple[Comment, ...]:
    """The newest notes of learning logs whose writers let HR read them."""
    wanted = (
        select(LogEntry)
        .join(Pair, col(Pair.id) == col(LogEntry.pair_id))
        .where(Pair.programme_id == programme_id, col(LogEntry.with_hr).is_(True))
        .order_by(col(LogEntry.id).desc())
        .limit(most)
    )
    rows = (await session.exec(wanted)).all()
    return tuple(Comment(text, Side(one.side)) for one in rows for text in (one.learned, one.taught) if text)

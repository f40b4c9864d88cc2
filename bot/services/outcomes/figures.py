"""What HR may see of a programme's outcomes: counts of action cards, and what people chose to share."""

from dataclasses import dataclass, fields
from datetime import date

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.figures import Count
from bot.domain.outcomes import State
from bot.domain.sessions import Side
from bot.services.insight.published_groups import read_published
from bot.services.pair_context import COUPLE, PairContext, around_pairs
from storage.tables import ActionCard, LogEntry, Pair, Person

MOST_CARDS = 10
CARD_COUNTS = (Count.CARD_WRITTEN, Count.CARD_DONE, Count.CARD_DROPPED, Count.CARD_LASTED, Count.CARD_FADED)


@dataclass(frozen=True)
class Comment:
    """A note that a person shared with HR."""

    text: str
    side: Side


@dataclass(frozen=True)
class SharedCard:
    """A card that both people of a pair let HR see."""

    mentor: Person
    leader: Person
    owner: Person
    kind: str
    insight: str
    change: str
    due_on: date
    state: State


@dataclass(frozen=True)
class CardCounts:
    """Action cards that were written, done and dropped, and of those done, what lasted or not; None if nothing of it
    is published yet."""

    written: int | None
    done: int | None
    dropped: int | None
    lasted: int | None = None
    faded: int | None = None

    @property
    def counts(self) -> dict[str, int]:
        """Those that may be shown, by name."""
        return {one.name: count for one in fields(self) if (count := getattr(self, one.name)) is not None}

    @property
    def is_blank(self) -> bool:
        return self.written is None and self.done is None and self.dropped is None


@dataclass(frozen=True)
class GoalCounts:
    """Goals that were reached, moved to another date, or dropped; None if nothing of it is published yet."""

    reached: int | None
    moved: int | None
    dropped: int | None

    @property
    def is_blank(self) -> bool:
        return self.reached is None and self.moved is None and self.dropped is None


@dataclass(frozen=True)
class Outcomes:
    """Counts from published groups of cards and goals; and the shared cards, newest first."""

    cards: CardCounts
    goals: GoalCounts
    shared: tuple[SharedCard, ...]

    @property
    def is_blank(self) -> bool:
        """Whether HR may see nothing of the cards."""
        return self.cards.is_blank and not self.shared


async def outcomes(session: AsyncSession, programme_id: int) -> Outcomes:
    """The action cards and goals of a programme, as far as HR may see them."""
    statement = around_pairs(ActionCard, *COUPLE).join(ActionCard, col(ActionCard.pair_id) == col(Pair.id))
    shared = statement.where(
        Pair.programme_id == programme_id,
        ActionCard.insight != "",
        col(ActionCard.mentor_shares_at).is_not(None),
        col(ActionCard.leader_shares_at).is_not(None),
    )
    rows = (await session.exec(shared.order_by(col(ActionCard.id).desc()).limit(MOST_CARDS))).all()
    published = await read_published(session, programme_id)
    counts = CardCounts(*(published.count(name) for name in CARD_COUNTS))
    goals = GoalCounts(*(published.count(name) for name in (Count.GOAL_REACHED, Count.GOAL_MOVED, Count.GOAL_DROPPED)))
    return Outcomes(counts, goals, tuple(_shared(row[0], PairContext(*row[1:])) for row in rows))


def _shared(card: ActionCard, couple: PairContext) -> SharedCard:
    owner = couple.person(Side(card.owner))
    return SharedCard(
        couple.mentor, couple.leader, owner, card.kind, card.insight, card.change, card.due_on, State(card.state)
    )


async def shared_notes(session: AsyncSession, programme_id: int, most: int) -> tuple[Comment, ...]:
    """The newest notes of learning logs whose writers let HR read them."""
    statement = (
        select(LogEntry)
        .join(Pair, col(Pair.id) == col(LogEntry.pair_id))
        .where(Pair.programme_id == programme_id, col(LogEntry.with_hr).is_(True))
        .order_by(col(LogEntry.id).desc())
        .limit(most)
    )
    rows = (await session.exec(statement)).all()
    return tuple(Comment(text, Side(one.side)) for one in rows for text in (one.learned, one.taught) if text)

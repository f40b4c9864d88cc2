"""Action cards: a pair writes down a change, its owner and date, and reports the result.

Either of the two may write, change and settle one, also after the programme's end. HR sees a card only once both have
agreed to these words.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.calendar import local
from bot.domain.messages.outcomes import CardMessage, CardSettledMessage, CardShareMessage, CardWrittenMessage
from bot.domain.outcomes import (
    FOLLOW_UPS,
    LONGEST,
    Sharing,
    State,
    Terms,
    date_fault,
    faults,
    last_follow_up,
    next_follow_up,
    sharing,
)
from bot.domain.sessions import Side
from bot.domain.surveys import FIRST_SET
from bot.services.caller import Caller, InvalidInput, Rejected
from bot.services.pair_context import PairContext, couple, my_couple
from storage.outbox import Outgoing, outgoing
from storage.tables import ActionCard
from storage.unit_of_work import Store, UnitOfWork

MOST = 20
"""Maximum number of cards per pair."""


@dataclass(frozen=True)
class CardView:
    """A card with its pair, from the view of `side`."""

    couple: PairContext
    side: Side
    card: ActionCard

    @property
    def state(self) -> State:
        return State(self.card.state)

    @property
    def owner(self) -> Side:
        return Side(self.card.owner)

    @property
    def asks_what_lasts(self) -> bool:
        """Not in programmes whose people were told that a card that is done is not asked about again."""
        return self.couple.programme.survey_set != FIRST_SET

    @property
    def sharing(self) -> Sharing:
        card = self.card
        return sharing(self.side, card.mentor_shares_at, card.leader_shares_at, card.kept_by)


@dataclass(frozen=True)
class Board:
    """Every card of a pair: open ones first, then the newest."""

    couple: PairContext
    side: Side
    cards: tuple[CardView, ...]

    @property
    def open(self) -> tuple[CardView, ...]:
        return tuple(one for one in self.cards if one.state is State.OPEN)


# Reading


async def board(store: Store, caller: Caller, pair_id: int) -> Board:
    """The cards of the caller's pair. Raises `Rejected` as `my_couple`."""
    async with store.read(caller.now) as work:
        found, side = await my_couple(work.session, caller, pair_id, even_over=True)
        return await board_of(work.session, found, side)


async def board_of(session: AsyncSession, found: PairContext, side: Side) -> Board:
    """The cards of a pair, for a view."""
    statement = select(ActionCard).where(ActionCard.pair_id == found.pair.id, ActionCard.insight != "")
    rows = (await session.exec(statement.order_by(col(ActionCard.id).desc()))).all()
    in_order = sorted(rows, key=lambda one: one.state != State.OPEN)
    return Board(found, side, tuple(CardView(found, side, one) for one in in_order))


async def read_card(store: Store, caller: Caller, card_id: int) -> CardView:
    """One card of the caller's pair. Raises `Rejected`: outdated, and those of `my_couple`."""
    async with store.read(caller.now) as work:
        return await _mine(work, caller, card_id)


async def seen_by(session: AsyncSession, card_id: int, person_id: int | None) -> CardView | None:
    """The content of a message about a card for its reader; None if the card, or the reader's part in it, is gone."""
    card = await session.get(ActionCard, card_id)
    found = await couple(session, card.pair_id) if card and card.insight else None
    side = found.side_of(person_id) if found else None
    return CardView(found, side, card) if card and found and side else None


# Writing


async def pair_for_card(store: Store, caller: Caller, pair_id: int) -> tuple[PairContext, Side]:
    """The pair and the caller's side, for the form of a new card. Raises `Rejected` as `write`."""
    async with store.read(caller.now) as work:
        return await _may_write(work, caller, pair_id)


async def write(store: Store, caller: Caller, pair_id: int, terms: Terms, *, share: bool) -> CardView:
    """Create a card; the partner is notified, and asked whether HR may see it too if the caller would `share` it.

    Raises `InvalidInput`; `Rejected`: too_many_cards, and those of `my_couple`.
    """
    async with store.write(caller.now, receipt=caller.signed) as work:
        found, side = await _may_write(work, caller, pair_id, lock=True)
        if wrong := faults(terms, _today(found, side, caller)):
            raise InvalidInput(wrong)
        card = ActionCard(
            team_id=found.pair.team_id,
            pair_id=pair_id,
            insight=terms.insight,
            kind=terms.kind or "",
            change=terms.change,
            owner=terms.owner or side,
            due_on=terms.due_on or caller.now.date(),
            written_by=side,
            written_at=work.now,
        )
        work.session.add(card)
        seen = CardView(found, side, card)
        _plan(work, seen)
        if share:
            _agree(seen, work)
        await work.session.flush()
        await work.send(_letter(seen, side.other, CardWrittenMessage(card.id)))
        await work.commit()
    return seen


async def _may_write(work: UnitOfWork, caller: Caller, pair_id: int, *, lock: bool = False) -> tuple[PairContext, Side]:
    found, side = await my_couple(work.session, caller, pair_id, lock=lock, after_the_end=True)
    if len((await board_of(work.session, found, side)).cards) >= MOST:
        raise Rejected("too_many_cards")
    return found, side


async def edit(store: Store, caller: Caller, card_id: int, terms: Terms, *, share: bool) -> CardView:
    """Change words, owner or date. HR sees the new words only once both have agreed to them.

    Raises `InvalidInput`; `Rejected`: card_settled, outdated, and those of `my_couple`.
    """
    async with store.write(caller.now, receipt=caller.signed) as work:
        seen = await _mine(work, caller, card_id, lock=True)
        card = seen.card
        if seen.state is not State.OPEN:
            raise Rejected("card_settled")
        if wrong := faults(terms, _today(seen.couple, seen.side, caller), card.due_on):
            raise InvalidInput(wrong)
        as_shown = (card.insight, card.kind, card.change, card.owner)
        card.insight, card.kind, card.change = terms.insight, terms.kind or card.kind, terms.change
        card.owner = terms.owner or card.owner
        before, card.due_on = card.due_on, terms.due_on or card.due_on
        now_shown = (card.insight, card.kind, card.change, card.owner)
        if card.due_on != before or as_shown[-1] != card.owner:
            _plan(work, seen)
        if as_shown != now_shown:
            for side in Side:
                _disagree(side, card)
        await _wish(work, seen, share=share)
        if as_shown[-1] != card.owner and seen.owner is not seen.side:
            await work.send(_letter(seen, seen.side.other, CardWrittenMessage(card.id, work.now.isoformat())))
        await work.commit()
    return seen


async def done(store: Store, caller: Caller, card_id: int) -> CardView:
    """Mark it as done. Raises `Rejected` as `read_card`."""

    async def change(_work: UnitOfWork, seen: CardView) -> None:
        seen.card.why = ""

    return await _settle(store, caller, card_id, State.DONE, change)


def asks_whether_it_lasts(card: ActionCard, days: int) -> bool:
    """Whether the follow-up so many `days` after the card's date is the question whether what was done lasted."""
    return card.state == State.DONE and days == FOLLOW_UPS[-1] and card.lasted is None


async def answer_lasting(store: Store, caller: Caller, card_id: int, *, lasted: bool) -> CardView:
    """Say whether what was done is still in place. Raises `Rejected`: outdated, and those of `read_card`."""
    async with store.write(caller.now, receipt=caller.signed) as work:
        seen = await _mine(work, caller, card_id, lock=True)
        if seen.state is not State.DONE:
            raise Rejected("outdated")
        seen.card.lasted, seen.card.lasted_at = lasted, work.now
        await work.commit()
    return seen


async def drop(store: Store, caller: Caller, card_id: int, why: str) -> CardView:
    """Mark it as dropped, with the reason. Raises `InvalidInput`; `Rejected` as `read_card`."""
    if not 0 < len(why) <= LONGEST["why"]:
        raise InvalidInput({"why": "too_long" if why else "why"})

    async def change(_work: UnitOfWork, seen: CardView) -> None:
        seen.card.why = why

    return await _settle(store, caller, card_id, State.DROPPED, change)


async def renew(store: Store, caller: Caller, card_id: int, due_on: date | None) -> CardView:
    """Still working on it: set a new date; a done or dropped card is open again. Raises as `drop`."""
    async with store.write(caller.now, receipt=caller.signed) as work:
        seen = await _mine(work, caller, card_id, lock=True)
        if wrong := date_fault(due_on, _today(seen.couple, seen.side, caller)):
            raise InvalidInput({"due_on": wrong})
        seen.card.due_on, seen.card.state = due_on or seen.card.due_on, State.OPEN
        seen.card.settled_at, seen.card.why = None, ""
        seen.card.lasted = seen.card.lasted_at = None
        _plan(work, seen)
        await work.commit()
    return seen


async def share(store: Store, caller: Caller, card_id: int) -> CardView:
    """The caller lets HR see it; the partner is asked. Raises `Rejected`: card_kept, and those of `read_card`."""
    async with store.write(caller.now, receipt=caller.signed) as work:
        seen = await _mine(work, caller, card_id, lock=True)
        if seen.sharing is Sharing.KEPT:
            raise Rejected("card_kept")
        await _wish(work, seen, share=True)
        await work.commit()
    return seen


async def keep(store: Store, caller: Caller, card_id: int) -> CardView:
    """Keep it between the two: nobody is notified, and only the person who refused can change it."""
    async with store.write(caller.now, receipt=caller.signed) as work:
        seen = await _mine(work, caller, card_id, lock=True)
        await _wish(work, seen, share=False)
        seen.card.kept_by = seen.side
        await work.commit()
    return seen


async def _settle(
    store: Store, caller: Caller, card_id: int, state: State, change: Callable[[UnitOfWork, CardView], Awaitable[None]]
) -> CardView:
    async with store.write(caller.now, receipt=caller.signed) as work:
        seen = await _mine(work, caller, card_id, lock=True)
        new = seen.state is not state
        await change(work, seen)
        seen.card.state, seen.card.next_follow_at = state, None
        if state is not State.DONE:
            seen.card.lasted = seen.card.lasted_at = None
        elif seen.asks_what_lasts and seen.card.lasted is None:
            hours = seen.couple.hours[seen.owner]
            seen.card.next_follow_at = last_follow_up(seen.card.due_on, hours, seen.couple.off, work.now)
        if new:
            seen.card.settled_at = work.now
            await work.send(
                _letter(seen, seen.side.other, CardSettledMessage(seen.card.id, f"{state}:{work.now.isoformat()}"))
            )
        await work.commit()
    return seen


async def _mine(work: UnitOfWork, caller: Caller, card_id: int, *, lock: bool = False) -> CardView:
    pair_id = (await work.session.exec(select(ActionCard.pair_id).where(ActionCard.id == card_id))).first()
    found, side = await my_couple(work.session, caller, pair_id or 0, lock=lock, after_the_end=True)
    card = await work.session.get(ActionCard, card_id)
    if card is None or not card.insight:
        raise Rejected("outdated")
    return CardView(found, side, card)


def _today(found: PairContext, side: Side, caller: Caller) -> date:
    return local(caller.now, found.person(side).zone).date()


def _plan(work: UnitOfWork, seen: CardView) -> None:
    """When the owner is first asked about the result."""
    hours = seen.couple.hours[seen.owner]
    seen.card.next_follow_at = next_follow_up(seen.card.due_on, hours, seen.couple.off, work.now)


# HR


async def _wish(work: UnitOfWork, seen: CardView, *, share: bool) -> None:
    """One side's agreement. If HR could not see the card before, the partner is asked once."""
    if not share:
        _disagree(seen.side, seen.card)
        return
    before = seen.sharing
    if before in (Sharing.SHARED, Sharing.ASKED, Sharing.KEPT):
        return
    _agree(seen, work)
    if before is Sharing.PRIVATE:
        await work.send(_letter(seen, seen.side.other, CardShareMessage(seen.card.id, work.now.isoformat())))


def _agree(seen: CardView, work: UnitOfWork) -> None:
    if seen.side is Side.MENTOR:
        seen.card.mentor_shares_at = work.now
    else:
        seen.card.leader_shares_at = work.now
    if seen.card.kept_by == seen.side:
        seen.card.kept_by = None


def _disagree(side: Side, card: ActionCard) -> None:
    if side is Side.MENTOR:
        card.mentor_shares_at = None
    else:
        card.leader_shares_at = None


def _letter(seen: CardView, reader: Side, message: CardMessage) -> Outgoing:
    programme = seen.couple.programme
    return outgoing(message, programme.team_id, programme.id, person_id=seen.couple.person(reader).id)

"""Outcomes of a pair: its goals, the reader's learning log, and the action cards."""

from dataclasses import dataclass

from bot.domain.sessions import Side
from bot.services.agreement import agreement as agreements
from bot.services.caller import Caller
from bot.services.closing.stories import may_tell
from bot.services.outcomes import action_cards, learning_log
from bot.services.pair_context import PairContext, my_couple
from storage.unit_of_work import Store


@dataclass(frozen=True)
class PairOutcomes:
    """A pair from the view of one of the two."""

    couple: PairContext
    side: Side
    agreement: agreements.AgreementView
    log: learning_log.Log
    board: action_cards.Board
    may_tell: bool = False
    """The pair has enough to tell others, or has told it."""

    @property
    def goes_on(self) -> bool:
        """Whether the pair still meets, so that goals can change."""
        return self.couple.goes_on


async def read_outcomes(store: Store, caller: Caller, pair_id: int) -> PairOutcomes:
    """The outcomes of the caller's pair so far, also after its end. Raises `Rejected` as `my_couple`."""
    async with store.read(caller.now) as work:
        found, side = await my_couple(work.session, caller, pair_id, even_over=True)
        agreement = agreements.AgreementView(found, side, await agreements.newest(work.session, pair_id))
        log = await learning_log.log_of(work, found, side)
        board = await action_cards.board_of(work.session, found, side)
        tells = not found.parted and await may_tell(work.session, found.pair)
        return PairOutcomes(found, side, agreement, log, board, tells)

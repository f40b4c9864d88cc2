"""A person's farewell from a pair: what came of it, and what can still be done."""

from dataclasses import dataclass

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.messages.closing import ClosingMessage
from bot.domain.messages.outcomes import ThanksMessage
from bot.domain.sessions import Side
from bot.services.caller import Caller
from bot.services.care.help_wanted import asked_for_help
from bot.services.closing.completion import PairResult, result_of
from bot.services.outcomes.public_thanks import ThanksView
from bot.services.pair_context import PairContext, couple
from storage.queries import Posted, posted
from storage.tables import PairState, Story, Thanks
from storage.unit_of_work import Store


@dataclass(frozen=True)
class Farewell:
    """What a farewell says to one `side` of a pair."""

    couple: PairContext
    side: Side
    result: PairResult
    quiet: bool
    """Whether the reader raised a concern, or asked to talk to somebody."""
    thanked: bool
    """Whether they have thanked their partner since the pair is over."""
    told: bool = False
    """Whether the two have written a story."""

    @property
    def partner_is_there(self) -> bool:
        """Whether the partner can still read thanks, or approve a story."""
        return self.couple.person(self.side.other).active

    @property
    def may_tell(self) -> bool:
        """Whether to offer the story: not to those who have written one."""
        return self.partner_is_there and not self.told


@dataclass(frozen=True)
class Answered:
    """Messages that offered to thank the partner, as they are once that was done."""

    farewell: tuple[Farewell, Posted] | None
    thanks: tuple[ThanksView, Posted] | None
    """The partner's newest thanks to the caller."""


async def read_farewell(session: AsyncSession, of: PairContext, side: Side) -> Farewell:
    """The farewell as of now."""
    thanked = False
    if (since := of.pair.ended_at) is not None:
        later = select(Thanks.id).where(Thanks.pair_id == of.pair.id, Thanks.side == side, col(Thanks.at) >= since)
        thanked = (await session.exec(later.limit(1))).first() is not None
    quiet = await asked_for_help(session, of.part(side), of.programme)
    story = select(Story.id).where(Story.pair_id == of.pair.id, col(Story.withdrawn_at).is_(None))
    told = (await session.exec(story.limit(1))).first() is not None
    return Farewell(of, side, await result_of(session, of.pair), quiet, thanked, told)


async def offered_thanks(store: Store, caller: Caller, pair_id: int, side: Side) -> Answered:
    """The messages to the caller, on `side` of a pair, that offer to thank the partner, if they were posted."""
    async with store.read(caller.now) as work:
        of = await couple(work.session, pair_id)
        if of is None:
            return Answered(None, None)
        team, reader, programme_id = of.programme.team_id, of.person(side).id, of.programme.id
        farewell = None
        if of.pair.state == PairState.COMPLETED:
            key = ClosingMessage(pair_id).key(programme_id, reader)
            if (where := await posted(work.session, team, key)) is not None:
                farewell = await read_farewell(work.session, of, side), where
        statement = select(Thanks).where(Thanks.pair_id == pair_id, Thanks.side == side.other)
        thanks = None
        newest = (await work.session.exec(statement.order_by(col(Thanks.id).desc()).limit(1))).first()
        if newest is not None and newest.text:
            key = ThanksMessage(pair_id, newest.id).key(programme_id, reader)
            if (where := await posted(work.session, team, key)) is not None:
                thanks = ThanksView(of, side, newest), where
        return Answered(farewell, thanks)

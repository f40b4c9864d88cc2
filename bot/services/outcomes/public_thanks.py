"""Thanks that both agreed to show where sign-up was announced, until either of the two removes them."""

from dataclasses import dataclass

from sqlalchemy import update
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.messages.outcomes import ThanksPostMessage, ThanksShownMessage
from bot.domain.sessions import Side
from bot.services.caller import Caller, Rejected
from bot.services.pair_context import PairContext, couple, my_couple
from storage.outbox import outgoing
from storage.owners import Owner
from storage.tables import Thanks
from storage.unit_of_work import Store, UnitOfWork


@dataclass(frozen=True)
class ThanksView:
    """Thanks from the view of one of the two."""

    couple: PairContext
    side: Side
    thanks: Thanks

    @property
    def offered(self) -> bool:
        """Whether the writer would like it shown, and the reader has not decided."""
        return self.thanks.offered_at is not None and self.thanks.agreed_at is None and not self.removed

    @property
    def shown(self) -> bool:
        return is_public(self.thanks)

    @property
    def removed(self) -> bool:
        return self.thanks.withdrawn_at is not None

    @property
    def mine(self) -> bool:
        """Whether the reader of this view wrote it."""
        return self.thanks.side == self.side


def is_public(thanks: Thanks) -> bool:
    """Whether both agreed that others see it, and neither has removed it."""
    return thanks.offered_at is not None and thanks.agreed_at is not None and thanks.withdrawn_at is None


async def agree(store: Store, caller: Caller, thanks_id: int) -> ThanksView:
    """The reader agrees: it is posted. Once it is posted, nothing changes.

    Raises `Rejected`: those of `my_couple`, thanks_not_offered (also removed, or the caller's own).
    """
    async with store.write(caller.now, receipt=caller.signed) as work:
        view = await _mine(work, caller, thanks_id)
        if view.mine or not (view.offered or view.shown):
            raise Rejected("thanks_not_offered")
        if view.offered:
            view.thanks.agreed_at = work.now
            programme, writer = view.couple.programme, view.couple.person(view.side.other)
            message = ThanksPostMessage(view.thanks.pair_id, view.thanks.id)
            await work.send(outgoing(message, programme.team_id, programme.id, channel=programme.announce_channel))
            payload = ThanksShownMessage(view.thanks.pair_id, view.thanks.id)
            await work.send(outgoing(payload, programme.team_id, programme.id, person_id=writer.id))
        await work.commit()
    return view


async def withdraw(store: Store, caller: Caller, thanks_id: int) -> ThanksView:
    """Not shown (any more), as either of the two wishes, also once their pair is over. The partner keeps the words.

    Raises `Rejected`: those of `my_couple`, thanks_not_offered.
    """
    async with store.write(caller.now, receipt=caller.signed) as work:
        view = await _mine(work, caller, thanks_id, even_over=True)
        if view.thanks.offered_at is None:
            raise Rejected("thanks_not_offered")
        if not view.removed:
            view.thanks.withdrawn_at = work.now
            if view.thanks.agreed_at:
                view.thanks.clean_at = work.now
        await work.commit()
    return view


async def read_shown(session: AsyncSession, thanks_id: int) -> tuple[Thanks, PairContext] | None:
    """Thanks that are public, with their pair."""
    thanks = await session.get(Thanks, thanks_id)
    found = await couple(session, thanks.pair_id) if thanks and thanks.text and is_public(thanks) else None
    return (thanks, found) if thanks and found else None


async def hide_of(work: UnitOfWork, owner: Owner) -> None:
    """Remove what an erased person wrote or agreed to: it names them."""
    theirs = (
        col(Thanks.pair_id).in_(owner.pairs),
        col(Thanks.offered_at).is_not(None),
        col(Thanks.withdrawn_at).is_(None),
    )
    gone = update(Thanks).where(*theirs).values(withdrawn_at=work.now, clean_at=work.now)
    await work.session.exec(gone.execution_options(synchronize_session=False))


def keys_shown(programme_id: int, thanks: Thanks) -> list[str]:
    """The keys of the messages that show it to others."""
    return [ThanksPostMessage(thanks.pair_id, thanks.id).key(programme_id)]


async def _mine(work: UnitOfWork, caller: Caller, thanks_id: int, *, even_over: bool = False) -> ThanksView:
    thanks = await work.session.get(Thanks, thanks_id)
    pair_id = thanks.pair_id if thanks else 0
    one, side = await my_couple(work.session, caller, pair_id, lock=True, after_the_end=True, even_over=even_over)
    if thanks is None:
        raise Rejected("thanks_not_offered")
    await work.session.refresh(thanks)
    return ThanksView(one, side, thanks)

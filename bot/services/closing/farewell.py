"""A person's farewell from a pair: what came of it, and what can still be done."""

from dataclasses import dataclass
from enum import StrEnum

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.messages.closing import CertificateMessage, ClosingMessage
from bot.domain.messages.outcomes import ThanksMessage
from bot.domain.sessions import Side
from bot.services.caller import Caller
from bot.services.care.help_wanted import asked_for_help
from bot.services.closing.completion import PairResult, read_result
from bot.services.outcomes.public_thanks import ThanksView
from bot.services.pair_context import PairContext, couple
from storage.queries import Posted, participation, person_by_slack, posted
from storage.tables import (
    BuddyChoice,
    BuddyPair,
    CircleMember,
    Outbox,
    OutboxState,
    Pair,
    PairState,
    Story,
    Thanks,
)
from storage.unit_of_work import Store


class Waited(StrEnum):
    """What a mentor may have asked for, and waits for."""

    BUDDY = "buddy"
    CIRCLE = "circle"


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
    has_certificate: bool = False
    """Whether their certificate was sent, or is on its way because they asked for it."""
    waited: tuple[Waited, ...] = ()
    """What a mentor asked for and did not get."""

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
    result = await read_result(session, of.pair)
    certificate, waited = await _has_certificate(session, of, side), await _waited(session, of, side)
    return Farewell(of, side, result, quiet, thanked, told, certificate, waited)


async def _waited(session: AsyncSession, of: PairContext, side: Side) -> tuple[Waited, ...]:
    if side is not Side.MENTOR:
        return ()
    part_id, found = of.mentor_part.id, []
    asked = select(BuddyChoice.id).where(
        BuddyChoice.participant_id == part_id,
        col(BuddyChoice.asked_at).is_not(None),
        ~select(BuddyPair.id).where(BuddyPair.asker_id == part_id).exists(),
    )
    if (await session.exec(asked.limit(1))).first() is not None:
        found.append(Waited.BUDDY)
    alone = select(CircleMember.id).where(
        CircleMember.participant_id == part_id,
        col(CircleMember.wished_at).is_not(None),
        col(CircleMember.circle_id).is_(None),
    )
    if (await session.exec(alone.limit(1))).first() is not None:
        found.append(Waited.CIRCLE)
    return tuple(found)


async def _has_certificate(session: AsyncSession, of: PairContext, side: Side) -> bool:
    statement = select(Outbox.state, Outbox.keeps_hours).where(
        Outbox.person_id == of.person(side).id,
        Outbox.programme_id == of.programme.id,
        Outbox.kind == CertificateMessage.kind.name,
    )
    found = (await session.exec(statement)).all()
    asked = [state == OutboxState.PENDING and not keeps_hours for state, keeps_hours in found]
    return any(asked) or any(state in (OutboxState.SENDING, OutboxState.SENT) for state, _ in found)


async def posted_farewells(store: Store, caller: Caller, programme_id: int) -> list[tuple[Farewell, Posted]]:
    """The farewells that were posted to the caller in a programme, as of now."""
    async with store.read(caller.now) as work:
        person = await person_by_slack(work.session, caller.team_id, caller.slack_id)
        part = await participation(work.session, person.id, programme_id) if person else None
        if person is None or part is None:
            return []
        mine = (Pair.mentor_id == part.id) | (Pair.leader_id == part.id)
        pairs = select(Pair.id).where(mine, Pair.state == PairState.COMPLETED).order_by(col(Pair.id))
        found: list[tuple[Farewell, Posted]] = []
        for pair_id in (await work.session.exec(pairs)).all():
            of = await couple(work.session, pair_id)
            side = of.side_of(person.id) if of else None
            where = await posted(work.session, caller.team_id, ClosingMessage(pair_id).key(programme_id, person.id))
            if of and side and where:
                found.append((await read_farewell(work.session, of, side), where))
        return found


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

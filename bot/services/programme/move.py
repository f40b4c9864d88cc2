"""Moves a programme to another private channel, with everything that waits for HR there.

The programmes of one channel belong together: the next one starts from the last, and nobody is paired with the same
partner again. So all of them move.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.messages.programme import ProgrammeMovedMessage
from bot.domain.programme import HrTrouble
from bot.services.alerts.operator import operator_in
from bot.services.caller import Caller, Rejected
from bot.services.people.eligibility import why_unfit
from bot.services.programme.hr_channel import become, leading_of, owner_and_operator, programmes_in
from bot.services.programme.setup import first_message
from storage.outbox import outgoing
from storage.queries import person_by_slack, programme_of_channel
from storage.rate_limits import lane_of
from storage.tables import AuditEntry, HrMember, Outbox, OutboxState, Person, Programme, ProgrammeState
from storage.tables.concerns import MOVED_BY_OPERATOR
from storage.unit_of_work import Store, UnitOfWork

WAITING = (OutboxState.PENDING, OutboxState.HELD)
"""Messages for HR that were not posted, or perhaps not."""


@dataclass(frozen=True)
class Movable:
    """A programme that the caller may move, and how many messages wait for its HR."""

    programme: Programme
    waiting: int

    @property
    def trouble(self) -> HrTrouble | None:
        return HrTrouble(self.programme.hr_trouble) if self.programme.hr_trouble else None


async def channels_known_to(store: Store, caller: Caller, but: str) -> list[str]:
    """The HR channels, except `but`, of open programmes that the caller set up, or was HR of when last seen."""
    async with store.read(caller.now) as work:
        person = await person_by_slack(work.session, caller.team_id, caller.slack_id)
        if person is None:
            return []
        was_hr = select(HrMember.programme_id).where(HrMember.person_id == person.id)
        theirs = (col(Programme.created_by) == person.id) | col(Programme.id).in_(was_hr)
        statement = select(Programme.hr_channel).where(
            Programme.team_id == caller.team_id,
            Programme.state != ProgrammeState.CLOSED,
            Programme.hr_channel != but,
            theirs,
        )
        return list((await work.session.exec(statement.distinct().order_by(col(Programme.hr_channel)))).all())


async def movable(store: Store, caller: Caller, channels: Sequence[str]) -> list[Movable]:
    """The programmes of these channels that the caller may move, newest first."""
    found = []
    async with store.read(caller.now) as work:
        for channel in channels:
            programmes = await programmes_in(work.session, caller.team_id, channel)
            if programmes and await _may_move(work.session, caller, programmes):
                leading = leading_of(programmes)
                found.append(Movable(leading, await _count_waiting(work.session, leading)))
    return sorted(found, key=lambda one: -one.programme.id)


async def move(store: Store, caller: Caller, operator: str, programme_id: int, channel: str) -> Programme:
    """Move a programme to `channel`, which the handler has checked: private, with the bot and the caller in it.

    While HR's channel is as it should be, its HR may; otherwise the owner of the programme, or who was HR when the
    channel was last seen. Raises `Rejected`: outdated, not_hr, channel_taken.
    """
    async with store.write(caller.now, receipt=caller.signed) as work:
        programmes = await _together(work.session, caller.team_id, programme_id, channel)
        by = await person_by_slack(work.session, caller.team_id, caller.slack_id)
        if by is None or not await _may_move(work.session, caller, programmes):
            raise Rejected("not_hr")
        await _move(work, operator, programmes, channel, by)
        return await _commit(work, programmes)


async def move_by_operator(store: Store, caller: Caller, operator: str, programme_id: int, channel: str) -> Programme:
    """The same by the operator's command line, whose access to the machine is the proof.

    Raises `Rejected`: outdated, channel_taken.
    """
    async with store.write(caller.now) as work:
        programmes = await _together(work.session, caller.team_id, programme_id, channel)
        await _move(work, operator, programmes, channel, None)
        return await _commit(work, programmes)


async def _together(session: AsyncSession, team_id: str, programme_id: int, channel: str) -> list[Programme]:
    programme = await session.get(Programme, programme_id)
    if programme is None or programme.team_id != team_id or programme.hr_channel == channel:
        raise Rejected("outdated")
    if await programme_of_channel(session, team_id, channel) is not None:
        raise Rejected("channel_taken")
    return await programmes_in(session, team_id, programme.hr_channel, lock=True)


async def _commit(work: UnitOfWork, programmes: Sequence[Programme]) -> Programme:
    try:
        await work.commit()
    except IntegrityError as error:  # a programme was opened there at the same moment
        raise Rejected("channel_taken") from error
    return leading_of(programmes)


async def _may_move(session: AsyncSession, caller: Caller, programmes: Sequence[Programme]) -> bool:
    """A person who was removed from a channel that is as it should be is not HR any more, also if they set it up."""
    person = await person_by_slack(session, caller.team_id, caller.slack_id)
    if person is None or why_unfit(person, guests=False) is not None:
        return False
    leading = leading_of(programmes)
    if leading.hr_trouble is not None and leading.created_by == person.id:
        return True
    ids = [one.id for one in programmes]
    was_hr = select(HrMember.id).where(HrMember.person_id == person.id, col(HrMember.programme_id).in_(ids))
    return (await session.exec(was_hr.limit(1))).first() is not None


def _waiting(programme: Programme) -> tuple[object, ...]:
    return (
        Outbox.programme_id == programme.id,
        col(Outbox.person_id).is_(None),
        col(Outbox.pair_id).is_(None),
        Outbox.channel == programme.hr_channel,
        col(Outbox.state).in_(WAITING),
    )


async def _count_waiting(session: AsyncSession, programme: Programme) -> int:
    statement = select(func.count()).select_from(Outbox).where(*_waiting(programme))  # type: ignore[arg-type]  # conditions
    return (await session.exec(statement)).one()


async def _move(
    work: UnitOfWork, operator: str, programmes: Sequence[Programme], channel: str, by: Person | None
) -> None:
    leading, before = leading_of(programmes), programmes[0].hr_channel
    usable = leading.hr_trouble is None
    operator = operator_in(operator, programmes[0].team_id)
    await become(work, operator, programmes, None, tell=False)
    there = {"channel": channel, "lane": lane_of(None, None, channel)}
    for programme in programmes:
        await work.session.exec(update(Outbox).where(*_waiting(programme)).values(**there))  # type: ignore[arg-type]  # conditions
        if programme.state == ProgrammeState.RECRUITING:
            # HR's first message has the buttons of this stage and the count, so it is posted once more.
            again = {**there, "state": OutboxState.PENDING, "due_at": work.now, "ts": None, "error": None}
            sent = (*first_message(programme), col(Outbox.state) == OutboxState.SENT)
            await work.session.exec(update(Outbox).where(*sent).values(**again))
            programme.count_at = None
        programme.hr_channel = channel
    await _tell(work, operator, leading, before, by, usable=usable)
    work.session.add(
        AuditEntry(
            team_id=leading.team_id,
            programme_id=leading.id,
            person_id=by.id if by else leading.created_by,
            what="moved" if by else MOVED_BY_OPERATOR,
            details={"before": before, "after": channel},
            at=work.now,
        )
    )


async def _tell(
    work: UnitOfWork, operator: str, leading: Programme, before: str, by: Person | None, *, usable: bool
) -> None:
    """HR of both channels and its owner. The old channel's HR and the operator, who read that it cannot
    be used, by DM."""
    slot, who = work.now.isoformat(), by.id if by else None
    team_id, channel = leading.team_id, leading.hr_channel
    message = ProgrammeMovedMessage(before, channel, who, slot=slot, place="new")
    await work.send(outgoing(message, team_id, leading.id, channel=channel))
    readers = {leading.created_by}
    message = ProgrammeMovedMessage(before, channel, who, slot=slot, place="old")
    if usable:
        await work.send(outgoing(message, team_id, leading.id, channel=before))
    else:
        was_hr = select(HrMember.person_id).where(HrMember.programme_id == leading.id)
        readers |= {*(await work.session.exec(was_hr)).all(), *await owner_and_operator(work, operator, leading)}
    for person_id in sorted(readers - {who}):
        await work.send(outgoing(message, team_id, leading.id, person_id=person_id))

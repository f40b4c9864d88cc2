"""HR's channel: whether it can be used, what is held back while it cannot, and who learns of it.

`bot.slack.hr_channels` asks Slack; this stores the answer.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, update
from sqlmodel import col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.messages.alerts import TroubleMessage
from bot.domain.messages.programme import (
    HrChannelFineMessage,
    HrChannelTroubleMessage,
    OwnerGoneMessage,
    OwnerWantedMessage,
)
from bot.domain.programme import HrTrouble
from bot.services.alerts.operator import report_message
from bot.services.broadcasts.sending import cancel_of_former_hr
from bot.services.people.eligibility import why_unfit
from storage.outbox import outgoing
from storage.queries import person_by_slack
from storage.rate_limits import lane_of, lock_buckets
from storage.tables import HrMember, Outbox, OutboxState, Person, Programme, ProgrammeState
from storage.unit_of_work import Store, UnitOfWork

CHECK_AGAIN = timedelta(hours=1)
"""How long until Slack is asked again about a channel that cannot be used: no event says that it was made private."""
REFUSED = {
    "is_archived": HrTrouble.ARCHIVED,
    "channel_is_archived": HrTrouble.ARCHIVED,
    "is_inactive": HrTrouble.ARCHIVED,
    "channel_not_found": HrTrouble.GONE,
    "not_in_channel": HrTrouble.GONE,
    **{f"hr_channel_{trouble}": trouble for trouble in HrTrouble},
}
"""What the refusal of a post says about HR's channel. Other refusals concern the message or everything."""


@dataclass(frozen=True)
class ChannelState:
    """HR's channel as Slack has it: why it cannot be used, and the ids of the people (`Person`) who are HR there."""

    trouble: HrTrouble | None
    hr: frozenset[int] = frozenset()


async def watched_channels(store: Store, now: datetime, team_id: str | None = None) -> list[tuple[str, str]]:
    """(workspace, channel) of each HR channel that matters: of an open programme, or one for which something waits."""
    matters = or_(col(Programme.state) != ProgrammeState.CLOSED, col(Programme.hr_trouble).is_not(None))
    statement = select(Programme.team_id, Programme.hr_channel).where(matters).distinct()
    if team_id is not None:
        statement = statement.where(Programme.team_id == team_id)
    async with store.read(now) as work:
        found = await work.session.exec(statement.order_by(col(Programme.team_id), col(Programme.hr_channel)))
        return [(team, channel) for team, channel in found]


async def is_watched(store: Store, team_id: str, channel: str, now: datetime) -> bool:
    """Whether a programme is run from this channel, open or over."""
    async with store.read(now) as work:
        return bool(await programmes_in(work.session, team_id, channel))


async def creators_of(store: Store, team_id: str, channel: str, now: datetime) -> list[Person]:
    """Who answers for the open programmes of a channel."""
    async with store.read(now) as work:
        statement = (
            select(Person)
            .join(Programme, col(Programme.created_by) == col(Person.id))
            .where(
                Programme.team_id == team_id,
                Programme.hr_channel == channel,
                Programme.state != ProgrammeState.CLOSED,
            )
        )
        return list((await work.session.exec(statement)).all())


async def record_state(
    store: Store, operator: str, team_id: str, channel: str, channel_state: ChannelState, now: datetime
) -> None:
    """Store what Slack says about an HR channel. A change is reported once to those who have to know."""
    async with store.read(now) as work:
        if await _is_known(work, await programmes_in(work.session, team_id, channel), channel_state):
            return
    async with store.write(now) as work:
        programmes = await programmes_in(work.session, team_id, channel, lock=True)
        if not programmes:
            return
        await become(work, operator, programmes, channel_state.trouble)
        for programme in programmes if channel_state.trouble is None else ():
            await _remember_hr(work, programme, channel_state.hr)
        for programme in programmes:
            if programme.state != ProgrammeState.CLOSED:
                await _ask_for_owner(work, operator, programme)
        await work.commit()


async def check_again(store: Store, team_id: str, channel: str, at: datetime, now: datetime) -> None:
    """Slack could not be asked about an HR channel: ask at `at`, unless it will be asked sooner."""
    async with store.write(now) as work:
        for programme in await programmes_in(work.session, team_id, channel, lock=True):
            planned = programme.hr_check_at
            if planned is None or not now < planned <= at:
                programme.hr_check_at = at
        await work.commit()


async def _is_known(work: UnitOfWork, programmes: Sequence[Programme], channel_state: ChannelState) -> bool:
    """Whether everything is stored as it is: then nothing is written."""
    for programme in programmes:
        if (
            programme.hr_trouble != channel_state.trouble
            or (channel_state.trouble is not None)
            or programme.hr_check_at is not None
        ):
            return False
        if channel_state.hr != await _known_hr(work.session, programme.id):
            return False
        if programme.state != ProgrammeState.CLOSED and await _owner_is_gone(work.session, programme):
            return False
    return True


async def hold_back(work: UnitOfWork, operator: str, became: str, row: Outbox) -> bool:
    """`row` could not be sent. If that is because HR's channel cannot be used, it waits until it can be; whether so."""
    if row.programme_id is None or row.person_id is not None or row.pair_id is not None:
        return False
    programme = await work.session.get(Programme, row.programme_id)
    if programme is None or row.channel != programme.hr_channel:
        return False
    if became == "expired":
        return programme.hr_trouble is not None  # HR cannot be notified there, and the newer one waits
    trouble = REFUSED.get(row.error or "")
    if became != "dead" or trouble is None:
        return False
    waits = {"state": OutboxState.PENDING, "due_at": work.now, "error": row.error}
    await work.session.exec(update(Outbox).where(col(Outbox.id) == row.id).values(**waits))
    programmes = await programmes_in(work.session, programme.team_id, programme.hr_channel, lock=True)
    await become(work, operator, programmes, trouble)
    return True


async def become(
    work: UnitOfWork, operator: str, programmes: Sequence[Programme], trouble: HrTrouble | None, *, tell: bool = True
) -> None:
    """The channel of `programmes` cannot be used any more, can be again, or for another reason than before.

    While it cannot, its bucket is stopped: what is for the channel waits, and is sent once it can be used, or where
    the programme was moved to.
    """
    leading = leading_of(programmes)
    was, since = leading.hr_trouble, leading.hr_trouble_at
    for programme in programmes:
        programme.hr_trouble = trouble
        programme.hr_trouble_at = work.now if trouble and trouble != was else since if trouble else None
        programme.hr_check_at = work.now + CHECK_AGAIN if trouble else None
        if was and not trouble and programme.state == ProgrammeState.RECRUITING:
            programme.count_at = work.now  # HR's first message was not kept up to date
    if was == trouble:
        return
    name = lane_of(None, None, leading.hr_channel)
    bucket = (await lock_buckets(work.session, [(leading.team_id, name)], work.now))[leading.team_id, name]
    bucket.stopped, bucket.reason = trouble is not None, f"hr_channel_{trouble}" if trouble else None
    message: HrChannelTroubleMessage | HrChannelFineMessage
    if trouble is None:
        work.deliver_at_once()
        message = HrChannelFineMessage(leading.hr_channel, since or work.now, slot=work.now.isoformat())
    else:
        message = HrChannelTroubleMessage(leading.hr_channel, trouble, slot=work.now.isoformat())
    if trouble is not None:
        await _tell_operator_of_waiting(work, operator, leading)
    if tell:
        await _tell(work, operator, leading, message)


async def _tell_operator_of_waiting(work: UnitOfWork, operator: str, programme: Programme) -> None:
    """What HR was about to read of undelivered messages, the operator reads meanwhile."""
    waiting = select(Outbox).where(
        Outbox.programme_id == programme.id,
        Outbox.kind == TroubleMessage.kind.name,
        Outbox.channel == programme.hr_channel,
        Outbox.state == OutboxState.PENDING,
    )
    for row in (await work.session.exec(waiting.order_by(col(Outbox.id)))).all():
        await report_message(work, operator, "dead", row)


async def _tell(
    work: UnitOfWork, operator: str, programme: Programme, message: HrChannelTroubleMessage | HrChannelFineMessage
) -> None:
    for person_id in await owner_and_operator(work, operator, programme):
        await work.send(outgoing(message, programme.team_id, programme.id, person_id=person_id))


async def owner_and_operator(work: UnitOfWork, operator: str, programme: Programme) -> list[int]:
    """The ids of who answers for the programme and of the operator, if there is one; one person is there once."""
    readers = {programme.created_by: None}
    if operator:
        readers[(await operator_of(work, programme.team_id, operator)).id] = None
    return list(readers)


async def operator_of(work: UnitOfWork, team_id: str, operator: str) -> Person:
    """The operator, stored at the first message to them."""
    person = await person_by_slack(work.session, team_id, operator)
    if person is None:
        person = Person(team_id=team_id, slack_id=operator, name=operator, created_at=work.now)
        work.session.add(person)
        await work.session.flush()
    return person


def leading_of(programmes: Sequence[Programme]) -> Programme:
    """Of the programmes of one channel, the one that messages about the channel are about."""
    return max(programmes, key=lambda one: (one.state != ProgrammeState.CLOSED, one.id))


async def programmes_in(session: AsyncSession, team_id: str, channel: str, *, lock: bool = False) -> list[Programme]:
    """All programmes of an HR channel, in order."""
    statement = select(Programme).where(Programme.team_id == team_id, Programme.hr_channel == channel)
    statement = statement.order_by(col(Programme.id))
    return list((await session.exec(statement.with_for_update() if lock else statement)).all())


# Who was HR


async def _known_hr(session: AsyncSession, programme_id: int) -> frozenset[int]:
    statement = select(HrMember.person_id).where(HrMember.programme_id == programme_id)
    return frozenset((await session.exec(statement)).all())


async def _remember_hr(work: UnitOfWork, programme: Programme, hr: frozenset[int]) -> None:
    known = await _known_hr(work.session, programme.id)
    theirs = (col(HrMember.programme_id) == programme.id, col(HrMember.person_id).in_(known - hr))
    await work.session.exec(delete(HrMember).where(*theirs))
    await cancel_of_former_hr(work, programme, known - hr)
    for person_id in sorted(hr - known):
        work.session.add(
            HrMember(team_id=programme.team_id, programme_id=programme.id, person_id=person_id, seen_at=work.now)
        )


# Who answers for the programme


async def _owner_is_gone(session: AsyncSession, programme: Programme) -> bool:
    owner = await session.get(Person, programme.created_by)
    return owner is None or why_unfit(owner, guests=False) is not None


async def _ask_for_owner(work: UnitOfWork, operator: str, programme: Programme) -> None:
    """The owner of the programme has left: HR is asked who takes it over, and the operator is told; once."""
    if not await _owner_is_gone(work.session, programme):
        return
    message = OwnerWantedMessage(programme.created_by)
    await work.send(outgoing(message, programme.team_id, programme.id, channel=programme.hr_channel))
    if operator:
        person = await operator_of(work, programme.team_id, operator)
        gone = OwnerGoneMessage(programme.created_by)
        await work.send(outgoing(gone, programme.team_id, programme.id, person_id=person.id))

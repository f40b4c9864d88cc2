"""The channel of the announcement: what could not be posted there, and the choice of another one."""

from sqlalchemy import update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.calendar import local
from bot.domain.messages.programme import AnnouncementMessage
from bot.domain.messages.recruiting import ChannelRefusedMessage
from bot.services.access import audit, open_programme
from bot.services.caller import HrCaller
from bot.slack.errors import ErrorClass, class_of
from storage.outbox import outgoing
from storage.rate_limits import lane_of
from storage.tables import Outbox, OutboxState, Programme, ProgrammeState
from storage.unit_of_work import Store, UnitOfWork

SHARED = "announcement_shared"
"""Balik's own code: the channel is shared with another company."""


def is_refused_there(programme: Programme, row: Outbox) -> bool:
    """Whether `row` was for the announcement's channel, and that channel is the cause that it was refused."""
    return (
        row.person_id is None
        and row.pair_id is None
        and row.channel == programme.announce_channel != programme.hr_channel
        and (row.error == SHARED or class_of("chat.postMessage", row.error or "") is ErrorClass.CHANNEL)
    )


async def tell_of_refusal(work: UnitOfWork, programme: Programme, row: Outbox) -> None:
    """HR reads once what could not be posted and why, until it tries again."""
    told = ChannelRefusedMessage(
        programme.announce_channel,
        row.error or "",
        attempt=row.attempt,
        day=local(work.now, programme.zone).date().isoformat(),
    )
    await work.send(outgoing(told, programme.team_id, programme.id, channel=programme.hr_channel))


async def refused_in(session: AsyncSession, programme: Programme, channel: str) -> list[Outbox]:
    """What could not be posted in a channel because of the channel, oldest first."""
    dead = select(Outbox).where(
        Outbox.programme_id == programme.id,
        Outbox.channel == channel,
        Outbox.state == OutboxState.DEAD,
        col(Outbox.person_id).is_(None),
        col(Outbox.pair_id).is_(None),
    )
    return [
        row
        for row in (await session.exec(dead.order_by(col(Outbox.id)))).all()
        if row.error == SHARED or class_of("chat.postMessage", row.error or "") is ErrorClass.CHANNEL
    ]


async def announcement_state(session: AsyncSession, programme: Programme) -> OutboxState | None:
    """What has become of the announcement in the programme's present channel."""
    key = AnnouncementMessage(programme.announce_channel).key(programme.id)
    statement = select(Outbox).where(Outbox.team_id == programme.team_id, Outbox.key == key)
    row = (await session.exec(statement)).first()
    return row.state if row else None


async def try_again(store: Store, hr: HrCaller) -> Programme:
    """Post once more what could not be posted in the announcement's channel. Raises `Rejected`: programme_ended."""
    async with store.write(hr.now, receipt=hr.signed) as work:
        programme = await open_programme(work.session, hr, lock=True)
        await _again(work, programme, programme.announce_channel)
        work.deliver_at_once()
        await work.commit()
    return programme


async def choose_channel(store: Store, hr: HrCaller, channel: str) -> Programme:
    """Announce the programme in another channel, with what could not be posted in the one before.

    Raises `Rejected`: programme_ended.
    """
    async with store.write(hr.now, receipt=hr.signed) as work:
        programme = await open_programme(work.session, hr, lock=True)
        before, programme.announce_channel = programme.announce_channel, channel
        if programme.state == ProgrammeState.RECRUITING:
            announced = AnnouncementMessage(channel)
            await work.send(outgoing(announced, programme.team_id, programme.id, channel=channel))
            programme.count_at = programme.count_at or hr.now  # HR's first message names the channel
        if before != channel:
            await _again(work, programme, before)
            await audit(work, hr, "announcement_moved", {"before": before, "after": channel})
        work.deliver_at_once()
        await work.commit()
    return programme


async def _again(work: UnitOfWork, programme: Programme, before: str) -> None:
    """What waits for the channel `before`, or was refused there, goes to the programme's channel."""
    channel = programme.announce_channel
    announcement = AnnouncementMessage(before).key(programme.id)
    refused = [row.id for row in await refused_in(work.session, programme, before)]
    there = {"channel": channel, "lane": lane_of(None, None, channel), "error": None, "refusals": 0}
    if before != channel:
        # The announcement has a row for each channel.
        over = {"state": OutboxState.DROPPED, "error": "another_channel"}
        old = (col(Outbox.team_id) == programme.team_id, col(Outbox.key) == announcement)
        await work.session.exec(update(Outbox).where(*old, col(Outbox.state) != OutboxState.SENT).values(**over))
        waits = (col(Outbox.programme_id) == programme.id, col(Outbox.channel) == before)
        await work.session.exec(update(Outbox).where(*waits, col(Outbox.state) == OutboxState.PENDING).values(**there))
    ours = (col(Outbox.id).in_(refused), col(Outbox.state) == OutboxState.DEAD)
    again = {**there, "state": OutboxState.PENDING, "due_at": work.now}
    await work.session.exec(update(Outbox).where(*ours).values(**again))

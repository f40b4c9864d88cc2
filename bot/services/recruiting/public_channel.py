"""The channel of the announcement: what is wrong with it, what was refused there, and the choice of another one.

`bot.slack.announcement_channels` asks Slack whether it can be used; this stores the answer.
"""

from datetime import datetime

from sqlalchemy import ColumnElement, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.calendar import local
from bot.domain.messages.programme import AnnouncementMessage
from bot.domain.messages.recruiting import AnnouncementChannelMessage, ChannelRefusedMessage
from bot.domain.programme import AnnouncementTrouble
from bot.services.access import audit, open_programme
from bot.services.caller import HrCaller
from bot.slack.errors import ErrorClass, class_of
from storage.outbox import outgoing
from storage.rate_limits import lane_of
from storage.tables import Outbox, OutboxState, Programme, ProgrammeState
from storage.unit_of_work import Store, UnitOfWork

SHARED = AnnouncementTrouble.SHARED
SAME = {
    "restricted_action_read_only_channel": AnnouncementTrouble.RESTRICTED,
    "restricted_action_thread_only_channel": AnnouncementTrouble.RESTRICTED,
    "restricted_action_non_threadable_channel": AnnouncementTrouble.RESTRICTED,
    "posting_to_channel_denied": AnnouncementTrouble.RESTRICTED,
    "posting_to_general_channel_denied": AnnouncementTrouble.RESTRICTED,
    "cant_post_message": AnnouncementTrouble.RESTRICTED,
    "channel_is_archived": AnnouncementTrouble.ARCHIVED,
    "is_inactive": AnnouncementTrouble.ARCHIVED,
    "invalid_channel": AnnouncementTrouble.GONE,
}
"""Slack's codes that mean the same as another one."""


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
    code = SAME.get(row.error or "", row.error or "")
    programme.announce_trouble = code if code in list(AnnouncementTrouble) else programme.announce_trouble
    message = ChannelRefusedMessage(
        programme.announce_channel,
        row.error or "",
        attempt=row.attempt,
        day=local(work.now, programme.zone).date().isoformat(),
    )
    await work.send(outgoing(message, programme.team_id, programme.id, channel=programme.hr_channel))


async def announcement_channels(store: Store, now: datetime, team_id: str | None = None) -> list[tuple[str, str]]:
    """(workspace, channel) of the announcement of each open programme."""
    statement = select(Programme.team_id, Programme.announce_channel).where(*_watched()).distinct()
    if team_id is not None:
        statement = statement.where(Programme.team_id == team_id)
    async with store.read(now) as work:
        found = await work.session.exec(statement.order_by(col(Programme.team_id), col(Programme.announce_channel)))
        return [(team, channel) for team, channel in found]


def _watched() -> tuple[ColumnElement[bool], ...]:
    """HR's own channel is watched as such."""
    return (
        col(Programme.state) != ProgrammeState.CLOSED,
        col(Programme.announce_channel) != col(Programme.hr_channel),
    )


async def record_trouble(
    store: Store, team_id: str, channel: str, trouble: AnnouncementTrouble | None, now: datetime
) -> None:
    """Store what Slack says about an announcement's channel. HR of each programme is notified of a change, once."""
    here = select(Programme).where(Programme.team_id == team_id, Programme.announce_channel == channel, *_watched())
    changed = here.where(col(Programme.announce_trouble).is_distinct_from(trouble)).order_by(col(Programme.id))
    async with store.read(now) as work:
        if (await work.session.exec(changed)).first() is None:
            return
    async with store.write(now) as work:
        for programme in (await work.session.exec(changed.with_for_update())).all():
            programme.announce_trouble = trouble
            if trouble is not None:
                message = AnnouncementChannelMessage(channel, trouble, slot=now.isoformat())
                await work.send(outgoing(message, team_id, programme.id, channel=programme.hr_channel))
        await work.commit()


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
            programme.announce_trouble = None
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

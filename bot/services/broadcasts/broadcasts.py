"""HR writes to many: a draft that is previewed, sent at once or at a time, changed, and cancelled."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import delete, func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.broadcasts import Audience, CancelledWhy
from bot.domain.calendar import local
from bot.domain.messages.broadcasts import BroadcastMessage
from bot.domain.messages.registry import FROM_HR
from bot.services.access import audit, open_programme
from bot.services.broadcasts.recipients import Recipients, recipients_of
from bot.services.broadcasts.sending import cancel, send_to
from bot.services.caller import HrCaller, Rejected
from storage.outbox import UNDER_WAY
from storage.queries import in_parts, person_by_slack
from storage.tables import (
    Broadcast,
    BroadcastState,
    HrMember,
    Outbox,
    OutboxState,
    Participant,
    Person,
    Programme,
)
from storage.unit_of_work import Store, UnitOfWork

DRAFTS_KEPT = timedelta(days=1)
"""How long a preview can be confirmed; an older draft of the same author is deleted when the next one is written."""


@dataclass(frozen=True)
class Written:
    """What HR entered. `moment` is when to send; None: now."""

    audience: Audience
    texts: Mapping[str, str]
    search: Mapping[str, str] = field(default_factory=dict)
    chosen: tuple[int, ...] = ()
    moment: datetime | None = None


@dataclass(frozen=True)
class Preview:
    """A draft as it would be sent now. `already`: how many of its readers get another message of HR that day."""

    programme: Programme
    broadcast: Broadcast
    author: Person
    recipients: Recipients
    already: int


@dataclass(frozen=True)
class BroadcastRow:
    """One message in HR's list: how many it was delivered to, of `broadcast.people`."""

    broadcast: Broadcast
    author: Person
    delivered: int = 0


@dataclass(frozen=True)
class BroadcastPage:
    programme: Programme
    rows: tuple[BroadcastRow, ...]
    page: int
    count: int


async def save_draft(store: Store, hr: HrCaller, written: Written, draft_id: int = 0) -> Preview:
    """Store what HR entered, to be confirmed. Nothing is sent. Raises `Rejected`: programme_ended, unknown_person."""
    async with store.write(hr.now, receipt=hr.signed) as work:
        programme = await open_programme(work.session, hr)
        author = await person_by_slack(work.session, hr.team_id, hr.slack_id)
        if author is None:
            raise Rejected("unknown_person")
        await _delete_old_drafts(work, hr, author)
        draft = await work.session.get(Broadcast, draft_id) if draft_id else None
        if draft is None or draft.state != BroadcastState.DRAFT or draft.author_id != author.id:
            draft = Broadcast(
                team_id=hr.team_id, programme_id=programme.id, author_id=author.id, audience="", created_at=hr.now
            )
            work.session.add(draft)
        _take_over(draft, written)
        draft.created_at = hr.now
        await work.session.flush()
        preview = await _preview(work.session, programme, draft, author, hr.now)
        await work.commit()
    return preview


async def read_draft(store: Store, hr: HrCaller, draft_id: int) -> Broadcast:
    """The caller's own draft. Raises `Rejected`: outdated."""
    async with store.read(hr.now) as work:
        return await _own_draft(work, hr, draft_id)


async def read_preview(store: Store, hr: HrCaller, draft_id: int) -> Preview:
    """The caller's own draft as it would be sent now. Raises `Rejected`: programme_ended, outdated."""
    async with store.read(hr.now) as work:
        programme = await open_programme(work.session, hr)
        draft = await _own_draft(work, hr, draft_id)
        author = await work.session.get_one(Person, draft.author_id)
        return await _preview(work.session, programme, draft, author, hr.now)


async def send_draft(
    store: Store, hr: HrCaller, draft_id: int, version: int, replaces: tuple[int, int] | None = None
) -> Preview:
    """Send a draft, or schedule it. `replaces`: the id and version of the scheduled message that it changes.

    Raises `Rejected`: programme_ended, outdated, broadcast_nobody, broadcast_past, broadcast_sent (the message that
    it changes was sent), broadcast_changed (another member of HR changed it).
    """
    async with store.write(hr.now, receipt=hr.signed) as work:
        programme = await open_programme(work.session, hr, lock=True)
        draft = await _own_draft(work, hr, draft_id)
        if draft.version != version:
            raise Rejected("outdated")
        if draft.planned_at and draft.planned_at <= hr.now:
            raise Rejected("broadcast_past")
        author = await work.session.get_one(Person, draft.author_id)
        preview = await _preview(work.session, programme, draft, author, hr.now)
        if not preview.recipients.rows:
            raise Rejected("broadcast_nobody")
        broadcast = await _replaced(work, hr, replaces, draft) if replaces else draft
        broadcast.author_id = author.id
        people = len(preview.recipients.rows)
        if broadcast.planned_at is None:
            await send_to(work, programme, broadcast, preview.recipients)
            what = "broadcast_sent"
        else:
            broadcast.state, broadcast.send_at = BroadcastState.SCHEDULED, broadcast.planned_at
            what = "broadcast_changed" if replaces else "broadcast_scheduled"
            await _remember_author(work, programme, author)
        await audit(work, hr, what, {"broadcast": broadcast.id, "people": people})
        await work.commit()
    return Preview(programme, broadcast, author, preview.recipients, preview.already)


async def cancel_scheduled(store: Store, hr: HrCaller, broadcast_id: int) -> Broadcast:
    """Cancel a message before it is sent. Raises `Rejected`: outdated, broadcast_sent."""
    async with store.write(hr.now, receipt=hr.signed) as work:
        broadcast = await _of_programme(work, hr, broadcast_id, lock=True)
        if broadcast.state != BroadcastState.SCHEDULED:
            raise Rejected("broadcast_sent" if broadcast.state == BroadcastState.SENT else "outdated")
        cancel(broadcast, CancelledWhy.HR, hr.now)
        await audit(work, hr, "broadcast_cancelled", {"broadcast": broadcast.id})
        await work.commit()
    return broadcast


async def list_broadcasts(store: Store, hr: HrCaller, page: int, a_page: int) -> BroadcastPage:
    """The messages of the caller's programme: scheduled ones first, then the newest."""
    mine = (Broadcast.programme_id == hr.programme_id, Broadcast.state != BroadcastState.DRAFT)
    async with store.read(hr.now) as work:
        programme = await work.session.get_one(Programme, hr.programme_id)
        count = (await work.session.exec(select(func.count()).select_from(Broadcast).where(*mine))).one()
        page = min(page, max(0, (count - 1) // a_page))
        scheduled_last = col(Broadcast.state) != BroadcastState.SCHEDULED
        newest = select(Broadcast).where(*mine).order_by(scheduled_last, col(Broadcast.id).desc())
        broadcasts = (await work.session.exec(newest.offset(page * a_page).limit(a_page))).all()
        rows = tuple([await _row(work.session, one) for one in broadcasts])
    return BroadcastPage(programme, rows, page, count)


async def read_broadcast(store: Store, hr: HrCaller, broadcast_id: int) -> tuple[Programme, BroadcastRow]:
    """One message of the caller's programme. Raises `Rejected`: outdated."""
    async with store.read(hr.now) as work:
        broadcast = await _of_programme(work, hr, broadcast_id)
        return await work.session.get_one(Programme, hr.programme_id), await _row(work.session, broadcast)


async def participants_named(
    store: Store, hr: HrCaller, slack_ids: Sequence[str]
) -> tuple[tuple[int, ...], tuple[str, ...]]:
    """The ids of the sign-ups of people who were picked, and the Slack ids of those who have none."""
    statement = (
        select(Person.slack_id, Participant.id)
        .join(Participant, col(Participant.person_id) == col(Person.id))
        .where(
            Participant.programme_id == hr.programme_id,
            Person.team_id == hr.team_id,
            col(Person.slack_id).in_(slack_ids),
            col(Participant.forgotten_at).is_(None),
        )
    )
    async with store.read(hr.now) as work:
        known = dict((await work.session.exec(statement)).all())
    return tuple(known[one] for one in slack_ids if one in known), tuple(one for one in slack_ids if one not in known)


async def people_of(store: Store, hr: HrCaller, participant_ids: Sequence[int]) -> tuple[Person, ...]:
    """The people of these sign-ups to the caller's programme, for a picker."""
    statement = (
        select(Person)
        .join(Participant, col(Participant.person_id) == col(Person.id))
        .where(
            Participant.programme_id == hr.programme_id,
            col(Participant.id).in_(participant_ids),
            col(Person.erased_at).is_(None),
        )
    )
    async with store.read(hr.now) as work:
        return tuple((await work.session.exec(statement)).all())


async def count_found(store: Store, hr: HrCaller, search: Mapping[str, str]) -> int:
    """How many people a search would write to."""
    asked = Broadcast(
        team_id=hr.team_id,
        programme_id=hr.programme_id,
        author_id=0,
        audience=Audience.SEARCH,
        search=dict(search),
        created_at=hr.now,
    )
    async with store.read(hr.now) as work:
        programme = await work.session.get_one(Programme, hr.programme_id)
        return len((await recipients_of(work.session, programme, asked, hr.now)).rows)


def _take_over(broadcast: Broadcast, written: Written) -> None:
    broadcast.audience = written.audience
    broadcast.search, broadcast.chosen = dict(written.search), list(written.chosen)
    broadcast.texts = {language: text for language, text in written.texts.items() if text}
    broadcast.planned_at = written.moment
    broadcast.version += 1


async def _replaced(work: UnitOfWork, hr: HrCaller, replaces: tuple[int, int], draft: Broadcast) -> Broadcast:
    """The scheduled message with the contents of the draft, which is deleted."""
    broadcast_id, version = replaces
    broadcast = await _of_programme(work, hr, broadcast_id, lock=True)
    if broadcast.state != BroadcastState.SCHEDULED:
        raise Rejected("broadcast_sent" if broadcast.state == BroadcastState.SENT else "outdated")
    if broadcast.version != version:
        raise Rejected("broadcast_changed")
    _take_over(
        broadcast,
        Written(Audience(draft.audience), draft.texts, draft.search, tuple(draft.chosen), draft.planned_at),
    )
    await work.session.delete(draft)
    return broadcast


async def _preview(
    session: AsyncSession, programme: Programme, draft: Broadcast, author: Person, now: datetime
) -> Preview:
    recipients = await recipients_of(session, programme, draft, now)
    day = local(draft.planned_at or now, programme.zone).date()
    already: set[int | None] = set()
    ids = [one.person.id for one in recipients.rows]
    for some in in_parts(ids):
        others = select(Outbox).where(
            col(Outbox.person_id).in_(some),
            col(Outbox.kind).in_(FROM_HR),
            col(Outbox.state).in_((OutboxState.SENT, *UNDER_WAY)),
        )
        for row in (await session.exec(others)).all():
            when = row.sent_at or max(row.due_at, now)
            if local(when, programme.zone).date() == day:
                already.add(row.person_id)
    return Preview(programme, draft, author, recipients, len(already))


async def _delete_old_drafts(work: UnitOfWork, hr: HrCaller, author: Person) -> None:
    old = delete(Broadcast).where(
        col(Broadcast.programme_id) == hr.programme_id,
        col(Broadcast.author_id) == author.id,
        col(Broadcast.state) == BroadcastState.DRAFT,
        col(Broadcast.created_at) < hr.now - DRAFTS_KEPT,
    )
    await work.session.exec(old)


async def _own_draft(work: UnitOfWork, hr: HrCaller, draft_id: int) -> Broadcast:
    draft = await _of_programme(work, hr, draft_id)
    author = await work.session.get_one(Person, draft.author_id)
    if draft.state != BroadcastState.DRAFT or author.slack_id != hr.slack_id:
        raise Rejected("outdated")
    return draft


async def _of_programme(work: UnitOfWork, hr: HrCaller, broadcast_id: int, *, lock: bool = False) -> Broadcast:
    broadcast = await work.session.get(Broadcast, broadcast_id, with_for_update=lock)
    if broadcast is None or (broadcast.team_id, broadcast.programme_id) != (hr.team_id, hr.programme_id):
        raise Rejected("outdated")
    return broadcast


async def _remember_author(work: UnitOfWork, programme: Programme, author: Person) -> None:
    """The author is HR now; once they are seen not to be any more, the message is cancelled."""
    known = select(HrMember.id).where(HrMember.programme_id == programme.id, HrMember.person_id == author.id)
    if (await work.session.exec(known)).first() is None:
        work.session.add(
            HrMember(team_id=programme.team_id, programme_id=programme.id, person_id=author.id, seen_at=work.now)
        )


async def _row(session: AsyncSession, broadcast: Broadcast) -> BroadcastRow:
    author = await session.get_one(Person, broadcast.author_id)
    # Keys are sorted and indexed; a semicolon follows the colon.
    prefix = BroadcastMessage(broadcast.id).key(broadcast.programme_id, 0)[:-1]
    mine = (Outbox.team_id == broadcast.team_id, col(Outbox.key) > prefix, col(Outbox.key) < f"{prefix[:-1]};")
    delivered = select(func.count()).select_from(Outbox).where(*mine, Outbox.state == OutboxState.SENT)
    return BroadcastRow(broadcast, author, (await session.exec(delivered)).one())

"""The sponsor's messages before pairs are released, and of thanks once the programme has ended.

HR writes them, the bot posts them where sign-up was announced.
"""

from dataclasses import dataclass, replace

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.messages.recruiting import SponsorPostMessage
from bot.services.access import audit, open_programme
from bot.services.caller import HrCaller, Rejected
from storage.outbox import outgoing
from storage.queries import person_by_slack
from storage.tables import AuditEntry, Outbox, OutboxState, Person, Programme, ProgrammeState, SponsorMessage
from storage.unit_of_work import Store


@dataclass(frozen=True)
class Words:
    """The form. `person` is a Slack id; `name` is a name and title, or with a person the title."""

    person: str
    name: str
    text: str


@dataclass(frozen=True)
class SponsorOverview:
    """The programme, the message posted last with the member of HR who posted it, if there is one, and the sponsor."""

    programme: Programme
    last: SponsorMessage | None = None
    sponsor: Person | None = None
    by: Person | None = None
    post: tuple[str, str] | None = None
    """Where that message is (channel, ts), so that it can be corrected; None: it is not posted (yet)."""


async def standing(store: Store, hr: HrCaller, *, thanks: bool = False) -> SponsorOverview:
    """The current state. Raises `Rejected`: programme_ended, or not_ended_yet for the thanks."""
    async with store.read(hr.now) as work:
        overview = await standing_of(work.session, await _programme(work.session, hr, thanks=thanks), thanks=thanks)
        return replace(overview, post=await _post_of(work.session, overview.last) if overview.last else None)


async def has_ended(store: Store, hr: HrCaller) -> bool:
    async with store.read(hr.now) as work:
        return (await work.session.get_one(Programme, hr.programme_id)).state == ProgrammeState.CLOSED


async def first_speaker(store: Store, hr: HrCaller) -> tuple[Person | None, str]:
    """Who spoke before the introductions, with the name or title that HR entered; (None, "") if nobody did."""
    async with store.read(hr.now) as work:
        overview = await standing_of(work.session, await work.session.get_one(Programme, hr.programme_id))
    sponsor = (
        overview.sponsor if overview.sponsor and overview.sponsor.active and not overview.sponsor.erased_at else None
    )
    gone = overview.last is not None and overview.last.sponsor_id is not None and sponsor is None
    return sponsor, "" if gone or overview.last is None else overview.last.name


async def _programme(session: AsyncSession, hr: HrCaller, *, thanks: bool, lock: bool = False) -> Programme:
    """The programme, if such a message can be posted now."""
    if not thanks:
        return await open_programme(session, hr, lock=lock)
    programme = await session.get_one(Programme, hr.programme_id, with_for_update=lock)
    if programme.state != ProgrammeState.CLOSED:
        raise Rejected("not_ended_yet")
    return programme


async def standing_of(session: AsyncSession, programme: Programme, *, thanks: bool = False) -> SponsorOverview:
    newest = select(SponsorMessage).where(
        SponsorMessage.programme_id == programme.id, col(SponsorMessage.thanks).is_(thanks)
    )
    last = (await session.exec(newest.order_by(col(SponsorMessage.id).desc()).limit(1))).first()
    if last is None:
        return SponsorOverview(programme)
    sponsor = await session.get(Person, last.sponsor_id) if last.sponsor_id else None
    what = "thanks_posted" if thanks else "sponsor_posted"
    posts = select(AuditEntry).where(AuditEntry.programme_id == programme.id, AuditEntry.what == what)
    entry = (await session.exec(posts.order_by(col(AuditEntry.id).desc()).limit(1))).first()
    by = await session.get(Person, entry.person_id) if entry else None
    return SponsorOverview(programme, last, sponsor, by)


async def _post_of(session: AsyncSession, said: SponsorMessage) -> tuple[str, str] | None:
    if not said.text:  # erased
        return None
    key = SponsorPostMessage(said.id).key(said.programme_id)
    statement = select(Outbox.channel, Outbox.ts).where(
        Outbox.team_id == said.team_id, Outbox.key == key, Outbox.state == OutboxState.SENT
    )
    row = (await session.exec(statement)).first()
    return (row[0], row[1]) if row and row[0] and row[1] else None


async def correct(
    store: Store, hr: HrCaller, words: Words, message_id: int, *, thanks: bool = False
) -> SponsorOverview:
    """Replace the words of the message that was posted last, whose id HR saw.

    Raises `Rejected`: as `standing`, sponsor_posted (there is another one by now), sponsor_not_posted,
    unknown_person.
    """
    async with store.write(hr.now, receipt=hr.signed) as work:
        programme = await _programme(work.session, hr, thanks=thanks, lock=True)
        last = (await standing_of(work.session, programme, thanks=thanks)).last
        if last is None or last.id != message_id:
            raise Rejected("sponsor_posted")
        where = await _post_of(work.session, last)
        if where is None:
            raise Rejected("sponsor_not_posted")
        sponsor = await _known(work.session, hr, words)
        last.sponsor_id, last.name, last.text = sponsor.id if sponsor else None, words.name, words.text
        await audit(work, hr, "thanks_corrected" if thanks else "sponsor_corrected", {"message": last.id})
        await work.commit()
    return SponsorOverview(programme, last, sponsor, post=where)


async def _known(session: AsyncSession, hr: HrCaller, words: Words) -> Person | None:
    sponsor = await person_by_slack(session, hr.team_id, words.person) if words.person else None
    if words.person and sponsor is None:
        raise Rejected("unknown_person")
    return sponsor


async def post(store: Store, hr: HrCaller, words: Words, after: int, *, thanks: bool = False) -> Programme:
    """Post `words`; `after` is the id of the last such message that HR saw, 0 for none.

    So it is posted again only by a person who knows that it was posted before. Raises `Rejected`: as `standing`,
    sponsor_posted (another member of HR was quicker), unknown_person.
    """
    async with store.write(hr.now, receipt=hr.signed) as work:
        programme = await _programme(work.session, hr, thanks=thanks, lock=True)
        before = await standing_of(work.session, programme, thanks=thanks)
        if (before.last.id if before.last else 0) != after:
            raise Rejected("sponsor_posted")
        sponsor = await _known(work.session, hr, words)
        message = SponsorMessage(
            team_id=hr.team_id,
            programme_id=hr.programme_id,
            sponsor_id=sponsor.id if sponsor else None,
            name=words.name,
            text=words.text,
            at=hr.now,
            thanks=thanks,
        )
        work.session.add(message)
        await work.session.flush()
        await audit(work, hr, "thanks_posted" if thanks else "sponsor_posted", {"message": message.id})
        await work.send(
            outgoing(SponsorPostMessage(message.id), hr.team_id, programme.id, channel=programme.announce_channel)
        )
        await work.commit()
    return programme

"""HR's notes about a programme, for the next one."""

from sqlalchemy import delete
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.playbook import LONGEST, Notes
from bot.services.access import audit
from bot.services.caller import HrCaller, Rejected
from storage.tables import PlaybookNotes, Programme
from storage.unit_of_work import Store


async def read_notes(store: Store, hr: HrCaller) -> tuple[Programme, Notes]:
    """Raises `Rejected`: no_programme."""
    async with store.read(hr.now) as work:
        programme = await _programme(work.session, hr)
        return programme, await notes_of(work.session, programme.id)


async def save_notes(store: Store, hr: HrCaller, notes: Notes) -> None:
    """Store HR's notes in place of earlier ones. Raises `Rejected`: no_programme, unknown_person."""
    async with store.write(hr.now, receipt=hr.signed) as work:
        programme = await _programme(work.session, hr)
        await audit(work, hr, "playbook_notes", {})
        row = await _row(work.session, programme.id)
        if row is None:
            row = PlaybookNotes(team_id=programme.team_id, programme_id=programme.id, changed_at=work.now)
            work.session.add(row)
        for name, text in vars(notes).items():
            setattr(row, name, text.strip()[:LONGEST])
        row.changed_at = work.now
        await work.commit()


async def erase_notes(session: AsyncSession, programme_id: int) -> None:
    """Erase HR's notes: they may name people."""
    theirs = delete(PlaybookNotes).where(col(PlaybookNotes.programme_id) == programme_id)
    await session.exec(theirs.execution_options(synchronize_session=False))


async def _programme(session: AsyncSession, hr: HrCaller) -> Programme:
    programme = await session.get(Programme, hr.programme_id)
    if programme is None:
        raise Rejected("no_programme")
    return programme


async def _row(session: AsyncSession, programme_id: int) -> PlaybookNotes | None:
    return (await session.exec(select(PlaybookNotes).where(PlaybookNotes.programme_id == programme_id))).first()


async def notes_of(session: AsyncSession, programme_id: int) -> Notes:
    row = await _row(session, programme_id)
    return Notes(row.worked, row.changes, row.advice) if row else Notes()

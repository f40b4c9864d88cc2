"""HR deletes a programme that was set up by mistake: it has no invitations, sign-ups or pairs."""

from typing import Any

from sqlalchemy import Table, delete, or_, select, update
from sqlmodel import SQLModel, col
from sqlmodel import select as select_one
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.messages.course import ProgrammeDeletedMessage
from bot.services.access import open_programme
from bot.services.caller import HrCaller, Rejected
from bot.services.privacy.erasure import erase_roster
from storage.outbox import outgoing
from storage.tables import Invitation, Pair, Participant, Programme, ProgrammeState
from storage.unit_of_work import Store


async def can_delete(session: AsyncSession, programme: Programme) -> bool:
    """Whether it has no invitation, sign-up or pair. Then it has no concern either: those who signed up raise them."""
    if programme.state != ProgrammeState.RECRUITING:
        return False
    for table in (Participant, Pair, Invitation):
        mine = select_one(table.id).where(table.programme_id == programme.id)
        if (await session.exec(mine.limit(1))).first() is not None:
            return False
    return True


async def delete_programme(store: Store, hr: HrCaller) -> Programme:
    """Delete it with everything that belongs to it, the log and the roster too. HR's channel gets a message.

    Raises `Rejected`: programme_ended, delete_not_empty.
    """
    async with store.write(hr.now, receipt=hr.signed) as work:
        session = work.session
        programme = await open_programme(session, hr, lock=True)
        if not await can_delete(session, programme):
            raise Rejected("delete_not_empty")
        await erase_roster(session, programme.id)
        await session.exec(update(Programme).where(col(Programme.follows_id) == programme.id).values(follows_id=None))
        session.expunge(programme)
        for table in reversed(SQLModel.metadata.sorted_tables):
            if (mine := _of_programme(table, programme.id)) is not None:
                await session.exec(delete(table).where(mine))
        message = ProgrammeDeletedMessage(programme.name, programme.language, at=hr.receipt)
        await work.send(outgoing(message, programme.team_id, channel=programme.hr_channel))
        await work.commit()
    return programme


def _of_programme(table: Table, programme_id: int) -> Any:
    """The condition for a table's rows that belong to a programme, directly or through another table; None if none
    can."""
    if table.name == Programme.__tablename__:
        return table.c.id == programme_id
    found = []
    for key in table.foreign_keys:
        parent = key.column.table
        if parent.name == table.name or (theirs := _of_programme(parent, programme_id)) is None:
            continue
        found.append(key.parent.in_(select(key.column).where(theirs)))
    return or_(*found) if found else None

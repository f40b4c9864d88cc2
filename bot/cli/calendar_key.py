"""`python -m bot calendar-key`: make and renew the key that encrypts people's calendar links."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.calendars.link_keys import LinkKeys
from bot.cli.encryption_key import EncryptionKey
from bot.config import calendar_keys
from bot.domain.busy_hours import LinkRefused
from storage.tables import BusyCalendar


async def reencrypt_links(engine: AsyncEngine, keys: Sequence[str]) -> tuple[int, int]:
    """How many links were encrypted again, and how many cannot be opened."""
    known = LinkKeys(keys)
    done = lost = 0
    async with AsyncSession(engine) as session:
        statement = select(BusyCalendar).order_by(col(BusyCalendar.id)).with_for_update()
        for calendar in (await session.exec(statement)).all():
            try:
                calendar.link = known.rotate(calendar.link)
                done += 1
            except LinkRefused:
                lost += 1
        await session.commit()
    return done, lost


def _counted(done: int, lost: int) -> str:
    said = f"{done} calendar link{'' if done == 1 else 's'} encrypted with the new key."
    return f"{said} {lost} could not be opened: their owners are asked for them again." if lost else said


KEY = EncryptionKey("calendar-key", "BALIK_CALENDAR_KEY", calendar_keys, reencrypt_links, _counted)

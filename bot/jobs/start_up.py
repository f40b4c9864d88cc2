"""Start-up check: an older copy of the database must not send messages again."""

import logging

from bot.clock import Clock
from bot.jobs.registry import catch_up
from storage.freshness import Mirror, is_current, last_activity, look_first, mark_current, mark_of
from storage.unit_of_work import Store

log = logging.getLogger(__name__)


async def prove_current(store: Store, clock: Clock) -> int | None:
    """Check whether the database is the one that sent last. None if it is, or never sent anything.

    If that is not proven, all due messages are planned, and looked up in Slack before they are sent, from the last
    moment that the database knows of; their number. Messages that cannot be looked up are held.
    """
    mirror = Mirror.beside(store.engine)
    async with store.write(clock) as work:
        if await is_current(work.session, mirror):
            if await mark_of(work.session) is None:
                noted = await mark_current(work.session, mirror)
                await work.commit()
                mirror.write(noted)
            return None
        since = await last_activity(work.session, work.now)
        now = work.now
    log.warning("The database may be an older copy: messages that are due are looked up in Slack before they are sent.")
    # Messages that became due after the copy was made may have been planned and sent by the replaced database.
    await catch_up(store, now)
    async with store.write(clock) as work:
        count = await look_first(work.session, work.now, since)
        noted = await mark_current(work.session, mirror)
        await work.commit()
    mirror.write(noted)
    log.warning("%d messages will be looked up in Slack before they are sent.", count)
    return count

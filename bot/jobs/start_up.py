"""Before anything is sent: an older copy of the database must not send again what the newer one sent."""

import logging

from bot.clock import Clock
from bot.jobs.registry import catch_up
from storage.freshness import Mirror, is_current, last_activity, look_first, mark_current, mark_of
from storage.unit_of_work import Store

log = logging.getLogger(__name__)


async def prove_current(store: Store, clock: Clock) -> int | None:
    """Look whether the database is the one that sent last. None if it is, or never sent anything.

    If that is not proven, everything that is due is planned, and looked for in Slack before it is sent, from the last
    moment that the database knows of; how many messages. What cannot be looked up is held.
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
    # What fell due after the copy was made may have been planned, and sent, by the database whose place it takes.
    await catch_up(store, now)
    async with store.write(clock) as work:
        count = await look_first(work.session, work.now, since)
        noted = await mark_current(work.session, mirror)
        await work.commit()
    mirror.write(noted)
    log.warning("%d messages will be looked up in Slack before they are sent.", count)
    return count

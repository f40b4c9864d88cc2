"""Spreads the backlogs of workspaces beside the claims of one worker."""

from bot.clock import Clock
from storage.backlog_spread import Overload, spread
from storage.rate_limits import BULK, POSTS, Limits
from storage.unit_of_work import Store
from storage.workspace_shares import Shares


async def spread_backlog(store: Store, clock: Clock, shares: Shares, limits: Limits, overload: Overload) -> None:
    """Put off what a workspace has due until nothing else of it is. `shares` tells that it is under way."""
    interval, key = limits.of(BULK if overload.bulk else POSTS).interval, (overload.team_id, overload.bulk)
    until, began = shares.spread_until.get(key), None
    try:
        while True:
            async with store.write(clock) as work:
                # What is put off may fall due meanwhile, so that only what was due at the beginning is looked for.
                began = began or work.now
                last = await spread(work.session, overload, began, work.now, interval, until)
                await work.commit()
            if last is None:
                return
            until = shares.spread_until[key] = last
    finally:
        shares.spreading.discard(key)

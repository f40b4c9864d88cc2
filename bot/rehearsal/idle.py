"""When the local Slack and a bot in the same process have done everything about what a person did."""

import asyncio

from bot.balik import Balik
from bot.sandbox import Slack

TURNS = 10
"""Of the event loop, in which nothing may have begun: more than passes between two tasks, one of which starts the
other."""
LOOK = 0.001
"""Seconds between two looks at calls that the local Slack has not answered."""
LIMIT = 600.0
"""Seconds after which something is taken to hang. The machine's speed decides nothing before."""


async def wait_idle(slack: Slack, balik: Balik) -> None:
    """Return once no envelope is without its ack, no listener runs, and no call is without its answer.

    Whatever one of the two does about the other is counted by one of them from its first moment on, so that no time
    has to pass to see that nothing more comes (`Slack.wait_idle` is for an app in another process). Raises
    TimeoutError.
    """
    turns = 0
    async with asyncio.timeout(LIMIT):
        while turns < TURNS:
            turns += 1
            if balik.context.busy:
                turns = 0
                await balik.context.wait_idle()
            elif slack.deliveries.busy:
                turns = 0
                await slack.deliveries.wait_idle()
            elif slack.web_api.in_flight:
                turns = 0
                await asyncio.sleep(LOOK)
            else:
                await asyncio.sleep(0)

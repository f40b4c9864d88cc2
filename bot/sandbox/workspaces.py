"""Several workspaces at one address: one server, one Web API, one page."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import datetime

from .directory import Directory
from .shared_server import start_shared
from .slack import PUMP_SECONDS, until_calm

log = logging.getLogger(__name__)


class Workspaces(Directory):
    """Everything that is needed to run an app against that is installed in several workspaces."""

    @asynccontextmanager
    async def serve(self, port: int = 0, host: str = "127.0.0.1") -> AsyncIterator[str]:
        """Listen, and tell the address. What is due by the clock is done a few times a second, in every workspace."""
        async with start_shared(self, host, port) as url:
            self.url = url
            for slack in self.slacks.values():
                self.serve_workspace(slack)
            pumping = asyncio.create_task(self._pump_live())
            try:
                yield url
            finally:
                for slack in self.slacks.values():
                    slack.serving = False
                    slack.changed("closed")
                pumping.cancel()
                with suppress(asyncio.CancelledError):
                    await pumping
                for slack in self.slacks.values():
                    await slack.deliveries.stop()
                await self.sockets.drop_all()

    async def _pump_live(self) -> None:
        while True:
            await asyncio.sleep(PUMP_SECONDS)
            for slack in list(self.slacks.values()):
                try:
                    await slack.pump()
                except Exception:  # whatever fails once must not stop what is due later
                    log.exception("the pump of due work failed")

    async def pump(self) -> int:
        """Do everything that is due by the clock, in every workspace; how many things that were."""
        return sum([await slack.pump() for slack in list(self.slacks.values())])

    async def advance(self, target: datetime) -> None:
        """Move the clock, which all workspaces share, and do what has become due."""
        first, *others = self.slacks.values()
        await first.advance(target)
        for slack in others:
            await slack.pump()

    async def wait_idle(self, settle: float = 0.02, timeout: float = 600.0) -> None:
        """Return once no workspace has an envelope unacked or a call in flight, and that for `settle` seconds."""
        async with asyncio.timeout(timeout):
            await until_calm(lambda: any(slack.busy for slack in self.slacks.values()), settle)

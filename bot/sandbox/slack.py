"""The local Slack: one workspace with one app installed, served over HTTP and WebSockets on loopback."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from .bad_day import BadDay
from .company import Company, user_id
from .delivery import Reply
from .manifest import Manifest
from .model import File, Json, User
from .people import Person
from .server import start
from .sockets import close_all
from .store import from_json, read, to_json, write
from .web_api import WebApi

log = logging.getLogger(__name__)

PUMP_SECONDS = 0.25
GOODBYE = timedelta(seconds=10)
"""How long a socket stays open after its disconnect message."""


async def until_calm(busy: Callable[[], bool], settle: float) -> None:
    """Return once `busy` was false for `settle` seconds."""
    loop = asyncio.get_running_loop()
    calm_since = loop.time()
    while loop.time() - calm_since < settle:
        await asyncio.sleep(0.002)
        if busy():
            calm_since = loop.time()


class Slack(Company):
    """Everything that is needed to run an app against, by hand or in a test."""

    @cached_property
    def web_api(self) -> WebApi:
        return WebApi(self)

    @cached_property
    def bad_day(self) -> BadDay:
        """The switch "As on a bad day"."""
        return BadDay(self)

    # Serving

    @asynccontextmanager
    async def serve(self, port: int = 0, host: str = "127.0.0.1") -> AsyncIterator[str]:
        """Listen, and tell the address. What is due by the clock is done a few times a second."""
        async with start(self, self.web_api, host, port) as url:
            self.url, self.serving = url, True
            self.workspace.base_url = url
            pumping = asyncio.create_task(self._pump_live())
            try:
                yield url
            finally:
                self.serving = False
                self.changed("closed")
                pumping.cancel()
                with suppress(asyncio.CancelledError):
                    await pumping
                await self.deliveries.stop()
                await self.sockets.drop_all()

    @property
    def api_url(self) -> str:
        """What a client calls its base URL."""
        return f"{self.url}/api/"

    async def _pump_live(self) -> None:
        while True:
            await asyncio.sleep(PUMP_SECONDS)
            try:
                await self.pump()
            except Exception:  # whatever fails once must not stop what is due later
                log.exception("the pump of due work failed")

    async def wait_idle(self, settle: float = 0.02, timeout: float = 600.0) -> None:
        """Return once no envelope is unacked and no call in flight, and that for `settle` seconds."""
        async with asyncio.timeout(timeout):
            await until_calm(lambda: self.busy, settle)

    @property
    def busy(self) -> bool:
        """Whether an envelope is unacked, or a call in flight."""
        return bool(self.deliveries.busy or self.web_api.in_flight)

    def as_person(self, user: User | str) -> Person:
        """Everything that person can do."""
        return Person(self, user_id(user))

    # For tests

    def file(self, file_id: str) -> File:
        return self.workspace.files[file_id]

    async def verify_url(self) -> bool:
        """Send the request URL the challenge Slack sends when it is entered; whether the app gave it back."""
        challenge = self.workspace.draw()
        payload = {"type": "url_verification", "token": self.verification_token, "challenge": challenge}
        envelope = self.deliveries.envelope("events_api", payload, accepts_response=True)
        reply = await self.deliveries.carry(envelope)
        body = reply.payload if isinstance(reply.payload, dict) else {}
        return reply.acked and challenge in (body.get("challenge"), body.get("text"))

    async def redeliver_last(self, n: int = 1) -> list[Reply]:
        """Deliver the last `n` payloads again, as duplicates."""
        return [await self.deliveries.again(envelope) for envelope in list(self.deliveries.sent)[-n:]]

    async def redeliver(self, event_id: str, attempt: int = 1) -> Reply:
        """Repeat an event that was sent or missed before, however old, as Slack repeats one that was not acked.

        KeyError for one that is not known any more.
        """
        sent = [one["payload"] for one in self.deliveries.sent if one["type"] == "events_api"]
        known = {one.get("event_id"): one for one in [*self.events.missed, *sent]}
        return await self.deliveries.repeat(known[event_id], attempt)

    @contextmanager
    def missing_events(self) -> Iterator[list[Json]]:
        """In this context no event reaches the app, nor will it later; gives the events that are missed."""
        before, self.events.losing = self.events.losing, True
        start = len(self.events.missed)
        missed: list[Json] = []
        try:
            yield missed
        finally:
            self.events.losing = before
            missed += self.events.missed[start:]

    async def send_raw(self, kind: Any, payload: Any) -> Reply:
        """Any payload, however broken, as an envelope of `kind`."""
        return await self.deliveries.ask(kind, payload)

    async def drop_sockets(self, reason: str | None = None) -> None:
        """Close every socket. With a `reason` Slack's goodbye comes first: the app has `GOODBYE` to leave by itself."""
        leaving = await self.sockets.drop_all(reason)
        if leaving:
            self.later(GOODBYE, lambda: close_all(leaving))

    # Keeping

    def save(self, path: str | Path) -> None:
        """Everything that a restart should find again, in one JSON file."""
        write(Path(path), to_json(self.workspace, self.deliveries))

    @classmethod
    def load(cls, path: str | Path, manifest: Manifest, **options: Any) -> "Slack":
        """A workspace as it was saved."""
        slack = cls(manifest, **options)
        from_json(read(Path(path)), slack.workspace, slack.deliveries)
        slack.bad_day.resume()
        bot = slack.workspace.users[slack.workspace.bot_user]
        bot.name, bot.real_name = manifest.bot_name, manifest.name  # the manifest may be newer than the file
        return slack

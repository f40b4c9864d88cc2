"""One process of the bot, as far as messages go: a tick that plans, and the delivery. It is there to be killed.

`python -m tests.soak.worker DATABASE_URL SLACK_API_URL TOKEN OWNER CLOCK MESSAGES PEOPLE`
"""

import asyncio
import sys
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from slack_sdk.web.async_client import AsyncWebClient
from sqlmodel import func, select

from bot.clock import SystemClock
from bot.delivery.settings import DeliverySettings
from bot.delivery.worker import Delivery
from bot.jobs.scheduler import Scheduler
from bot.server import logs
from bot.slack.gateway import Gateway, Message
from storage.engine import make_engine
from storage.lock import hold_lock
from storage.outbox import Outgoing
from storage.rate_limits import UNLIMITED
from storage.tables import Outbox
from storage.unit_of_work import Store, UnitOfWork

TEAM = "T0001"
TICK = 0.2
"""Seconds between two ticks."""
AT_ONCE = 50
"""Messages that a tick plans: a kill can strike between any two."""
SETTINGS = DeliverySettings(timeout=2, lease=5, settle=8, limits=UNLIMITED)
"""A tenth of what a real bot takes, so that a soak of minutes sees what happens in hours. Reading back begins as long
before the attempt as in a real bot: that depends on how wrong a clock may be, not on how long a post takes."""


@dataclass(frozen=True)
class SkewedClock(SystemClock):
    """The machine's clock, as many seconds ahead as `file` says: whoever runs the soak puts it wrong."""

    file: Path

    def now(self) -> datetime:
        return super().now() + timedelta(seconds=float(self.file.read_text() or 0))


async def plan(store: Store, now: datetime, messages: int, people: int) -> None:
    """Plan the next messages, each once however many processes do so: as every tick does, by their keys."""
    async with store.write(now) as work:
        planned = (await work.session.exec(select(func.count()).select_from(Outbox))).one()
        for number in range(planned, min(planned + AT_ONCE, messages)):
            await work.send(Outgoing(TEAM, key_of(number), "soak", person_id=1 + number % people))
        await work.commit()


def key_of(number: int) -> str:
    return f"0:soak:{number}:"


async def compose(_work: UnitOfWork, row: Outbox) -> Message:
    return Message(row.key)


async def main(url: str, api: str, token: str, owner: str, clock: SkewedClock, messages: int, people: int) -> None:
    """Work until killed."""
    store = Store(make_engine(url))
    client = AsyncWebClient(token, base_url=api, retry_handlers=[])
    client.proxy = None
    delivery = Delivery(store, Gateway(client), clock, compose, owner, SETTINGS)
    present = delivery.check.for_jobs
    scheduler = Scheduler({"plan": lambda now: plan(store, now, messages, people)}, present, interval=TICK)
    await scheduler.start()
    await delivery.run()


if __name__ == "__main__":
    url, api, token, owner, clock, messages, people = sys.argv[1:]
    logs.set_up("CRITICAL")  # what fails here is meant to
    with hold_lock(url):
        asyncio.run(main(url, api, token, owner, SkewedClock(Path(clock)), int(messages), int(people)))

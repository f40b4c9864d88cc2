"""Payloads on their way to the app: sent once, acked or not, events redelivered as Slack does."""

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal, Protocol

from .ack_time import AckLimit
from .model import Clock, Json

EnvelopeType = Literal["slash_commands", "interactive", "events_api"]
RETRY_AFTER = (timedelta(seconds=4), timedelta(minutes=1), timedelta(minutes=5))
REMEMBERED = 200


@dataclass
class Reply:
    """What the app answered to one envelope."""

    acked: bool
    seconds: float = 0.0
    payload: Any = None
    reason: str = ""


class Carrier(Protocol):
    """Takes one envelope to the app and waits for its ack, for as long as it takes: Socket Mode or HTTP."""

    async def carry(self, envelope: Json) -> Reply: ...


@dataclass
class Pending:
    """An event that was not acked, and when it goes again."""

    envelope: Json
    attempt: int
    due: datetime
    reason: str


TURNS = 50
"""Of the event loop: several times what an answer takes from its socket to the view."""


@dataclass
class Deliveries:
    """Sends envelopes; keeps what must be sent again and what was sent last."""

    clock: Clock
    carrier: Carrier
    ack_seconds: float = 3.0
    ack_limit: AckLimit = asyncio.timeout
    pending: list[Pending] = field(default_factory=list)
    sent: deque[Json] = field(default_factory=lambda: deque(maxlen=REMEMBERED))
    count: int = 0
    submitted: set[str] = field(default_factory=set)
    """Ids of the views whose submission has not been answered, or whose answer has not taken effect."""
    reachable: Callable[[], bool] = lambda: True
    """Whether the app is installed: commands and clicks go nowhere without it."""
    _tasks: set[asyncio.Task[Any]] = field(default_factory=set)

    def envelope(self, kind: str, payload: Json, *, accepts_response: bool) -> Json:
        self.count += 1
        return {
            "envelope_id": f"00000000-0000-4000-8000-{self.count:012d}",
            "type": kind,
            "payload": payload,
            "accepts_response_payload": accepts_response,
        }

    async def answer_first(self, view_id: str) -> None:
        """Let the answer to the view's submission take effect, if it is here already.

        An app answers, and then calls a method: which of two connections is read first is the event loop's choice, and
        from Python 3.12 on it is the call's.
        """
        for _ in range(TURNS):
            if view_id not in self.submitted:
                return
            await asyncio.sleep(0)

    async def ask(self, kind: EnvelopeType, payload: Json) -> Reply:
        """A command or an interaction: sent once, never again."""
        if not self.reachable():
            return Reply(False, reason="app_not_installed")
        return await self._carry(self.envelope(kind, payload, accepts_response=True))

    async def tell(self, payload: Json) -> Reply:
        """An event: sent now, and again later if it is not acked."""
        envelope = self.envelope("events_api", payload, accepts_response=False)
        return await self._attempt(envelope | {"retry_attempt": 0, "retry_reason": ""}, 0)

    async def again(self, envelope: Json) -> Reply:
        """The same payload once more, as a duplicate: a new envelope id, everything else the same."""
        fresh = self.envelope(envelope["type"], {}, accepts_response=envelope["accepts_response_payload"])
        return await self._carry({**envelope, "envelope_id": fresh["envelope_id"]})

    async def repeat(self, payload: Json, attempt: int) -> Reply:
        """An event once more, as Slack repeats what was not acked."""
        envelope = self.envelope("events_api", payload, accepts_response=False)
        return await self._carry(envelope | {"retry_attempt": attempt, "retry_reason": "timeout"})

    async def redeliver_due(self) -> int:
        """Send again every event whose time has come."""
        now = self.clock.now()
        due = [p for p in self.pending if p.due <= now]
        self.pending = [p for p in self.pending if p.due > now]
        # All at once: one that is never acked must not hold the others up.
        await asyncio.gather(*(self._repeat(pending) for pending in sorted(due, key=lambda p: p.due)))
        return len(due)

    async def _repeat(self, pending: Pending) -> Reply:
        retry = {"retry_attempt": pending.attempt, "retry_reason": pending.reason}
        return await self._attempt(pending.envelope | retry, pending.attempt)

    async def _attempt(self, envelope: Json, attempt: int) -> Reply:
        sent_at = self.clock.now()
        reply = await self._carry(envelope)
        if not reply.acked and attempt < len(RETRY_AFTER):
            self.pending.append(Pending(envelope, attempt + 1, sent_at + RETRY_AFTER[attempt], reply.reason))
        return reply

    async def _carry(self, envelope: Json) -> Reply:
        self.sent.append(envelope)
        started = asyncio.get_running_loop().time()
        # Shielded by its own task, so that a person who stops waiting does not lose the app's answer for others.
        reply: Reply = await self.spawn(self.carry(envelope))
        reply.seconds = asyncio.get_running_loop().time() - started
        return reply

    async def carry(self, envelope: Json) -> Reply:
        """What the app answers within the time it has."""
        try:
            async with self.ack_limit(self.ack_seconds):
                return await self.carrier.carry(envelope)
        except TimeoutError:
            return Reply(False, reason="timeout")

    def spawn(self, work: Coroutine[Any, Any, Any]) -> "asyncio.Task[Any]":
        """Do something beside; `busy` until it is done."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    @property
    def busy(self) -> bool:
        return bool(self._tasks)

    async def wait_idle(self) -> None:
        """Return once nothing is under way."""
        while self._tasks:
            await asyncio.wait(set(self._tasks))

    async def stop(self) -> None:
        """Give up what is under way."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

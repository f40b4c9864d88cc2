"""The local Slack: one workspace with one app installed, served over HTTP and WebSockets on loopback."""

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from .ack_time import AckLimit
from .args import for_record
from .company import Company, user_id
from .delivery import Deliveries, Reply
from .events import Events
from .faults import Faults
from .http_push import HttpPush
from .limits import RateLimits
from .manifest import Manifest
from .model import Clock, File, Json, Message, SlackError, SystemClock, User
from .people import Person
from .posting import Composer
from .responses import Responses
from .secrets import Draw, at_random
from .server import start
from .sockets import Sockets
from .store import from_json, read, to_json, write
from .story import Coming, Guide, Journey, Story, Transcript
from .web_api import WebApi
from .workspace import Workspace

log = logging.getLogger(__name__)

PUMP_SECONDS = 0.25
Subscriber = Callable[[Json], None]
Advance = Callable[[datetime], Awaitable[None]]
NextThing = Callable[[], Awaitable[Coming | None]]


class Slack(Company):
    """Everything a test, a rehearsal or the demo needs to run an app against."""

    def __init__(
        self,
        manifest: Manifest,
        *,
        clock: Clock | None = None,
        ack_seconds: float = 3.0,
        ack_limit: AckLimit = asyncio.timeout,
        request_url: str | None = None,
        signing_secret: str | None = None,
        rate_limits: bool = True,
        calls_kept: int | None = None,
        echo_own_messages: bool = True,
        on_advance: Advance | None = None,
        team_name: str = "Kantor",
        draw: Draw = at_random,
        draw_trigger: Draw | None = None,
    ) -> None:
        """`draw` makes the tokens, tickets and secret URLs, new ones for each `Slack`: another is for tests alone.

        `draw_trigger` makes the trigger ids, which are worth nothing without a token: a rehearsal, whose record is the
        same in every run, gives one that is seeded.
        """
        self.manifest = manifest
        self.clock = clock or SystemClock()
        self.bot_token, self.app_token = f"xoxb-{draw()}", f"xapp-{draw()}"
        self.signing_secret = signing_secret or draw()
        self.verification_token = draw()
        self.echo_own_messages = echo_own_messages
        self.on_advance = on_advance
        self.next_thing: NextThing | None = None
        self.story: Story | None = None
        self.guide: Guide | None = None
        self.transcript: Transcript | None = None
        self.journey: Journey | None = None
        """Where the clock is being moved to, while it is."""
        self.played: set[str] = set()
        """The people whom somebody at the page is or was: nobody else acts for them."""
        self.workspace = Workspace(self.clock, draw, draw_trigger or draw, name=team_name)
        self.sockets = Sockets(self.workspace.app_id, draw)
        carrier = HttpPush(request_url, self.signing_secret) if request_url else self.sockets
        self.deliveries = Deliveries(self.clock, carrier, ack_seconds, ack_limit)
        self.events = Events(self)
        self.faults = Faults()
        self.limits = RateLimits(enabled=rate_limits)
        self.composer = Composer(self.workspace.new_block_id, self.image_exists)
        self.web_api = WebApi(self)
        self.responses = Responses(self)
        self.calls: deque[Json] = deque(maxlen=calls_kept)
        self.serving = False
        self.url = ""
        self._on_call: list[Subscriber] = []
        self._on_change: list[Subscriber] = []
        self._later: list[tuple[datetime, Callable[[], Awaitable[Any]]]] = []
        bot = User(self.workspace.new_id("U"), manifest.bot_name, manifest.name, is_bot=True, tz="UTC")
        self.workspace.bot_user = self.workspace.add_user(bot).id

    # Serving

    @asynccontextmanager
    async def serve(self, port: int = 0, host: str = "127.0.0.1") -> AsyncIterator[str]:
        """Listen, and tell the address. What is due by the clock is done a few times a second."""
        async with start(self, host, port) as url:
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

    def socket_url(self) -> str:
        ticket = self.sockets.new_ticket()
        return f"{self.url.replace('http', 'ws', 1)}/link/?ticket={ticket}&app_id={self.workspace.app_id}"

    async def _pump_live(self) -> None:
        while True:
            await asyncio.sleep(PUMP_SECONDS)
            try:
                await self.pump()
            except Exception:  # whatever fails once must not stop what is due later
                log.exception("pumping failed")

    async def pump(self) -> int:
        """Do everything that is due by the clock; how many things that were."""
        now = self.clock.now()
        due = [work for at, work in self._later if at <= now]
        self._later = [(at, work) for at, work in self._later if at > now]
        for work in due:
            await work()
        return len(due) + await self.deliveries.redeliver_due()

    def later(self, after: timedelta, work: Callable[[], Awaitable[Any]]) -> None:
        self._later.append((self.clock.now() + after, work))

    @property
    def movable(self) -> bool:
        """Whether the clock can be moved on."""
        return self.on_advance is not None or hasattr(self.clock, "move_to")

    @property
    def advancing(self) -> bool:
        return self.journey is not None

    async def advance(self, target: datetime) -> None:
        """Move the clock on, by `on_advance` if one was given, and do what has become due.

        `on_advance` may look at `journey.stopped` now and then: whoever watches has seen enough.
        """
        self.journey = Journey(self.clock.now(), target)
        self.changed("clock")
        try:
            await self._advance(target)
        finally:
            self.journey = None
        self.changed("clock")

    async def _advance(self, target: datetime) -> None:
        if self.on_advance:
            await self.on_advance(target)
        else:
            move_to = getattr(self.clock, "move_to", None)
            if move_to is None:
                raise ValueError("this clock cannot be moved")
            move_to(target)
        await self.pump()

    async def wait_idle(self, settle: float = 0.02, timeout: float = 600.0) -> None:
        """Return once no envelope is unacked and no call in flight, and that for `settle` seconds."""
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(timeout):
            calm_since = loop.time()
            while loop.time() - calm_since < settle:
                await asyncio.sleep(0.002)
                if self.deliveries.busy or self.web_api.in_flight:
                    calm_since = loop.time()

    def as_person(self, user: User | str) -> Person:
        """Everything that person can do."""
        return Person(self, user_id(user))

    # For the app's calls

    def need_scope(self, *scopes: str) -> None:
        """Refuse unless the manifest grants one of `scopes`."""
        if not set(scopes) & self.manifest.scopes:
            provided = ",".join(sorted(self.manifest.scopes))
            raise SlackError("missing_scope", needed=",".join(scopes), provided=provided)

    def take_turn(self, channel: str) -> None:
        """Refuse if the channel has had its messages for now."""
        wait = self.limits.check_channel(channel, self.clock.now())
        if wait:
            raise SlackError("ratelimited", retry_after=wait)

    def image_exists(self, file_id: str) -> bool:
        file = self.workspace.files.get(file_id)
        return file is not None and file.complete and file.is_image

    def post(self, message: Message) -> Message:
        """A message appears; those who listen to the conversation hear of it."""
        self.workspace.post(message)
        if self.journey:
            self.journey.saw(message)
        self.changed("message", channel=message.channel, user=message.ephemeral_to)
        if message.user == self.workspace.bot_user:
            self._echo(message, self.events.message(message))
        return message

    def message_changed(self, message: Message, before: Json) -> None:
        """A message has other contents now."""
        self.changed("message", channel=message.channel)
        self._echo(message, self.events.message_changed(message, before))

    def message_deleted(self, message: Message) -> None:
        """A message is gone."""
        self.changed("message", channel=message.channel)
        self._echo(message, self.events.message_deleted(message))

    def _echo(self, message: Message, event: tuple[str, Json, set[str]]) -> None:
        """The app hears of its own messages too, as in Slack: it has to overlook them."""
        bot_is_there = self.workspace.bot_user in self.workspace.channels[message.channel].members
        if self.echo_own_messages and bot_is_there and not message.ephemeral_to:
            subscription, inner, needs = event
            self.events.emit_soon(subscription, inner, needs=needs)

    def file(self, file_id: str) -> File:
        return self.workspace.files[file_id]

    def record(
        self, method: str, raw: Json, error: str | None, answer: Json | None = None, *, fault: str | None = None
    ) -> None:
        """Keep and tell a call: Slack's words about a refusal, or the message it was about, and the fault it met."""
        call = {"at": self.clock.now().isoformat(), "method": method, "args": for_record(raw), "ok": error is None}
        call["error"] = error
        if fault:
            call["fault"] = fault
        if answer and "ts" in answer:
            call["message"] = {"channel": answer.get("channel"), "ts": answer["ts"]}
        if answer and "response_metadata" in answer and error:
            call["why"] = answer["response_metadata"].get("messages", [])
        self.calls.append(call)
        for tell in list(self._on_call):
            tell(call)

    def on_call(self, tell: Subscriber) -> Callable[[], None]:
        """Hear every call; the function answered ends it."""
        self._on_call.append(tell)
        return lambda: self._on_call.remove(tell)

    def on_change(self, tell: Subscriber) -> Callable[[], None]:
        """Hear of every change: {"kind", "channel"?, "user"?}; the function answered ends it."""
        self._on_change.append(tell)
        return lambda: self._on_change.remove(tell)

    def changed(self, kind: str, *, channel: str | None = None, user: str | None = None) -> None:
        change = {"kind": kind, "channel": channel, "user": user}
        for tell in list(self._on_change):
            tell({key: value for key, value in change.items() if value is not None})

    # For tests

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

    async def send_raw(self, kind: Any, payload: Any) -> Reply:
        """Any payload, however broken, as an envelope of `kind`."""
        return await self.deliveries.ask(kind, payload)

    async def drop_sockets(self, reason: str | None = None) -> None:
        await self.sockets.drop_all(reason)

    # Keeping

    def save(self, path: str | Path) -> None:
        """Everything that a restart should find again, in one JSON file."""
        write(Path(path), to_json(self.workspace, self.deliveries))

    @classmethod
    def load(cls, path: str | Path, manifest: Manifest, **options: Any) -> "Slack":
        """A workspace as it was saved."""
        slack = cls(manifest, **options)
        from_json(read(Path(path)), slack.workspace, slack.deliveries)
        bot = slack.workspace.users[slack.workspace.bot_user]
        bot.name, bot.real_name = manifest.bot_name, manifest.name  # the manifest may be newer than the file
        return slack

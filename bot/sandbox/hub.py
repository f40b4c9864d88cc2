"""What the parts of the local Slack share: its state, and what each of them may do with it.

Every part is given the hub and imports no other part for it.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from .ack_time import AckLimit
from .args import for_record
from .clock_moves import ClockMove, Upcoming
from .delivery import Deliveries
from .events import Events
from .extensions import PageExtension
from .faults import Faults
from .http_push import HttpPush
from .installer import Installer, SharedApp
from .limits import RateLimits
from .manifest import Manifest
from .model import Channel, Clock, Json, Message, SlackError, SystemClock, User
from .posting import Composer
from .secrets import Draw, at_random
from .sockets import Sockets
from .workspace import Workspace

Subscriber = Callable[[Json], None]
Advance = Callable[[datetime], Awaitable[None]]
FindUpcoming = Callable[[], Awaitable[Upcoming | None]]


class Hub:
    """The workspace, the line to the app, and who watches both."""

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
        shared: SharedApp | None = None,
    ) -> None:
        """`draw` makes the tokens, tickets and secret URLs, new ones for each `Hub`: another is for tests alone.

        `draw_trigger` makes the trigger ids, which are worth nothing without a token: a run whose record is the same
        every time gives one that is seeded. `shared` is what this workspace has in common with the others of
        `Workspaces`; without it there is one workspace, in which the app is installed from the start.
        """
        self.manifest = manifest
        self.clock = clock or SystemClock()
        self.bot_token, app_token = "" if shared else f"xoxb-{draw()}", draw()
        self.signing_secret = shared.signing_secret if shared else signing_secret or draw()
        self.verification_token = shared.verification_token if shared else draw()
        self.installer: Installer | None = shared.installer if shared else None
        """Installs the app, if there are several workspaces."""
        self.echo_own_messages = echo_own_messages
        self.on_advance = on_advance
        self.find_upcoming: FindUpcoming | None = None
        self.extensions: dict[str, PageExtension] = {}
        """By their names."""
        self.clock_move: ClockMove | None = None
        """Where the clock is being moved to, while it is."""
        self.played: set[str] = set()
        """The people whom a person at the page is or was: nobody else acts for them."""
        self.workspace = Workspace(self.clock, draw, draw_trigger or draw, name=team_name)
        if shared:
            self._be_one_of(shared)
        self.app_token = shared.app_token if shared else f"xapp-1-{self.workspace.app_id}-1-{app_token}"
        self.sockets = shared.sockets if shared else Sockets(self.workspace.app_id, draw)
        carrier = HttpPush(request_url, self.signing_secret) if request_url else self.sockets
        self.deliveries = Deliveries(self.clock, shared.carrier if shared else carrier, ack_seconds, ack_limit)
        self.deliveries.reachable = lambda: self.workspace.installed
        self.events = Events(manifest, self.workspace, self.deliveries, self.verification_token)
        self.faults = Faults()
        self.limits = RateLimits(enabled=rate_limits)
        self.composer = Composer(self.workspace.new_block_id, self.image_exists)
        self.calls: deque[Json] = deque(maxlen=calls_kept)
        self.serving = False
        self.url = ""
        self._on_call: list[Subscriber] = []
        self._on_change: list[Subscriber] = []
        self._later: list[tuple[datetime, Callable[[], Awaitable[Any]]]] = []
        bot = User(self.workspace.new_id("U"), manifest.bot_name, manifest.name, is_bot=True, tz="UTC")
        bot.bot_id, bot.deleted = self.workspace.bot_id, not self.workspace.installed
        self.workspace.bot_user = self.workspace.add_user(bot).id
        self.deliveries.count = self.workspace.first_id

    def _be_one_of(self, shared: SharedApp) -> None:
        """Take an identity of its own among several workspaces. The app is not installed yet."""
        space = self.workspace
        space.team_id, space.domain, space.first_id = shared.team_id, shared.domain, shared.first_id
        space.bot_id = f"B{shared.first_id + 1:04d}"
        space.installed = False

    def allow(self, scopes: frozenset[str]) -> None:
        """The app has these scopes here from now on."""
        self.manifest = self.events.manifest = replace(self.manifest, scopes=scopes)

    def token_refusal(self, token: str) -> str | None:
        """Why a token is not accepted, by Slack's name for it; None if it is."""
        if self.installer and token != self.app_token:
            return self.installer.token_refusal(token, self.workspace.team_id)
        if token not in (self.bot_token, self.app_token):
            return "invalid_auth"
        return None if self.workspace.installed or self.installer else "account_inactive"

    def socket_url(self) -> str:
        ticket = self.sockets.new_ticket()
        return f"{self.url.replace('http', 'ws', 1)}/link/?ticket={ticket}&app_id={self.workspace.app_id}"

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

    # The clock

    @property
    def movable(self) -> bool:
        """Whether the clock can be moved on."""
        return self.on_advance is not None or hasattr(self.clock, "move_to")

    @property
    def advancing(self) -> bool:
        return self.clock_move is not None

    async def advance(self, target: datetime) -> None:
        """Move the clock on, by `on_advance` if one was given, and do what has become due.

        `on_advance` may look at `clock_move.stopped` now and then: it is set once enough was seen.
        """
        self.clock_move = ClockMove(self.clock.now(), target)
        self.changed("clock")
        try:
            await self._advance(target)
        finally:
            self.clock_move = None
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

    # Calls of the app

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
        if self.clock_move:
            self.clock_move.saw(message)
        self.changed("message", channel=message.channel, user=message.ephemeral_to)
        if message.user == self.workspace.bot_user:
            self._echo(message, self.events.message(message))
        return message

    def reply(
        self,
        user: str,
        channel: Channel,
        text: str,
        blocks: list[Json],
        *,
        public: bool = False,
        thread_ts: str | None = None,
    ) -> Message:
        """A message to one person, or to all, in a channel the bot need not belong to."""
        space = self.workspace
        message = Message(
            channel.next_ts(space.now()),
            channel.id,
            space.bot_user,
            text=text,
            blocks=blocks,
            thread_ts=thread_ts,
            bot_id=space.bot_id,
            app_id=space.app_id,
            ephemeral_to=None if public else user,
        )
        return self.post(message)

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
            self.emit_soon(subscription, inner, needs=needs)

    def emit_soon(self, subscription: str, inner: Json, *, needs: set[str] | None = None) -> None:
        """Send an event without waiting; nothing before the workspace is being served."""
        if self.serving:
            self.deliveries.spawn(self.events.emit(subscription, inner, needs=needs))

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

    @contextmanager
    def recorded(self, method: str, raw: Json) -> Iterator[None]:
        """Record as a call what an app answered inside an ack, with the refusal that it meets in this context."""
        try:
            yield
        except SlackError as refusal:
            self.record(method, raw, refusal.code, refusal.body())
            raise
        self.record(method, raw, None)

    # Who watches

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

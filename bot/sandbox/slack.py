"""The local Slack: one workspace with one app installed, served over HTTP and WebSockets on loopback."""

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from .args import for_record
from .delivery import Deliveries, Reply
from .events import Events
from .faults import Faults
from .http_push import HttpPush
from .limits import RateLimits
from .manifest import Manifest
from .model import Channel, Clock, File, Json, Message, SlackError, SystemClock, User
from .people import Person
from .posting import Composer
from .responses import Responses
from .server import start
from .sockets import Sockets
from .store import from_json, read, to_json, write
from .web_api import WebApi
from .workspace import Workspace

log = logging.getLogger(__name__)

PUMP_SECONDS = 0.25
Subscriber = Callable[[Json], None]
Advance = Callable[[datetime], Awaitable[None]]


class Slack:
    """Everything a test, a rehearsal or the demo needs to run an app against."""

    bot_token = "xoxb-local"
    app_token = "xapp-local"

    def __init__(
        self,
        manifest: Manifest,
        *,
        clock: Clock | None = None,
        ack_seconds: float = 3.0,
        request_url: str | None = None,
        signing_secret: str = "local-signing-secret",
        rate_limits: bool = True,
        calls_kept: int | None = None,
        echo_own_messages: bool = True,
        on_advance: Advance | None = None,
        team_name: str = "Kantor",
    ) -> None:
        self.manifest = manifest
        self.clock = clock or SystemClock()
        self.signing_secret = signing_secret
        self.echo_own_messages = echo_own_messages
        self.on_advance = on_advance
        self.workspace = Workspace(self.clock, name=team_name)
        self.sockets = Sockets(self.workspace.app_id)
        carrier = HttpPush(request_url, signing_secret) if request_url else self.sockets
        self.deliveries = Deliveries(self.clock, carrier, ack_seconds)
        self.events = Events(self)
        self.faults = Faults()
        self.limits = RateLimits(enabled=rate_limits)
        self.composer = Composer(lambda: f"auto{self.workspace.count('block')}", self.image_exists)
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

    async def advance(self, target: datetime) -> None:
        """Move the clock on, by `on_advance` if one was given, and do what has become due."""
        if self.on_advance:
            await self.on_advance(target)
        else:
            move_to = getattr(self.clock, "move_to", None)
            if move_to is None:
                raise ValueError("this clock cannot be moved")
            move_to(target)
        await self.pump()
        self.changed("clock")

    async def quiet(self, settle: float = 0.02, timeout: float = 30.0) -> None:
        """Return once no envelope is unacked and no call in flight, and that for `settle` seconds."""
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(timeout):
            calm_since = loop.time()
            while loop.time() - calm_since < settle:
                await asyncio.sleep(0.002)
                if self.deliveries.busy or self.web_api.in_flight:
                    calm_since = loop.time()

    # The workspace

    def add_user(
        self,
        real_name: str,
        *,
        email: str = "",
        title: str = "",
        tz: str = "Asia/Jakarta",
        locale: str = "en-US",
        name: str = "",
        is_admin: bool = False,
    ) -> User:
        """A person of the company, there from the start: no event."""
        handle = name or (email.split("@")[0] if email else real_name.lower().replace(" ", "."))
        user = User(self.workspace.new_id("U"), handle, real_name, email, title, tz, locale, is_admin=is_admin)
        self.changed("user", user=user.id)
        return self.workspace.add_user(user)

    async def hire(self, real_name: str, **details: Any) -> User:
        """A person who joins the workspace now: team_join."""
        user = self.add_user(real_name, **details)
        await self.events.emit("team_join", self.events.user("team_join", user))
        return user

    def add_channel(
        self, name: str, *, private: bool = False, members: Iterable[str] = (), bot: bool = False, general: bool = False
    ) -> Channel:
        """A channel, there from the start: no event. `bot` puts the app's bot user into it."""
        people = [*members, *([self.workspace.bot_user] if bot else [])]
        creator = people[0] if people else self.workspace.bot_user
        channel = self.workspace.add_channel("private" if private else "public", name, creator, people)
        channel.is_general = general
        self.changed("channel", channel=channel.id)
        return channel

    def invite_bot(self, channel: Channel | str, inviter: str | None = None) -> None:
        self.add_member(channel, self.workspace.bot_user, inviter=inviter)

    def add_member(self, channel: Channel | str, user: User | str, *, inviter: str | None = None) -> bool:
        """Put somebody into a channel; member_joined_channel if the bot is there. False if they were in it."""
        found, user_id = self.channel(channel), _id(user)
        if user_id in found.members:
            return False
        found.members.append(user_id)
        self._member_event("member_joined_channel", found, user_id, inviter)
        return True

    def remove_member(self, channel: Channel | str, user: User | str) -> bool:
        """Take somebody out of a channel; member_left_channel if the bot is there."""
        found, user_id = self.channel(channel), _id(user)
        if user_id not in found.members:
            return False
        self._member_event("member_left_channel", found, user_id, None)
        found.members.remove(user_id)
        return True

    def _member_event(self, kind: str, channel: Channel, user: str, inviter: str | None) -> None:
        self.changed("channel", channel=channel.id, user=user)
        if self.workspace.bot_user in channel.members:
            subscription, inner, needs = self.events.member(kind, channel, user, inviter)
            self.events.emit_soon(subscription, inner, needs=needs)

    def archive(self, channel: Channel | str, by: str | None = None) -> None:
        """Archive a channel; channel_archive (group_archive for a private one) if the bot is there."""
        found = self.channel(channel)
        found.archived = True
        self.changed("channel", channel=found.id)
        if self.workspace.bot_user in found.members:
            kind = "channel_archive" if found.kind == "public" else "group_archive"
            scope = "channels:read" if found.kind == "public" else "groups:read"
            inner = {"type": kind, "channel": found.id, "user": by or self._somebody(found), "is_moved": 0}
            self.events.emit_soon(kind, inner, needs={scope})

    def _somebody(self, channel: Channel) -> str:
        """A member who is not the bot, if there is one: what a person does should not look like the app's doing."""
        return next((m for m in channel.members if m != self.workspace.bot_user), channel.creator)

    def channel(self, channel: Channel | str) -> Channel:
        """A channel by id or name."""
        if isinstance(channel, Channel):
            return channel
        found = self.workspace.channels.get(channel) or self.workspace.by_name(channel)
        if found is None:
            raise KeyError(f"no channel {channel!r}")
        return found

    def user(self, user_id: str) -> User:
        return self.workspace.users[user_id]

    @property
    def users(self) -> list[User]:
        """The people, without the bot."""
        return [u for u in self.workspace.users.values() if not u.is_bot]

    def as_person(self, user: User | str) -> Person:
        """Everything that person can do."""
        return Person(self, _id(user))

    async def deactivate(self, user: User | str) -> None:
        await self._change_user(user, deleted=True)
        for channel in self.workspace.channels.values():
            if channel.kind in ("public", "private") and _id(user) in channel.members:
                channel.members.remove(_id(user))

    async def reactivate(self, user: User | str) -> None:
        await self._change_user(user, deleted=False)

    async def set_timezone(self, user: User | str, tz: str) -> None:
        await self._change_user(user, tz=tz)

    async def change_user(self, user: User | str, **fields: Any) -> None:
        """Change a profile (real_name, title, email, locale …): user_change."""
        await self._change_user(user, **fields)

    async def _change_user(self, user: User | str, **fields: Any) -> None:
        found = self.workspace.users[_id(user)]
        for key, value in fields.items():
            if key not in User.__dataclass_fields__:
                raise TypeError(f"a user has no {key}")
            setattr(found, key, value)
        found.updated = int(self.clock.now().timestamp())
        self.changed("user", user=found.id)
        await self.events.emit("user_change", self.events.user("user_change", found))

    async def uninstall(self) -> None:
        """Remove the app: it hears app_uninstalled, and its tokens end."""
        self.workspace.installed = False
        await self.events.emit("app_uninstalled", {"type": "app_uninstalled"})

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

    def record(self, method: str, raw: Json, error: str | None) -> None:
        """Keep and tell a call."""
        call = {"at": self.clock.now().isoformat(), "method": method, "args": for_record(raw), "ok": error is None}
        call["error"] = error
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
        challenge = "local-challenge"
        payload = {"type": "url_verification", "token": "local-verification-token", "challenge": challenge}
        envelope = self.deliveries.envelope("events_api", payload, accepts_response=True)
        reply = await self.deliveries.carrier.carry(envelope, self.deliveries.ack_seconds)
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


def _id(user: User | str) -> str:
    return user.id if isinstance(user, User) else user

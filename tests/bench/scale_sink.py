"""A sink that behaves like Slack for many workspaces at once: limits, latencies, time stamps. It counts posts.

All workspaces have the same people and channels, and a token each, `xoxb-` with their key. Its time is a moved clock's,
so that a jump over idle hours refills the limits as waiting would.
"""

import asyncio
import json
import random
from collections import Counter, defaultdict, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email.utils import format_datetime
from typing import Any

from aiohttp import web

from bot.clock import OffsetClock
from bot.sandbox.limits import RateLimits

Json = dict[str, Any]
TOKEN = "xoxb-"
BOT = "UBOT"
HR_CHANNEL, ANNOUNCEMENTS = "CHR", "CALL"
POST_SECONDS, CALL_SECONDS = (0.06, 0.2), (0.02, 0.08)
"""How long a post, and any other call, takes: between these."""
LOST = 0.002
"""The share of posts that are accepted but whose reply is lost: each has to be read back."""
RECENT = 500
"""Messages that can be clicked."""
UNLIMITED = ("api.test", "auth.test", "views.open", "views.push", "views.update")
HISTORY = "conversations.history"


@dataclass(frozen=True)
class Clickable:
    """A message with buttons."""

    team: str
    channel: str
    ts: str
    text: str
    blocks: list[Json]


def person_of(number: int) -> str:
    return f"U{number:04}"


def dm_of(slack_id: str) -> str:
    return f"D{slack_id[1:]}"


@dataclass
class Sink:
    """`people`: how many there are in each workspace, HR's person among them."""

    clock: OffsetClock
    people: int
    marks: Counter[tuple[str, str]] = field(default_factory=Counter)
    """How often a message with this mark was accepted, by workspace."""
    calls: Counter[str] = field(default_factory=Counter)
    limited: Counter[str] = field(default_factory=Counter)
    """Calls that were put off with 429."""
    lost_replies: int = 0
    posts: int = 0
    recent: deque[Clickable] = field(default_factory=lambda: deque(maxlen=RECENT))
    url: str = ""
    _limits: defaultdict[str, RateLimits] = field(default_factory=lambda: defaultdict(RateLimits))
    _history: defaultdict[tuple[str, str], list[Json]] = field(default_factory=lambda: defaultdict(list))
    _chance: random.Random = field(default_factory=lambda: random.Random(1))

    @asynccontextmanager
    async def serve(self) -> AsyncIterator[str]:
        """The address of its Web API."""
        app = web.Application(client_max_size=2**22)
        app.router.add_post("/api/{method}", self._call)
        app.router.add_get("/api/{method}", self._call)
        app.router.add_post("/respond", self._respond)
        app.router.add_post("/upload", self._respond)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        try:
            yield f"{self.url}/api/"
        finally:
            await runner.cleanup()

    async def _respond(self, request: web.Request) -> web.Response:
        await request.read()
        self.calls[request.path] += 1
        return web.Response(text="ok", headers=self._date())

    async def _call(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        team = request.headers.get("Authorization", "").removeprefix(f"Bearer {TOKEN}")
        asked = await _arguments(request)
        self.calls[method] += 1
        posting = method == "chat.postMessage"
        await asyncio.sleep(self._chance.uniform(*(POST_SECONDS if posting else CALL_SECONDS)))
        if method not in UNLIMITED and (wait := self._wait(team, method, asked)):
            self.limited[method] += 1
            headers = {"Retry-After": str(wait), **self._date()}
            return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers=headers)
        if posting:
            reply = self._post(team, asked)
            if self._chance.random() < LOST and request.transport:
                self.lost_replies += 1
                request.transport.abort()
        else:
            reply = self._answer(team, method, asked)
        return web.json_response({"ok": True, **reply}, headers=self._date())

    def _wait(self, team: str, method: str, asked: Json) -> int:
        limits, now = self._limits[team], self.clock.now()
        wait = limits.check(method, "t2" if method == "users.list" else "t3", now)
        return wait or (limits.check_channel(asked["channel"], now) if method == "chat.postMessage" else 0)

    def _post(self, team: str, asked: Json) -> Json:
        channel, stored = asked["channel"], asked["metadata"]["event_payload"]
        messages, micros = self._history[team, channel], int(self.clock.now().timestamp() * 1e6)
        ts = f"{micros // 10**6}.{micros % 10**6:06}"
        for mark in (stored["key"], *stored.get("parts", ())):
            self.marks[team, mark] += 1
        self.posts += 1
        messages.append({"ts": ts, "text": asked.get("text", ""), "metadata": asked["metadata"], "user": BOT})
        blocks = asked.get("blocks") or []
        if any(block.get("type") == "actions" for block in blocks):
            self.recent.append(Clickable(team, channel, ts, asked.get("text", ""), blocks))
        return {"channel": channel, "ts": ts, "message": {"text": asked.get("text", "")}}

    def _answer(self, team: str, method: str, asked: Json) -> Json:
        match method:
            case "auth.test":
                return {"team_id": team, "team": f"Company {team}", "user_id": BOT, "user": "balik", "bot_id": "BBOT"}
            case "conversations.open":
                ids = asked["users"].split(",")
                return {"channel": {"id": dm_of(ids[0]) if len(ids) == 1 else "G" + "".join(one[1:] for one in ids)}}
            case "conversations.history":
                found = [one for one in self._history[team, asked["channel"]] if _within(one, asked)]
                return {"messages": found[::-1], "has_more": False}
            case "conversations.members":
                some = range(1, 2 if asked["channel"] == HR_CHANNEL else self.people + 1)
                return {"members": [*map(person_of, some), BOT]}
            case "conversations.info":
                private = asked["channel"] == HR_CHANNEL
                return {"channel": {"id": asked["channel"], "name": "c", "is_private": private, "is_member": True}}
            case "users.info":
                return {"user": _user(team, asked["user"])}
            case "users.list":
                return {"members": [_user(team, person_of(number)) for number in range(1, self.people + 1)]}
            case "views.open" | "views.push" | "views.update" | "views.publish":
                return {"view": {**_json(asked["view"]), "id": "V1", "root_view_id": "V1", "hash": "1.a"}}
            case "files.getUploadURLExternal":
                return {"upload_url": f"{self.url}/upload", "file_id": f"F{self.calls[method]}"}
            case "files.info":
                return {"file": {"id": asked["file"], "mimetype": "image/png"}}
            case _:
                return {"ts": asked.get("ts", ""), "channel": asked.get("channel", "")}

    def _date(self) -> dict[str, str]:
        return {"Date": format_datetime(self.clock.now(), usegmt=True)}


def _within(message: Json, asked: Json) -> bool:
    moment = float(message["ts"])
    return float(asked.get("oldest") or 0) <= moment <= float(asked.get("latest") or "inf")


def _user(team: str, slack_id: str) -> Json:
    name = f"Orang {int(slack_id[1:])}"
    return {
        "id": slack_id, "team_id": team, "name": name, "real_name": name, "tz": "Asia/Jakarta", "locale": "en-US",
        "deleted": False, "is_bot": False, "profile": {"real_name": name, "email": f"{slack_id}@example.com"},
    }  # fmt: skip


async def _arguments(request: web.Request) -> Json:
    if request.content_type == "application/json":
        return dict(await request.json())
    return {**request.query, **dict((await request.post()).items())}


def _json(value: Any) -> Json:
    return dict(json.loads(value) if isinstance(value, str) else value)

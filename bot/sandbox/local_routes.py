"""The person API over JSON, for the page: what one sees, what one does, what changed, and the clock."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path

from aiohttp import web

from .company import Company
from .forms import FormError
from .local_http import body_of, refused
from .local_json import channel_view, clock_view, outcome_view, state_view
from .model import Json
from .people import Outcome, Person, Target

PAGE = Path(__file__).parent / "page"
PAGE_HEADERS = {
    "Cache-Control": "no-cache",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    # Only what this server gives runs, shows or is asked; nobody else's page may frame it.
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
}
CALLS_SHOWN = 500
MEMBERS_A_PAGE = 100
HEARTBEAT_SECONDS = 15.0


class LocalRoutes:
    """Everything under /_local/, and the page's files."""

    def __init__(self, slack: Company) -> None:
        self.slack = slack
        self.actions: dict[str, Callable[[Person, Json], Awaitable[Outcome]]] = {
            "command": lambda me, a: me.command(a["line"], a.get("channel")),
            "click": self._click,
            "suggest": self._suggest,
            "fill": lambda me, a: me.fill(me.home if a.get("on") == "home" else None, a.get("values") or {}),
            "submit": lambda me, a: me.submit(a.get("values") or {}),
            "close": lambda me, a: me.close(all=bool(a.get("all"))),
            "home": lambda me, _: me.open_home(),
            "messages": lambda me, _: me.open_messages(),
            "say": lambda me, a: me.say(a["channel"], a["text"], a.get("thread_ts")),
            "join": lambda me, a: me.join(a["channel"]),
            "leave": lambda me, a: me.leave(a["channel"]),
            "shortcut": lambda me, a: me.shortcut(a["callback_id"]),
            "read": self._read,
            "deactivate": lambda me, _: self._done(self.slack.deactivate(me.id)),
            "reactivate": lambda me, _: self._done(self.slack.reactivate(me.id)),
            "timezone": lambda me, a: self._done(self.slack.set_timezone(me.id, a["tz"])),
        }

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/_local/state", self.state),
            web.get("/_local/channel", self.channel),
            web.post("/_local/act", self.act),
            web.get("/_local/events", self.events),
            web.get("/_local/members", self.members),
            web.get("/_local/calls", self.calls),
            web.get("/_local/clock", self.clock),
            web.post("/_local/clock", self.move_clock),
            web.get("/_local/extensions/{extension}/{path:.*}", self.extension),
            web.post("/_local/extensions/{extension}/{path:.*}", self.extension),
            web.get("/_local/files/{file}", self.file),
            web.get("/", self.page),
            web.get("/page/extensions/{extension}/{path:.+}", self.extension_file),
            web.get("/page/{path:.+}", self.page),
        ]

    # Reading

    async def state(self, request: web.Request) -> web.Response:
        """The workspace; with `as`, also that person's conversations, modals and Home."""
        me = request.query.get("as")
        if me is not None and me not in self.slack.workspace.users:
            return refused(f"no user {me!r}", 404)
        person = Person(self.slack, me) if me else None
        return web.json_response(state_view(self.slack, person, people=request.query.get("people") != "0"))

    async def channel(self, request: web.Request) -> web.Response:
        """One conversation as that person sees it; it counts as read unless `peek` is given."""
        try:
            me = Person(self.slack, request.query.get("as", ""))
            channel = self.slack.channel(request.query.get("id", ""))
            asked = request.query
            limit = _number(asked["limit"]) if "limit" in asked else None
            body = channel_view(self.slack, me, channel, limit=limit, thread=asked.get("thread"))
        except ValueError as error:
            return refused(str(error), 400)
        except (KeyError, PermissionError) as error:
            return refused(_said(error), 404)
        if not asked.get("peek"):
            me.read(channel)
        return web.json_response(body)

    async def members(self, request: web.Request) -> web.Response:
        """Who is in a conversation, a page at a time: {"members", "next"}, from the place `after`."""
        try:
            me = Person(self.slack, request.query.get("as", ""))
            channel = self.slack.channel(request.query.get("id", ""))
            after = int(request.query.get("after", "0"))
        except (KeyError, ValueError) as error:
            return refused(_said(error), 404)
        if not self.slack.workspace.person_sees(channel, me.id):
            return refused(f"{me.id} is not in {channel.id}", 404)
        page = channel.members[after : after + MEMBERS_A_PAGE]
        rest = after + len(page) < len(channel.members)
        return web.json_response({"members": page, "next": after + len(page) if rest else None})

    async def calls(self, request: web.Request) -> web.Response:
        """The last calls of the Web API, newest last; `limit` of them."""
        try:
            limit = _number(request.query.get("limit", str(CALLS_SHOWN)))
        except ValueError as error:
            return refused(str(error), 400)
        newest = list(islice(reversed(self.slack.calls), limit))
        return web.json_response({"calls": newest[::-1]})

    async def file(self, request: web.Request) -> web.Response:
        """A file's bytes, for the page on this machine."""
        file = self.slack.workspace.files.get(request.match_info["file"])
        if file is None or file.content is None:
            return refused("no such file", 404)
        kind = self.slack.workspace.file_json(file)["mimetype"]
        # Shown in the page only if it is a picture: an uploaded HTML file must not run in it.
        kind = kind if file.is_image else "application/octet-stream"
        return web.Response(body=file.content, content_type=kind, headers={"X-Content-Type-Options": "nosniff"})

    async def events(self, request: web.Request) -> web.StreamResponse:
        """One event for each change that concerns that person: by a WebSocket if that is asked for, else Server-Sent.

        The page asks for a WebSocket: a browser keeps at most six other connections to a server, of all its windows.
        """
        me = request.query.get("as")
        socket = web.WebSocketResponse(heartbeat=HEARTBEAT_SECONDS)
        if socket.can_prepare(request):
            await socket.prepare(request)
            return await self._send_to_socket(socket, me)
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
        await response.prepare(request)
        with self._changes(me) as changes, suppress(ConnectionError):  # the page may be closed
            await response.write(b": hello\n\n")
            while self.slack.serving:
                try:
                    change = await asyncio.wait_for(changes.get(), HEARTBEAT_SECONDS)
                except TimeoutError:
                    await response.write(b": still here\n\n")
                    continue
                if self._concerns(me, change):
                    await response.write(f"data: {json.dumps(change)}\n\n".encode())
        return response

    async def _send_to_socket(self, socket: web.WebSocketResponse, me: str | None) -> web.WebSocketResponse:
        """Send changes until the page closes the socket, or the server ends."""

        async def send(changes: asyncio.Queue[Json]) -> None:
            while not socket.closed:
                change = await changes.get()
                if self._concerns(me, change):
                    await socket.send_json(change)
                if not self.slack.serving:
                    await socket.close()

        with self._changes(me) as changes:
            sending = asyncio.create_task(send(changes))
            try:
                async for _ in socket:
                    pass  # the page sends nothing here
            finally:
                sending.cancel()
                with suppress(asyncio.CancelledError, ConnectionError):
                    await sending
        return socket

    @contextmanager
    def _changes(self, me: str | None) -> Iterator[asyncio.Queue[Json]]:
        """All changes while a window of `me` is open; a user of the page plays that person from then on."""
        changes: asyncio.Queue[Json] = asyncio.Queue()
        end = self.slack.on_change(changes.put_nowait)
        if me:
            self.slack.played.add(me)
        try:
            yield changes
        finally:
            end()

    def _concerns(self, me: str | None, change: Json) -> bool:
        channel = self.slack.workspace.channels.get(change.get("channel", ""))
        if me is None or channel is None:
            return me is None or change.get("user") in (None, me) or change["kind"] == "user"
        if not self.slack.workspace.person_sees(channel, me):
            return change.get("user") == me
        return change["kind"] != "message" or change.get("user") in (None, me)

    # Doing

    async def act(self, request: web.Request) -> web.Response:
        """Do something as a person: {"as", "do", …}."""
        body, refusal = await body_of(request)
        if refusal:
            return refusal
        act = self.actions.get(str(body.get("do")))
        if act is None:
            return refused(f"do is one of {', '.join(self.actions)}", 400)
        try:
            me = Person(self.slack, str(body.get("as", "")))
            self.slack.played.add(me.id)
            outcome = await act(me, body)
        except (FormError, KeyError, PermissionError, TypeError, AttributeError) as error:
            return refused(_said(error), 400)
        return web.json_response(outcome_view(outcome))

    async def _click(self, me: Person, a: Json) -> Outcome:
        return await me.click(self._target(me, a), str(a["action_id"]), a.get("block_id"), value=a.get("value"))

    async def _suggest(self, me: Person, a: Json) -> Outcome:
        typed = str(a.get("typed", ""))
        return await me.suggest(self._target(me, a), str(a["action_id"]), a.get("block_id"), typed=typed)

    def _target(self, me: Person, a: Json) -> Target | None:
        on = a.get("on")
        target: Target | None = None
        if on == "home":
            if me.home is None:
                raise FormError("the Home tab is empty")
            target = me.home
        elif isinstance(on, dict) and "view" in on:
            target = next((view for view in me.modals if view.id == on["view"]), None)
            if target is None:
                raise FormError("that modal is not open")
        elif isinstance(on, dict):
            target = (str(on.get("channel")), str(on.get("ts")))
        return target

    async def _read(self, me: Person, a: Json) -> Outcome:
        me.read(a["channel"])
        return Outcome(True)

    async def _done(self, work: Awaitable[None]) -> Outcome:
        await work
        return Outcome(True)

    # The clock

    async def clock(self, request: web.Request) -> web.Response:
        """The time; where to, while the clock is being moved on; else when the app has something to do next."""
        ask = None if self.slack.clock_move else self.slack.find_upcoming
        following = await ask() if ask else None
        return web.json_response(clock_view(self.slack, following))

    async def move_clock(self, request: web.Request) -> web.Response:
        """Move on by {"advance_seconds"} or to {"to"}; {"stop": true} ends what is under way."""
        body, refusal = await body_of(request)
        if refusal:
            return refusal
        if body.get("stop"):
            if self.slack.clock_move:
                self.slack.clock_move.stopped = True
            return await self.clock(request)
        now = self.slack.clock.now()
        seconds, to = body.get("advance_seconds"), body.get("to")
        try:
            target = datetime.fromisoformat(str(to)) if to else now + timedelta(seconds=float(str(seconds)))
            if target.tzinfo is None or target < now:
                raise ValueError("the clock moves forward only, to a time with a zone")
            if self.slack.clock_move:
                return refused("the clock is being moved on already", 409)
            await self.slack.advance(target)
        except (ValueError, OverflowError) as error:
            return refused(str(error), 400)
        return await self.clock(request)

    # The page

    async def page(self, request: web.Request) -> web.StreamResponse:
        """A file of the page, and nothing outside its folder."""
        return _file(PAGE, request.match_info.get("path", "index.html"))

    async def extension_file(self, request: web.Request) -> web.StreamResponse:
        """A file of an extension."""
        extension = self.slack.extensions.get(request.match_info["extension"])
        return _file(extension.folder, request.match_info["path"]) if extension else refused("no such page", 404)

    async def extension(self, request: web.Request) -> web.StreamResponse:
        """What an extension answers to a request of its own scripts."""
        extension = self.slack.extensions.get(request.match_info["extension"])
        return (
            await extension.answer(request, request.match_info["path"])
            if extension
            else refused("no such extension", 404)
        )


def _file(folder: Path, path: str) -> web.StreamResponse:
    found = (folder / path).resolve()
    if found.is_relative_to(folder.resolve()) and found.is_file():
        return web.FileResponse(found, headers=PAGE_HEADERS)
    return refused("no such page", 404)


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise ValueError("limit is a number")
    return max(1, int(text))


def _said(error: Exception) -> str:
    """What an error says; a KeyError alone says only the key."""
    if isinstance(error, KeyError) and error.args and " " not in str(error.args[0]):
        return f"missing: {error.args[0]}"
    return str(error.args[0]) if error.args else type(error).__name__

"""Looking closely: the calls behind a message, how near it is to Slack's limits; faults and bad days by hand."""

import json
from typing import get_args

from aiohttp import web

from .bad_day import BadDay
from .company import Company
from .documented import ANY, documented_errors
from .faults import Fault, FaultKind
from .kit import total_text
from .local_http import body_of, refused
from .model import Json, Message
from .people import Person
from .posting import MESSAGE_MAX, METADATA_MAX, TEXT_MAX

BLOCKS_MAX = 50
SECTION_MAX = 3_000
ELEMENTS_MAX = 25


class Inspector:
    """/_local/inspect, /_local/faults and /_local/bad_day."""

    def __init__(self, slack: Company) -> None:
        self.slack = slack

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/_local/inspect", self.inspect),
            web.get("/_local/faults", self.faults),
            web.post("/_local/faults", self.change_faults),
            web.get("/_local/bad_day", self.bad_day),
            web.post("/_local/bad_day", self.switch_bad_day),
        ]

    async def inspect(self, request: web.Request) -> web.Response:
        """A message that a person sees: as JSON, the calls it was made and changed by, and Slack's limits."""
        who, channel, ts = (request.query.get(key, "") for key in ("as", "channel", "ts"))
        try:
            seen = Person(self.slack, who).visible(channel)
        except (KeyError, PermissionError):
            return refused("no such conversation", 404)
        message = next((one for one in seen if one.ts == ts), None)
        if message is None:
            return refused("no such message", 404)
        here = {"channel": channel, "ts": ts}
        body = {
            "message": self.slack.workspace.message_json(message),
            "calls": [call for call in self.slack.calls if call.get("message") == here],
            "limits": limits(message),
        }
        return web.json_response(body)

    async def faults(self, request: web.Request) -> web.Response:
        """The faults in force, which kinds there are, and which errors Slack documents, by method."""
        rules = [
            {"kind": one.kind, "method": one.method, "times": one.times, "struck": one.struck}
            | ({"error": one.error} if one.kind == "refused" else {})
            for one in self.slack.faults.rules
            if one.times is None or one.struck < one.times
        ]
        errors = documented_errors()
        return web.json_response({"faults": rules, "kinds": list(get_args(FaultKind)), "errors": errors})

    async def change_faults(self, request: web.Request) -> web.Response:
        """{"kind", "method"?, "times"?, "seconds"?, "error"?} adds one; {"clear": true} ends all."""
        body, refusal = await body_of(request)
        if refusal:
            return refusal
        if body.get("clear"):
            self.slack.faults.clear()
            return await self.faults(request)
        times, seconds = body.get("times"), body.get("seconds", 1)
        kind: FaultKind | None = next((one for one in get_args(FaultKind) if one == body.get("kind")), None)
        if kind is None:
            return refused(f"kind is one of {', '.join(get_args(FaultKind))}", 400)
        if not (times is None or (isinstance(times, int) and times > 0)) or not isinstance(seconds, (int, float)):
            return refused("times is a number of calls, and seconds a number", 400)
        method = str(body.get("method", ANY))
        fault = Fault(kind, method, times, seconds=float(seconds), retry_after=max(1, round(seconds)))
        if kind == "refused":
            known = documented_errors().get(method, ())
            if body.get("error") not in known:
                return refused(f"{method} answers none but its documented errors: {', '.join(known)}", 400)
            fault.error = str(body["error"])
        self.slack.faults.add(fault)
        return await self.faults(request)

    async def bad_day(self, request: web.Request) -> web.Response:
        """Whether the workspace is as on a bad day, and what that means in it."""
        return web.json_response(BadDay(self.slack).view())

    async def switch_bad_day(self, request: web.Request) -> web.Response:
        """{"on": true} or {"on": false}."""
        body, refusal = await body_of(request)
        if refusal:
            return refusal
        if not isinstance(body.get("on"), bool):
            return refused("on is true or false", 400)
        await BadDay(self.slack).switch(body["on"])
        return await self.bad_day(request)


def limits(message: Message) -> list[Json]:
    """How much of what Slack allows a message uses: the page has the words for each."""
    found = [
        ("blocks", len(message.blocks), BLOCKS_MAX),
        ("text", len(message.text), TEXT_MAX),
        ("longest", max(map(total_text, message.blocks), default=0), SECTION_MAX),
        ("all", total_text(message.blocks), MESSAGE_MAX),
        ("row", max((len(one.get("elements", [])) for one in message.blocks), default=0), ELEMENTS_MAX),
        ("metadata", _size(message.metadata), METADATA_MAX),
    ]
    return [{"what": what, "used": used, "most": most} for what, used, most in found]


def _size(metadata: Json | None) -> int:
    return len(json.dumps(metadata, ensure_ascii=False).encode()) if metadata else 0

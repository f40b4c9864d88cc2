"""One call of the Web API, from request to answer: faults, token, scopes, limits, arguments, handler, record."""

import asyncio
from datetime import timedelta
from email.utils import format_datetime

from aiohttp import web

from .api import HANDLERS
from .api.call import Call
from .args import coerce_args, read_args
from .company import Company
from .documented import error_body
from .faults import Fault
from .methods import COMMON_ERRORS, METHODS, Method
from .model import Json, SlackError


class WebApi:
    """Answers /api/<method>."""

    def __init__(self, slack: Company) -> None:
        self.slack = slack
        self.in_flight = 0
        self.told_date: str | None = None
        """What every answer says instead of the time; "" for nothing."""

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Serve one request; `in_flight` counts it until it is answered."""
        self.in_flight += 1
        try:
            return await self._serve(request)
        finally:
            self.in_flight -= 1

    async def date(self, _request: web.Request, response: web.StreamResponse) -> None:
        """Every answer tells the time by our clock, which may be moved by hand."""
        told = self.told_date
        response.headers["Date"] = format_datetime(self.slack.clock.now(), usegmt=True) if told is None else told
        if told == "":
            del response.headers["Date"]

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["method"]
        try:
            raw, token = await read_args(request)
        except SlackError as refusal:
            self.slack.record(name, {}, refusal.code)
            return web.json_response(refusal.body())
        fault = self.slack.faults.pick(name)
        if fault and (answer := await self._before(fault, request, name, raw, token)):
            return answer
        body, status = await self.accept(name, raw, token, fault)
        if fault and (answer := await self._after(fault, request)):
            return answer
        headers = {"X-OAuth-Scopes": ",".join(sorted(self.slack.manifest.scopes))}
        if status == 429:
            headers["Retry-After"] = str(body.pop("retry_after"))
        return web.json_response(body, status=status, headers=headers)

    async def _before(
        self, fault: Fault, request: web.Request, name: str, raw: Json, token: str | None
    ) -> web.Response | None:
        """What a fault does before the call is accepted."""
        if fault.kind == "ratelimited" or (fault.kind, fault.error) == ("refused", "ratelimited"):
            self.slack.record(name, raw, "ratelimited", fault=fault.kind)
            headers = {"Retry-After": str(fault.retry_after)}
            return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers=headers)
        if fault.kind == "refused":
            self.slack.record(name, raw, fault.error, fault=fault.kind)
            return web.json_response(error_body(name, fault.error, self.slack.manifest.scopes))
        if fault.kind == "error_before":
            self.slack.record(name, raw, f"http_{fault.status}", fault=fault.kind)
            return web.Response(status=fault.status, text="upstream connect error")
        if fault.kind == "late_acceptance":
            self.slack.later(timedelta(seconds=fault.seconds), lambda: self.accept(name, raw, token, fault))
            return _hang_up(request)
        if fault.kind == "drop_sockets":
            await self.slack.sockets.drop_all()
        return None

    async def _after(self, fault: Fault, request: web.Request) -> web.Response | None:
        """What a fault does to the answer of a call that was accepted."""
        if fault.kind == "error_after":
            return web.Response(status=fault.status, text="upstream connect error")
        if fault.kind == "garbled":
            return web.Response(text=fault.body, content_type=fault.content_type)
        if fault.kind == "lost_reply":
            return _hang_up(request)
        if fault.kind == "slow_reply":
            await asyncio.sleep(fault.seconds)
        return None

    async def accept(self, name: str, raw: Json, token: str | None, fault: Fault | None = None) -> tuple[Json, int]:
        """Do the call: its body and HTTP status. Recorded whatever comes of it, with the fault that befalls it."""
        met = fault.kind if fault else None
        try:
            body = {"ok": True, **await self._call(name, raw, token)}
        except SlackError as refusal:
            self._declared(name, refusal.code)
            self.slack.record(name, raw, refusal.code, refusal.body(), fault=met)
            return refusal.body(), 429 if refusal.code == "ratelimited" else 200
        self.slack.record(name, raw, None, body, fault=met)
        return body, 200

    async def _call(self, name: str, raw: Json, token: str | None) -> Json:
        method = METHODS.get(name)
        if method is None or (method.installing and self.slack.installer is None):
            raise SlackError("unknown_method", req_method=name)
        self._authorise(method, token)
        if method.scopes:
            self.slack.need_scope(*method.scopes)
        wait = self.slack.limits.check(name, method.tier, self.slack.clock.now())
        if wait:
            raise SlackError("ratelimited", retry_after=wait)
        return await HANDLERS[name](Call(self.slack, name, coerce_args(method, raw), token or ""))

    def _authorise(self, method: Method, token: str | None) -> None:
        if method.open:
            return
        if token is None:
            raise SlackError("not_authed")
        if refusal := self.slack.token_refusal(token):
            raise SlackError(refusal)
        if (token == self.slack.app_token) is not method.app_token:
            raise SlackError("not_allowed_token_type")

    def _declared(self, name: str, code: str) -> None:
        """Refusals come from the table: one that is not there is our own mistake."""
        method = METHODS.get(name)
        if method and not method.open and code not in method.errors | COMMON_ERRORS:
            raise RuntimeError(f"{name} may not answer {code}: it is not declared in methods.py")


def _hang_up(request: web.Request) -> web.Response:
    """Close the connection without an answer."""
    if request.transport:
        request.transport.abort()
    return web.Response()  # goes nowhere, but a handler has to return something

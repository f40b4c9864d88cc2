"""The two addresses of an installation by OAuth. Neither is logged: the second one's query holds a code."""

from collections.abc import Awaitable, Callable, Sequence

from aiohttp import web
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot.workspaces.oauth_pages import HEADERS

Answer = Callable[[AsyncBoltRequest], Awaitable[BoltResponse]]


def add_oauth_routes(server: web.Application, flow: AsyncOAuthFlow) -> None:
    """Serve the "Add to Slack" page, and the way back from Slack."""
    server.router.add_get(flow.install_path, _handler(flow.handle_installation), allow_head=False)
    server.router.add_get(flow.redirect_uri_path, _handler(flow.handle_callback), allow_head=False)


def _handler(answer: Answer) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def handle(request: web.Request) -> web.Response:
        headers: dict[str, str | Sequence[str]] = {name: request.headers.getall(name) for name in request.headers}
        reply = await answer(AsyncBoltRequest(body="", query=request.query_string, headers=headers))
        # Bolt's own conversion would drop SameSite from the cookie.
        shown = web.Response(status=reply.status, text=reply.body, content_type="text/html", headers=HEADERS)
        for cookie in reply.headers.get("set-cookie", ()):
            shown.headers.add("Set-Cookie", cookie)
        return shown

    return handle

"""The HTTP server: where each path goes."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

from aiohttp import web

from .company import Company
from .guard import guard, keep_to_yourself, loopback
from .hub import Hub
from .inspector import Inspector
from .local_routes import LocalRoutes
from .responses import Responses
from .web_api import WebApi

BODY_MAX = 64 * 1024 * 1024
SHUTDOWN_SECONDS = 1.0
SIGN_IN = "<!DOCTYPE html><html><head><title>Sign in</title></head><body>Sign in to your workspace</body></html>"


def routes(slack: Company, web_api: WebApi) -> list[web.RouteDef]:
    """Every route of a workspace."""
    files = Files(slack)
    return [
        web.route("*", "/api/{method}", web_api.handle),
        web.get("/link/", slack.sockets.handle),
        web.post("/actions/{rest:.*}", Responses(slack).handle),
        web.post("/upload/v1/{key}", files.upload),
        web.get("/files-pri/{file}/{name}", files.download),
        web.get("/files-pri/{file}/download/{name}", files.download),
        *LocalRoutes(slack).routes(),
        *Inspector(slack).routes(),
    ]


def new_application(all_routes: Iterable[web.RouteDef], web_api: WebApi) -> web.Application:
    """These routes, behind the guard; `web_api` tells the time of each answer."""
    app = web.Application(client_max_size=BODY_MAX, middlewares=[guard])
    app.on_response_prepare.append(keep_to_yourself)
    app.add_routes(all_routes)
    app.on_response_prepare.append(web_api.date)
    return app


@asynccontextmanager
async def start(slack: Company, web_api: WebApi, host: str, port: int) -> AsyncIterator[str]:
    """Listen, yield the address, and stop. Raises ValueError for a host that is not loopback."""
    async with serve(new_application(routes(slack, web_api), web_api), host, port) as url:
        yield url


@asynccontextmanager
async def serve(app: web.Application, host: str, port: int) -> AsyncIterator[str]:
    """Listen, yield the address, and stop. Raises ValueError for a host that is not loopback."""
    shown = loopback(host)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=SHUTDOWN_SECONDS)
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, port)
        await site.start()
        actual = runner.addresses[0][1]
        yield f"http://{shown}:{actual}"
    finally:
        await runner.cleanup()


class Files:
    """The bytes of files: up by their URL, down with the token."""

    def __init__(self, slack: Hub) -> None:
        self.slack = slack

    async def upload(self, request: web.Request) -> web.Response:
        """The second step of an upload: the raw bytes, or a form with them."""
        file = self.slack.workspace.promised(request.match_info["key"])
        if file is None:
            return web.Response(status=404, text="unknown upload")
        content = await _content(request)
        if file.complete:
            return web.Response(status=409, text="already completed")
        if len(content) != file.length:
            return web.Response(status=400, text=f"{len(content)} bytes, but {file.length} were promised")
        file.content = content
        return web.Response(text=f"OK - {len(content)}")

    async def download(self, request: web.Request) -> web.Response:
        """url_private, for a token with files:read. To others Slack shows its sign-in page, as if all were well."""
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        allowed = scheme == "Bearer" and token != self.slack.app_token and self.slack.token_refusal(token) is None
        if not allowed or "files:read" not in self.slack.manifest.scopes:
            return web.Response(text=SIGN_IN, content_type="text/html")
        file = self.slack.workspace.files.get(request.match_info["file"].rpartition("-")[2])
        if file is None or file.content is None:
            return web.Response(status=404, text="file_not_found")
        return web.Response(body=file.content, content_type=self.slack.workspace.file_json(file)["mimetype"])


async def _content(request: web.Request) -> bytes:
    if request.content_type != "multipart/form-data":
        return await request.read()
    for field in (await request.post()).values():
        if isinstance(field, web.FileField):
            return field.file.read()
    return b""

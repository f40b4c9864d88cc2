"""The HTTP server: where each path goes."""

from collections.abc import AsyncIterator
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


def application(slack: Company, web_api: WebApi) -> web.Application:
    """Every route, behind the guard."""
    app = web.Application(client_max_size=BODY_MAX, middlewares=[guard])
    app.on_response_prepare.append(keep_to_yourself)
    files = Files(slack)
    app.add_routes(
        [
            web.route("*", "/api/{method}", web_api.handle),
            web.get("/link/", slack.sockets.handle),
            web.post("/actions/{rest:.*}", Responses(slack).handle),
            web.post("/upload/v1/{key}", files.upload),
            web.get("/files-pri/{file}/{name}", files.download),
            web.get("/files-pri/{file}/download/{name}", files.download),
        ]
    )
    LocalRoutes(slack).add_to(app)
    Inspector(slack).add_to(app)
    app.on_response_prepare.append(web_api.date)
    return app


@asynccontextmanager
async def start(slack: Company, web_api: WebApi, host: str, port: int) -> AsyncIterator[str]:
    """Listen, yield the address, and stop. Raises ValueError for a host that is not loopback."""
    shown, app = loopback(host), application(slack, web_api)
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
        allowed = request.headers.get("Authorization") == f"Bearer {self.slack.bot_token}"
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

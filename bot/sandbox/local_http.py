"""Requests and answers in JSON, below /_local/."""

from typing import Any

from aiohttp import web

from .model import Json


async def body_of(request: web.Request) -> tuple[Json, web.Response | None]:
    """The JSON of a request. Only JSON is taken: other sites' pages cannot send that here unasked."""
    if request.content_type != "application/json":
        return {}, refused("send application/json", 415)
    try:
        body: Any = await request.json()
    except ValueError:
        body = None
    return (body, None) if isinstance(body, dict) else ({}, refused("send a JSON object", 400))


def refused(text: str, status: int) -> web.Response:
    return web.json_response({"ok": False, "text": text, "errors": {}}, status=status)

"""A part that the server of the local Slack adds to its page."""

from pathlib import Path
from typing import Protocol

from aiohttp import web


class PageExtension(Protocol):
    """Scripts and styles of its own, and the requests that they make.

    The page imports `main.js`, which exports `extend(app)`, and gives what that returns a chance to draw.
    """

    @property
    def folder(self) -> Path:
        """Its files, served below /page/extensions/<name>/."""

    async def answer(self, request: web.Request, path: str) -> web.StreamResponse:
        """The answer to a GET or POST of /_local/extensions/<name>/<path>."""

"""Looking through a story that is over, for the page."""

from aiohttp import web

from .company import Company
from .local_routes import refused

MOST = 200
"""Entries that are answered at once."""


class TranscriptRoutes:
    """/_local/transcript and /_local/transcript/entries; 404 unless `slack.transcript` is set."""

    def __init__(self, slack: Company) -> None:
        self.slack = slack

    def add_to(self, app: web.Application) -> None:
        app.add_routes(
            [
                web.get("/_local/transcript", self.index),
                web.get("/_local/transcript/entries", self.entries),
            ]
        )

    async def index(self, request: web.Request) -> web.Response:
        """Everything but the entries' texts, in `language`."""
        if self.slack.transcript is None:
            return refused("there is no transcript here", 404)
        return web.json_response(self.slack.transcript.index(request.query.get("language", "en")))

    async def entries(self, request: web.Request) -> web.Response:
        """Those of `numbers`, with commas between them."""
        if self.slack.transcript is None:
            return refused("there is no transcript here", 404)
        asked = request.query.get("numbers", "").split(",")
        if len(asked) > MOST or not all(one.isascii() and one.isdigit() for one in asked):
            return refused(f"numbers are up to {MOST} numbers with commas between them", 400)
        found = self.slack.transcript.entries([int(one) for one in asked], request.query.get("language", "en"))
        return web.json_response({"entries": found})

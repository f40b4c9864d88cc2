"""What the demo and a rehearsal add to the page of the local Slack, and the requests of its scripts."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

from aiohttp import web

from bot.sandbox import Slack
from bot.sandbox.local_http import body_of, refused

NAME = "rehearsal"
FOLDER = Path(__file__).parent / "page"
ENTRIES_AT_ONCE = 200

Json = dict[str, Any]


class UserSimulation(Protocol):
    """The people of the workspace that act by themselves. They never act for those of `slack.played`."""

    def view(self) -> Json:
        """{"on", "actions": how many, "recent": [{"at", "who", "what"}], "next": when a person acts next, or None}."""

    def switch(self, on: bool) -> None:
        """Switch it on or off."""


class Guide(Protocol):
    """A path through the features of the demo."""

    async def view(self, language: str) -> Json:
        """{"roles": [{"key", "title", "text", "who": user id, "channel": id}], "title", "intro", "end",
        "steps": [{"key", "title", "text", "who": user id, "channel": id?, "done", "files": [{"path", "name"}]}],
        "trial": {"title", "steps"}}."""

    async def speak(self, user_id: str, language: str) -> None:
        """Set the language of the bot's messages to a person from now on."""

    def roster(self, language: str, *, mistakes: bool) -> bytes:
        """A sample roster to upload, as CSV."""


class Transcript(Protocol):
    """The record of a rehearsal, to browse by day, person and kind."""

    def index(self, language: str) -> Json:
        """{"title", "intro", "words", "people", "groups", "stages", "days_off", "entries", "findings", …}."""

    def behaviours(self, language: str) -> Json:
        """How each person behaves: {"title", "about", "people": [{"name", "behaviour"}]}."""

    def entries(self, numbers: Sequence[int], language: str) -> list[Json]:
        """[{"number", "head", "at", "channel", "ts", "who", "text", "blocks", …}] of those entries."""


class RehearsalPage:
    """Implements `bot.sandbox.PageExtension`. A part that is None is not offered."""

    folder = FOLDER

    def __init__(
        self,
        slack: Slack,
        *,
        simulation: UserSimulation | None = None,
        guide: Guide | None = None,
        transcript: Transcript | None = None,
    ) -> None:
        self.slack = slack
        self.simulation = simulation
        self.guide = guide
        self.transcript = transcript

    def attach(self) -> None:
        """Let the page show it."""
        self.slack.extensions[NAME] = self

    async def answer(self, request: web.Request, path: str) -> web.StreamResponse:
        """`simulation`, `guide`, `transcript` and what belongs to each; "" says which of the three there are."""
        language = request.query.get("language", "en")
        match path:
            case "":
                offered = {"simulation": self.simulation, "guide": self.guide, "transcript": self.transcript}
                return web.json_response({name: part is not None for name, part in offered.items()})
            case "simulation" if self.simulation:
                return await self._simulation(request, self.simulation)
            case "guide" if self.guide:
                return web.json_response(await self.guide.view(language))
            case "language" if self.guide:
                return await _language(request, self.guide)
            case "roster.csv" | "roster-with-mistakes.csv" if self.guide:
                content = self.guide.roster(language, mistakes=path != "roster.csv")
                attached = {"Content-Disposition": "attachment"}
                return web.Response(body=content, content_type="text/csv", headers=attached)
            case "transcript" if self.transcript:
                return web.json_response(self.transcript.index(language))
            case "transcript/behaviours" if self.transcript:
                return web.json_response(self.transcript.behaviours(language))
            case "transcript/entries" if self.transcript:
                return _entries(self.transcript, request.query.get("numbers", ""), language)
        return refused("not_found", 404)

    async def _simulation(self, request: web.Request, simulation: UserSimulation) -> web.Response:
        """{"on"} switches it, {"hand_over"} lets the rehearsal act for a person whom the page has acted for."""
        if request.method == "POST":
            body, refusal = await body_of(request)
            if refusal:
                return refusal
            if "on" in body:
                simulation.switch(bool(body["on"]))
            if who := body.get("hand_over"):
                self.slack.played.discard(str(who))
        return web.json_response(simulation.view() | {"played": sorted(self.slack.played)})


async def _language(request: web.Request, guide: Guide) -> web.Response:
    """Takes {"as", "language"}: the person whom the page's user plays, and the language chosen for the page."""
    body, refusal = await body_of(request)
    if refusal:
        return refusal
    await guide.speak(str(body.get("as", "")), str(body.get("language", "")))
    return web.json_response({"ok": True})


def _entries(transcript: Transcript, asked: str, language: str) -> web.Response:
    numbers = asked.split(",")
    if len(numbers) > ENTRIES_AT_ONCE or not all(one.isascii() and one.isdigit() for one in numbers):
        return refused("invalid_numbers", 400)
    return web.json_response({"entries": transcript.entries([int(one) for one in numbers], language)})

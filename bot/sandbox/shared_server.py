"""The server of several workspaces: each request goes to the workspace that it is for."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

from .args import csv, read_args
from .authorize import AuthorizePage
from .directory import Directory
from .installations import Installation
from .model import Json, SlackError
from .server import new_application, routes, serve
from .slack import Slack

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

TEAM_METHODS = frozenset({"conversations.create", "conversations.list", "users.conversations", "users.list"})
"""With an organisation's token they ask for `team_id`."""
ID_ARGUMENTS = ("channel", "channel_id", "user", "user_id", "users", "file", "view_id", "trigger_id")


class Switchboard:
    """Finds the workspace of a request, and the handler that this workspace has for its path."""

    def __init__(self, home: Directory) -> None:
        self.home = home
        self._tables: dict[str, dict[tuple[str, str], Handler]] = {}

    def table(self, slack: Slack) -> dict[tuple[str, str], Handler]:
        """A workspace's handlers, by HTTP method and path."""
        team_id = slack.workspace.team_id
        if team_id not in self._tables:
            found: dict[tuple[str, str], Any] = {
                (one.method, one.path): one.handler for one in routes(slack, slack.web_api)
            }
            self._tables[team_id] = found
        return self._tables[team_id]

    def routes(self) -> list[web.RouteDef]:
        """Every path of a workspace, at which the request decides whose it is."""
        return [web.route(method, path, self._dispatch(method, path)) for method, path in self.table(self._first)]

    @property
    def _first(self) -> Slack:
        return next(iter(self.home.slacks.values()))

    def _dispatch(self, method: str, path: str) -> Handler:
        find = self._of_call if path.startswith("/api/") else self._of_path

        async def handle(request: web.Request) -> web.StreamResponse:
            slack = await find(request)
            if isinstance(slack, web.StreamResponse):
                return slack
            return await self.table(slack)[method, path](request)

        return handle

    async def _of_path(self, request: web.Request) -> Slack | web.Response:
        """By the `workspace` of the query, or by the workspace's id in the path; else the first."""
        slacks, match = self.home.slacks, request.match_info
        if "workspace" in request.query:
            named = slacks.get(request.query["workspace"])
            return named or web.json_response({"ok": False, "text": "no such workspace", "errors": {}}, status=404)
        if "key" in match:
            with_key = (slack for slack in slacks.values() if slack.workspace.promised(match["key"]))
            return next(with_key, self._first)
        team = match.get("rest", "").split("/")[0] or match.get("file", "").rpartition("-")[0]
        return slacks.get(team, self._first)

    async def _of_call(self, request: web.Request) -> Slack | web.Response:
        """By the token; of an organisation's token, by `team_id` or by what the call is about."""
        name = request.match_info["method"]
        try:
            raw, token = await read_args(request)
        except SlackError:
            return self._first  # which refuses it
        known = self.home.installations
        installation = known.of_token(token) or known.of_code(raw.get("code"))
        installation = installation or known.of_refresh_token(raw.get("refresh_token"))
        if installation is None:
            return self._first
        if not installation.org_wide:
            return self.home.slacks[installation.id]
        try:
            return self._of_organisation(installation, name, raw)
        except SlackError as refusal:
            self.home.any_of(installation).record(name, raw, refusal.code)
            return web.json_response(refusal.body())

    def _of_organisation(self, installation: Installation, name: str, raw: Json) -> Slack:
        org = self.home.organisations[installation.id]
        if name in TEAM_METHODS:
            if not raw.get("team_id"):
                raise SlackError("missing_argument")
            if raw["team_id"] not in installation.team_ids:
                raise SlackError("team_access_not_granted")
            return self.home.slacks[raw["team_id"]]
        about = next((slack for slack in org.workspaces if _concerns(slack, raw)), None)
        if about and about.workspace.team_id not in installation.team_ids:
            raise SlackError("team_access_not_granted")
        return about or self.home.any_of(installation)


def _concerns(slack: Slack, raw: Json) -> bool:
    """Whether a call is about something that is in this workspace."""
    space = slack.workspace
    if isinstance(raw.get("email"), str):
        return space.by_email(raw["email"]) is not None
    for key in ID_ARGUMENTS:
        for one in csv(raw[key]) if isinstance(raw.get(key), str) else ():
            if one == space.bot_user:
                continue
            if one in space.users or one in space.channels or one in space.files or one in space.triggers:
                return True
            if space.view(one):
                return True
    return space.view_by_external(str(raw.get("external_id") or "")) is not None


@asynccontextmanager
async def start_shared(home: Directory, host: str, port: int) -> AsyncIterator[str]:
    """Listen, yield the address, and stop. ValueError without a workspace, or for a host that is not loopback."""
    if not home.slacks:
        raise ValueError("add a workspace before serving")
    switchboard = Switchboard(home)
    first = next(iter(home.slacks.values()))
    app = new_application([*switchboard.routes(), *AuthorizePage(home).routes()], first.web_api)
    async with serve(app, host, port) as url:
        yield url

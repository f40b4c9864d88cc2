"""The page on which people allow the app: /oauth/v2/authorize, with a workspace to choose, "Allow" and "Cancel"."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode, urlsplit, urlunsplit

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from .directory import Directory, Organisation
from .local_routes import PAGE, PAGE_HEADERS
from .model import User
from .slack import Slack

PATH = "/oauth/v2/authorize"
LANGUAGES = ("en", "id")
WORDS: dict[str, dict[str, str]] = {
    language: json.loads((PAGE / "words" / f"{language}.json").read_text("utf-8")) for language in LANGUAGES
}
TEMPLATES = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined)


class Refused(Exception):
    """A request for authorisation that Slack would not show, by the name of what is wrong with it."""


@dataclass(frozen=True)
class Asked:
    """What an app asks for."""

    scopes: frozenset[str]
    redirect_uri: str | None
    """As it was sent: the app has to send the same again for its token."""
    target: str
    """Where the browser goes afterwards."""
    state: str | None
    team: str


@dataclass(frozen=True)
class Place:
    """Where the app can be installed, and by whom."""

    id: str
    name: str
    people: list[User]
    org_wide: bool = False


class AuthorizePage:
    """Shows the page and takes its answer."""

    def __init__(self, home: Directory) -> None:
        self.home = home

    def routes(self) -> list[web.RouteDef]:
        return [web.get(PATH, self.show), web.post(PATH, self.answer)]

    async def show(self, request: web.Request) -> web.Response:
        """The workspaces to choose from; with `team` the question whether the app may be installed there."""
        try:
            asked = self.asked(request.query)
        except Refused as refusal:
            return self._page(request, status=400, error=str(refusal))
        place = self._places().get(asked.team)
        if place is None:
            places = self._places().values()
            shown = [(one.name, one.org_wide, self._link(request, one.id)) for one in places]
            return self._page(request, places=shown)
        return self._page(request, place=place, scopes=sorted(asked.scopes), target=asked.target)

    async def answer(self, request: web.Request) -> web.Response:
        """Back to the app: with a code, or with the error that a person cancelled."""
        try:
            asked = self.asked(request.query)
        except Refused as refusal:
            return self._page(request, status=400, error=str(refusal))
        form = await request.post()
        place = self._places().get(asked.team)
        user = next((one for one in place.people if one.id == form.get("as")), None) if place else None
        back = {"state": asked.state} if asked.state is not None else {}
        if form.get("answer") != "allow":
            return _redirect(asked.target, {"error": "access_denied", **back})
        if place is None or user is None:
            return self._page(request, status=400, error="invalid_team_or_user")
        code = self.home.approve(place.id, user, asked.scopes, asked.redirect_uri)
        return _redirect(asked.target, {"code": code, **back})

    def asked(self, query: Mapping[str, str]) -> Asked:
        """What the address of the page asks for; `Refused` if it is not what the app's settings allow."""
        client, manifest = self.home.client, self.home.manifest
        if query.get("client_id") != client.id:
            raise Refused("invalid_client_id")
        redirect_uri = query.get("redirect_uri") or None
        target = client.redirect(redirect_uri)
        if target is None:
            raise Refused("bad_redirect_uri")
        scopes = frozenset(query.get("scope", "").replace(",", " ").split())
        if query.get("user_scope") or scopes - manifest.scopes:
            raise Refused("invalid_scope")
        if not scopes:
            raise Refused("no_scopes")
        return Asked(scopes, redirect_uri, target, query.get("state"), query.get("team", ""))

    def _places(self) -> dict[str, Place]:
        """Organisations if the app is ready for them, then workspaces; by their ids."""
        organisations = self.home.organisations.values() if self.home.manifest.org_deploy else ()
        found = [_organisation(one) for one in organisations if one.workspaces]
        found += [_workspace(slack) for slack in self.home.slacks.values()]
        return {place.id: place for place in found}

    def _link(self, request: web.Request, team: str) -> str:
        return f"{PATH}?{urlencode({**request.query, 'team': team})}"

    def _page(self, request: web.Request, *, status: int = 200, target: str = "", **shown: object) -> web.Response:
        language = _language(request.headers.get("Accept-Language", ""))
        words = WORDS[language]
        app = self.home.manifest.name

        def say(key: str, **values: object) -> str:
            return words[key].format(**values)

        usual = {"places": None, "place": None, "scopes": (), "error": None, "action": request.path_qs}
        html = TEMPLATES.get_template("authorize.html.j2").render(**usual | shown, lang=language, app=app, say=say)
        # A browser follows the answer to a form only where the page allows forms to go.
        forms = " ".join(["'self'", _origin(target)]) if target else "'none'"
        policy = PAGE_HEADERS["Content-Security-Policy"].replace("form-action 'none'", f"form-action {forms}")
        # With no referrer at all a form's request would come from the origin "null", which the guard refuses.
        own = {"Content-Security-Policy": policy, "Referrer-Policy": "same-origin", "Cache-Control": "no-store"}
        headers = PAGE_HEADERS | own
        return web.Response(text=html, content_type="text/html", status=status, headers=headers)


def _workspace(slack: Slack) -> Place:
    return Place(slack.workspace.team_id, slack.workspace.name, _installers(slack.users))


def _organisation(org: Organisation) -> Place:
    """Only admins install for a whole organisation."""
    people = [user for slack in org.workspaces for user in slack.users if user.is_admin]
    return Place(org.id, org.name, _installers(people), org_wide=True)


def _installers(people: list[User]) -> list[User]:
    """Those who may install an app, admins first: no guests, and nobody of another company."""
    may = [
        one for one in people if not (one.deleted or one.is_restricted or one.is_ultra_restricted or one.is_stranger)
    ]
    return sorted(may, key=lambda one: not one.is_admin)


def _redirect(target: str, values: Mapping[str, str]) -> web.Response:
    parts = urlsplit(target)
    query = "&".join(part for part in (parts.query, urlencode(values)) if part)
    return web.Response(status=302, headers={"Location": urlunsplit(parts._replace(query=query))})


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _language(accepted: str) -> str:
    """The first language of the browser's that we have."""
    wanted = [part.split(";")[0].strip().split("-")[0].lower() for part in accepted.split(",")]
    return next((one for one in wanted if one in LANGUAGES), LANGUAGES[0])

"""Several workspaces with one app, and what installing the app does to them. Knows no HTTP server."""

from dataclasses import dataclass, field
from typing import Any

from .delivery import Reply
from .http_push import HttpPush
from .installations import Client, Installation, Installations
from .installer import SharedApp
from .manifest import Manifest
from .model import Clock, Json, SlackError, SystemClock, User
from .secrets import Draw, at_random
from .slack import Slack
from .sockets import Sockets

APP_ID = "A0001"
FIRST_TEAM, FIRST_ORG = 1001, 1001
IDS_APART = 10_000
"""How far the ids of two workspaces are from each other."""


@dataclass
class Organisation:
    """An Enterprise Grid: its workspaces have its id in their payloads, and it can install the app for all of them."""

    id: str
    name: str
    domain: str
    bot_user: str
    bot_id: str
    workspaces: list[Slack] = field(default_factory=list)


class Directory:
    """The workspaces, and the app's line to each of them. Each is a `Slack` with its own people and calls."""

    def __init__(
        self,
        manifest: Manifest,
        *,
        clock: Clock | None = None,
        request_url: str = "",
        redirect_urls: tuple[str, ...] = (),
        token_rotation: bool | None = None,
        draw: Draw = at_random,
        **options: Any,
    ) -> None:
        """`request_url` may be set later; without it the app connects by Socket Mode.

        `redirect_urls` and `token_rotation` are the manifest's unless they are given. `options` are those of `Slack`,
        for each workspace.
        """
        self.manifest = manifest
        self.clock = clock or SystemClock()
        self.draw = draw
        self.options = options
        self.signing_secret, self.verification_token = draw(), draw()
        self.app_token = f"xapp-1-{APP_ID}-1-{draw()}"
        rotation = manifest.token_rotation if token_rotation is None else token_rotation
        client = Client(f"1001.{int(draw(), 16) % 10**12}", draw(), redirect_urls or manifest.redirect_urls, rotation)
        self.installations = Installations(self.clock, draw, client)
        self.sockets = Sockets(APP_ID, draw)
        self.push = HttpPush(request_url, self.signing_secret)
        self.slacks: dict[str, Slack] = {}
        """By the workspace's id, in the order in which they were made."""
        self.organisations: dict[str, Organisation] = {}
        self._own_bots: dict[str, str] = {}
        """The bot users of workspaces that install the app themselves."""
        self.url = ""

    # Setting up

    @property
    def client(self) -> Client:
        return self.installations.client

    @property
    def api_url(self) -> str:
        """What a client calls its base URL: the same for all workspaces."""
        return f"{self.url}/api/"

    @property
    def authorize_url(self) -> str:
        """The address of the page on which people allow the app."""
        return f"{self.url}/oauth/v2/authorize"

    def add_organisation(self, name: str, domain: str = "") -> Organisation:
        """An Enterprise Grid without workspaces."""
        number = len(self.organisations)
        org_id = f"E{FIRST_ORG + number}"
        bot_user, bot_id = f"U9{number + 1:03d}0001", f"B9{number + 1:03d}0001"
        made = Organisation(org_id, name, domain or _domain(name), bot_user, bot_id)
        self.organisations[org_id] = made
        return made

    def add_workspace(self, name: str, *, organisation: Organisation | None = None, **options: Any) -> Slack:
        """A workspace in which the app is not installed. Its people have ids that no other workspace has."""
        number = len(self.slacks)
        shared = SharedApp(
            self,
            self.sockets,
            self,
            self.signing_secret,
            self.verification_token,
            self.app_token,
            f"T{FIRST_TEAM + number}",
            _domain(name),
            (number + 1) * IDS_APART,
        )
        usual: dict[str, Any] = {"clock": self.clock, "draw": self.draw, **self.options}
        slack = Slack(self.manifest, **usual | {"team_name": name, "shared": shared} | options)
        self.slacks[slack.workspace.team_id] = slack
        self._own_bots[slack.workspace.team_id] = slack.workspace.bot_user
        if organisation:
            self._join(slack, organisation)
        if self.url:
            self.serve_workspace(slack)
        return slack

    def _join(self, slack: Slack, org: Organisation) -> None:
        space = slack.workspace
        space.enterprise_id, space.enterprise_name, space.enterprise_domain = org.id, org.name, org.domain
        org.workspaces.append(slack)

    def organisation_of(self, slack: Slack) -> Organisation | None:
        return self.organisations.get(slack.workspace.enterprise_id)

    def serve_workspace(self, slack: Slack) -> None:
        """The workspace is reached at our address from now on."""
        slack.url, slack.serving = self.url, True
        slack.workspace.base_url = self.url

    # Installing

    def approve(
        self, target: str, user: User | str, scopes: frozenset[str] | None = None, redirect_uri: str | None = None
    ) -> str:
        """What "Allow" does: the code for a workspace (its id) or an organisation, without the page."""
        installation = self._installation(target)
        who = user.id if isinstance(user, User) else user
        return self.installations.new_code(installation, scopes or self.manifest.scopes, who, redirect_uri)

    def _installation(self, target: str) -> Installation:
        """The installation in a workspace or an organisation, made if there is none yet."""
        known = self.installations.known
        if org := self.organisations.get(target):
            fresh = Installation(
                org.id, org.name, org.bot_user, APP_ID, {"id": org.id, "name": org.name}, org_wide=True
            )
            team_ids = [slack.workspace.team_id for slack in org.workspaces]
        else:
            space = self.slacks[target].workspace
            fresh = Installation(target, space.name, self._own_bots[target], APP_ID, space.enterprise_ref())
            team_ids = [target]
        installation = known.setdefault(target, fresh)
        if not installation.installed:
            installation.team_ids = team_ids
        return installation

    def access(self, args: Json) -> Json:
        """The answer of oauth.v2.access: a token for a code, or a new one for a refresh token."""
        self.client.check(args)
        kind = args.get("grant_type") or "authorization_code"
        if kind == "refresh_token":
            return self._told(self.installations.refresh(args.get("refresh_token")))
        if kind != "authorization_code":
            raise SlackError("invalid_grant_type")
        code = self.installations.take_code(args)
        self._refuse_twice(code.installation)
        self._install(code.installation, code.scopes)
        return self._told(self.installations.issue(code.installation)) | {"authed_user": {"id": code.user}}

    def _refuse_twice(self, installation: Installation) -> None:
        """What the organisation has installed, one of its workspaces cannot install by itself."""
        others = self._in_force(installation)
        if not installation.org_wide and any(other.org_wide for other in others):
            raise SlackError("cannot_install_an_org_installed_app")

    def _in_force(self, installation: Installation) -> list[Installation]:
        """Other installations in the same workspaces."""
        teams = set(installation.team_ids)
        known = self.installations.known.values()
        return [one for one in known if one is not installation and one.installed and teams & set(one.team_ids)]

    def _told(self, body: Json) -> Json:
        """The newest token is what `bot_token` of the workspaces says."""
        installation = self.installations.of_token(body["access_token"])
        if installation:
            installation.newest_token = body["access_token"]
            for team_id in installation.team_ids:
                self.slacks[team_id].bot_token = installation.newest_token
        return body

    def _install(self, installation: Installation, scopes: frozenset[str]) -> None:
        """Scopes add up: those of an earlier installation stay until the app is removed.

        An organisation's installation takes the place of those of its workspaces.
        """
        for other in self._in_force(installation):
            self._end(other, "account_inactive")
            other.installed = False
        installation.scopes = installation.scopes | scopes if installation.installed else scopes
        installation.installed = True
        for team_id in installation.team_ids:
            self._enter(self.slacks[team_id], installation)

    def _enter(self, slack: Slack, installation: Installation) -> None:
        """The app is in a workspace now: its bot user is there, and events and clicks reach it."""
        space = slack.workspace
        space.installed, space.org_installed = True, installation.org_wide
        space.team_in_payloads, slack.bot_token = not installation.org_wide, installation.newest_token
        slack.allow(installation.scopes)
        if installation.bot_user not in space.users:
            org = self.organisations[installation.id]
            bot = User(org.bot_user, self.manifest.bot_name, self.manifest.name, is_bot=True, tz="UTC")
            bot.bot_id = org.bot_id
            space.add_user(bot)
        space.bot_user = installation.bot_user
        space.bot_id = space.users[space.bot_user].bot_id
        space.users[space.bot_user].deleted = False
        slack.changed("user", user=space.bot_user)

    def _leave(self, slack: Slack) -> None:
        """The app's bot user is not there any more, nor in any channel."""
        space = slack.workspace
        space.installed, slack.bot_token = False, ""
        space.users[space.bot_user].deleted = True
        for channel in space.channels.values():
            if channel.kind in ("public", "private") and space.bot_user in channel.members:
                channel.members.remove(space.bot_user)
        slack.changed("user", user=space.bot_user)

    # What methods of the Web API do: `Installer`

    def check_client(self, args: Json) -> None:
        self.client.check(args)

    def token_refusal(self, token: str, team_id: str) -> str | None:
        """Why a token is not accepted in a workspace; None if it is."""
        if refusal := self.installations.refusal(token):
            return refusal
        installation = self.installations.of_token(token)
        return None if installation and team_id in installation.team_ids else "team_access_not_granted"

    def teams_of(self, token: str) -> list[Json]:
        installation = self.installations.of_token(token)
        ids = installation.team_ids if installation else []
        return [{"id": team_id, "name": self.slacks[team_id].workspace.name} for team_id in ids]

    def revoke(self, token: str) -> None:
        """End the tokens of an installation. The app is not removed by that, but its bot user is deactivated."""
        installation = self.installations.of_token(token)
        if installation:
            self._tell_revoked(installation, ended=self._end(installation, "token_revoked"))

    def uninstall(self, team_id: str) -> None:
        """Remove the app from a workspace, or from the organisation that installed it there."""
        installation = self.installation_in(team_id)
        if installation is None:
            return
        self._tell_revoked(installation, ended=self._end(installation, "account_inactive"))
        installation.installed = False
        self.any_of(installation).emit_soon("app_uninstalled", {"type": "app_uninstalled"})

    def installation_in(self, team_id: str) -> Installation | None:
        """The installation that is in force in a workspace."""
        there = (one for one in self.installations.known.values() if one.installed and team_id in one.team_ids)
        return next(there, None)

    def _end(self, installation: Installation, why: str) -> bool:
        """End an installation's tokens. False if it had none any more."""
        for team_id in installation.team_ids:
            self._leave(self.slacks[team_id])
        return self.installations.end_tokens(installation, why)

    def _tell_revoked(self, installation: Installation, *, ended: bool) -> None:
        revoked = {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [installation.bot_user]}}
        if ended:
            self.any_of(installation).emit_soon("tokens_revoked", revoked)

    def any_of(self, installation: Installation) -> Slack:
        """A workspace in which an installation is in force, or else one of its organisation."""
        teams = installation.team_ids
        return self.slacks[teams[0]] if teams else self.organisations[installation.id].workspaces[0]

    # Workspaces of an organisation that the app was installed for

    async def give_access(self, slack: Slack) -> None:
        """An admin adds the organisation's app to one more of its workspaces: team_access_granted."""
        installation = self.installations.known[slack.workspace.enterprise_id]
        team_id = slack.workspace.team_id
        if team_id not in installation.team_ids:
            installation.team_ids.append(team_id)
            self._enter(slack, installation)
            await slack.events.emit("team_access_granted", {"type": "team_access_granted", "team_ids": [team_id]})

    async def take_access(self, slack: Slack) -> None:
        """An admin removes the organisation's app from one of its workspaces: team_access_revoked."""
        installation = self.installations.known[slack.workspace.enterprise_id]
        team_id = slack.workspace.team_id
        if team_id in installation.team_ids:
            await slack.events.emit("team_access_revoked", {"type": "team_access_revoked", "team_ids": [team_id]})
            installation.team_ids.remove(team_id)
            self._leave(slack)

    # What the page shows

    def workspaces(self) -> list[Json]:
        """All workspaces: id, name, and whether the app is installed there."""
        spaces = [slack.workspace for slack in self.slacks.values()]
        return [{"id": one.team_id, "name": one.name, "installed": one.installed} for one in spaces]

    @property
    def connected(self) -> bool:
        """Whether the app can be reached: by its request URL, or over a socket."""
        return bool(self.push.url or self.sockets.open)

    # The line to the app: `Carrier`

    async def carry(self, envelope: Json) -> Reply:
        """Over HTTP if the app has a request URL, otherwise over one of its sockets."""
        return await (self.push if self.push.url else self.sockets).carry(envelope)


def _domain(name: str) -> str:
    """A workspace's name as part of an address."""
    return "-".join("".join(c if c.isascii() and c.isalnum() else " " for c in name.lower()).split()) or "kantor"

"""Installing the app by OAuth: the "Add to Slack" page, the way to Slack and back, and what the browser is shown."""

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from slack_bolt.oauth.async_callback_options import AsyncCallbackOptions, AsyncFailureArgs, AsyncSuccessArgs
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.oauth.installation_store import Installation
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.outcomes import refusal_code
from bot.workspaces.bot_tokens import owner_of
from bot.workspaces.installations import Installations
from bot.workspaces.oauth_pages import InstallationPages
from bot.workspaces.oauth_paths import INSTALL_PATH, REDIRECT_PATH
from bot.workspaces.oauth_states import OAuthStates, StateCookie, language_of
from bot.workspaces.settings import ManySettings
from storage.db_errors import DATABASE_AWAY

log = logging.getLogger(__name__)


Installed = Callable[[str, datetime], Awaitable[object]]
"""Called with the key of a workspace that was just installed, and the time."""


async def _do_nothing(_key: str, _now: datetime) -> None: ...


class InstallationFailed(Exception):
    """Slack did not give us a bot token. `reason` is a name in `installation.failed` of the texts."""

    def __init__(self, reason: str, why: str, place: str = "") -> None:
        super().__init__(why)
        self.reason, self.why, self.place = reason, why, place


@dataclass(frozen=True)
class OAuthClient:
    """Our app at Slack."""

    many: ManySettings
    client: AsyncWebClient
    """Without a token."""
    scopes: Sequence[str]

    @property
    def authorization_url(self) -> str:
        """Slack's page that asks whether to allow the app; a local Slack has it beside its API."""
        base = self.client.base_url.removesuffix("/").removesuffix("/api")
        return f"{base}/oauth/v2/authorize"

    @property
    def redirect_uri(self) -> str:
        return f"{self.many.public_url}{REDIRECT_PATH}"


class InstallationFlow(AsyncOAuthFlow):
    """Bolt's flow with our store, states and pages. What it logs contains neither codes nor states."""

    def __init__(
        self, app: OAuthClient, installations: Installations, states: OAuthStates, pages: InstallationPages
    ) -> None:
        self._installations, self._pages = installations, pages
        self.admits = app.many
        """Who may install the app, and as which client."""
        self.installed: Installed = _do_nothing
        settings = AsyncOAuthSettings(
            client_id=app.many.client_id,
            client_secret=app.many.client_secret,
            scopes=list(app.scopes),
            user_scopes=[],
            redirect_uri=app.redirect_uri,
            install_path=INSTALL_PATH,
            redirect_uri_path=REDIRECT_PATH,
            authorization_url=app.authorization_url,
            installation_store=installations.tokens,
            installation_store_bot_only=True,
            state_store=states,
            callback_options=AsyncCallbackOptions(success=self._succeeded, failure=self._failed),
        )
        settings.state_utils = StateCookie(secure=app.many.public_url.startswith("https://"))
        super().__init__(client=app.client, logger=log, settings=settings)

    # The "Add to Slack" page

    async def issue_new_state(self, request: AsyncBoltRequest) -> str:
        state: str = await self.settings.state_store.async_issue(self._pages.language(request))
        return state

    async def build_install_page_html(self, url: str, request: AsyncBoltRequest) -> str:
        return self._pages.install(self._pages.language(request), url)

    # The way back from Slack

    async def handle_callback(self, request: AsyncBoltRequest) -> BoltResponse:
        try:
            return await super().handle_callback(request)
        except InstallationFailed as failed:
            log.warning("an installation failed: %s", failed.why)
            return self._shown_failure(request, failed.reason, STATUS.get(failed.reason, 400), failed.place)

    async def run_installation(self, code: str) -> Installation:
        """Exchange the code, which works once, for a bot token. Raises `InstallationFailed`."""
        reply = await self._ask(
            "oauth.v2.access",
            self.client.oauth_v2_access(
                client_id=self.settings.client_id,
                client_secret=self.settings.client_secret,
                code=code,
                redirect_uri=self.settings.redirect_uri,
            ),
        )
        installation = _installation(
            reply, (await self._installations.store.now(self._installations.clock)).timestamp()
        )
        identity = await self._ask("auth.test", self.client.auth_test(token=installation.bot_token))
        installation.bot_id = identity.get("bot_id")
        installation.bot_user_id = installation.bot_user_id or identity.get("user_id")
        await self._admit(installation, urlsplit(str(identity.get("url") or "")).hostname)
        installation.enterprise_url = identity.get("url") if installation.is_enterprise_install else None
        return installation

    async def _admit(self, installation: Installation, domain: str | None) -> None:
        """Let in whom the settings allow, and who is in already. Raises `InstallationFailed`, and undoes the rest."""
        place = owner_of(installation)
        if self.admits.may_install(installation.team_id, installation.enterprise_id, domain):
            return
        if place in await self._installations.team_ids():
            return  # such as with a lost key: it is the only way to go on working
        client = {"client_id": self.admits.client_id, "client_secret": self.admits.client_secret}
        try:
            await self._ask("apps.uninstall", self.client.apps_uninstall(**client, token=installation.bot_token))
        except InstallationFailed as failed:
            log.warning("the app is still in %s, though Balik will not work there: %s", place, failed.why)
        raise InstallationFailed("not_allowed", f"{place} is not in BALIK_INSTALL_ALLOWED", place)

    async def store_installation(self, request: AsyncBoltRequest, installation: Installation) -> None:
        try:
            key = await self._installations.save(installation)
            await self.installed(key, await self._installations.store.now(self._installations.clock))
        except DATABASE_AWAY as error:
            raise InstallationFailed("not_stored", f"the database is away ({type(error).__name__})") from None
        log.info("workspace %s: app installed", key)

    async def _ask(self, method: str, call: Any) -> dict[str, Any]:
        try:
            reply = await call
        except SlackApiError as error:
            code = refusal_code(error)
            reason = EXPECTED.get(code, "refused")
            raise InstallationFailed(reason, f"Slack refuses {method} ({code})") from None
        except (SlackClientError, aiohttp.ClientError, OSError, TimeoutError) as error:
            raise InstallationFailed("no_answer", f"{method} got no answer ({type(error).__name__})") from None
        return reply.data if isinstance(reply.data, dict) else {}

    async def _succeeded(self, args: AsyncSuccessArgs) -> BoltResponse:
        language = self._language_after(args.request)
        installation = args.installation
        name = installation.enterprise_name if installation.is_enterprise_install else installation.team_name
        shown = self._pages.installed(language, name or "", owner_of(installation), installation.app_id or "")
        return self._response(200, shown)

    async def _failed(self, args: AsyncFailureArgs) -> BoltResponse:
        if args.reason != "access_denied":
            log.warning("an installation was refused: %s", args.reason if args.reason in REFUSALS else "error")
        reason = "cancelled" if args.reason == "access_denied" else args.reason
        return self._shown_failure(args.request, reason, args.suggested_status_code)

    def _shown_failure(self, request: AsyncBoltRequest, reason: str, status: int, place: str = "") -> BoltResponse:
        return self._response(status, self._pages.failed(self._language_after(request), reason, place))

    def _language_after(self, request: AsyncBoltRequest) -> str:
        """That of the page where the installation was begun."""
        states = request.query.get("state") or [""]
        return self._pages.language(request, begun=language_of(states[0]))

    def _response(self, status: int, html: str) -> BoltResponse:
        forget = self.settings.state_utils.build_set_cookie_for_deletion()
        return BoltResponse(status=status, body=html, headers={"Set-Cookie": [forget]})


EXPECTED = {
    "invalid_code": "invalid_code",
    "code_already_used": "invalid_code",
    "code_expired": "invalid_code",
    "cannot_install_an_org_installed_app": "org_installed",
}
"""By Slack's code: the reason that is shown; of any other, that Slack refuses."""
STATUS = {"no_answer": 502, "not_stored": 503, "not_allowed": 403}
"""HTTP's, by reason; of all others 400."""
REFUSALS = ("invalid_browser", "invalid_state", "missing_code")
"""Bolt's reasons. What comes from the browser is not logged."""


def _installation(reply: dict[str, Any], now: float) -> Installation:
    """What `oauth.v2.access` answered. Raises `InstallationFailed`: there is no bot token in it."""
    token, token_type = reply.get("access_token"), reply.get("token_type")
    is_org = reply.get("is_enterprise_install") is True
    team, enterprise, installer = (reply.get(name) or {} for name in ("team", "enterprise", "authed_user"))
    place = enterprise.get("id") if is_org else team.get("id")
    if token_type != "bot" or not isinstance(token, str) or not isinstance(place, str):
        raise InstallationFailed("refused", "Slack's answer holds no bot token of a workspace")
    expires_in = reply.get("expires_in")
    return Installation(
        app_id=reply.get("app_id"),
        enterprise_id=enterprise.get("id"),
        enterprise_name=enterprise.get("name"),
        team_id=None if is_org else place,
        team_name=team.get("name"),
        bot_token=token,
        bot_user_id=reply.get("bot_user_id"),
        bot_scopes=str(reply.get("scope") or ""),
        bot_refresh_token=reply.get("refresh_token"),
        bot_token_expires_at=int(now) + expires_in if isinstance(expires_in, int) else None,
        user_id=str(installer.get("id") or ""),
        is_enterprise_install=is_org,
        token_type=token_type,
        installed_at=now,
    )

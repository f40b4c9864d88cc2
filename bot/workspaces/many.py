"""What mode many adds to the bot, put together: installations, the connections made of them, and the OAuth flow."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import yaml
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.clock import Clock
from bot.slack.connections import ManyConnections
from bot.slack.manifest_file import MANIFEST
from bot.workspaces.bot_tokens import BotTokens
from bot.workspaces.installations import Installations
from bot.workspaces.oauth_flow import InstallationFlow, OAuthClient
from bot.workspaces.oauth_pages import InstallationPages
from bot.workspaces.oauth_paths import INSTALL_PATH
from bot.workspaces.oauth_states import OAuthStates
from bot.workspaces.revocations import Revocations, Spawn
from bot.workspaces.settings import ManySettings
from bot.workspaces.slack_tokens import SlackTokens
from bot.workspaces.token_keys import TokenKeys
from prompts.catalogue import Catalogue
from storage.unit_of_work import Store


@dataclass(frozen=True)
class Workspaces:
    """The parts of mode many."""

    installations: Installations
    connections: ManyConnections
    flow: InstallationFlow

    def follow_ends(self, bolt: AsyncApp, spawn: Spawn) -> None:
        """Stop working for a workspace once Slack reports, by an event or a refusal, that the app was removed."""
        revocations = Revocations(self.installations, spawn, self.connections.monotonic)
        revocations.listen(bolt)
        self.connections.refused = revocations.refused


def installations_of(many: ManySettings, store: Store, client: AsyncWebClient, clock: Clock) -> Installations:
    """The stored installations. `client` has no token. Raises `ValueError` for what is no key."""
    tokens = BotTokens(many.client_id, store, TokenKeys(many.keys))
    slack = SlackTokens(client, many.client_id, many.client_secret)
    return Installations(store, tokens, slack, clock, many.purge_after)


def make_workspaces(
    many: ManySettings, store: Store, client: AsyncWebClient, clock: Clock, catalogue: Catalogue
) -> Workspaces:
    """`client` has no token; those of workspaces are like it. Raises as `installations_of`."""
    installations = installations_of(many, store, client, clock)
    client_of: Callable[[str, str], AsyncWebClient] = partial(_client_of, client)
    app = OAuthClient(many, client, bot_scopes())
    states = OAuthStates(store, clock, many.client_secret)
    flow = InstallationFlow(app, installations, states, InstallationPages(catalogue, INSTALL_PATH))
    return Workspaces(installations, ManyConnections(installations, client_of, clock.monotonic), flow)


def bot_scopes() -> list[str]:
    """The scopes that the app asks for: those of manifest.yml."""
    manifest: dict[str, Any] = yaml.safe_load(MANIFEST.read_text("utf-8"))
    return list(manifest["oauth_config"]["scopes"]["bot"])


def _client_of(like: AsyncWebClient, _team_id: str, token: str) -> AsyncWebClient:
    return AsyncWebClient(
        token,
        base_url=like.base_url,
        timeout=like.timeout,
        ssl=like.ssl,
        proxy=like.proxy,
        session=like.session,
        retry_handlers=[],
    )

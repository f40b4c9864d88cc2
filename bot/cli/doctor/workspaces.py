"""Mode many: the app's client, the public address, the key of tokens, and whether Slack accepts each of them."""

from datetime import datetime

import aiohttp
from slack_sdk.oauth.installation_store import Bot
from slack_sdk.web.async_client import AsyncWebClient

from bot.cli.doctor import app
from bot.cli.doctor.finding import Finding
from bot.cli.doctor.probe import TIMEOUT, Reply, ask
from bot.cli.workspaces import known
from bot.clock import Clock
from bot.workspaces.installations import Installations
from bot.workspaces.many import installations_of
from bot.workspaces.oauth_paths import INSTALL_PATH
from bot.workspaces.settings import ManySettings
from storage.tables import Workspace, WorkspaceState
from storage.unit_of_work import Store

MADE_UP = "a-code-that-slack-never-gave"
CLIENT_CURES = {
    "invalid_client_id": "SLACK_CLIENT_ID",
    "bad_client_secret": "SLACK_CLIENT_SECRET",
}
"""By the code with which Slack refuses the client: the setting to copy again."""
SHOWN = 20
"""Workspaces with a problem that are listed."""


async def client_of_app(client: AsyncWebClient, many: ManySettings) -> tuple[Finding, Reply]:
    """Whether Slack knows the client id and secret: it is asked to exchange a code that does not exist.

    Raises `NoReply`.
    """
    form = {"client_id": many.client_id, "client_secret": many.client_secret, "code": MADE_UP}
    reply = await ask(client, "oauth.v2.access", "", **form)
    if name := CLIENT_CURES.get(reply.error):
        cure = f'copy {name} from "Basic Information" of your Slack app again'
        return Finding("client", False, f"Slack refuses it ({reply.error})", cure), reply
    return Finding("client", True, "Slack knows the client id and secret"), reply


async def public_address(many: ManySettings) -> Finding:
    """Whether our page is there. While the bot is stopped, nothing is."""
    subject, url = "public address", f"{many.public_url}{INSTALL_PATH}"
    try:
        timeout = aiohttp.ClientTimeout(TIMEOUT)
        async with (
            aiohttp.ClientSession(timeout=timeout, trust_env=True) as session,
            session.get(url, allow_redirects=False) as reply,
        ):
            status, content = reply.status, reply.content_type
    except (aiohttp.ClientError, OSError, TimeoutError) as error:
        return Finding(
            subject, True, f"not checked: {url} does not answer ({type(error).__name__}); is the bot running?"
        )
    if status != 200 or content != "text/html":
        cure = "have the proxy before the bot pass /slack/ on to it, unchanged"
        return Finding(subject, False, f"{url} answers with HTTP {status}", cure)
    return Finding(subject, True, url)


def who_may_install(many: ManySettings) -> Finding:
    if not many.allowed:
        return Finding("who may install", True, "everyone who knows the address of the page (BALIK_INSTALL_ALLOWED)")
    return Finding("who may install", True, f"only {', '.join(sorted(many.allowed))}")


async def installed(client: AsyncWebClient, many: ManySettings, store: Store, clock: Clock) -> list[Finding]:
    """The installations: whether the key decrypts each token, and Slack accepts it. None is renewed here."""
    installations = installations_of(many, store, client, clock)
    now = await store.now(clock)
    workspaces = await known(store, now)
    active = [one for one in workspaces if one.state is WorkspaceState.INSTALLED]
    page = f"{many.public_url}{INSTALL_PATH}"
    troubles = [found for one in active if (found := await _trouble(client, installations, one, now, page))]
    if not active:
        return [Finding("workspaces", True, f"none yet: open {page}")]
    ended = len(workspaces) - len(active)
    past = f"; {ended} removed the app, and their data is deleted later" if ended else ""
    fine = Finding("workspaces", True, f"{len(active) - len(troubles)} of {len(active)} are well{past}")
    return [*troubles[:SHOWN], fine]


async def _trouble(
    client: AsyncWebClient, installations: Installations, workspace: Workspace, now: datetime, page: str
) -> Finding | None:
    subject = f"workspace {workspace.team_id}"
    bot: Bot | None = await installations.stored_bot(workspace)
    if bot is None:
        cure = "put the earlier key behind the new one in BALIK_INSTALLATION_KEY, or install the app there again"
        return Finding(subject, False, "BALIK_INSTALLATION_KEY does not decrypt its token", cure)
    expires_at: int | None = bot.bot_token_expires_at
    if expires_at is not None and expires_at <= now.timestamp():
        return None  # the bot renews it when it is used next
    reply = await ask(client, "auth.test", bot.bot_token)
    if reply.error:
        cure = app.TOKEN_CURES.get(reply.error, "install the app there again").split("; then ")[0]
        return Finding(subject, False, f"Slack refuses its token ({reply.error})", cure)
    finding = app.scopes(reply)
    if finding.well:
        return None
    return Finding(subject, False, finding.what, f"have someone there install the app again at {page}")

"""The two tokens and the app behind them: what Slack says of each, and whether they belong together."""

import json
from urllib.parse import urlsplit

import aiohttp
import yaml
from slack_sdk.web.async_client import AsyncWebClient

from bot.cli.doctor.finding import Finding
from bot.cli.doctor.probe import Reply, ask
from bot.config import Settings
from bot.slack.errors import code_of
from bot.slack.manifest_file import MANIFEST
from bot.slack.socket_state import cure_of, why_closed
from storage.lock import DatabaseInUse, hold_lock, lock_path

FIRST_FRAME = 10.0
"""Seconds to wait for the first frame of a socket."""

COPY_TOKEN = 'copy the "Bot User OAuth Token" from "OAuth & Permissions" of your Slack app into SLACK_BOT_TOKEN'
REINSTALL = 'paste manifest.yml under "App Manifest" of your Slack app, save, and install the app again'
_ADMIN = "ask an administrator of the Slack workspace to"
TOKEN_CURES = {
    "account_inactive": f"{_ADMIN} allow the app again, or install it again; then {COPY_TOKEN}",
    "token_revoked": f"install the app again, then {COPY_TOKEN}",
    "token_expired": f'turn "Token Rotation" off in a new app made from manifest.yml, then {COPY_TOKEN}',
    "not_allowed_token_type": f"the variable holds another kind of token: {COPY_TOKEN}",
    "org_login_required": "wait until the workspace's move to Enterprise Grid has finished",
    "team_added_to_org": "wait until the workspace's move to Enterprise Grid has finished",
    "team_access_not_granted": f"{_ADMIN} install the app in this workspace of the Grid",
    "enterprise_is_restricted": f"{_ADMIN} allow the app",
    "ekm_access_denied": f"{_ADMIN} restore access to the encryption key (EKM)",
    "accesslimited": f"{_ADMIN} allow this machine's address (IP allowlist)",
    "access_denied": f"{_ADMIN} allow this machine's address (IP allowlist)",
    "two_factor_setup_required": f"{_ADMIN} exempt the app from two-factor authentication",
}
"""Who does what if auth.test returns the code; for any other, the token is copied again."""

USES = {
    "chat:write": "no message is sent",
    "chat:write.public": "nothing is announced in channels that the bot has not joined",
    "commands": "/mentoring does not exist",
    "im:write": "nobody new gets a direct message",
    "mpim:write": "pairs get no group chat",
    "im:history": "an unclear message is not read back, and what people type to the bot gets no answer",
    "channels:read": "the announcement channel cannot be chosen",
    "groups:read": "nobody counts as HR",
    "users:read": "names and time zones are unknown",
    "users:read.email": "people of a roster are not found by e-mail",
    "files:write": "no files: calendar files, certificates, reports, copies of data, the chart",
    "files:read": "HR's rosters cannot be read, and the chart is missing",
}
"""By scope of manifest.yml: what stops working without it."""


def scopes(reply: Reply) -> Finding:
    """The granted scopes against those of manifest.yml."""
    manifest = yaml.safe_load(MANIFEST.read_text("utf-8"))
    wanted = manifest["oauth_config"]["scopes"]["bot"]
    told = next((value for name, value in reply.headers.items() if name.lower() == "x-oauth-scopes"), None)
    if told is None:
        return Finding("scopes", True, "not compared: Slack's reply does not list them")
    granted = {scope.strip() for scope in told.split(",")}
    if missing := [scope for scope in wanted if scope not in granted]:
        what = "; ".join(f"{scope} is missing ({USES.get(scope, 'see manifest.yml')})" for scope in missing)
        return Finding("scopes", False, what, REINSTALL)
    return Finding("scopes", True, f"all {len(wanted)} of manifest.yml")


def token(reply: Reply) -> Finding:
    """What auth.test says of the bot's token."""
    if error := reply.error:
        return Finding("token", False, f"Slack refuses it ({error})", TOKEN_CURES.get(error, COPY_TOKEN))
    if not all(reply.text(name) for name in ("team_id", "user_id")):
        return Finding("token", False, "the reply names no workspace or user", "check SLACK_API_URL")
    if not reply.text("bot_id"):
        return Finding("token", False, "it belongs to a person, not to a bot", COPY_TOKEN)
    return Finding("token", True, f"{reply.text('user')} in {reply.text('team')}")


async def app_token(client: AsyncWebClient, settings: Settings, bot: Reply | None) -> list[Finding]:
    """The app-level token; with `bot`, the reply to auth.test, whether both tokens belong to one app.

    Raises `NoReply`.
    """
    opened = await ask(client, "apps.connections.open", settings.app_token)
    if error := opened.error:
        return [Finding("app token", False, f"Slack refuses it: {why_closed(error)}", cure_of(error))]
    of_bot = await _app_of(client, settings, bot) if bot else ""
    of_token = app_id_of(settings.app_token)
    if of_bot and of_token and of_bot != of_token:
        what = f"SLACK_APP_TOKEN belongs to the app {of_token}, SLACK_BOT_TOKEN to {of_bot}"
        return [Finding("app token", False, what, "copy both tokens from the same app into .env")]
    same = f"of the same app ({of_bot})" if of_bot and of_token else "accepted; not compared with the bot's app"
    return [Finding("app token", True, same), await _socket(client, settings, opened.text("url"), of_bot)]


def app_id_of(app_token: str) -> str:
    """The app's id in `xapp-1-A012ABCDEF-…`; "" if it has none."""
    parts = app_token.split("-")
    return parts[2] if len(parts) > 3 and parts[2][:1] == "A" and parts[2].isalnum() else ""


async def _app_of(client: AsyncWebClient, settings: Settings, bot: Reply) -> str:
    """The id of the bot's app; "" if Slack does not say (bots.info needs users:read)."""
    reply = await ask(client, "bots.info", settings.bot_token, bot=bot.text("bot_id"))
    return reply.text("bot", "app_id")


async def _socket(client: AsyncWebClient, settings: Settings, url: str, of_bot: str) -> Finding:
    """Socket Mode itself, which Slack may only refuse when the socket opens.

    It is opened only while no bot runs here: clicks that Slack sends through this socket would get no answer.
    """
    subject = "Socket Mode"
    if urlsplit(url).scheme not in ("ws", "wss"):
        return Finding(subject, False, "Slack's reply has no address for the socket", "check SLACK_API_URL")
    if lock_path(settings.database_url) is None:
        return Finding(subject, True, "not tried, since another bot may be running: see its /health")
    try:
        with hold_lock(settings.database_url):
            return await _opened(client, url, of_bot)
    except DatabaseInUse:
        return Finding(subject, True, "not tried, since the bot is running: see its /health")
    except OSError as error:
        return Finding(subject, True, f"not tried: the database's folder cannot be written ({type(error).__name__})")


async def _opened(client: AsyncWebClient, url: str, of_bot: str) -> Finding:
    subject = "Socket Mode"
    try:
        first = await _first_frame(client, url)
    except (aiohttp.ClientError, OSError, TypeError, ValueError) as error:  # TypeError: the frame is no text
        host = urlsplit(url).hostname
        what = f"the socket to {host} does not open ({type(error).__name__})"
        cure = f"have the firewall or proxy allow WebSockets (wss) from this machine to {host}"
        return Finding(subject, False, what, cure)
    reason = first.text("reason") if first.data.get("type") == "disconnect" else ""
    if reason:
        return Finding(subject, False, why_closed(code_of(reason)), cure_of(reason))
    told = first.text("connection_info", "app_id")
    if told and of_bot and told != of_bot:
        what = f"the socket belongs to the app {told}, SLACK_BOT_TOKEN to {of_bot}"
        return Finding(subject, False, what, "copy both tokens from the same app into .env")
    return Finding(subject, True, "the socket opens")


async def _first_frame(client: AsyncWebClient, url: str) -> Reply:
    async with aiohttp.ClientSession() as session:
        opening = session.ws_connect(url, proxy=client.proxy, ssl=client.ssl if client.ssl is not None else True)
        async with opening as socket:
            frame = json.loads(await socket.receive_str(timeout=FIRST_FRAME))
    return Reply(frame if isinstance(frame, dict) else {}, {})

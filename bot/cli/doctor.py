"""`python -m bot doctor`: checks the bot's environment. For each problem, how to fix it."""

import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import yaml
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel import select

from bot.clock import Clock
from bot.config import Settings, Transport
from bot.slack.date import date_of
from bot.slack.errors import code_of
from bot.slack.gateway import Gateway, SlackRefused, SlackUnavailable
from storage.db_errors import DATABASE_AWAY
from storage.engine import make_engine
from storage.migrate import DatabaseNewer, current, head
from storage.shared_time import is_shared
from storage.tables import Programme, ProgrammeState
from storage.unit_of_work import Store

MANIFEST = Path(__file__).parents[2] / "manifest.yml"
CLOCK_TOLERANCE = 60
"""Seconds our clock may differ from Slack's: signatures and read-backs stay safe well within it."""


@dataclass(frozen=True)
class Finding:
    """Result of one check; `cure` is how to fix it if it is not `well`."""

    subject: str
    well: bool
    what: str
    cure: str = ""


async def examine(settings: Settings, clock: Clock) -> AsyncIterator[Finding]:
    """Run all checks; those that depend on a failed one are left out."""
    client = AsyncWebClient(settings.bot_token, base_url=settings.api_url, retry_handlers=[])
    reply: AsyncSlackResponse | None = None
    answered = time.monotonic()
    try:
        reply = await client.auth_test()
        answered = time.monotonic()
        yield Finding("token", True, f"{reply['user']} in {reply['team']}")
    except (SlackApiError, OSError, TimeoutError) as error:
        yield _token_fault(error, settings)
    if reply:
        yield _scopes(reply)
        yield _compared("clock", reply, clock.now(), "set the machine's clock, preferably by NTP")
    if settings.transport is Transport.SOCKET and reply:
        yield await _app_token(settings)
    engine = make_engine(settings.database_url)
    try:
        finding = await _database(engine, make_url(settings.database_url).render_as_string(hide_password=True))
        yield finding
        if finding.well and reply and is_shared(engine.dialect.name):
            yield await _database_clock(reply, Store(engine), clock, answered)
        if finding.well and reply:
            async for channel in _channels(Store(engine), Gateway(client), reply["team_id"], reply["user_id"], clock):
                yield channel
        if reply and settings.operator:
            yield await _operator(Gateway(client), settings.operator)
    finally:
        await engine.dispose()


def _code(error: SlackApiError) -> str:
    """Slack's error code; the reply may be unreadable, such as a proxy's page."""
    data = getattr(error.response, "data", None)
    return code_of(data.get("error") if isinstance(data, Mapping) else None)


def _token_fault(error: Exception, settings: Settings) -> Finding:
    if isinstance(error, SlackApiError):
        code = _code(error)
        return Finding("token", False, f"Slack refuses it: {code}", "copy the Bot User OAuth Token into .env again")
    what = f"{settings.api_url} cannot be reached ({type(error).__name__})"
    return Finding("token", False, what, "check the network, a proxy, or SLACK_API_URL")


def _scopes(reply: AsyncSlackResponse) -> Finding:
    manifest = yaml.safe_load(MANIFEST.read_text("utf-8"))
    wanted = set(manifest["oauth_config"]["scopes"]["bot"])
    granted = {scope.strip() for scope in _header(reply, "x-oauth-scopes").split(",")}
    if missing := sorted(wanted - granted):
        cure = 'paste manifest.yml under "App Manifest" of your Slack app, save, and install the app again'
        return Finding("scopes", False, f"missing: {', '.join(missing)}", cure)
    return Finding("scopes", True, f"all {len(wanted)} of manifest.yml")


async def _database_clock(reply: AsyncSlackResponse, store: Store, clock: Clock, answered: float) -> Finding:
    """Stored moments come from the clock of a database that several processes share."""
    now = await store.now(clock) - timedelta(seconds=time.monotonic() - answered)
    return _compared("database's clock", reply, now, "set the clock of the database's machine, preferably by NTP")


def _compared(subject: str, reply: AsyncSlackResponse, now: datetime, cure: str) -> Finding:
    slack = date_of(reply.headers)
    if slack is None:
        return Finding(subject, True, "not compared: Slack's answer has no date")
    off = abs((now - slack).total_seconds())
    return Finding(subject, off <= CLOCK_TOLERANCE, f"{off:.0f} s from Slack's", cure)


async def _app_token(settings: Settings) -> Finding:
    client = AsyncWebClient(base_url=settings.api_url, retry_handlers=[])
    try:
        await client.apps_connections_open(app_token=settings.app_token)
    except SlackApiError as error:
        cure = 'turn Socket Mode on and create a token with connections:write under "App-Level Tokens"'
        return Finding("app token", False, f"Slack refuses it: {_code(error)}", cure)
    return Finding("app token", True, "Socket Mode opens")


async def _database(engine: AsyncEngine, name: str) -> Finding:
    try:
        revision = await current(engine)
    except DatabaseNewer as error:
        return Finding("database", False, str(error), "install the newer Balik that made it, or restore a backup")
    except DATABASE_AWAY as error:
        return Finding("database", False, f"{name}: {type(error).__name__}", "check DATABASE_URL and that it runs")
    if revision != head():
        return Finding("database", False, f"{name}: not up to date", "run .venv/bin/python -m bot migrate")
    return Finding("database", True, name)


async def _operator(gateway: Gateway, slack_id: str) -> Finding:
    cure = 'set BALIK_OPERATOR to "Copy member ID" from a profile in this workspace'
    try:
        user = await gateway.user(slack_id)
    except SlackRefused as refused:
        return Finding("operator", False, f"{slack_id}: {refused.error}", cure)
    except SlackUnavailable as away:
        return Finding("operator", False, str(away), "try again in a minute")
    if user.get("deleted") or user.get("is_bot"):
        return Finding("operator", False, f"{slack_id} is not an active person", cure)
    return Finding("operator", True, str(user.get("real_name") or user.get("name") or slack_id))


async def _channels(store: Store, gateway: Gateway, team: str, bot: str, clock: Clock) -> AsyncIterator[Finding]:
    async with store.read(clock) as work:
        wanted = select(Programme).where(Programme.team_id == team, Programme.state != ProgrammeState.CLOSED)
        programmes = (await work.session.exec(wanted)).all()
    if not programmes:
        yield Finding("HR channel", True, "none yet: type /mentoring setup in HR's private channel")
    for programme in programmes:
        yield await _channel(gateway, programme, bot)


async def _channel(gateway: Gateway, programme: Programme, bot: str) -> Finding:
    subject = f"HR channel of {programme.name}"
    try:
        info: dict[str, Any] = await gateway.channel_info(programme.hr_channel)
        members = await gateway.members(programme.hr_channel)
    except SlackRefused as refused:
        return Finding(
            subject, False, f"not visible to the bot: {refused.error}", "invite the bot there: /invite @Balik"
        )
    except SlackUnavailable as away:
        return Finding(subject, False, str(away), "try again in a minute")
    if info.get("is_archived"):
        return Finding(subject, False, "is archived", "unarchive it, or set up a new programme in another channel")
    return Finding(subject, True, f"#{info.get('name', '')}, {len(members - {bot})} members")


def _header(reply: AsyncSlackResponse, name: str) -> str:
    return next((str(value) for key, value in reply.headers.items() if key.lower() == name), "")

"""Runs all checks; those that depend on a failed one are left out."""

import os
import time
from collections.abc import AsyncIterator, Coroutine
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from slack_sdk.web.async_client import AsyncWebClient

from bot.cli.doctor import app, calendars, channels, features, mail, stored, workspaces
from bot.cli.doctor.finding import Finding
from bot.cli.doctor.probe import NoReply, Reply, ask
from bot.clock import Clock
from bot.config import Settings, Transport
from bot.slack.gateway import Gateway
from bot.workspaces.settings import ManySettings
from storage.engine import make_engine
from storage.shared_time import is_shared
from storage.unit_of_work import Store

Check = Coroutine[Any, Any, list[Finding]]


async def examine(settings: Settings, clock: Clock, saved_manifest: Path | None = None) -> AsyncIterator[Finding]:
    """The finding of each check. `saved_manifest`: the app's manifest as its settings show it."""
    client = AsyncWebClient(settings.bot_token, base_url=settings.api_url, retry_handlers=[])
    yield _proxy(client)
    if settings.many:
        async for finding in _examine_many(settings, settings.many, clock, client, saved_manifest):
            yield finding
        return
    reply: Reply | None = None
    answered = time.monotonic()
    try:
        reply = await ask(client, "auth.test", settings.bot_token)
        answered = time.monotonic()
        yield (about_token := app.token(reply))
    except NoReply as problem:
        yield _no_reply(problem, settings)
    accepted = reply if reply and about_token.well else None
    if accepted:
        yield app.scopes(accepted)
        yield stored.compared("clock", accepted, clock.now(), "set the machine's clock, preferably by NTP")
    if reply and settings.transport is Transport.SOCKET:
        for finding in await _whatever_comes("app token", settings, app.app_token(client, settings, accepted)):
            yield finding
    if accepted:
        for finding in await _whatever_comes("Home tab", settings, _listed(features.home_tab(client, settings))):
            yield finding
    if saved_manifest:
        for finding in features.manifest(saved_manifest):
            yield finding
    yield calendars.busy_hours(settings)
    for finding in await _whatever_comes("mail", settings, _listed(mail.mail_server(settings))):
        yield finding
    async for finding in _database(settings, clock, accepted, answered, Gateway(client)):
        yield finding


async def _examine_many(
    settings: Settings, many: ManySettings, clock: Clock, client: AsyncWebClient, saved_manifest: Path | None
) -> AsyncIterator[Finding]:
    """Mode many: there is no token of our own, and Slack calls us."""
    reply: Reply | None = None
    try:
        finding, reply = await workspaces.client_of_app(client, many)
        yield finding
        yield stored.compared("clock", reply, clock.now(), "set the machine's clock, preferably by NTP")
    except NoReply as problem:
        yield _no_reply(problem, settings)
    yield await workspaces.public_address(many)
    yield workspaces.who_may_install(many)
    for finding in features.manifest(saved_manifest, many) if saved_manifest else ():
        yield finding
    yield calendars.busy_hours(settings)
    for finding in await _whatever_comes("mail", settings, _listed(mail.mail_server(settings))):
        yield finding
    (found,) = await _whatever_comes("database", settings, _listed(stored.database(settings.database_url)))
    yield found
    if not found.well:
        return
    engine = make_engine(settings.database_url)
    try:
        store = Store(engine)
        checks = [
            ("outbox", stored.refusals(store, clock)),
            ("calendar links", calendars.links(settings, store, clock)),
            ("workspaces", workspaces.installed(client, many, store, clock)),
        ]
        for subject, check in checks:
            for finding in await _whatever_comes(subject, settings, check):
                yield finding
    finally:
        await engine.dispose()


async def _database(
    settings: Settings, clock: Clock, reply: Reply | None, answered: float, gateway: Gateway
) -> AsyncIterator[Finding]:
    """The database, and what it says of channels and refusals."""
    (found,) = await _whatever_comes("database", settings, _listed(stored.database(settings.database_url)))
    yield found
    if found.well:
        engine = make_engine(settings.database_url)
        try:
            store = Store(engine)
            checks = [("outbox", stored.refusals(store, clock))]
            checks.append(("calendar links", calendars.links(settings, store, clock)))
            if reply and is_shared(engine.dialect.name):
                checks.append(("database's clock", _listed(stored.database_clock(reply, store, clock, answered))))
            if reply:
                team, bot = reply.text("team_id"), reply.text("user_id")
                checks.append(("channels", channels.programmes(store, gateway, team, bot, clock)))
            for subject, check in checks:
                for finding in await _whatever_comes(subject, settings, check):
                    yield finding
        finally:
            await engine.dispose()
    if reply and settings.operator:
        for finding in await _whatever_comes(
            "operator", settings, _listed(channels.operator(gateway, settings.operator))
        ):
            yield finding


async def _listed(check: Coroutine[Any, Any, Finding]) -> list[Finding]:
    return [await check]


async def _whatever_comes(subject: str, settings: Settings, check: Check) -> list[Finding]:
    """The findings of a check, also if it fails: then the others still run."""
    try:
        return await check
    except NoReply as problem:
        return [_no_reply(problem, settings, subject)]
    except Exception as error:  # Slack's replies and the database may hold anything
        what = f"the check itself failed ({type(error).__name__})"
        return [Finding(subject, False, what, "report it: this should not happen, whatever Slack replies")]


def _no_reply(problem: NoReply, settings: Settings, subject: str = "") -> Finding:
    host = urlsplit(settings.api_url).netloc
    return Finding(
        subject or problem.area, False, f"{problem.what} [{host}]" if subject else problem.what, problem.cure
    )


def _proxy(client: AsyncWebClient) -> Finding:
    """The proxy that Slack's library uses, without its password."""
    names = ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy")
    name = next((name for name in names if os.environ.get(name)), "")
    if not client.proxy or not name:
        return Finding("proxy", True, "none is set")
    try:
        parts = urlsplit(client.proxy)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port, parts = None, None, urlsplit("")
    if parts.scheme not in ("http", "https") or not host:
        return Finding("proxy", False, f"{name} is not an address of an HTTP proxy", "write it as http://host:port")
    ignored = "; NO_PROXY is ignored" if os.environ.get("NO_PROXY") or os.environ.get("no_proxy") else ""
    return Finding("proxy", True, f"{host}{f':{port}' if port else ''}, from {name}{ignored}")

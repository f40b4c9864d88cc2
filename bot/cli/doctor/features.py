"""What the app's manifest switches on: the Home tab, the Messages tab, buttons, the command."""

import json
from collections.abc import Iterable
from pathlib import Path

import yaml
from slack_sdk.web.async_client import AsyncWebClient

from bot.cli.common import PROGRAM
from bot.cli.doctor.app import REINSTALL
from bot.cli.doctor.finding import Finding
from bot.cli.doctor.probe import ask
from bot.config import Settings
from bot.slack.manifest_file import MANIFEST
from bot.workspaces.app_manifest import manifest_for
from bot.workspaces.settings import ManySettings


async def home_tab(client: AsyncWebClient, settings: Settings) -> Finding:
    """Whether the app has a Home tab. Nothing is published: the hash fits no view. Raises `NoReply`."""
    if not settings.operator:
        return Finding("Home tab", True, "not checked: set BALIK_OPERATOR, or add --manifest")
    view = json.dumps({"type": "home", "blocks": [{"type": "divider"}]})
    reply = await ask(
        client, "views.publish", settings.bot_token, user_id=settings.operator, view=view, hash="0.checked"
    )
    if reply.error in ("not_enabled", "not_implemented"):
        cure = 'turn on "Home Tab" under "App Home" of your Slack app'
        return Finding("Home tab", False, "it is switched off, so people do not see what is next for them", cure)
    if reply.error not in ("", "hash_conflict"):
        return Finding("Home tab", True, f"not checked: Slack says {reply.error}")
    return Finding("Home tab", True, "on")


def manifest(path: Path, many: ManySettings | None = None) -> list[Finding]:
    """The manifest that the app's settings show, saved to `path`, against manifest.yml, or that of mode many."""
    subject = f"manifest {path}"
    try:
        saved = yaml.safe_load(path.read_text("utf-8"))
    except (OSError, UnicodeError, yaml.YAMLError) as error:
        cure = 'save the text under "App Manifest" of your Slack app to a file'
        return [Finding(subject, False, f"it cannot be read ({type(error).__name__})", cure)]
    ours = manifest_for(many.public_url) if many else yaml.safe_load(MANIFEST.read_text("utf-8"))
    of_mode = _differences_of_many(saved, ours) if many else _differences_of_one(saved)
    findings = [Finding(subject, False, what, cure) for what, cure in (*_differences(saved, ours), *of_mode)]
    source = f"`{PROGRAM} manifest {many.public_url}`" if many else "manifest.yml"
    return findings or [Finding(subject, True, f"has all that {source} asks for")]


SWITCHES = {
    ("features", "app_home", "home_tab_enabled"): ("the Home tab is off", '"App Home", "Home Tab"'),
    ("features", "app_home", "messages_tab_enabled"): (
        "the Messages tab is off, so no direct message arrives",
        '"App Home", "Messages Tab"',
    ),
    ("settings", "interactivity", "is_enabled"): (
        "interactivity is off, so no button works",
        '"Interactivity & Shortcuts"',
    ),
}
"""By the path in a manifest: what it means if it is not true, and where it is turned on."""


def _differences(saved: object, ours: object) -> Iterable[tuple[str, str]]:
    for path, (what, where) in SWITCHES.items():
        if _at(saved, *path) is not True:
            yield what, f"turn it on under {where} of your Slack app"
    if _at(saved, "features", "app_home", "messages_tab_read_only_enabled") is not False:
        cure = 'allow messages from people under "App Home", "Messages Tab"'
        yield "the Messages tab is read-only, so nobody can type to the bot", cure
    for name, path in (
        ("scopes", ("oauth_config", "scopes", "bot")),
        ("events", ("settings", "event_subscriptions", "bot_events")),
    ):
        if missing := _listed(ours, *path) - _listed(saved, *path):
            yield f"{name} are missing: {', '.join(sorted(missing))}", REINSTALL
    if missing := _commands(ours) - _commands(saved):
        yield f"the command {', '.join(sorted(missing))} is missing", REINSTALL


def _differences_of_one(saved: object) -> Iterable[tuple[str, str]]:
    if _at(saved, "settings", "socket_mode_enabled") is not True:
        yield "Socket Mode is off", 'turn it on under "Socket Mode" of your Slack app'
    if _at(saved, "settings", "token_rotation_enabled") is True:
        yield "token rotation is on, so the token ends after 12 hours", "make a new app from manifest.yml"


def _differences_of_many(saved: object, ours: object) -> Iterable[tuple[str, str]]:
    for what, path in (
        ("Socket Mode", ("settings", "socket_mode_enabled")),
        ("the request URL of events", ("settings", "event_subscriptions", "request_url")),
        ("the request URL of interactivity", ("settings", "interactivity", "request_url")),
        ("the redirect URL", ("oauth_config", "redirect_urls")),
    ):
        if _at(saved, *path) != _at(ours, *path):
            yield f"{what} differs", f'paste what `{PROGRAM} manifest` prints under "App Manifest" of your Slack app'


def _at(found: object, *path: str) -> object:
    for name in path:
        found = found.get(name) if isinstance(found, dict) else None
    return found


def _listed(found: object, *path: str) -> set[str]:
    values = _at(found, *path)
    return {one for one in values if isinstance(one, str)} if isinstance(values, list) else set()


def _commands(found: object) -> set[str]:
    values = _at(found, "features", "slash_commands")
    names = [_at(one, "command") for one in values] if isinstance(values, list) else []
    return {name for name in names if isinstance(name, str)}

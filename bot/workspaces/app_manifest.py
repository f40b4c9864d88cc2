"""The Slack app's manifest for mode many, made from manifest.yml, which is for one workspace."""

from typing import Any

import yaml

from bot.slack.manifest_file import MANIFEST
from bot.workspaces.oauth_paths import EVENTS_PATH, REDIRECT_PATH

MORE_EVENTS = ("tokens_revoked",)
"""Events that only installations by OAuth have."""


def manifest_for(public_url: str) -> dict[str, Any]:
    """`public_url`: where browsers and Slack reach the bot, without a slash at the end."""
    manifest: dict[str, Any] = yaml.safe_load(MANIFEST.read_text("utf-8"))
    requests = f"{public_url}{EVENTS_PATH}"
    for command in manifest["features"]["slash_commands"]:
        command["url"] = requests
    manifest["oauth_config"]["redirect_urls"] = [f"{public_url}{REDIRECT_PATH}"]
    settings = manifest["settings"]
    settings["event_subscriptions"]["request_url"] = requests
    settings["event_subscriptions"]["bot_events"] = sorted(
        {*settings["event_subscriptions"]["bot_events"], *MORE_EVENTS}
    )
    settings["interactivity"]["request_url"] = requests
    settings["interactivity"]["message_menu_options_url"] = requests  # for select menus that ask the bot
    settings["socket_mode_enabled"] = False
    settings["org_deploy_enabled"] = True
    settings["token_rotation_enabled"] = True
    return manifest


def manifest_text(public_url: str) -> str:
    """The same as YAML, to be pasted into Slack."""
    return yaml.safe_dump(manifest_for(public_url), sort_keys=False, allow_unicode=True)

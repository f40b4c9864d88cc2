"""`python -m bot manifest`: the Slack app's manifest for many workspaces."""

from bot.cli.common import WrongUse
from bot.workspaces.app_manifest import manifest_text
from bot.workspaces.settings import is_origin


def run(public_url: str) -> str:
    """The manifest as YAML. Raises `WrongUse`."""
    if not is_origin(public_url):
        raise WrongUse(f'manifest takes an address such as https://balik.example.com, not "{public_url}"')
    return manifest_text(public_url.rstrip("/"))

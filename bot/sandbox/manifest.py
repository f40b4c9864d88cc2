"""What the installed app may do, read from its app manifest (YAML or JSON)."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml


@dataclass(frozen=True)
class Manifest:
    """The parts of an app manifest that change what the workspace allows."""

    name: str = "App"
    bot_name: str = "app"
    scopes: frozenset[str] = frozenset()
    commands: frozenset[str] = frozenset()
    events: frozenset[str] = frozenset()
    home_tab: bool = False
    messages_tab: bool = False
    messages_read_only: bool = True
    interactivity: bool = True
    shortcuts: tuple[dict[str, Any], ...] = field(default=())
    command_hints: tuple[dict[str, str], ...] = field(default=())
    redirect_urls: tuple[str, ...] = ()
    token_rotation: bool = False
    org_deploy: bool = False
    """Whether a whole organisation can install the app."""

    @classmethod
    def load(cls, path: str | Path) -> "Manifest":
        """Read a manifest file."""
        data = yaml.safe_load(Path(path).read_text(encoding="utf-8"))
        if not isinstance(data, dict):
            raise ValueError(f"{path}: a manifest is a mapping")
        return cls.parse(data)

    @classmethod
    def parse(cls, data: dict[str, Any]) -> "Manifest":
        """Take what matters from a manifest; its full check is Slack's JSON schema, not ours."""
        name = _at(data, "display_information", "name")
        if not isinstance(name, str) or not name:
            raise ValueError("a manifest needs display_information.name")
        home = _at(data, "features", "app_home") or {}
        commands = _at(data, "features", "slash_commands") or []
        return cls(
            name=name,
            bot_name=_at(data, "features", "bot_user", "display_name") or name,
            scopes=frozenset(_at(data, "oauth_config", "scopes", "bot") or ()),
            commands=frozenset(command["command"] for command in commands),
            events=frozenset(_at(data, "settings", "event_subscriptions", "bot_events") or ()),
            home_tab=bool(home.get("home_tab_enabled", False)),
            messages_tab=bool(home.get("messages_tab_enabled", False)),
            messages_read_only=bool(home.get("messages_tab_read_only_enabled", True)),
            interactivity=bool(_at(data, "settings", "interactivity", "is_enabled") or False),
            shortcuts=tuple(_at(data, "features", "shortcuts") or ()),
            redirect_urls=tuple(_at(data, "oauth_config", "redirect_urls") or ()),
            token_rotation=bool(_at(data, "settings", "token_rotation_enabled") or False),
            org_deploy=bool(_at(data, "settings", "org_deploy_enabled") or False),
            command_hints=tuple(
                {key: str(command.get(key, "")) for key in ("command", "description", "usage_hint")}
                for command in commands
            ),
        )


def _at(data: Any, *keys: str) -> Any:
    for key in keys:
        if not isinstance(data, dict):
            return None
        data = data.get(key)
    return data

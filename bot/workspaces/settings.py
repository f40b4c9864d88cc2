"""The settings of `BALIK_MODE=many`, checked as those of `bot.config` are: each problem in one sentence."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from urllib.parse import urlsplit

LONGEST_PURGE_DAYS = 365
LONGEST_SPREAD_MINUTES = 120
OPERATOR = re.compile("([TE][A-Z0-9]{4,}):([UW][A-Z0-9]{4,})")
HERE = ("localhost", "127.0.0.1", "::1")
"""Hosts for which an address without TLS is allowed: nothing leaves the machine."""
ALLOWED = re.compile(r"[TE][A-Z0-9]{4,}|[a-z0-9][a-z0-9-]*(\.enterprise)?\.slack\.com")
"""Who may install: a workspace, an organisation, or the domain of either."""
KEY = re.compile(r"[A-Za-z0-9_-]{43}=")
"""A key of Fernet: 32 bytes in URL-safe base64."""


class Mode(StrEnum):
    """How many workspaces one bot serves."""

    ONE = "one"
    """The one of SLACK_BOT_TOKEN."""
    MANY = "many"
    """Each that installs the app by OAuth."""


@dataclass(frozen=True)
class ManySettings:
    """What installing by OAuth needs. `.env.example` explains each."""

    client_id: str
    client_secret: str = field(repr=False)
    public_url: str
    """Where browsers and Slack reach the bot: scheme and host, without a slash at the end."""
    keys: tuple[str, ...] = field(repr=False)
    """What encrypts tokens: the first encrypts, all decrypt."""
    purge_after: timedelta = timedelta(days=30)
    """How long after the app's removal from a workspace its data is kept."""
    day_spread: timedelta = timedelta(minutes=30)
    """The time over which workspaces are spread whose day begins at the same moment."""
    allowed: frozenset[str] = frozenset()
    """Ids and domains of the workspaces and organisations that may install the app; empty: all."""

    def may_install(self, *names: str | None) -> bool:
        """Whether an installation may be accepted: `names` are the ids and domains of where it is."""
        return not self.allowed or not self.allowed.isdisjoint(names)


def mode_of(values: Mapping[str, str]) -> Mode:
    """The mode; one for what is none, which `many_problems` reports."""
    return Mode.MANY if values.get("BALIK_MODE") == Mode.MANY else Mode.ONE


def many_settings(values: Mapping[str, str]) -> ManySettings | None:
    """The settings of mode many, which have no problem; None in mode one."""
    if mode_of(values) is Mode.ONE:
        return None
    return ManySettings(
        client_id=values["SLACK_CLIENT_ID"],
        client_secret=values["SLACK_CLIENT_SECRET"],
        public_url=values["BALIK_PUBLIC_URL"].rstrip("/"),
        keys=installation_keys(values),
        purge_after=timedelta(days=int(values.get("BALIK_PURGE_DAYS") or 30)),
        day_spread=timedelta(minutes=int(values.get("BALIK_DAY_SPREAD_MINUTES") or 30)),
        allowed=frozenset(_allowed(values)),
    )


def _allowed(values: Mapping[str, str]) -> list[str]:
    """Ids as they are, domains in small letters."""
    listed = [name.strip() for name in values.get("BALIK_INSTALL_ALLOWED", "").split(",") if name.strip()]
    return [name if ALLOWED.fullmatch(name) else name.lower() for name in listed]


def installation_keys(values: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(key.strip() for key in values.get("BALIK_INSTALLATION_KEY", "").split(",") if key.strip())


def mode_problems(values: Mapping[str, str]) -> list[str]:
    """What is wrong with the mode, and with the settings that only one of the modes has."""
    if (mode := values.get("BALIK_MODE") or Mode.ONE) not in set(Mode):
        return [f'BALIK_MODE is "{mode}": write one or many']
    if mode == Mode.MANY:
        return [*_many_problems(values), *key_problems(values)]
    # Bolt turns OAuth on when it sees these, and then silently ignores the bot token.
    return [
        f"{name} is set, and with it Slack's library would ignore SLACK_BOT_TOKEN: remove it, or set BALIK_MODE=many"
        for name in ("SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET")
        if values.get(name)
    ]


def _many_problems(values: Mapping[str, str]) -> list[str]:
    problems = [
        f'{name} is needed for BALIK_MODE=many: copy it from "Basic Information" of your Slack app'
        for name in ("SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET", "SLACK_SIGNING_SECRET")
        if not values.get(name)
    ]
    problems += [
        f"{name} is set, but with BALIK_MODE=many each workspace brings its own token: remove it"
        for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN")
        if values.get(name)
    ]
    if (transport := values.get("BALIK_TRANSPORT") or "http") != "http":
        problems.append(f'BALIK_TRANSPORT is "{transport}": with BALIK_MODE=many write http, or leave it out')
    if not is_origin(values.get("BALIK_PUBLIC_URL", "")):
        problems.append(
            "BALIK_PUBLIC_URL must be where browsers and Slack reach the bot, such as https://balik.example.com, "
            "without a path"
        )
    days = values.get("BALIK_PURGE_DAYS") or "30"
    if not (days.isascii() and days.isdigit() and len(days) < 4 and 1 <= int(days) <= LONGEST_PURGE_DAYS):
        problems.append(f'BALIK_PURGE_DAYS is "{days}": write a number of days from 1 to {LONGEST_PURGE_DAYS}')
    problems += [
        f'BALIK_INSTALL_ALLOWED holds "{name}": write ids of workspaces (T0123ABCD) or organisations (E0123ABCD), '
        "or domains such as acme.slack.com, with commas between them"
        for name in _allowed(values)
        if not ALLOWED.fullmatch(name)
    ]
    minutes = values.get("BALIK_DAY_SPREAD_MINUTES") or "30"
    if not (minutes.isascii() and minutes.isdigit() and len(minutes) < 4 and int(minutes) <= LONGEST_SPREAD_MINUTES):
        problems.append(
            f'BALIK_DAY_SPREAD_MINUTES is "{minutes}": write a number of minutes from 0 to {LONGEST_SPREAD_MINUTES}'
        )
    on_sqlite = (values.get("DATABASE_URL") or "sqlite").startswith("sqlite")
    if on_sqlite and (values.get("BALIK_REPLICAS") or "1") != "1":
        problems.append("BALIK_REPLICAS must be 1 with SQLite: several replicas need PostgreSQL")
    if (operator := values.get("BALIK_OPERATOR", "")) and not OPERATOR.fullmatch(operator):
        problems.append(
            f'BALIK_OPERATOR is "{operator}": with BALIK_MODE=many write the ids of the workspace and of the member, '
            "such as T0123ABCD:U0123ABCD"
        )
    return problems


def key_problems(values: Mapping[str, str]) -> list[str]:
    keys = installation_keys(values)
    if keys and all(map(KEY.fullmatch, keys)):
        return []
    what = "holds no such key" if keys else "is needed for BALIK_MODE=many"
    return [f"BALIK_INSTALLATION_KEY {what}: let `python -m bot installation-key` write it"]


def is_origin(url: str) -> bool:
    """Whether an address is a scheme and a host only, with TLS unless it is this machine."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    bare = parts.path in ("", "/") and not (parts.query or parts.fragment or parts.username)
    return bool(host) and bare and (parts.scheme == "https" or (parts.scheme == "http" and host in HERE))

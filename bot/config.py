"""Settings from `.env` and the environment: frozen, checked, each problem in one clear line."""

import logging
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

from dotenv import dotenv_values

from bot.domain.busy_hours import HostRules, LinkRefused, read_link
from bot.domain.session_mail import BadServer, Mailing, is_address, read_server
from bot.domain.text_cleaning import clean_line
from bot.workspaces.settings import (
    KEY,
    ManySettings,
    Mode,
    installation_keys,
    key_problems,
    many_settings,
    mode_of,
    mode_problems,
)

DEFAULT_DATABASE = "sqlite:///balik.sqlite"
DEFAULT_API = "https://slack.com/api/"

SECRETS = (
    "SLACK_BOT_TOKEN",
    "SLACK_APP_TOKEN",
    "SLACK_SIGNING_SECRET",
    "DATABASE_URL",
    "BALIK_CALENDAR_KEY",
    "SMTP_URL",
    "SLACK_CLIENT_SECRET",
    "BALIK_INSTALLATION_KEY",
)
"""What may also be in a file, whose path is the value of the same name with `_FILE`: `SLACK_BOT_TOKEN_FILE`."""
LONGEST_SECRET = 10_000

LONGEST_RETENTION = 120
LOG_FORMATS = ("text", "json")
MEMBER = re.compile("[UW][A-Z0-9]{4,}")
TOKEN_KINDS = {
    "xoxb-": "a bot token (SLACK_BOT_TOKEN)",
    "xapp-": "an app-level token (SLACK_APP_TOKEN)",
    "xoxp-": "a person's token",
    "xoxe.xoxb-": "a bot token that expires (token rotation)",
    "xoxe": "a token for the app's configuration, or of token rotation,",
    "xoxc-": "a token of a browser session",
    "xoxd-": "a cookie of a browser session",
}
"""By their beginnings."""
MOST_REPLICAS = 10
"""Slack's limit of sockets per app."""


class WrongSettings(Exception):
    """Invalid settings. `problems` has one sentence for each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


class Transport(StrEnum):
    """How Slack's requests come in."""

    SOCKET = "socket"
    HTTP = "http"


@dataclass(frozen=True)
class Settings:
    """The settings of the bot. `.env.example` explains each."""

    bot_token: str
    app_token: str = ""
    signing_secret: str = ""
    transport: Transport = Transport.SOCKET
    host: str = "0.0.0.0"
    port: int = 3000
    database_url: str = DEFAULT_DATABASE
    api_url: str = DEFAULT_API
    prompts_dir: Path | None = None
    log_level: str = "INFO"
    log_format: str = "text"
    watch_host: str = "127.0.0.1"
    watch_port: int = 0
    """Where /health and /metrics are served; 0 for nowhere."""
    operator: str = ""
    replicas: int = 1
    retention_months: int = 24
    hr_channels: frozenset[str] = frozenset()
    """Ids of the channels in which programmes may be set up; empty: any private channel."""
    busy_hours: bool = True
    """Whether people may connect their calendars."""
    calendar_keys: tuple[str, ...] = ()
    """What encrypts calendar links: the first encrypts, all decrypt. Empty: calendars cannot be connected."""
    calendar_hosts: HostRules = field(default_factory=HostRules)
    mailing: Mailing | None = None
    """Where invitations to sessions are handed in; None: people take calendar files."""
    many: ManySettings | None = None
    """BALIK_MODE=many; None: one workspace."""

    def __repr__(self) -> str:
        # Tokens stay out of logs and tracebacks.
        return f"Settings(transport={self.transport.value}, host={self.host}, port={self.port})"

    @classmethod
    def load(cls, env_file: Path = Path(".env")) -> "Settings":
        """Read `env_file`, overruled by the environment. Raises `WrongSettings`."""
        return cls.read({**dotenv_values(env_file), **os.environ})

    @classmethod
    def read(cls, env: Mapping[str, str | None]) -> "Settings":
        """Check what `env` says. Raises `WrongSettings` with every problem at once."""
        env, unreadable = _with_files(env)
        if unreadable:
            raise WrongSettings(unreadable)
        values = {name: clean_line(value or "") for name, value in env.items()}
        problems = [
            *_token_problems(values),
            *mode_problems(values),
            *_place_problems(values),
            *_calendar_problems(values),
            *_mail_problems(values),
        ]
        if problems:
            raise WrongSettings(problems)
        prompts = values.get("BALIK_PROMPTS", "")
        return cls(
            bot_token=values.get("SLACK_BOT_TOKEN", ""),
            app_token=values.get("SLACK_APP_TOKEN", ""),
            signing_secret=values.get("SLACK_SIGNING_SECRET", ""),
            transport=_transport(values),
            host=values.get("HOST") or cls.host,
            port=int(values.get("PORT") or cls.port),
            database_url=values.get("DATABASE_URL") or DEFAULT_DATABASE,
            api_url=_with_slash(values.get("SLACK_API_URL") or DEFAULT_API),
            prompts_dir=Path(prompts) if prompts else None,
            log_level=(values.get("LOG_LEVEL") or cls.log_level).upper(),
            log_format=values.get("LOG_FORMAT") or cls.log_format,
            watch_host=values.get("BALIK_WATCH_HOST") or cls.watch_host,
            watch_port=int(values.get("BALIK_WATCH_PORT") or cls.watch_port),
            operator=values.get("BALIK_OPERATOR") or cls.operator,
            replicas=int(values.get("BALIK_REPLICAS") or cls.replicas),
            retention_months=int(values.get("BALIK_RETENTION_MONTHS") or cls.retention_months),
            hr_channels=frozenset(_listed(values, "BALIK_HR_CHANNELS")),
            busy_hours=(values.get("BALIK_BUSY_HOURS") or "on") == "on",
            calendar_keys=tuple(_listed(values, "BALIK_CALENDAR_KEY")),
            calendar_hosts=HostRules(
                allowed=frozenset(_hosts(values, "BALIK_CALENDAR_HOSTS")),
                forbidden=frozenset(_hosts(values, "BALIK_CALENDAR_HOSTS_FORBIDDEN")),
                private=frozenset(origin for origin, _ in _private_origins(values) if origin),
            ),
            mailing=_mailing(values),
            many=many_settings(values),
        )


def own_texts(env_file: Path = Path(".env")) -> Path | None:
    """The folder of the company's own texts, if set: for checking texts, which needs no other setting."""
    named = ({**dotenv_values(env_file), **os.environ}.get("BALIK_PROMPTS") or "").strip()
    return Path(named) if named else None


def database_url(env_file: Path = Path(".env")) -> str:
    """The address of the database, for commands that need no other setting. Raises `WrongSettings`."""
    url = clean_line(_setting("DATABASE_URL", env_file)) or DEFAULT_DATABASE
    if fault := _database_fault(url):
        raise WrongSettings([fault])
    return url


def _setting(name: str, env_file: Path) -> str:
    """One setting for a command that needs no other, "" if there is none. Raises `WrongSettings`."""
    env = {**dotenv_values(env_file), **os.environ}
    values, problems = _with_files({key: env.get(key) for key in (name, f"{name}_FILE")})
    if problems:
        raise WrongSettings(problems)
    return values[name] or ""


def _with_files(env: Mapping[str, str | None]) -> tuple[dict[str, str | None], list[str]]:
    """`env` with the secrets that are in files, and a sentence for each that cannot be had. Never a secret itself."""
    values, problems = dict(env), []
    for name in SECRETS:
        if not (path := (env.get(f"{name}_FILE") or "").strip()):
            continue
        if (env.get(name) or "").strip():
            problems.append(f"{name} and {name}_FILE are both set: remove one of them")
            continue
        try:
            secret = Path(path).read_text("utf-8")
        except (OSError, UnicodeDecodeError, ValueError) as error:
            why = error.strerror if isinstance(error, OSError) else "not text"
            problems.append(
                f'{name}_FILE is "{path}", which cannot be read ({why}): check the path and who may read it'
            )
            continue
        if not secret.strip() or len(secret) > LONGEST_SECRET:
            problems.append(f'{name}_FILE is "{path}", which holds no secret: write it there, in one line')
        values[name] = secret
    return values, problems


def _listed(values: Mapping[str, str], name: str) -> list[str]:
    """The items of a comma-separated value."""
    return [one.strip() for one in values.get(name, "").split(",") if one.strip()]


def _transport(values: Mapping[str, str]) -> Transport:
    usual = Transport.HTTP if mode_of(values) is Mode.MANY else Transport.SOCKET
    return Transport(values.get("BALIK_TRANSPORT") or usual)


def _token_problems(values: Mapping[str, str]) -> list[str]:
    if mode_of(values) is Mode.MANY:
        return []
    problems = []
    transport = values.get("BALIK_TRANSPORT") or Transport.SOCKET
    if transport not in set(Transport):
        problems.append(f'BALIK_TRANSPORT is "{transport}": write socket or http')
    if fault := _wrong_kind(values.get("SLACK_BOT_TOKEN", ""), "xoxb-"):
        problems.append(
            f'SLACK_BOT_TOKEN {fault} must start with "xoxb-": copy it from "OAuth & Permissions" of your Slack app'
        )
    if transport == Transport.SOCKET and (fault := _wrong_kind(values.get("SLACK_APP_TOKEN", ""), "xapp-")):
        problems.append(
            f'SLACK_APP_TOKEN {fault} must start with "xapp-": make one under "Basic Information", '
            '"App-Level Tokens", with the scope connections:write'
        )
    if transport == Transport.HTTP and not values.get("SLACK_SIGNING_SECRET"):
        problems.append('SLACK_SIGNING_SECRET is needed for http: copy it from "Basic Information" of your Slack app')
    return problems


def _wrong_kind(token: str, prefix: str) -> str:
    """What a variable holds in place of a token that begins with `prefix`; "" if it is right. Never its value."""
    if token.startswith(prefix):
        return ""
    kind = next((kind for begin, kind in TOKEN_KINDS.items() if token.startswith(begin)), "")
    if not kind and re.fullmatch("[0-9a-f]{32}", token):
        kind = "a secret (SLACK_SIGNING_SECRET)"
    return f"holds {kind}, but" if kind else "is missing: it" if not token else "holds no such token: it"


def _place_problems(values: Mapping[str, str]) -> list[str]:
    problems = []
    for name in ("PORT", "BALIK_WATCH_PORT"):
        if not _is_number(port := values.get(name) or "3000", 1, 65535):
            problems.append(f'{name} is "{port}": write a number from 1 to 65535')
    if not _is_number(replicas := values.get("BALIK_REPLICAS") or "1", 1, MOST_REPLICAS):
        problems.append(f'BALIK_REPLICAS is "{replicas}": write a number from 1 to {MOST_REPLICAS}')
    one = mode_of(values) is Mode.ONE
    if one and (operator := values.get("BALIK_OPERATOR", "")) and not MEMBER.fullmatch(operator):
        problems.append(
            f'BALIK_OPERATOR is "{operator}": write a member id like U0123ABCD, in Slack under "Copy member ID" of the '
            "person's profile"
        )
    months = values.get("BALIK_RETENTION_MONTHS") or "24"
    if not _is_number(months, 1, LONGEST_RETENTION):
        problems.append(f'BALIK_RETENTION_MONTHS is "{months}": write a number of months from 1 to {LONGEST_RETENTION}')
    problems += [
        f'BALIK_HR_CHANNELS holds "{one}": write ids such as C0123456789, with commas between them; Slack shows one '
        "below a channel's details"
        for one in _listed(values, "BALIK_HR_CHANNELS")
        if not re.fullmatch(r"[CG][A-Z0-9]{2,}", one)
    ]
    if fault := _database_fault(values.get("DATABASE_URL") or DEFAULT_DATABASE):
        problems.append(fault)
    api = values.get("SLACK_API_URL") or DEFAULT_API
    if urlsplit(api).scheme not in ("http", "https"):
        problems.append(f'SLACK_API_URL is "{api}": write an address that begins with http:// or https://')
    prompts = values.get("BALIK_PROMPTS", "")
    if prompts and not Path(prompts).is_dir():
        problems.append(f'BALIK_PROMPTS is "{prompts}": there is no such folder')
    level = (values.get("LOG_LEVEL") or "INFO").upper()
    if level not in logging.getLevelNamesMapping():
        problems.append(f'LOG_LEVEL is "{level}": write DEBUG, INFO, WARNING or ERROR')
    if (form := values.get("LOG_FORMAT") or "text") not in LOG_FORMATS:
        problems.append(f'LOG_FORMAT is "{form}": write {" or ".join(LOG_FORMATS)}')
    return problems


def calendar_keys(env_file: Path = Path(".env")) -> tuple[str, ...]:
    """The keys of calendar links, for the command that renews them. Raises `WrongSettings`."""
    values = {"BALIK_CALENDAR_KEY": clean_line(_setting("BALIK_CALENDAR_KEY", env_file))}
    if problems := _calendar_problems(values):
        raise WrongSettings(problems)
    return tuple(_listed(values, "BALIK_CALENDAR_KEY"))


def installation_key_settings(env_file: Path = Path(".env")) -> tuple[str, ...]:
    """The keys of installations' tokens, for the command that renews them. Raises `WrongSettings`."""
    values = {"BALIK_INSTALLATION_KEY": clean_line(_setting("BALIK_INSTALLATION_KEY", env_file))}
    keys = installation_keys(values)
    if keys and (problems := key_problems(values)):
        raise WrongSettings(problems)
    return keys


def _hosts(values: Mapping[str, str], name: str) -> list[str]:
    return [host.lower().rstrip(".") for host in _listed(values, name)]


def _private_origins(values: Mapping[str, str]) -> list[tuple[str, str]]:
    """Each origin that may be in a private network, "" if it is none, with what was written."""
    origins = []
    for text in _listed(values, "BALIK_CALENDAR_HOSTS_PRIVATE"):
        try:
            address = read_link(text if "://" in text else f"https://{text}")
        except LinkRefused:
            origins.append(("", text))
        else:
            bare = urlsplit(address.link).path in ("", "/")
            origins.append((address.origin if bare else "", text))
    return origins


def _calendar_problems(values: Mapping[str, str]) -> list[str]:
    problems = []
    if (state := values.get("BALIK_BUSY_HOURS") or "on") not in ("on", "off"):
        problems.append(f'BALIK_BUSY_HOURS is "{state}": write on or off')
    if not all(map(KEY.fullmatch, _listed(values, "BALIK_CALENDAR_KEY"))):
        problems.append("BALIK_CALENDAR_KEY holds no such key: let `python -m bot calendar-key` write it")
    problems += [
        f'{name} holds "{host}": write names of hosts such as calendar.google.com, with commas between them'
        for name in ("BALIK_CALENDAR_HOSTS", "BALIK_CALENDAR_HOSTS_FORBIDDEN")
        for host in _hosts(values, name)
        if not re.fullmatch(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?", host)
    ]
    problems += [
        f'BALIK_CALENDAR_HOSTS_PRIVATE holds "{text}": write names of hosts such as cloud.example.internal, or '
        "https://cloud.example.internal:8443, with commas between them"
        for origin, text in _private_origins(values)
        if not origin
    ]
    return problems


def _mailing(values: Mapping[str, str]) -> Mailing | None:
    url, bounces = values.get("SMTP_URL", ""), values.get("BALIK_MAIL_BOUNCES", "")
    return Mailing(read_server(url), values["BALIK_MAIL_FROM"], bounces) if url else None


MAIL_CURES = {
    "form": "must look like smtps://user:password@host or smtp://user:password@host:587",
    "unprotected": "allows ?tls=none for a server on this machine only: elsewhere mail would travel unprotected",
}
"""By the code of `BadServer`."""


def _mail_problems(values: Mapping[str, str]) -> list[str]:
    url, sender, problems = values.get("SMTP_URL", ""), values.get("BALIK_MAIL_FROM", ""), list[str]()
    if url:
        try:
            read_server(url)
        except BadServer as error:
            problems.append(f"SMTP_URL {MAIL_CURES[error.code]}")
    if url and not is_address(sender):
        problems.append("BALIK_MAIL_FROM must be the address that invitations come from, such as balik@example.com")
    if sender and not url:
        problems.append("BALIK_MAIL_FROM is set without SMTP_URL: no mail can be sent")
    if (bounces := values.get("BALIK_MAIL_BOUNCES", "")) and not is_address(bounces):
        problems.append("BALIK_MAIL_BOUNCES must be the address of a mailbox that someone reads, or empty")
    return problems


def _is_number(text: str, low: int, high: int) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 10 and low <= int(text) <= high


def _database_fault(url: str) -> str:
    # Imported here: every command reads this module, and SQLAlchemy takes a third of a second on a small machine.
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError

    wrong = "DATABASE_URL must look like sqlite:///balik.sqlite or postgresql://user:password@host/balik"
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        return wrong
    if parsed.get_backend_name() not in ("sqlite", "postgresql"):
        return wrong
    if parsed.get_backend_name() == "sqlite" and not parsed.database:
        return "DATABASE_URL names no file: a database in memory would forget everything at the next start"
    return ""


def _with_slash(url: str) -> str:
    return url if url.endswith("/") else f"{url}/"

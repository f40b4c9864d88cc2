"""Where invitations to sessions are handed in as mail, what they say, and which are due."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from ipaddress import ip_address
from urllib.parse import parse_qs, unquote, urlsplit

from bot.domain.calendar_files import CalendarEntry

MAIL_ADDRESS = re.compile(r"[^\s@<>,;:\"()\[\]\\]{1,64}@[A-Za-z0-9]([A-Za-z0-9.-]{0,250}[A-Za-z0-9])?")
"""An address as people have them: no quotes, no comments, so that it cannot end a header or name two people."""


class Tls(StrEnum):
    """How the connection to a mail server is protected."""

    IMPLICIT = "implicit"
    STARTTLS = "starttls"
    NONE = "none"


PORTS = {"smtps": 465, "smtp": 587}


@dataclass(frozen=True)
class MailServer:
    """A server that takes mail (RFC 6409)."""

    host: str
    port: int
    tls: Tls
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)

    def __str__(self) -> str:
        """Without the password."""
        return f"{self.host}:{self.port}"


@dataclass(frozen=True)
class Mailing:
    """The server, and the address that invitations come from."""

    server: MailServer
    sender: str
    bounces: str = ""
    """Where mail goes that is returned after the server took it (the envelope's sender); "" is `sender`."""

    @property
    def bounces_to(self) -> str:
        return self.bounces or self.sender


class BadServer(ValueError):
    """No address of a mail server. `code`: form, or unprotected (`?tls=none` for another machine)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def read_server(url: str) -> MailServer:
    """Read `smtps://user:password@host:465` or `smtp://user:password@host:587`, which has to offer STARTTLS.

    `?tls=none` is for a server on the same machine only. Raises `BadServer`.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise BadServer("form") from None
    if parts.scheme not in PORTS or not parts.hostname or parts.path.strip("/") or parts.fragment:
        raise BadServer("form")
    asked = parse_qs(parts.query)
    if set(asked) - {"tls"} or asked.get("tls", ["none"]) != ["none"]:
        raise BadServer("form")
    tls = Tls.IMPLICIT if parts.scheme == "smtps" else Tls.NONE if asked else Tls.STARTTLS
    if asked and not (parts.scheme == "smtp" and _is_this_machine(parts.hostname)):
        raise BadServer("unprotected")
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return MailServer(parts.hostname, port or PORTS[parts.scheme], tls, user, password)


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def is_address(text: str) -> bool:
    """Whether a mail can be sent to it."""
    return MAIL_ADDRESS.fullmatch(text) is not None


@dataclass(frozen=True)
class MailWords:
    """What a mail says, in its reader's language."""

    subject: str
    body: str
    entry: CalendarEntry
    reader: str
    """The name of the person it goes to."""


@dataclass(frozen=True)
class Told:
    """What a person's calendar has from the last mail about a session."""

    starts_at: datetime
    minutes: int
    place: str
    cancelled: bool


class Due(StrEnum):
    """The mail that is due."""

    INVITATION = "invitation"
    CANCELLATION = "cancellation"


def due_mail(told: Told | None, now_at: datetime | None, minutes: int, place: str, now: datetime) -> Due | None:
    """The mail that brings a calendar up to date; None if it is, or if it no longer matters.

    `told`: the last mail, sent or on its way. `now_at`: the session's time; None without one.
    """
    if now_at is None:
        return Due.CANCELLATION if told and not told.cancelled and told.starts_at > now else None
    if now_at <= now or told == Told(now_at, minutes, place, cancelled=False):
        return None
    return Due.INVITATION

"""Busy hours from a person's calendar: which links are accepted, and the intervals that are kept of a calendar."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from urllib.parse import SplitResult, urlsplit

from bot.domain.calendar import Span

HORIZON = timedelta(weeks=8)
"""How far ahead busy intervals are kept."""
READ_AGAIN = HORIZON - timedelta(weeks=1)
"""An unchanged calendar is read in full again once its intervals reach less far ahead than this."""
AT_MOST_EVERY = timedelta(minutes=30)
"""A calendar is fetched at most this often, for all who ask."""
TRUSTED_FOR = timedelta(days=7)
"""After this time without a successful fetch, the intervals are deleted: they may be outdated."""
UNUSED_FOR = timedelta(days=30)
"""A link of a person who takes part in nothing is deleted after this time."""
LONGEST_LINK = 2000
_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?", re.ASCII)
_IPV6 = re.compile(r"[0-9a-f:.]+", re.ASCII)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MINUTE = timedelta(minutes=1)


class LinkProblem(StrEnum):
    """Why a link is not accepted, or why a calendar cannot be read. Each names a sentence (`busy_hours.problems`)."""

    NO_LINK = "no_link"
    """It is no address, or one of another kind than https."""
    HAS_PASSWORD = "has_password"
    FORBIDDEN = "forbidden"
    """The operator does not allow this host."""
    PRIVATE = "private"
    """The host is in a private network, or is this machine."""
    UNREACHABLE = "unreachable"
    """No connection, no certificate, no answer in time, or an error of the server. It may pass."""
    REFUSED = "refused"
    """The server does not know the link, or does not accept it any more."""
    NOT_CALENDAR = "not_calendar"
    """Something else than a calendar, such as a page on which to sign in."""
    TOO_LARGE = "too_large"
    TOO_MANY = "too_many"
    """Too many events, or recurrences without end, to be read in time."""
    NO_KEY = "no_key"
    """The link was encrypted with a key that is gone."""


LASTING = frozenset(LinkProblem) - {LinkProblem.UNREACHABLE}
"""Problems that do not pass by themselves."""
TELL_AFTER = {True: timedelta(hours=20), False: timedelta(days=3)}
"""How long a link has to fail until its owner is told: of a lasting problem (True), or of one that may pass."""


class LinkRefused(ValueError):
    """A link that is not accepted, or a calendar that cannot be read. `problem` names the sentence."""

    def __init__(self, problem: LinkProblem) -> None:
        super().__init__(problem)  # as its only argument: the worker process passes it on
        self.problem = problem


@dataclass(frozen=True)
class Address:
    """Where a calendar is: a checked link, taken apart. Its representation hides path and query, which are secret."""

    scheme: str
    host: str
    port: int
    link: str = field(repr=False)

    @property
    def origin(self) -> str:
        """`https://host`, with the port if it is not the usual one: the form in which operators name private hosts."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}" + ("" if self.port == _PORTS[self.scheme] else f":{self.port}")


_PORTS = {"https": 443, "http": 80}


@dataclass(frozen=True)
class HostRules:
    """Which hosts the operator allows.

    `allowed`: only these and what is below them; empty: every public host. `forbidden`: never these. `private`: the
    origins (`https://cloud.example.internal`, or with http or a port) that may be in a private network.
    """

    allowed: frozenset[str] = frozenset()
    forbidden: frozenset[str] = frozenset()
    private: frozenset[str] = frozenset()

    def is_private(self, address: Address) -> bool:
        """Whether the operator named this origin, so that it may be at a private address."""
        return address.origin in self.private

    def check(self, address: Address) -> None:
        """Raises `LinkRefused`: forbidden, no_link (not https, or another port)."""
        if _is_below(address.host, self.forbidden):
            raise LinkRefused(LinkProblem.FORBIDDEN)
        if self.is_private(address):
            return
        if self.allowed and not _is_below(address.host, self.allowed):
            raise LinkRefused(LinkProblem.FORBIDDEN)
        if address.scheme != "https" or address.port != _PORTS["https"]:
            raise LinkRefused(LinkProblem.NO_LINK)


def _is_below(host: str, names: frozenset[str]) -> bool:
    return any(host == name or host.endswith(f".{name}") for name in names)


def read_link(text: str) -> Address:
    """The address that a person pasted; webcal is https. Raises `LinkRefused`: no_link, has_password.

    Links that two parsers could read differently are refused: white space, a backslash, non-ASCII, odd hosts.
    """
    link = re.sub(r"\Awebcals?://", "https://", text.strip().strip("<>"), flags=re.IGNORECASE)
    if not link.isascii() or len(link) > LONGEST_LINK or any(sign <= " " or sign in '\\"<>^`{|}\x7f' for sign in link):
        raise LinkRefused(LinkProblem.NO_LINK)
    try:
        parts: SplitResult = urlsplit(link)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError as error:
        raise LinkRefused(LinkProblem.NO_LINK) from error
    if "@" in parts.netloc:
        raise LinkRefused(LinkProblem.HAS_PASSWORD)
    well_formed = _IPV6 if ":" in host else _HOST
    if parts.scheme not in _PORTS or not well_formed.fullmatch(host) or port == 0 or _looks_like_number(host):
        raise LinkRefused(LinkProblem.NO_LINK)
    return Address(parts.scheme, host, port or _PORTS[parts.scheme], parts._replace(fragment="").geturl())


def _looks_like_number(host: str) -> bool:
    """Whether a resolver may read a host as an address that is not written as one: 2130706433, 0x7f.1, 127.1."""
    if ":" in host or not re.fullmatch(r"[0-9]+|0x[0-9a-f]*", host.rpartition(".")[2]):
        return False
    parts = host.split(".")
    return len(parts) != 4 or not all(part.isdigit() and str(int(part)) == part for part in parts)


def mask(host: str) -> str:
    """A link as it may be shown to its owner: the host alone, since the path is the secret."""
    return f"{host}/…"


# Intervals, as they are stored: minutes since 1970


def merge(spans: Iterable[Span]) -> tuple[Span, ...]:
    """In order and without overlaps, on whole minutes; empty ones are left out."""
    merged: list[Span] = []
    for start, end in sorted((_floor(start), _ceil(end)) for start, end in spans if start < end):
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(merged[-1][1], end)
        else:
            merged.append((start, end))
    return tuple(merged)


def write_spans(spans: Iterable[Span]) -> str:
    """`start+length` in minutes, separated by commas: "30000000+60"."""
    return ",".join(f"{(start - _EPOCH) // _MINUTE}+{(end - start) // _MINUTE}" for start, end in spans)


def read_spans(text: str) -> tuple[Span, ...]:
    """The intervals of a stored text."""
    pairs = (part.split("+") for part in text.split(",") if part)
    starts = ((_EPOCH + int(start) * _MINUTE, int(length)) for start, length in pairs)
    return tuple((start, start + length * _MINUTE) for start, length in starts)


def current(spans: Iterable[Span], now: datetime) -> tuple[Span, ...]:
    """Those that are not over."""
    return tuple(span for span in spans if span[1] > now)


def subtract(spans: Iterable[Span], taken_out: Span) -> tuple[Span, ...]:
    """The intervals without what overlaps `taken_out`."""
    begins, ends = taken_out
    parts = (part for start, end in spans for part in ((start, min(end, begins)), (max(start, ends), end)))
    return tuple((start, end) for start, end in parts if start < end)


def _floor(moment: datetime) -> datetime:
    return moment - (moment - _EPOCH) % _MINUTE


def _ceil(moment: datetime) -> datetime:
    return moment + (_EPOCH - moment) % _MINUTE

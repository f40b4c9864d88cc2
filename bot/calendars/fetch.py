"""Fetches calendars from addresses that people typed, which cannot be trusted.

Each connection is checked when it is made, by the address that it goes to: a name that is resolved again, and a
redirect, cannot lead into a private network. Time, size, redirects and what compression may unfold are limited.
"""

import errno
import re
import socket
import zlib
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

import aiohttp
from yarl import URL

from bot.calendars.addresses import is_public
from bot.clock import TimeLimits
from bot.domain.busy_hours import Address, HostRules, LinkProblem, LinkRefused, read_link

MOST_BYTES = 10_000_000
"""Of a calendar, as sent and as unfolded."""
MOST_SECONDS = 20.0
"""For a calendar with its redirects."""
MOST_REDIRECTS = 4
_CHUNK = 64 * 1024
_REDIRECTS = frozenset((301, 302, 303, 307, 308))
_GONE = frozenset((401, 403, 404, 410))
_UNCHANGED = 304
_FORMATS = {"gzip": 31, "x-gzip": 31, "deflate": 47}
"""Window sizes of `zlib` by the name of the compression: of gzip, and of zlib or gzip."""
_VALIDATOR = re.compile(r"[\x21-\x7e][\x20-\x7e]{0,499}")


@dataclass(frozen=True)
class Fetched:
    """A calendar; `content` is None if it did not change. `etag`, `modified`: what to ask with the next time."""

    content: bytes | None
    etag: str = ""
    modified: str = ""


class _PrivateAddress(OSError):
    """A connection to an address that is not public was about to be made."""

    def __init__(self) -> None:
        super().__init__(errno.EACCES, "not a public address")


_refused: ContextVar[list[bool]] = ContextVar("refused")
"""Filled if a connection of the current fetch was refused: the library may report another cause."""


def _guarded(info: Any) -> socket.socket:
    """A socket for an address that was just resolved and is connected to next."""
    family, kind, protocol, _, address = info
    if not is_public(str(address[0])):
        _refused.get().append(True)
        raise _PrivateAddress
    return socket.socket(family, kind, protocol)


class Fetcher:
    """Fetches calendars. Connections are kept for the next calendar of the same host."""

    def __init__(self, rules: HostRules, limits: TimeLimits) -> None:
        self.rules = rules
        self._limits = limits
        self._sessions: dict[bool, aiohttp.ClientSession] = {}

    async def fetch(self, address: Address, etag: str = "", modified: str = "") -> Fetched:
        """The calendar there, unless it is as it was when the server sent `etag` and `modified`.

        Raises `LinkRefused`: forbidden, no_link, private, unreachable, refused, not_calendar, too_large.
        """
        known = {"If-None-Match": etag, "If-Modified-Since": modified}
        asked = {name: value for name, value in known.items() if value}
        was_refused: list[bool] = []
        token = _refused.set(was_refused)
        try:
            async with self._limits.within(MOST_SECONDS):
                return await self._follow(address, asked)
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            if isinstance(error, LinkRefused):
                raise
            # Not chained: the library's messages contain the link.
            raise LinkRefused(LinkProblem.PRIVATE if was_refused else LinkProblem.UNREACHABLE) from None
        finally:
            _refused.reset(token)

    async def close(self) -> None:
        for session in self._sessions.values():
            await session.close()
        self._sessions.clear()

    async def _follow(self, address: Address, asked: dict[str, str]) -> Fetched:
        for _ in range(MOST_REDIRECTS + 1):
            self.rules.check(address)
            session = self._session(trusted=self.rules.is_private(address))
            url = URL(address.link, encoded=True)  # as it was typed: a server may compare it letter by letter
            async with session.get(url, headers=asked, allow_redirects=False) as reply:
                if reply.status not in _REDIRECTS:
                    return await _read(reply, asked)
                address = read_link(urljoin(address.link, reply.headers.get("Location", "")))
        raise LinkRefused(LinkProblem.REFUSED)

    def _session(self, *, trusted: bool) -> aiohttp.ClientSession:
        """`trusted`: for hosts that the operator named, which may be in a private network."""
        if trusted not in self._sessions:
            connector = aiohttp.TCPConnector(socket_factory=None if trusted else _guarded, use_dns_cache=False)
            self._sessions[trusted] = aiohttp.ClientSession(
                connector=connector,
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
                headers={"Accept": "text/calendar", "Accept-Encoding": "gzip", "User-Agent": "Balik"},
                timeout=aiohttp.ClientTimeout(total=None),
            )
        return self._sessions[trusted]


async def _read(reply: aiohttp.ClientResponse, asked: dict[str, str]) -> Fetched:
    if reply.status == _UNCHANGED and asked:
        return Fetched(None, asked.get("If-None-Match", ""), asked.get("If-Modified-Since", ""))
    if reply.status in _GONE:
        raise LinkRefused(LinkProblem.REFUSED)
    if reply.status != 200:
        passes = reply.status == 429 or reply.status >= 500
        raise LinkRefused(LinkProblem.UNREACHABLE if passes else LinkProblem.REFUSED)
    content = await _content(reply)
    if not content.lstrip(b"\xef\xbb\xbf\r\n\t ")[:15].upper() == b"BEGIN:VCALENDAR":
        raise LinkRefused(LinkProblem.NOT_CALENDAR)
    return Fetched(content, _validator(reply, "ETag"), _validator(reply, "Last-Modified"))


async def _content(reply: aiohttp.ClientResponse) -> bytes:
    """The body, unfolded. What is larger than `MOST_BYTES` is never held in memory."""
    compression = reply.headers.get("Content-Encoding", "identity").strip().lower()
    if compression not in ("", "identity", *_FORMATS):
        raise LinkRefused(LinkProblem.NOT_CALENDAR)
    unfold = zlib.decompressobj(_FORMATS[compression]) if compression in _FORMATS else None
    content = bytearray()
    sent = 0
    try:
        async for part in reply.content.iter_chunked(_CHUNK):
            sent += len(part)
            content += unfold.decompress(part, MOST_BYTES + 1 - len(content)) if unfold else part
            if max(sent, len(content)) > MOST_BYTES:
                raise LinkRefused(LinkProblem.TOO_LARGE)
    except zlib.error:
        raise LinkRefused(LinkProblem.NOT_CALENDAR) from None
    return bytes(content)


def _validator(reply: aiohttp.ClientResponse, name: str) -> str:
    value = reply.headers.get(name, "")
    return value if _VALIDATOR.fullmatch(value) else ""

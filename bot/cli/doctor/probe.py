"""One call of Slack's Web API, with a precise cause if no reply of Slack's comes back.

Slack's library cannot be used here: it reports a login page of a proxy and a reply that was cut off alike.
"""

import asyncio
import errno
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.answers import Answer, retry_after
from bot.slack.errors import LIMITED, code_of

TIMEOUT = 10.0
"""Seconds that a call may take."""
LONGEST_REPLY = 1024**2
"""Bytes of a reply that are read."""

_TRY_AGAIN = "try again in a minute; https://slack-status.com shows disruptions"


@dataclass(frozen=True)
class Reply:
    """A reply of Slack's: a JSON object that says whether it is ok."""

    data: Mapping[str, Any]
    headers: Mapping[str, str]

    @property
    def error(self) -> str:
        """Slack's error code; "" if the call succeeded."""
        return "" if self.data["ok"] else code_of(self.data.get("error"))

    def text(self, *path: str) -> str:
        """The text at a path; "" if there is none."""
        found = Answer("", self.data).at(*path)
        return found if isinstance(found, str) else ""


class NoReply(Exception):
    """Slack did not reply. `area`: network, proxy or Slack."""

    def __init__(self, area: str, what: str, cure: str) -> None:
        super().__init__(what)
        self.area, self.what, self.cure = area, what, cure


async def ask(client: AsyncWebClient, method: str, token: str, **arguments: str) -> Reply:
    """Call `method` at the address and through the proxy of `client`. Raises `NoReply`."""
    url = f"{client.base_url}{method}"
    try:
        async with asyncio.timeout(TIMEOUT), aiohttp.ClientSession() as session:
            sent = session.post(
                url,
                data=arguments,
                headers={"Authorization": f"Bearer {token}"},
                proxy=client.proxy,
                ssl=client.ssl if client.ssl is not None else True,
                allow_redirects=False,
            )
            async with sent as response:
                body = bytearray()
                async for part in response.content.iter_any():
                    body += part
                    if len(body) > LONGEST_REPLY:
                        break
                return _read(response.status, response.headers, bytes(body), url)
    except (aiohttp.ClientError, OSError, ValueError) as error:
        raise _cause(error, url, client.proxy) from error


def _cause(error: Exception, url: str, proxy: str | None) -> NoReply:
    """What an exception of the connection means. Its own text is not used: it may quote the proxy's password."""
    host, name = urlsplit(url).hostname or url, type(error).__name__
    firewall = f"have the firewall allow this machine to reach {host} on port {urlsplit(url).port or 443}"
    match error:
        case aiohttp.ClientProxyConnectionError():
            return NoReply("proxy", f"the proxy cannot be reached ({name})", "correct HTTPS_PROXY, or unset it")
        case aiohttp.ClientHttpProxyError(status=status):
            return _proxy_refuses(status, host)
        case aiohttp.ClientConnectorDNSError():
            cure = "correct the machine's DNS; if only a proxy reaches the internet, set HTTPS_PROXY"
            return NoReply("network", f"the name {host} cannot be resolved", f"{cure}; check SLACK_API_URL")
        case aiohttp.ClientConnectorCertificateError() | aiohttp.ClientSSLError():
            what = f"the certificate of {host} is not trusted ({name})"
            cure = "a proxy that opens TLS needs its certificate authority on this machine: install it and set"
            return NoReply("network", what, f"{cure} SSL_CERT_FILE; also check the machine's clock")
        case TimeoutError():
            return NoReply("network", f"{host} does not answer within {TIMEOUT:.0f} s", firewall)
        case aiohttp.ClientConnectorError() if error.os_error.errno == errno.ECONNREFUSED:
            return NoReply("network", f"{host} refuses the connection", f"check SLACK_API_URL, and {firewall}")
        case aiohttp.ClientConnectorError():
            return NoReply("network", f"there is no connection to {host} ({name})", firewall)
        case aiohttp.ServerDisconnectedError() | aiohttp.ClientOSError() | aiohttp.ClientPayloadError():
            return NoReply("network", f"the connection to {host} is cut off ({name})", firewall)
        case aiohttp.InvalidURL() | ValueError() if proxy:
            return NoReply("proxy", f"HTTPS_PROXY cannot be used ({name})", "write it as http://host:port")
    return NoReply("network", f"{host} cannot be reached ({name})", f"check SLACK_API_URL, and {firewall}")


def _read(status: int, headers: Mapping[str, str], body: bytes, url: str) -> Reply:
    host = urlsplit(url).hostname or url
    if status in (407, 511):
        raise _proxy_refuses(status, host)
    if 300 <= status < 400:
        to = urlsplit(headers.get("Location", "")).hostname or "another page"
        raise NoReply("proxy", f"the request is redirected to {to} (HTTP {status})", _let_through(host))
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        data = None
    if status == 429 or (isinstance(data, dict) and code_of(data.get("error")) in LIMITED):
        seconds = f"{retry_after(headers):.0f}"
        raise NoReply("Slack", "Slack limits the calls of this app (HTTP 429)", f"try again in {seconds} s")
    if isinstance(data, dict) and isinstance(data.get("ok"), bool) and status < 500:
        return Reply(data, headers)
    if body.lstrip()[:1] == b"<" or "html" in headers.get("Content-Type", "").lower():
        what = f"a web page came instead of Slack's reply (HTTP {status}), as from a proxy's login"
        raise NoReply("proxy", what, _let_through(host))
    if status >= 500:
        raise NoReply("Slack", f"{host} answers with HTTP {status}", _TRY_AGAIN)
    what = f"the reply is {'empty' if not body.strip() else 'not one of Slack'} (HTTP {status})"
    raise NoReply("proxy", what, f"check SLACK_API_URL; {_let_through(host)}")


def _let_through(host: str) -> str:
    return f"have the network's administrator let this machine reach {host} and wss-primary.slack.com without a login"


def _proxy_refuses(status: int, host: str) -> NoReply:
    if status in (407, 511):
        cure = "write HTTPS_PROXY as http://user:password@host:port, or ask its administrator for access without one"
        return NoReply("proxy", f"the proxy wants a login (HTTP {status})", cure)
    return NoReply("proxy", f"the proxy refuses the connection (HTTP {status})", _let_through(host))

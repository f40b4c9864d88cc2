"""Who may speak to the local Slack: programs and pages of this machine, and no other site's page.

Every request passes here before its route, those to unknown paths too. A page of another site can make a browser send
requests to 127.0.0.1: by a form, by an image, or by a name of its own that resolves to 127.0.0.1 (DNS rebinding).
The browser tells it by `Host`, `Origin` or `Sec-Fetch-Site`, none of which a page can set. Clients that are no browsers
send no `Origin`.
"""

import re
from collections.abc import Awaitable, Callable
from ipaddress import ip_address

from aiohttp import web

_HOST = re.compile(r"(localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d{1,5})?", re.ASCII | re.IGNORECASE)
_ORIGIN = re.compile(rf"https?://{_HOST.pattern}", re.ASCII | re.IGNORECASE)
_OWN_FETCH = ("same-origin", "none")
"""`Sec-Fetch-Site` of this page's own requests, and of an address that a person typed."""
_PAGES = frozenset({"/", "/oauth/v2/authorize"})
"""May be linked to from other sites: the page shows nothing before its own requests are answered, and on the other one
a person has to press a button, whose form no other site can send or frame."""

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def loopback(host: str) -> str:
    """The host as part of a URL. Raises ValueError unless it is this machine's own loopback interface."""
    try:
        address = ip_address(host)
    except ValueError:
        if host.lower() != "localhost":
            raise ValueError(f"the local Slack listens on loopback only, not on {host!r}") from None
        return host
    if not address.is_loopback:
        raise ValueError(f"the local Slack listens on loopback only, not on {host!r}")
    return f"[{host}]" if address.version == 6 else host


@web.middleware
async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse with 403 what comes from elsewhere."""
    if not _from_here(request):
        return web.json_response(
            {"ok": False, "error": "forbidden", "text": "Only this machine's own pages"}, status=403
        )
    return await handler(request)


def _from_here(request: web.Request) -> bool:
    hosts, origins = request.headers.getall("Host", []), request.headers.getall("Origin", [])
    if len(hosts) != 1 or not _HOST.fullmatch(hosts[0]) or len(origins) > 1:
        return False
    if origins and not _ORIGIN.fullmatch(origins[0]):
        return False
    return request.headers.get("Sec-Fetch-Site", "none") in _OWN_FETCH or _is_link(request)


def _is_link(request: web.Request) -> bool:
    """Whether a person followed another site's link to a page."""
    opened = request.headers.get("Sec-Fetch-Mode") == "navigate"
    return request.method == "GET" and request.path in _PAGES and opened


async def keep_to_yourself(_request: web.Request, response: web.StreamResponse) -> None:
    """No other site's page may load an answer as its image, script or frame. For `Application.on_response_prepare`."""
    response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
    response.headers.setdefault("X-Content-Type-Options", "nosniff")

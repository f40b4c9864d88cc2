"""A browser in which someone installs the app: it opens pages, keeps cookies, and presses Slack's buttons."""

import html
import re
from dataclasses import dataclass
from urllib.parse import urlencode

import aiohttp

LINK = re.compile(r'class="button" href="([^"]+)"')


class NoButton(Exception):
    """A page, or Slack's answer, is not the one that an installation leads to."""


@dataclass
class Page:
    """What a browser shows."""

    status: int
    text: str
    address: str
    headers: dict[str, str]

    @property
    def link(self) -> str:
        """Where the page's button leads. Raises `NoButton`."""
        found = LINK.search(self.text)
        if found is None:
            raise NoButton(self.text)
        return html.unescape(found[1])


class Browser:
    """A person's browser, with its cookies."""

    def __init__(self, **headers: str) -> None:
        self.http = aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True), headers=headers)

    async def get(self, url: str) -> Page:
        """Open an address, without following redirects."""
        async with self.http.get(url, allow_redirects=False) as reply:
            return Page(reply.status, await reply.text(), str(reply.url), dict(reply.headers))

    async def press(self, link: str, answer: str, place: str, user: str) -> str:
        """Press a button on Slack's page: the address to which Slack sends the browser back. Raises `NoButton`."""
        url, form = f"{link}&{urlencode({'team': place})}", {"answer": answer, "as": user}
        async with self.http.post(url, data=form, allow_redirects=False) as reply:
            if reply.status != 302:
                raise NoButton(await reply.text())
            return reply.headers["Location"]

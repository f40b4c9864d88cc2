"""A bot of mode many behind HTTP, a local Slack with several workspaces, and a person's browser."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from cryptography.fernet import Fernet

from bot.balik import Balik
from bot.clock import ManualClock
from bot.rehearsal.browser import Browser, Page
from bot.rehearsal.many_bot import serving_bot
from bot.sandbox import Manifest, Slack, Workspaces
from bot.sandbox.ack_time import processor_time
from bot.workspaces.app_manifest import manifest_for
from bot.workspaces.installations import Installations
from bot.workspaces.settings import ManySettings
from tests.databases import lay_out
from tests.ports import free_port
from tests.workspaces.rows import NOW

__all__ = ["Browser", "House", "Page", "open_house"]

KEY = Fernet.generate_key().decode()


@dataclass
class House:
    """A running bot, and the workspaces it may be installed in."""

    slacks: Workspaces
    angin: Slack
    bukit: Slack
    """Two companies' workspaces. Balik is in neither at first."""
    balik: Balik
    url: str
    clock: ManualClock
    browsers: list[Browser]

    @property
    def installations(self) -> Installations:
        assert self.balik.workspaces
        return self.balik.workspaces.installations

    def browser(self, **headers: str) -> Browser:
        """A browser of its own."""
        self.browsers.append(Browser(**({"Accept-Language": "en"} | headers)))
        return self.browsers[-1]

    async def begin(self, browser: Browser, slack: Slack, answer: str = "allow", place: str = "") -> str:
        """From our page to Slack's, and the answer there: the address of the way back."""
        page = await browser.get(f"{self.url}/slack/install")
        assert page.status == 200
        return await browser.press(page.link, answer, place or slack.workspace.team_id, slack.users[0].id)

    async def install(self, slack: Slack, place: str = "") -> Page:
        """Install Balik in a workspace, in a new browser: the last page."""
        browser = self.browser()
        return await browser.get(await self.begin(browser, slack, place=place))

    async def settle(self) -> None:
        """Slack's events have arrived, and what they began is done."""
        await self.slacks.wait_idle()
        await self.balik.context.wait_idle()


def _add_company(slacks: Workspaces, name: str) -> Slack:
    """A workspace with an administrator."""
    slack = slacks.add_workspace(name)
    slack.add_user(f"Admin {name}").is_admin = True
    return slack


@asynccontextmanager
async def open_house(
    database_url: str,
    *,
    clock: ManualClock | None = None,
    bot: dict[str, Any] | None = None,
    allowed: frozenset[str] = frozenset(),
    **options: Any,
) -> AsyncIterator[House]:
    """A bot of mode many on a database, and a local Slack with two workspaces.

    `allowed` are those that may install it, as in `ManySettings`; `bot` are arguments of
    `BotConfig`, `options` those of `Workspaces`.
    """
    await lay_out(database_url)
    clock = clock or ManualClock(NOW)
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    slacks = Workspaces(
        Manifest.parse(manifest_for(url)),
        clock=clock,
        request_url=f"{url}/slack/events",
        **{"ack_limit": processor_time, **options},
    )
    browsers: list[Browser] = []
    angin, bukit = (_add_company(slacks, name) for name in ("Angin", "Bukit"))
    async with slacks.serve():
        many = ManySettings(slacks.client.id, slacks.client.secret, url, (KEY,), allowed=allowed)
        async with serving_bot(slacks, database_url, clock, port, many, **(bot or {})) as balik:
            try:
                yield House(slacks, angin, bukit, balik, url, clock, browsers)
            finally:
                for browser in browsers:
                    await browser.http.close()

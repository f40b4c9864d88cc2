"""The Bolt app: it keeps its signing secret, and reports when Slack drops events."""

from collections.abc import Awaitable, Callable
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.response import BoltResponse

RATE_LIMITED = "app_rate_limited"
Noticed = Callable[[str, int], Awaitable[None]]
"""Takes the workspace, and the start of the minute (Unix seconds) for which Slack dropped events."""


class SignedApp(AsyncApp):
    """`slack_bolt`'s app; `signing_secret` is "" where no requests arrive over HTTP."""

    def __init__(self, *, signing_secret: str | None, **options: Any) -> None:
        super().__init__(signing_secret=signing_secret, **options)
        self.signing_secret = signing_secret or ""


def notice_limits(bolt: AsyncApp, noticed: Noticed, team_of: Callable[[dict[str, Any]], Awaitable[str]]) -> None:
    """Call `noticed` for each `app_rate_limited`, over HTTP and Socket Mode alike. No listener receives it."""

    async def limited(body: dict[str, Any], next_: Callable[[], Awaitable[Any]]) -> Any:
        if body.get("type") != RATE_LIMITED:
            return await next_()
        minute = body.get("minute_rate_limited")
        await noticed(await team_of(body), minute if isinstance(minute, int) else 0)
        return BoltResponse(status=200)

    bolt.use(limited)

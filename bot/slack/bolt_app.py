"""The Bolt app: it keeps its signing secret, and reports when Slack drops events."""

from collections.abc import Awaitable, Callable
from typing import Any

from slack_bolt.async_app import AsyncApp, AsyncBoltContext
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.response import BoltResponse

RATE_LIMITED = "app_rate_limited"
Noticed = Callable[[str, int], Awaitable[None]]
"""Takes the workspace, and the start of the minute (Unix seconds) for which Slack dropped events."""


class SignedApp(AsyncApp):
    """`slack_bolt`'s app; `signing_secret` is "" where no requests arrive over HTTP."""

    def __init__(self, *, signing_secret: str | None, **options: Any) -> None:
        super().__init__(signing_secret=signing_secret, **options)
        self.signing_secret = signing_secret or ""


async def admit(context: AsyncBoltContext) -> AuthorizeResult:
    """Bolt's authorize function for mode many. It lets every signed request through, without a token: which workspace
    it is for, and whether Balik is installed there, is checked once, by `AppContext.team_of`."""
    return AuthorizeResult(enterprise_id=context.enterprise_id, team_id=context.team_id, user_id=context.user_id)


def notice_limits(bolt: AsyncApp, noticed: Noticed, team_of: Callable[[dict[str, Any]], Awaitable[str]]) -> None:
    """Call `noticed` for each `app_rate_limited`, over HTTP and Socket Mode alike. No listener receives it."""

    async def limited(body: dict[str, Any], next_: Callable[[], Awaitable[Any]]) -> Any:
        if body.get("type") != RATE_LIMITED:
            return await next_()
        minute = body.get("minute_rate_limited")
        await noticed(await team_of(body), minute if isinstance(minute, int) else 0)
        return BoltResponse(status=200)

    bolt.use(limited)

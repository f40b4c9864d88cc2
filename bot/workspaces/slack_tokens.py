"""What is asked of Slack about a bot's token: a new one for a refresh token (token rotation), and whether it works."""

from datetime import datetime, timedelta

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.oauth.installation_store import Bot
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.outcomes import refusal_code

REFRESH_BEFORE = timedelta(hours=2)
"""How long before a token expires it is replaced, as in Slack's own library. Tokens live for 12 hours."""


ENDED = frozenset({"account_inactive", "token_revoked"})
"""Slack's codes of a token that never works again. Others, such as `invalid_auth`, may be about our address."""
REFUSED = frozenset(
    {"invalid_refresh_token", "token_revoked", "account_inactive", "invalid_grant", "team_access_not_granted"}
)
"""Slack's codes after which the same refresh token will never work."""


class RefreshRefused(Exception):
    """Slack refuses the refresh token: the app has to be installed again. `error` is Slack's code."""

    def __init__(self, error: str) -> None:
        super().__init__(error)
        self.error = error


class RefreshFailed(Exception):
    """Slack did not answer, or not usefully: to be tried again."""


def expires_soon(bot: Bot, now: datetime) -> bool:
    expires_at: int | None = bot.bot_token_expires_at
    return expires_at is not None and expires_at <= (now + REFRESH_BEFORE).timestamp()


class SlackTokens:
    """`slack_sdk`'s `AsyncTokenRotator` does the first with the machine's clock, where ours may be moved."""

    def __init__(self, client: AsyncWebClient, client_id: str, client_secret: str) -> None:
        self._client = client
        self._client_id = client_id
        self._client_secret = client_secret

    async def refreshed(self, bot: Bot, now: datetime) -> Bot:
        """The bot with a new token. Raises `RefreshRefused`, `RefreshFailed`."""
        try:
            reply = await self._client.oauth_v2_access(
                client_id=self._client_id,
                client_secret=self._client_secret,
                grant_type="refresh_token",
                refresh_token=bot.bot_refresh_token,
            )
        except SlackApiError as error:
            code = refusal_code(error)
            raise (RefreshRefused(code) if code in REFUSED else RefreshFailed(code)) from None
        except (SlackClientError, aiohttp.ClientError, OSError, TimeoutError) as error:
            raise RefreshFailed(type(error).__name__) from None
        token, expires_in = reply.get("access_token"), reply.get("expires_in")
        if reply.get("token_type") != "bot" or not isinstance(token, str) or not isinstance(expires_in, int):
            raise RefreshFailed("the reply holds no bot token")
        fresh = Bot(**bot.to_dict_for_copying())
        fresh.bot_token = token
        fresh.bot_refresh_token = reply.get("refresh_token") or bot.bot_refresh_token
        fresh.bot_token_expires_at = int(now.timestamp()) + expires_in
        return fresh

    async def has_ended(self, bot: Bot) -> bool | None:
        """Whether Slack says that a token never works again; None: it does not say."""
        try:
            await self._client.auth_test(token=bot.bot_token)
        except SlackApiError as error:
            return True if refusal_code(error) in ENDED else None
        except (SlackClientError, aiohttp.ClientError, OSError, TimeoutError):
            return None
        return False

"""Downloads and uploads of files at addresses that Slack provides outside its Web API."""

from typing import Any

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.hosts import only_slack
from bot.slack.results import SlackRefused, SlackUnavailable


async def get(client: AsyncWebClient, url: Any, timeout: float, most: int) -> bytes:
    """The file at `url`, within `timeout` seconds: at most `most` bytes, and one more if there are more.

    Raises `SlackRefused` (`elsewhere`: the address is not Slack's) and `SlackUnavailable`.
    """
    only_slack("url_private", url, client.base_url)
    token = {"Authorization": f"Bearer {client.token}"}
    try:
        async with _session(timeout) as session, session.get(url, headers=token, **_options(client)) as reply:
            if reply.status == 429 or reply.status >= 500:
                raise SlackUnavailable("file download", f"HTTP {reply.status}")
            if reply.status != 200 or reply.content_type == "text/html":
                raise SlackRefused("file download", "not_allowed", "files:read")
            read = bytearray()
            async for part in reply.content.iter_any():
                read += part
                if len(read) > most:  # whatever the declared size
                    break
            return bytes(read[: most + 1])
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise SlackUnavailable("file download", type(error).__name__) from error


async def put(client: AsyncWebClient, url: Any, timeout: float, content: bytes) -> None:
    """Send a file to `url`, within `timeout` seconds. Raises as `get` does."""
    only_slack("upload_url", url, client.base_url)
    try:
        async with _session(timeout) as session, session.post(url, data=content, **_options(client)) as reply:
            if reply.status != 200:
                raise SlackUnavailable("file upload", f"HTTP {reply.status}")
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise SlackUnavailable("file upload", type(error).__name__) from error


def _session(timeout: float) -> aiohttp.ClientSession:
    return aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=timeout))


def _options(client: AsyncWebClient) -> dict[str, Any]:
    """The token is sent nowhere else: a redirect leads to Slack's sign-in page."""
    return {"proxy": client.proxy, "ssl": client.ssl or True, "allow_redirects": False}

"""The only caller of Slack's Web API.

A post returns its outcome, because Slack has no idempotency key: `Sent`, `Refused` (Slack refused it), `RetryAfter`
(nothing was posted), `Ambiguous` (it may have been posted). Every other call returns the requested value, or raises
`SlackRefused` or `SlackUnavailable`. Neither tokens nor the text of messages are logged.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.clock import TimeLimits
from bot.domain.text_cleaning import cleaned
from bot.slack import file_bytes
from bot.slack.answers import Answer, error_in, nonsense
from bot.slack.connections import TOKEN_FAULTS, Connection, Connections, NoCurrentWorkspace, OneConnection
from bot.slack.date import SlackDate
from bot.slack.errors import code_of
from bot.slack.hosts import ELSEWHERE, only_slack
from bot.slack.needs import NoticedNeeds
from bot.slack.outcomes import as_ours, outcome_of
from bot.slack.people_pages import people_page
from bot.slack.results import (
    Ambiguous,
    Message,
    Outcome,
    Refused,
    RetryAfter,
    Sent,
    SlackRefused,
    SlackUnavailable,
    shown_by,
)
from bot.workspaces.counts import Counts
from bot.workspaces.current import current_workspace

__all__ = (
    "ELSEWHERE",
    "Ambiguous",
    "Gateway",
    "Message",
    "Outcome",
    "Page",
    "Refused",
    "RetryAfter",
    "Sent",
    "SlackRefused",
    "SlackUnavailable",
    "outcome_of",
)

EVENT_TYPE = "balik_message"
TIMEOUT = 10.0
"""Time limit of a call, in seconds."""
PAGE = 200
MOST_PAGES = 2000
UNSEEN = {"channel_not_found", "not_in_channel"}
View = dict[str, Any]


@dataclass(frozen=True)
class Page:
    """One page of a channel's history: the `ts` of our messages on it, oldest first, and the `cursor` of the next."""

    found: list[str]
    cursor: str


class Gateway:
    """Calls Slack for the current workspace. With `connections`, `client` has no token: it is for what concerns none.

    The client's own retries must be off: they would post twice.
    """

    def __init__(
        self,
        client: AsyncWebClient,
        *,
        timeout: float = TIMEOUT,
        limited: Counts | None = None,
        limits: TimeLimits | None = None,
        connections: Connections | None = None,
    ) -> None:
        if client.retry_handlers:
            raise ValueError("the client that posts must have retry_handlers=[]")
        self.client, self.date = client, SlackDate()
        self.connections: Connections = connections or OneConnection(client)
        self.limits = limits or TimeLimits()
        self.timeout = self.limits.seconds(timeout)
        self.needs = NoticedNeeds()
        self.limited = limited or Counts()
        """By method: how often Slack said 429."""

    # Messages

    async def post(
        self, channel: str, message: Message, key_hash: str, attempt: int, timeout: float | None = None
    ) -> Outcome:
        """Post `message` to a channel id, marked with the opaque `key_hash`, so that `find` can recognise it."""
        try:
            reply = await self._request(
                "chat.postMessage",
                timeout=timeout,
                channel=channel,
                text=message.text,
                blocks=message.blocks,
                metadata={"event_type": EVENT_TYPE, "event_payload": message.marked(key_hash, attempt)},
                unfurl_links=False,
                unfurl_media=False,
            )
            return Sent(reply.id("channel"), reply.ts("ts"))
        except NoCurrentWorkspace:
            raise
        except Exception as error:  # whatever the error, its outcome has to be recorded
            return outcome_of(error)

    async def find(
        self, channel: str, key_hash: str, since: datetime, until: datetime | None = None, cursor: str | None = None
    ) -> Page:
        """Search one page of a channel's history for messages marked `key_hash` between two moments, newest first."""
        bounds = {"oldest": f"{since.timestamp():.6f}"} | ({"latest": f"{until.timestamp():.6f}"} if until else {})
        where = {"channel": channel, **bounds, **({"cursor": cursor} if cursor else {})}
        page = await self._call("conversations.history", limit=PAGE, include_all_metadata=True, **where)
        return Page(page.marked(EVENT_TYPE, key_hash, cursor), page.cursor)

    async def shown(self, channel: str, ts: str) -> Message | None:
        """A message of ours as it is now; None if it was deleted."""
        page = await self._call("conversations.history", channel=channel, latest=ts, inclusive=True, limit=1)
        return next((shown_by(one) for one in page.records("messages") if one.get("ts") == ts), None)

    async def update(self, channel: str, ts: str, message: Message) -> None:
        """Replace a message."""
        await self._call("chat.update", channel=channel, ts=ts, text=message.text, blocks=message.blocks)

    async def delete(self, channel: str, ts: str) -> None:
        """Delete a message; a message that does not exist any more is no error."""
        await self._unless("message_not_found", "chat.delete", channel=channel, ts=ts)

    async def ephemeral(self, channel: str, slack_id: str, message: Message) -> None:
        """Show a message in `channel` to one person only."""
        await self._call("chat.postEphemeral", channel=channel, user=slack_id, text=message.text, blocks=message.blocks)

    async def respond(
        self,
        response_url: str,
        message: Message | None = None,
        *,
        replace_original: bool = False,
        delete_original: bool = False,
        in_channel: bool = False,
    ) -> None:
        """Reply to a command or a click through its response_url (5 uses, 30 minutes); ephemeral by default."""
        client = (await self._connection("response_url")).client
        only_slack("response_url", response_url, client.base_url)
        webhook = AsyncWebhookClient(
            response_url,
            timeout=int(self.timeout),
            ssl=client.ssl,
            proxy=client.proxy,
            session=client.session,
            retry_handlers=[],
        )
        try:
            reply = await webhook.send(
                text=message.text if message else None,
                blocks=message.blocks if message else None,
                replace_original=replace_original,
                delete_original=delete_original,
                response_type="in_channel" if in_channel else "ephemeral",
            )
        except (SlackClientError, aiohttp.ClientError, TimeoutError, OSError) as error:
            raise SlackUnavailable("response_url", type(error).__name__) from error
        if reply.status_code == 429 or reply.status_code >= 500:
            raise SlackUnavailable("response_url", f"HTTP {reply.status_code}")
        if reply.status_code != 200:
            raise SlackRefused("response_url", code_of(error_in(reply.body)))

    # Conversations and people

    async def open_dm(self, slack_id: str) -> str:
        """The id of the bot's DM with a person."""
        return await self.open_group([slack_id])

    async def open_group(self, slack_ids: list[str]) -> str:
        """The id of the group DM of the bot and up to 8 people."""
        reply = await self._call("conversations.open", users=",".join(slack_ids))
        return reply.id("channel", "id")

    async def members(self, channel: str) -> set[str]:
        """The ids of a channel's members; empty if the bot cannot see the channel."""
        try:
            return {
                one
                for page in await self._pages("conversations.members", channel=channel)
                for one in page.ids("members")
            }
        except SlackRefused as refused:
            if refused.error in UNSEEN:
                return set()
            raise

    async def channel_info(self, channel: str) -> dict[str, Any]:
        """The channel object."""
        return (await self._call("conversations.info", channel=channel)).record("channel")

    async def user(self, slack_id: str) -> dict[str, Any]:
        """The user object, with `locale`."""
        return (await self._call("users.info", user=slack_id, include_locale=True)).user()

    async def user_by_email(self, email: str) -> dict[str, Any] | None:
        """The user object of an e-mail address; None for an unknown one."""
        reply = await self._unless("users_not_found", "users.lookupByEmail", email=email)
        return reply.user() if reply else None

    async def users(self, cursor: str = "") -> tuple[list[dict[str, Any]], str]:
        """User objects of the whole workspace or organisation, 1,000 at a time, and the next cursor; "" at the end."""
        return await people_page(self._call, (await self._connection("users.list")).team_id, cursor)

    # The app itself

    async def greet(self) -> None:
        """Verify the bot's token; in mode many, where there are many, that Slack answers."""
        if self.connections.many:
            await self._call("api.test", of_app=True)
            return
        await self._identify(await self._connection("auth.test"))

    async def workspace_name(self) -> str:
        """The name of the workspace, usually the company's. Requested once; "" if Slack does not say."""
        return str((await self._own_identity()).at("team") or "")

    async def own_team(self) -> str:
        """The key of the current workspace; in mode one the id that Slack gives, requested once."""
        connection = await self._connection("auth.test")
        return connection.team_id or (await self._own_identity()).id("team_id")

    async def own_id(self) -> str:
        """The bot's user id in the current workspace. Requested once."""
        return (await self._own_identity()).id("user_id")

    async def _own_identity(self) -> Answer:
        connection = await self._connection("auth.test")
        return connection.identity or await self._identify(connection)

    async def _identify(self, connection: Connection) -> Answer:
        connection.identity = identity = await self._call("auth.test")
        return identity

    async def socket_url(self, app_token: str) -> str:
        """The address to which Socket Mode connects once."""
        return (await self._call("apps.connections.open", of_app=True, app_token=app_token)).text("url")

    # Modals and Home

    async def open_view(self, trigger_id: str, view: View) -> View:
        """Open a modal within 3 s of the trigger; the view as Slack stores it."""
        return (await self._call("views.open", trigger_id=trigger_id, view=view)).record("view")

    async def push_view(self, trigger_id: str, view: View) -> View:
        """Push a modal on top of the open one (3 at most)."""
        return (await self._call("views.push", trigger_id=trigger_id, view=view)).record("view")

    async def update_view(self, view_id: str, view: View, hash: str | None = None) -> View:
        """Replace an open modal; with `hash`, only if it has not changed since."""
        guard = {"hash": hash} if hash else {}
        return (await self._call("views.update", view_id=view_id, view=view, **guard)).record("view")

    async def publish_home(self, slack_id: str, view: View) -> None:
        """Show `view` on a person's Home tab. An app without one is not asked again for a while."""
        connection = await self._connection("views.publish")
        self.needs.check_home(connection.team_id, self.date.monotonic())
        await self._call("views.publish", user_id=slack_id, view=view)

    # Files and pictures

    async def upload(self, content: bytes, name: str) -> str:
        """Upload a file that nobody can see yet; its id. `share` shows it."""
        place = await self._call("files.getUploadURLExternal", filename=name, length=len(content))
        await self._put(place, content)
        return place.id("file_id")

    async def share(self, files: Mapping[str, str], channel: str) -> None:
        """Show uploaded files ({id: title}) as one message of a channel. They can be shared once only."""
        listed = [{"id": file_id, "title": title} for file_id, title in files.items()]
        await self._call("files.completeUploadExternal", files=listed, channel_id=channel)

    async def is_shared(self, file_id: str, channel: str) -> bool:
        """Whether `share` succeeded for a file and a DM."""
        reply = await self._unless("file_not_found", "files.info", file=file_id)
        if reply is None:  # nothing was shared, so there is no file yet
            return False
        return any(
            isinstance(shown := reply.at("file", *place), list | Mapping) and channel in shown
            for place in (("ims",), ("shares", "private"))
        )

    async def delete_file(self, file_id: str) -> None:
        """Delete a file everywhere; a file that does not exist any more is no error."""
        await self._unless("file_not_found", "files.delete", file=file_id)

    async def file(self, file_id: str) -> dict[str, Any]:
        """The file object."""
        return (await self._call("files.info", file=file_id)).record("file")

    async def download(self, file: Mapping[str, Any], most: int) -> bytes:
        """The content of a file from a form: at most `most` bytes, and one more if there are more.

        Refused as `elsewhere` if the file is not stored at Slack.
        """
        url = file.get("url_private_download") or file.get("url_private", "")
        connection = await self._connection("file_download")
        return await file_bytes.get(connection.client, url, self.timeout, most)

    async def upload_picture(self, content: bytes, name: str, alt: str, *, tries: int = 20, pause: float = 0.5) -> str:
        """Upload a picture that belongs to no channel; its file id, once an image block can show it.

        Asks Slack `tries` times, `pause` seconds apart, whether the picture is ready.
        """
        place = await self._call("files.getUploadURLExternal", filename=name, length=len(content), alt_txt=alt)
        file_id = place.id("file_id")
        await self._put(place, content)
        await self._call("files.completeUploadExternal", files=[{"id": file_id, "title": name}])
        for _ in range(tries):
            if (await self._call("files.info", file=file_id)).at("file", "mimetype"):
                return file_id
            await asyncio.sleep(pause)
        raise SlackUnavailable("files.info", "the picture is still being processed")

    # The wire

    async def _put(self, place: Answer, content: bytes) -> None:
        connection = await self._connection("file_upload")
        await file_bytes.put(connection.client, place.text("upload_url"), self.timeout, content)

    async def _connection(self, method: str) -> Connection:
        """Raises as `Connections.connection`."""
        return await self.connections.connection(method, current_workspace())

    async def _request(
        self, method: str, *, timeout: float | None = None, of_app: bool = False, **arguments: Any
    ) -> Answer:
        """`of_app`: the call concerns no workspace."""
        connection = None if of_app else await self._connection(method)
        call = getattr(connection.client if connection else self.client, method.replace(".", "_"))
        try:
            async with asyncio.timeout(self.limits.seconds(timeout) if timeout else self.timeout):
                reply = await call(**arguments)
        except SlackApiError as error:
            self.date.heard(getattr(error.response, "headers", {}))
            outcome = outcome_of(error, method)
            self.limited.add(method, current_workspace(), isinstance(outcome, RetryAfter) and outcome.limited)
            if isinstance(outcome, Refused) and connection:
                self._refused(connection, method, outcome)
            raise
        self.date.heard(reply.headers)
        if not isinstance(reply.data, Mapping):
            raise nonsense(method)
        return Answer(method, cleaned(reply.data))

    def _refused(self, connection: Connection, method: str, refused: Refused) -> None:
        if refused.error in TOKEN_FAULTS:
            self.connections.drop(connection)
        self.needs.refused(connection.team_id, method, refused.error, refused.needed, self.date.monotonic())

    async def _call(self, method: str, **arguments: Any) -> Answer:
        try:
            return await self._request(method, **arguments)
        except (SlackRefused, SlackUnavailable, NoCurrentWorkspace):
            raise
        except Exception as error:  # all exceptions of the SDK become one of our two errors
            raise as_ours(method, error) from error

    async def _unless(self, fine: str, method: str, **arguments: Any) -> Answer | None:
        """The reply; None if Slack refused with the code `fine`."""
        try:
            return await self._call(method, **arguments)
        except SlackRefused as refused:
            if refused.error != fine:
                raise
            return None

    async def _pages(self, method: str, **arguments: Any) -> list[Answer]:
        pages: list[Answer] = []
        cursors = [""]
        while len(pages) < MOST_PAGES:
            more = {"cursor": cursors[-1]} if cursors[-1] else {}
            pages.append(await self._call(method, limit=PAGE, **arguments, **more))
            if not pages[-1].cursor:
                return pages
            if pages[-1].cursor in cursors:
                break
            cursors.append(pages[-1].cursor)
        raise SlackUnavailable(method, "pages without end")

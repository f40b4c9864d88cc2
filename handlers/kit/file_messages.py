"""Sends files to a person's DM or to HR's channel, each exactly once.

Slack has no idempotency key for sharing a file, so the ids of uploaded files are stored before the files are shared,
and a file can be shared only once. However often this is repeated, they are shared once.
"""

import logging
from collections.abc import Awaitable, Callable, Sequence
from enum import Enum

from bot.domain.messages.kind import OutboxMessage, WithFiles
from bot.slack.errors import OF_METHOD, ErrorClass
from bot.slack.gateway import SlackRefused, SlackUnavailable
from bot.slack.needs import FOR_FILES, need_of
from handlers.kit.messages import MessageContext, NoLongerRelevant
from storage.outbox import hold

log = logging.getLogger(__name__)

PATIENCE = 15.0
"""Time limit for the files, in seconds: well within the lease of the message."""

TRIES = 4
"""Attempts for the files; then the message is sent without them and says so."""
AGAIN_IN = 30.0
"""Seconds until the next attempt."""

Contents = dict[str, bytes]
"""The content of each file, by its name."""


class Files(Enum):
    """What became of the files of a message."""

    SENT = "sent"
    LATER = "later"
    """Slack does not take them now: asking again may help."""
    FORBIDDEN = "forbidden"
    """Slack takes none until somebody changes a setting: the message says it in text as far as it can."""


async def shared(
    message: MessageContext[WithFiles], titles: list[str], write: Callable[[], Awaitable[Contents]]
) -> Files:
    """Share files as `share_once` does, or say why Slack does not take them.

    Raises `NoLongerRelevant` as `share_once`, and `SlackUnavailable` or `SlackRefused` if a retry may succeed.
    """
    try:
        async with message.context.limits.within(PATIENCE):
            await share_once(message, titles, write)
        return Files.SENT
    except SlackRefused as refused:
        # A missing permission for files is no reason to hold back the message.
        passes = refused.kind is ErrorClass.WORKSPACE and refused.error not in OF_METHOD
        if passes or (not refused.final and refused.kind is None and message.row.refusals + 1 < TRIES):
            raise
        log.warning("files of outbox row %s could not be shared: %s", message.row.id, refused)
        return Files.FORBIDDEN if need_of(refused.method, refused.error) in FOR_FILES else Files.LATER
    except (SlackUnavailable, TimeoutError) as late:
        # People who asked for files while Slack accepts none are told immediately, and may ask again.
        limited = isinstance(late, SlackUnavailable) and late.limited
        if not limited and message.row.refusals + 1 < TRIES:
            seconds = late.seconds if isinstance(late, SlackUnavailable) else AGAIN_IN
            raise SlackUnavailable("files", "files_later", max(seconds, AGAIN_IN)) from late
        log.warning("files of outbox row %s could not be shared: %s", message.row.id, late or "it took too long")
    return Files.LATER


async def share_once(
    message: MessageContext[WithFiles], titles: list[str], write: Callable[[], Awaitable[Contents]]
) -> None:
    """Share the files that `write` creates in the message's channel, with these `titles`.

    Raises `NoLongerRelevant` if the reader was erased, or the claim was lost.
    """
    gateway, channel = message.context.gateway, await _channel(message)
    file_ids: Sequence[str] = message.payload.files
    if file_ids and await gateway.is_shared(file_ids[0], channel):
        return
    file_ids = file_ids or await _upload(message, await write())
    await gateway.share(dict(zip(file_ids, titles, strict=True)), channel)


async def _channel(message: MessageContext[OutboxMessage]) -> str:
    reader = message.reader
    if reader is None and message.row.channel:
        return message.row.channel
    if reader is None or reader.erased_at:
        raise NoLongerRelevant
    return message.row.channel or reader.dm_channel or await message.context.gateway.open_dm(reader.slack_id)


async def _upload(message: MessageContext[WithFiles], contents: Contents) -> list[str]:
    """Upload the files, which nobody can see yet, and store their ids."""
    file_ids = [await message.context.gateway.upload(content, name) for name, content in contents.items()]
    async with message.context.store.write(message.work.now) as work:
        if not await hold(work.session, message.row, data=message.payload.with_files(file_ids).stored()):
            raise NoLongerRelevant
        await work.commit()
    return file_ids

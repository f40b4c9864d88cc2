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
from bot.slack.needs import FOR_FILES, Need, need_of
from bot.slack.turns import OURS
from handlers.kit.messages import MessageContext, NoLongerRelevant, check_channel
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
    PICTURES = "pictures"
    """Only the pictures, because Slack takes no other files until a person changes a setting."""
    LATER = "later"
    """Slack does not take them now: asking again may help."""
    FORBIDDEN = "forbidden"
    """Slack takes none until a person changes a setting: the message says it in text as far as it can."""


async def shared(
    message: MessageContext[WithFiles], titles: list[str], write: Callable[[], Awaitable[Contents]], pictures: int = 0
) -> Files:
    """Share files as `share_once` does, or say why Slack does not take them.

    Raises `NoLongerRelevant` as `share_once`, and `SlackUnavailable` or `SlackRefused` if a retry may succeed.
    """
    try:
        async with message.context.limits.within(PATIENCE):
            return await share_once(message, titles, write, pictures)
    except SlackRefused as refused:
        # A missing permission for files is no reason to hold back the message.
        passes = refused.kind is ErrorClass.WORKSPACE and refused.error not in OF_METHOD
        if passes or (not refused.final and refused.kind is None and message.row.refusals + 1 < TRIES):
            raise
        log.warning("files of outbox row %s could not be shared: %s", message.row.id, refused)
        return Files.FORBIDDEN if need_of(refused.method, refused.error) in FOR_FILES else Files.LATER
    except (SlackUnavailable, TimeoutError) as late:
        if isinstance(late, SlackUnavailable) and late.why == OURS:
            raise
        # People who asked for files while Slack accepts none are told immediately, and may ask again.
        limited = isinstance(late, SlackUnavailable) and late.limited
        if not limited and message.row.refusals + 1 < TRIES:
            seconds = late.seconds if isinstance(late, SlackUnavailable) else AGAIN_IN
            raise SlackUnavailable("files", "files_later", max(seconds, AGAIN_IN)) from late
        log.warning("files of outbox row %s could not be shared: %s", message.row.id, late or "it took too long")
    return Files.LATER


async def share_once(
    message: MessageContext[WithFiles], titles: list[str], write: Callable[[], Awaitable[Contents]], pictures: int
) -> Files:
    """Share the files that `write` creates in the message's channel, with these `titles`; whether all or the pictures.

    The first `pictures` files are pictures: if Slack takes no others, they are shared alone.
    Raises `NoLongerRelevant` if the reader was erased, or the claim was lost.
    """
    gateway, channel = message.context.gateway, await _channel(message)
    file_ids: Sequence[str] = message.payload.files
    if not (file_ids and await gateway.is_shared(file_ids[0], channel)):
        file_ids = file_ids or await _upload(message, await write(), pictures)
        await check_channel(message.context, message.work, message.row)
        try:
            await gateway.share(dict(zip(file_ids, titles, strict=False)), channel)
        except SlackRefused as refused:
            if not (_pictures_only(refused) and 0 < pictures < len(file_ids)):
                raise
            file_ids = file_ids[:pictures]
            await _remember(message, file_ids)
            await gateway.share(dict(zip(file_ids, titles, strict=False)), channel)
    return Files.SENT if len(file_ids) == len(titles) else Files.PICTURES


def _pictures_only(refused: SlackRefused) -> bool:
    return need_of(refused.method, refused.error) is Need.PICTURES_ONLY


async def _channel(message: MessageContext[OutboxMessage]) -> str:
    reader = message.reader
    if reader is None and message.row.channel:
        return message.row.channel
    if reader is None or reader.erased_at:
        raise NoLongerRelevant
    return message.row.channel or reader.dm_channel or await message.context.gateway.open_dm(reader.slack_id)


async def _upload(message: MessageContext[WithFiles], contents: Contents, pictures: int) -> list[str]:
    """Upload the files, which nobody can see yet, and store their ids."""
    file_ids: list[str] = []
    for name, content in contents.items():
        try:
            file_ids.append(await message.context.gateway.upload(content, name))
        except SlackRefused as refused:
            if not (_pictures_only(refused) and 0 < pictures == len(file_ids)):
                raise
            break
    await _remember(message, file_ids)
    return file_ids


async def _remember(message: MessageContext[WithFiles], file_ids: Sequence[str]) -> None:
    """Store the ids. Raises `NoLongerRelevant` if the claim was lost."""
    async with message.context.store.write(message.work.now) as work:
        if not await hold(work.session, message.row, data=message.payload.with_files(list(file_ids)).stored()):
            raise NoLongerRelevant
        await work.commit()

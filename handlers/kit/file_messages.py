"""Files to somebody's own DM or to HR's channel, each once.

Slack has no key that would keep a file from being shared twice, so the files' ids are ours: they are written down
before the files are shared, and files can be shared only once. However often this is repeated, they come once.
"""

import logging
from collections.abc import Awaitable, Callable

from bot.slack.errors import OF_METHOD, ErrorClass
from bot.slack.gateway import SlackRefused, SlackUnavailable
from handlers.kit.messages import MessageContext, NoLongerRelevant
from storage.outbox import hold

log = logging.getLogger(__name__)

PATIENCE = 15.0
"""Seconds for the files: well within the time a message has until somebody else may take it over."""

TRIES = 4
"""Attempts for the files, until the message goes without them and says so."""
AGAIN_IN = 30.0
"""Seconds until the next attempt."""

Contents = dict[str, bytes]
"""What is in each file, by its name."""


async def shared(letter: MessageContext, titles: list[str], write: Callable[[], Awaitable[Contents]]) -> bool:
    """Share files as `share_once` does; False if Slack does not take them, so that the message says so.

    Raises `NoLongerRelevant` as `share_once`, and `SlackUnavailable` or `SlackRefused` if they may be taken later.
    """
    try:
        async with letter.context.limits.within(PATIENCE):
            await share_once(letter, titles, write)
        return True
    except SlackRefused as refused:
        # A permission for files that is missing is no reason to hold back the message.
        passes = refused.kind is ErrorClass.WORKSPACE and refused.error not in OF_METHOD
        if passes or (not refused.final and refused.kind is None and letter.row.refusals + 1 < TRIES):
            raise
        log.warning("files of outbox row %s could not be shared: %s", letter.row.id, refused)
    except (SlackUnavailable, TimeoutError) as late:
        # Whoever asked for files while Slack takes no more is told at once, and may ask again.
        limited = isinstance(late, SlackUnavailable) and late.limited
        if not limited and letter.row.refusals + 1 < TRIES:
            seconds = late.seconds if isinstance(late, SlackUnavailable) else AGAIN_IN
            raise SlackUnavailable("files", "files_later", max(seconds, AGAIN_IN)) from late
        log.warning("files of outbox row %s could not be shared: %s", letter.row.id, late or "it took too long")
    return False


async def share_once(letter: MessageContext, titles: list[str], write: Callable[[], Awaitable[Contents]]) -> None:
    """Share the files that `write` makes where the message goes, under `titles`.

    Raises `NoLongerRelevant` if the reader was erased, or the message is no longer ours to send.
    """
    gateway, channel = letter.context.gateway, await _channel(letter)
    file_ids = letter.row.data.get("files")
    if file_ids and await gateway.is_shared(file_ids[0], channel):
        return
    file_ids = file_ids or await _upload(letter, await write())
    await gateway.share(dict(zip(file_ids, titles, strict=True)), channel)


async def _channel(letter: MessageContext) -> str:
    reader = letter.reader
    if reader is None and letter.row.channel:
        return letter.row.channel
    if reader is None or reader.erased_at:
        raise NoLongerRelevant
    return letter.row.channel or reader.dm_channel or await letter.context.gateway.open_dm(reader.slack_id)


async def _upload(letter: MessageContext, contents: Contents) -> list[str]:
    """Upload the files, which nobody sees yet, and write their ids down."""
    file_ids = [await letter.context.gateway.upload(content, name) for name, content in contents.items()]
    async with letter.context.store.write(letter.work.now) as work:
        if not await hold(work.session, letter.row, data={**letter.row.data, "files": file_ids}):
            raise NoLongerRelevant
        await work.commit()
    return file_ids

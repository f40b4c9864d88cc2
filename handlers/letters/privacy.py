"""One's data as two files, to one's own DM.

Slack has no key that would keep a file from being shared twice, so the files' ids are ours: they are written down
before the files are shared, and files can be shared only once. However often this is repeated, they come once.
"""

import asyncio
import json
import logging

from bot.gateway import Message, SlackRefused, SlackUnavailable
from bot.services import privacy
from handlers.letters import Letter, NotWanted, Writer
from handlers.views import privacy as views
from handlers.views.privacy_page import page
from storage.outbox import hold

log = logging.getLogger(__name__)

PATIENCE = 15.0
"""Seconds for the files: well within the time a message has until somebody else may take it over."""


async def export(letter: Letter) -> Message:
    """The message that follows the files; or, if Slack does not take them, one that says so."""
    try:
        async with asyncio.timeout(PATIENCE):
            await _share(letter)
    except (SlackRefused, SlackUnavailable, TimeoutError) as problem:
        log.warning("an export could not be sent: %s", problem or "it took too long")
        return views.export_failed(letter.texts)
    return views.exported(letter.texts)


async def _share(letter: Letter) -> None:
    reader, gateway = letter.reader, letter.desk.gateway
    if reader is None or reader.erased_at:
        raise NotWanted
    titles = [letter.texts.plain(f"privacy.export.{name}") for name in ("readable", "machine")]
    channel = letter.row.channel or reader.dm_channel or await gateway.open_dm(reader.slack_id)
    file_ids = letter.row.data.get("files")
    if file_ids and await gateway.is_shared(file_ids[0], channel):
        return
    file_ids = file_ids or await _upload(letter)
    await gateway.share(dict(zip(file_ids, titles, strict=True)), channel)


async def _upload(letter: Letter) -> list[str]:
    """Upload both files, which nobody sees yet, and write their ids down. Raises `NotWanted` if it is not ours to."""
    assert letter.reader is not None
    stored = await privacy.read(letter.work, letter.reader)
    record = json.dumps(privacy.as_record(stored), ensure_ascii=False, indent=2)
    contents = {"balik-data.html": page(letter.texts, stored), "balik-data.json": record}
    file_ids = [await letter.desk.gateway.upload(text.encode(), name) for name, text in contents.items()]
    async with letter.desk.store.write(letter.work.now) as work:
        if not await hold(work.session, letter.row, data={"files": file_ids}):
            raise NotWanted
        await work.commit()
    return file_ids


LETTERS: dict[str, Writer] = {privacy.EXPORT: export}

"""A person's data as two files, to their own DM."""

import json

from bot.domain.messages.privacy import ExportMessage
from bot.services.privacy import export as privacy
from bot.slack.gateway import Message
from handlers.kit.file_messages import Contents, Files, shared
from handlers.kit.messages import MessageContext, NoLongerRelevant, renders
from handlers.privacy import views
from handlers.privacy.export_page import page


async def export(message: MessageContext[ExportMessage]) -> Message:
    """The message after the files; or, if Slack refuses them, one that says so."""

    async def write() -> Contents:
        if message.reader is None:
            raise NoLongerRelevant
        stored = await privacy.read_data_of(message.work, message.reader)
        record = json.dumps(privacy.as_record(stored), ensure_ascii=False, indent=2)
        return {"balik-data.html": page(message.texts, stored).encode(), "balik-data.json": record.encode()}

    titles = [message.texts.plain(f"privacy.export.{name}") for name in ("readable", "machine")]
    sharing = await shared(message, titles, write)
    if sharing is not Files.SENT:
        return views.export_failed(message.texts, forbidden=sharing is Files.FORBIDDEN)
    return views.exported(message.texts)


RENDERERS = (renders(ExportMessage, export),)

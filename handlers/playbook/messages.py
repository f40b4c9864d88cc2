"""The playbook as a page, to HR's channel."""

from bot.domain.messages.insight import PlaybookMessage
from bot.services.playbook.playbook import current_playbook
from bot.slack.gateway import Message
from handlers.kit.file_messages import Contents, Files, shared
from handlers.kit.messages import MessageContext, renders
from handlers.playbook import views


async def playbook(message: MessageContext[PlaybookMessage]) -> Message:
    """The message after the file; or, if Slack refuses it, one that says so."""
    texts, programme = message.texts, message.programme

    async def write() -> Contents:
        playbook = await current_playbook(message.context.store, programme.id, message.work.now)
        return {f"{texts.plain('playbook.page.file')}.html": views.page(texts, playbook).encode()}

    title = texts.plain("playbook.page.title", programme=programme.name)
    if await shared(message, [title], write) is not Files.SENT:
        return views.failed(texts, programme)
    return views.sent(texts, programme)


RENDERERS = (renders(PlaybookMessage, playbook),)

"""A certificate: the picture and the page to print, and a message after them."""

import logging

from bot.domain.sessions import Side
from bot.pictures.certificates import draw
from bot.services.closing.certificates import CERTIFICATE, Certificate, read_certificate
from bot.slack.gateway import Message
from handlers.closing import certificate_views as views
from handlers.kit.file_messages import Contents, shared
from handlers.kit.messages import MessageContext, Renderer

log = logging.getLogger(__name__)


async def certificate(letter: MessageContext) -> Message | None:
    """The message after the files; or, if they are not available, how to get them later."""
    data = letter.row.data
    found = await read_certificate(letter.work, data.get("participant", 0), Side(data.get("side", Side.MENTOR)))
    if found is None:
        return None
    if not await shared(letter, views.titles(letter.texts, found), lambda: _files(letter, found)):
        return views.failed(letter.texts, found)
    return views.sent(letter.texts, found)


async def _files(letter: MessageContext, found: Certificate) -> Contents:
    company = await letter.context.gateway.workspace_name()
    picture, page = await letter.context.in_worker(draw, views.written(letter.texts, found, company))
    name = letter.texts.plain("closing.certificate.page.file")
    return {f"{name}.png": picture, f"{name}.pdf": page}


RENDERERS: dict[str, Renderer] = {CERTIFICATE: certificate}

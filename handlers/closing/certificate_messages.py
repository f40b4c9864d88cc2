"""A certificate: the picture and the page to print, and a message after them."""

import logging

from bot.domain.messages.closing import CertificateMessage
from bot.pictures.certificates import draw
from bot.services.closing.certificates import Certificate, read_certificate
from bot.slack.gateway import Message, SlackRefused, SlackUnavailable
from handlers.closing import certificate_views
from handlers.kit.file_messages import Contents, Files, shared
from handlers.kit.messages import MessageContext, renders

log = logging.getLogger(__name__)


async def certificate(letter: MessageContext[CertificateMessage]) -> Message | None:
    """The message after the files; or, if they are not available, how to get them later."""
    found = await read_certificate(letter.work, letter.payload.participant, letter.payload.side)
    if found is None:
        return None
    match await shared(letter, certificate_views.titles(letter.texts, found), lambda: _files(letter, found)):
        case Files.FORBIDDEN:
            return certificate_views.as_text(letter.texts, found, await _company(letter))
        case Files.LATER:
            return certificate_views.failed(letter.texts, found)
    return certificate_views.sent(letter.texts, found)


async def _files(letter: MessageContext[CertificateMessage], found: Certificate) -> Contents:
    company = await letter.context.gateway.workspace_name()
    picture, page = await letter.context.in_worker(draw, certificate_views.written(letter.texts, found, company))
    name = letter.texts.plain("closing.certificate.page.file")
    return {f"{name}.png": picture, f"{name}.pdf": page}


async def _company(letter: MessageContext[CertificateMessage]) -> str:
    """The name of the workspace; "" if Slack does not say: the text does without."""
    try:
        return await letter.context.gateway.workspace_name()
    except (SlackRefused, SlackUnavailable) as problem:
        log.warning("a certificate's text goes without the company's name: %s", problem)
        return ""


RENDERERS = (renders(CertificateMessage, certificate),)

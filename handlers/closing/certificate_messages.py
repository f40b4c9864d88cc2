"""A certificate: the picture and the page to print, and a message after them."""

import logging

from bot.domain.messages.closing import CertificateMessage, CertificateSampleMessage
from bot.pictures.certificates import draw
from bot.services.closing.certificates import Certificate, read_certificate, read_sample
from bot.services.closing.manager_note import may_note
from bot.slack.gateway import Message, SlackRefused, SlackUnavailable
from handlers.closing import certificate_views
from handlers.kit.file_messages import Contents, Files, shared
from handlers.kit.messages import MessageContext, renders
from storage.tables import Participant

log = logging.getLogger(__name__)


async def certificate(message: MessageContext[CertificateMessage]) -> Message | None:
    """The message after the files; or, if they are not available, how to get them later."""
    certificate = await read_certificate(message.work, message.payload.participant, message.payload.side)
    if certificate is None:
        return None
    titles = certificate_views.titles(message.texts, certificate)
    match await shared(message, titles, lambda: _files(message, certificate), pictures=1):
        case Files.PICTURES:
            return certificate_views.picture_sent(message.texts, certificate)
        case Files.FORBIDDEN:
            return certificate_views.as_text(message.texts, certificate, await _company(message))
        case Files.LATER:
            return certificate_views.failed(message.texts, certificate)
    participant = await message.work.session.get_one(Participant, message.payload.participant)
    may = await may_note(message.work.session, participant)
    return certificate_views.sent(message.texts, certificate, may_note=may)


async def sample(message: MessageContext[CertificateSampleMessage]) -> Message | None:
    """HR asks what certificates look like."""
    if message.reader is None:
        return None
    certificate = await read_sample(message.work, message.programme, message.reader)
    titles = certificate_views.sample_titles(message.texts, message.programme)
    done = await shared(message, titles, lambda: _files(message, certificate), pictures=1)
    result = {Files.SENT: "sent", Files.PICTURES: "sent", Files.FORBIDDEN: "forbidden"}.get(done, "failed")
    return certificate_views.sample(message.texts, message.programme, result)


async def _files(
    message: MessageContext[CertificateMessage | CertificateSampleMessage], certificate: Certificate
) -> Contents:
    company = await message.context.gateway.workspace_name()
    picture, page = await message.context.in_worker(
        draw, certificate_views.written(message.texts, certificate, company)
    )
    name = message.texts.plain("closing.certificate.page.file")
    return {f"{name}.png": picture, f"{name}.pdf": page}


async def _company(message: MessageContext[CertificateMessage]) -> str:
    """The name of the workspace; "" if Slack does not say: the text does without."""
    try:
        return await message.context.gateway.workspace_name()
    except (SlackRefused, SlackUnavailable) as problem:
        log.warning("a certificate's text goes without the company's name: %s", problem)
        return ""


RENDERERS = (
    renders(CertificateMessage, certificate),
    renders(CertificateSampleMessage, sample),
)

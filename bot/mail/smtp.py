"""Hands mail to a server (RFC 6409), always over TLS whose certificate is verified, unless it is on this machine."""

import logging
import re
from email.message import EmailMessage
from typing import Any

from bot.domain.session_mail import MailServer, Tls
from bot.services.session_mail.sending import Outcome

# The library is imported only where mail is sent: most companies hand out calendar files.

log = logging.getLogger(__name__)
_PERMANENT = re.compile(r"5\d\d")


async def hand_in(
    server: MailServer, message: EmailMessage, timeout: float, returned_to: str | None = None
) -> tuple[Outcome, str]:
    """Hand in a mail with one recipient: what became of it, and the server's number or the kind of the error.

    `timeout` in seconds. `returned_to` is the envelope's sender, which later bounces go to and which the recipient's
    server writes as Return-Path (RFC 5321, 4.4); None: the address in From. Only an answer about the recipient or the
    content is a refusal; whatever concerns the server, the sign-in or the connection may pass. Never raises.
    """
    import aiosmtplib

    try:
        await aiosmtplib.send(message, sender=returned_to, **_connection(server, timeout))
    except aiosmtplib.SMTPRecipientsRefused as refused:
        return _of_code(str(refused.recipients[0].code))
    except aiosmtplib.SMTPDataError as refused:
        return _of_code(str(refused.code))
    except (aiosmtplib.SMTPException, OSError, ValueError) as error:
        # Its text can hold the user's name: only its kind is logged.
        log.warning("mail server %s: %s; will retry", server, type(error).__name__)
        return Outcome.UNCLEAR, type(error).__name__
    return Outcome.SENT, ""


def _of_code(code: str) -> tuple[Outcome, str]:
    return (Outcome.REFUSED if _PERMANENT.fullmatch(code) else Outcome.UNCLEAR), code


async def sign_in(server: MailServer, timeout: float) -> None:
    """Connect and sign in, without a mail. Raises `aiosmtplib.SMTPException`, OSError."""
    import aiosmtplib

    async with aiosmtplib.SMTP(**_connection(server, timeout)) as client:
        await client.noop()


def _connection(server: MailServer, timeout: float) -> dict[str, Any]:
    """The library's arguments for a connection to the server."""
    return {
        "hostname": server.host,
        "port": server.port,
        "username": server.user or None,
        "password": server.password or None,
        "use_tls": server.tls is Tls.IMPLICIT,
        "start_tls": server.tls is Tls.STARTTLS,
        "timeout": timeout,
    }

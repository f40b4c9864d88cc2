"""Invitations by mail: whether the server takes our sign-in."""

import aiosmtplib

from bot.cli.doctor.finding import Finding
from bot.config import Settings
from bot.mail.smtp import sign_in

SUBJECT = "mail"
TIMEOUT = 15.0
"""Seconds."""


async def mail_server(settings: Settings) -> Finding:
    """Sign in to the server, if one is set. Nothing is sent."""
    if settings.mailing is None:
        return Finding(SUBJECT, True, "no invitations by mail: SMTP_URL is not set")
    server = settings.mailing.server
    try:
        await sign_in(server, TIMEOUT)
    except aiosmtplib.SMTPAuthenticationError:
        return Finding(SUBJECT, False, f"{server} refuses the user or password", "check SMTP_URL with the mail team")
    except (aiosmtplib.SMTPException, OSError) as error:
        cure = "check host, port and TLS in SMTP_URL, and whether this machine may reach it"
        return Finding(SUBJECT, False, f"{server} cannot be used ({type(error).__name__})", cure)
    mailing = settings.mailing
    line = f"invitations come from {mailing.sender} through {server}; returned mail goes to {mailing.bounces_to}"
    return Finding(SUBJECT, True, line)

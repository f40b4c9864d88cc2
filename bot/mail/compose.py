"""A session's invitation as a mail: a text, and the same as a calendar entry (RFC 5545, 5546, 6047)."""

from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

from bot.domain.calendar_files import calendar_file
from bot.domain.session_mail import MailWords
from bot.domain.text_cleaning import clean_line


def compose(words: MailWords, sender: str, address: str, now: datetime) -> EmailMessage:
    """The mail. Sent again, it has the same Message-ID. Raises ValueError if an address is none."""
    method = "CANCEL" if words.entry.cancelled else "REQUEST"
    file = calendar_file(words.entry, now)
    mail = EmailMessage()
    mail["Subject"] = clean_line(words.subject)
    mail["From"] = Address("Balik", addr_spec=sender)
    mail["To"] = Address(clean_line(words.reader), addr_spec=address)
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = f"<{words.entry.uid.replace('@', '.')}.{words.entry.sequence}@{sender.rpartition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's out-of-office replies to it
    mail.set_content(words.body)
    mail.add_alternative(file.decode(), subtype="calendar", params={"method": method})
    # Outlook takes the part above, others the attachment.
    mail.add_attachment(file, maintype="application", subtype="ics", filename="invite.ics")
    return mail

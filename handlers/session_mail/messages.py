"""The words of mails about sessions, and the message about an address that takes none."""

from bot.domain.calendar_files import Attendee, CalendarEntry, session_uid
from bot.domain.messages.session_mail import SessionMailRefusedMessage
from bot.domain.session_mail import MailWords, is_address
from bot.domain.sessions import Side
from bot.services.pair_context import meeting
from bot.services.session_mail.sending import DueMail
from bot.slack.gateway import Message
from handlers.kit.blocks import actions, section
from handlers.kit.context import AppContext
from handlers.kit.ids import ActionId
from handlers.kit.messages import MessageContext, renders
from handlers.sessions.views import chat_link, session_button
from storage.tables import PairState

KEY = "session_mail.invitation"


async def words(context: AppContext, due: DueMail, sender: str) -> MailWords:
    """What the mail says, in its reader's language and on their clock."""
    mail, found = due.mail, due.meeting
    reader, partner = found.person(due.side), found.person(due.side.other)
    texts, state = context.texts(reader), "off_" if mail.cancelled else ""
    about = {
        "name": reader.name,
        "partner": partner.name,
        "programme": found.programme.name,
        "number": found.session.number,
        "when": texts.moment(mail.starts_at, reader.zone),
    }
    body = [texts.plain(f"{KEY}.{state}body", **about, minutes=mail.minutes).strip()]
    link = chat_link(found)
    if not mail.cancelled:
        body += [texts.plain(f"{KEY}.place", place=mail.place)] if mail.place else []
        body += [texts.plain(f"{KEY}.chat", link=link)] if link else []
    body.append(texts.plain(f"{KEY}.foot"))
    entry = CalendarEntry(
        session_uid(found.session.id, found.session.team_id),
        mail.sequence,
        mail.starts_at,
        mail.minutes,
        texts.plain(f"{KEY}.title", number=found.session.number),
        "\n\n".join(body),
        mail.cancelled,
        link,
        mail.place,
        sender,
        tuple(
            Attendee(found.person(side).name, address)
            for side in Side
            if is_address(address := found.person(side).email or "")
        ),
    )
    subject = texts.plain(f"{KEY}.{state}subject", **about)
    return MailWords(subject, "\n\n".join(body) + "\n", entry, reader.name)


async def refused(message: MessageContext[SessionMailRefusedMessage]) -> Message | None:
    """None once the session no longer has a time, or the pair is over: there is nothing to save in a calendar."""
    found = await meeting(message.work.session, message.payload.session)
    if found is None or found.pair.state != PairState.ACTIVE or found.session.starts_at is None:
        return None
    text = message.texts("session_mail.refused.text", number=found.session.number)
    save = session_button(message.texts, "sessions.booked.buttons.file", ActionId.CALENDAR_FILE, found)
    return Message(text, [section(text), actions(save)])


RENDERERS = (renders(SessionMailRefusedMessage, refused),)

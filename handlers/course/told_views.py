"""What the people of a programme read when HR changed its course."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.calendar import local
from bot.domain.course import Course
from bot.services.sessions.resumption import ToBook
from bot.slack.gateway import Message
from handlers.kit.blocks import Block, actions, button, mention, section
from handlers.kit.ids import ActionId
from handlers.sessions.views import dates_missing
from prompts.catalogue import Mrkdwn, Texts
from storage.tables import Person, Programme

MOST_SHOWN = 10


@dataclass(frozen=True)
class OffSession:
    """A session that lost its time `before`. `session` is None if it fell away."""

    session: int | None
    partner: Person
    before: datetime


@dataclass(frozen=True)
class DueSession:
    """The next session with a partner, which has no time: it is to take place by `day`."""

    number: int
    partner: Person
    day: date


def changed(
    texts: Texts,
    programme: Programme,
    reader: Person,
    was: Course,
    now: Course,
    off: Sequence[OffSession],
    at: datetime,
    cadence: str,
    due: Sequence[DueSession] = (),
) -> Message:
    """The dates that are different from those the reader knows, the sessions that are off, and by when the next ones
    are `due` now. `cadence`: how often pairs meet, if that changed."""
    today = local(at, programme.zone).date()
    text = texts(
        "course.told.body",
        programme=programme.name,
        first=texts.day(now.first) if now.first != was.first and now.first >= today else "",
        resumes=texts.day(now.resumes) if now.resumes else "",
        continues=was.resumes is not None and now.resumes is None,
        last=texts.day(now.last) if now.last != was.last else "",
        earlier=now.last < was.last,
        off=bool(off),
        cadence=texts.plain(f"labels.cadences.{cadence}") if cadence else "",
    )
    blocks: list[Block] = [section(text)]
    lines = []
    for off_session in off[:MOST_SHOWN]:
        line = texts(
            "course.told.off", partner=mention(off_session.partner), when=texts.moment(off_session.before, reader.zone)
        )
        file = None
        if off_session.session is not None:
            file = button(texts.plain("course.told.file"), ActionId.CALENDAR_FILE, off_session.session)
        blocks.append(section(line, file))
        lines.append(line)
    dues = [
        texts("course.told.due", number=one.number, partner=mention(one.partner), day=texts.day(one.day))
        for one in due[:MOST_SHOWN]
    ]
    if dues:
        blocks.append(section(Mrkdwn("\n".join(dues))))
    lines += dues
    blocks.append(actions(button(texts.plain("course.told.home"), ActionId.HOME_SHOW)))
    return Message(Mrkdwn("\n".join([text, *lines])), blocks)


def resumed(texts: Texts, programme: Programme, reader: Person, meetings: Sequence[ToBook], now: datetime) -> Message:
    """The programme continues; with the sessions that have no date, and the button for it."""
    lines, book = dates_missing(texts, list(meetings), reader.id, now)
    text = texts("course.resumed.body", programme=programme.name, dates=Mrkdwn(lines))
    return Message(text, [section(text), *([actions(*book)] if book else [])])


def cancelled(texts: Texts, programme: Programme) -> Message:
    """The programme does not take place any more."""
    text = texts("course.cancelled.body", programme=programme.name)
    return Message(text, [section(text)])


def invitation_cancelled(texts: Texts, programme: Programme) -> Message:
    """The programme to which the reader was invited does not take place."""
    text = texts("course.cancelled_invited.body", programme=programme.name)
    return Message(text, [section(text)])


def deleted(texts: Texts, name: str) -> Message:
    """To HR's channel."""
    text = texts("course.deleted.body", programme=name)
    return Message(text, [section(text)])


def announcement_cancelled(texts: Texts, programme: Programme) -> Message:
    """In place of the announcement in the public channel."""
    text = texts("course.announcement.body", programme=programme.name)
    return Message(text, [section(text)])

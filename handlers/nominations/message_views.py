"""The invitation of a person whom colleagues nominated."""

from collections.abc import Sequence
from datetime import date, datetime

from bot.domain.calendar import local
from bot.services.nominations.reading import Nominated
from bot.slack.gateway import Message
from handlers.invitations.message_views import answer_buttons
from handlers.kit.blocks import context, header, mention, section
from handlers.kit.own_wording import closes_on
from handlers.nominations.views import quotes
from prompts.catalogue import Texts
from storage.tables import Invitation, Person, Programme

KEY = "nominations.invited"


def invited(
    texts: Texts,
    programme: Programme,
    invitation: Invitation,
    rows: Sequence[Nominated],
    hr: Person | None,
    now: datetime,
) -> Message:
    text = texts(
        f"{KEY}.body",
        programme=programme.name,
        count=len(rows),
        months=programme.months,
        start=texts.day(programme.starts_on),
        begun=programme.starts_on <= local(now, programme.zone).date(),
        closes=closes_on(texts, programme),
    )
    title = texts.plain("invitations.invited.title", programme=programme.name)
    footer = context(texts(f"{KEY}.footer", hr=mention(hr) if hr else ""))
    return Message(
        text, [header(title), section(text), *quotes(texts, rows), answer_buttons(texts, invitation), footer]
    )


def reminder(
    texts: Texts, programme: Programme, invitation: Invitation, rows: Sequence[Nominated], day: date
) -> Message:
    text = texts(f"{KEY}.reminder", programme=programme.name, day=texts.day(day), closes=closes_on(texts, programme))
    return Message(text, [section(text), *quotes(texts, rows), answer_buttons(texts, invitation)])

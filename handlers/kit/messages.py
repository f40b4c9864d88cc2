"""Rendering of outbox messages at the moment they are sent: in the reader's language, with current data.

Each feature's messages module has `RENDERERS`: the kind of a message → the function that renders it, or returns None
if it is no longer relevant (the person left, the session was cancelled).
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.services.working_hours import TO_ANYBODY
from bot.slack.gateway import Message
from handlers.kit.context import AppContext
from prompts.catalogue import DEFAULT_LANGUAGE, Texts
from storage.queries import participation
from storage.tables import Outbox, ParticipantState, Person, Programme
from storage.unit_of_work import UnitOfWork


class NoLongerRelevant(Exception):
    """The subject of the message does not exist any more."""


@dataclass(frozen=True)
class MessageContext:
    """One message about to be sent. `reader` is None for a channel or a group DM."""

    work: UnitOfWork
    row: Outbox
    about: Programme | None
    """The programme; None for a message that belongs to none."""
    reader: Person | None
    texts: Texts
    context: AppContext

    @property
    def programme(self) -> Programme:
        """The programme. Raises `NoLongerRelevant` if there is none."""
        if self.about is None:
            raise NoLongerRelevant
        return self.about


Renderer = Callable[[MessageContext], Awaitable[Message | None]]


class MessageRenderers:
    """Renders every kind of message. `bot.delivery.worker` calls it as its `compose`."""

    def __init__(self, context: AppContext, writers: dict[str, Renderer]) -> None:
        self.context = context
        self.writers = writers

    async def __call__(self, work: UnitOfWork, row: Outbox) -> Message | None:
        programme = await work.session.get(Programme, row.programme_id) if row.programme_id else None
        reader = await work.session.get(Person, row.person_id) if row.person_id else None
        if reader and programme and await _left(work, row, reader, programme):
            return None
        language = programme.language if programme else DEFAULT_LANGUAGE
        texts = self.context.texts(reader) if reader else self.context.catalogue.texts(language)
        try:
            return await self.writers[row.kind](MessageContext(work, row, programme, reader, texts, self.context))
        except NoLongerRelevant:
            return None


async def _left(work: UnitOfWork, row: Outbox, reader: Person, programme: Programme) -> bool:
    """People who left a programme get no more of its messages, of any kind."""
    if row.kind in TO_ANYBODY:
        return False
    participant = await participation(work.session, reader.id, programme.id)
    return participant is not None and participant.state == ParticipantState.LEFT

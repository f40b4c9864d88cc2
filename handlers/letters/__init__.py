"""The messages of the outbox, rendered at the moment they are sent: in the reader's language, with what is true then.

Each module of this package has `LETTERS`: the kind of a message → the function that writes it, or answers None when
it is no longer wanted (the person left, the session was cancelled).
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.gateway import Message
from handlers.desk import Desk
from prompts.catalogue import Texts
from storage.tables import Outbox, Person, Programme
from storage.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class Letter:
    """One message about to be sent. `reader` is None for a channel or a group DM."""

    work: UnitOfWork
    row: Outbox
    programme: Programme
    reader: Person | None
    texts: Texts
    desk: Desk


Writer = Callable[[Letter], Awaitable[Message | None]]


class Letters:
    """Writes every kind of message. `bot.delivery` calls it as its `compose`."""

    def __init__(self, desk: Desk, writers: dict[str, Writer]) -> None:
        self.desk = desk
        self.writers = writers

    async def __call__(self, work: UnitOfWork, row: Outbox) -> Message | None:
        programme = await work.session.get(Programme, row.programme_id) if row.programme_id else None
        reader = await work.session.get(Person, row.person_id) if row.person_id else None
        if programme is None:
            return None
        texts = self.desk.texts(reader) if reader else self.desk.catalogue.texts(programme.language)
        return await self.writers[row.kind](Letter(work, row, programme, reader, texts, self.desk))

"""When the messages that are about to be claimed suit their readers."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.delivery.callbacks import NextMoment
from storage.readers import read_readers
from storage.tables import Outbox
from storage.unit_of_work import UnitOfWork

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Moments:
    """For one claim. Without `next_moment` every message suits its reader at any time."""

    work: UnitOfWork
    next_moment: NextMoment | None

    async def prepare(self, rows: Sequence[Outbox]) -> None:
        """Read at once what depends on the readers of `rows`."""
        if self.next_moment:
            self.work.readers = await read_readers(self.work.session, rows, self.work.now)

    async def of(self, row: Outbox) -> datetime:
        """The first moment, now at the earliest."""
        if not self.next_moment:
            return self.work.now
        try:
            return await self.next_moment(self.work, row)
        except Exception:
            # An error in working hours must not stop other messages.
            log.exception("no working hours found for outbox row %s", row.id)
            return self.work.now

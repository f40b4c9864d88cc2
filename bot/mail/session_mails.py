"""Sends the mails about sessions that are due."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime

from bot.clock import TimeLimits
from bot.domain.session_mail import Mailing, MailWords, is_address
from bot.mail.compose import compose
from bot.mail.smtp import hand_in
from bot.services.session_mail.sending import DueMail, Outcome, due_in, record, take_due
from storage.unit_of_work import Store

log = logging.getLogger(__name__)

MOST_A_RUN = 50
"""Mails in one run of the job: other jobs get their turn."""
TIMEOUT = 30.0
"""Seconds for one mail."""
Words = Callable[[DueMail, str], Awaitable[MailWords]]
"""Says what a mail says; takes the sender's address."""


@dataclass
class SessionMails:
    """The function of the job "session_mails". Without a server, what was enqueued before waits, and is given up."""

    store: Store
    mailing: Mailing | None
    words: Words
    limits: TimeLimits
    _last: str = field(default="", init=False)
    """The workspace that was served last."""

    async def tick(self, now: datetime) -> int:
        """Send what is due, one of each workspace in turn; how many mails were tried.

        At least once: an unclear result is tried again.
        """
        waiting, sent = await due_in(self.store, now), 0
        # Begin after the workspace that was served last: a run has no room for all if there are many.
        waiting.sort(key=lambda team_id: (team_id <= self._last, team_id))
        while waiting and sent < MOST_A_RUN:
            self._last = team_id = waiting.pop(0)
            due = await take_due(self.store, team_id, now)
            if due is None:
                continue
            outcome, error = await self._send(due, now)
            await record(self.store, due, outcome, error, now)
            waiting.append(team_id)
            sent += 1
        return sent

    async def _send(self, due: DueMail, now: datetime) -> tuple[Outcome, str]:
        if self.mailing is None:
            return Outcome.UNCLEAR, "no_server"
        if not is_address(due.address):
            return Outcome.REFUSED, "address"
        words = await self.words(due, self.mailing.sender)
        mail = compose(words, self.mailing.sender, due.address, now)
        return await hand_in(self.mailing.server, mail, self.limits.seconds(TIMEOUT), self.mailing.bounces_to)

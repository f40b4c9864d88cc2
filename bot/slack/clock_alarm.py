"""Notifies the operator that the clock is wrong, without the outbox: nothing is sent from there while it is wrong."""

import hashlib
import logging
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import col, select

from bot.services.alerts.operator import home_of, operator_in
from bot.slack.gateway import Gateway, Message, Refused, RetryAfter, SlackRefused, SlackUnavailable
from bot.workspaces.current import in_workspace
from storage.tables import Person, ProcessedRequest
from storage.unit_of_work import AlreadyDone, Store

log = logging.getLogger(__name__)

TEAM = ""
"""Used in place of a workspace: the clock is the same for all."""


@dataclass(frozen=True)
class ClockAlarm:
    """One direct message per day to `operator` (as in the settings, "" for nobody), whatever the number of replicas."""

    store: Store
    gateway: Gateway
    operator: str
    compose: Callable[[Person | None, datetime, datetime], Message]
    """Renders the message, given its reader if known, our moment and Slack's."""

    async def __call__(self, ahead: timedelta, slack: datetime) -> bool:
        """The clock is `ahead` of Slack's, whose time is `slack`; whether no notification is left to send."""
        if not self.operator:
            return True
        receipt = TEAM, f"clock_wrong:{slack.date().isoformat()}"
        try:
            async with self.store.write(slack, receipt=receipt) as work:
                reader = (await work.session.exec(self._known())).first()
                await work.commit()
        except AlreadyDone:
            return True
        with in_workspace(self._home) if self._home else nullcontext():
            if await self._post(self.compose(reader, slack + ahead, slack), receipt[1]):
                return True
        async with self.store.write(slack) as work:
            if taken := await work.session.get(ProcessedRequest, receipt):
                await work.session.delete(taken)
            await work.commit()
        return False

    @property
    def _home(self) -> str:
        """The operator's workspace; "" in mode one."""
        return home_of(self.operator, "")

    @property
    def _slack_id(self) -> str:
        return operator_in(self.operator, self._home)

    def _known(self) -> Any:
        """The operator, if they are stored."""
        known = select(Person).where(Person.slack_id == self._slack_id).order_by(col(Person.id))
        return known.where(Person.team_id == self._home) if self._home else known

    async def _post(self, message: Message, key: str) -> bool:
        """Whether the message was posted, or may have been: it is never repeated on a guess."""
        mark = hashlib.sha256(f"{self.operator}:{key}".encode()).hexdigest()[:32]
        try:
            channel = await self.gateway.open_dm(self._slack_id)
        except (SlackRefused, SlackUnavailable) as error:
            log.warning("cannot notify the operator of the wrong clock: %s", error)
            return False
        outcome = await self.gateway.post(channel, message, mark, 1)
        if isinstance(outcome, RetryAfter | Refused):
            log.warning("could not notify the operator of the wrong clock: %s", outcome)
            return False
        return True

"""Tells HR (once a week) and the operator (once a day) what has to be changed in Slack, by cause."""

import logging
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlmodel import col, select

from bot.clock import Clock
from bot.domain.messages.alerts import NeedMessage
from bot.services.alerts.operator import person_of_operator
from bot.slack.needs import Need, need_of
from storage.outbox import outgoing
from storage.tables import Programme, ProgrammeState
from storage.unit_of_work import Store, UnitOfWork

log = logging.getLogger(__name__)

POST, OPEN = "chat.postMessage", "conversations.open"
AGAIN = timedelta(hours=1)
"""How long this process writes nothing about a cause that it wrote down: the keys of the messages hold for all."""

Spawn = Callable[[Coroutine[Any, Any, None]], object]
"""Runs a coroutine in the background."""


@dataclass
class Needs:
    """Hears of every refusal. The notices are written in the background, because a request may be waiting."""

    store: Store
    operator: str
    clock: Clock
    spawn: Spawn
    _written: dict[tuple[str, Need, str], float] = field(default_factory=dict)
    """By workspace, cause and scope: when by the monotonic clock."""

    def refused(self, team_id: str, method: str, error: str, scope: str | None) -> None:
        """Slack refused a call of `method` in a workspace, "" for the only one; `scope` is the missing one, if Slack
        says so."""
        need = need_of(method, error)
        # Without chat:write nothing can be posted: that it was refused is told once that has passed.
        if need is None or (need is Need.SCOPE and method == POST):
            return
        # That DMs or new chats are refused, the operator learns from the alert about the messages that wait.
        for_operator = need is not Need.MESSAGES_TAB and method != OPEN
        about, now = (team_id, need, scope or ""), self.clock.monotonic()
        if about in self._written and 0 <= now - self._written[about] < AGAIN.total_seconds():
            return
        self._written[about] = now
        self.spawn(self._write(*about, self.operator if for_operator else ""))

    async def _write(self, workspace: str, need: Need, scope: str, operator: str) -> None:
        log.warning("Slack refuses what a feature needs: %s %s", need, scope)
        try:
            async with self.store.write(self.clock) as work:
                await _tell(work, operator, workspace, need, scope)
                await work.commit()
        except Exception:  # the refusal itself is handled where it happened
            log.exception("nobody could be told that Slack refuses %s", need)


async def _tell(work: UnitOfWork, operator: str, workspace: str, need: Need, scope: str) -> None:
    statement = select(Programme).where(col(Programme.state) != ProgrammeState.CLOSED)
    if workspace:
        statement = statement.where(Programme.team_id == workspace)
    programmes = (await work.session.exec(statement.order_by(col(Programme.id)))).all()
    today = work.now.date()
    monday = today - timedelta(days=today.weekday())
    for programme in programmes:
        about = NeedMessage(need, scope, day=monday.isoformat())
        await work.send(outgoing(about, programme.team_id, programme.id, channel=programme.hr_channel))
    for team_id in dict.fromkeys(programme.team_id for programme in programmes):
        if (person := await person_of_operator(work, operator, team_id)) is not None:
            about = NeedMessage(need, scope, day=today.isoformat())
            await work.send(outgoing(about, team_id, person_id=person.id, keeps_hours=False))

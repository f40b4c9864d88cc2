"""Notifies the operator of problems that HR cannot fix: by DM, once a day per cause.

The settings name the operator by Slack id, in mode many with their workspace (`operator_in`); "" for nobody. The log
contains everything in either case.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from sqlmodel import col, select

from bot.domain.messages.alerts import OperatorAlertMessage, TroubleMessage
from bot.domain.messages.registry import kind_of
from bot.services.alerts.undelivered import FOR_EVERYBODY, TOLD, tell_hr_of_pause
from bot.services.recruiting.public_channel import is_refused_there
from bot.slack.errors import ErrorClass, class_of
from bot.slack.needs import Need, need_of
from bot.workspaces.current import in_workspace
from storage.outbox import outgoing
from storage.queries import person_by_slack
from storage.tables import Outbox, OutboxState, Person, Programme, ProgrammeState
from storage.unit_of_work import Store, UnitOfWork

log = logging.getLogger(__name__)

POST = "chat.postMessage"
_TROUBLE, _ALERT = TroubleMessage.kind.name, OperatorAlertMessage.kind.name


async def report_message(work: UnitOfWork, operator: str, became: str, row: Outbox) -> None:
    """`row` was not delivered: the operator gets its number and cause if HR is not notified, or cannot fix it.

    paused": Slack refuses everything, including `row`. HR is notified where no operator is named.
    """
    if became == "paused" and not operator:
        if not _is_told_as_need(row):
            await tell_hr_of_pause(work, row)
    elif row.kind != _ALERT and (became == "paused" or (became in TOLD and await _is_theirs(work, row))):
        alert = OperatorAlertMessage(became=became, row=row.id, error=row.error, opening=row.channel is None)
        if row.kind == _TROUBLE:
            # HR's channel does not exist any more: the operator gets what could not be sent there.
            trouble = TroubleMessage.read(row.data)
            alert = replace(alert, row=trouble.row, became=trouble.became, error=trouble.error)
        await _tell(work, operator, row.team_id, replace(alert, subject=f"{became}-{row.error}"))


def _is_told_as_need(row: Outbox) -> bool:
    """Whether HR reads in its channel what has to be changed (`alerts.needs`): only DMs, or new chats, are refused."""
    need = need_of(POST, row.error or "")
    return need is Need.MESSAGES_TAB or (need is Need.SCOPE and row.channel is None)


async def _is_theirs(work: UnitOfWork, row: Outbox) -> bool:
    not_for_hr = row.kind == _TROUBLE or kind_of(row.kind).private
    programme = await work.session.get(Programme, row.programme_id) if row.programme_id else None
    if programme and programme.hr_trouble is None and is_refused_there(programme, row):
        return False  # HR chooses another channel
    if row.programme_id is None or not_for_hr or row.error in FOR_EVERYBODY:
        return True
    if row.state is OutboxState.DEAD and class_of(POST, row.error or "") in (None, ErrorClass.MESSAGE):
        return True  # the message itself is at fault, or the cause is unknown: possibly a bug
    if programme is None:
        return False
    if programme.hr_trouble is not None:
        return True  # HR reads of it only once its channel can be used again
    return row.person_id is None and row.channel == programme.hr_channel


async def report_failing_job(store: Store, operator: str, name: str, now: datetime) -> None:
    """A job fails repeatedly."""
    alert = OperatorAlertMessage(tick=name, subject=f"tick-{name}")
    async with store.write(now) as work:
        if home := home_of(operator, ""):
            await _tell(work, operator, home, alert)
        else:
            at_work = select(Programme.team_id).where(col(Programme.state) != ProgrammeState.CLOSED)
            for team_id in (await work.session.exec(at_work.distinct())).all():
                await _tell(work, operator, team_id, alert)
        await work.commit()


@dataclass
class Limits:
    """Slack sends `app_rate_limited` once a minute while it drops events (over 30,000 an hour to one workspace)."""

    store: Store
    operator: str
    now: Callable[[], datetime]
    count_minute: Callable[[str], None]
    """Called with the workspace for each minute."""
    _logged: set[tuple[str, date]] = field(default_factory=set)

    async def noticed(self, team_id: str, minute: int) -> None:
        """Events of the minute that began at `minute` (Unix seconds; 0 if Slack does not say) were dropped."""
        now = self.now()
        self.count_minute(team_id)
        if (team_id, now.date()) in self._logged:
            return
        self._logged = {(team, day) for team, day in self._logged if day == now.date()} | {(team_id, now.date())}
        log.warning("Slack is dropping events of a workspace (app_rate_limited, minute %d)", minute)
        async with self.store.write(now) as work:
            known = select(Person.id).where(Person.team_id == team_id).limit(1)
            if (await work.session.exec(known)).first() is not None:
                alert = OperatorAlertMessage(dropped=minute, subject="app_rate_limited")
                await _tell(work, self.operator, team_id, alert)
            await work.commit()


def operator_in(operator: str, team_id: str) -> str:
    """The Slack id of the operator in a workspace; "" if they are in another one, or there is none.

    In mode many the settings name them with their workspace (`T…:U…`): names of other companies' programmes and people
    are not for them.
    """
    home, _, slack_id = operator.rpartition(":")
    return slack_id if home in ("", team_id) else ""


def home_of(operator: str, team_id: str) -> str:
    """The workspace in which the operator reads what concerns `team_id`."""
    return operator.rpartition(":")[0] or team_id


async def person_of_operator(work: UnitOfWork, operator: str, team_id: str) -> Person | None:
    """The operator in a workspace, created if they are not stored yet; None if nobody is named there."""
    slack_id = operator_in(operator, team_id)
    if not slack_id:
        return None
    person = await person_by_slack(work.session, team_id, slack_id)
    if person is None:
        person = Person(team_id=team_id, slack_id=slack_id, name=slack_id, created_at=work.now)
        work.session.add(person)
        await work.session.flush()
    return person


async def _tell(work: UnitOfWork, operator: str, team_id: str, alert: OperatorAlertMessage) -> None:
    home = home_of(operator, team_id)
    if home != team_id:
        alert = replace(alert, workspace=team_id)
    with in_workspace(home):
        person = await person_of_operator(work, operator, home)
        if person is not None:
            await work.send(outgoing(replace(alert, day=work.now.date().isoformat()), home, person_id=person.id))

"""Whoever keeps the bot alive hears of what HR cannot put right: in a DM, once a day for each cause.

Who that is the settings say, by Slack id; "" for nobody. The log has it all either way.
"""

from collections.abc import Mapping
from datetime import datetime

from sqlmodel import col, select

from bot.services.notices import ALERT, TROUBLE
from bot.services.trouble import FOR_EVERYBODY, PRIVATE, TOLD
from storage.outbox import Outgoing
from storage.queries import person_by_slack
from storage.tables import Outbox, Person, Programme, ProgrammeState
from storage.unit_of_work import Store, UnitOfWork

NOT_FOR_HR = frozenset({TROUBLE, "concern_contact", *PRIVATE})
"""Kinds of messages of whose failure HR's channel hears nothing."""


async def tell_of_message(work: UnitOfWork, operator: str, became: str, row: Outbox) -> None:
    """`row` did not arrive: the operator hears its number and cause if HR does not hear, or could not mend it."""
    theirs = row.programme_id is None or row.kind in NOT_FOR_HR or row.error in FOR_EVERYBODY
    if became in TOLD and theirs and row.kind != ALERT:
        about = {"became": became, "row": row.id}
        await _tell(work, operator, row.team_id, f"{became}-{row.error}", about)


async def tell_of_tick(store: Store, operator: str, name: str, now: datetime) -> None:
    """A tick fails every time."""
    async with store.write(now) as work:
        at_work = select(Programme.team_id).where(col(Programme.state) != ProgrammeState.CLOSED)
        for team_id in (await work.session.exec(at_work.distinct())).all():
            await _tell(work, operator, team_id, f"tick-{name}", {"tick": name})
        await work.commit()


async def _tell(work: UnitOfWork, operator: str, team_id: str, subject: str, about: Mapping[str, object]) -> None:
    if not operator:
        return
    person = await person_by_slack(work.session, team_id, operator)
    if person is None:
        person = Person(team_id=team_id, slack_id=operator, name=operator, created_at=work.now)
        work.session.add(person)
        await work.session.flush()
    key = f"0:{ALERT}:{subject}:{work.now.date().isoformat()}"
    await work.send(Outgoing(team_id, key, ALERT, person_id=person.id, data=dict(about), keeps_hours=False))

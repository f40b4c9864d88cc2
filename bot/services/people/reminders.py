"""Which reminders a person still gets, and the choice of fewer."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.messages.registry import REMINDERS
from bot.domain.reminders import MATERIAL, are_rare, is_too_much
from bot.services.caller import Caller, Rejected
from storage.queries import person_by_slack
from storage.tables import MentoringSession, Outbox, OutboxState, Pair, Participant, Person, SessionState
from storage.unit_of_work import Store

LATEST = 64
"""More unanswered reminders of a person need not be read."""


@dataclass(frozen=True)
class Unanswered:
    """The messages with reminders since a person last did something: how many, and when the last was sent."""

    count: int
    last: datetime | None


# Built once, because each Home tab and each reminder needs them.
REMINDERS_SENT = (
    select(Outbox.kind, Outbox.ts, Outbox.sent_at)
    .where(
        col(Outbox.person_id) == bindparam("person"),
        col(Outbox.state) == OutboxState.SENT,
        col(Outbox.kind).in_(bindparam("kinds", expanding=True)),
    )
    .order_by(col(Outbox.sent_at).desc())
    .limit(LATEST)
)
REMINDERS_SINCE = REMINDERS_SENT.where(col(Outbox.sent_at) > bindparam("since"))
_THEIRS = select(Participant.id).where(col(Participant.person_id) == bindparam("person")).scalar_subquery()
LAST_HELD = (
    select(func.max(MentoringSession.starts_at))
    .join(Pair, col(Pair.id) == col(MentoringSession.pair_id))
    .where(
        MentoringSession.state == SessionState.HELD,
        col(Pair.mentor_id).in_(_THEIRS) | col(Pair.leader_id).in_(_THEIRS),
    )
)


async def unanswered(session: AsyncSession, person: Person, *groups: str) -> list[Unanswered]:
    """The reminders of each of these groups that the person did not react to.

    Looking at Home is no reaction. Of material a session that took place is one: its reader came.
    """
    kinds = frozenset[str]().union(*(REMINDERS[group] for group in groups))
    statement = REMINDERS_SINCE if person.acted_at else REMINDERS_SENT
    values = {"person": person.id, "kinds": sorted(kinds), "since": person.acted_at}
    rows = (await session.exec(statement, params=values)).all()
    of_material = MATERIAL in groups and any(kind in REMINDERS[MATERIAL] for kind, _, _ in rows)
    came = await _came_last(session, person) if of_material else None
    found = []
    for group in groups:
        mine = [(ts, at) for kind, ts, at in rows if kind in REMINDERS[group] and at]
        if group == MATERIAL and came:
            mine = [(ts, at) for ts, at in mine if at > came]
        found.append(Unanswered(len({ts for ts, _ in mine}), mine[0][1] if mine else None))
    return found


async def _came_last(session: AsyncSession, person: Person) -> datetime | None:
    """When the last session of the person's that took place began."""
    return (await session.exec(LAST_HELD, params={"person": person.id})).one()


async def is_faded(session: AsyncSession, person: Person, group: str, now: datetime) -> bool:
    """Whether a reminder of a group that is due is not sent to the person."""
    (so_far,) = await unanswered(session, person, group)
    return is_too_much(so_far.count, so_far.last, now, less=person.reminded_less_at is not None)


async def has_rare_reminders(session: AsyncSession, person: Person) -> bool:
    """Whether the person gets fewer reminders than others, as they chose or because they did not react."""
    if person.reminded_less_at is not None:
        return True
    return any(are_rare(one.count) for one in await unanswered(session, person, *REMINDERS))


async def remind_less(store: Store, caller: Caller, *, less: bool) -> None:
    """The caller wants fewer reminders, or the usual ones again. Raises `Rejected`: unknown_person."""
    async with store.write(caller.now, receipt=caller.signed) as work:
        person = await person_by_slack(work.session, caller.team_id, caller.slack_id)
        if person is None:
            raise Rejected("unknown_person")
        person.reminded_less_at = caller.now if less else None
        await work.commit()

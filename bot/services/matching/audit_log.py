"""HR's actions on a matching: for HR's log, and to inform a colleague who acts on an outdated version."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.messages.matching import AuditLogMessage
from bot.services.caller import HrCaller
from storage.outbox import outgoing
from storage.queries import person_by_slack
from storage.tables import AuditEntry, Broadcast, Draft, Pair, Participant, Person, Programme
from storage.tables.concerns import NOT_THEIRS
from storage.unit_of_work import Store, UnitOfWork

_BY_SIGN_UP = {"mentor": "mentor", "mentee": "leader", "part": "part"}
"""A key of an entry's details that holds a sign-up → the name of that person in `Act.people`."""
RECENT = 200
"""So many of the newest entries are searched for those on one draft: nobody acts on an older one."""


@dataclass(frozen=True)
class Act:
    """One action of HR. `people` are those it concerns, by their role in it.

    `by` is None for an action by HR of another programme: this programme must not see who it was.
    """

    by: Person | None
    what: str
    at: datetime
    people: dict[str, Person]
    details: dict[str, Any]
    broadcast: Broadcast | None = None
    """The message to many that it is about."""


@dataclass(frozen=True)
class LogPage:
    """Some entries, newest first, of `count` in all."""

    programme: Programme
    acts: list[Act]
    count: int


async def log_of(store: Store, hr: HrCaller, start: int, count: int) -> LogPage:
    """`count` actions of the programme's HR from the `start`-th newest on."""
    async with store.read(hr.now) as work:
        mine = AuditEntry.programme_id == hr.programme_id, AuditEntry.team_id == hr.team_id
        newest = select(AuditEntry).where(*mine).order_by(col(AuditEntry.id).desc()).offset(start).limit(count)
        entries = (await work.session.exec(newest)).all()
        total = (await work.session.exec(select(func.count()).select_from(AuditEntry).where(*mine))).one()
        programme = await work.session.get_one(Programme, hr.programme_id)
        return LogPage(programme, await acts_of(work.session, entries), total)


async def whole_log(session: AsyncSession, programme: Programme) -> list[Act]:
    """All actions of HR in a programme, oldest first."""
    statement = select(AuditEntry).where(AuditEntry.programme_id == programme.id).order_by(col(AuditEntry.id))
    return await acts_of(session, (await session.exec(statement)).all())


async def ask_for_log(store: Store, hr: HrCaller) -> bool:
    """Send the log to the caller, as a file in their own DM; False if it is being sent."""
    async with store.write(hr.now, receipt=hr.signed) as work:
        person = await person_by_slack(work.session, hr.team_id, hr.slack_id)
        new = await work.send(
            outgoing(
                AuditLogMessage(at=f"{hr.now:%Y-%m-%dT%H:%M}"),
                hr.team_id,
                hr.programme_id,
                person_id=person.id if person else None,
            )
        )
        await work.commit()
    return new


async def since(work: UnitOfWork, draft: Draft, version: int) -> list[Act]:
    """HR's actions on a draft after `version`, oldest first."""
    statement = select(AuditEntry).where(AuditEntry.programme_id == draft.programme_id)
    newest = (await work.session.exec(statement.order_by(col(AuditEntry.id).desc()).limit(RECENT))).all()
    later = [
        entry
        for entry in reversed(newest)
        if entry.details.get("draft") == draft.id and entry.details.get("version", 0) > version
    ]
    return await acts_of(work.session, later)


async def acts_of(session: AsyncSession, entries: Sequence[AuditEntry]) -> list[Act]:
    """The entries with their people: by sign-up or as a pair's mentor and leader, or as another sign-up; by
    person as person or manager."""
    pairs = await _couples(session, {one for entry in entries if (one := entry.details.get("pair"))})
    about = [pairs.get(entry.details.get("pair", 0), {}) | entry.details for entry in entries]
    parts = {one for each in about for role in _BY_SIGN_UP if (one := each.get(role))}
    ids = {entry.person_id for entry in entries}
    ids |= {one for entry in entries for role in ("person", "manager") if (one := entry.details.get(role))}
    signed = select(Participant.id, Person).join(Person, col(Person.id) == col(Participant.person_id))
    by_part: dict[int | None, Person] = dict((await session.exec(signed.where(col(Participant.id).in_(parts)))).all())
    people: dict[int | None, Person] = {
        one.id: one for one in (await session.exec(select(Person).where(col(Person.id).in_(ids)))).all()
    }
    sent = {one for entry in entries if (one := entry.details.get("broadcast"))}
    written = {one.id: one for one in (await session.exec(select(Broadcast).where(col(Broadcast.id).in_(sent)))).all()}
    return [
        replace(_act(entry, named, by_part, people), broadcast=written.get(entry.details.get("broadcast", 0)))
        for entry, named in zip(entries, about, strict=True)
        if entry.person_id in people
    ]


async def _couples(session: AsyncSession, pair_ids: set[int]) -> dict[int, dict[str, Any]]:
    """The two sign-ups of each of these pairs."""
    statement = select(Pair.id, Pair.mentor_id, Pair.leader_id).where(col(Pair.id).in_(pair_ids))
    return {one: {"mentor": mentor, "mentee": leader} for one, mentor, leader in (await session.exec(statement)).all()}


def _act(
    entry: AuditEntry, about: dict[str, Any], by_part: dict[int | None, Person], people: dict[int | None, Person]
) -> Act:
    # A manager's entry names a person as `manager`; if it concerns a pair, `mentor` and `mentee` are sign-ups.
    named = {name: by_part.get(about.get(stored)) for stored, name in _BY_SIGN_UP.items()}
    named |= {role: people.get(about.get(role)) for role in ("person", "manager")}
    known = {role: person for role, person in named.items() if person is not None}
    by = None if entry.what in NOT_THEIRS else people[entry.person_id]
    return Act(by, entry.what, entry.at, known, entry.details)

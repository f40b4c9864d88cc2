"""Imports HR's roster as a whole: manager, department, level, start and appraiser of each person.

A roster belongs to one programme. Data of HR of another programme are neither read for a preview nor changed.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from sqlalchemy import insert, or_, update
from sqlmodel import SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.messages.roster import RosterStoredMessage, RosterTemplateMessage
from bot.domain.roster import ResolvedLine
from bot.services.access import audit, open_programme
from bot.services.caller import HrCaller, Rejected
from bot.services.roster.managers import number_without_manager
from storage.outbox import Outgoing, outgoing
from storage.tables import (
    AuditEntry,
    ManagerSource,
    Participant,
    ParticipantState,
    Person,
    Programme,
    ProgrammeState,
    RosterEntry,
)
from storage.tables.concerns import NAMED_ELSEWHERE
from storage.unit_of_work import AlreadyDone, Store, UnitOfWork

CHUNK = 1_000
Row = dict[str, Any]
T = TypeVar("T")


@dataclass(frozen=True)
class Effect:
    """The effect of storing a roster. `without` counts participants whose manager is still unknown."""

    people: int
    new: int
    changed: int
    same: int
    without: int = 0


@dataclass(frozen=True)
class _Before:
    """The people of the workspace, and the data that this programme's HR may see, by Slack id.

    `rows`: ids of the programme's entries by person, also of those that HR must not see.
    """

    ids: dict[str, int]
    managers: dict[str, str | None]
    entries: dict[str, Row]
    rows: dict[int, int]


@dataclass
class _Changes:
    """The differences from the stored data, by Slack id."""

    managers: dict[str, str | None] = field(default_factory=dict)
    entries: dict[str, Row] = field(default_factory=dict)
    new: set[str] = field(default_factory=set)

    @property
    def changed(self) -> set[str]:
        return (set(self.managers) | set(self.entries)) - self.new


async def managers(store: Store, hr: HrCaller) -> dict[str, str | None]:
    """The known reporting lines, by Slack ids. Raises `Rejected`: programme_ended."""
    async with store.read(hr.now) as work:
        await open_programme(work.session, hr)
        return (await _before(work.session, hr)).managers


async def preview(store: Store, hr: HrCaller, entries: Sequence[ResolvedLine]) -> Effect:
    """The effect of `store_roster`. Nothing is stored. Raises `Rejected`: programme_ended."""
    async with store.read(hr.now) as work:
        await open_programme(work.session, hr)
        return _effect(entries, _changes(entries, await _before(work.session, hr)))


async def store_roster(
    store: Store, hr: HrCaller, entries: Sequence[ResolvedLine], newcomers: Mapping[str, Person]
) -> Effect:
    """Store the roster in one commit, and notify HR's channel. A repeated call changes only what differs.

    `newcomers` has everyone who is not stored yet, by Slack id, with the data to store.
    Raises `Rejected`: programme_ended, unknown_person.
    """
    async with store.write(hr.now, receipt=hr.signed) as work:
        programme = await open_programme(work.session, hr, lock=True)
        before = await _before(work.session, hr)
        changes = _changes(entries, before)
        named = {one for entry in entries for one in (entry.person, entry.manager, entry.appraiser) if one}
        ids = before.ids | await _meet(work, hr, sorted(named - set(before.ids)), newcomers)
        await _write_entries(work, hr, ids, before, changes)
        await _write_participants(work.session, hr.programme_id, {ids[one.person]: one for one in entries})
        await work.session.flush()
        effect = replace(_effect(entries, changes), without=await number_without_manager(work.session, programme.id))
        counts = {"people": effect.people, "new": effect.new, "changed": effect.changed}
        by = await audit(work, hr, "roster_imported", counts)
        await work.send(_news(programme, hr, by.id, effect))
        await work.commit()
    return effect


async def send_template(store: Store, hr: HrCaller) -> None:
    """Send an empty roster to HR's own DM. Raises `Rejected`: programme_ended, unknown_person."""
    async with store.write(hr.now, receipt=hr.signed) as work:
        programme = await open_programme(work.session, hr)
        statement = select(Person.id).where(Person.team_id == hr.team_id, Person.slack_id == hr.slack_id)
        person_id = (await work.session.exec(statement)).first()
        if person_id is None:
            raise Rejected("unknown_person")
        await work.send(
            outgoing(RosterTemplateMessage(receipt=hr.receipt), hr.team_id, programme.id, person_id=person_id)
        )
        await work.commit()


async def log_elsewhere(store: Store, hr: HrCaller, upload: str, named: Collection[str]) -> None:
    """Write one line into the log of every other running programme whose HR listed one of `named` (Slack ids).

    `upload` identifies the file: previewing it twice, or storing it, adds nothing. Whether a person was listed changes
    neither the result nor the number of statements and commits, so the uploader cannot tell.
    """
    receipt = hr.team_id, f"roster-upload:{hr.programme_id}:{upload}"
    try:
        async with store.write(hr.now, receipt=receipt) as work:
            found: dict[int, Programme] = {}
            for chunk in _chunks(sorted(named)):
                listed = (
                    select(RosterEntry.programme_id)
                    .join(Person, col(Person.id) == col(RosterEntry.person_id))
                    .where(
                        col(Person.slack_id).in_(chunk),
                        or_(
                            col(RosterEntry.listed_at).is_not(None),
                            col(RosterEntry.manager_known) & (col(RosterEntry.manager_source) == ManagerSource.HR),
                        ),
                    )
                )
                # By id, not DISTINCT: PostgreSQL cannot compare the JSON columns of a programme.
                elsewhere = select(Programme).where(
                    Programme.team_id == hr.team_id,
                    Programme.id != hr.programme_id,
                    Programme.state != ProgrammeState.CLOSED,
                    col(Programme.id).in_(listed),
                )
                found |= {one.id: one for one in (await work.session.exec(elsewhere)).all()}
            for programme_id, programme in sorted(found.items()):
                work.session.add(
                    AuditEntry(
                        team_id=hr.team_id,
                        programme_id=programme_id,
                        person_id=programme.created_by,
                        what=NAMED_ELSEWHERE,
                        at=hr.now,
                    )
                )
            await work.commit()
    except AlreadyDone:
        return


async def _before(session: AsyncSession, hr: HrCaller) -> _Before:
    people = (await session.exec(select(Person.id, Person.slack_id).where(Person.team_id == hr.team_id))).all()
    names: dict[int | None, str] = dict(people)
    rows = (await session.exec(select(RosterEntry).where(RosterEntry.programme_id == hr.programme_id))).all()
    return _Before(
        {slack_id: number for number, slack_id in people},
        {
            names[one.person_id]: names.get(one.manager_id)
            for one in rows
            if one.manager_known and one.manager_source != ManagerSource.CARRIED
        },
        {
            names[one.person_id]: {
                "department": one.department,
                "level": one.level,
                "started_on": one.started_on,
                "appraiser": names.get(one.appraiser_id),
            }
            for one in rows
            if one.listed_at is not None
        },
        {one.person_id: one.id for one in rows},
    )


def _changes(entries: Sequence[ResolvedLine], before: _Before) -> _Changes:
    changes = _Changes()
    for line in entries:
        if line.person not in before.entries:
            changes.new.add(line.person)
        known = line.person in before.managers and before.managers[line.person] == line.manager
        if (line.manager or line.no_manager) and not known:
            changes.managers[line.person] = line.manager
        said = {
            "department": line.department,
            "level": line.level,
            "started_on": line.started_on,
            "appraiser": line.appraiser,
        }
        was = before.entries.get(line.person, {"department": "", "level": None, "started_on": None, "appraiser": None})
        # Empty cells keep the stored values.
        becomes = {**was, **{name: value for name, value in said.items() if value is not None}}
        if becomes != was or line.person in changes.new:
            changes.entries[line.person] = becomes
    return changes


def _effect(entries: Sequence[ResolvedLine], changes: _Changes) -> Effect:
    new, changed = len(changes.new), len(changes.changed)
    return Effect(len(entries), new, changed, len(entries) - new - changed)


async def _meet(
    work: UnitOfWork, hr: HrCaller, strangers: Sequence[str], newcomers: Mapping[str, Person]
) -> dict[str, int]:
    """Store everyone who is only known to Slack so far; their ids by Slack id."""
    if not all(one in newcomers for one in strangers):
        raise Rejected("unknown_person")
    rows = [newcomers[one].model_dump(exclude={"id"}) for one in strangers]
    for chunk in _chunks(rows):
        await work.session.exec(insert(Person), params=chunk)
    if not rows:
        return {}
    statement = select(Person.slack_id, Person.id).where(Person.team_id == hr.team_id)
    return dict((await work.session.exec(statement)).all())


async def _write_entries(
    work: UnitOfWork, hr: HrCaller, ids: Mapping[str, int], before: _Before, changes: _Changes
) -> None:
    """Insert or update the programme's own rows; columns that are empty in the roster stay unchanged."""
    new, listed, managed = [], [], []
    for person in sorted(set(changes.entries) | set(changes.managers)):
        said: Row = {"at": work.now}
        if values := changes.entries.get(person):
            said |= {name: values[name] for name in ("department", "level", "started_on")}
            said |= {"appraiser_id": ids[values["appraiser"]] if values["appraiser"] else None, "listed_at": work.now}
        managers: Row = {}
        if person in changes.managers:
            manager = changes.managers[person]
            managers = {
                "manager_id": ids[manager] if manager else None,
                "manager_known": True,
                "manager_source": ManagerSource.HR,
            }
        row_id = before.rows.get(ids[person])
        if row_id is None:
            new.append(
                RosterEntry(
                    team_id=hr.team_id,
                    programme_id=hr.programme_id,
                    person_id=ids[person],
                    **said,
                    **managers,
                ).model_dump(exclude={"id"})
            )
            continue
        if values and person not in before.entries and not values["appraiser"]:
            del said["appraiser_id"]  # a copied one is valid until HR names another
        if values:
            listed.append({"id": row_id, **said})
        if managers:
            managed.append({"id": row_id, "at": work.now, **managers})
    for chunk in _chunks(new):
        await work.session.exec(insert(RosterEntry), params=chunk)
    for kept_appraiser in (False, True):
        await _change(work.session, RosterEntry, [one for one in listed if ("appraiser_id" in one) != kept_appraiser])
    await _change(work.session, RosterEntry, managed)


async def _write_participants(session: AsyncSession, programme_id: int, entries: Mapping[int, ResolvedLine]) -> None:
    """Level and department decide who may be paired: sign-ups follow their programme's roster."""
    statement = select(Participant).where(
        Participant.programme_id == programme_id, Participant.state != ParticipantState.LEFT
    )
    for participant in (await session.exec(statement)).all():
        if entry := entries.get(participant.person_id):
            if entry.level:
                participant.level, participant.hr_level = entry.level, None
            if entry.department:
                participant.department, participant.hr_department = entry.department, None


async def _change(session: AsyncSession, table: type[SQLModel], rows: Sequence[Row]) -> None:
    for chunk in _chunks(rows):
        await session.exec(update(table), params=chunk)


def _chunks(rows: Sequence[T]) -> Iterator[Sequence[T]]:
    """Other tasks run between two batches."""
    return (rows[start : start + CHUNK] for start in range(0, len(rows), CHUNK))


def _news(programme: Programme, hr: HrCaller, person_id: int, effect: Effect) -> Outgoing:
    stored = RosterStoredMessage(person_id, effect.people, effect.new, effect.changed, receipt=hr.receipt)
    return outgoing(stored, programme.team_id, programme.id, channel=programme.hr_channel)

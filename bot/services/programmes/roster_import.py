"""HR's roster, taken over whole: who manages whom, and department, level, start and appraiser of everybody."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import insert, update
from sqlmodel import SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.roster import Entry
from bot.services.caller import HrCaller, Refusal
from bot.services.drafts.access import audit, open_programme
from bot.services.programmes.rosters import number_without_manager
from storage.outbox import Outgoing
from storage.tables import Participant, ParticipantState, Person, Programme, ProgrammeState, RosterEntry
from storage.unit_of_work import Store, UnitOfWork

CHUNK = 1_000
TEMPLATE = "roster_template"
STORED = "roster_stored"
Row = dict[str, Any]


@dataclass(frozen=True)
class Effect:
    """What storing a roster does, or did. `without` counts participants whose manager is still not known."""

    people: int
    new: int
    changed: int
    same: int
    without: int = 0


@dataclass(frozen=True)
class _Before:
    """What is stored of everybody of the workspace, by Slack id."""

    ids: dict[str, int]
    managers: dict[str, tuple[str | None, bool]]
    entries: dict[str, Row]

    def manager_of(self, slack_id: str) -> tuple[str | None, bool]:
        return self.managers.get(slack_id, (None, False))


@dataclass
class _Changes:
    """What differs from what is stored, by Slack id."""

    managers: dict[str, str | None] = field(default_factory=dict)
    entries: dict[str, Row] = field(default_factory=dict)
    new: set[str] = field(default_factory=set)

    @property
    def changed(self) -> set[str]:
        return (set(self.managers) | set(self.entries)) - self.new


async def managers(store: Store, hr: HrCaller) -> dict[str, str | None]:
    """Who is known to report to whom, by Slack ids. Raises `Refusal`: programme_ended."""
    async with store.read(hr.now) as work:
        await open_programme(work.session, hr)
        before = await _before(work.session, hr.team_id)
    return {person: manager for person, (manager, known) in before.managers.items() if known}


async def foresee(store: Store, hr: HrCaller, entries: Sequence[Entry]) -> Effect:
    """What `take_over` would do. Nothing is stored. Raises `Refusal`: programme_ended."""
    async with store.read(hr.now) as work:
        await open_programme(work.session, hr)
        return _effect(entries, _changes(entries, await _before(work.session, hr.team_id)))


async def take_over(store: Store, hr: HrCaller, entries: Sequence[Entry], newcomers: Mapping[str, Person]) -> Effect:
    """Store the roster in one commit, and tell HR's channel. A second time it changes what differs.

    `newcomers` holds everybody who was never met, by Slack id, as they are to be stored.
    Raises `Refusal`: programme_ended, unknown_person.
    """
    async with store.write(hr.now, receipt=hr.signed) as work:
        programme = await open_programme(work.session, hr, lock=True)
        before = await _before(work.session, hr.team_id)
        changes = _changes(entries, before)
        named = {one for entry in entries for one in (entry.person, entry.manager, entry.appraiser) if one}
        ids = before.ids | await _meet(work, hr, sorted(named - set(before.ids)), newcomers)
        await _write_managers(work.session, ids, changes.managers)
        await _write_entries(work, hr, ids, before, changes.entries)
        await _write_participants(work.session, hr.team_id, {ids[one.person]: one for one in entries})
        await work.session.flush()
        effect = replace(
            _effect(entries, changes), without=await number_without_manager(work.session, programme.id or 0)
        )
        counts = {"people": effect.people, "new": effect.new, "changed": effect.changed}
        by = await audit(work, hr, "roster_imported", counts)
        await work.send(_news(programme, hr, by.id or 0, effect))
        await work.commit()
    return effect


async def send_template(store: Store, hr: HrCaller) -> None:
    """An empty roster to HR's own DM. Raises `Refusal`: programme_ended, unknown_person."""
    async with store.write(hr.now, receipt=hr.signed) as work:
        programme = await open_programme(work.session, hr)
        wanted = select(Person.id).where(Person.team_id == hr.team_id, Person.slack_id == hr.slack_id)
        person_id = (await work.session.exec(wanted)).first()
        if person_id is None:
            raise Refusal("unknown_person")
        await work.send(
            Outgoing(
                hr.team_id,
                key=f"{programme.id}:{TEMPLATE}:{person_id}:{hr.receipt}",
                kind=TEMPLATE,
                programme_id=programme.id,
                person_id=person_id,
                keeps_hours=False,
            )
        )
        await work.commit()


async def _before(session: AsyncSession, team_id: str) -> _Before:
    wanted = select(Person.id, Person.slack_id, Person.manager_id, Person.manager_known)
    people = (await session.exec(wanted.where(Person.team_id == team_id))).all()
    names = {number: slack_id for number, slack_id, _, _ in people}
    listed = select(RosterEntry).where(RosterEntry.team_id == team_id)
    entries = {
        names[one.person_id]: {
            "department": one.department,
            "level": one.level,
            "started_on": one.started_on,
            "appraiser": names.get(one.appraiser_id),
        }
        for one in (await session.exec(listed)).all()
    }
    return _Before(
        {slack_id: number or 0 for number, slack_id, _, _ in people},
        {slack_id: (names.get(manager), known) for _, slack_id, manager, known in people},
        entries,
    )


def _changes(entries: Sequence[Entry], before: _Before) -> _Changes:
    changes = _Changes()
    for one in entries:
        if one.person not in before.entries:
            changes.new.add(one.person)
        if (one.manager or one.no_manager) and before.manager_of(one.person) != (one.manager, True):
            changes.managers[one.person] = one.manager
        said = {
            "department": one.department,
            "level": one.level,
            "started_on": one.started_on,
            "appraiser": one.appraiser,
        }
        was = before.entries.get(one.person, {"department": "", "level": None, "started_on": None, "appraiser": None})
        # What the file says nothing of stays as it was.
        becomes = {**was, **{name: value for name, value in said.items() if value is not None}}
        if becomes != was or one.person in changes.new:
            changes.entries[one.person] = becomes
    return changes


def _effect(entries: Sequence[Entry], changes: _Changes) -> Effect:
    new, changed = len(changes.new), len(changes.changed)
    return Effect(len(entries), new, changed, len(entries) - new - changed)


async def _meet(
    work: UnitOfWork, hr: HrCaller, strangers: Sequence[str], newcomers: Mapping[str, Person]
) -> dict[str, int]:
    """Make a person of everybody whom only Slack knew so far; their ids by Slack id."""
    if not all(one in newcomers for one in strangers):
        raise Refusal("unknown_person")
    rows = [newcomers[one].model_dump(exclude={"id"}) for one in strangers]
    for chunk in _chunks(rows):
        await work.session.exec(insert(Person), params=chunk)
    if not rows:
        return {}
    wanted = select(Person.slack_id, Person.id).where(Person.team_id == hr.team_id)
    return {slack_id: number or 0 for slack_id, number in (await work.session.exec(wanted)).all()}


async def _write_managers(session: AsyncSession, ids: Mapping[str, int], changed: Mapping[str, str | None]) -> None:
    rows = [
        {"id": ids[person], "manager_id": ids[manager] if manager else None, "manager_known": True}
        for person, manager in changed.items()
    ]
    await _change(session, Person, rows)


async def _write_entries(
    work: UnitOfWork, hr: HrCaller, ids: Mapping[str, int], before: _Before, changed: Mapping[str, Row]
) -> None:
    stored = select(RosterEntry.person_id, RosterEntry.id).where(RosterEntry.team_id == hr.team_id)
    numbers = dict((await work.session.exec(stored)).all())
    new, old = [], []
    for person, values in changed.items():
        row = {
            "department": values["department"],
            "level": values["level"],
            "started_on": values["started_on"],
            "appraiser_id": ids[values["appraiser"]] if values["appraiser"] else None,
            "programme_id": hr.programme_id,
            "at": work.now,
        }
        if person in before.entries:
            old.append({"id": numbers[ids[person]], **row})
        else:
            new.append({"team_id": hr.team_id, "person_id": ids[person], **row})
    for chunk in _chunks(new):
        await work.session.exec(insert(RosterEntry), params=chunk)
    await _change(work.session, RosterEntry, old)


async def _write_participants(session: AsyncSession, team_id: str, entries: Mapping[int, Entry]) -> None:
    """Level and department decide who may meet whom: those of people who signed up follow the roster."""
    wanted = (
        select(Participant)
        .join(Programme, col(Programme.id) == col(Participant.programme_id))
        .where(
            Participant.team_id == team_id,
            Participant.state != ParticipantState.LEFT,
            Programme.state != ProgrammeState.CLOSED,
        )
    )
    for participant in (await session.exec(wanted)).all():
        if entry := entries.get(participant.person_id):
            participant.level = entry.level or participant.level
            participant.department = entry.department or participant.department


async def _change(session: AsyncSession, table: type[SQLModel], rows: Sequence[Row]) -> None:
    for chunk in _chunks(rows):
        await session.exec(update(table), params=chunk)


def _chunks(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    """Between two chunks others have their turn."""
    return (rows[start : start + CHUNK] for start in range(0, len(rows), CHUNK))


def _news(programme: Programme, hr: HrCaller, person_id: int, effect: Effect) -> Outgoing:
    return Outgoing(
        programme.team_id,
        key=f"{programme.id}:{STORED}:{hr.receipt}:",
        kind=STORED,
        programme_id=programme.id,
        channel=programme.hr_channel,
        data={"by": person_id, "people": effect.people, "new": effect.new, "changed": effect.changed},
        keeps_hours=False,
    )

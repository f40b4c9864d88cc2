"""The stored data of a person, for the window and for their copy."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any

from sqlalchemy import or_
from sqlmodel import SQLModel, col, select

from bot.domain.busy_hours import mask, read_spans
from bot.domain.messages.privacy import ExportMessage
from bot.services.caller import Caller, Rejected
from storage.outbox import UNDER_WAY, outgoing
from storage.owners import Owner, owner_of
from storage.personal_data import TRACES
from storage.personal_rows import rows_of
from storage.queries import person_by_slack
from storage.tables import (
    Avoidance,
    BusyCalendar,
    Nomination,
    Outbox,
    OwnAnswer,
    OwnQuestion,
    Pair,
    PairConfirmation,
    Participant,
    Person,
    Programme,
    RosterEntry,
)
from storage.trace import Trace
from storage.unit_of_work import Store, UnitOfWork

PROFILE = (
    "slack_id",
    "name",
    "email",
    "title",
    "zone",
    "work_start",
    "work_end",
    "work_week",
    "work_breaks",
    "work_country",
    "days_away",
    "language",
    "address",
    "created_at",
    "home_opened_at",
    "acted_at",
    "reminded_less_at",
)


@dataclass(frozen=True)
class Stored:
    """All stored data about `person`, and of others only the names that they know anyway."""

    at: datetime
    person: Person
    managers: dict[int, Person]
    """By their ids: the person's managers, as known to their programmes."""
    avoided: tuple[Person, ...]
    programmes: dict[int, Programme]
    mine: frozenset[int]
    """Ids of their sign-ups."""
    partners: dict[int, Person]
    """By the pair's id."""
    suggested: dict[int, Person]
    """Partners that HR suggested, by the confirmation's id."""
    questions: dict[int, OwnQuestion]
    """HR's own questions that they answered, by their ids."""
    nominations: dict[int, Person]
    """By the nomination's id the other one: whom they nominated, or who nominated them if they may know."""
    rows: dict[str, Sequence[SQLModel]]
    """By the name of the table."""

    def of(self, table: str) -> Sequence[SQLModel]:
        return self.rows.get(table, ())

    def side(self, pair: Pair | PairConfirmation) -> str:
        """Their role in the pair."""
        return "mentor" if pair.mentor_id in self.mine else "mentee"

    def nominated_by_me(self, row: Nomination) -> bool:
        return row.nominator_id == self.person.id

    def answer(self, asked: PairConfirmation) -> bool | None:
        """Their own answer about a pair made by hand; None for no answer."""
        return asked.mentor_agrees if asked.mentor_id in self.mine else asked.leader_agrees

    def ended_why(self, pair: Pair) -> str | None:
        """Their own reason at the pair's end; the partner's is the partner's data."""
        return pair.ended_why if pair.ended_side == self.side(pair) else None


async def read_own_data(store: Store, caller: Caller) -> Stored:
    """The stored data about the caller. Raises `Rejected`: unknown_person."""
    async with store.read(caller.now) as work:
        person = await person_by_slack(work.session, caller.team_id, caller.slack_id)
        if person is None:
            raise Rejected("unknown_person")
        return await read_data_of(work, person)


async def read_data_of(work: UnitOfWork, person: Person) -> Stored:
    """The stored data about a person, as of `work.now`."""
    session = work.session
    owner = await owner_of(session, person.id)
    avoided = select(Person).join(Avoidance, col(Avoidance.avoided_id) == col(Person.id))
    bosses = select(RosterEntry.manager_id).where(RosterEntry.person_id == person.id)
    managers = select(Person).where(col(Person.id).in_(bosses))
    answered = select(OwnAnswer.question_id).where(col(OwnAnswer.participant_id).in_(owner.participants))
    questions = select(OwnQuestion).where(col(OwnQuestion.id).in_(answered))
    programmes = select(Programme).where(Programme.team_id == person.team_id)
    return Stored(
        at=work.now,
        person=person,
        managers={one.id: one for one in (await session.exec(managers)).all()},
        avoided=tuple((await session.exec(avoided.where(Avoidance.person_id == person.id))).all()),
        programmes={one.id: one for one in (await session.exec(programmes)).all()},
        mine=frozenset(owner.participants),
        partners=await _partners(work, owner, Pair),
        suggested=await _partners(work, owner, PairConfirmation),
        questions={one.id: one for one in (await session.exec(questions)).all()},
        nominations=await _nominations(work, person),
        rows={trace.name: await rows_of(session, trace, owner) for trace in TRACES if trace.exported},
    )


async def _partners(work: UnitOfWork, owner: Owner, table: type[Pair] | type[PairConfirmation]) -> dict[int, Person]:
    found = {}
    couples = select(col(table.id), col(table.mentor_id), col(table.leader_id)).where(owner.in_pair(table))
    for row_id, mentor_id, leader_id in (await work.session.exec(couples)).all():
        other = leader_id if mentor_id in owner.participants else mentor_id
        person = select(Person).join(Participant, col(Participant.person_id) == col(Person.id))
        found[row_id] = (await work.session.exec(person.where(Participant.id == other))).one()
    return found


async def _nominations(work: UnitOfWork, person: Person) -> dict[int, Person]:
    rows = select(Nomination).where(
        or_(col(Nomination.person_id) == person.id, col(Nomination.nominator_id) == person.id)
    )
    others = {
        one.id: one.person_id if one.nominator_id == person.id else one.nominator_id
        for one in (await work.session.exec(rows)).all()
        if one.named or one.nominator_id == person.id
    }
    return {row_id: await work.session.get_one(Person, other) for row_id, other in others.items()}


async def ask_for_export(store: Store, caller: Caller) -> bool:
    """Enqueue the caller's files; False if they are being sent. Raises `Rejected`: unknown_person."""
    async with store.write(caller.now, receipt=caller.signed) as work:
        person = await person_by_slack(work.session, caller.team_id, caller.slack_id, lock=True)
        if person is None:
            raise Rejected("unknown_person")
        coming = select(Outbox.id).where(
            Outbox.person_id == person.id, Outbox.kind == ExportMessage.kind.name, col(Outbox.state).in_(UNDER_WAY)
        )
        if (await work.session.exec(coming.limit(1))).first() is not None:
            return False
        await work.send(outgoing(ExportMessage(receipt=caller.receipt), caller.team_id, person_id=person.id))
        await work.commit()
    return True


def as_record(stored: Stored) -> dict[str, Any]:
    """Everything as a machine-readable record: codes and ids as they are stored, moments in ISO 8601 and UTC."""
    person = stored.person
    record: dict[str, Any] = {
        "exported_at": stored.at.isoformat(),
        "person": {
            **{name: _plain(getattr(person, name)) for name in PROFILE},
            "rather_not_paired_with": [one.name for one in stored.avoided],
        },
        "programmes": {str(key): one.name for key, one in stored.programmes.items() if key in _named(stored)},
    }
    for trace in TRACES:
        if trace.exported:
            record[trace.name] = [_row(stored, trace, row) for row in stored.of(trace.name)]
    return record


def _named(stored: Stored) -> set[int]:
    """The programmes in the data."""
    ids = {getattr(row, "programme_id", None) for rows in stored.rows.values() for row in rows}
    return {number for number in ids if number}


def _row(stored: Stored, trace: Trace, row: SQLModel) -> dict[str, Any]:
    found = {trace.column_name(name): _plain(getattr(row, name)) for name in trace.exported}
    if isinstance(row, RosterEntry):
        manager = stored.managers.get(found.pop("manager_id") or 0)
        found["manager"] = manager.name if manager else None
    if isinstance(row, Pair):
        side = stored.side(row)
        del found["mentor_id"]
        # Reasons that the partner read about the match are the partner's data.
        found["explanation"] = (row.explanation or {}).get(side, [])
        found["ended_why"] = stored.ended_why(row)
        found |= {"side": side, "partner": stored.partners[row.id].name}
    if isinstance(row, OwnAnswer):
        question = stored.questions[found.pop("question_id")]
        found = {"programme_id": question.programme_id, "place": question.place, "question": question.words, **found}
    if isinstance(row, PairConfirmation):
        del found["mentor_id"]
        found |= {"side": stored.side(row), "partner": stored.suggested[row.id].name}
        found["answer"] = stored.answer(row)
    if isinstance(row, BusyCalendar):
        found["busy"] = [[start.isoformat(), end.isoformat()] for start, end in read_spans(row.busy)]
        found["host"] = mask(row.host)
    if isinstance(row, Nomination):
        del found["nominator_id"]
        person = stored.nominations.get(row.id)
        found["nominee" if stored.nominated_by_me(row) else "nominator"] = person.name if person else None
        found["explains"] = row.explains or None  # not ticked says nothing
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value.value if isinstance(value, Enum) else value

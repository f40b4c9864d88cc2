"""A small company written as rows, without any form: where a test of the storage begins."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from storage.tables import Pair, Participant, Person, Programme
from storage.unit_of_work import UnitOfWork

TEAM = "T1"


def programme_row(now: datetime, **values: Any) -> Programme:
    """Programme 1. Person 1 made it, unless `values` say something else."""
    usual: dict[str, Any] = {
        "id": 1,
        "team_id": TEAM,
        "name": "Tukar Ilmu",
        "theme": "digital_trends",
        "starts_on": date(2027, 2, 1),
        "months": 6,
        "cadence": "monthly",
        "language": "en",
        "hr_channel": "CHR",
        "announce_channel": "CALL",
        "created_at": now,
        "created_by": 1,
    }
    return Programme(**usual | values)


async def add_programme(work: UnitOfWork, names: Mapping[int, str], **values: Any) -> None:
    """Programme 1 and these people, by id: person 5 is U5 in Slack."""
    for number, name in names.items():
        work.session.add(
            Person(id=number, team_id=TEAM, slack_id=f"U{number}", name=name, created_at=work.now, profile_at=work.now)
        )
    await work.session.flush()
    work.session.add(programme_row(work.now, **values))
    await work.session.flush()


def participant_row(now: datetime, number: int, person_id: int, role: str, **values: Any) -> Participant:
    """A sign-up for programme 1."""
    usual: dict[str, Any] = {"level": 2, "department": "D", "joined_at": now}
    return Participant(id=number, team_id=TEAM, programme_id=1, person_id=person_id, role=role, **usual | values)


async def add_pair(work: UnitOfWork, number: int, mentor: int, leader: int, **values: Any) -> None:
    """Two participants of programme 1 as a pair that was introduced now."""
    work.session.add(
        Pair(
            id=number,
            team_id=TEAM,
            programme_id=1,
            mentor_id=mentor,
            leader_id=leader,
            introduced_at=work.now,
            **values,
        )
    )
    await work.session.flush()

"""What a programme knows of who manages whom, written as rows."""

from sqlmodel import col, select

from storage.tables import ManagerSource, Participant, Person, RosterEntry
from storage.unit_of_work import UnitOfWork


async def nobody_has_a_manager(work: UnitOfWork, programme_id: int = 1) -> None:
    """Everybody who takes part said that they have no manager, unless something is known of them already."""
    known = select(RosterEntry.person_id).where(RosterEntry.programme_id == programme_id)
    here = select(Participant).where(Participant.programme_id == programme_id, col(Participant.person_id).not_in(known))
    work.session.add_all(
        RosterEntry(
            team_id=one.team_id,
            programme_id=programme_id,
            person_id=one.person_id,
            at=work.now,
            manager_known=True,
            manager_source=ManagerSource.PERSON,
        )
        for one in (await work.session.exec(here.order_by(col(Participant.id)))).all()
    )
    await work.session.flush()


async def say_manager(
    work: UnitOfWork, person_id: int, manager_id: int | None = None, programme_id: int = 1, *, known: bool = True
) -> None:
    """What one programme knows of one person's manager; `known=False`: nothing."""
    mine = RosterEntry.programme_id == programme_id, RosterEntry.person_id == person_id
    entry = (await work.session.exec(select(RosterEntry).where(*mine))).first()
    if entry is None:
        team_id = (await work.session.get_one(Person, person_id)).team_id
        entry = RosterEntry(team_id=team_id, programme_id=programme_id, person_id=person_id, at=work.now)
        work.session.add(entry)
    entry.manager_id, entry.manager_known = manager_id, known
    await work.session.flush()


async def managers_in(work: UnitOfWork, programme_id: int = 1) -> dict[str, str | None]:
    """Who is known to report to whom in one programme, by Slack ids; None: nobody."""
    people: dict[int | None, str] = {one.id: one.slack_id for one in (await work.session.exec(select(Person))).all()}
    known = RosterEntry.programme_id == programme_id, col(RosterEntry.manager_known).is_(True)
    rows = (await work.session.exec(select(RosterEntry).where(*known))).all()
    return {people[one.person_id]: people.get(one.manager_id) for one in rows}

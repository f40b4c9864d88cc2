"""How many people HR's limits do not fit is counted without reading sign-ups: HR's Home asks each time it is drawn."""

from itertools import product

from bot.domain.recruiting_eligibility import Eligibility
from bot.services.signup.eligibility import misfits, number_of_misfits
from storage.tables import ManagerSource, Participant, Person, Programme, RosterEntry
from storage.unit_of_work import Store
from tests.bench.crowd import NOW, pairs
from tests.meter import metered

LIMITS = (
    Eligibility(),
    Eligibility(levels=(5,)),
    Eligibility(levels=(1, 6), departments=("it",)),
    Eligibility(departments=(" IT ", "Ñandú")),
    Eligibility(listed=True),
    Eligibility(levels=(5,), departments=("Sales",), channels=("C1",), listed=True),
    Eligibility(channels=("C1",)),
)


async def people(store: Store) -> None:
    """Everything that a person's level and department can come from, and who is not concerned."""
    async with store.write(NOW) as work:
        values = product((0, 5), ("", "IT", "ñandú"), (None, 6), (None, 1), ("", "Sales"))
        for number, (level, department, hr_level, listed_level, listed) in enumerate(values, 1_000):
            person = Person(team_id="T", slack_id=f"UE{number}", name=f"E {number}", created_at=NOW)
            work.session.add(person)
            await work.session.flush()
            part = Participant(
                team_id="T",
                programme_id=1,
                person_id=person.id,
                role="mentor",
                level=level,
                department=department,
                joined_at=NOW,
                hr_level=hr_level,
                admitted_at=NOW if number % 7 == 0 else None,
            )
            work.session.add(part)
            if listed_level or listed:
                work.session.add(
                    RosterEntry(
                        team_id="T",
                        programme_id=1,
                        person_id=person.id,
                        level=listed_level,
                        department=listed,
                        manager_known=False,
                        manager_source=ManagerSource.HR,
                        at=NOW,
                        listed_at=NOW if number % 2 else None,
                    )
                )
        await work.commit()


async def test_the_count_is_that_of_the_list(store: Store) -> None:
    await pairs(store, 2, sessions=1, due=False)
    await people(store)
    async with store.read(NOW) as work:
        programme = await work.session.get_one(Programme, 1)
        for limits in LIMITS:
            listed = await misfits(work.session, programme, limits, None)
            work.session.expunge_all()
            with metered(store.engine) as cost:
                assert await number_of_misfits(work.session, programme, limits) == len(listed), limits
            assert cost.statements <= 2
            assert not [one for one in work.session.identity_map.values() if isinstance(one, Participant)]

"""Migration 0037: the contact of a programme that existed before counts as having agreed."""

from datetime import UTC, datetime

from sqlmodel import select

from bot.services.care.contacts import named_contacts, receivers
from storage.engine import make_engine
from storage.migrate import upgrade
from storage.tables import Concern, ContactState, Person, Programme, ProgrammeContact
from storage.unit_of_work import Store
from tests.storage.test_roster_migration import put

NOW = datetime(2027, 1, 4, 3, 0, tzinfo=UTC)


async def test_contacts_keep_their_post_and_concerns_their_words(empty_url: str) -> None:
    engine = make_engine(empty_url)
    await upgrade(engine, "0035")
    people = [{"id": n, "team_id": "T1", "slack_id": f"U{n}", "active": True, "is_guest": False} for n in (1, 2, 3)]
    await put(engine, "person", [one | {"is_stranger": False, "is_bot": False} for one in people])
    rows = [
        {"id": 1, "state": "running", "hr_channel": "C1", "contact_id": 2},
        {"id": 2, "state": "closed", "hr_channel": "C2", "contact_id": None},
    ]
    same = {"team_id": "T1", "created_by": 1, "created_at": NOW}
    await put(engine, "programme", [row | same for row in rows])
    await put(engine, "concern", [{"team_id": "T1", "programme_id": 1, "person_id": 3, "text": "x", "at": NOW}])
    await upgrade(engine)
    async with Store(engine).read(NOW) as work:
        (contact,) = (await work.session.exec(select(ProgrammeContact))).all()
        assert (contact.programme_id, contact.person_id, contact.state) == (1, 2, ContactState.CONFIRMED)
        assert (contact.asked_at, contact.answered_at) == (NOW, NOW)
        programme = await work.session.get_one(Programme, 1)
        assert (programme.second_contact_id, programme.next_contact_at) == (None, None)
        assert [one.state for one in await named_contacts(work.session, programme)] == [ContactState.CONFIRMED]
        able = await receivers(work.session, programme, await work.session.get(Person, 3), NOW)
        assert [(one.person.id, one.by_hr) for one in able] == [(2, False), (1, True)]
        (concern,) = (await work.session.exec(select(Concern))).all()
        assert (concern.text, concern.contact_id, concern.route, concern.next_at) == ("x", None, [], None)
    await engine.dispose()

"""What is old is erased by itself, and what is new stays."""

from datetime import UTC, datetime, timedelta

from sqlmodel import select

from bot.services.privacy import retention
from storage.outbox import Outgoing
from storage.tables import (
    Broadcast,
    Outbox,
    OutboxState,
    Participant,
    Person,
    PollAnswer,
    ProcessedRequest,
    Programme,
    ProgrammeState,
    SponsorMessage,
)
from storage.unit_of_work import Store
from tests.storage.test_erasing import company
from tests.storage.test_people import NOW

END = datetime(2027, 7, 4, tzinfo=UTC)
"""About the end of the programme."""


async def test_what_is_old_is_erased_by_itself(store: Store) -> None:
    await company(store)
    async with store.write(NOW) as work:
        found = await work.session.get(Programme, 1)
        assert found
        found.state = ProgrammeState.CLOSED
        said = SponsorMessage(team_id="T", programme_id=1, name="Ratna, CEO", text="Rahasia", at=NOW)
        to_many = Broadcast(
            team_id="T", programme_id=1, author_id=1, audience="all", texts={"id": "x"}, people=9, created_at=NOW
        )
        work.session.add_all([said, to_many])
        await work.commit()
    assert await retention.tick_retention(store, END + timedelta(days=700)) == 0
    assert await retention.tick_retention(store, END + timedelta(days=735)) == 2
    assert await retention.tick_retention(store, END + timedelta(days=736)) == 0
    async with store.read(NOW) as work:
        erased = {one.id: one.erased_at is not None for one in (await work.session.exec(select(Person))).all()}
        words = {(one.name, one.text) for one in (await work.session.exec(select(SponsorMessage))).all()}
        to_all = [one.texts for one in (await work.session.exec(select(Broadcast))).all()]
    assert to_all == [{}, {}], "also of messages to many"
    assert erased == {1: False, 2: True, 3: True}, "Dewi only ran it, and may run the next"
    assert words == {("", "")}, "also of a sponsor who is not in this Slack"


async def test_whoever_goes_on_keeps_what_is_new(store: Store) -> None:
    await company(store)
    later = END + timedelta(days=735)
    async with store.write(NOW) as work:
        found = await work.session.get(Programme, 1)
        assert found
        found.state = ProgrammeState.CLOSED
        new = Programme(**found.model_dump(exclude={"id", "starts_on", "state"}), starts_on=later.date())
        new.state = ProgrammeState.RUNNING
        work.session.add(new)
        await work.session.flush()
        work.session.add(
            Participant(
                team_id="T",
                programme_id=new.id,
                person_id=3,
                role="mentee",
                level=4,
                department="Finance",
                joined_at=later,
            )
        )
        await work.send(Outgoing("T", "2:welcome:3:", "welcome", programme_id=new.id, person_id=3, data={"x": 1}))
        await work.commit()
    assert await retention.tick_retention(store, later) == 2
    async with store.read(NOW) as work:
        budi = await work.session.get(Person, 3)
        parts = (await work.session.exec(select(Participant).where(Participant.person_id == 3))).all()
        welcome = (await work.session.exec(select(Outbox).where(Outbox.kind == "welcome"))).one()
        comments = (await work.session.exec(select(PollAnswer.learned))).all()
    assert budi
    assert budi.erased_at is None
    assert sorted(one.department for one in parts) == ["", "Finance"]
    assert (welcome.state, welcome.data) == (OutboxState.PENDING, {"x": 1})
    assert set(comments) == {None}


async def test_receipts_are_forgotten_once_nothing_can_come_again(store: Store) -> None:
    async with store.write(NOW, receipt=("T", "old")) as work:
        await work.commit()
    async with store.write(NOW + timedelta(days=2), receipt=("T", "new")) as work:
        await work.commit()
    assert await retention.tick_receipts(store, NOW + timedelta(days=1)) == 0
    assert await retention.tick_receipts(store, NOW + timedelta(days=3)) == 1
    async with store.read(NOW) as work:
        assert [one.key for one in (await work.session.exec(select(ProcessedRequest))).all()] == ["new"]

"""Who joins late, whose pair ends, who leaves: all are matched into a running programme, and nobody else is moved."""

from sqlmodel import col, select

from bot.domain.messages.matching import StillLookingMessage
from storage.tables import Pair, PairState, Participant, Person
from tests.scenarios.office import Colleague, Office
from tests.scenarios.pairs import introduced, of_kind, release
from tests.scenarios.requests import Knock, knock


async def together(office: Office) -> dict[tuple[str, str], int]:
    """The pairs that run, (mentor, leader) by first name, with their ids."""
    async with office.balik.store.read(office.clock.now()) as work:
        people = select(Participant.id, Person.name).join(Person, col(Person.id) == col(Participant.person_id))
        names = {one: name.split()[0] for one, name in (await work.session.exec(people)).all()}
        pairs = await work.session.exec(select(Pair).where(Pair.state == PairState.ACTIVE))
        return {(names[pair.mentor_id], names[pair.leader_id]): pair.id for pair in pairs}


async def test_later_pairs_leave_the_others_together(office: Office, hr: Colleague) -> None:
    await introduced(office, hr)
    before = await together(office)
    assert set(before) == {("Sari", "Budi")}

    # Two people join late. Sari has a place left, and Lia has no leader yet.
    await office.join(office.hire("Lia Kurnia"), "mentor", "specialist", "Legal", mentor_capacity="2")
    await office.join(office.hire("Rina Hapsari"), "mentee", "manager", "Sales")
    await release(office, hr)
    late = await together(office)
    assert late.items() > before.items(), "Sari and Budi stay together"
    assert late.keys() == {("Sari", "Budi"), ("Lia", "Rina")}, "a first leader for Lia before a second for Sari"

    # Budi would rather have another partner: HR ends the pair, and the next draft looks for one for him.
    sari_and_budi = str(before["Sari", "Budi"])
    await knock(office, office.people["budi"].id, Knock("action", "risk.say.rematch", sari_and_budi))
    await office.run(days=1)
    for _ in range(2):
        await knock(office, hr.id, Knock("form", "risk.end_form", note=sari_and_budi))
    await office.run(days=1)
    assert (await together(office)).keys() == {("Lia", "Rina")}
    await release(office, hr)
    again = await together(office)
    assert again.items() > {("Lia", "Rina"): late["Lia", "Rina"]}.items(), "Rina keeps her mentor"
    assert again.keys() == {("Lia", "Rina"), ("Lia", "Budi")}, "not the same again"

    # Lia leaves. Sari, who lost her leader, can take Rina; Budi had both before.
    await office.people["lia"].command("leave")
    await office.people["lia"].submit({})
    await office.run(days=1)
    assert await together(office) == {}
    await release(office, hr)
    assert (await together(office)).keys() == {("Sari", "Rina")}
    # Budi, for whom there is nobody now, hears after two weeks what comes next: once, for all that led to it.
    await office.run(days=20)
    assert len(of_kind(office.people["budi"], StillLookingMessage)) == 1
    assert of_kind(office.people["rina"], StillLookingMessage) == []

"""Who had no partner in the last programme comes first in the next one's matching, and HR reads why."""

import pytest
from sqlmodel import select

from storage.tables import Participant, Person
from tests.scenarios.closing.test_closing import end, hold
from tests.scenarios.office import Colleague, Office, action_ids, texts_in
from tests.scenarios.pairs import introduce
from tests.wording import says


async def proposed(office: Office, hr: Colleague) -> str:
    """HR drafts the pairs and opens the only one."""
    await hr.command("match", office.hr_channel)
    await office.settle()
    assert (await hr.click(office.posted(office.hr_channel)[-1], "match.pairs")).ok
    assert (await hr.click(None, "match.open")).ok
    shown = texts_in(hr.modal)
    await hr.slack.close(all=True)
    return shown.partition("match.choose")[0]


async def waiting_last_time(office: Office, hr: Colleague, *, held: bool) -> None:
    """Dian found no partner beside Sari and Budi, or was held back by HR; the next programme is open."""
    await introduce(office, hr)
    dian = office.hire("Dian Pratiwi")
    assert (await office.join(dian, "mentee", "director", "Legal", wishes=["tiktok_marketing"])).ok
    if held:
        async with office.balik.store.write(office.clock.now()) as work:
            theirs = select(Participant).join(Person).where(Person.name == "Dian Pratiwi")
            (await work.session.exec(theirs)).one().held_at = office.clock.now()
            await work.commit()
    await hold(office, "contract", "harvest")
    await end(office)
    over = next(one for one in office.posted(office.hr_channel) if "cohort.next" in action_ids(one))
    assert (await hr.click(over, "cohort.next")).ok
    assert (await hr.submit({"name": "Tukar Ilmu 2028", "starts_on": "2027-03-01"})).ok
    await hr.slack.close(all=True)
    await office.settle()


@pytest.mark.in_turn(2)
@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("held", [False, True])
async def test_of_two_leaders_for_one_mentor_the_one_who_waited_is_matched(
    office: Office, hr: Colleague, language: str, held: bool
) -> None:
    await waiting_last_time(office, hr, held=held)
    async with office.balik.store.write(office.clock.now()) as work:
        (await work.session.exec(select(Person).where(Person.slack_id == hr.id))).one().language = language
        await work.commit()
    agus, rina, dian = office.hire("Agus Salim"), office.hire("Rina Hapsari"), office.people["dian"]
    assert (await office.join(agus, "mentor", "specialist", "Sales", mentor_capacity="1")).ok
    # What Rina wants fits better: by the score she would be matched.
    assert (await office.join(rina, "mentee", "director", "Finance", wishes=["ai_tools"])).ok
    assert (await office.join(dian, "mentee", "director", "Legal", wishes=["tiktok_marketing"])).ok
    shown = await proposed(office, hr)
    headline = shown.splitlines()[0]
    assert f"<@{(rina if held else dian).id}>" in headline
    assert says(shown, "matching.pair.waited", language, people="Dian Pratiwi") is not held

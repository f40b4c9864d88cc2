"""A pair that shares nothing but hours and language is called weak, and HR reads what is missing."""

import pytest

from tests.scenarios.matching.test_draft_edit import newest
from tests.scenarios.office import Colleague, Office, shows, texts_in
from tests.scenarios.pairs import say_yes
from tests.scenarios.programme.test_hr_channel import LANGUAGES, speak
from tests.scenarios.snapshots import once
from tests.wording import label, says


@pytest.fixture
async def company(office: Office, hr: Colleague) -> Office:
    """The two share their hours, a language and the form of sessions, and no topic."""
    await once(office, _begin, office, hr)
    return office


async def _begin(office: Office, hr: Colleague) -> None:
    await office.set_up(hr)
    sari, budi = office.hire("Sari Wulandari"), office.hire("Budi Santoso")
    assert (await office.join(sari, "mentor", "specialist", "Marketing", offers=["design_thinking"])).ok
    assert (await office.join(budi, "mentee", "director", "Finance", wishes=["data_dashboards"])).ok
    await hr.command("match", office.hr_channel)
    await office.settle()


@pytest.mark.in_turn(len(LANGUAGES))
@pytest.mark.parametrize("language", LANGUAGES)
async def test_hr_reads_that_it_is_weak_and_why(company: Office, hr: Colleague, language: str) -> None:
    await speak(company, hr, language)
    draft = newest(company)
    assert shows(draft, "matching.draft.body", weak=1)
    await hr.click(draft, "match.pairs")
    await hr.click(None, "match.show", "under")
    assert label("labels.quality.weak", language) in texts_in(hr.modal), "said in words"
    assert shows(hr.modal, "matching.draft.no_substance", language)
    await hr.click(None, "match.open")
    assert shows(hr.modal, "matching.draft.no_substance", language)


async def test_the_two_read_what_they_can_do_and_not_that_it_is_weak(company: Office, hr: Colleague) -> None:
    await say_yes(hr, newest(company))
    await company.run(minutes=6)
    for name, side in (("sari", "mentor"), ("budi", "mentee")):
        told = "\n".join(texts_in(one) for one in company.people[name].inbox)
        assert says(told, f"matching.introduction.{side}.no_shared_topic")
        assert label("labels.quality.weak") not in told


async def test_a_second_draft_counts_who_has_a_partner_already(company: Office, hr: Colleague) -> None:
    await say_yes(hr, newest(company))
    await company.run(minutes=6)
    assert (await company.join(company.hire("Lia Kurnia"), "mentor", "entry", "Legal")).ok
    assert (await company.join(company.hire("Rina Hapsari"), "mentee", "manager", "Sales")).ok
    await hr.command("match", company.hr_channel)
    await company.run(minutes=1)
    assert shows(newest(company), "matching.draft.body", paired_before=2)

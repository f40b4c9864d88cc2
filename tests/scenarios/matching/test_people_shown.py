"""HR reads title, level and department of everyone in the lists of matching."""

import pytest
from sqlmodel import select

from bot.sandbox import View
from storage.tables import Person, RosterEntry
from tests.scenarios.matching.test_draft_edit import newest
from tests.scenarios.office import Colleague, Office, action_ids, texts_in
from tests.scenarios.programme.test_hr_channel import LANGUAGES, speak
from tests.scenarios.snapshots import once
from tests.wording import label

PEOPLE = (
    ("Sari Wulandari", "Brand Associate", "mentor", "specialist", "Marketing", {"offers": ["ai_tools"]}),
    ("Bayu Pratama", "Data Analyst", "mentor", "entry", "Product", {"offers": ["ai_tools"]}),
    ("Budi Santoso", "Head of Treasury", "mentee", "director", "Finance", {"wishes": ["ai_tools"]}),
    ("Rina Hapsari", "", "mentee", "manager", "Sales", {"wishes": ["ai_tools"]}),
)


@pytest.fixture
async def company(office: Office, hr: Colleague) -> Office:
    await once(office, _sign_up, office, hr)
    return office


async def _sign_up(office: Office, hr: Colleague) -> None:
    await office.set_up(hr)
    for name, title, role, level, department, more in PEOPLE:
        assert (await office.join(office.hire(name, title=title), role, level, department, **more)).ok
    async with office.balik.store.write(office.clock.now()) as work:
        rina = (await work.session.exec(select(Person).where(Person.slack_id == office.people["rina"].id))).one()
        entry = (await work.session.exec(select(RosterEntry).where(RosterEntry.person_id == rina.id))).one()
        entry.manager_known = False
        await work.commit()
    await hr.command("match", office.hr_channel)
    await office.settle()


def position(name: str, language: str) -> str:
    """How HR reads who somebody is, from `PEOPLE`."""
    _, title, _, level, department, _ = next(one for one in PEOPLE if one[0] == name)
    return ", ".join(filter(None, (title, label(f"labels.levels.{level}", language), department)))


def shown(view: View, language: str, *names: str) -> None:
    for name in names:
        assert position(name, language) in texts_in(view), texts_in(view)


@pytest.mark.in_turn(len(LANGUAGES))
@pytest.mark.parametrize("language", LANGUAGES)
async def test_lists_say_title_level_and_department(company: Office, hr: Colleague, language: str) -> None:
    await speak(company, hr, language)
    await hr.click(newest(company), "match.pairs")
    shown(hr.modal, language, "Budi Santoso")
    await hr.click(None, "match.open")
    shown(hr.modal, language, "Budi Santoso")
    shown(hr.modal, language, "Sari Wulandari", "Bayu Pratama")  # the pair's mentor and the alternative
    await hr.slack.close(all=True)
    await hr.click(newest(company), "match.left")
    shown(hr.modal, language, "Rina Hapsari")
    await hr.slack.close(all=True)
    await hr.click(newest(company), "match.managers")
    assert position("Rina Hapsari", language) in str(hr.modal.blocks)


async def test_a_changed_title_is_followed_and_an_emptied_one_is_gone(company: Office, hr: Colleague) -> None:
    budi = company.people["budi"]
    for title in ("Finance Director", ""):
        await company.slack.change_user(budi.slack.user, title=title)
        await company.settle()
        async with company.balik.store.read(company.clock.now()) as work:
            found = (await work.session.exec(select(Person).where(Person.slack_id == budi.id))).one()
        assert found.title == title
    assert "match.pairs" in action_ids(newest(company))

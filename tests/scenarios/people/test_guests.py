"""Guests who may take part are marked in words wherever HR reads of people."""

from io import BytesIO

import pytest
from openpyxl import load_workbook

from tests.scenarios.office import Colleague, Office, texts_in
from tests.scenarios.pairs import say_yes
from tests.scenarios.programme.test_hr_channel import LANGUAGES, speak
from tests.scenarios.snapshots import once
from tests.scenarios.summaries import whole
from tests.wording import label, says


@pytest.fixture
async def company(office: Office, hr: Colleague) -> Office:
    """Gita, with a guest account, and Sari mentor; Budi and Rina learn; Gustaf, a guest, finds nobody."""
    await once(office, _begin, office, hr)
    return office


async def _begin(office: Office, hr: Colleague) -> None:
    await office.set_up(hr, guests=["yes"])
    gita, sari = office.hire("Gita Tamu", is_restricted=True), office.hire("Sari Wulandari")
    budi, rina = office.hire("Budi Santoso"), office.hire("Rina Kusuma")
    gustaf = office.hire("Gustaf Tamu", is_ultra_restricted=True)
    await office.join(gita, "mentor", "specialist", "Marketing")
    await office.join(sari, "mentor", "specialist", "Marketing", offers=["data_dashboards"])
    await office.join(budi, "mentee", "director", "Finance")
    await office.join(rina, "mentee", "director", "Sales", wishes=["data_dashboards"])
    assert (await office.join(gustaf, "mentee", "entry", "Legal")).ok


@pytest.mark.in_turn(len(LANGUAGES))
@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_draft_marks_guests(company: Office, hr: Colleague, language: str) -> None:
    await speak(company, hr, language)
    await hr.command("match", company.hr_channel)
    await company.settle()
    draft = company.posted(company.hr_channel)[-1]
    await hr.click(draft, "match.pairs")
    assert_marked(company, texts_in(hr.modal), "gita", language)
    await open_pair(hr, company.people["gita"])
    assert_marked(company, texts_in(hr.modal), "gita", language)
    await hr.slack.close(all=True)
    await hr.click(draft, "match.left")
    assert_marked(company, texts_in(hr.modal), "gustaf", language)


@pytest.mark.in_turn(len(LANGUAGES))
@pytest.mark.parametrize("language", LANGUAGES)
async def test_an_alternative_is_marked(company: Office, hr: Colleague, language: str) -> None:
    """Also where HR chooses: the alternatives of a pair."""
    await speak(company, hr, language)
    await hr.command("match", company.hr_channel)
    await company.settle()
    await hr.click(company.posted(company.hr_channel)[-1], "match.pairs")
    await open_pair(hr, company.people["sari"])
    await company.settle()
    assert_marked(company, texts_in(hr.modal), "gita", language)


@pytest.mark.in_turn(len(LANGUAGES))
@pytest.mark.parametrize("language", LANGUAGES)
async def test_lists_files_and_the_summary_mark_guests(company: Office, hr: Colleague, language: str) -> None:
    await speak(company, hr, language)
    await company.set_up(hr, guests=["yes"], language=language)
    await hr.slack.close(all=True)
    await hr.command("people", company.hr_channel)
    shown = texts_in(hr.modal)
    assert_marked(company, shown, "gita", language)
    assert f"<@{company.people['sari'].id}> (" not in shown
    await hr.click(hr.modal, "participants.file")
    await hr.slack.close(all=True)
    await company.run(minutes=5)
    shared = [company.slack.file(one) for message in hr.inbox for one in message.files]
    rows = [
        [cell.value for cell in row]
        for row in load_workbook(BytesIO(shared[-1].content or b"")).worksheets[0].iter_rows()
    ]
    accounts = {row[0]: row[2] for row in rows[1:]}
    guest, member = (label(f"participants.account.{one}", language) for one in ("guest", "member"))
    assert accounts["Gita Tamu"] == accounts["Gustaf Tamu"] == guest
    assert accounts["Sari Wulandari"] == member
    await hr.command("match", company.hr_channel)
    await company.settle()
    await say_yes(hr, company.posted(company.hr_channel)[-1])
    await company.run(minutes=10)
    await hr.command("summary", company.hr_channel)
    await company.run(minutes=5)
    assert says(
        await whole(hr, company), "insight.summary.table.guests", language, people=f"<@{company.people['gita'].id}>"
    )


async def open_pair(hr: Colleague, mentor: Colleague) -> None:
    """Open the pair of a mentor from the list."""
    (row,) = [one for one in hr.modal.blocks if f"<@{mentor.id}>" in str(one) and "accessory" in one]
    await hr.slack.click(hr.modal, "match.open", block_id=row["block_id"])


def assert_marked(office: Office, shown: str, name: str, language: str) -> None:
    who = office.people[name].id
    assert says(shown, "participants.account.marked", language, person=f"<@{who}>"), shown

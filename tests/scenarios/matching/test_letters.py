"""HR reads each letter to people without a partner before it is sent, and afterwards when it was."""

import pytest

from bot.domain.messages.matching import LeftOverMessage
from tests.scenarios.matching.test_draft_edit import newest
from tests.scenarios.office import MONDAY, Colleague, Office, action_ids, shows, texts_in
from tests.scenarios.pairs import of_kind
from tests.scenarios.programme.test_hr_channel import LANGUAGES, speak
from tests.scenarios.snapshots import once
from tests.wording import CATALOGUE, says


@pytest.fixture
async def company(office: Office, hr: Colleague) -> Office:
    """Sari mentors Budi; Lia and Rina have nobody, and read in different languages."""
    await once(office, _sign_up, office, hr)
    return office


async def _sign_up(office: Office, hr: Colleague) -> None:
    await office.set_up(hr)
    for name, role, level, department, language, more in (
        ("Sari Wulandari", "mentor", "specialist", "Marketing", "id", {"mentor_capacity": "1"}),
        ("Budi Santoso", "mentee", "director", "Finance", "id", {}),
        ("Lia Kurnia", "mentee", "manager", "Legal", "en", {"wishes": ["design_thinking"]}),
        ("Rina Hapsari", "mentee", "manager", "Sales", "id", {"wishes": ["sustainability"]}),
    ):
        who = office.hire(name)
        assert (await office.join(who, role, level, department, language=language, **more)).ok
    await hr.command("match", office.hr_channel)
    await office.settle()


def letter(office: Office, who: str, language: str) -> list[str]:
    """Words that only this person's letter has."""
    topic = {"lia": "design_thinking", "rina": "sustainability"}[who]
    return [CATALOGUE.texts(language).plain(f"labels.in_text.topics.{topic}")]


@pytest.mark.in_turn(len(LANGUAGES))
@pytest.mark.parametrize("language", LANGUAGES)
async def test_each_letter_is_read_before_all_are_sent(company: Office, hr: Colleague, language: str) -> None:
    """HR reads `language`, and each letter in its reader's."""
    await speak(company, hr, language)
    await hr.click(newest(company), "match.left")
    everyone = next(one for one in hr.modal.blocks if "match.write" in str(one) and "accessory" not in one)
    await hr.slack.click(None, "match.write", everyone["block_id"])
    await company.balik.context.wait_idle()
    shown = texts_in(hr.modal)
    for who, reads in (("lia", "en"), ("rina", "id")):
        assert company.people[who].id in shown
        for words in letter(company, who, reads):
            assert words in shown, f"{words} is missing in {shown}"
    assert says(shown, "matching.unmatched_message.letter.body", "en")
    assert says(shown, "matching.unmatched_message.letter.body", "id")
    assert (await hr.submit({"sentence": "Sabar ya."})).ok
    day = CATALOGUE.texts(language).day(MONDAY.date())
    assert texts_in(hr.modal).count(day) == 2, "both are marked with the day"
    await company.run(minutes=1)
    for who, reads in (("lia", "en"), ("rina", "id")):
        (sent,) = of_kind(company.people[who], LeftOverMessage)
        assert shows(sent, "matching.unmatched_message.letter.body", reads)


async def test_one_is_written_to_alone_and_stays_marked_in_the_next_draft(company: Office, hr: Colleague) -> None:
    await hr.click(newest(company), "match.left")
    first = next(one for one in hr.modal.blocks if one.get("accessory", {}).get("action_id") == "match.write")
    await hr.slack.click(None, "match.write", first["block_id"])
    await company.balik.context.wait_idle()
    assert (await hr.submit({})).ok
    assert shows(hr.modal, "matching.unmatched_message.told", "id")
    await company.run(minutes=1)
    assert sum(len(of_kind(company.people[who], LeftOverMessage)) for who in ("lia", "rina")) == 1
    await hr.slack.close(all=True)
    await hr.command("match", company.hr_channel)
    await company.run(minutes=1)
    await hr.click(newest(company), "match.left")
    assert shows(hr.modal, "matching.unmatched_message.told_before", "id")
    assert action_ids(hr.modal).count("match.write") == 3, "HR may write again: each, and all"

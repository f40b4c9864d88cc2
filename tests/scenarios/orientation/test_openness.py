"""Leaders answer for themselves how open they are: returned in the briefing, and shown to nobody else."""

import json
from typing import Any

import pytest
from sqlmodel import SQLModel, select

from bot.domain.orientation import LONGEST_HARD, OPEN, STEPS
from bot.domain.sessions import Side
from storage.tables import OpennessAnswer, Participant
from tests.scenarios.office import Colleague, Office, parts_of, shows, texts_in
from tests.scenarios.pairs import release
from tests.scenarios.privacy.test_privacy import unfold
from tests.scenarios.summaries import whole
from tests.wording import label

HARD = "Bahwa saya <!channel> sering *memotong*\nkalau orang bicara"


async def read_to_the_questions(who: Colleague, command: str = "briefing") -> None:
    await who.command(command)
    while json.loads(who.modal.private_metadata)["name"] != OPEN:
        assert (await who.submit()).ok


def filled_in(who: Colleague) -> dict[str, str]:
    """The fields of the open step, with what they begin with."""
    elements = {one["block_id"]: one["element"] for one in who.modal.blocks if one["type"] == "input"}
    return {
        name: one.get("initial_value") or one.get("initial_option", {}).get("value", "")
        for name, one in elements.items()
    }


async def answer(who: Colleague, **said: Any) -> None:
    assert (await who.submit(said)).ok


async def stored(office: Office) -> list[tuple[int | None, int | None, str]]:
    async with office.balik.store.read(office.clock.now()) as work:
        rows = (await work.session.exec(select(OpennessAnswer))).all()
    return [(one.learning, one.advice, one.hard_to_hear) for one in rows]


@pytest.mark.in_turn(2)
@pytest.mark.parametrize("language", ["en", "id"])
async def test_a_leader_reads_the_own_answer_again_in_the_last_step_and_can_take_it_back(
    office: Office, hr: Colleague, language: str
) -> None:
    await office.set_up(hr)
    budi = office.hire("Budi Santoso")
    await office.join(budi, "mentee", "director", "Finance", language=language, address="anda")
    await read_to_the_questions(budi)
    assert shows(budi.modal, "orientation.mentee.open.text", language), "it says who sees it"
    assert filled_in(budi) == {"learning": "", "advice": "", "hard_to_hear": ""}
    await answer(budi, learning="4", advice="2", hard_to_hear=HARD)
    assert shows(budi.modal, "orientation.mentee.first.title", language)
    assert shows(budi.modal, "orientation.frame.open.when", language)
    assert shows(budi.modal, "orientation.frame.open.not_easy", language)
    (typed,) = [one for one in parts_of(budi.modal.blocks) if one.get("text") == HARD]
    assert typed["type"] == "plain_text", "as it was written, and nothing in it is a mention"
    assert HARD not in budi.modal.private_metadata
    await answer(budi)
    await budi.slack.close(all=True)
    await read_to_the_questions(budi)
    assert filled_in(budi) == {"learning": "4", "advice": "2", "hard_to_hear": HARD}
    await answer(budi, learning="none", advice="5", hard_to_hear="")
    assert not shows(budi.modal, "orientation.frame.open.when", language)
    assert not shows(budi.modal, "orientation.frame.open.not_easy", language)
    assert await stored(office) == [(None, 5, "")]
    await budi.slack.close(all=True)
    await read_to_the_questions(budi)
    await answer(budi, advice="none")
    assert await stored(office) == [], "nothing is stored of who answers nothing"


async def test_nobody_has_to_answer_and_a_wrong_answer_is_said_at_its_field(office: Office, hr: Colleague) -> None:
    await office.set_up(hr)
    budi = office.hire("Budi Santoso")
    await office.join(budi, "mentee", "director", "Finance")
    await read_to_the_questions(budi)
    too_long = await budi.submit({"hard_to_hear": "x" * (LONGEST_HARD + 1)})
    assert not too_long.ok
    await answer(budi, hard_to_hear="")
    assert shows(budi.modal, "orientation.mentee.first.title")
    assert await stored(office) == []
    sari = office.hire("Sari Wulandari")
    await office.join(sari, "mentor", "specialist", "Marketing")
    assert OPEN not in STEPS[Side.MENTOR], "mentors are not asked"


async def test_neither_hr_nor_the_mentor_nor_a_message_has_any_of_it(office: Office, hr: Colleague) -> None:
    await office.set_up(hr)
    sari, budi = office.hire("Sari Wulandari"), office.hire("Budi Santoso")
    await office.join(sari, "mentor", "specialist", "Marketing")
    await office.join(budi, "mentee", "director", "Finance")
    await read_to_the_questions(budi)
    await answer(budi, learning="1", advice="1", hard_to_hear=HARD)
    await budi.slack.close(all=True)
    await release(office, hr)
    await hr.command("summary", office.hr_channel)
    await office.settle()
    told = [await whole(hr, office), *(texts_in(one) for who in (sari, budi, hr) for one in who.inbox)]
    await hr.command("people", office.hr_channel)
    told.append(texts_in(hr.modal))
    assert not [one for one in told if "memotong" in one]
    async with office.balik.store.read(office.clock.now()) as work:
        for table in SQLModel.metadata.sorted_tables:
            rows = (await (await work.session.connection()).execute(table.select())).all()
            assert ("memotong" in str(rows)) == (table.name == "opennessanswer"), table.name


async def test_it_is_in_the_own_data_and_gone_with_them(office: Office, hr: Colleague) -> None:
    await office.set_up(hr)
    budi = office.hire("Budi Santoso")
    await office.join(budi, "mentee", "director", "Finance")
    await read_to_the_questions(budi)
    await answer(budi, learning="4", hard_to_hear="My slides")
    await budi.slack.close(all=True)
    await budi.command("privacy")
    shown = await unfold(budi, budi.modal, "opennessanswer")
    assert "My slides" in shown
    assert label("labels.agree.s4") in shown
    await budi.slack.close(all=True)
    async with office.balik.store.read(office.clock.now()) as work:
        assert (await work.session.exec(select(Participant.id))).all()
    await budi.command("privacy")
    await budi.click(None, "privacy.erase")
    assert (await budi.submit({"sure": ["sure"]})).ok
    await office.settle()
    assert await stored(office) == []

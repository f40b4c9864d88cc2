"""HR's own questions: HR adds, changes, orders and takes them out; people answer, change and share them."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlmodel import select

from bot.domain.messages.surveys import SurveyMessage
from bot.services.own_questions.manage import take_over
from bot.services.privacy.export import as_record, read_data_of
from storage.tables import Person, Programme, ProgrammeState
from tests.scenarios.office import Colleague, Office, action_ids, parts_of, shows, texts_in
from tests.scenarios.own_questions.questions import (
    EASE,
    ROOM,
    WISH,
    add_question,
    press,
    stored_answers,
    stored_questions,
)
from tests.scenarios.pairs import book, introduce, of_kind, on_monday, with_action
from tests.scenarios.polls.test_polls import poll_of
from tests.scenarios.programme.test_hr_channel import LANGUAGES, speak
from tests.scenarios.requests import Knock, knock
from tests.scenarios.snapshots import once
from tests.wording import CATALOGUE, says


def blocks_of(who: Colleague) -> list[str]:
    """The fields of the open form."""
    return [one["block_id"] for one in who.modal.blocks if one.get("type") == "input"]


@pytest.mark.in_turn(len(LANGUAGES))
@pytest.mark.parametrize("language", LANGUAGES)
async def test_hr_adds_orders_and_takes_out_and_reads_how_long_it_takes(
    office: Office, hr: Colleague, language: str
) -> None:
    await office.set_up(hr)
    await speak(office, hr, language)
    assert (await hr.command("pertanyaan", office.hr_channel)).ok
    assert shows(hr.modal, "own_questions.list.length", language, taps=3, seconds=15), (
        "two questions and whether they met"
    )
    await hr.click(hr.modal, "own_questions.place.poll")
    await hr.click(hr.modal, "own_questions.add.choice")
    assert shows(hr.modal, "own_questions.form.sees.choice", language), (
        "the rule is read before the question is written"
    )
    assert (await hr.submit(ROOM)).ok
    assert shows(hr.modal, "own_questions.list.length", language, taps=4, own=1, seconds=20)
    for code in LANGUAGES:
        assert " · ".join(ROOM[f"labels_{code}"].split("\n")) in texts_in(hr.modal)
    assert (await add_question(hr, "poll", "text")).ok
    assert "own_questions.add.text" not in action_ids(hr.modal), "one text is enough for a poll"
    assert (await add_question(hr, "poll", "scale")).ok
    assert not [one for one in action_ids(hr.modal) if one.startswith("own_questions.add")], "three are enough"
    assert [one.kind for one in await stored_questions(office)] == ["choice", "text", "scale"]
    await press(hr, "own_questions.up", "1:3:poll")
    shown = texts_in(hr.modal)
    assert shown.index(EASE[f"ask_{language}"]) < shown.index(WISH[f"ask_{language}"])
    (row,) = [one for one in parts_of(hr.modal.blocks) if one.get("value") == "1:2:poll" and one.get("confirm")]
    assert says(row["confirm"]["text"]["text"], "own_questions.remove.text", language, ask=WISH[f"ask_{language}"])
    for _ in range(2):  # a second press, on an older window, changes nothing
        await knock(office, hr.id, Knock("action", "own_questions.remove", "1:2:poll"))
    gone = [one.id for one in await stored_questions(office) if one.removed_at]
    assert gone == [2]
    await hr.slack.close(all=True)
    home = await hr.open_home()
    assert home is not None
    assert (await hr.click(home, "own_questions.open")).ok
    await hr.slack.close(all=True)
    await hr.command("setup", office.hr_channel)
    assert (await hr.click(hr.modal, "own_questions.open")).ok


WRONG: dict[str, tuple[str, dict[str, Any], str, str]] = {
    "one language is missing": ("choice", {"ask_en": ""}, "ask_en", "ask"),
    "one option": ("choice", {"labels_id": "Kantor"}, "labels_id", "options"),
    "seven options": ("choice", {"labels_en": "\n".join("abcdefg")}, "labels_en", "options"),
    "another number of options": ("choice", {"labels_en": "Office\nOnline"}, "labels_en", "unequal"),
    "the same option twice": ("choice", {"labels_id": "Kantor\nkantor\nRumah"}, "labels_id", "twice"),
    "a long option": ("choice", {"labels_id": f"Kantor\n{'x' * 61}\nRumah"}, "labels_id", "option_too_long"),
    "an end without words": ("scale", {"high_en": " "}, "high_en", "end"),
    "two languages for all": ("text", {"same": ["same"]}, "same", "not_same"),
}


async def test_what_is_wrong_is_named_at_its_field_and_nothing_typed_is_lost(office: Office, hr: Colleague) -> None:
    await office.set_up(hr)
    for kind, changed, block, code in WRONG.values():
        outcome = await add_question(hr, "closing", kind, **changed)
        assert list(outcome.errors) == [block], code
        assert says(outcome.errors[block], f"own_questions.form.errors.{code}", "id")
    assert (await hr.submit({"ask_en": "", "same": ["same"]})).ok, "one language for all, by HR's own word"
    (only,) = await stored_questions(office)
    assert only.words["en"] == only.words["id"] == {"ask": WISH["ask_id"], "labels": []}


@pytest.mark.in_turn(len(LANGUAGES))
@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_sign_up_asks_them_by_role_and_the_answers_can_be_changed(
    office: Office, hr: Colleague, language: str
) -> None:
    """Sari reads `language`."""
    await office.set_up(hr)
    await add_question(hr, "signup", "choice")
    await add_question(hr, "signup", "text", role="mentor")
    sari, budi = office.hire("Sari Wulandari"), office.hire("Budi Santoso")
    await office.join(budi, "mentee", "director", "Finance", own_1="2")
    shown = {"own_1": "0", "own_2": "More time <!channel>", "own_2_share": ["share"]}
    await office.join(sari, "mentor", "specialist", "Marketing", language=language, **shown)
    leader, mentor, text = await stored_answers(office)
    assert (leader.value, leader.side, mentor.value, mentor.side) == (2, "mentee", 0, "mentor")
    assert (text.text, text.share) == ("More time <!channel>", True)

    await sari.command("join")
    first = {"role": "mentor", "level": "specialist", "department": "Marketing", "offers": ["ai_tools"]}
    assert (await sari.submit({**first, "no_manager": ["none"], "language": language})).ok
    assert {"own_1", "own_2"} <= set(blocks_of(sari))
    assert shows(sari.modal, "own_questions.person.who_sees", language)
    fields = {one["block_id"]: one["element"] for one in sari.modal.blocks if one.get("type") == "input"}
    assert fields["own_1"]["initial_option"]["text"]["text"] == ROOM[f"labels_{language}"].split("\n")[0]
    assert fields["own_2"]["initial_value"] == "More time <!channel>"
    assert (await sari.submit({"confidence": "4", "own_1": "none", "own_2": "", "own_2_share": []})).ok
    _, mentor, text = await stored_answers(office)
    assert (mentor.value, text.text, text.share) == (None, None, False), "taken back"
    await budi.command("join")
    await budi.submit({"role": "mentee", "level": "director", "department": "Finance", "wishes": ["ai_tools"],
                       "no_manager": ["none"], "language": "en"})  # fmt: skip
    assert "own_2" not in blocks_of(budi), "it is asked of mentors"


@pytest.fixture
async def asked(office: Office, hr: Colleague) -> Office:
    """Sari and Budi met on 14 January; HR asks a choice and a text after sessions, and a scale before the first."""
    await once(office, _begin, office, hr)
    return office


async def _begin(office: Office, hr: Colleague) -> None:
    await introduce(office, hr)
    for place, kind in (("poll", "choice"), ("poll", "text"), ("before", "scale")):
        assert (await add_question(hr, place, kind)).ok
    await hr.slack.close(all=True)
    await on_monday(office)


async def test_after_a_session_they_are_answered_in_its_message_and_on_home(asked: Office, hr: Colleague) -> None:
    sari, budi = asked.people["sari"], asked.people["budi"]
    assert (await book(asked, sari, "2027-01-14", "10:00")).ok
    await asked.run(until=datetime(2027, 1, 14, 6, 0, tzinfo=UTC))
    assert not [one for one in action_ids(poll_of(budi)) if one.startswith("own.")], "first: did they meet?"
    came = len(budi.inbox)
    for action in ("poll.met.yes", "own.give.1.1", "poll.useful.4", "poll.own.4"):
        assert (await budi.click(poll_of(budi), action)).ok
    shown = poll_of(budi)
    assert shows(shown, "own_questions.person.answered", ask=ROOM["ask_en"], answer="Online")
    assert shows(shown, "own_questions.person.who_sees")
    assert (await budi.click(shown, "own.write")).ok
    assert (await budi.submit({"text": "Longer sessions", "share": ["share"]})).ok
    assert shows(poll_of(budi), "own_questions.person.answered_text", ask=WISH["ask_en"], text="Longer sessions")
    assert "own.write" not in action_ids(poll_of(budi)), "the message follows"
    assert len(budi.inbox) == came, "no message more"

    home = await sari.open_home()
    assert home is not None
    await sari.click(home, "poll.open")
    await sari.click(sari.modal, "poll.met.yes")
    await sari.click(sari.modal, "own.write")
    assert (await sari.submit({"text": "For me alone"})).ok
    assert shows(sari.modal, "own_questions.person.written", text="For me alone"), "the window below follows"
    await sari.click(sari.modal, "own.give.1.0")
    await sari.click(sari.modal, "poll.change")
    await sari.click(sari.modal, "own.give.1.2")
    found = [(one.question_id, one.side, one.value, one.text, one.share) for one in await stored_answers(asked)]
    assert found == [
        (1, "mentee", 1, None, False),
        (2, "mentee", None, "Longer sessions", True),
        (2, "mentor", None, "For me alone", False),
        (1, "mentor", 2, None, False),
    ]
    await sari.click(sari.modal, "poll.change")
    await sari.click(sari.modal, "poll.met.not_yet")
    assert len(await stored_answers(asked)) == 2, "about a session that was not held there is nothing"

    # HR changes the question: whoever has it open still answers it, and others get the new one.
    await add_question(hr, "later", "scale")
    await hr.click(hr.modal, "own_questions.back")
    await hr.click(hr.modal, "own_questions.place.poll")
    await press(hr, "own_questions.edit", "1:1:poll")
    assert shows(hr.modal, "own_questions.form.changed", "id")
    assert (await hr.submit({"ask_en": "Where do you prefer to meet?"})).ok
    rows = {one.id: one for one in await stored_questions(asked)}
    assert rows[1].removed_at is not None
    assert rows[1].words["en"]["ask"] == ROOM["ask_en"], "its words stay with its answers"
    assert (rows[5].position, rows[5].removed_at) == (rows[1].position, None)
    await knock(asked, sari.id, Knock("action", "own.give.1.0", f"poll:{(await stored_answers(asked))[0].about}"))
    await sari.click(sari.modal, "poll.change")
    await sari.click(sari.modal, "poll.met.yes")
    assert "own.give.5.0" in action_ids(sari.modal), "the new one"
    await sari.click(sari.modal, "poll.change")
    assert {"own.give.1.0", "own.give.5.0"} <= set(action_ids(sari.modal)), "her answer to the old one can change"
    assert (await stored_answers(asked))[0].value == 1, "Budi's answer is as it was"


async def test_a_survey_asks_them_and_the_copy_and_erasing_have_them(asked: Office) -> None:
    budi = asked.people["budi"]
    (survey,) = of_kind(budi, SurveyMessage, moment="before")
    ends = texts_in(survey)
    assert says(ends, "own_questions.person.ends", low="hard", high="easy")
    assert (await budi.click(survey, "own.give.3.4")).ok
    for action in ("skill.2", "understanding.3", "openness.3", "collaboration.4", "used.0", "practised.2"):
        assert (await budi.click(with_action(budi, "measure.")[0], f"measure.give.{action}")).ok
    (survey,) = of_kind(budi, SurveyMessage, moment="before")
    assert shows(survey, "surveys.before.thanks")
    answer = CATALOGUE.texts("en").plain("own_questions.person.of_five", value=4, most=5)
    assert shows(survey, "own_questions.person.answered", ask=EASE["ask_en"], answer=answer)
    await budi.click(survey, "measure.change")
    assert (await budi.click(of_kind(budi, SurveyMessage, moment="before")[0], "own.give.3.5")).ok
    assert [one.value for one in await stored_answers(asked)] == [5]
    await budi.command("privacy")
    await budi.click(budi.modal, "privacy.details", block_id="ownanswer")
    assert EASE["ask_en"] in texts_in(budi.modal)
    await budi.slack.close(all=True)
    async with asked.balik.store.read(asked.clock.now()) as work:
        person = await work.session.get_one(Person, await _id(asked, budi))
        record = json.loads(json.dumps(as_record(await read_data_of(work, person))))
    (copy,) = record["ownanswer"]
    assert (copy["place"], copy["question"]["en"]["ask"], copy["value"]) == ("before", EASE["ask_en"], 5)
    await budi.command("privacy")
    await budi.click(None, "privacy.erase")
    assert (await budi.submit({"sure": ["sure"]})).ok
    assert [one.value for one in await stored_answers(asked)] == [None]


async def _id(office: Office, who: Colleague) -> int:
    async with office.balik.store.read(office.clock.now()) as work:
        return (await work.session.exec(select(Person.id).where(Person.slack_id == who.id))).one()


async def test_the_next_programme_begins_with_the_questions_that_are_asked(office: Office, hr: Colleague) -> None:
    await office.set_up(hr)
    await add_question(hr, "signup", "choice")
    await add_question(hr, "closing", "scale")
    await knock(office, hr.id, Knock("action", "own_questions.remove", "1:1:signup"))
    async with office.balik.store.write(office.clock.now()) as work:
        first = await work.session.get_one(Programme, 1)
        values = first.model_dump(exclude={"id", "follows_id", "state"})
        second = Programme(**values, state=ProgrammeState.CLOSED, follows_id=1)
        work.session.add(second)
        await work.session.flush()
        await take_over(work, second)
        await work.commit()
    copied = [
        (one.programme_id, one.place, one.kind) for one in await stored_questions(office) if one.programme_id != 1
    ]
    assert copied == [(2, "closing", "scale")]

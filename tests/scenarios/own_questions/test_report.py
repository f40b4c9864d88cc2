"""HR's own questions in the report: the same counts in its message, page, workbook and table, from five people on."""

from datetime import timedelta
from io import BytesIO

import pytest
from openpyxl import load_workbook

from bot.sandbox import Message
from bot.services.insight.report import Report, current_report
from bot.slack.gateway import Message as Sent
from handlers.insight.report_table import table, workbook
from handlers.insight.report_views import page, sent
from storage.tables import OwnAnswer, Participant, Person
from tests.scenarios.office import Colleague, Office, shows
from tests.scenarios.own_questions.questions import EASE, ROOM, WISH, add_question
from tests.scenarios.programme.test_hr_channel import LANGUAGES, speak
from tests.scenarios.summaries import summaries, whole
from tests.wording import CATALOGUE

PLACES = [0] * 7 + [1] * 4 + [2]
"""Which option each of twelve people chose."""
EASY = [5] * 6 + [2] * 6


async def answered(office: Office, people: int) -> None:
    """So many people signed up and answered the three questions, two days ago."""
    long_ago = office.clock.now() - timedelta(days=2)
    async with office.balik.store.write(office.clock.now()) as work:
        for number in range(people):
            person = Person(team_id="T", slack_id=f"UO{number}", name=f"Leader {number}", created_at=long_ago)
            work.session.add(person)
            await work.session.flush()
            part = Participant(
                team_id="T", programme_id=1, person_id=person.id, role="mentee", level=6, department="x",
                joined_at=long_ago,
            )  # fmt: skip
            work.session.add(part)
            await work.session.flush()
            texts = {0: ("More of it", True), 1: ("For nobody", False)}
            text, share = texts.get(number, (None, False))
            for question, values in (
                (1, {"value": PLACES[number]}),
                (2, {"value": EASY[number]}),
                (3, {"text": text, "share": share}),
            ):
                work.session.add(
                    OwnAnswer(
                        team_id="T", question_id=question, participant_id=part.id, side="mentee",
                        answered_at=long_ago, **values,
                    )
                )  # fmt: skip
        await work.commit()


async def report_of(office: Office) -> Report:
    return await current_report(office.balik.store, 1, office.clock.now())


def read(message: Sent | Message) -> str:
    return "\n".join(block["text"]["text"] for block in message.blocks if block["type"] == "section")


@pytest.mark.in_turn(len(LANGUAGES))
@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_counts_agree_everywhere_and_small_ones_are_added_together(
    office: Office, hr: Colleague, language: str
) -> None:
    await office.set_up(hr)
    await speak(office, hr, language)
    for kind in ("choice", "scale", "text"):
        assert (await add_question(hr, "signup", kind)).ok
    await answered(office, 12)
    await office.run(days=1)
    report = await report_of(office)
    choice, scale, text = report.own
    assert choice.result is not None
    assert (choice.result.people, choice.result.counts.options, choice.result.counts.rest) == (12, (7, None, None), 5)
    assert scale.result is not None
    assert scale.result.figure is not None
    assert (scale.result.figure.average, scale.result.people) == (3.5, 12)
    assert [(one.text, one.role) for one in text.texts] == [("More of it", "mentee")], "only what its writer shares"
    texts = CATALOGUE.texts(language)
    ask, options = ROOM[f"ask_{language}"], ROOM[f"labels_{language}"].split("\n")
    key = "own_questions.report"
    heading = texts.plain(f"{key}.heading", place=texts.plain("own_questions.places.signup"))
    first = texts.plain(f"{key}.option", ask=ask, option=options[0])
    names = {first: 7, texts.plain(f"{key}.rest", ask=ask): 5, texts.plain(f"{key}.answered", ask=ask): 12}
    csv = table(texts, report).decode()
    rows: list[tuple[object, object]] = [
        (row[1], row[2])
        for row in load_workbook(BytesIO(workbook(texts, report))).worksheets[0].iter_rows(values_only=True)
        if row[0] == heading
    ]
    assert dict(rows) == {**names, EASE[f"ask_{language}"]: 3.5}
    shown = page(texts, report, None)
    for name, count in names.items():
        assert f"{heading};{name};{count};" in csv
        assert f"<td>{name}</td><td>{count}</td>" in shown
    assert f"{heading};{EASE[f'ask_{language}']};{texts.number(3.5)};12" in csv
    assert "More of it" in shown
    assert "For nobody" not in shown
    assert WISH[f"ask_{language}"] in shown
    message = read(sent(texts, report))
    assert texts(f"{key}.count", option=options[0], count=7) in message
    assert texts(f"{key}.others", count=5) in message
    assert texts(f"{key}.scale", ask=EASE[f"ask_{language}"], average=texts.number(3.5), people=12) in message
    await hr.command("summary", office.hr_channel)
    await office.run(minutes=1)
    everything = await whole(hr, office)
    assert texts(f"{key}.count", option=options[0], count=7) in everything, "and where HR reads its figures each week"
    assert texts(f"{key}.scale", ask=EASE[f"ask_{language}"], average=texts.number(3.5), people=12) in everything
    assert "More of it" not in everything, "texts are in the report"
    assert shows(summaries(office)[-1], "insight.weekly.news.own"), "new since the last one"


async def test_four_people_are_too_few(office: Office, hr: Colleague) -> None:
    await office.set_up(hr)
    for kind in ("choice", "scale", "text"):
        assert (await add_question(hr, "signup", kind)).ok
    await answered(office, 4)
    assert [one.result for one in (await report_of(office)).own] == [None], "the shared text alone"

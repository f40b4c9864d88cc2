"""HR's short summary: how long it may be, what it repeats, and what its buttons do."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from matplotlib.text import Text
from sqlmodel import col, select

from bot.pictures.charts import WIDTH_INCHES, DemandChart, MonthsChart, figure_of
from bot.sandbox import Message
from handlers.insight.weekly_views import MOST_LETTERS
from storage.tables import (
    MentoringSession,
    Pair,
    Participant,
    PartnerRequest,
    Person,
    Programme,
    RiskAction,
)
from tests.scenarios.insight.test_summary import run_pairs
from tests.scenarios.office import MONDAY, Colleague, Office, action_ids, shows, texts_in
from tests.scenarios.pairs import agree, introduce
from tests.scenarios.programme.test_hr_channel import speak
from tests.scenarios.summaries import summaries, whole
from tests.wording import CATALOGUE, says

NAME = "Ni Luh Ayu Paramita Kusumawardhani"
WEEK, SHOWN_WIDTH = timedelta(days=7), 360


def length(message: Message, names: dict[str, str]) -> int:
    """Everything that HR reads in the message, buttons included but not their questions; names for mentions."""
    shown = [
        {**block, "accessory": {**block["accessory"], "confirm": None}} if "accessory" in block else block
        for block in message.blocks
    ]
    text = "".join(texts_in(replace(message, blocks=shown)).split("\n")[1:])
    for slack_id, name in names.items():
        text = text.replace(f"<@{slack_id}>", name)
    assert "<@" not in text
    return len(text)


async def fill(office: Office, language: str) -> dict[str, str]:
    """The largest realistic programme: stuck pairs, promised calls, unmatched people, and nobody for concerns."""
    await run_pairs(office, 12, learned="x" * 400, share=True)
    now, names = office.clock.now(), {}
    async with office.balik.store.write(now) as work:
        session = work.session
        programme = await session.get_one(Programme, 1)
        programme.language, programme.contact_id = language, None
        programme.name = "Program Mentoring Terbalik Seluruh Grup Nusantara Jaya 2027"
        for number in range(60):
            parts = []
            for role, level in (("mentor", 2), ("mentee", 6)):
                name = f"{NAME} {number}"
                person = Person(team_id="T0001", slack_id=f"UL{role}{number}", name=name, created_at=now)
                session.add(person)
                await session.flush()
                names[person.slack_id] = name
                part = Participant(
                    team_id="T0001",
                    programme_id=1,
                    person_id=person.id,
                    role=role,
                    level=level,
                    department="x",
                    joined_at=now - WEEK,
                )
                session.add(part)
                await session.flush()
                parts.append(part.id)
            if number >= 50:  # without a partner
                continue
            began = now - timedelta(days=40)
            pair = Pair(team_id="T0001", programme_id=1, mentor_id=parts[0], leader_id=parts[1], introduced_at=began)
            session.add(pair)
            await session.flush()
            opens = date(2026, 12, 1)
            session.add(
                MentoringSession(
                    team_id="T0001", pair_id=pair.id, number=1, pack="contract", opens_on=opens, closes_on=opens + WEEK
                )
            )
            tried = ("nudge", "ask_each", "tell_hr", "offer_rematch")[: number % 5]
            for step, action in enumerate(tried):
                session.add(
                    RiskAction(team_id="T0001", pair_id=pair.id, action=action, at=now - timedelta(days=25 - step * 6))
                )
            if number % 10 == 3:
                session.add(
                    PartnerRequest(
                        team_id="T0001",
                        programme_id=1,
                        pair_id=pair.id,
                        participant_id=parts[0],
                        at=now - timedelta(days=6),
                        call_by=(now - timedelta(days=2)).date(),
                    )
                )
        await work.commit()
    return names


@pytest.mark.in_turn(2)
@pytest.mark.parametrize("language", ["id", "en"])
async def test_the_largest_one_has_at_most_900_characters(office: Office, hr: Colleague, language: str) -> None:
    await office.set_up(hr)
    names = await fill(office, language)
    await hr.command("summary", office.hr_channel)
    await office.run(minutes=1)
    (found,) = summaries(office)
    assert length(found, names) <= MOST_LETTERS == 900
    asked = action_ids(found)
    assert {"contacts.open", "risk.hr_talked", "match.draw", "summary.whole"} <= set(asked)
    assert shows(found, "insight.weekly.todo.contact", language)
    assert shows(found, "insight.weekly.todo.call_late", language)
    assert shows(found, "insight.weekly.more", language), "the others are counted"
    assert shows(found, "insight.weekly.balik.steps", language), "and what Balik does, with a date"

    everything = await whole(hr, office)
    assert action_ids(hr.modal).count("risk.hr_talked") == 5, "each promised call"
    assert says(everything, "insight.weekly.todo.stuck", "id")
    assert all(len(one["text"]["text"]) < 3000 for one in hr.modal.blocks if one["type"] == "section")
    assert len(hr.modal.blocks) <= 100


def todos(blocks: list[dict[str, Any]]) -> set[tuple[str, str]]:
    """Each thing to do, and the action of its button."""
    return {(one["text"]["text"], one["accessory"]["action_id"]) for one in blocks if "accessory" in one}


@pytest.mark.in_turn(2)
@pytest.mark.parametrize("language", ["id", "en"])
async def test_home_lists_the_same(office: Office, hr: Colleague, language: str) -> None:
    """With pairs at risk, promised calls and people without partners, Home does not say that there is nothing to do."""
    await office.set_up(hr, language=language)
    await speak(office, hr, language)
    home = await hr.open_home()
    assert home
    assert {"sponsor.open", "invite.open"} == {action for _, action in todos(home.blocks)}
    await fill(office, language)
    await hr.command("summary", office.hr_channel)
    await office.run(minutes=1)
    (found,) = summaries(office)
    home = await hr.open_home()
    assert home
    assert todos(found.blocks) <= todos(home.blocks)
    assert {"contacts.open", "match.draw", "risk.hr_talked"} <= {action for _, action in todos(home.blocks)}
    text = texts_in(home)
    assert not says(text, "home.hr.next.running", language)
    assert says(text, "insight.weekly.balik.steps", language), "and what Balik does by itself"
    assert (await hr.click(home, "summary.whole")).ok, "the others"
    await hr.slack.close(all=True)
    called = next(one for one in home.blocks if one.get("accessory", {}).get("action_id") == "risk.hr_talked")
    assert (await hr.slack.click(home, "risk.hr_talked", block_id=called["block_id"])).ok
    await office.settle()
    await hr.slack.close(all=True)
    home = await hr.open_home()
    assert home
    assert called["text"]["text"] not in {text for text, _ in todos(home.blocks)}


async def test_what_has_not_changed_is_not_said_again(office: Office, hr: Colleague) -> None:
    await office.set_up(hr)
    monday = MONDAY + timedelta(minutes=1)
    await office.run(until=monday + WEEK)
    await run_pairs(office, 3, learned="berani bertanya", share=True)
    await office.run(until=monday + 2 * WEEK)
    await office.run(until=monday + 3 * WEEK)
    first, second = summaries(office)
    assert shows(first, "insight.weekly.measure.useful", now=4)
    assert shows(first, "insight.weekly.news.notes")
    assert not shows(second, "insight.weekly.measure.useful")
    assert not shows(second, "insight.weekly.news.notes")
    assert "image" not in [block["type"] for block in second.blocks]
    assert "berani bertanya" not in texts_in(first)
    assert "berani bertanya" in await whole(hr, office)


async def test_what_hr_does_with_a_stuck_pair_takes_it_off_the_list(office: Office, hr: Colleague) -> None:
    await introduce(office, hr)
    await agree(office)
    await office.run(days=32)
    await hr.command("summary", office.hr_channel)
    await office.run(minutes=1)
    sari, budi = office.people["sari"], office.people["budi"]
    stuck: dict[str, Any] = {"mentor": f"<@{sari.id}>", "leader": f"<@{budi.id}>"}
    found = summaries(office)[-1]
    assert shows(found, "insight.weekly.todo.stuck", **stuck)
    assert (await hr.click(found, "risk.hr_look")).ok
    assert (await hr.click(hr.modal, "risk.hr_talked")).ok
    assert says(texts_in(hr.modal), "care.at_risk.want.talked", "id", **stuck)
    await hr.slack.close(all=True)
    await hr.click(found, "summary.again")
    await office.run(minutes=1)
    assert not shows(summaries(office)[-1], "insight.weekly.todo.stuck")


async def test_a_call_is_listed_when_hr_was_told_of_it(office: Office, hr: Colleague) -> None:
    """Not on the evening on which somebody asked: the hour would say who."""
    await introduce(office, hr)
    await agree(office)
    async with office.balik.store.write(office.clock.now()) as work:
        pair = (await work.session.exec(select(Pair))).one()
        work.session.add(
            PartnerRequest(
                team_id="T0001",
                programme_id=1,
                pair_id=pair.id,
                participant_id=pair.mentor_id,
                at=office.clock.now(),
                call_by=office.clock.now().date() + timedelta(days=3),
            )
        )
        await work.commit()
    await hr.command("summary", office.hr_channel)
    await office.run(minutes=1)
    assert "risk.hr_talked" not in action_ids(summaries(office)[-1])
    await office.run(days=2)  # Tuesday is a holiday
    await hr.click(summaries(office)[-1], "summary.again")
    await office.run(minutes=1)
    found = summaries(office)[-1]
    assert shows(found, "insight.weekly.todo.call")
    assert (await hr.click(found, "risk.hr_talked")).ok
    async with office.balik.store.read(office.clock.now()) as work:
        assert (await work.session.exec(select(col(PartnerRequest.settled_at)))).one()


async def test_during_sign_up_hr_reads_the_next_steps(office: Office, hr: Colleague) -> None:
    await office.set_up(hr)
    await office.join(office.hire("Sari Wulandari"), "mentor", "specialist", "Marketing")
    await hr.command("summary", office.hr_channel)
    await office.run(minutes=1)
    found = summaries(office)[-1]
    assert shows(found, "insight.weekly.todo.invite")
    assert {"invite.open", "sponsor.open"} <= set(action_ids(found))
    await office.join(office.hire("Budi Santoso"), "mentee", "director", "Finance")
    await hr.click(found, "summary.again")
    await office.run(minutes=1)
    found = summaries(office)[-1]
    assert shows(found, "insight.weekly.todo.draft", count=2)
    assert (await hr.click(found, "match.draw")).ok


@pytest.mark.in_turn(2)
@pytest.mark.parametrize("language", ["id", "en"])
async def test_a_first_day_that_passed_without_pairs_is_listed(office: Office, hr: Colleague, language: str) -> None:
    await office.set_up(hr, starts_on="2027-01-06")
    await speak(office, hr, language)
    await office.run(until=datetime(2027, 1, 6, 4, 0, tzinfo=UTC))
    home = await hr.open_home()
    assert home
    assert "course.open" not in {action for _, action in todos(home.blocks)}, "it is today"
    await office.run(days=1)
    home = await hr.open_home()
    assert home
    (text,) = [text for text, action in todos(home.blocks) if action == "course.open"]
    day = CATALOGUE.texts(language).short_day(date(2027, 1, 6))
    assert says(text, "insight.weekly.todo.start", language, by=day)


def charts(language: str) -> dict[str, MonthsChart | DemandChart]:
    """A short one, a whole year, and the longest topics."""
    texts, key = CATALOGUE.texts(language), "insight.summary"
    names, labels = texts.plain_list(f"{key}.chart.months"), [f"{key}.chart.planned", f"{key}.chart.held"]
    planned, held = map(texts.plain, labels)
    topics = sorted(texts.options("labels.topics").values(), key=len)[-4:]
    wished, offered = texts.plain(f"{key}.table.wished"), texts.plain(f"{key}.table.offered")
    return {
        "months": MonthsChart((names[0], names[1]), (12, 9), (11, 2), planned, held),
        "year": MonthsChart((names[11],) * 12, (120,) * 12, (118,) * 12, planned, held),
        "topics": DemandChart(tuple((one, 12, 3) for one in topics), wished, offered),
    }


@pytest.mark.in_turn(2)
@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("drawn", ["months", "year", "topics"])
def test_the_picture_is_wide_and_legible_on_a_phone(drawn: str, language: str) -> None:
    figure = figure_of(charts(language)[drawn])
    width, height = figure.get_size_inches()
    assert width == WIDTH_INCHES
    assert width >= 1.7 * height
    figure.draw_without_rendering()
    texts = [one for one in figure.findobj(Text) if one.get_text().strip() and one.get_visible()]
    assert len(texts) > 4
    assert all(one.get_fontsize() / 72 * SHOWN_WIDTH / width >= 12 for one in texts)
    inside = figure.bbox
    assert all(
        inside.x0 - 1 <= box.x0 and box.x1 <= inside.x1 + 1 for box in (one.get_window_extent() for one in texts)
    )

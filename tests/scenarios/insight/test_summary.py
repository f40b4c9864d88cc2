"""HR's summary: what it says, what it never says, and when it comes."""

import asyncio
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from bot.services.insight.summary import next_weekly, tick_summaries
from bot.services.insight.summary_figures import read_summary
from handlers.insight.views import _short
from storage.tables import (
    MentoringSession,
    Pair,
    Participant,
    Person,
    PollAnswer,
    Programme,
    ProgrammeState,
    SessionState,
)
from tests.scenarios.office import MONDAY, Colleague, Office, shows, texts_in
from tests.scenarios.pairs import agree, introduce
from tests.scenarios.summaries import summaries, whole
from tests.wording import label, says


async def run_pairs(office: Office, count: int, *, useful: int = 4, learned: str = "", share: bool = False) -> None:
    """A running programme of `count` pairs, each with one session held and settled, answered by both."""
    now = office.clock.now()
    async with office.balik.store.write(now) as work:
        programme = await work.session.get(Programme, 1)
        assert programme
        programme.state = ProgrammeState.RUNNING
        for number in range(count):
            parts = []
            for role, level in (("mentor", 2), ("mentee", 6)):
                person = Person(
                    team_id=programme.team_id, slack_id=f"UX{role}{number}", name=f"{role} {number}", created_at=now
                )
                work.session.add(person)
                await work.session.flush()
                part = Participant(
                    team_id=programme.team_id,
                    programme_id=1,
                    person_id=person.id,
                    role=role,
                    level=level,
                    department="x",
                    joined_at=now - timedelta(days=40),
                )
                work.session.add(part)
                parts.append(part)
            await work.session.flush()
            pair = Pair(
                team_id=programme.team_id,
                programme_id=1,
                mentor_id=parts[0].id,
                leader_id=parts[1].id,
                introduced_at=now - timedelta(days=40),
            )
            work.session.add(pair)
            await work.session.flush()
            held = MentoringSession(
                team_id=programme.team_id,
                pair_id=pair.id,
                number=1,
                pack="contract",
                opens_on=date(2026, 12, 1),
                closes_on=date(2027, 1, 1),
                state=SessionState.HELD,
                starts_at=now - timedelta(days=12),
                settled_at=now - timedelta(days=5),
            )
            work.session.add(held)
            await work.session.flush()
            for part in parts:
                work.session.add(
                    PollAnswer(
                        team_id=programme.team_id,
                        session_id=held.id,
                        participant_id=part.id,
                        side=part.role,
                        met="yes",
                        useful=useful,
                        honest=2 if part.role == "mentor" else None,
                        learned=learned or None,
                        share=share,
                        answered_at=now - timedelta(days=6),
                    )
                )
        await work.commit()


async def test_only_hr_may_ask(office: Office, hr: Colleague) -> None:
    await office.set_up(hr)
    sari = office.hire("Sari Wulandari")
    await sari.command("summary", office.general)
    assert says(sari.whispered(office.general)[-1], "errors.not_hr", "id")
    await office.settle()
    assert not summaries(office)


async def test_while_recruiting_it_counts_people_and_topics(office: Office, hr: Colleague) -> None:
    await office.set_up(hr)
    for name in ("Sari Wulandari", "Rizky Pratama"):
        await office.join(office.hire(name), "mentor", "specialist", "Marketing", offers=["ai_tools"])
    await office.join(office.hire("Budi Santoso"), "mentee", "director", "Finance", wishes=["ai_tools", "inclusion"])
    await hr.command("summary", office.hr_channel)
    await office.run(minutes=1)
    (found,) = summaries(office)
    assert shows(found, "insight.weekly.people", people=3, mentors=2, leaders=1)
    text = await whole(hr, office)
    assert not says(text, "insight.summary.change.up", "id"), "and nothing of last week, when there was nobody"
    assert says(text, "insight.summary.topic", "id", wished=1, offered=2)
    assert says(text, "insight.summary.topic_missing", "id", topics=label("labels.topics.inclusion", "id"))
    (picture,) = [block for block in found.blocks if block["type"] == "image"]
    assert says(picture["alt_text"], "insight.weekly.chart.topic", wished=1, offered=2), "the picture in words"
    file = office.slack.workspace.files[picture["slack_file"]["id"]]
    assert file.content
    assert file.content.startswith(b"\x89PNG")


async def test_asked_twice_it_comes_twice_and_from_elsewhere_into_hrs_channel(office: Office, hr: Colleague) -> None:
    await office.set_up(hr)
    await hr.command("ringkasan", office.general)
    assert f"<#{office.hr_channel.id}>" in hr.whispered(office.general)[-1]
    await office.run(minutes=1)
    await hr.click(summaries(office)[-1], "summary.again")
    await office.run(minutes=1)
    assert len(summaries(office)) == 2
    stranger = office.hire("Agus Salim")
    office.slack.add_member(office.hr_channel, stranger.id)
    office.slack.remove_member(office.hr_channel, stranger.id)
    await stranger.command("summary", office.general)
    assert says(stranger.whispered(office.general)[-1], "errors.not_hr", "id")


@pytest.mark.parametrize(("pairs", "shown"), [(2, False), (3, True)])
async def test_answers_show_only_from_five_people_on(office: Office, hr: Colleague, pairs: int, shown: bool) -> None:
    await office.set_up(hr)
    await run_pairs(office, pairs, learned="rahasia saya")
    await hr.command("summary", office.hr_channel)
    await office.run(minutes=1)
    text = await whole(hr, office)
    assert says(text, "insight.summary.useful", "id", average=4, people=6) is shown
    assert says(text, "insight.summary.response", "id") is shown
    assert says(text, "insight.summary.hidden", "id") or shown
    assert not says(text, "insight.summary.honest", "id"), "three mentors are fewer than five"
    assert "rahasia" not in text, "nobody ticked that HR may read it"
    assert says(text, "insight.summary.sessions", "id", held=pairs, planned=pairs)


async def test_shared_notes_are_shown_as_they_were_written(office: Office, hr: Colleague) -> None:
    await office.set_up(hr)
    await run_pairs(office, 1, learned="<!channel> berani bertanya", share=True)
    await hr.command("summary", office.hr_channel)
    await office.run(minutes=1)
    assert "&lt;!channel&gt; berani bertanya" in await whole(hr, office)


async def test_no_two_summaries_tell_what_one_person_answered(office: Office, hr: Colleague) -> None:
    """The sixth person's answer, settled later, may not be worked out from the figures of two days."""
    await office.set_up(hr)
    await run_pairs(office, 3, useful=5)
    before = await _figure(office)
    async with office.balik.store.write(office.clock.now()) as work:
        session = MentoringSession(
            team_id="T0001",
            pair_id=1,
            number=2,
            pack="hands_on",
            opens_on=date(2027, 1, 1),
            closes_on=date(2027, 2, 1),
            state=SessionState.HELD,
            settled_at=office.clock.now(),
        )
        work.session.add(session)
        await work.session.flush()
        work.session.add(
            PollAnswer(
                team_id="T0001",
                session_id=session.id,
                participant_id=1,
                side="mentor",
                met="yes",
                useful=1,
                answered_at=office.clock.now(),
            )
        )
        await work.commit()
    assert await _figure(office) == before


async def _figure(office: Office) -> Any:
    async with office.balik.store.read(office.clock.now()) as work:
        programme = await work.session.get(Programme, 1)
        assert programme
        return (await read_summary(work, programme)).measures[0].now


async def test_a_clock_moved_by_hand_waits_for_what_is_on_its_way(office: Office, hr: Colleague) -> None:
    """As in the demo, where the bot works by itself while somebody presses on: the chart takes a while."""
    began, go = asyncio.Event(), asyncio.Event()

    async def slow(*arguments: Any) -> Any:
        began.set()
        await go.wait()
        return await drawn(*arguments)

    await office.set_up(hr)
    await run_pairs(office, 1)
    drawn, office.balik.context.in_worker = office.balik.context.in_worker, slow
    working = asyncio.create_task(office.balik.delivery.run())
    await hr.command("summary", office.hr_channel)
    await began.wait()
    pressed = asyncio.create_task(office.run(hours=1))
    await asyncio.wait({pressed}, timeout=0.2)
    go.set()
    await pressed
    working.cancel()
    assert len(summaries(office)) == 1
    assert not [one for one in office.posted(office.hr_channel) if "trouble" in str(one.blocks)], "nothing is held"


async def test_a_picture_that_takes_too_long_is_waited_for_once(office: Office, hr: Colleague) -> None:
    busy = [True, False]

    async def slow(*arguments: Any) -> Any:
        if busy.pop(0):
            raise TimeoutError
        return await draw(*arguments)

    await office.set_up(hr)
    await run_pairs(office, 1)
    draw, office.balik.context.in_worker = office.balik.context.in_worker, slow
    await hr.command("summary", office.hr_channel)
    await office.settle()
    assert not summaries(office), "better half a minute later than without it"
    await office.run(minutes=1)
    (found,) = summaries(office)
    assert [block["type"] for block in found.blocks].count("image") == 1


async def test_without_a_picture_it_still_comes_and_says_so(office: Office, hr: Colleague) -> None:
    async def broken(*_: Any) -> bytes:
        raise RuntimeError("no fonts")

    await office.set_up(hr)
    await run_pairs(office, 1)
    office.balik.context.in_worker = broken
    await hr.command("summary", office.hr_channel)
    await office.run(minutes=1)
    text = texts_in(summaries(office)[-1])
    assert says(text, "insight.weekly.chart.missing")
    assert "mentor 0" in await whole(hr, office), "the table is there"


async def test_every_monday_morning_once(office: Office, hr: Colleague) -> None:
    await office.set_up(hr)
    week, monday = timedelta(days=7), MONDAY + timedelta(days=7, minutes=1)
    await office.run(until=monday)
    assert not summaries(office), "nobody takes part yet"
    await office.join(office.hire("Sari Wulandari"), "mentor", "specialist", "Marketing")
    await office.run(until=monday + week)
    (first,) = summaries(office)
    assert shows(first, "insight.weekly.people", people=1, mentors=1)
    for _ in range(3):
        await tick_summaries(office.balik.store, office.clock.now())
        await office.run(hours=5)
    assert len(summaries(office)) == 1

    await office.run(until=monday + 2 * week)
    short = summaries(office)[1]
    assert shows(short, "insight.weekly.unchanged")
    assert "image" not in [block["type"] for block in short.blocks]
    await office.join(office.hire("Budi Santoso"), "mentee", "director", "Finance")
    await office.run(until=monday + 3 * week)
    assert shows(summaries(office)[2], "insight.weekly.change.joined", count=1)


async def test_after_weeks_of_downtime_there_is_one_and_on_a_holiday_it_waits(office: Office, hr: Colleague) -> None:
    await office.set_up(hr)
    store = office.balik.store
    await tick_summaries(store, MONDAY)
    friday = MONDAY + timedelta(days=25, hours=3)
    assert await tick_summaries(store, friday) == 1
    assert await tick_summaries(store, friday) == 0
    programme = Programme(
        team_id="T",
        name="x",
        theme="inclusion",
        starts_on=date(2027, 1, 4),
        months=6,
        cadence="monthly",
        language="id",
        hr_channel="C",
        announce_channel="C",
        days_added=["2027-01-11"],
        created_at=MONDAY,
        created_by=1,
    )
    assert next_weekly(programme, MONDAY) == datetime(2027, 1, 12, 2, 0, tzinfo=MONDAY.tzinfo)


async def test_pairs_that_need_attention_come_with_the_next_step(office: Office, hr: Colleague) -> None:
    await introduce(office, hr)
    await agree(office)
    await office.run(days=20)
    await hr.command("summary", office.hr_channel)
    await office.run(minutes=1)
    text = await whole(hr, office)
    sari, budi = office.people["sari"], office.people["budi"]
    why = label("care.at_risk.hr.why.unbooked", "id")
    assert says(text, "insight.summary.attention", "id", why=why)
    assert says(text, "insight.summary.attention_pair", "id", mentor=f"<@{sari.id}>", leader=f"<@{budi.id}>")
    assert label("insight.summary.headings.attention", "id") + ": 1" in text


def test_the_table_of_pairs_has_room_on_a_phone() -> None:
    names = ("Ni Luh Ayu Paramita Dewi", "Melati Situmorang", "Sari Wulandari", "Bambangsudarmonowijaya", "")
    assert [_short(name) for name in names] == ["Ni Luh Ayu Pa…", "Melati S.", "Sari Wulandari", "Bambangsudarm…", ""]

"""Before, at the end and 90 days on: the same questions, by buttons, private, while one is there."""

from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from sqlmodel import col, select

from bot.domain.messages.surveys import SurveyMessage, SurveyResultsMessage
from bot.domain.sessions import Side
from bot.domain.surveys import LATER_AFTER, NEWEST_SET, OF_BOTH, OPEN_FOR, SETS, Moment
from bot.pictures.charts import Change, ProgressChart
from bot.sandbox import Message
from bot.services.caller import Caller
from bot.services.insight.report import read_report
from bot.services.surveys import surveys
from bot.services.surveys.surveys import value_of
from handlers.insight.report_table import table, workbook
from handlers.insight.views import chart
from handlers.surveys.views import lines
from storage.tables import (
    MentoringSession,
    Participant,
    ParticipantState,
    Person,
    Programme,
    SessionState,
    SurveyResponse,
)
from tests.scenarios.office import Colleague, Office, action_ids, shows, texts_in
from tests.scenarios.pairs import end, introduced, of_kind, receiving, sent_at, with_action
from tests.wording import label, says

ASKED = "measure.give"


@pytest.fixture
async def pair(office: Office, hr: Colleague) -> Office:
    return await introduced(office, hr, weekly=True)


def questions(who: Colleague) -> list[Message]:
    """Every message that asks, or has asked, about oneself."""
    return [one for one in who.inbox if any(a.startswith("measure.") for a in action_ids(one))]


async def readings(office: Office) -> list[SurveyResponse]:
    async with office.balik.store.read(office.clock.now()) as work:
        return list((await work.session.exec(select(SurveyResponse).order_by(col(SurveyResponse.id)))).all())


async def test_a_few_taps_before_the_first_session(pair: Office) -> None:
    sari, budi = pair.people["sari"], pair.people["budi"]
    (to_sari,), (to_budi,) = with_action(sari, ASKED), with_action(budi, ASKED)
    assert sent_at(to_budi) == datetime(2027, 1, 6, 2, 0, tzinfo=UTC), "on the working day after the introduction"
    assert sent_at(to_sari) == datetime(2027, 1, 7, 2, 0, tzinfo=UTC), "on the day after"
    topic = label("labels.in_text.topics.ai_tools")
    assert shows(to_budi, "surveys.items.skill.ask", topic=topic), "what this pair is about"
    theme = label("programme.themes.digital_trends.measures.mentee")
    assert theme in texts_in(to_budi), "what the theme is about"
    mentor_asked, leader_asked = SETS[NEWEST_SET][Side.MENTOR], SETS[NEWEST_SET][Side.LEADER]
    assert {one.split(".")[2] for one in action_ids(to_sari)} == set(mentor_asked)
    came = len(budi.inbox)
    for action in ("skill.2", "understanding.3", "openness.3", "collaboration.4", "used.0", "practised.2"):
        assert (await budi.click(with_action(budi, "measure.")[0], f"{ASKED}.{action}")).ok
    (shown,) = questions(budi)
    assert shows(shown, "surveys.items.skill.answered", topic=topic, answer=label("labels.skills.s2"))
    assert shows(shown, "surveys.before.thanks")
    assert len(budi.inbox) == came
    await budi.click(shown, "measure.change")
    await budi.click(questions(budi)[0], f"{ASKED}.skill.3")
    mentor, leader = await readings(pair)
    assert [value_of(leader, item) for item in leader_asked] == [3, 3, 3, 4, 0, 2]
    assert leader.topic == "ai_tools"
    assert not any(value_of(mentor, item) for item in mentor_asked)

    await sari.open_home()
    await sari.click(sari.slack.home, "measure.open")
    for item in mentor_asked:
        await sari.click(None, f"{ASKED}.{item}.4")
    assert shows(sari.modal, "surveys.before.thanks")
    assert shows(questions(sari)[0], "surveys.before.thanks"), "the message follows"
    await sari.slack.close(all=True)
    assert sari.slack.home
    assert "measure.open" not in action_ids(sari.slack.home)

    # Once they have met it is no longer before: nothing changes any more.
    async with pair.balik.store.write(pair.clock.now()) as work:
        first = (await work.session.exec(select(MentoringSession).order_by(col(MentoringSession.number)))).first()
        assert first
        first.state, first.starts_at = SessionState.BOOKED, pair.clock.now() + timedelta(hours=1)
        await work.commit()
    await pair.run(hours=2)
    await sari.click(questions(sari)[0], "measure.change")
    assert receiving(sari, "surveys.footer.closed")
    assert value_of((await readings(pair))[0], mentor_asked[0]) == 4


async def test_with_both_roles_a_person_is_asked_once_what_both_sides_are_asked(pair: Office) -> None:
    """In whichever of their two surveys they answer it first."""
    budi = pair.people["budi"]
    now, requests = pair.clock.now(), count()
    async with pair.balik.store.write(now) as work:
        mine = (await work.session.exec(select(SurveyResponse).where(SurveyResponse.side == "mentee"))).one()
        mine.moment, mine.asked_at, mine.closes_at = Moment.CLOSING, now, now + OPEN_FOR
        other = SurveyResponse(**mine.model_dump(exclude={"id", "side"}), side="mentor")
        work.session.add(other)
        await work.session.flush()
        first, second = mine.id, other.id
        await work.commit()

    def caller() -> Caller:
        return Caller("T0001", budi.id, str(next(requests)), now)

    asked = await surveys.read_survey(pair.balik.store, caller(), second)
    assert set(OF_BOTH) <= set(asked.items)
    for item in OF_BOTH:
        await surveys.answer(pair.balik.store, caller(), first, item, 4)
    asked = await surveys.read_survey(pair.balik.store, caller(), second)
    assert not set(OF_BOTH) & set(asked.items)
    assert set(OF_BOTH) <= set((await surveys.read_survey(pair.balik.store, caller(), first)).items)
    for item in asked.items:
        await surveys.answer(pair.balik.store, caller(), second, item, 3)
    assert (await surveys.read_survey(pair.balik.store, caller(), second)).is_complete


async def test_at_the_end_and_90_days_on_each_once_and_only_while_there(pair: Office) -> None:
    sari, budi = pair.people["sari"], pair.people["budi"]
    await budi.click(with_action(budi, ASKED)[0], f"{ASKED}.skill.2")
    await pair.run(until=datetime(2027, 2, 2, 3, 0, tzinfo=UTC))
    await end(pair)
    for who in (sari, budi):
        assert len(of_kind(who, SurveyMessage, moment="closing")) == 1
    (closing,) = of_kind(budi, SurveyMessage, moment="closing")
    before = ("understanding.4", "openness.4", "collaboration.5", "used.1", "practised.4")
    for action in ("skill.4", *before, "recommend.8"):
        await budi.click(closing, f"{ASKED}.{action}")
    assert shows(questions(budi)[-1], "surveys.closing.thanks")
    assert {one.topic for one in await readings(pair) if one.side == "mentee"} == {"ai_tools"}
    await budi.open_home()
    assert budi.slack.home
    assert "measure.open" not in action_ids(budi.slack.home), "nothing waits until it is asked"

    await sari.command("privacy")
    await sari.click(None, "privacy.erase")
    assert (await sari.submit({"sure": ["sure"]})).ok
    counted = len(await readings(pair))
    await pair.run(days=LATER_AFTER.days + 4)
    (later,) = of_kind(budi, SurveyMessage, moment="later")
    assert not of_kind(sari, SurveyMessage, moment="later")
    assert len(await readings(pair)) == counted
    # Ninety days on is the Monday before Labour Day's week: in working hours all the same.
    assert sent_at(later).weekday() < 5
    assert sent_at(later).hour == 3
    await budi.open_home()
    assert budi.slack.home
    assert "measure.open" in action_ids(budi.slack.home), "also once the programme is over"
    for action in ("skill.3", "understanding.5", "used.1", "recommend.9"):
        assert (await budi.click(of_kind(budi, SurveyMessage, moment="later")[0], f"{ASKED}.{action}")).ok
    assert [one.recommend for one in await readings(pair) if one.side == "mentee"] == [None, 8, 9]
    assert [one.skill for one in await readings(pair) if one.side == "mentee"] == [2, 4, 3]
    await pair.run(days=120)
    assert len(of_kind(budi, SurveyMessage, moment="later")) == 1
    assert of_kind(budi, SurveyResultsMessage) == []
    assert not [one for one in pair.posted(pair.hr_channel) if shows(one, "surveys.hr.title")], "two are too few"


async def test_hr_sees_how_things_changed_from_five_people_on_and_whoever_left_is_not_asked(pair: Office) -> None:
    await end(pair)
    now, sari = pair.clock.now(), pair.people["sari"]
    settled = now + OPEN_FOR - timedelta(days=7)
    async with pair.balik.store.write(now) as work:
        left = (await work.session.exec(select(Participant).where(Participant.role == "mentor"))).one()
        left.state = ParticipantState.LEFT
        for number in range(5):
            person = Person(team_id="T", slack_id=f"UX{number}", name=f"Leader {number}", created_at=now)
            work.session.add(person)
            await work.session.flush()
            part = Participant(
                team_id="T",
                programme_id=1,
                person_id=person.id,
                role="mentee",
                level=6,
                department="x",
                joined_at=now,
            )
            work.session.add(part)
            await work.session.flush()
            for moment, skill in ((Moment.BEFORE, 2), (Moment.CLOSING, 4), (Moment.LATER, 3)):
                work.session.add(
                    SurveyResponse(
                        team_id="T",
                        programme_id=1,
                        participant_id=part.id,
                        side="mentee",
                        moment=moment,
                        asked_at=now,
                        closes_at=now if moment is Moment.BEFORE else settled,
                        skill=skill,
                        used=int(moment is not Moment.BEFORE),
                    )
                )
        await work.commit()
    await pair.run(days=OPEN_FOR.days + 4)
    (told,) = [one for one in pair.posted(pair.hr_channel) if shows(one, "surveys.hr.title")]
    read = texts_in(told)
    assert says(read, "surveys.hr.line", item=label("surveys.items.skill.name"))
    assert says(read, "surveys.hr.before", value=2, people=5)
    assert says(read, "surveys.hr.closing", value="+2", people=5)
    assert says(read, "surveys.hr.before", value="0%")
    assert says(read, "surveys.hr.points", points="+100")
    async with pair.balik.store.read(pair.clock.now()) as work:
        programme = await work.session.get(Programme, 1)
        assert programme
        report = await read_report(work, programme)
    texts = pair.balik.context.catalogue.texts("id")
    shown = lines(texts, report.summary.courses, programme.theme)[0]
    assert says(shown, "surveys.hr.before", "id", value=2, people=5)
    assert says(shown, "surveys.hr.closing", "id", value="+2", people=5)
    name = label("surveys.items.skill.name", "id")
    drawn = chart(texts, report.summary)
    assert isinstance(drawn, ProgressChart)
    assert drawn.changes == (Change(name, 2, 4, 3),), "a picture of what is rated from 1 to 5"
    heading, used = label("insight.summary.headings.changed", "id"), label("surveys.items.used.name", "id")
    change = texts.plain("insight.report.table.closing_change", item=name)
    before = texts.plain("insight.report.table.before", item=used)
    assert f"{heading};{change};2;5\r\n" in table(texts, report).decode()
    assert f"{before};0%;5\r\n" in table(texts, report).decode()
    assert workbook(texts, report).startswith(b"PK")
    await pair.run(days=LATER_AFTER.days)
    assert of_kind(pair.people["budi"], SurveyMessage, moment="later")
    assert not of_kind(sari, SurveyMessage, moment="later")
    await sari.click(of_kind(sari, SurveyMessage, moment="closing")[0], f"{ASKED}.seen.1")
    assert not [one for one in await readings(pair) if one.seen]

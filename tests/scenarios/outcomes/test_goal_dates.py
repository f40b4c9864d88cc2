"""On a goal's date the two are asked what became of it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from bot.domain.agreement import GoalResult
from bot.domain.messages.agreement import GoalDateMessage
from bot.services.agreement import goal_dates
from bot.services.caller import Caller
from handlers.outcomes.goal_date_views import question
from storage.tables import Agreement, GoalDate
from tests.scenarios.office import Colleague, Office, action_ids, shows, texts_in
from tests.scenarios.pairs import AGREED, agree, introduced, of_kind, sent_at
from tests.scenarios.snapshots import once
from tests.wording import CATALOGUE, label, says

GOAL = AGREED["goal1"]
DAY = datetime(2027, 3, 1, tzinfo=UTC)
"""The date of the goal, a Monday."""
HAD_ASKED = datetime(2027, 3, 1, 4, tzinfo=UTC)


@pytest.fixture
async def pair(office: Office, hr: Colleague) -> Office:
    """Sari and Budi, who have both signed their agreement, on the day before the goal's date."""
    await introduced(office, hr)
    await once(office, agree, office)
    await once(office, office.run, until=DAY - timedelta(days=1))
    return office


async def rows(office: Office) -> list[GoalDate]:
    async with office.balik.store.read(office.clock.now()) as work:
        return list((await work.session.exec(select(GoalDate).order_by(col(GoalDate.id)))).all())


async def asked(office: Office) -> tuple[Any, Any]:
    """The question to Sari, and to Budi."""
    await office.run(until=HAD_ASKED)
    (to_sari,), (to_budi,) = (of_kind(office.people[who], GoalDateMessage) for who in ("sari", "budi"))
    return to_sari, to_budi


async def test_both_are_asked_on_the_day_and_one_answer_is_enough(pair: Office) -> None:
    sari, budi = pair.people["sari"], pair.people["budi"]
    assert of_kind(sari, GoalDateMessage) == []
    to_sari, to_budi = await asked(pair)
    assert sent_at(to_sari).date() == DAY.date()
    assert says(texts_in(to_sari), "outcomes.goal_date.goal", goal=GOAL)
    assert (await sari.click(to_sari, "goal.reached")).ok
    (to_sari,) = of_kind(sari, GoalDateMessage)
    assert says(texts_in(to_sari), "outcomes.goal_date.you.reached", goal=GOAL)
    assert "goal.reached" not in action_ids(to_sari)
    await sari.open_home()
    assert sari.slack.home
    assert shows(sari.slack.home, "outcomes.goals.reached", goal=GOAL, state=label("labels.progress.reached"))

    # The partner's question shows the answer, too. A press at the same moment changes nothing, and has an answer.
    (to_budi,) = of_kind(budi, GoalDateMessage)
    assert says(texts_in(to_budi), "outcomes.goal_date.partner.reached", goal=GOAL, partner=f"<@{sari.id}>")
    assert "goal.drop" not in action_ids(to_budi)
    (row,) = await rows(pair)
    caller = Caller(row.team_id, budi.id, "late", pair.clock.now())
    late = await goal_dates.answer(pair.balik.store, caller, row.id, GoalResult.DROPPED)
    assert says(question(CATALOGUE.texts("en"), late).text, "outcomes.goal_date.too_late", partner=f"<@{sari.id}>")
    assert [(one.result, one.side) for one in await rows(pair)] == [("reached", "mentor")]

    # How it can be seen is optional, and written in the goals' window; that also corrects a wrong answer.
    assert (await budi.click(to_budi, "goal.open")).ok
    assert (await budi.submit({"progress1": "reached", "note1": "He opens it alone"})).ok
    assert shows(budi.modal, "outcomes.goals.reached", goal=GOAL, note="He opens it alone")
    await pair.run(days=40)
    assert len(of_kind(sari, GoalDateMessage)) == 1


async def test_a_moved_goal_is_asked_about_again_on_its_new_date(pair: Office) -> None:
    sari, budi = pair.people["sari"], pair.people["budi"]
    _, to_budi = await asked(pair)
    assert (await budi.click(to_budi, "goal.move")).ok
    for wrong, error in (({"by": "2027-03-01"}, "past"), ({"by": "2030-03-01"}, "far")):
        assert says((await budi.submit(wrong)).errors["by"], f"agreement.errors.{error}")
    assert (await budi.submit({"by": "2027-03-22"})).ok
    moved = {"goal": GOAL, "day": "Monday 22 March 2027"}
    assert shows(budi.modal, "outcomes.goal_date.you.moved", **moved)
    await budi.slack.close(all=True)
    (to_budi,) = of_kind(budi, GoalDateMessage)
    assert says(texts_in(to_budi), "outcomes.goal_date.you.moved", **moved), "the message shows it, too"
    await budi.click(await budi.open_home(), "agreement.open")
    assert shows(budi.modal, "agreement.text.moved", by="Monday 22 March 2027")
    await budi.slack.close(all=True)
    await pair.run(until=datetime(2027, 3, 22, 4, tzinfo=UTC))
    assert len(of_kind(sari, GoalDateMessage)) == 2
    assert (await sari.click(of_kind(sari, GoalDateMessage)[-1], "goal.drop")).ok
    assert [one.result for one in await rows(pair)] == ["moved", "dropped"]
    await pair.run(days=40)
    assert len(of_kind(sari, GoalDateMessage)) == 2


async def test_nothing_is_asked_about_a_goal_that_is_reached_before(pair: Office) -> None:
    sari = pair.people["sari"]
    await sari.click(await sari.open_home(), "growth.open")
    assert (await sari.click(None, "goal.open")).ok
    assert (await sari.submit({"progress1": "reached"})).ok
    await sari.slack.close(all=True)
    await pair.run(until=HAD_ASKED)
    assert of_kind(sari, GoalDateMessage) == []
    assert [(one.result, one.due_on) for one in await rows(pair)] == [("reached", DAY.date())]


async def test_an_agreement_older_than_the_question_is_asked_about_what_is_to_come(pair: Office) -> None:
    """The migration lets each signed agreement be checked once."""
    sari = pair.people["sari"]
    async with pair.balik.store.write(pair.clock.now()) as work:
        row = (await work.session.exec(select(Agreement))).one()
        long_ago = {"goal": "Post twice", "measure": "Two posts", "by": "2027-01-15"}
        row.goals, row.next_goal_at = [*row.goals, long_ago], row.leader_signed_at
        await work.commit()
    await pair.run(hours=1)
    assert of_kind(sari, GoalDateMessage) == []
    await asked(pair)
    assert [one.goal for one in await rows(pair)] == [GOAL]


async def test_while_a_pair_pauses_the_question_waits(pair: Office) -> None:
    sari = pair.people["sari"]
    await sari.command("pause")
    assert (await sari.submit({"until": "2027-03-08"})).ok
    await sari.slack.close(all=True)
    await pair.run(until=HAD_ASKED)
    assert of_kind(sari, GoalDateMessage) == []
    assert of_kind(pair.people["budi"], GoalDateMessage) == []
    await pair.run(until=datetime(2027, 3, 17, 4, tzinfo=UTC))
    assert len(of_kind(sari, GoalDateMessage)) == 1


async def test_a_goal_that_was_rewritten_takes_no_answer(pair: Office) -> None:
    sari, budi = pair.people["sari"], pair.people["budi"]
    to_sari, _ = await asked(pair)
    await budi.click(await budi.open_home(), "agreement.open")
    await budi.click(None, "agreement.change")
    assert (await budi.submit({"goal1": "Another goal", "by1": "2027-05-03"})).ok
    await sari.click(to_sari, "goal.reached")
    assert sari.slack.dm is not None
    assert says(sari.whispered(sari.slack.dm)[-1], "errors.goal_changed")

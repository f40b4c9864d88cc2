"""How it is going: asked as often as HR chose, by where the pair stands; HR sees before what that means."""

from datetime import UTC, date, datetime
from itertools import pairwise

import pytest
from sqlmodel import col, select

from bot.domain.care import BETWEEN_ACTIONS
from bot.domain.care_check_ins import CheckIns, CheckInStage, SessionsSoFar, check_in_days, stage
from bot.domain.message_budget import expected_messages
from bot.domain.messages.care import MidwayMessage, RiskAskMessage
from bot.domain.programme import Cadence
from storage.tables import Outbox, OutboxState, Programme, RiskAction
from tests.scenarios.office import Colleague, Office, action_ids, parts_of, shows
from tests.scenarios.pairs import of_kind, release, sent_at, sessions, without_weekly
from tests.scenarios.snapshots import once

FIRST, AFTER = date(2027, 1, 11), date(2027, 7, 11)


async def introduced(office: Office, hr: Colleague, language: str = "en", **settings: str) -> tuple[Colleague, ...]:
    await once(office, _introduced, office, hr, language=language, **settings)
    return office.people["sari"], office.people["budi"]


async def _introduced(office: Office, hr: Colleague, *, language: str, **settings: str) -> None:
    sari, budi = office.hire("Sari Wulandari"), office.hire("Budi Santoso")
    assert (await office.set_up(hr, starts_on=FIRST.isoformat(), **settings)).ok
    both = {"cadences": ["weekly"], "language": language}
    assert (await office.join(sari, "mentor", "specialist", "Marketing", **both)).ok
    assert (await office.join(budi, "mentee", "director", "Finance", **both)).ok
    await release(office, hr)
    await without_weekly(office)


async def to_come(office: Office) -> list[date]:
    """The days on which the two are to be asked."""
    async with office.balik.store.read(office.clock.now()) as work:
        asked = select(Outbox.due_at).where(Outbox.kind == MidwayMessage.kind.name, Outbox.state == OutboxState.PENDING)
        days = [one.date() for one in (await work.session.exec(asked.order_by(col(Outbox.due_at)))).all() if one]
    assert sorted(days[::2]) == sorted(days[1::2]), "both are asked"
    return days[::2]


async def choose(office: Office, hr: Colleague, check_ins: str) -> None:
    """HR changes its choice in the set-up form of the running programme."""
    assert (await office.set_up(hr, check_ins=check_ins)).ok
    await hr.slack.close(all=True)


@pytest.mark.in_turn(2)
@pytest.mark.parametrize("language", ["id", "en"])
async def test_monthly_by_stage_and_changed_on_the_way(office: Office, hr: Colleague, language: str) -> None:
    sari, budi = await introduced(office, hr, language, check_ins="monthly")
    (done,) = [one for one in office.posted(office.hr_channel) if shows(one, "programme.setup.done.messages")]
    count = expected_messages(6, Cadence.MONTHLY) + 4
    assert shows(done, "programme.setup.done.messages", count=count, more=4), "before anybody gets one"
    assert await to_come(office) == [date(2027, month, 11) for month in (2, 3, 4, 5, 6)]
    await office.run(until=datetime(2027, 2, 12, 5, 0, tzinfo=UTC))
    for who, partner in ((sari, budi), (budi, sari)):
        (asked,) = of_kind(who, MidwayMessage)
        assert shows(asked, "care.check_in.start", language, partner=f"<@{partner.id}>")
        assert shows(asked, "care.check_in.body", language)
        assert (await who.click(asked, "risk.say.well")).ok
        await office.settle()
        (answered,) = of_kind(who, MidwayMessage)
        assert shows(answered, "care.at_risk.ask.thanks.well", language)
    await choose(office, hr, "none")
    assert await to_come(office) == []
    await choose(office, hr, "half_way")
    assert await to_come(office) == [date(2027, 4, 11)]
    await choose(office, hr, "every_second")
    ends = [one.closes_on for one in await sessions(office)]
    assert await to_come(office) == [ends[1], ends[3]], "not after the last one: the closing survey asks then"
    await sari.click(await sari.open_home(), "home.pair")
    await sari.click(sari.modal, "rhythm.open")
    assert (await sari.click(sari.modal, "rhythm.wish")).ok
    weekly = [one.closes_on for one in await sessions(office) if one.number % 2 == 0]
    assert (await to_come(office))[1:3] == weekly[1:3], "they meet weekly now"


async def steps_of(office: Office) -> list[tuple[str, datetime]]:
    """What was done about pairs at risk, and when."""
    async with office.balik.store.read(office.clock.now()) as work:
        rows = (await work.session.exec(select(RiskAction).order_by(col(RiskAction.id)))).all()
    return [(row.action, row.at) for row in rows]


@pytest.mark.parametrize("check_ins", ["monthly", "every_second"])
async def test_check_ins_raise_no_alarm_and_ask_nothing_twice(office: Office, hr: Colleague, check_ins: str) -> None:
    """A pair that does not book: whatever it answers, the same is done about it, at the same time, as without
    check-ins; and nobody is asked how it is going twice within five days."""
    sari, budi = await introduced(office, hr, check_ins=check_ins)
    if check_ins == "every_second":  # of a weekly pair, so that they come as often as they can
        await sari.click(await sari.open_home(), "home.pair")
        await sari.click(sari.modal, "rhythm.open")
        assert (await sari.click(sari.modal, "rhythm.wish")).ok
        await sari.slack.close(all=True)
    asked: dict[str, list[datetime]] = {sari.id: [], budi.id: []}
    for _ in range(10):
        await office.run(days=7)
        for who, answer in ((sari, "risk.say.well"), (budi, "risk.say.help")):
            questions = of_kind(who, MidwayMessage, RiskAskMessage)
            for question in questions[len(asked[who.id]) :]:
                asked[who.id].append(sent_at(question))
                if answer in action_ids(question):
                    assert (await who.click(question, answer)).ok
    waited = [b - a for moments in asked.values() for a, b in pairwise(moments)]
    assert min(waited) >= BETWEEN_ACTIONS
    assert all(len(moments) >= 2 for moments in asked.values()), "there were check-ins"
    steps = [action for action, _ in await steps_of(office)]
    assert steps == ["nudge", "ask_each", "tell_hr", "offer_rematch"], "each step once"


async def test_an_older_programme_keeps_its_question(office: Office, hr: Colleague) -> None:
    await introduced(office, hr)
    async with office.balik.store.write(office.clock.now()) as work:
        (programme,) = (await work.session.exec(select(Programme))).all()
        assert programme.check_ins == CheckIns.HALF_WAY
        programme.check_ins = None
        await work.commit()
    assert await to_come(office) == [date(2027, 4, 11)]
    await hr.command("setup", office.hr_channel)
    (field,) = [one for one in parts_of(hr.modal.blocks) if one.get("block_id") == "check_ins"]
    assert field["element"]["initial_option"]["value"] == CheckIns.HALF_WAY
    assert any("5" in one["text"]["text"] for one in field["element"]["options"]), "how many that means"
    assert (await hr.submit({"name": "Another name"})).ok
    async with office.balik.store.read(office.clock.now()) as work:
        (programme,) = (await work.session.exec(select(Programme))).all()
        assert (programme.name, programme.check_ins) == ("Another name", None)


async def test_also_in_a_short_programme(office: Office, hr: Colleague) -> None:
    await introduced(office, hr, months="1")
    assert await to_come(office) == [date(2027, 1, 26)]


def test_days_and_stages() -> None:
    seconds = [date(2027, 3, 11), date(2027, 5, 11), AFTER]
    for choice, days in (
        (CheckIns.NONE, []),
        (CheckIns.HALF_WAY, [date(2027, 4, 11)]),
        (CheckIns.EVERY_SECOND, seconds[:2]),
    ):
        assert check_in_days(choice, FIRST, AFTER, seconds) == days
    assert check_in_days(CheckIns.MONTHLY, FIRST, date(2027, 1, 20), []) == [], "too short for any"
    assert check_in_days(CheckIns.EVERY_SECOND, FIRST, date(2027, 2, 11), []) == [date(2027, 1, 26)]
    april, june = date(2027, 4, 1), date(2027, 6, 20)
    for so_far, today, about in (
        (SessionsSoFar(0, 6), june, CheckInStage.START),
        (SessionsSoFar(0, 6, booked=True), april, CheckInStage.BOOKED),
        (SessionsSoFar(2, 4), april, CheckInStage.GOING),
        (SessionsSoFar(5, 1), june, CheckInStage.LATE),
        (SessionsSoFar(2, 0), april, CheckInStage.MET),
    ):
        assert stage(so_far, today, AFTER) is about
    assert [SessionsSoFar(*one).are_halfway for one in ((3, 3), (0, 6), (2, 1), (5, 1), (2, 0))] == [
        True,
        True,
        True,
        False,
        False,
    ], "nobody is halfway who has only the last session to come, or none"

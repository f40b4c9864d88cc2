"""What leads a pair to its agreement and what follows from it: material, one reminder, HR that reads nothing of it."""

from datetime import UTC, datetime

from sqlmodel import col, select

from bot.domain.messages.care import RematchOfferMessage, RiskAskMessage
from bot.domain.messages.sessions import LeaderPackMessage, MentorPackMessage
from bot.services.caller import Caller
from bot.services.sessions.packs import open_pack
from storage.tables import MentoringSession, Participant
from tests.scenarios.agreement.test_agreement import to_sign, write
from tests.scenarios.office import Office, action_ids, shows, texts_in
from tests.scenarios.pairs import (
    AGREED,
    agree,
    book,
    introduction,
    of_kind,
    receiving,
    with_action,
)


async def test_whoever_pauses_gets_it_after_the_break(pair: Office) -> None:
    sari, budi = pair.people["sari"], pair.people["budi"]
    await budi.command("pause")
    await budi.submit({"until": "2027-01-18"})
    await budi.slack.close(all=True)
    await write(sari)
    await pair.run(days=3)
    assert to_sign(budi) == []
    await pair.run(days=5)
    assert len(to_sign(budi)) == 1


async def test_the_first_sessions_material_leads_to_it(pair: Office) -> None:
    sari, budi = pair.people["sari"], pair.people["budi"]
    assert (await book(pair, sari, "2027-01-15", "10:00")).ok
    await pair.run(days=4)
    for who, kind in ((sari, MentorPackMessage), (budi, LeaderPackMessage)):
        (pack,) = of_kind(who, kind, session=1)
        assert "agreement.open" in action_ids(pack)
        await who.click(pack, "pack.open")
        await who.click(who.modal, "agreement.open")
        assert shows(who.modal, "agreement.form.goal.label", number=1)
        await who.slack.close(all=True)


def alarms(office: Office) -> list[str]:
    """What HR was told of pairs at risk."""
    return [texts_in(one) for one in office.posted(office.hr_channel) if "risk.hr_nudge" in action_ids(one)]


async def test_unsigned_at_seven_days_is_one_reminder_and_nothing_else(pair: Office) -> None:
    sari, budi = pair.people["sari"], pair.people["budi"]
    assert (await book(pair, sari, "2027-02-09", "10:00")).ok
    await write(sari)
    await pair.run(until=datetime(2027, 1, 15, 9, 0, tzinfo=UTC))
    for who in (sari, budi):
        assert receiving(who, "care.at_risk.nudge.why.unsigned") == []
    await pair.run(until=datetime(2027, 1, 18, 9, 0, tzinfo=UTC))
    for who, state, values in ((sari, "theirs", {"partner": f"<@{budi.id}>"}), (budi, "yours", {})):
        (nudge,) = receiving(who, "care.at_risk.nudge.why.unsigned")
        assert action_ids(nudge) == ["agreement.open", "pause.open"]
        assert shows(nudge, f"agreement.buttons.{state}")
        assert shows(nudge, f"care.at_risk.nudge.unsigned.{state}", **values)
        assert with_action(who, "risk.") == []
    await pair.run(until=datetime(2027, 2, 8, 9, 0, tzinfo=UTC))
    for who in (sari, budi):
        assert len(receiving(who, "care.at_risk.nudge.why.unsigned")) == 1
        assert of_kind(who, RiskAskMessage, RematchOfferMessage) == []
        assert with_action(who, "risk.") == []
    assert alarms(pair) == []


async def test_it_stops_once_both_signed_and_a_change_is_given_its_own_week(pair: Office) -> None:
    sari, budi = pair.people["sari"], pair.people["budi"]
    assert (await book(pair, sari, "2027-02-09", "10:00")).ok
    await pair.run(until=datetime(2027, 1, 18, 9, 0, tzinfo=UTC))
    (nudge,) = receiving(sari, "care.at_risk.nudge.why.unsigned")
    assert shows(nudge, "agreement.buttons.none")
    await agree(pair)
    await pair.run(until=datetime(2027, 1, 26, 9, 0, tzinfo=UTC))
    for who in (sari, budi):
        assert with_action(who, "risk.") == []
    await write(budi, books="in_turn")
    await pair.run(until=datetime(2027, 2, 2, 8, 0, tzinfo=UTC))
    assert len(receiving(sari, "care.at_risk.nudge.why.unsigned")) == 1
    await pair.run(until=datetime(2027, 2, 3, 9, 0, tzinfo=UTC))
    assert len(receiving(sari, "care.at_risk.nudge.why.unsigned")) == 2
    await sari.click(to_sign(sari)[0], "agreement.sign")
    await pair.run(until=datetime(2027, 2, 8, 9, 0, tzinfo=UTC))
    for who in (sari, budi):
        assert with_action(who, "risk.") == []
    assert alarms(pair) == []


async def test_material_and_questions_follow_the_agreed_topic(pair: Office) -> None:
    sari, budi = pair.people["sari"], pair.people["budi"]
    await sari.click(introduction(sari), "agreement.open")
    (picker,) = [one["element"] for one in sari.modal.blocks if one.get("block_id") == "topic"]
    offered = [one["value"] for one in picker["options"]]
    assert picker["initial_option"]["value"] == offered[0]
    topic = "linkedin_branding"
    async with pair.balik.store.write(pair.clock.now()) as work:
        for part in (await work.session.exec(select(Participant))).all():
            part.wishes = [*part.wishes, {"topic": topic, "priority": 1}]
        await work.commit()
    await sari.slack.close(all=True)
    await sari.click(introduction(sari), "agreement.open")
    assert (await sari.submit(AGREED | {"topic": topic})).ok
    store = pair.balik.store
    async with store.read(pair.clock.now()) as work:
        first = select(MentoringSession).order_by(col(MentoringSession.id)).limit(1)
        session = (await work.session.exec(first)).one()
    caller = Caller(session.team_id, sari.id, "read", pair.clock.now())
    before = await open_pack(store, caller, session.id)
    assert before.topic == offered[0], "not before both have signed"
    await budi.click(introduction(budi), "agreement.open")
    assert (await budi.click(budi.modal, "agreement.sign")).ok
    assert (await open_pack(store, caller, session.id)).topic == topic

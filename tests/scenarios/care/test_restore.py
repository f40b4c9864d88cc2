"""HR restores a pair: one that HR ended, or that ended because a Slack account was deactivated."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import col, select

from bot.domain.messages.agreement import GoalDateMessage
from bot.domain.messages.care import MidwayMessage, PairPartedMessage, PairRestoredMessage
from bot.domain.messages.matching import StillLookingMessage
from bot.domain.messages.outcomes import CardFollowMessage
from bot.domain.messages.signup import PairEndedMessage, WelcomeMessage
from bot.sandbox import Message
from bot.services.caller import HrCaller, Rejected
from bot.services.care.parting import end_pair_by_hr
from bot.services.care.restoring import restore_pair
from bot.services.matching.unmatched_followup import AFTER
from storage.tables import (
    ActionCard,
    Agreement,
    AuditEntry,
    Outbox,
    Pair,
    PairState,
    Participant,
    ParticipantState,
    Person,
    Programme,
    SessionState,
)
from tests.scenarios.office import Colleague, Office, action_ids, shows, texts_in
from tests.scenarios.pairs import MONDAY_11, agree, book, introduce, more_of, of_kind, pairs, sessions
from tests.scenarios.people.test_missed_events import bot_is_down
from tests.scenarios.programme.test_hr_channel import LANGUAGES
from tests.scenarios.snapshots import once
from tests.wording import says

RESTORE = "risk.hr_restore"


@pytest.fixture
async def pair(office: Office, hr: Colleague) -> Office:
    """Sari and Budi, agreed, with a session on Thursday of the next week."""
    await once(office, _begin, office, hr)
    return office


async def _begin(office: Office, hr: Colleague) -> None:
    await introduce(office, hr)
    await agree(office)
    await office.run(until=MONDAY_11)
    assert (await book(office, office.people["sari"], "2027-01-21", "10:00")).ok
    await office.run(minutes=5)


async def by_hr(office: Office, hr: Colleague, receipt: str) -> HrCaller:
    (couple,) = await pairs(office)
    return HrCaller(couple.team_id, hr.id, receipt, office.clock.now(), couple.programme_id)


async def end(office: Office, hr: Colleague) -> None:
    (couple,) = await pairs(office)
    await end_pair_by_hr(office.balik.store, await by_hr(office, hr, f"end-{office.clock.now()}"), couple.id)
    await office.run(hours=3)


async def in_language(office: Office, language: str) -> None:
    """HR's channel and the two read this language."""
    async with office.balik.store.write(office.clock.now()) as work:
        for person in (await work.session.exec(select(Person))).all():
            person.language = language
        for programme in (await work.session.exec(select(Programme))).all():
            programme.language = language
        await work.commit()


def offers_to_restore(office: Office) -> list[Message]:
    return [one for one in office.posted(office.hr_channel) if RESTORE in action_ids(one)]


@pytest.mark.in_turn(len(LANGUAGES))
@pytest.mark.parametrize("language", LANGUAGES)
async def test_hr_takes_the_end_of_a_pair_back(pair: Office, hr: Colleague, language: str) -> None:
    sari, budi = pair.people["sari"], pair.people["budi"]
    await in_language(pair, language)
    await end(pair, hr)
    for who in (sari, budi):
        assert len(of_kind(who, PairPartedMessage)) == 1
    (offer,) = offers_to_restore(pair)
    assert shows(offer, "care.restore.hr.ended", language, mentor=f"<@{sari.id}>", leader=f"<@{budi.id}>")
    assert (await hr.click(offer, RESTORE)).ok
    assert offers_to_restore(pair) == [], "the message says what was done, and the button is gone"
    await pair.run(hours=3)
    (couple,) = await pairs(pair)
    assert (couple.state, couple.ended_at, couple.ended_by) == (PairState.ACTIVE, None, None)
    for who in (sari, budi):
        (told,) = of_kind(who, PairRestoredMessage)
        assert shows(told, "sessions.nudge_again.line", language), "it asks for the time that was called off"
        assert shows(
            told, "care.restore.told.body", language, knew=True, partner=f"<@{({sari.id, budi.id} - {who.id}).pop()}>"
        )
        assert "session.book" in action_ids(told)
    assert (await sessions(pair))[0].state == SessionState.PLANNED, "the booking stays off"
    assert (await book(pair, budi, "2027-01-28", "10:00")).ok, "and can be made again"
    # Neither waits for a partner any more.
    await pair.run(days=AFTER.days + 2)
    assert of_kind(sari, StillLookingMessage) == of_kind(budi, StillLookingMessage) == []
    async with pair.balik.store.read(pair.clock.now()) as work:
        done = (await work.session.exec(select(AuditEntry.what).order_by(col(AuditEntry.id)))).all()
    assert [one for one in done if one.endswith("_pair")] == ["end_pair", "restore_pair"]


async def test_the_window_that_ended_it_offers_the_way_back(pair: Office, hr: Colleague) -> None:
    await pair.run(until=datetime(2027, 3, 8, 9, 0, tzinfo=UTC))
    alarm = next(one for one in pair.posted(pair.hr_channel) if "risk.hr_look" in action_ids(one))
    await hr.click(alarm, "risk.hr_look")
    await hr.click(hr.modal, "risk.hr_end")
    assert (await hr.submit()).ok
    assert says(texts_in(hr.modal), "care.parting.rest.ended", "id")
    assert action_ids(hr.modal) == [RESTORE, "match.draw"]
    await hr.click(hr.modal, RESTORE)
    assert says(texts_in(hr.modal), "care.restore.hr.done", "id")
    assert [one.state for one in await pairs(pair)] == [PairState.ACTIVE]
    await hr.slack.close(all=True)
    # A pair that goes on has no such button; one that ended has that for its sessions besides.
    await hr.click(alarm, "risk.hr_look")
    assert RESTORE not in action_ids(hr.modal)
    await hr.slack.close(all=True)
    await end(pair, hr)
    await hr.click(alarm, "risk.hr_look")
    assert action_ids(hr.modal) == [RESTORE, "session.hr_correct"]


async def test_taken_back_before_anybody_was_told(pair: Office, hr: Colleague) -> None:
    """They only learn that the time is off, never that the pair had ended."""
    await pair.run(until=datetime(2027, 1, 15, 15, 0, tzinfo=UTC))  # Friday night
    (couple,) = await pairs(pair)
    await end_pair_by_hr(pair.balik.store, await by_hr(pair, hr, "end"), couple.id)
    await restore_pair(pair.balik.store, await by_hr(pair, hr, "back"), couple.id)
    await pair.run(days=4)
    for who in (pair.people["sari"], pair.people["budi"]):
        assert of_kind(who, PairPartedMessage) == []
        (told,) = of_kind(who, PairRestoredMessage)
        assert shows(told, "sessions.called_off.line", number=1)


async def test_two_of_hr_press_it(pair: Office, hr: Colleague) -> None:
    await end(pair, hr)
    (offer,) = offers_to_restore(pair)
    (couple,) = await pairs(pair)
    await restore_pair(pair.balik.store, await by_hr(pair, hr, "other"), couple.id)
    await hr.click(offer, RESTORE)
    assert says(hr.whispered(pair.hr_channel)[-1], "errors.pair_together", "id")
    await pair.run(hours=3)
    for who in (pair.people["sari"], pair.people["budi"]):
        assert len(of_kind(who, PairRestoredMessage)) == 1


async def test_ended_and_restored_again_is_told_again(pair: Office, hr: Colleague) -> None:
    sari = pair.people["sari"]
    for number in (1, 2):
        await end(pair, hr)
        assert len(of_kind(sari, PairPartedMessage)) == number
        (offer,) = offers_to_restore(pair)
        await hr.click(offer, RESTORE)
        await pair.run(days=1)
        assert len(of_kind(sari, PairRestoredMessage)) == number
    await end(pair, hr)
    await pair.run(days=AFTER.days + 2)
    assert len(of_kind(sari, StillLookingMessage)) == 1


@pytest.mark.parametrize("way", ["too late", "left", "no place", "by one of the two", "left before"])
async def test_what_cannot_be_restored(pair: Office, hr: Colleague, way: str) -> None:
    sari, budi = pair.people["sari"], pair.people["budi"]
    (couple,) = await pairs(pair)
    code = "not_restorable"
    match way:
        case "by one of the two":
            await budi.click(await more_of(budi), "part.open")
            assert (await budi.submit({"then": "another"})).ok
        case "left before":
            await budi.command("leave")
            assert (await budi.submit({})).ok
        case "left":
            await end(pair, hr)
            await sari.command("leave")
            assert (await sari.submit({})).ok
        case "no place":
            await end(pair, hr)
            async with pair.balik.store.write(pair.clock.now()) as work:
                (await work.session.get_one(Participant, couple.leader_id)).leader_capacity = 0
                await work.commit()
        case _:
            await end(pair, hr)
            await pair.run(days=8)
            code = "restorable_no_more"
    with pytest.raises(Rejected) as refused:
        await restore_pair(pair.balik.store, await by_hr(pair, hr, "back"), couple.id)
    assert refused.value.code == code
    for offer in offers_to_restore(pair):
        await hr.click(offer, RESTORE)
        assert says(hr.whispered(pair.hr_channel)[-1], f"errors.{code}", "id")
    assert [one.state for one in await pairs(pair)] == [PairState.ENDED]
    await pair.run(days=1)
    assert of_kind(sari, PairRestoredMessage) == []


@pytest.mark.in_turn(len(LANGUAGES))
@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_deactivation_is_undone(pair: Office, hr: Colleague, language: str) -> None:
    sari, budi = pair.people["sari"], pair.people["budi"]
    await in_language(pair, language)
    await pair.slack.deactivate(pair.slack.user(budi.id))
    await pair.run(days=3)
    assert len(of_kind(sari, PairEndedMessage)) == 1
    assert offers_to_restore(pair) == [], "while the account is not active"
    (couple,) = await pairs(pair)
    with pytest.raises(Rejected, match="not_restorable"):
        await restore_pair(pair.balik.store, await by_hr(pair, hr, "early"), couple.id)
    came, welcomed = len(budi.inbox), len(of_kind(budi, WelcomeMessage))
    await pair.slack.change_user(pair.slack.user(budi.id), deleted=False)
    await pair.run(hours=3)
    (offer,) = offers_to_restore(pair)
    assert shows(offer, "care.restore.hr.account", language, person=f"<@{budi.id}>")
    assert len(budi.inbox) == came, "nothing before HR decides"
    for deleted in (True, False):  # HR is told once
        await pair.slack.change_user(pair.slack.user(budi.id), deleted=deleted)
        await pair.run(minutes=10)
    assert len(offers_to_restore(pair)) == 1
    await hr.click(offer, RESTORE)
    await pair.run(hours=3)
    (couple,) = await pairs(pair)
    assert couple.state == PairState.ACTIVE
    for who in (sari, budi):
        assert len(of_kind(who, PairRestoredMessage)) == 1
    assert len(of_kind(budi, WelcomeMessage)) == welcomed
    async with pair.balik.store.read(pair.clock.now()) as work:
        part = await work.session.get_one(Participant, couple.leader_id)
    assert (part.state, part.left_at) == (ParticipantState.ACTIVE, None)
    assert (await book(pair, budi, "2027-01-28", "10:00")).ok


async def test_the_pair_of_somebody_who_signed_up_again(pair: Office, hr: Colleague) -> None:
    budi = pair.people["budi"]
    await pair.slack.deactivate(pair.slack.user(budi.id))
    await pair.run(days=1)
    await pair.slack.change_user(pair.slack.user(budi.id), deleted=False)
    await pair.run(hours=3)
    await pair.join(budi, "mentee", "director", "Finance", address="bapak", formats=["hands_on"])
    await pair.run(hours=1)
    (offer,) = offers_to_restore(pair)
    await hr.click(offer, RESTORE)
    await pair.run(hours=3)
    assert [one.state for one in await pairs(pair)] == [PairState.ACTIVE]


@pytest.mark.parametrize("way", ["after the time", "the partner left"])
async def test_active_again_and_nothing_to_restore(pair: Office, hr: Colleague, way: str) -> None:
    sari, budi = pair.people["sari"], pair.people["budi"]
    await pair.slack.deactivate(pair.slack.user(budi.id))
    await pair.run(days=1)
    if way == "after the time":
        await pair.run(days=31)
    else:
        await sari.command("leave")
        assert (await sari.submit({})).ok
    await pair.slack.change_user(pair.slack.user(budi.id), deleted=False)
    await pair.run(days=1)
    assert offers_to_restore(pair) == []


async def test_active_again_while_the_bot_was_down(pair: Office, hr: Colleague) -> None:
    budi = pair.people["budi"]
    await pair.slack.deactivate(pair.slack.user(budi.id))
    await pair.run(days=1)
    async with bot_is_down(pair):
        await pair.slack.change_user(pair.slack.user(budi.id), deleted=False)
    assert len(offers_to_restore(pair)) == 1


async def test_a_restored_pair_is_asked_about_its_goals_and_cards_again(pair: Office, hr: Colleague) -> None:
    """Their times passed, or were looked at, while the pair was over."""
    sari, budi = pair.people["sari"], pair.people["budi"]
    today = pair.clock.now().date()
    async with pair.balik.store.write(pair.clock.now()) as work:
        (agreement,) = (await work.session.exec(select(Agreement))).all()
        (couple,) = (await work.session.exec(select(Pair))).all()
        goals = [{**one, "by": str(today + timedelta(days=2))} for one in agreement.goals]
        agreement.goals, agreement.next_goal_at = goals, pair.clock.now() + timedelta(days=2)
        card = ActionCard(
            team_id=couple.team_id,
            pair_id=couple.id,
            due_on=today - timedelta(days=28),
            written_by="mentor",
            owner="mentee",
            insight="Terlalu banyak rapat",
            change="Lebih sedikit",
            kind="habit",
            written_at=pair.clock.now(),
            next_follow_at=pair.clock.now() + timedelta(days=2),
        )
        work.session.add(card)
        await work.commit()
    await end(pair, hr)
    await pair.run(days=4)
    assert of_kind(sari, GoalDateMessage) == of_kind(budi, CardFollowMessage) == []
    (offer,) = offers_to_restore(pair)
    assert (await hr.click(offer, RESTORE)).ok
    await pair.run(days=2)
    for who in (sari, budi):
        assert len(of_kind(who, GoalDateMessage)) == 1
    assert len(of_kind(budi, CardFollowMessage)) == 1


async def test_a_question_that_is_still_to_come_keeps_its_day_after_a_deactivation(pair: Office, hr: Colleague) -> None:
    budi = pair.people["budi"]
    async with pair.balik.store.read(pair.clock.now()) as work:
        midway = select(Outbox.due_at).where(Outbox.kind == MidwayMessage.kind.name)
        (half_way,) = set((await work.session.exec(midway)).all())
    assert half_way > pair.clock.now() + timedelta(days=30)
    await pair.slack.deactivate(pair.slack.user(budi.id))
    await pair.run(hours=3)
    await pair.slack.change_user(pair.slack.user(budi.id), deleted=False)
    await pair.run(hours=3)
    (offer,) = offers_to_restore(pair)
    assert (await hr.click(offer, RESTORE)).ok
    await pair.run(days=3)
    assert of_kind(budi, MidwayMessage) == [], "it is not halfway yet"
    await pair.run(until=half_way + timedelta(days=3))
    assert len(of_kind(budi, MidwayMessage)) == 1


async def test_a_restored_pair_takes_in_who_waits_for_hr(pair: Office, hr: Colleague) -> None:
    """After the end one of them left and signed up again, when HR approved sign-ups."""
    budi = pair.people["budi"]
    await end(pair, hr)
    await budi.command("leave")
    await budi.submit({})
    await budi.slack.close(all=True)
    async with pair.balik.store.write(pair.clock.now()) as work:
        (await work.session.get_one(Programme, 1)).approve_within = 2
        await work.commit()
    await pair.join(budi, "mentee", "director", "Keuangan")
    (couple,) = await pairs(pair)
    await restore_pair(pair.balik.store, await by_hr(pair, hr, "back"), couple.id)
    async with pair.balik.store.read(pair.clock.now()) as work:
        part = await work.session.get_one(Participant, couple.leader_id)
    assert (part.state, part.waits_since) == (ParticipantState.ACTIVE, None)
    assert part.admitted_at
    await pair.run(days=1)
    assert len(of_kind(budi, PairRestoredMessage)) == 1


async def test_a_question_that_came_due_long_before_the_restoring_is_asked(pair: Office, hr: Colleague) -> None:
    budi = pair.people["budi"]
    async with pair.balik.store.read(pair.clock.now()) as work:
        midway = select(Outbox.due_at).where(Outbox.kind == MidwayMessage.kind.name)
        (half_way,) = set((await work.session.exec(midway)).all())
    await pair.run(until=half_way - timedelta(days=1))
    await pair.slack.deactivate(pair.slack.user(budi.id))
    await pair.run(days=20)
    await pair.slack.change_user(pair.slack.user(budi.id), deleted=False)
    await pair.run(hours=3)
    assert (await hr.click(offers_to_restore(pair)[-1], RESTORE)).ok
    await pair.run(days=3)
    assert len(of_kind(budi, MidwayMessage)) == 1

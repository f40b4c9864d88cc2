"""Whoever reads that somebody else gets a message is told the truth: the message arrives there, each time it is said.

Each row of `CASES` is a confirmation (the key of its text) with what somebody does to read it, how they do the same
once more, and the messages that it promises. `tests/house/test_confirmations.py` finds every text that promises a
message, and fails if it has neither a row here nor a scenario of its own.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from sqlmodel import col, select

from bot.sandbox import Message, View
from bot.services.caller import Caller
from bot.services.care.at_risk import answer_private_question
from storage.tables import OutboxState, PartnerRequest
from tests.scenarios.care.test_concerns import received, rows
from tests.scenarios.office import Colleague, Office, action_ids, shows
from tests.scenarios.pairs import agree, book, introduce, more_of, on_monday, with_action
from tests.scenarios.snapshots import once

TUESDAY = datetime(2027, 1, 26, 4, 0, tzinfo=UTC)
"""Both have just been asked in private how it is going."""
CHAT = "chat"
HR_CHANNEL = "hr"

Shown = Message | View | str
Act = Callable[[Office, Colleague], Awaitable[Shown]]


@dataclass(frozen=True)
class Case:
    """`promises`: the kinds of messages that have arrived some days later, each with who gets it."""

    key: str
    act: Act
    promises: tuple[tuple[str, str], ...]
    again: Act | None = None
    """Does it once more; None where nothing offers it again."""
    days: int = 1

    def __str__(self) -> str:
        return self.key


async def _booked(office: Office, _: Colleague) -> Shown:
    return await _pick(office, "2027-02-03")


async def _booked_again(office: Office, _: Colleague) -> Shown:
    return await _pick(office, "2027-02-08", reason="busy")


async def _pick(office: Office, date: str, **more: str) -> Shown:
    """Sari picks a time; the window that she reads then."""
    sari = office.people["sari"]
    home = await sari.open_home()
    assert home
    action = "session.move" if "session.move" in action_ids(home) else "session.book"
    await sari.click(home, action)
    assert (await sari.submit({"date": date, "time": "10:00", "minutes": "60", **more})).ok
    return sari.modal


async def _moved(office: Office, hr: Colleague) -> Shown:
    assert (await book(office, office.people["sari"], "2027-02-03", "10:00")).ok
    await office.run(days=1)
    return await _pick(office, "2027-02-04", reason="busy")


async def _cancelled(office: Office, hr: Colleague) -> Shown:
    sari = office.people["sari"]
    assert (await book(office, sari, "2027-02-03", "10:00")).ok
    await office.run(days=1)
    return await _cancel(office)


async def _cancelled_again(office: Office, hr: Colleague) -> Shown:
    assert (await book(office, office.people["sari"], "2027-02-10", "10:00")).ok
    await office.run(days=1)
    return await _cancel(office)


async def _cancel(office: Office) -> Shown:
    sari = office.people["sari"]
    await sari.click(await sari.open_home(), "session.cancel")
    return sari.modal


async def _asked_about_a_time(office: Office, hr: Colleague) -> Shown:
    return await _ask_for(office, "2027-02-03")


async def _asked_about_another_time(office: Office, hr: Colleague) -> Shown:
    return await _ask_for(office, "2027-02-04")


async def _ask_for(office: Office, date: str) -> Shown:
    """Sari proposes an evening: outside of the working hours of both."""
    sari = office.people["sari"]
    await sari.click(await sari.open_home(), "session.book")
    assert (await sari.submit({"date": date, "time": "19:00", "minutes": "60"})).ok
    assert (await sari.submit()).ok
    return sari.modal


def _proposes(cadence: str) -> Act:
    async def act(office: Office, _: Colleague) -> Shown:
        sari = office.people["sari"]
        assert (await sari.click(await more_of(sari), "rhythm.open")).ok
        assert (await sari.submit({"cadence": cadence, "format": "hands_on"})).ok
        return sari.modal

    return act


def _answers(action: str, cadence: str) -> Act:
    async def act(office: Office, hr: Colleague) -> Shown:
        await _proposes(cadence)(office, hr)
        await _close(office.people["sari"])
        await office.run(days=1)
        return await _press(office.people["budi"], with_action(office.people["budi"], action)[-1], action)

    return act


async def _paused(office: Office, _: Colleague) -> Shown:
    sari = office.people["sari"]
    await sari.command("pause")
    assert (await sari.submit({"until": "2027-02-12"})).ok
    return sari.modal


async def _paused_again(office: Office, hr: Colleague) -> Shown:
    await office.people["sari"].command("resume")
    await office.run(days=1)
    return await _paused(office, hr)


async def _resumed(office: Office, hr: Colleague) -> Shown:
    await _paused(office, hr)
    await _close(office.people["sari"])
    await office.run(days=1)
    return await _resume(office)


async def _resumed_again(office: Office, hr: Colleague) -> Shown:
    await _paused(office, hr)
    await _close(office.people["sari"])
    return await _resume(office)


async def _resume(office: Office) -> Shown:
    sari = office.people["sari"]
    assert sari.slack.dm
    await sari.command("resume", sari.slack.dm)
    return sari.whispered(sari.slack.dm)[-1]


async def _thanked(office: Office, _: Colleague) -> Shown:
    sari = office.people["sari"]
    await sari.click(await more_of(sari), "closing.thanks")
    assert (await sari.submit({"text": "You asked real questions."})).ok
    return sari.modal


async def _parted(office: Office, _: Colleague) -> Shown:
    sari = office.people["sari"]
    await sari.click(await more_of(sari), "part.open")
    assert (await sari.submit({"then": "another"})).ok
    return sari.modal


async def _help_from_question(office: Office, _: Colleague) -> Shown:
    sari = office.people["sari"]
    return await _press(sari, (await received(office, sari, "risk_ask"))[0], "risk.say.help")


async def _help_after_a_talk(office: Office, hr: Colleague) -> Shown:
    """The contact has talked to her; months later she is asked halfway, and asks again."""
    await hr.click(with_action(hr, "concern.talked")[-1], "concern.talked")
    return await _help_halfway(office, hr)


async def _help_halfway(office: Office, _: Colleague) -> Shown:
    sari = office.people["sari"]
    await office.run(until=datetime(2027, 4, 20, 4, 0, tzinfo=UTC))
    return await _press(sari, (await received(office, sari, "midway"))[0], "risk.say.help")


async def _nudged(office: Office, hr: Colleague) -> Shown:
    return await _of_hr(office, hr, "risk.hr_nudge")


async def _offered(office: Office, hr: Colleague) -> Shown:
    return await _of_hr(office, hr, "risk.hr_rematch")


async def _ended(office: Office, hr: Colleague) -> Shown:
    await _of_hr(office, hr, "risk.hr_end")
    assert (await hr.submit()).ok
    return hr.modal


async def _restored(office: Office, hr: Colleague) -> Shown:
    await _ended(office, hr)
    await office.run(days=1)
    await hr.click(hr.modal, "risk.hr_restore")
    return hr.modal


async def _rests(office: Office, hr: Colleague) -> Shown:
    return await _rest_until(office, hr, "2027-02-12")


async def _rests_longer(office: Office, hr: Colleague) -> Shown:
    return await _rest_until(office, hr, "2027-02-19")


async def _rest_until(office: Office, hr: Colleague, until: str) -> Shown:
    await _of_hr(office, hr, "risk.hr_rest")
    assert (await hr.submit({"until": until})).ok
    return hr.modal


async def _of_hr(office: Office, hr: Colleague, action: str) -> Shown:
    """HR presses a button in the window of the pair."""
    await _close(hr)
    await hr.command("people", office.hr_channel)
    await hr.submit({"words": "Sari"})
    await hr.click(hr.modal, "risk.hr_look")
    assert (await hr.click(hr.modal, action)).ok
    return hr.modal


async def _press(who: Colleague, message: Message, action: str) -> Shown:
    assert (await who.click(message, action)).ok
    return next(one for one in who.inbox if one.ts == message.ts)


CASES = (
    Case("sessions.booked.saved", _booked, (("chat_booked", CHAT),)),
    Case("sessions.move.saved", _moved, (("chat_moved", CHAT),), _booked_again),
    Case("sessions.cancelled.self", _cancelled, (("chat_cancelled", CHAT),), _cancelled_again, days=3),
    Case("sessions.ask.saved", _asked_about_a_time, (("session_proposed", "budi"),), _asked_about_another_time),
    Case(
        "sessions.cadence.answers.asked", _proposes("weekly"), (("rhythm_proposed", "budi"),), _proposes("fortnightly")
    ),
    Case(
        "sessions.cadence.answers.agreed_by_me",
        _answers("rhythm.agree", "fortnightly"),
        (("rhythm_agreed", "sari"),),
        _answers("rhythm.agree", "weekly"),
    ),
    Case(
        "sessions.cadence.answers.kept_by_me",
        _answers("rhythm.keep", "weekly"),
        (("rhythm_kept", "sari"),),
        _answers("rhythm.keep", "weekly"),
    ),
    Case("care.pause.partners.done", _paused, (("partner_paused", "budi"),), _paused_again),
    Case("care.resume.done.body", _resumed, (("partner_back", "budi"),), _resumed_again),
    Case("closing.thanks.sent", _thanked, (("thanks", "budi"),), _thanked),
    Case("care.parting.done.another", _parted, (("pair_parted", "budi"), ("pair_parted_hr", HR_CHANNEL))),
    Case("care.follow_up.promise.body", _help_from_question, (("contact_me", "dewi"),), _help_after_a_talk),
    Case("care.at_risk.hr.nudged", _nudged, (("pair_nudge", "sari"), ("pair_nudge", "budi")), _nudged),
    Case("care.at_risk.hr.offered", _offered, (("rematch_offer", "sari"), ("rematch_offer", "budi")), _offered),
    Case("care.parting.rest.done", _rests, (("pair_rests", "sari"), ("pair_rests", "budi")), _rests_longer),
    Case("care.parting.rest.ended", _ended, (("pair_parted", "sari"), ("pair_parted", "budi"))),
    Case("care.restore.hr.done", _restored, (("pair_restored", "sari"), ("pair_restored", "budi"))),
)


async def arrived(office: Office, kind: str, to: str) -> int:
    """How many messages of a kind have reached a person, the chat of the two, or HR's channel."""
    if to in (CHAT, HR_CHANNEL):
        return sum(row.state == OutboxState.SENT for row in await rows(office, kind))
    return len(await received(office, office.people[to], kind))


@pytest.fixture
async def pair(office: Office, hr: Colleague) -> Office:
    await introduce(office, hr)
    await agree(office)
    await on_monday(office)
    await once(office, office.run, until=TUESDAY)
    return office


@pytest.mark.parametrize("case", CASES, ids=str)
async def test_what_is_promised_arrives_each_time(pair: Office, hr: Colleague, case: Case) -> None:
    before = {one: await arrived(pair, *one) for one in case.promises}
    for act in (case.act, *([case.again] if case.again else [])):
        shown = await act(pair, hr)
        languages = ("en", "id")  # HR reads Indonesian
        assert isinstance(shown, str) or any(shows(shown, case.key, one) for one in languages), case.key
        await _close_all(pair)
        await pair.run(days=case.days)
        for one in case.promises:
            now = await arrived(pair, *one)
            assert now > before[one], f"{case.key} promised {one}"
            before[one] = now


@pytest.mark.parametrize("talked", [True, False], ids=["the contact talked", "the day passed"])
async def test_help_asked_for_again_is_promised_anew(pair: Office, hr: Colleague, talked: bool) -> None:
    """With no question of Balik's in between, the second wish is about the same one: it used to reach nobody."""
    sari, store = pair.people["sari"], pair.balik.store
    await _help_from_question(pair, hr)
    await pair.run(hours=1)
    if talked:
        await hr.click(with_action(hr, "concern.talked")[-1], "concern.talked")
    await pair.run(days=4)
    again = Caller("T0001", sari.id, "again", pair.clock.now())
    said = await answer_private_question(store, again, 1, "help")
    assert said.call_by
    assert said.call_by > pair.clock.now().date()
    twice = Caller("T0001", sari.id, "twice", pair.clock.now())
    assert (await answer_private_question(store, twice, 1, "help")).call_by == said.call_by
    await pair.run(hours=1)
    assert len(await received(pair, hr, "contact_me")) == 2, "one for each day that was promised"


@pytest.mark.in_turn(2)
@pytest.mark.parametrize("talked", [True, False], ids=["HR talked to both", "HR let the day pass"])
@pytest.mark.parametrize("order", [("sari", "budi"), ("budi", "sari"), ("sari", "sari")], ids=" then ".join)
async def test_each_wish_for_another_partner_reaches_hr(
    pair: Office, hr: Colleague, order: tuple[str, str], talked: bool
) -> None:
    """Whoever asks, and whatever was asked before: HR reads of it, by the day that the person was promised."""
    for number, name in enumerate(order, start=1):
        who = pair.people[name]
        if number == 1:
            await who.click((await received(pair, who, "risk_ask"))[0], "risk.say.rematch")
        else:
            await pair.run(until=datetime(2027, 4, 20, 4, 0, tzinfo=UTC))
            await who.click((await received(pair, who, "midway"))[0], "risk.say.rematch")
        assert (await who.submit()).ok
        by = (await requests(pair))[-1].call_by
        assert shows(who.modal, "care.at_risk.want.done", by=f"{by:%A} {by.day} {by:%B %Y}")
        await _close(who)
        await pair.run(days=1)
        wishes = await rows(pair, "rematch_wanted")
        assert [row.state for row in wishes] == [OutboxState.SENT] * number
        (told,) = [one for one in pair.posted(pair.hr_channel) if one.ts == wishes[-1].ts]
        assert shows(told, "care.at_risk.want.call", by=f"{by:%A} {by.day} {by:%B %Y}")
        if talked:
            assert (await hr.click(told, "risk.hr_talked")).ok


async def requests(office: Office) -> list[PartnerRequest]:
    async with office.balik.store.read(office.clock.now()) as work:
        return list((await work.session.exec(select(PartnerRequest).order_by(col(PartnerRequest.id)))).all())


async def _close_all(office: Office) -> None:
    for one in office.people.values():
        await _close(one)


async def _close(who: Colleague) -> None:
    if who.slack.modal:
        await who.slack.close(all=True)

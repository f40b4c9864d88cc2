"""A pair ends without fault, by one of the two or by HR; and HR lets a pair rest."""

from datetime import UTC, datetime

import pytest

from bot.domain.messages.sessions import LeaderPackMessage
from tests.scenarios.office import Colleague, Office, action_ids, shows, texts_in
from tests.scenarios.pairs import (
    MONDAY_11,
    agree,
    book,
    introduce,
    more_of,
    of_kind,
    pairs,
    receiving,
    sent_at,
    sessions,
    with_action,
)
from tests.scenarios.privacy.test_privacy import unfold
from tests.scenarios.snapshots import once
from tests.wording import label, says


@pytest.fixture
async def pair(office: Office, hr: Colleague) -> Office:
    """Sari and Budi, agreed, on the morning when the first session is to be booked."""
    await introduce(office, hr)
    await agree(office)
    await once(office, office.run, until=MONDAY_11)
    return office


def told_hr(office: Office, key: str) -> list[str]:
    """What HR's channel reads of this text."""
    return [texts_in(one) for one in office.posted(office.hr_channel) if shows(one, key)]


async def test_another_partner_from_home_and_the_reason_only_if_told(pair: Office) -> None:
    sari, budi = pair.people["sari"], pair.people["budi"]
    assert (await book(pair, sari, "2027-01-14", "10:00")).ok
    await pair.run(minutes=5)
    await sari.click(await more_of(sari), "part.open")
    assert shows(sari.modal, "care.parting.form.intro")
    assert (await sari.submit({"then": "another"})).ok
    assert shows(sari.modal, "care.parting.done.another")
    await pair.run(minutes=5)
    assert len(receiving(budi, "care.parting.told.body")) == 1
    (heard,) = told_hr(pair, "care.parting.hr.another")
    assert not says(heard, "care.parting.hr.why")
    # Nothing more of the old pair: no reminder of the session that was booked, no pack, no poll.
    came = {who.id: len(who.inbox) for who in (sari, budi)}
    await pair.run(until=datetime(2027, 1, 29, 9, 0, tzinfo=UTC))
    # But for one word after two weeks, that they are not forgotten.
    assert {who.id: len(who.inbox) for who in (sari, budi)} == {one: number + 1 for one, number in came.items()}
    for who in (sari, budi):
        (word,) = receiving(who, "care.parting.waiting.body")
        assert sent_at(word) == datetime(2027, 1, 25, 2, 5, tzinfo=UTC)
        assert {"join.open", "home.show"} == set(action_ids(word))
    shown = texts_in(await sari.open_home() or sari.modal)
    assert "You've joined *Tukar Ilmu 2027*" in shown, "still taking part, waiting for the next partner"


async def test_a_word_to_hr_and_nobody_new_for_now(pair: Office, hr: Colleague) -> None:
    sari, budi = pair.people["sari"], pair.people["budi"]
    await budi.click(await more_of(budi), "part.open")
    why = "We share no hour.\n<!channel> <@U0001> *_~ &lt;"
    assert (await budi.submit({"then": "none", "why": why})).ok
    await pair.run(minutes=5)
    (heard,) = told_hr(pair, "care.parting.hr.none")
    assert says(heard, "care.parting.hr.why", person=f"<@{budi.id}>")
    assert "We share no hour." in heard
    assert "We share no hour" not in "".join(texts_in(one) for one in sari.inbox)
    for who, wrote in ((budi, True), (sari, False)):
        await who.command("privacy")
        shown = await unfold(who, who.modal, "pair")
        assert ("We share no hour" in shown) is wrote, "their own words, and nobody else's"
        await who.slack.close(all=True)
    lia = pair.hire("Lia Kurnia")
    await pair.join(lia, "mentor", "entry", "Legal")
    await hr.command("match", pair.hr_channel)
    await pair.settle()
    said = hr.whispered(pair.hr_channel)[-1]
    assert says(said, "errors.nobody_to_match", "id", mentors=2, leaders=0), "Budi is left in peace"


async def test_hr_looks_lets_rest_and_ends(pair: Office, hr: Colleague) -> None:
    sari, budi = pair.people["sari"], pair.people["budi"]
    await pair.run(until=datetime(2027, 2, 1, 9, 0, tzinfo=UTC))
    (alarm,) = [one for one in pair.posted(pair.hr_channel) if "risk.hr_nudge" in action_ids(one)]
    assert {"risk.hr_look", "risk.hr_rest", "risk.hr_rematch"} <= set(action_ids(alarm))
    await hr.click(alarm, "risk.hr_look")
    seen = texts_in(hr.modal)
    assert says(seen, "care.at_risk.pair_detail.held", "id", held=0, total=6)
    assert says(seen, "care.at_risk.pair_detail.why", "id", why=label("care.at_risk.hr.why.unbooked", "id"))
    assert label("care.at_risk.pair_detail.signed", "id") in seen
    assert label("care.at_risk.pair_detail.steps.nudge", "id") in seen
    await hr.slack.close(all=True)
    await hr.click(alarm, "risk.hr_rest")
    assert "until" in (await hr.submit({"until": "2027-01-01"})).errors
    assert (await hr.submit({"until": "2027-03-01"})).ok
    await hr.slack.close(all=True)
    await pair.run(days=1)
    for who in (sari, budi):
        assert len(receiving(who, "care.parting.rests.body", until="Monday 1 March 2027")) == 1
    came = len(sari.inbox)
    await pair.run(until=datetime(2027, 2, 27, 9, 0, tzinfo=UTC))
    assert len(sari.inbox) == came, "nothing while the pair rests"
    await pair.run(until=datetime(2027, 3, 1, 9, 0, tzinfo=UTC))
    for who in (sari, budi):
        (over,) = receiving(who, "care.parting.rested.body")
        assert shows(over, "sessions.nudge_again.line")
        assert receiving(who, "sessions.nudge_again.line")[-1] == over, "one message"
        assert "session.book" in action_ids(over)
        assert receiving(who, "care.at_risk.rematch.body") == [], "waiting times begin anew"
    # Whoever picks a time ends a rest.
    await hr.click(alarm, "risk.hr_rest")
    assert (await hr.submit({"until": "2027-04-01"})).ok
    await hr.slack.close(all=True)
    assert (await book(pair, sari, "2027-03-16", "10:00")).ok
    assert [one.paused_until for one in await pairs(pair)] == [None]
    await pair.run(until=datetime(2027, 3, 16, 9, 0, tzinfo=UTC))
    assert [one.starts_at for one in await sessions(pair) if one.starts_at], "it is booked"
    assert len(of_kind(budi, LeaderPackMessage)) == 1
    await hr.click(alarm, "risk.hr_look")
    await hr.click(hr.modal, "risk.hr_end")
    assert (await hr.submit()).ok
    assert says(texts_in(hr.modal), "care.parting.rest.ended", "id")
    await pair.run(days=1)
    for who in (sari, budi):
        assert len(receiving(who, "care.parting.told.body")) == 1
    await sari.click(with_action(sari, "session.move")[-1], "session.move")
    assert sari.slack.dm is not None
    assert says(sari.whispered(sari.slack.dm)[-1], "errors.pair_ended")

"""Asking for another partner: confirmed first, told to HR without a name, and answered once with one day."""

from datetime import UTC, date, datetime

import pytest
from sqlmodel import col, select

from bot.sandbox import Message
from bot.services.caller import Caller
from bot.services.privacy.export import as_record, read_own_data
from storage.tables import PartnerRequest
from tests.scenarios.care.test_concerns import received, rows
from tests.scenarios.office import Colleague, Office, action_ids, parts_of, shows, texts_in
from tests.scenarios.pairs import agree, introduce, on_monday, with_action
from tests.scenarios.snapshots import once
from tests.wording import CATALOGUE, says

TUESDAY = datetime(2027, 1, 26, 4, 0, tzinfo=UTC)
"""Both have just been asked in private how it is going."""


@pytest.fixture
async def asked(office: Office, hr: Colleague) -> Office:
    await introduce(office, hr)
    await agree(office)
    await on_monday(office)
    await once(office, office.run, until=TUESDAY)
    return office


async def question(office: Office, who: Colleague) -> Message:
    (found,) = await received(office, who, "risk_ask")
    return found


async def ask(office: Office, who: Colleague) -> None:
    await who.click(await question(office, who), "risk.say.rematch")
    if who.modal.submit:
        assert (await who.submit()).ok
    await who.slack.close(all=True)


def wanted(office: Office) -> list[Message]:
    return [one for one in office.posted(office.hr_channel) if "risk.hr_talked" in action_ids(one)]


async def test_nothing_happens_before_the_consequences_were_read(asked: Office) -> None:
    sari, budi = asked.people["sari"], asked.people["budi"]
    await sari.click(await question(asked, sari), "risk.say.rematch")
    consequences = {"hr": {"by": "Thursday 28 January 2027"}, "partner": {"partner": f"<@{budi.id}>"}, "you": {}}
    for who, told in consequences.items():
        assert says(texts_in(sari.modal), f"care.at_risk.want.{who}", **told)
    await sari.slack.close(all=True)
    await asked.run(days=3)
    assert wanted(asked) == []
    assert "risk.say.rematch" in action_ids(await question(asked, sari)), "they can still answer otherwise"


async def test_hr_is_told_the_next_working_day_and_never_who(asked: Office, hr: Colleague) -> None:
    sari, budi = asked.people["sari"], asked.people["budi"]
    await ask(asked, budi)
    await asked.run(hours=12)
    assert wanted(asked) == [], "the hour would tell who of them had just been at their phone"
    await asked.run(until=datetime(2027, 1, 27, 3, 0, tzinfo=UTC))
    (told,) = wanted(asked)
    assert says(texts_in(told), "care.at_risk.wanted.body", mentor=f"<@{sari.id}>", leader=f"<@{budi.id}>")
    assert says(texts_in(told), "care.at_risk.want.call", by="Thursday 28 January 2027")


async def test_whoever_asks_again_gets_the_one_answer(asked: Office) -> None:
    sari = asked.people["sari"]
    await ask(asked, sari)
    for days in (0, 1):
        await asked.run(days=days)
        await sari.click(await question(asked, sari), "risk.say.rematch")
        assert says(texts_in(sari.modal), "care.at_risk.want.done", by="Thursday 28 January 2027")
        assert not sari.modal.submit
        await sari.slack.close(all=True)
    await asked.run(hours=12)
    assert len(wanted(asked)) == 1


async def test_the_second_to_ask_learns_nothing_of_the_first(asked: Office) -> None:
    sari, budi = asked.people["sari"], asked.people["budi"]
    await ask(asked, sari)
    await asked.run(days=1)
    await budi.click(await question(asked, budi), "risk.say.rematch")
    assert says(texts_in(budi.modal), "care.at_risk.want.hr", by="Friday 29 January 2027"), "as if nobody had asked"
    assert (await budi.submit()).ok
    await asked.run(days=1)
    assert len(wanted(asked)) == 1, "HR must not learn that both asked"


async def test_only_the_one_who_asked_is_left_alone_and_only_until_the_day(asked: Office) -> None:
    sari, budi = asked.people["sari"], asked.people["budi"]
    await ask(asked, sari)
    async with asked.balik.store.read(asked.clock.now()) as work:
        (stored,) = (await work.session.exec(select(PartnerRequest).order_by(col(PartnerRequest.id)))).all()
    assert stored.call_by == date(2027, 1, 28)
    for kind in ("pair_nudge", "rematch_offer", "midway"):
        before = {who.id: len(await received(asked, who, kind)) for who in (sari, budi)}
        assert before[sari.id] == before[budi.id], kind
    await asked.run(until=datetime(2027, 2, 9, 9, 0, tzinfo=UTC))
    for who in (sari, budi):
        assert len(await received(asked, who, "rematch_offer")) == 1, "after the day both are asked as ever"


async def test_hr_is_reminded_once_the_day_is_over_unless_it_talked_to_both(asked: Office, hr: Colleague) -> None:
    await ask(asked, asked.people["sari"])
    await asked.run(until=datetime(2027, 1, 29, 4, 0, tzinfo=UTC))
    assert len(await rows(asked, "rematch_due")) == 1
    assert says(texts_in(wanted(asked)[-1]), "care.at_risk.want.due", by="Thursday 28 January 2027")


async def test_hr_that_talked_to_both_is_not_reminded(asked: Office, hr: Colleague) -> None:
    await ask(asked, asked.people["sari"])
    await asked.run(until=datetime(2027, 1, 27, 4, 0, tzinfo=UTC))
    (told,) = wanted(asked)
    assert (await hr.click(told, "risk.hr_talked")).ok
    await asked.run(until=datetime(2027, 2, 2, 4, 0, tzinfo=UTC))
    assert await rows(asked, "rematch_due") == []


async def test_a_request_is_in_the_copy_of_who_asked_and_in_nobody_elses(asked: Office) -> None:
    sari, budi = asked.people["sari"], asked.people["budi"]
    await ask(asked, sari)
    for who, number in ((sari, 1), (budi, 0)):
        caller = Caller("T0001", who.id, "x", asked.clock.now())
        record = as_record(await read_own_data(asked.balik.store, caller))
        assert len(record["partnerrequest"]) == number
    assert with_action(sari, "risk.say")


@pytest.mark.in_turn(len(CATALOGUE.languages))
@pytest.mark.parametrize("language", CATALOGUE.languages)
async def test_home_says_by_when_hr_calls_and_prompts_nothing_until_then(asked: Office, language: str) -> None:
    sari, budi = asked.people["sari"], asked.people["budi"]
    await ask(asked, sari)
    await sari.click(await sari.open_home(), "home.more")
    await sari.click(sari.modal, "home.language", language)
    await sari.slack.close(all=True)
    home = await sari.open_home()
    assert home
    assert shows(home, "home.pair.asked", language)
    assert "session.book" not in action_ids(home)
    of_budi = await budi.open_home()
    assert of_budi
    assert not shows(of_budi, "home.pair.asked")
    assert "session.book" in action_ids(of_budi)
    await asked.run(until=datetime(2027, 1, 29, 4, 0, tzinfo=UTC))
    home = await sari.open_home()
    assert home
    assert shows(home, "home.pair.asked_over", language)
    assert "session.book" in action_ids(home)


async def test_home_says_nothing_of_a_request_about_which_hr_talked_to_both(asked: Office, hr: Colleague) -> None:
    sari = asked.people["sari"]
    await ask(asked, sari)
    await asked.run(until=datetime(2027, 1, 27, 4, 0, tzinfo=UTC))
    assert (await hr.click(wanted(asked)[0], "risk.hr_talked")).ok
    home = await sari.open_home()
    assert home
    assert not shows(home, "home.pair.asked")


async def test_hr_confirms_what_writes_to_both(asked: Office, hr: Colleague) -> None:
    """The consequence is in the question before the button: to whom, when, and what HR learns."""
    await ask(asked, asked.people["sari"])
    await asked.run(until=datetime(2027, 1, 27, 4, 0, tzinfo=UTC))
    await hr.click(wanted(asked)[0], "risk.hr_look")
    for element in parts_of(hr.modal.blocks):
        if element.get("action_id") in ("risk.hr_nudge", "risk.hr_rematch"):
            assert element["confirm"]["text"]["text"], element["action_id"]
    await hr.click(hr.modal, "risk.hr_end")
    names = {"mentor": f"<@{asked.people['sari'].id}>", "leader": f"<@{asked.people['budi'].id}>"}
    assert shows(hr.modal, "care.parting.end.intro", "id", **names)

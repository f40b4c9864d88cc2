"""Whoever says no, or not now, is not reminded of the same thing.

By what they pressed, and which messages they do not get afterwards. That nobody is asked again about a dropped card
(`outcomes/test_outcomes.py`), a week after a concern (`test_follow_up.py`) and about a declined pair
(`tests/storage/confirmations`) is tested there.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from bot.domain.messages.care import PartnerBackMessage
from tests.scenarios.care.test_concerns import received, rows
from tests.scenarios.office import Colleague, Office, action_ids
from tests.scenarios.pairs import agree, book, introduce, more_of, of_kind, on_monday, release, with_action

TO_MEET = ("booking_nudge", "booking_reminder", "pair_nudge")
PROMPTS = (*TO_MEET, "risk_ask", "rematch_offer", "midway", "less_often")


@dataclass(frozen=True)
class No:
    """`kinds` do not come to who pressed, for `days` from the moment `at`."""

    says: Callable[[Office, Colleague], Awaitable[None]]
    kinds: tuple[str, ...]
    days: int
    at: datetime | None = None


async def cancels(office: Office, who: Colleague) -> None:
    assert (await book(office, who, "2027-01-20", "10:00")).ok
    assert (await who.click(await who.open_home(), "session.cancel")).ok


async def asks_for_another_partner(_: Office, who: Colleague) -> None:
    await who.click(with_action(who, "risk.say.rematch")[-1], "risk.say.rematch")
    assert (await who.submit()).ok


async def stays(_: Office, who: Colleague) -> None:
    assert (await who.click(with_action(who, "risk.say.stay")[-1], "risk.say.stay")).ok


async def pauses(_: Office, who: Colleague) -> None:
    await who.command("pause")
    assert (await who.submit({"until": "2027-02-08"})).ok


async def leaves(_: Office, who: Colleague) -> None:
    await who.command("leave")
    assert (await who.submit({})).ok


async def wants_no_partner(_: Office, who: Colleague) -> None:
    await who.click(await more_of(who), "part.open")
    assert (await who.submit({"then": "none"})).ok


async def declines_a_time(office: Office, who: Colleague) -> None:
    sari = office.people["sari"]
    await sari.click(with_action(sari, "session.book")[-1], "session.book")
    await sari.submit({"date": "2027-01-14", "time": "18:00", "minutes": "60"})
    assert (await sari.submit()).ok
    await sari.slack.close(all=True)
    await office.settle()
    assert (await who.click(with_action(who, "proposal.decline")[-1], "proposal.decline")).ok


def denies(answer: str) -> Callable[[Office, Colleague], Awaitable[None]]:
    async def says(office: Office, who: Colleague) -> None:
        assert (await book(office, who, "2027-01-14", "10:00")).ok
        await office.run(until=datetime(2027, 1, 14, 6, 0, tzinfo=UTC))
        assert (await who.click(with_action(who, "poll.met")[-1], f"poll.met.{answer}")).ok

    return says


NOES = {
    "cancels a session": No(cancels, TO_MEET, 3),
    "asks for another partner": No(
        asks_for_another_partner, (*PROMPTS, "rematch_offer"), 2, datetime(2027, 1, 26, 4, 0, tzinfo=UTC)
    ),
    "stays together": No(stays, ("rematch_offer",), 28, datetime(2027, 2, 9, 9, 0, tzinfo=UTC)),
    "pauses": No(pauses, PROMPTS, 26),
    "leaves": No(leaves, PROMPTS, 40),
    "wants no partner": No(wants_no_partner, (*PROMPTS, "still_looking", "no_partner"), 40),
    "declines a time": No(declines_a_time, ("time_proposed",), 10),
    **{
        f"says {answer}": No(denies(answer), TO_MEET, 6)
        for answer in ("not_yet", "fell_through", "moved_by_me", "moved_by_other", "no_show")
    },
}


@pytest.mark.parametrize("name", NOES)
async def test_who_says_no_is_not_reminded(office: Office, hr: Colleague, name: str) -> None:
    no = NOES[name]
    await introduce(office, hr)
    await agree(office)
    await on_monday(office)
    if no.at:
        await office.run(until=no.at)
    budi = office.people["budi"]
    await no.says(office, budi)
    if budi.slack.modal:
        await budi.slack.close(all=True)
    await office.settle()
    before = {kind: len(await received(office, budi, kind)) for kind in no.kinds}
    await office.run(days=no.days)
    assert {kind: len(await received(office, budi, kind)) for kind in no.kinds} == before


async def test_who_asked_for_another_partner_is_not_asked_for_a_date_when_theirs_comes_back(
    office: Office, hr: Colleague
) -> None:
    await introduce(office, hr)
    await agree(office)
    await on_monday(office)
    sari, budi = office.people["sari"], office.people["budi"]
    await office.run(until=datetime(2027, 1, 26, 4, 0, tzinfo=UTC))
    await asks_for_another_partner(office, budi)
    await sari.command("pause")
    assert (await sari.submit({"until": "2027-02-08"})).ok
    await sari.slack.close(all=True)
    await office.run(hours=3)
    await sari.command("resume")
    await office.run(hours=3)
    (back,) = of_kind(budi, PartnerBackMessage)
    assert "session.book" not in action_ids(back)


async def test_a_pair_that_keeps_its_weekly_rhythm_is_not_asked_whether_less_often(
    office: Office, hr: Colleague
) -> None:
    """Nor is who had proposed it: the other wanted no change."""
    sari, budi = office.hire("Sari Wulandari"), office.hire("Budi Santoso")
    await office.set_up(hr, starts_on="2027-01-11", cadence="weekly")
    await office.join(sari, "mentor", "specialist", "Marketing")
    await office.join(budi, "mentee", "director", "Finance")
    await release(office, hr)
    await office.run(until=datetime(2027, 1, 12, 4, 0, tzinfo=UTC))
    await sari.click(await more_of(sari), "rhythm.open")
    assert (await sari.submit({"cadence": "fortnightly", "format": "discussion"})).ok
    await sari.slack.close(all=True)
    await office.settle()
    assert (await budi.click(with_action(budi, "rhythm.keep")[-1], "rhythm.keep")).ok
    await office.run(days=49)
    assert await rows(office, "less_often") == []

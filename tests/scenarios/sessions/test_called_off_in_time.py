"""Who loses a booked session hears of it before: at once, if the message of their next day would be too late."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.domain.messages.care import PartnerPausedMessage
from tests.scenarios.office import Office, open_office, shows
from tests.scenarios.pairs import MONDAY_11, book, introduce, of_kind

FRIDAY_14 = datetime(2027, 1, 15, 7, 0, tzinfo=UTC)
MONDAY, TUESDAY = "2027-01-18", "2027-01-19"


@pytest.fixture
async def pair(tmp_path: Path) -> AsyncIterator[Office]:
    """Sari and Budi, introduced, where a day has one message."""
    async with open_office(f"sqlite:///{tmp_path}/balik.sqlite", one_a_day=True) as office:
        dewi = office.hire("Dewi Lestari", title="HR Business Partner")
        office.slack.add_member(office.hr_channel, dewi.slack.user)
        await introduce(office, dewi)
        await office.run(until=MONDAY_11)
        yield office


@pytest.mark.parametrize(("day", "at_once"), [(MONDAY, 1), (TUESDAY, 0)])
async def test_a_pause_on_friday_tells_the_partner_of_mondays_session_at_once(
    pair: Office, day: str, at_once: int
) -> None:
    sari, budi = pair.people["sari"], pair.people["budi"]
    assert (await book(pair, sari, day, "10:00")).ok
    await pair.run(until=FRIDAY_14)
    await sari.command("pause")
    assert (await sari.submit({"until": "2027-02-01"})).ok
    await pair.run(minutes=5)
    assert len(of_kind(budi, PartnerPausedMessage)) == at_once
    await pair.run(until=datetime(2027, 1, 18, 2, 30, tzinfo=UTC))
    (told,) = of_kind(budi, PartnerPausedMessage)
    assert shows(told, "sessions.called_off.line", number=1)


async def test_who_pauses_too_hears_of_it_when_they_are_back(pair: Office) -> None:
    sari, budi = pair.people["sari"], pair.people["budi"]
    assert (await book(pair, sari, "2027-01-28", "10:00")).ok
    await pair.run(days=2)
    for who, until in ((budi, "2027-01-26"), (sari, "2027-02-10")):
        await who.command("pause")
        assert (await who.submit({"until": until})).ok
    await pair.run(until=datetime(2027, 1, 26, 4, 0, tzinfo=UTC))
    (told,) = of_kind(budi, PartnerPausedMessage)
    assert shows(told, "sessions.called_off.line", number=1), "two days before the session, two weeks after the pause"

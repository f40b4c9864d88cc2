"""Where a session takes place: either sets it, for one session or all; HR has a default; all that is shown follows."""

import pytest

from bot.domain.messages.sessions import BookingNudgeMessage, LeaderPackMessage, MentorPackMessage
from bot.sandbox import View
from tests.scenarios.office import Colleague, Office, shows, texts_in
from tests.scenarios.pairs import book, in_chat, introduced, of_kind, sessions
from tests.scenarios.sessions.test_calendar_files import entry, set_place
from tests.wording import says

CALL = "https://meet.google.com/abc-defg-hij"


@pytest.fixture
async def pair(office: Office, hr: Colleague) -> Office:
    found = await introduced(office, hr)
    assert (await book(found, found.people["sari"], "2027-01-21", "10:00")).ok
    await found.settle()
    return found


async def home_of(who: Colleague) -> View:
    home = await who.open_home()
    assert home is not None
    return home


async def test_either_sets_the_place_and_what_is_shown_follows(pair: Office, hr: Colleague) -> None:
    sari, budi = pair.people["sari"], pair.people["budi"]
    assert (await hr.click(await hr.open_home(), "material.open")).ok
    assert (await hr.click(hr.modal, "place.default")).ok
    assert (await hr.submit({"place": "Room Mawar"})).ok
    home = texts_in(await home_of(sari))
    assert says(home, "sessions.place.line", place="Room Mawar"), "HR's default"
    # Budi names a link for all their sessions; a link that is none is refused at its field.
    await budi.click(await budi.open_home(), "home.pair")
    assert (await budi.click(budi.modal, "place.open")).ok
    refused = await budi.submit({"place": "http://meet.google.com/abc", "for": "all"})
    assert says(refused.errors["place"], "sessions.place.errors.link")
    assert (await budi.submit({"place": CALL, "for": "all"})).ok
    assert shows(budi.modal, "sessions.place.stored")
    assert f"<{CALL}|meet.google.com>" in str((await home_of(sari)).blocks)
    # Sari needs another place once.
    await set_place(sari, "Lantai 3", "one")
    assert "Lantai 3" in texts_in(await home_of(budi))
    rows = await sessions(pair)
    assert [one.place for one in rows[:2]] == ["Lantai 3", None]
    event, _ = await entry(sari, of_kind(sari, BookingNudgeMessage, session=1)[0])
    assert (str(event["LOCATION"]), str(event["SEQUENCE"])) == ("Lantai 3", "3"), "each change counts"
    await pair.run(days=10)
    (pack,) = of_kind(sari, MentorPackMessage, session=1)
    (short,) = of_kind(budi, LeaderPackMessage, session=1)
    assert "Lantai 3" in texts_in(pack)
    assert "Lantai 3" in texts_in(short)
    assert not any("Lantai 3" in texts_in(one) for one in in_chat(pair)), "no message of its own"
    # Without it, the place of the pair counts again.
    await set_place(sari, "", "one")
    assert (await sessions(pair))[0].place is None

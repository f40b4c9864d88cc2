"""Who left reads what they had, until they erase it; and changes nothing."""

from datetime import UTC, datetime

import pytest

from bot.domain.messages.sessions import MentorPackMessage, PollMentorMessage
from bot.services.caller import Caller, Rejected
from bot.services.sessions.packs import open_pack
from tests.scenarios.office import Colleague, Office, shows
from tests.scenarios.pairs import agree, book, introduce, of_kind, on_monday, sessions
from tests.scenarios.snapshots import once
from tests.wording import says


@pytest.fixture
async def left(office: Office, hr: Colleague) -> Office:
    """Sari has met Budi once, answered, written a note, and left."""
    await once(office, _begin, office, hr)
    return office


async def _begin(office: Office, hr: Colleague) -> None:
    await introduce(office, hr)
    await agree(office)
    await on_monday(office)
    sari = office.people["sari"]
    assert (await book(office, sari, "2027-01-19", "10:00")).ok
    await office.run(until=datetime(2027, 1, 19, 6, 0, tzinfo=UTC))
    (poll,) = of_kind(sari, PollMentorMessage)
    for action in ("poll.met.yes", "poll.useful.4", "poll.own.4"):
        assert (await sari.click(poll, action)).ok
    await sari.command("leave")
    assert (await sari.submit()).ok
    await sari.slack.close(all=True)
    await office.settle()


async def test_who_left_reads_the_material_the_notes_and_the_agreement(left: Office) -> None:
    sari = left.people["sari"]
    (pack,), (poll,) = of_kind(sari, MentorPackMessage), of_kind(sari, PollMentorMessage)
    assert (await sari.click(pack, "pack.open")).ok
    assert shows(sari.modal, "sessions.packs.contract.signed.purpose")
    await sari.slack.close(all=True)
    assert (await sari.click(poll, "growth.open")).ok
    assert sari.slack.modal
    await sari.slack.close(all=True)


async def test_they_change_nothing(left: Office) -> None:
    sari = left.people["sari"]
    (pack,) = of_kind(sari, MentorPackMessage)
    await sari.click(pack, "session.move")
    assert sari.slack.modal is None
    assert sari.slack.dm is not None
    assert says(sari.whispered(sari.slack.dm)[-1], "errors.left_programme")


async def test_once_erased_there_is_nothing_to_read(left: Office) -> None:
    sari = left.people["sari"]
    await sari.command("privacy")
    await sari.click(None, "privacy.erase")
    assert (await sari.submit({"sure": ["sure"]})).ok
    await left.settle()
    await sari.slack.close(all=True)
    assert of_kind(sari, MentorPackMessage) == [], "their messages are gone"
    (session, *_) = await sessions(left)
    with pytest.raises(Rejected):
        await open_pack(left.balik.store, Caller(session.team_id, sari.id, "old", left.clock.now()), session.id)

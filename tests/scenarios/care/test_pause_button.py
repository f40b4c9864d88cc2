"""A pause from the message in front of somebody, at the moments when they may need one.

Which messages offer it is in `tests/golden/test_pause_offered.py`.
"""

from datetime import UTC, datetime

import pytest

from bot.domain.messages.care import ConcernReceiptMessage, PartnerPausedMessage
from bot.domain.messages.sessions import PollLeaderMessage, PollMentorMessage
from bot.sandbox import Message
from tests.scenarios.office import Colleague, Office, action_ids, shows
from tests.scenarios.pairs import book, introduced, of_kind
from tests.scenarios.snapshots import once

PAUSE = "pause.open"


@pytest.fixture
async def asked(office: Office, hr: Colleague) -> Office:
    """Sari and Budi have the questions about a session whose time is over."""
    await once(office, _begin, office, hr)
    return office


async def _begin(office: Office, hr: Colleague) -> None:
    await introduced(office, hr)
    assert (await book(office, office.people["sari"], "2027-01-14", "10:00")).ok
    await office.run(until=datetime(2027, 1, 14, 6, 0, tzinfo=UTC))


def poll_of(who: Colleague) -> Message:
    (message,) = of_kind(who, PollMentorMessage, PollLeaderMessage, session=1)
    return message


@pytest.mark.parametrize("answer", ["no_show", "fell_through", "not_yet", "moved_by_me", "moved_by_other"])
async def test_whose_session_did_not_take_place_can_pause_from_the_questions(asked: Office, answer: str) -> None:
    sari, budi = asked.people["sari"], asked.people["budi"]
    assert PAUSE not in action_ids(poll_of(sari))
    assert (await sari.click(poll_of(sari), f"poll.met.{answer}")).ok
    assert (await sari.click(poll_of(sari), PAUSE)).ok
    assert shows(sari.modal, "care.pause.form.intro")
    assert (await sari.submit({"until": "2027-02-01"})).ok
    await asked.settle()
    assert len(of_kind(budi, PartnerPausedMessage)) == 1
    home = await sari.open_home()
    assert home
    assert shows(home, "home.paused.body")


async def test_who_wants_to_be_contacted_can_pause_too(asked: Office) -> None:
    sari = asked.people["sari"]
    for action in ("poll.met.yes", "poll.useful.4", "poll.own.1"):
        await sari.click(poll_of(sari), action)
    assert PAUSE not in action_ids(poll_of(sari))
    assert (await sari.click(poll_of(sari), "poll.contact")).ok
    assert PAUSE in action_ids(poll_of(sari))


async def test_a_receipt_offers_it_only_to_who_takes_part(asked: Office) -> None:
    sari = asked.people["sari"]
    await sari.command("concern")
    assert (await sari.submit({"text": "Saya tidak bebas bicara."})).ok
    await sari.slack.close(all=True)
    await asked.run(days=1)
    (receipt,) = of_kind(sari, ConcernReceiptMessage)
    assert PAUSE in action_ids(receipt)
    await sari.command("leave")
    assert (await sari.submit()).ok
    await asked.settle()
    assert (await sari.click(receipt, "concern.ask_not")).ok
    (receipt,) = of_kind(sari, ConcernReceiptMessage)
    assert PAUSE not in action_ids(receipt), "a button that would only answer that they left"

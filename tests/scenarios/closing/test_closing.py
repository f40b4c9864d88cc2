"""The end of a programme, as its pairs live it: thanks both ways, and certificates."""

from collections.abc import AsyncIterator
from datetime import date

import pytest_asyncio
from sqlmodel import col, select

from bot.domain.messages.closing import ClosingMessage
from bot.sandbox import Message
from storage.tables import MentoringSession, Outbox, Pair, Programme, SessionState, Thanks
from tests.scenarios.office import Colleague, Office, action_ids, shows, texts_in
from tests.scenarios.pairs import introduce, more_of, of_kind, receiving, sent_at, telling
from tests.wording import label, says

SIX_MONTHS_AGO = date(2026, 6, 29)

CERTIFICATE = [f"{label('closing.certificate.page.file')}.{kind}" for kind in ("png", "pdf")]
"""The names of its files, in order."""


async def hold(office: Office, *packs: str) -> None:
    """These sessions of every pair were held; the others were missed."""
    async with office.balik.store.write(office.clock.now()) as work:
        for meeting in (await work.session.exec(select(MentoringSession))).all():
            meeting.state = SessionState.HELD if meeting.pack in packs else SessionState.MISSED
            meeting.settled_at, meeting.next_at = work.now, None
        await work.commit()


async def end(office: Office, days: int = 7) -> None:
    """The programme's last day is over."""
    async with office.balik.store.write(office.clock.now()) as work:
        programme = (await work.session.exec(select(Programme))).one()
        programme.starts_on, programme.next_close_at = SIX_MONTHS_AGO, work.now
        for pair in (await work.session.exec(select(Pair))).all():
            pair.next_close_at = work.now
        await work.commit()
    await office.run(days=days)


def files(office: Office, who: Colleague) -> list[str]:
    """The names of the files in somebody's DM, in the order in which they came."""
    ids = [one for message in who.inbox for one in message.files]
    return [office.slack.workspace.files[one].name for one in ids]


async def thank(who: Colleague, words: str, on: Message | None = None) -> str:
    """Say thanks by a message's button, or from Home; what the bot answers."""
    home = on or await who.open_home()
    assert home
    await who.click(home if "closing.thanks" in action_ids(home) else await more_of(who), "closing.thanks")
    if who.modal.submit:
        await who.submit({"text": words})
    shown = texts_in(who.modal)
    await who.slack.close(all=True)
    await who.office.run(minutes=2)
    return shown


@pytest_asyncio.fixture
async def pair(office: Office, hr: Colleague) -> AsyncIterator[Office]:
    await introduce(office, hr, weekly=True)
    yield office


async def test_each_thanks_the_other_at_any_time_and_nobody_else_reads_it(pair: Office, hr: Colleague) -> None:
    sari, budi = pair.people["sari"], pair.people["budi"]
    await pair.run(days=2)
    assert says(await thank(sari, "You asked real questions.\n<!channel> & more"), "closing.thanks.sent")
    (got,) = telling(budi, "You asked real questions.")
    assert "<!channel>" not in texts_in(got)
    assert shows(got, "closing.thanks.footer")
    assert says(await thank(budi, "You are patient.", got), "closing.thanks.sent")
    assert len(telling(sari, "You are patient.")) == 1
    everything = str([one.blocks for one in pair.posted(pair.hr_channel)]) + str([one.blocks for one in hr.inbox])
    assert "patient" not in everything

    for words in ("Two.", "Three."):
        await thank(sari, words)
    assert says(await thank(sari, "Four."), "errors.thanked_enough")
    await pair.run(days=1)
    assert says(await thank(sari, "Four."), "closing.thanks.sent")
    assert [len(telling(budi, words)) for words in ("Two.", "Three.", "Four.")] == [1, 1, 1]
    assert "closing.thanks" not in action_ids(got), "he has answered that one"
    (newest,) = telling(budi, "Four.")

    await thank(sari, "   ")
    async with pair.balik.store.read(pair.clock.now()) as work:
        assert len((await work.session.exec(select(Thanks))).all()) == 5

    await sari.command("leave")
    await sari.submit({})
    await sari.slack.close(all=True)
    await pair.settle()
    await budi.click(newest, "closing.thanks")
    assert receiving(budi, "errors.pair_ended")
    (newest,) = telling(budi, "Four.")
    assert "closing.thanks" not in action_ids(newest), "what is over is not offered again"


async def test_at_the_end_both_get_their_certificate_once_and_again_when_they_ask(pair: Office) -> None:
    sari, budi = pair.people["sari"], pair.people["budi"]
    home = await sari.open_home()
    assert home
    assert "certificate.send" not in action_ids(home), "nothing was earned yet"
    await hold(pair, "contract", "harvest")
    early = await sari.open_home()
    assert early
    assert "certificate.send" in action_ids(early), "after the harvest one need not wait for the programme's end"
    await end(pair)
    for who, role in ((sari, "mentor"), (budi, "mentee")):
        assert files(pair, who) == CERTIFICATE
        (words,) = receiving(who, "closing.certificate.sent.body")
        assert shows(words, "closing.certificate.sent.body", role=label(f"labels.role_names.{role}"))
        bye = of_kind(who, ClosingMessage)[0]
        assert float(bye.ts) < float(words.ts), "thanks come first"
        (asked,) = receiving(who, "surveys.closing.title")
        days = [sent_at(one).date() for one in (bye, words, asked)]
        assert days == [date(2027, 1, day) for day in (4, 8, 4)], "the questions come with thanks; the 5th is a holiday"
    contents = [one.content or b"" for one in pair.slack.workspace.files.values() if one.name in CERTIFICATE]
    assert [one[:4] for one in contents] == [b"\x89PNG", b"%PDF"] * 2

    over = await sari.open_home()
    assert over
    assert {"certificate.send", "closing.thanks", "concern.open"} <= set(action_ids(over))
    await sari.click(over, "certificate.send")
    await sari.click(over, "certificate.send")
    await pair.run(minutes=20)
    assert files(pair, sari) == CERTIFICATE * 2, "asked twice at once, it comes once"
    assert says(await thank(sari, "For everything."), "closing.thanks.sent"), "and thanks still go"
    assert telling(budi, "For everything.")


async def test_the_farewell_offers_what_can_still_be_done(pair: Office) -> None:
    """The certificate comes when it is asked for, once; thanks are offered until they are sent, or nobody is there."""
    sari, budi = pair.people["sari"], pair.people["budi"]
    await hold(pair, "contract", "harvest")
    await end(pair, days=1)
    (bye,) = of_kind(sari, ClosingMessage)
    assert {"closing.thanks", "certificate.send", "story.open"} <= set(action_ids(bye))
    assert shows(bye, "closing.person.body", may_thank=True, may_tell=True)
    await sari.click(bye, "certificate.send")
    await pair.run(minutes=5)
    assert files(pair, sari) == CERTIFICATE
    assert says(await thank(sari, "For your patience.", bye), "closing.thanks.sent")
    (bye,) = of_kind(sari, ClosingMessage)
    assert shows(bye, "closing.person.thanked")
    assert "closing.thanks" not in action_ids(bye)
    assert "story.open" in action_ids(bye)
    assert "certificate.send" not in action_ids(bye), "it was sent"
    assert shows(bye, "closing.person.has_certificate")
    (other,) = of_kind(budi, ClosingMessage)
    assert "closing.thanks" in action_ids(other), "his own is as it was"

    await pair.slack.deactivate(sari.id)
    await pair.run(days=7)
    assert files(pair, sari) == CERTIFICATE, "it does not come a second time"
    assert files(pair, budi) == CERTIFICATE, "and by itself to who did not ask"
    (other,) = of_kind(budi, ClosingMessage)
    await budi.click(other, "closing.thanks")
    assert receiving(budi, "errors.partner_gone")
    (other,) = of_kind(budi, ClosingMessage)
    assert "closing.thanks" not in action_ids(other)
    assert "certificate.send" in action_ids(other)


async def test_without_enough_sessions_there_is_none(pair: Office) -> None:
    await hold(pair, "contract", "hands_on", "insight")
    await end(pair)
    for name in ("sari", "budi"):
        who = pair.people[name]
        assert of_kind(who, ClosingMessage)
        assert files(pair, who) == []
        home = await who.open_home()
        assert home
        assert "certificate.send" not in action_ids(home)


async def test_an_erased_persons_certificate_and_thanks_are_gone(pair: Office) -> None:
    sari, budi = pair.people["sari"], pair.people["budi"]
    await hold(pair, "harvest")
    await thank(sari, "Rahasia for you")
    await end(pair)
    assert files(pair, sari)
    await sari.command("privacy")
    await sari.click(None, "privacy.erase")
    await sari.submit({"sure": ["sure"]})
    await sari.slack.close(all=True)
    await pair.run(minutes=10)
    kept = [one.name for one in pair.slack.workspace.files.values() if one.name in CERTIFICATE]
    assert kept == files(pair, budi) == CERTIFICATE, "only Budi's are there"
    async with pair.balik.store.read(pair.clock.now()) as work:
        rows = (await work.session.exec(select(Thanks).order_by(col(Thanks.id)))).all()
        assert [one.text for one in rows] == [""], "it is still counted"
        sent = (await work.session.exec(select(Outbox).where(Outbox.kind == "certificate"))).all()
        assert [bool(one.data) for one in sent].count(True) == 1, "only Budi's has anything in it"
    home = await budi.open_home()
    assert home
    assert "Wulandari" not in texts_in(home)
    await budi.click(home, "closing.thanks")
    assert shows(budi.modal, "errors.partner_gone")

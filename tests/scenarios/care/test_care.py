"""Breaks, farewells, concerns, and what the bot says to whoever asks for help."""

import pytest
from sqlmodel import select

from bot.domain.messages.care import PartnerBackMessage, PartnerPausedMessage, PauseOverMessage
from bot.sandbox import Message
from bot.services.alerts.undelivered import report_trouble
from storage.tables import Concern, Outbox, OutboxState
from tests.scenarios.office import Colleague, Office, action_ids, shows, texts_in
from tests.scenarios.pairs import introduce, kinds, of_kind, pairs, receiving, telling
from tests.wording import says


def _whispers(who: Colleague, office: Office) -> list[Message]:
    return [one for one in who.slack.visible(office.general) if one.ephemeral_to == who.id]


def _last(who: Colleague, office: Office) -> str:
    return texts_in(_whispers(who, office)[-1])


async def test_help_fits_the_person(office: Office, hr: Colleague) -> None:
    sari = office.hire("Sari Wulandari")
    await sari.command("help", office.general)
    assert says(_last(sari, office), "commands.help.newcomer", "id")
    await office.set_up(hr)
    await sari.command("bantuan", office.general)
    assert says(_last(sari, office), "commands.help.newcomer", "id", programme="Tukar Ilmu 2027")
    assert "join.open" in action_ids(_whispers(sari, office)[-1])
    await office.join(sari, "mentor", "specialist", "Marketing")
    await sari.command("what<!channel>", office.general)
    shown = _last(sari, office)
    assert 'I don\'t know "what&lt;!channel&gt;"' in shown
    assert "/mentoring pause" in shown
    assert not says(shown, "commands.help.hr")
    await hr.command("help", office.hr_channel)
    assert says(texts_in(office.hr_channel.ephemerals[-1]), "commands.help.hr", "id")


@pytest.mark.parametrize("word", ["pause", "resume", "leave", "concern", "jeda", "lanjut", "keluar", "lapor"])
async def test_strangers_are_refused(office: Office, hr: Colleague, word: str) -> None:
    await office.set_up(hr)
    stranger = office.hire("Agus Salim")
    await stranger.command(word, office.general)
    assert stranger.slack.modal is None
    assert says(stranger.whispered(office.general)[-1], "errors.not_participant", "id")


async def test_a_break_is_quiet_told_to_the_partner_and_ends_by_itself(office: Office, hr: Colleague) -> None:
    await introduce(office, hr)
    sari, budi = office.people["sari"], office.people["budi"]
    before = len(sari.inbox)
    await sari.command("pause")
    assert (await sari.submit({"until": "2027-01-04"})).errors.keys() == {"until"}
    outcome = await sari.submit({"until": "2027-02-15"})
    assert outcome.ok
    assert "until Monday 15 February 2027" in texts_in(sari.modal)
    await sari.slack.close(all=True)
    await office.run(minutes=2)
    (told,) = of_kind(budi, PartnerPausedMessage)
    assert shows(told, "care.pause.told.body", partner=f"<@{sari.id}>", until="Monday 15 February 2027")
    await sari.command("pause", office.general)
    assert says(sari.whispered(office.general)[-1], "care.pause.already.body")
    await office.run(days=30)
    assert len(sari.inbox) == before, kinds(sari.inbox)
    await office.run(days=14)
    assert len(of_kind(sari, PauseOverMessage)) == 1
    assert len(of_kind(budi, PartnerPausedMessage)) == 1
    (back,) = of_kind(budi, PartnerBackMessage)
    assert shows(back, "care.resume.told.body", partner=f"<@{sari.id}>")


async def test_coming_back_early(office: Office, hr: Colleague) -> None:
    await introduce(office, hr)
    sari, budi = office.people["sari"], office.people["budi"]
    await sari.command("resume", office.general)
    assert says(sari.whispered(office.general)[-1], "care.resume.already.body")
    await sari.command("pause")
    await sari.submit({})
    await sari.slack.close(all=True)
    await office.run(minutes=2)
    await sari.command("lanjut", office.general)
    assert says(sari.whispered(office.general)[-1], "care.resume.done.body")
    await office.run(minutes=2)
    assert len(of_kind(budi, PartnerBackMessage)) == 1
    assert not of_kind(sari, PauseOverMessage)


async def test_whoever_leaves_hears_nothing_more(office: Office, hr: Colleague) -> None:
    await introduce(office, hr)
    sari, budi = office.people["sari"], office.people["budi"]
    await sari.command("leave")
    assert f"<@{budi.id}>" in texts_in(sari.modal)
    assert (await sari.submit({"reason": "no_time"})).ok
    assert shows(sari.modal, "care.leave.done.body")
    await sari.slack.close(all=True)
    await office.run(minutes=2)
    said = len(sari.inbox)
    assert len(receiving(budi, "care.leave.told.body")) == 1
    ended = [one for one in office.posted(office.hr_channel) if shows(one, "care.leave.hr.body")]
    assert len(ended) == 1
    assert "no_time" not in texts_in(ended[0])
    assert (await pairs(office))[0].state == "ended"
    await office.run(days=45)
    assert len(sari.inbox) == said, kinds(sari.inbox)
    await sari.command("pause", office.general)
    assert says(sari.whispered(office.general)[-1], "errors.left_programme")


async def test_leaving_is_undone_by_joining_again(office: Office, hr: Colleague) -> None:
    await office.set_up(hr)
    sari = office.hire("Sari Wulandari")
    await office.join(sari, "mentor", "specialist", "Marketing")
    await sari.command("leave")
    await sari.submit({})
    await sari.slack.close(all=True)
    await office.run(hours=1)
    await office.join(sari, "mentor", "specialist", "Marketing")
    home = await sari.open_home()
    assert home is not None
    assert "You've joined *Tukar Ilmu 2027* as a *mentor*" in texts_in(home)
    assert len(receiving(sari, "signup.welcome.mentor", programme="Tukar Ilmu 2027")) == 2


async def test_a_concern_reaches_one_person_and_no_channel(office: Office, hr: Colleague) -> None:
    rina = office.hire("Rina Marlina")
    await introduce(office, hr)
    await office.set_up(hr, contact=rina.id)
    sari, budi = office.people["sari"], office.people["budi"]
    posted = len(office.posted(office.hr_channel))
    await sari.command("concern")
    assert "Rina Marlina" in texts_in(sari.modal)
    text = "Saya tidak bebas bicara <!channel> *x*"
    assert (await sari.submit({"text": text})).ok
    await sari.slack.close(all=True)
    await office.run(minutes=2)
    (told,) = receiving(rina, "care.concern.delivered.body", "id")
    assert f"<@{sari.id}>" in texts_in(told)
    (quote,) = [one for one in told.blocks if one["type"] == "section" and one["text"]["type"] == "plain_text"]
    assert quote["text"]["text"] == text
    assert text not in told.text
    assert len(receiving(sari, "care.concern.receipt.body")) == 1
    assert len(office.posted(office.hr_channel)) == posted
    assert not telling(budi, "bebas bicara")
    async with office.balik.store.read(office.clock.now()) as work:
        assert [one.text for one in (await work.session.exec(select(Concern))).all()] == [text]
        rows = (await work.session.exec(select(Outbox))).all()
    assert not any(text in str(one.data) for one in rows)


async def test_a_concern_never_goes_to_the_partner_it_may_be_about(office: Office, hr: Colleague) -> None:
    budi = office.hire("Budi Santoso")
    await introduce(office, hr)
    await office.set_up(hr, contact=office.people["budi"].id)
    assert budi.id != office.people["budi"].id
    sari = office.people["sari"]
    await sari.command("concern")
    assert "Dewi Lestari" in texts_in(sari.modal), "whoever set the programme up instead"


async def test_an_undelivered_concern_goes_to_the_creator_and_to_no_channel(office: Office, hr: Colleague) -> None:
    rina = office.hire("Rina Marlina")
    await office.set_up(hr, contact=rina.id)
    sari = office.hire("Sari Wulandari")
    await office.join(sari, "mentor", "specialist", "Marketing")
    posted = len(office.posted(office.hr_channel))
    await sari.command("concern")
    await sari.submit({"text": "Saya tidak bebas bicara"})
    async with office.balik.store.write(office.clock.now()) as work:
        row = (await work.session.exec(select(Outbox).where(Outbox.kind == "concern_contact"))).one()
        row.state = OutboxState.DEAD
        for _ in range(2):
            await report_trouble(work, "dead", row)
        await work.commit()
    await office.run(minutes=2)
    (told,) = receiving(sari, "care.concern.passed_on.body", before=f"<@{rina.id}>", contact=f"<@{hr.id}>")
    assert not receiving(rina, "care.concern.delivered.body")
    assert len(telling(hr, "Saya tidak bebas bicara")) == 1
    assert "Saya tidak bebas bicara" not in texts_in(told)
    assert len(office.posted(office.hr_channel)) == posted


async def test_ex_participants_may_still_say_what_was_wrong(office: Office, hr: Colleague) -> None:
    await introduce(office, hr)
    sari = office.people["sari"]
    await sari.command("leave")
    await sari.submit({})
    await sari.slack.close(all=True)
    await office.run(minutes=2)
    home = await sari.open_home()
    assert home is not None
    assert {"join.open", "concern.open"} <= set(action_ids(home))
    assert "leave.open" not in action_ids(home)
    await sari.click(home, "concern.open")
    assert (await sari.submit({"text": "Karena itu saya keluar"})).ok
    await office.run(minutes=2)
    title = "care.concern.delivered.title"
    assert len(receiving(hr, title)) + len(receiving(hr, title, "id")) == 1


async def test_one_pause_submitted_twice_pauses_once(office: Office, hr: Colleague) -> None:
    await introduce(office, hr)
    sari, budi = office.people["sari"], office.people["budi"]
    home = await sari.open_home()
    await sari.click(home, "pause.open")
    await sari.submit({})
    await sari.slack.close(all=True)
    await office.run(hours=4)
    assert len(of_kind(budi, PartnerPausedMessage)) == 1
    home = await sari.open_home()
    assert home is not None
    assert shows(home, "home.paused.body")
    assert "resume.now" in action_ids(home)

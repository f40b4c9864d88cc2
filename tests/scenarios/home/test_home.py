"""The Home tab shows the next right step, at every stage, in both languages."""

from dataclasses import replace

import pytest

from bot.sandbox import Fault, View
from bot.services.caller import Caller
from bot.services.home import home as homes
from handlers.home import views
from storage.tables import MentoringSession
from tests.scenarios.office import Colleague, Office, action_ids, shows, texts_in
from tests.scenarios.pairs import book, introduce, release, say_yes
from tests.wording import label, says


async def home_of(who: Colleague) -> View:
    found = await who.open_home()
    assert found is not None
    assert len(found.blocks) <= 100
    return found


async def test_before_anything_it_says_so_kindly(office: Office, hr: Colleague) -> None:
    sari = office.hire("Sari Wulandari")
    found = await home_of(sari)
    assert shows(found, "home.newcomer.body", "id")
    assert action_ids(found) == ["help.show", "privacy.show", "working_time.open", "home.language"]
    await sari.click(found, "home.language", "en")
    assert shows(await home_of(sari), "home.newcomer.body")
    await sari.command("home", office.general)
    (shown,) = [one for one in office.general.ephemerals if one.ephemeral_to == sari.id]
    await sari.click(shown, "home.language", "id")
    assert shows(office.general.ephemerals[-1], "home.newcomer.body", "id")


async def test_from_newcomer_to_the_first_session(office: Office, hr: Colleague) -> None:
    await introduce(office, hr)
    agus = office.hire("Agus Salim")
    found = await home_of(agus)
    assert shows(found, "home.newcomer.body", "id", programme="Tukar Ilmu 2027")
    assert "join.open" in action_ids(found)
    await office.join(agus, "mentor", "specialist", "IT")
    waiting = await home_of(agus)
    assert says(
        texts_in(waiting), "home.waiting.body", programme="Tukar Ilmu 2027", role=label("labels.role_names.mentor")
    )
    assert shows(waiting, "home.waiting.unseen")
    assert "January" not in texts_in(waiting), "no day is promised any more"
    assert {"join.open", "pause.open", "home.more", "concern.open"} <= set(action_ids(waiting))

    sari = office.people["sari"]
    await office.run(days=8)
    assert shows(agus.inbox[0], "signup.welcome.mentor")
    assert "January" not in texts_in(agus.inbox[0]), "no day is promised any more"
    matched = await home_of(sari)
    assert shows(matched, "home.pair.mentor_of", partner=f"<@{office.people['budi'].id}>")
    assert shows(matched, "home.pair.progress", held=0, total=6)
    assert shows(matched, "home.pair.next.book", number=1)
    await sari.click(matched, "session.book")
    assert sari.slack.modal is not None
    await sari.slack.close(all=True)

    assert (await book(office, sari, "2027-01-20", "10:00")).ok
    booked = await home_of(sari)
    assert shows(booked, "home.pair.next.booked", when="Wednesday 20 January 2027, 10:00 WIB")
    assert {"session.move", "session.cancel", "pack.open"} <= set(action_ids(booked))

    await office.run(days=9)
    asked = await home_of(sari)
    assert shows(asked, "home.pair.next.poll", number=1)
    await sari.click(asked, "poll.open")
    assert sari.slack.modal is not None


async def test_it_speaks_indonesian_to_who_reads_indonesian(office: Office, hr: Colleague) -> None:
    await introduce(office, hr)
    sari, budi = office.people["sari"], office.people["budi"]
    for who in (sari, budi):
        role, level = ("mentor", "specialist") if who is sari else ("mentee", "director")
        await office.join(who, role, level, "Marketing" if who is sari else "Finance", language="id", address="bapak")
    await office.run(days=8)
    text = texts_in(await home_of(budi))
    assert says(text, "home.pair.mentee_of", "id", partner=f"<@{sari.id}>")
    assert says(text, "home.pair.next.book", "id", number=1)
    await budi.command("jeda")
    await budi.submit({"until": "2027-02-15"})
    await budi.slack.close(all=True)
    text = texts_in(await home_of(budi))
    assert says(text, "home.paused.body", "id", until="Senin, 15 Februari 2027")
    assert shows(await home_of(sari), "home.pair.partner_paused", "id", partner=f"<@{budi.id}>")
    await budi.command("keluar")
    await budi.submit({})
    await budi.slack.close(all=True)
    assert shows(await home_of(budi), "home.left.body", "id", programme="Tukar Ilmu 2027")
    waiting = {"programme": "Tukar Ilmu 2027", "role": label("labels.role_names.mentor", "id")}
    assert shows(await home_of(sari), "home.waiting.body", "id", **waiting)


async def test_who_is_on_both_sides_sees_both(office: Office, hr: Colleague) -> None:
    await introduce(office, hr)
    rina = office.hire("Rina Marlina")
    await office.join(rina, "both", "manager", "IT", offers=["ai_tools"], wishes=["ai_tools"])
    ayu = office.hire("Ayu Lestari")
    await office.join(ayu, "mentor", "entry", "Legal", offers=["ai_tools"])
    joko = office.hire("Joko Widodo")
    await office.join(joko, "mentee", "executive", "Board", wishes=["ai_tools"])
    await office.run(minutes=3)
    await release(office, hr)
    text = texts_in(await home_of(rina))
    assert label("home.common.mentor_side") in text
    assert label("home.common.mentee_side") in text


async def test_hr_sees_its_programme_and_its_buttons(office: Office, hr: Colleague) -> None:
    await introduce(office, hr)
    found = await home_of(hr)
    assert shows(found, "home.hr.body", "id", people=2, pairs=1)
    assert {"summary.again", "match.draw"} <= set(action_ids(found))
    assert "summary.again" not in action_ids(await home_of(office.people["sari"]))
    await hr.click(found, "summary.again")
    assert f"<#{office.hr_channel.id}>" in texts_in(hr.modal)


async def test_hr_finds_its_next_step_there_from_the_start(office: Office, hr: Colleague) -> None:
    await office.set_up(hr, starts_on="2027-01-11")

    async def first_step() -> str:
        return action_ids(await home_of(hr))[0]

    assert await first_step() == "sponsor.open"
    await hr.click(hr.slack.home, "sponsor.open")
    assert (await hr.submit({"name": "Ratna Dewi", "text": "Come curious."})).ok
    assert (await hr.submit()).ok
    await hr.slack.close(all=True)
    assert await first_step() == "invite.open", "nobody is there yet"
    await office.join(office.hire("Sari Wulandari"), "mentor", "specialist", "Marketing")
    await office.join(office.hire("Budi Santoso"), "mentee", "director", "Finance")
    assert await first_step() == "match.draw"
    await hr.click(hr.slack.home, "match.draw")
    await office.settle()
    assert await first_step() == "match.release"
    await say_yes(hr, await home_of(hr))
    await office.run(minutes=10)
    shown = await home_of(hr)
    assert shows(shown, "home.hr.next.running", "id", day="Senin, 11 Januari 2027")
    assert action_ids(shown)[:4] == ["participants.open", "broadcast.open.all", "eligibility.open", "roster.open"]


async def test_the_word_home_shows_the_same_at_once(office: Office, hr: Colleague) -> None:
    await introduce(office, hr)
    sari = office.people["sari"]
    await sari.command("home", office.general)
    shown = [one for one in office.general.ephemerals if one.ephemeral_to == sari.id][-1]
    assert shows(shown, "home.pair.mentor_of", partner=f"<@{office.people['budi'].id}>")
    assert says(shown.text, "commands.home.body")


async def test_a_home_that_slack_refuses_changes_nothing_else(
    office: Office, hr: Colleague, monkeypatch: pytest.MonkeyPatch
) -> None:
    await introduce(office, hr)
    sari = office.people["sari"]

    async def refuse(*_: object) -> None:
        raise RuntimeError("views.publish")

    monkeypatch.setattr(office.balik.gateway, "publish_home", refuse)
    await sari.command("pause")
    assert (await sari.submit({})).ok
    assert shows(sari.modal, "care.pause.done.body")


async def test_what_is_said_of_a_bug_is_true(office: Office, hr: Colleague, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("a bug")

    await hr.command("setup", office.hr_channel)
    with monkeypatch.context() as patch:
        patch.setattr(office.balik.store, "wake_delivery", broken)
        values = {"name": "Tukar Ilmu", "starts_on": "2027-02-01", "announce_channel": office.general.id}
        await hr.submit({**values, "contact": hr.id, "language": "en"})
    assert shows(hr.modal, "errors.broke_after", "id"), "it broke after the commit"
    await hr.slack.close(all=True)
    await hr.command("join", office.hr_channel)
    assert hr.modal.callback_id == "join.about", "the programme is there"
    await hr.slack.close(all=True)

    with monkeypatch.context() as patch:
        patch.setattr(office.balik.gateway, "open_view", broken)
        await hr.command("join", office.hr_channel)
        assert says(hr.whispered(office.hr_channel)[-1], "errors.something_broke", "id")
        patch.setattr(office.balik.context.store, "is_done", broken)
        await hr.command("join", office.hr_channel)
        assert says(hr.whispered(office.hr_channel)[-1], "errors.broke_unclear", "id")


@pytest.mark.in_turn(2)
@pytest.mark.parametrize("language", ["id", "en"])
async def test_every_step_reads_well_in_both_languages(office: Office, hr: Colleague, language: str) -> None:
    """Each state a pair can be in, rendered from one real page."""
    await introduce(office, hr)
    sari = office.people["sari"]
    caller = Caller("T0001", sari.id, "x", office.clock.now())
    page = await homes.read_home(office.balik.store, caller)
    pair = page.parts[0].pairs[0]
    session: MentoringSession = pair.sessions[0]
    session.starts_at = office.clock.now()
    texts = office.balik.context.catalogue.texts(language, "ibu", "Rina Wati")
    for step in homes.NextStep:
        about = None if step is homes.NextStep.DONE else session
        part = homes.Enrolment(page.parts[0].participant, page.parts[0].programme, (_with(pair, step, about),))
        found = views.view(texts, homes.Page(page.person, page.now, (part,), (), ()))
        assert "{{" not in str(found)
        assert len(found["blocks"]) < 20


def _with(pair: homes.PairPart, step: homes.NextStep, session: MentoringSession | None) -> homes.PairPart:
    return replace(pair, partner_paused=False, next=step, session=session)


async def test_home_is_published_for_those_who_opened_it_or_open_it(office: Office, hr: Colleague) -> None:
    await office.set_up(hr)
    sari, budi = office.hire("Sari Wulandari"), office.hire("Budi Santoso")
    assert (await budi.click(await home_of(budi), "join.open")).ok
    await budi.slack.close(all=True)
    await office.join(sari, "mentor", "specialist", "Marketing", manager=budi.id)
    assert sari.slack.home is None, "nobody looks at it, and Slack limits how many are published"
    assert "pause.open" in action_ids(await home_of(sari))

    await office.join(budi, "mentee", "director", "Finance")
    assert budi.slack.home
    assert "pause.open" in action_ids(budi.slack.home), "it was opened before, and follows what he did elsewhere"


async def test_an_open_home_is_shown_although_slack_is_busy(office: Office, hr: Colleague) -> None:
    await office.set_up(hr)
    sari = office.hire("Sari Wulandari")
    office.slack.faults.add(Fault("ratelimited", method="views.publish", times=1, retry_after=0))
    assert "join.open" in action_ids(await home_of(sari))

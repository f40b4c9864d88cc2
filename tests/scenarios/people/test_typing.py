"""What people type to the bot: each message is answered, in a minute at most, and what was typed is kept nowhere."""

import logging
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import SQLModel, select

from bot.sandbox import Message
from prompts.catalogue import Catalogue
from storage.tables import Outbox, OutboxState, Person, Programme
from tests.scenarios.office import Colleague, Office, action_ids, open_office, texts_in
from tests.scenarios.pairs import introduce
from tests.wording import CATALOGUE, says

LANGUAGES = CATALOGUE.languages
CRY = {"id": "tolong, mentor saya melecehkan saya", "en": "please help, my mentor is harassing me"}


async def speak(office: Office, who: Colleague, language: str) -> None:
    """They choose a language, as on Home."""
    person = await office.balik.context.directory.person("T0001", who.id, office.clock.now())
    async with office.balik.store.write(office.clock.now()) as work:
        (await work.session.get_one(Person, person.id)).language = language
        await work.commit()


async def answers(office: Office, who: Colleague, *texts: str) -> list[Message]:
    """What the bot answers at once to messages typed one after the other: Slack takes about one a second."""
    before = len(who.inbox)
    for text in texts:
        await who.say(text)
    await office.run(seconds=2)
    return who.inbox[before:]


async def everything_stored(office: Office) -> str:
    """Every row of every table."""
    async with office.balik.store.read(office.clock.now()) as work:
        tables = [await work.session.exec(select(*table.c)) for table in SQLModel.metadata.tables.values()]
    return "\n".join(str(row) for rows in tables for row in rows.all())


@pytest.mark.parametrize("language", LANGUAGES)
async def test_each_message_is_answered_also_the_next_one(office: Office, hr: Colleague, language: str) -> None:
    sari = office.hire("Sari Wulandari")
    await speak(office, sari, language)
    for _ in range(4):
        (answer,) = await answers(office, sari, "halo, bagaimana cara mengubah jadwal?")
        assert says(texts_in(answer), "commands.typed.body", language)
        await office.run(minutes=2)


async def test_at_most_one_answer_a_minute_and_none_is_missing(office: Office, hr: Colleague) -> None:
    sari = office.hire("Sari Wulandari")
    (_first,) = await answers(office, sari, "halo", "mau tanya", "jadwal saya")
    await office.run(seconds=30)
    assert await answers(office, sari, "bagaimana pindah jadwal?") == []
    await office.run(seconds=20)
    assert await answers(office, sari, "halo?") == []
    await office.run(seconds=20)
    assert len(sari.inbox) == 2, "one answer to both, a minute after the first"
    await office.run(minutes=10)
    assert len(sari.inbox) == 2
    for _ in range(60):
        await sari.say("halo")
        await office.run(seconds=5)
    assert len(sari.inbox) == 2 + 6, "in five minutes"


@pytest.mark.parametrize("language", LANGUAGES)
async def test_words_of_distress_are_answered_at_once_and_each_time(
    office: Office, hr: Colleague, language: str
) -> None:
    await introduce(office, hr)
    sari = office.people["sari"]
    await speak(office, sari, language)
    await answers(office, sari, "halo")
    for typed in (CRY["id"], CRY["en"], CRY[language]):
        (answer,) = await answers(office, sari, typed)
        assert says(texts_in(answer), "care.distress.body", language, contact=f"<@{hr.id}>")
        assert action_ids(answer) == ["concern.open", "pause.open"]
    assert (await sari.click(answer, "concern.open")).ok
    assert "Dewi Lestari" in texts_in(sari.modal)


async def test_nothing_that_was_typed_is_stored_logged_or_passed_on(
    office: Office, hr: Colleague, caplog: pytest.LogCaptureFixture
) -> None:
    """Nor that a phrase was found: not once the answer is sent."""
    caplog.set_level(logging.DEBUG, "bot")
    caplog.set_level(logging.DEBUG, "handlers")
    await introduce(office, hr)
    sari = office.people["sari"]
    heard = {one.id: len(one.inbox) for one in office.people.values()}
    posted = len(office.posted(office.hr_channel))
    for text in ("Rahasia: gaji saya kecil", "Rahasia: mentor saya melecehkan saya"):
        await answers(office, sari, text)
    stored = await everything_stored(office)
    for trace in ("Rahasia", "melecehkan", "urgent"):
        assert trace not in stored
        assert trace not in caplog.text
    async with office.balik.store.read(office.clock.now()) as work:
        kinds = (await work.session.exec(select(Outbox.kind, Outbox.state).where(Outbox.kind == "dm_reply"))).all()
    assert kinds == [("dm_reply", OutboxState.SENT)] * 2, "they look the same"
    assert {one.id: len(one.inbox) for one in office.people.values()} == {**heard, sari.id: heard[sari.id] + 2}
    assert len(office.posted(office.hr_channel)) == posted


@pytest.mark.parametrize("language", LANGUAGES)
async def test_newcomers_participants_and_former_ones_are_offered_what_they_can_do(
    office: Office, hr: Colleague, language: str
) -> None:
    agus = office.hire("Agus Salim")
    await speak(office, agus, language)
    (closed,) = await answers(office, agus, "halo")
    assert action_ids(closed) == ["home.show", "help.show"]
    await introduce(office, hr)
    sari = office.people["sari"]
    for who in (agus, sari):
        await speak(office, who, language)
    await office.run(minutes=2)
    (newcomer,) = await answers(office, agus, "halo")
    assert action_ids(newcomer) == ["join.open", "home.show", "help.show"]
    assert "Tukar Ilmu 2027" in texts_in(newcomer)
    for action_id in ("help.show", "home.show", "join.open"):
        assert (await agus.click(newcomer, action_id)).ok
    assert agus.slack.modal is not None
    (participant,) = await answers(office, sari, "halo")
    assert action_ids(participant) == ["home.show", "help.show", "concern.open"]
    assert partner_line(language) in texts_in(participant)
    await sari.command("leave")
    assert (await sari.submit()).ok
    await office.run(minutes=2)
    (former,) = await answers(office, sari, "halo")
    assert "concern.open" in action_ids(former), "they may have left because of it"
    assert partner_line(language) not in texts_in(former)
    assert (await sari.click(former, "concern.open")).ok


def partner_line(language: str) -> str:
    return {"id": "grup mentoring", "en": "your mentoring chat"}[language]


@pytest.mark.parametrize("language", LANGUAGES)
async def test_somebody_who_has_not_signed_up_is_told_whom_to_write_to(
    office: Office, hr: Colleague, language: str
) -> None:
    agus = office.hire("Agus Salim")
    await speak(office, agus, language)
    (nobody,) = await answers(office, agus, CRY[language])
    assert says(texts_in(nobody), "care.distress.body", language)
    assert action_ids(nobody) == []
    assert "<@" not in texts_in(nobody)
    await office.set_up(hr)
    await speak(office, agus, language)
    (contact,) = await answers(office, agus, CRY[language])
    assert f"<@{hr.id}>" in texts_in(contact)
    assert action_ids(contact) == [], "the form is for participants"


async def test_a_guest_reads_that_the_programme_is_not_for_guests(office: Office, hr: Colleague) -> None:
    await office.set_up(hr)
    guest = office.hire("Gita Tamu", is_restricted=True)
    (answer,) = await answers(office, guest, "halo")
    assert "join.open" not in action_ids(answer)
    assert "akun tamu" in texts_in(answer).lower()


@pytest.mark.parametrize("details", [{"is_stranger": True, "team_id": "T0002"}, {"team_id": "T0002"}, {"is_bot": True}])
async def test_people_of_other_companies_and_apps_get_no_answer(
    office: Office, hr: Colleague, details: dict[str, Any]
) -> None:
    await office.set_up(hr)
    ola = office.hire("Ola Outside", **details)
    assert await answers(office, ola, "halo", CRY["en"]) == []


async def test_the_partner_is_never_named_as_the_reader(office: Office, hr: Colleague) -> None:
    """The contact may be the cause."""
    office.hire("Budi Santoso")
    await introduce(office, hr)
    sari, budi = office.people["sari"], office.people["budi"]
    async with office.balik.store.write(office.clock.now()) as work:
        programme = (await work.session.exec(select(Programme))).one()
        boss = (await work.session.exec(select(Person).where(Person.slack_id == budi.id))).one()
        programme.contact_id = programme.created_by = boss.id
        await work.commit()
    (answer,) = await answers(office, sari, CRY["en"])
    assert says(texts_in(answer), "care.distress.body")
    assert f"<@{budi.id}>" not in texts_in(answer)


def event(office: Office, who: Colleague, **changes: Any) -> dict[str, Any]:
    """A message event of their DM with the bot."""
    dm = office.slack.workspace.open_dm(who.id)
    ts = dm.next_ts(office.clock.now())
    plain = {"type": "message", "channel": dm.id, "channel_type": "im", "user": who.id, "text": CRY["en"], "ts": ts}
    return office.slack.events.wrap({**plain, "event_ts": ts, **changes})


@pytest.mark.parametrize("subtype", ["file_share", "thread_broadcast", "me_message"])
async def test_files_threads_and_actions_are_typed_too(office: Office, hr: Colleague, subtype: str) -> None:
    sari = office.hire("Sari Wulandari")
    told = event(office, sari, subtype=subtype, thread_ts="1.000000", files=[{"id": "F1"}])
    for _ in range(2):
        await office.slack.deliveries.tell(told)
        await office.settle()
    assert len(sari.inbox) == 1, "twice is once"


SILENT: list[dict[str, Any]] = [
    {"subtype": "message_changed", "message": {"user": "U0002", "text": CRY["en"]}, "user": None},
    {"subtype": "message_deleted", "previous_message": {"user": "U0002", "text": CRY["en"]}, "user": None},
    {"subtype": "message_replied"},
    {"subtype": "bot_message", "bot_id": "B0009"},
    {"bot_id": "B0009", "bot_profile": {"id": "B0009"}},
    {"subtype": "channel_join"},
    {"channel_type": "mpim"},
    {"channel_type": "channel"},
    {"channel_type": "group"},
    {"user": "USLACKBOT"},
]


@pytest.mark.parametrize("changes", SILENT, ids=lambda one: "-".join(f"{name}-{one[name]}" for name in one)[:40])
async def test_what_nobody_typed_to_the_bot_is_not_answered(
    office: Office, hr: Colleague, changes: dict[str, Any]
) -> None:
    """Edits, deletions, apps, and what is said elsewhere: the bot may not read a group DM, and would not."""
    sari = office.hire("Sari Wulandari")
    await office.slack.deliveries.tell(event(office, sari, **changes))
    await office.settle()
    async with office.balik.store.read(office.clock.now()) as work:
        assert (await work.session.exec(select(Outbox))).all() == []


def test_our_own_replies_hold_no_phrase() -> None:
    """Whatever repeats them to the bot is answered once a minute."""
    for language in LANGUAGES:
        for key in ("care.distress", "commands.typed"):
            for name in ("body", "fallback"):
                source = CATALOGUE.shown(language)[f"{key}.{name}"].sources[0]
                assert not CATALOGUE.recognises("care.distress", source), (language, key)


async def test_hr_edits_the_list(tmp_path: Path) -> None:
    own = tmp_path / "own" / "id" / "care"
    own.mkdir(parents=True)
    (own / "distress.md").write_text("---\nphrases: [sandi rahasia, gelisah]\n---\n", "utf-8")
    assert Catalogue.load(tmp_path / "own").problems() == []
    async with open_office(f"sqlite:///{tmp_path}/balik.sqlite", own_texts=tmp_path / "own") as office:
        sari = office.hire("Sari Wulandari")
        (answer,) = await answers(office, sari, "Sandi ini rahasia")
        assert says(texts_in(answer), "commands.typed.body", "id")
        for typed in ("Ini Sandi, rahasia.", "saya digelisahkan", CRY["en"]):
            (answer,) = await answers(office, sari, typed)
            assert says(texts_in(answer), "care.distress.body", "id"), typed
        await office.run(minutes=2)
        (answer,) = await answers(office, sari, CRY["id"].replace("tolong", "mohon"))
        assert says(texts_in(answer), "commands.typed.body", "id"), "the list was replaced"

"""Two programmes, and somebody in both: each command concerns that of the channel, or asks; each answer names it."""

from typing import Any

import pytest
import pytest_asyncio
from sqlmodel import col, select

from bot.domain.messages.care import ConcernContactMessage, ConcernReceiptMessage, PartnerPausedMessage
from bot.sandbox import Channel
from storage.tables import Participant, ParticipantState, Person, Programme
from tests.scenarios.office import Colleague, Office, parts_of, shows, texts_in
from tests.scenarios.pairs import introduce, of_kind
from tests.scenarios.programme.test_hr_channel import speak
from tests.scenarios.requests import Knock, knock
from tests.scenarios.snapshots import once
from tests.wording import says

FIRST, SECOND = "Tukar Ilmu 2027", "Program Kedua"
LANGUAGES = ("id", "en")
COMMANDS = ("join", "pause", "leave", "concern")
HAS_FORM = {"join": "join.about", "pause": "pause.form", "leave": "leave.form", "concern": "concern.form"}


@pytest_asyncio.fixture
async def both(office: Office, hr: Colleague) -> Office:
    """Sari mentors Budi in the first programme, and waits for a partner in the second, which Heru runs."""
    await introduce(office, hr)
    await once(office, _second, office)
    return office


async def _second(office: Office) -> None:
    heru, first = office.hire("Heru Dua"), office.hr_channel
    channel = office.slack.add_channel("hr-kedua", private=True, members=[])
    office.slack.add_member(channel, heru.slack.user)
    office.slack.invite_bot(channel)
    announced = office.slack.add_channel("kedua", members=[])
    for who in office.people.values():
        office.slack.add_member(announced, who.slack.user)
    await office.calm()
    office.hr_channel = channel
    await office.set_up(heru, name=SECOND, announce_channel=announced.id)
    office.hr_channel = first
    await heru.slack.close(all=True)
    await office.join(office.people["sari"], "mentor", "specialist", "Marketing")


def channel(office: Office, name: str) -> Channel:
    return next(one for one in office.slack.workspace.channels.values() if one.name == name)


async def speaks(office: Office, language: str) -> Colleague:
    sari = office.people["sari"]
    async with office.balik.store.write(office.clock.now()) as work:
        (await work.session.exec(select(Person).where(Person.slack_id == sari.id))).one().language = language
        await work.commit()
    return sari


async def states(office: Office) -> dict[str, ParticipantState]:
    """Sari's state in each programme."""
    statement = (
        select(Programme.name, Participant.state)
        .join(Participant, col(Participant.programme_id) == col(Programme.id))
        .join(Person, col(Person.id) == col(Participant.person_id))
        .where(Person.slack_id == office.people["sari"].id)
    )
    async with office.balik.store.read(office.clock.now()) as work:
        return {name: ParticipantState(state) for name, state in (await work.session.exec(statement)).all()}


def options(who: Colleague) -> dict[str, str]:
    """By label what can be chosen in the open window."""
    found = [option for part in parts_of(who.modal.blocks) for option in part.get("options", [])]
    return {one["text"]["text"]: one["value"] for one in found}


def names(shown: Any, programme: str, language: str) -> bool:
    """Whether it says which programme it is about, and names no other."""
    key = "care.leave.form.intro" if shown.callback_id == "leave.form" else ""
    values = {"programme": programme} if key else {"programmes": programme}
    other = SECOND if programme == FIRST else FIRST
    return shows(shown, key or "signup.which.of", language, **values) and other not in str(shown.blocks)


@pytest.mark.in_turn(2)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("command", COMMANDS)
async def test_a_channel_says_which_programme(both: Office, command: str, language: str) -> None:
    sari = await speaks(both, language)
    for place, programme in (("umum", FIRST), ("kedua", SECOND)):
        assert (await sari.command(command, channel(both, place))).ok
        assert sari.modal.callback_id == HAS_FORM[command]
        assert names(sari.modal, programme, language)
        await sari.slack.close(all=True)


@pytest.mark.in_turn(2)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("command", COMMANDS)
async def test_elsewhere_a_window_asks(both: Office, command: str, language: str) -> None:
    sari = await speaks(both, language)
    for programme in (FIRST, SECOND):
        await sari.command(command)
        assert shows(sari.modal, f"signup.which.{command}", language)
        assert {FIRST, SECOND} <= options(sari).keys()
        assert (await sari.submit({"programme": options(sari)[programme]})).ok
        assert sari.modal.callback_id == HAS_FORM[command]
        assert names(sari.modal, programme, language)
        await sari.slack.close(all=True)


@pytest.mark.in_turn(2)
@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_pause_is_of_one_programme_and_says_who_is_told(both: Office, language: str) -> None:
    sari, budi = await speaks(both, language), both.people["budi"]
    await sari.command("pause", channel(both, "kedua"))
    assert not shows(sari.modal, "care.pause.partners.form", language), "no partner there"
    assert (await sari.submit()).ok
    assert names(sari.modal, SECOND, language)
    assert not shows(sari.modal, "care.pause.partners.done", language)
    await both.settle()
    assert await states(both) == {FIRST: ParticipantState.ACTIVE, SECOND: ParticipantState.PAUSED}
    assert not of_kind(budi, PartnerPausedMessage)
    await sari.slack.close(all=True)
    await sari.command("pause")  # only one is left to pause
    assert names(sari.modal, FIRST, language)
    assert shows(sari.modal, "care.pause.partners.form", language, partner=f"<@{budi.id}>")
    assert (await sari.submit()).ok
    assert shows(sari.modal, "care.pause.partners.done", language, partner=f"<@{budi.id}>")
    await both.settle()
    assert len(of_kind(budi, PartnerPausedMessage)) == 1
    await sari.slack.close(all=True)
    await sari.command("resume")
    assert (await sari.submit({"programme": options(sari)[SECOND]})).ok
    assert shows(sari.modal, "signup.which.of", language, programmes=SECOND)
    assert await states(both) == {FIRST: ParticipantState.PAUSED, SECOND: ParticipantState.ACTIVE}


@pytest.mark.in_turn(2)
@pytest.mark.parametrize("language", LANGUAGES)
async def test_home_and_help_name_every_programme_that_one_can_join(both: Office, language: str) -> None:
    rina = both.hire("Rina Baru")
    await speak(both, rina, language)
    home = await rina.open_home()
    await rina.command("help")
    dm = rina.slack.dm
    assert home
    assert dm
    for shown in (home, rina.slack.visible(dm)[-1]):
        assert {one for one in (FIRST, SECOND) if one in texts_in(shown)} == {FIRST, SECOND}
    await rina.click(home, "join.open")
    assert rina.modal.callback_id == "which.form"


async def test_all_are_paused_and_resumed_together(both: Office) -> None:
    sari = both.people["sari"]
    await sari.command("pause")
    assert (await sari.submit({"programme": "all"})).ok
    assert (await sari.submit()).ok
    assert shows(sari.modal, "signup.which.of", programmes=FIRST)
    assert shows(sari.modal, "signup.which.of", programmes=SECOND)
    assert set((await states(both)).values()) == {ParticipantState.PAUSED}
    await sari.slack.close(all=True)
    await sari.command("resume")
    assert (await sari.submit({"programme": "all"})).ok
    assert set((await states(both)).values()) == {ParticipantState.ACTIVE}


async def test_a_concern_reaches_the_contact_of_its_programme(both: Office, hr: Colleague) -> None:
    sari, heru = both.people["sari"], both.people["heru"]
    await sari.command("concern", channel(both, "umum"))
    assert (await sari.submit({"text": "Saya tidak bebas bicara."})).ok
    assert shows(sari.modal, "signup.which.of", programmes=FIRST)
    await both.settle()
    assert of_kind(hr, ConcernContactMessage)
    (receipt,) = of_kind(sari, ConcernReceiptMessage)
    assert shows(receipt, "signup.which.of", programmes=FIRST)
    assert not of_kind(heru, ConcernContactMessage)


async def test_leaving_one_programme_keeps_the_other(both: Office) -> None:
    sari = both.people["sari"]
    await sari.command("leave", channel(both, "umum"))
    assert (await sari.submit()).ok
    assert shows(sari.modal, "care.leave.done.body", programme=FIRST)
    assert await states(both) == {FIRST: ParticipantState.LEFT, SECOND: ParticipantState.ACTIVE}


async def test_old_buttons_and_old_open_forms_still_work(both: Office, hr: Colleague) -> None:
    """They carry no programme: a button asks which, and a form means the latest sign-up, as when it was opened."""
    sari = both.people["sari"]
    for command in ("pause", "leave", "concern"):
        shown = (await knock(both, sari.id, Knock("action", f"{command}.open"))).shown
        assert says(shown, f"signup.which.{command}")
    text = {"text": {"type": "plain_text_input", "value": "Halo"}}
    await knock(both, sari.id, Knock("form", "concern.form", state=text))
    await knock(both, sari.id, Knock("form", "pause.form"))
    await both.settle()
    assert of_kind(both.people["heru"], ConcernContactMessage)
    assert not of_kind(hr, ConcernContactMessage)
    assert await states(both) == {FIRST: ParticipantState.ACTIVE, SECOND: ParticipantState.PAUSED}
    await knock(both, sari.id, Knock("action", "resume.now"))
    await knock(both, sari.id, Knock("form", "leave.form"))
    assert await states(both) == {FIRST: ParticipantState.ACTIVE, SECOND: ParticipantState.LEFT}


async def test_a_choice_that_is_no_longer_offered_is_refused(both: Office) -> None:
    sari = both.people["sari"]
    await sari.command("leave")
    sari_options = options(sari)
    mine = select(Participant).join(Person, col(Person.id) == col(Participant.person_id))
    async with both.balik.store.write(both.clock.now()) as work:
        first = mine.where(Person.slack_id == sari.id, Participant.programme_id == int(sari_options[FIRST]))
        one = (await work.session.exec(first)).one()
        one.state = ParticipantState.LEFT
        await work.commit()
    assert (await sari.submit({"programme": sari_options[FIRST]})).ok
    assert shows(sari.modal, "errors.outdated")
    assert (await states(both))[SECOND] == ParticipantState.ACTIVE

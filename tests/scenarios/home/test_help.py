"""Whoever somebody is to the bot: what they type, ask and press is answered in a way that fits, with a step that works.

Each state of a person × typing anything, `/mentoring help`, a word that nobody knows, and the buttons of old messages.
"""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from sqlmodel import select

from bot.domain.messages.care import ContactMeMessage
from bot.domain.messages.people import DmReplyMessage
from bot.sandbox import Message, View
from handlers.kit.ways_on import WAYS
from storage.queries import person_by_slack
from storage.tables import ContactState, Outbox, Programme, ProgrammeContact
from tests.scenarios.office import Colleague, Office, parts_of, texts_in
from tests.scenarios.pairs import of_kind
from tests.scenarios.requests import Answer, Knock, knock
from tests.scenarios.snapshots import database_of, opened
from tests.scenarios.world import World, open_world
from tests.wording import CATALOGUE, says

STATES = {
    "stranger": "join.open",  # nobody whom the bot met
    "newcomer": "join.open",
    "erased": "join.open",
    "ex": "join.open",
    "guest": "home.show",
    "waiting": "home.show",
    "mentor": "home.show",
    "leader": "home.show",
    "paused": "resume.now",
    "finished": "home.show",
    "hr": "home.show",
    "contact": "join.open",
}
"""Who → their next step while programmes run."""
OVER = {"mentor": "home.show", "ex": "home.show", "newcomer": "home.show", "hr": "home.show", "finished": "home.show"}
"""The same once every programme is over."""
WITH_PARTNER = ("mentor", "leader", "paused")

OLD_BUTTONS = (
    Knock("action", "poll.met.yes", "{polled}"),
    Knock("action", "poll.useful.5", "{polled}"),
    Knock("action", "poll.contact", "{polled}"),
    Knock("action", "session.book", "{planned}"),
    Knock("action", "session.move", "{booked}"),
    Knock("action", "pack.open", "{booked}"),
    Knock("action", "agreement.open", "{pair}"),
    Knock("action", "agreement.sign", "{agreement}"),
    Knock("action", "growth.open", "{pair}"),
    Knock("action", "log.open", "{pair}"),
    Knock("action", "card.list", "{pair}"),
    Knock("action", "goal.open", "{pair}"),
    Knock("action", "rhythm.open", "{pair}"),
    Knock("action", "part.open", "{pair}"),
    Knock("action", "story.open", "{pair}"),
    Knock("action", "certificate.send", "{programme}"),
    Knock("action", "closing.thanks", "{pair}"),
    Knock("action", "closing.thanks", "{done_pair}"),
    Knock("action", "join.open", "{programme}"),
    Knock("action", "log.add", "{pair}"),
    Knock("action", "card.new", "{pair}"),
    Knock("action", "risk.say.help", "{pair}"),
    Knock("action", "risk.say.fine", "{pair}"),
    Knock("action", "intro.chat", "{pair}"),
    Knock("action", "measure.open", "{reading}"),
    Knock("action", "pause.open"),
    Knock("action", "resume.now"),
    Knock("action", "concern.open"),
    Knock("action", "leave.open"),
    Knock("action", "home.show"),
    Knock("action", "help.show"),
    Knock("action", "privacy.show"),
    Knock("action", "of.another.version", "1"),
)


LANGUAGES = ("id", "en")
BLANK = dict.fromkeys(("contact", "programme", "contact_for", "resume"), "") | dict.fromkeys(
    ("can_raise", "asks_which", "several", "guest", "enrolled", "paused", "hr"), False
)
OF_PARTNER = {
    line
    for one in LANGUAGES
    for line in CATALOGUE.texts(one)("commands.typed.body", partner=True, **BLANK).splitlines()
    if line not in CATALOGUE.texts(one)("commands.typed.body", partner=False, **BLANK)
}
"""The lines of the reply that speak of a partner."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    async with open_world(f"sqlite:///{tmp_path_factory.mktemp('help')}/balik.sqlite") as made:
        made.people["waiting"] = made.office.people["zaki"]
        made.people["guest"] = made.office.hire("Gita Person")
        await made.office.slack.change_user(made.people["guest"].id, is_restricted=True)
        made.people["erased"] = made.office.hire("Esa Person")
        await made.office.join(made.people["erased"], "mentor", "specialist", "Sales")
        await erase(made.people["erased"])
        made.people["contact"] = await named_contact(made)
        made.people["stranger"] = made.office.hire("Sita Person")
        await made.office.settle()
        made.database = database_of(made.office)
        yield made


async def erase(who: Colleague) -> None:
    await who.command("privacy")
    await who.click(None, "privacy.erase")
    assert (await who.submit({"sure": ["sure"]})).ok
    await who.slack.close(all=True)
    await who.office.run(minutes=5)


async def named_contact(world: World) -> Colleague:
    """A colleague who takes part in nothing, named by HR, who agreed."""
    contact, hr = world.office.hire("Cici Person"), world.people["hr"]
    await knock(world.office, hr.id, Knock("action", "contacts.open", str(world.ids["programme"])))
    await contact.command("help")
    async with world.office.balik.store.write(world.office.clock.now()) as work:
        person = await person_by_slack(work.session, world.office.slack.workspace.team_id, contact.id)
        programme = await work.session.get_one(Programme, world.ids["programme"])
        assert person
        programme.second_contact_id = person.id
        agreed = ProgrammeContact(
            team_id=programme.team_id,
            programme_id=programme.id,
            person_id=person.id,
            state=ContactState.CONFIRMED,
            asked_at=work.now,
            answered_at=work.now,
        )
        work.session.add(agreed)
        await work.commit()
    return contact


def begin(world: World, *, over: bool = False) -> None:
    """Nobody has done anything yet; with `over` after every programme's end."""
    world.put_back()
    if over:
        with opened(world.office) as database, database:
            database.execute("UPDATE programme SET state = 'closed', next_close_at = NULL")


def buttons(shown: Message | View) -> list[dict[str, str]]:
    return [one for one in parts_of(shown.blocks) if one.get("type") == "button" and "url" not in one]


def refusals(world: World, answer: Answer) -> list[str]:
    """The codes of the refusals in what somebody was shown. Home says the sentence of `no_programme`, too."""
    found = [key.removeprefix("errors.") for key in world.names_a_refusal(answer.shown)]
    return [one for one in found if one != "no_programme"]


def said(shown: str, key: str, **values: str) -> bool:
    return any(says(shown, key, one, **values) for one in LANGUAGES)


async def press(office: Office, who: Colleague, element: dict[str, str]) -> Answer:
    return await knock(office, who.id, Knock("action", element["action_id"], element.get("value", "")))


async def check_step(world: World, name: str, shown: Message | View, step: str) -> None:
    """The coloured button is the step, and no button leads to a refusal."""
    found = buttons(shown)
    primary = [one["action_id"] for one in found if one.get("style") == "primary"]
    assert primary == [step], (name, primary)
    for element in found:
        answer = await press(world.office, world.people[name], element)
        assert answer.acked
        assert answer.seen, (name, element["action_id"])
        assert refusals(world, answer) == [], (name, element["action_id"], answer.shown)


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("over", [False, True], ids=["running", "over"])
async def test_typing_help_and_unknown_words(world: World, over: bool) -> None:
    for name, step in (OVER if over else STATES).items():
        who = world.people[name]
        for word in ("help", "xyzzy"):
            begin(world, over=over)
            answer = await knock(world.office, who.id, Knock("command", word))
            (shown,) = answer.seen
            assert said(texts_in(shown), "commands.unknown.body", word="xyzzy") == (word == "xyzzy")
            await check_step(world, name, shown, step)
        begin(world, over=over)
        await who.say("halo")
        await world.office.run(minutes=2)
        reply = of_kind(who, DmReplyMessage)[-1]
        assert said(texts_in(reply), "commands.typed.body"), name
        told = any(line in texts_in(reply) for line in OF_PARTNER)
        assert told == (name in WITH_PARTNER and not over), name
        await check_step(world, name, reply, step)


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("whole", [False, pytest.param(True, marks=pytest.mark.soak)], ids=["third", "whole"])
@pytest.mark.parametrize("over", [False, True], ids=["running", "over"])
async def test_old_buttons_say_something_true_and_lead_on(world: World, over: bool, whole: bool) -> None:
    """Each button × everybody in CI's soaks; in `make test` each person × every third of the buttons, in turn."""
    for number, name in enumerate(OVER if over else STATES):
        begin(world, over=over)
        for asked in OLD_BUTTONS if whole else OLD_BUTTONS[number % 3 :: 3]:
            answer = await knock(world.office, world.people[name].id, world.filled(asked))
            assert answer.acked
            # Answers to private questions replace their message, and are pressed in a modal here.
            assert answer.seen or answer.calls or asked.what.startswith("risk.say"), (name, asked.what)
            assert "something_broke" not in refusals(world, answer), (name, asked.what)
            for code in refusals(world, answer):
                if code in WAYS:
                    for element in buttons(answer.seen[-1]):
                        then = await press(world.office, world.people[name], element)
                        assert refusals(world, then) == [], (name, asked.what, code, element["action_id"])


@pytest.mark.asyncio(loop_scope="module")
async def test_after_the_end_one_can_still_talk_to_somebody_and_read(world: World) -> None:
    mentor = world.people["mentor"]
    begin(world, over=True)
    for asked in (Knock("action", "poll.contact", "{polled}"), Knock("action", "risk.say.help", "{pair}")):
        answer = await knock(world.office, mentor.id, world.filled(asked))
        assert refusals(world, answer) == []
    async with world.office.balik.store.read(world.office.clock.now()) as work:
        told = select(Outbox).where(Outbox.kind == ContactMeMessage.kind.name)
        assert (await work.session.exec(told)).all(), "it is on its way to the contact"
    sign_up = await knock(world.office, mentor.id, world.filled(Knock("action", "join.open", "{programme}")))
    assert said(sign_up.shown, "errors.sign_up_past", programme="Tukar Ilmu 2027")
    pack = await knock(world.office, mentor.id, world.filled(Knock("action", "pack.open", "{booked}")))
    assert refusals(world, pack) == []
    agreed = await knock(world.office, mentor.id, world.filled(Knock("action", "agreement.open", "{pair}")))
    assert said(agreed.shown, "agreement.answers.over")
    assert [one["action_id"] for one in buttons(agreed.seen[-1])] == []
    for action in ("growth.open", "log.open", "card.list"):
        read = await knock(world.office, mentor.id, world.filled(Knock("action", action, "{pair}")))
        assert refusals(world, read) == [], action
    concern = await knock(world.office, mentor.id, Knock("action", "concern.open"))
    assert refusals(world, concern) == []

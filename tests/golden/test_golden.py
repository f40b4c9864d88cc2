"""Golden files of what people see: each kind of message, the windows and Home, whole, by feature and language.

They are in `tests/recorded_wording/<language>/`, beside the wording: a review of words is a difference there. Read
it, then record it: `make wording`.
"""

from collections import defaultdict
from collections.abc import AsyncIterator
from copy import deepcopy
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio
from sqlmodel import col, delete, select, update

import handlers
from bot.domain.messages.kind import OutboxMessage
from bot.domain.messages.registry import KINDS
from bot.sandbox import Message, View
from handlers.kit.ids import CallbackId
from handlers.kit.messages import MessageRenderers
from storage.outbox import outgoing
from storage.tables import ActionCard, MentoringSession, Outbox, OutboxState, Participant, Person, Programme
from storage.unit_of_work import UnitOfWork
from tests.golden import outline
from tests.golden.message_examples import EXAMPLES, SIGNED, Example, Given, Ids, changed
from tests.golden.window_examples import HOMES, WINDOWS, Step
from tests.recorded import compare_with_recorded
from tests.rosters import say_manager
from tests.scenarios.office import Colleague, action_ids
from tests.scenarios.requests import Knock, knock
from tests.scenarios.snapshots import database_of
from tests.scenarios.test_who_may_act import TABLE, Row
from tests.scenarios.world import World, open_world
from tests.wording import CATALOGUE

pytestmark = pytest.mark.asyncio(loop_scope="module")
RECORDED = Path(__file__).parents[1] / "recorded_wording"
LEARNS_TOO = changed(
    Participant, "mentor_part", role="both", leader_capacity=1, wishes=[{"topic": "coding", "skill": 1}]
)
ROSTER = b"email;manager\nmentor@kantor.example;hr@kantor.example\nghost@kantor.example;hr@kantor.example\n"
TITLES = b"email;level\nmentor@kantor.example;Sr. DBA\nhr@kantor.example;Oracle of Delphi\n"
BOTH = pytest.mark.parametrize("language", CATALOGUE.languages)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    async with open_world(f"sqlite:///{tmp_path_factory.mktemp('golden')}/balik.sqlite") as opened:
        yield opened


def compare(language: str, folder: str, now: dict[str, list[str]]) -> None:
    """Compare what is shown with the recorded files of a folder, by feature, or record it."""
    shown = {name: "\n\n\n".join(parts) + "\n" for name, parts in now.items()}
    compare_with_recorded(RECORDED / language / folder, shown)


async def speak(world: World, language: str) -> None:
    """Everybody reads this language from now on."""
    async with world.office.balik.store.write(world.office.clock.now()) as work:
        for table in (Person, Programme):
            await work.session.exec(update(table).values(language=language))
        await work.commit()


def named(world: World, slack_id: str) -> str:
    workspace = world.office.slack.workspace
    if slack_id in workspace.users:
        return workspace.users[slack_id].real_name
    return workspace.channels[slack_id].name if slack_id in workspace.channels else slack_id


async def ids_of(world: World) -> Ids:
    """What the examples call rows of the world: people and their sign-ups by name, and when sessions are."""
    ids = Ids(world.ids, team=world.office.slack.workspace.team_id)
    names = {one.id: name for name, one in world.people.items()} | {world.office.people["zaki"].id: "left"}
    async with world.office.balik.store.read(world.office.clock.now()) as work:
        for person in (await work.session.exec(select(Person))).all():
            if name := names.get(person.slack_id):
                ids[name] = person.id
                mine = select(Participant.id).where(Participant.person_id == person.id)
                ids[f"{name}_part"] = (await work.session.exec(mine)).first()
        for name in ("polled", "booked", "planned"):
            ids[f"{name}_at"] = (await work.session.get_one(MentoringSession, ids[name])).starts_at
        ids["card_due"] = (await work.session.get_one(ActionCard, ids["card"])).due_on
    return ids


async def change(world: World, given: Given) -> None:
    ids = await ids_of(world)
    async with world.office.balik.store.write(world.office.clock.now()) as work:
        await given(work, ids)
        await work.commit()


async def _manager_of_the_finished(work: UnitOfWork, ids: Ids) -> None:
    """The one whose pair came to its end reports to somebody else than whom they mentored."""
    await say_manager(work, ids["finished"], ids["hr"])


async def rendered(world: World, example: Example, ids: Ids) -> str:
    """The example as it is sent."""
    store, now = world.office.balik.store, world.office.clock.now() + example.later
    async with store.write(now) as work:
        for given in example.given:
            await given(work, ids)
        place = (
            {"channel": ids[example.to]}
            if example.to in ("hr_channel", "general")
            else {"pair_id": ids.pair}
            if example.to == "pair"
            else {"person_id": ids[example.to]}
        )
        payload = example.payload(ids)
        message = outgoing(payload, ids.team, ids.programme, **place)
        await work.session.exec(delete(Outbox).where(col(Outbox.key) == message.key))
        assert await work.send(message)
        row = (await work.session.exec(select(Outbox).where(Outbox.key == message.key))).one()
        row.state, row.owner, row.attempt = OutboxState.SENDING, "golden", 1
        row.daily = row.daily and not example.without_room
        await work.session.flush()
        number = row.id
        for part in (one(ids) for one in example.parts):
            joined = outgoing(part, ids.team, ids.programme, **place)
            await work.session.exec(delete(Outbox).where(col(Outbox.key) == joined.key))
            assert await work.send(joined)
            joins = update(Outbox).where(col(Outbox.key) == joined.key)
            await work.session.exec(joins.values(state=OutboxState.JOINED, day_id=number))
        await work.session.commit()
    async with store.read(now) as work:
        shown = await MessageRenderers(world.office.balik.context, handlers.RENDERERS)(
            work, await work.session.get_one(Outbox, number)
        )
    assert shown, f"{payload.kind.name}: this example would not be sent"
    return outline.of_message(shown.text, shown.blocks, lambda one: named(world, one))


def feature_of(payload: type[OutboxMessage]) -> str:
    return payload.__module__.rpartition(".")[2]


@BOTH
async def test_messages_are_as_recorded(world: World, language: str) -> None:
    await speak(world, language)
    begin = database_of(world.office)
    shown: dict[str, list[str]] = defaultdict(list)
    shared, kinds = await ids_of(world), set[str]()
    for example in EXAMPLES:
        ids = Ids(shared)
        text = await rendered(world, example, ids)
        payload = type(example.payload(ids))
        kinds.add(payload.kind.name)
        note = f" ({example.note})" if example.note else ""
        shown[feature_of(payload)].append(f"== {payload.kind.name}, to {example.to}{note}\n\n{text}")
        begin.backup(world.beside)
    world.put_back()
    assert kinds == KINDS.keys(), "give an example of each kind in message_examples.py"
    compare(language, "messages", shown)


def seen(world: World, what: Message | View) -> str:
    if isinstance(what, View):
        return outline.of_view(what, lambda one: named(world, one))
    return outline.of_message(what.text, what.blocks, lambda one: named(world, one))


def row_of(step: Step) -> Row:
    """The row of the table of who may act."""
    found = [row for row in TABLE if row.name == step.name and step.value in ("", row.ask.value or row.ask.note)]
    assert found, f"no {step.name} in TABLE"
    return found[0]


@BOTH
async def test_windows_are_as_recorded(world: World, language: str) -> None:
    await speak(world, language)
    begin = database_of(world.office)
    shown: dict[str, list[str]] = defaultdict(list)
    opened: set[str] = set()

    def record(feature: str, name: str, by: str, answers: list[Message | View]) -> None:
        opened.update(one.callback_id for one in answers if isinstance(one, View))
        shown[feature].append("\n".join([f"== {name}, by {by}\n", *(seen(world, one) for one in answers)]))
        begin.backup(world.beside)

    for feature, steps in WINDOWS.items():
        for step in steps:
            for name in step.by:
                answer = await knock(world.office, world.people[name].id, world.filled(row_of(step).ask))
                assert answer.seen, f"{step.name} shows {name} nothing"
                record(feature, step.name, name, answer.seen)
    await change(world, SIGNED)
    mentor, goals = world.people["mentor"].id, Knock("action", "goal.open", str(world.ids["pair"]))
    record("outcomes", "goals of a signed agreement", "mentor", (await knock(world.office, mentor, goals)).seen)
    booked = world.filled(row_of(Step("form session.form", ("mentor",))).ask)
    late = replace(booked, state=booked.state | {"time": {"type": "timepicker", "selected_time": "19:00"}})
    record("sessions", "a time after the leader's hours", "mentor", (await knock(world.office, mentor, late)).seen)
    await change(world, _manager_of_the_finished)
    finished = world.people["finished"]
    note = (
        await knock(world.office, finished.id, world.filled(Knock("action", "manager_note.open", "{programme}")))
    ).seen
    form = deepcopy(note)
    assert (await finished.submit({"sentence": "Terima kasih."})).ok
    preview = deepcopy(finished.modal)
    assert (await finished.submit()).ok
    record("closing", "a note to the manager is read and sent", "finished", [*form, preview, finished.modal])
    await finished.slack.close(all=True)
    hr = world.people["hr"]
    await hr.slack.close(all=True)
    await hr.command("roster")
    assert (await hr.submit({"file": [{"name": "people.csv", "content": ROSTER}]})).ok
    preview = deepcopy(hr.modal)
    assert (await hr.submit()).ok
    record("roster", "a list is looked at and stored", "hr", [preview, hr.modal])
    await hr.slack.close(all=True)
    await hr.command("roster")
    assert (await hr.submit({"file": [{"name": "titles.csv", "content": TITLES}]})).ok
    record("roster", "job titles get a level", "hr", [deepcopy(hr.modal)])
    await hr.slack.close(all=True)
    release = (await knock(world.office, hr.id, world.filled(Knock("action", "match.release", "{draft}")))).seen[-1]
    for waive in [one for one in action_ids(release) if one.startswith("gate.waive")]:
        await hr.click(release, waive)
    await hr.slack.close(all=True)
    plan = world.filled(row_of(Step("action match.plan", ("hr",))).ask)
    record("matching", "the time of a release", "hr", (await knock(world.office, hr.id, plan)).seen)
    another = world.office.slack.add_channel(f"hr-{language}", private=True, members=[hr.id])
    world.office.slack.invite_bot(another)
    await world.office.calm()
    record(
        "programme",
        "command move",
        "hr",
        (await knock(world.office, hr.id, Knock("command", "move", channel=another.id))).seen,
    )
    assert opened == set(CallbackId), "record a window of each kind in window_examples.py"
    world.put_back()
    compare(language, "windows", shown)


@BOTH
async def test_home_is_as_recorded(world: World, language: str) -> None:
    new = world.office.slack.add_user("Stranger Person", email=f"stranger-{language}@kantor.example")
    everybody = (
        world.office.people | world.people | {"stranger": Colleague(world.office, world.office.slack.as_person(new))}
    )
    await everybody["stranger"].open_home()
    await speak(world, language)
    shown = []

    async def record(name: str, what: str) -> None:
        home = await everybody[name].open_home()
        assert home
        shown.append(f"== {what} ({name})\n\n{seen(world, home)}")

    for name, what in HOMES.items():
        await record(name, what)
    await change(world, LEARNS_TOO)
    await record("mentor", "a mentor who learns, too")
    world.office.slack.add_member(world.office.hr_channel, world.people["mentor"].slack.user)
    await record("mentor", "the same one, a member of HR's channel")
    world.office.slack.remove_member(world.office.hr_channel, world.people["mentor"].slack.user)
    await world.office.settle()
    world.put_back()
    compare(language, "home", {"tab": shown})

"""The demo's other people: they act by themselves, but never for whom one is, and the guide ticks off what happened."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from bot.app import build
from bot.balik import BotConfig
from bot.clock import ManualClock
from bot.domain.circles import LEAST
from bot.domain.messages.buddies import BuddyIntroducedMessage
from bot.domain.programme import Theme
from bot.domain.signup import Role
from bot.rehearsal.activity_log import ActivityLog
from bot.rehearsal.actor import Actor
from bot.rehearsal.behaviours import Behaviours
from bot.rehearsal.company import company
from bot.rehearsal.demo_samples import prepare_more
from bot.rehearsal.demo_workspace import DemoWorkspace, seed_workspace, trial_channel
from bot.rehearsal.guided_path import GuidedPath
from bot.rehearsal.hr_actions import plan_kickoff
from bot.rehearsal.inviting import nominate
from bot.rehearsal.message_readers import MessageReaders
from bot.rehearsal.signing_up import set_up, sign_up
from bot.rehearsal.simulated_users import ProgrammeOutline, SimulatedUsers
from bot.rehearsal.time_travel import play
from bot.sandbox import Channel, Message
from storage.queries import person_by_slack
from storage.tables import CircleMember, Outbox, Programme
from tests.processes import HANG
from tests.scenarios.office import texts_in
from tests.wording import label

BEGINS = datetime(2027, 1, 4, 2, tzinfo=UTC)
START = date(2027, 2, 1)


@asynccontextmanager
async def demo(folder: Path, people: int = 6) -> AsyncIterator[tuple[DemoWorkspace, SimulatedUsers, GuidedPath]]:
    """A small company whose programme is recruiting; nobody but HR has done anything."""
    clock = ManualClock(BEGINS)
    stage = seed_workspace(company(people, 7), clock)
    async with stage.slack.serve():
        parts = BotConfig(
            stage.slack.bot_token, f"sqlite:///{folder}/d.sqlite", clock, stage.slack.api_url, inline=True
        )
        async with build(parts) as balik, balik.socket(stage.slack.app_token):
            activity_log = ActivityLog(stage.slack)
            actors = [
                Actor(one, stage.slack.as_person(user), balik, activity_log, 7) for one, user in stage.members.values()
            ]
            hr = next(actor for actor in actors if actor.member.hr)
            await set_up(hr, stage, "Tukar Ilmu", Theme.DIGITAL_TRENDS, START, 2, "id", (hr.id,))
            await balik.settle()
            mentor = next(actor.member.name for actor in actors if actor.member.name.startswith("Sari"))
            leader = next(actor.member.name for actor in actors if actor.member.role is Role.LEADER)
            yield (
                stage,
                SimulatedUsers(stage, balik, activity_log, actors, await ProgrammeOutline.read(balik)),
                GuidedPath(stage, balik, mentor, leader, trial_channel(stage)),
            )


async def test_the_others_act_and_one_plays_oneself(tmp_path: Path) -> None:
    async with demo(tmp_path) as (stage, others, guide):
        balik, clock = others.balik, stage.slack.clock
        assert isinstance(clock, ManualClock)
        sari = next(actor for actor in others.actors if actor.member.name.startswith("Sari"))
        stage.slack.played.add(sari.id)

        async def watch(until: datetime) -> set[str]:
            await play(balik, clock, until, others.react)
            return {step["key"] for step in (await guide.view("id"))["steps"] if step["done"]}

        assert await watch(BEGINS + timedelta(hours=1)) == set()
        assert others.view()["actions"] == 0, "switched off, nobody acts"

        others.switch(on=True)
        await watch(BEGINS + timedelta(hours=2))
        assert not sari.was_written_to, "nobody signs up for whom one is"
        assert [one.member.name for one in others._waiting()] == [sari.member.name]

        await sign_up(sari, stage, "id")
        done = await watch(BEGINS + timedelta(days=1))
        assert done == {"join", "draft", "release"}, "HR drafts once everybody has signed up"
        assert any(channel.kind == "mpim" for channel in sari.person.channels), "Sari found a partner"
        assert sari.id not in {one.who[0] for one in others.activity_log.entries[-20:] if one.kind == "action"}


class Clumsy(Behaviours):
    """Signs up without a topic, or presses a button that is not there."""

    async def answer(self, actor: Actor, message: Message, now: datetime) -> None:
        if actor.member.role is Role.LEADER:
            await actor.press(message, "button.of.last.year")
            return
        await actor.command("/mentoring join")
        await actor.submit({"role": "mentor", "level": "entry", "department": "IT", "no_manager": ["none"]})
        await actor.close()


async def test_what_somebody_could_not_do_is_noted(tmp_path: Path) -> None:
    """A button that is gone, and a form that refuses what they filled in: the others go on."""
    async with demo(tmp_path) as (stage, others, _):
        readers = [next(one for one in others.others if one.member.role is role) for role in (Role.LEADER, Role.MENTOR)]
        for actor in readers:
            await actor.say("Halo")
        await others.balik.settle()
        clumsy = MessageReaders(stage.slack, readers, Clumsy(readers, others.texts, 2))
        await clumsy.react(BEGINS)
        await clumsy.react(others.balik.clock.now() + timedelta(days=1))
        assert {one.who for one in clumsy.stumbles} == {one.member.name for one in readers}
        assert all(one.did and one.why for one in clumsy.stumbles)
        assert "button.of.last.year" in {one.did for one in clumsy.stumbles}


async def test_a_step_looks_at_those_alone_who_got_a_message(tmp_path: Path) -> None:
    """A rehearsal of 500 people has tens of thousands of steps, and in most of them one person got something."""
    async with demo(tmp_path) as (stage, others, _):
        looked: list[str] = []

        class Watched(Actor):
            def news(self, kinds: tuple[str, ...] = ("im", "mpim")) -> Iterator[tuple[Channel, Message]]:
                looked.append(self.id)
                return super().news(kinds)

        actors = [
            Watched(one.member, one.person, one.balik, one.activity_log, 7) for one in others.others if one.member.role
        ]
        behaviours = Behaviours(actors, others.texts, 2)
        spared = {actors[1].id}
        readers = MessageReaders(stage.slack, actors, behaviours, lambda one: one.id in spared)
        await readers.react(BEGINS)
        assert looked == [one.id for one in actors if one.id not in spared], "at the start at everybody"
        looked.clear()
        for one in actors[:2]:
            stage.slack.reply(one.id, stage.slack.workspace.open_dm(one.id), "Halo", [], public=True)
        assert await readers.react(BEGINS) is not None
        assert looked == [actors[0].id]
        spared.clear()
        await readers.react(BEGINS)
        assert looked == [actors[0].id, actors[1].id], "who was spared reads it afterwards"
        await readers.react(BEGINS)
        assert len(looked) == 2


@pytest.mark.parametrize("language", ["id", "en"])
async def test_the_sign_up_form_comes_in_the_language_of_the_rehearsal(tmp_path: Path, language: str) -> None:
    async with demo(tmp_path) as (stage, others, _):
        first = others.others[0]
        await sign_up(first, stage, language)
        forms = [one for one in others.activity_log.entries if one.kind == "modal" and first.id in one.who]
        asked = [block.get("label", {}).get("text") for block in forms[0].blocks]
        assert label("signup.form.role.label", language) in asked


@pytest.mark.parametrize("language", ["id", "en"])
async def test_one_can_be_hr_an_employee_or_a_leader(tmp_path: Path, language: str) -> None:
    async with demo(tmp_path) as (stage, _, guide):
        roles = {one["key"]: one for one in (await guide.view(language))["roles"]}
        people = {user.id: member for member, user in stage.members.values()}
        assert people[roles["hr"]["who"]].hr
        assert roles["hr"]["channel"] == stage.hr_channel.id
        assert people[roles["mentor"]["who"]].role is Role.MENTOR
        assert people[roles["leader"]["who"]].role is Role.LEADER
        assert {roles[one]["channel"] for one in ("mentor", "leader")} == {stage.town_hall.id}


@pytest.mark.parametrize("language", ["id", "en"])
async def test_each_of_the_other_steps_can_be_done_from_the_first_page(tmp_path: Path, language: str) -> None:
    """What the demo prepares: circles with three who wait, a buddy, a usual place; and a tick for what is done."""
    async with demo(tmp_path, people=12) as (stage, others, guide):

        async def done() -> set[str]:
            return {one["key"] for one in (await guide.view(language))["more"]["steps"] if one["done"]}

        hr = next(actor for actor in others.actors if actor.member.hr)
        sari = next(actor for actor in others.actors if actor.member.name.startswith("Sari"))
        leader = next(actor for actor in others.actors if actor.member.role is Role.LEADER)
        mentors = [one for one in others.others if one.member.role is Role.MENTOR and one is not sari]
        for actor in mentors:
            await sign_up(actor, stage, language)
        await others.balik.settle()
        await prepare_more(hr, mentors, "Ruang Melati")
        assert await done() == set(), "what others did is no step of yours"
        await nominate(leader, sari, "ai_tools", "Sabar menjelaskan.", named=False)
        await sign_up(sari, stage, language)
        await others.balik.settle()
        await sari.look_home()
        for open_, choose, said in (("buddy.open", "", {"ask": ["ask"]}), ("circle.open", "circle.join", None)):
            await sari.press(sari.person.home, open_)
            if choose:
                await sari.press(None, choose)
            if said:
                assert (await sari.submit(said)).ok
            await sari.close()
        await plan_kickoff(hr, START, "Ruang Melati")
        assert await done() == {"nominate", "buddy", "circle", "kickoff"}
        await others.balik.settle()
        async with others.balik.store.read(others.balik.clock.now()) as work:
            waiting = (await work.session.exec(select(CircleMember.participant_id))).all()
            (programme,) = (await work.session.exec(select(Programme))).all()
            told = select(Outbox.id).where(Outbox.kind == BuddyIntroducedMessage.kind.name)
            introduced = (await work.session.exec(told)).all()
        assert len(waiting) == LEAST, "a circle on the next Monday"
        assert programme.place == "Ruang Melati"
        assert len(introduced) == 2


@pytest.mark.parametrize("language", ["id", "en"])
async def test_hr_sets_a_programme_up_from_nothing_with_a_sample_roster(tmp_path: Path, language: str) -> None:
    async with demo(tmp_path) as (stage, others, guide):
        trial = trial_channel(stage)
        hr = next(actor for actor in others.actors if actor.member.hr)
        assert trial is trial_channel(stage), "there is one"
        assert hr.id in trial.members

        async def done() -> set[str]:
            return {one["key"] for one in (await guide.view(language))["trial"]["steps"] if one["done"]}

        assert await done() == set()
        there = replace(stage, hr_channel=trial)
        await set_up(hr, there, "Dari Awal", Theme.INCLUSION, START, 2, language, (hr.id,))
        assert await done() == {"setup"}
        for mistakes, wrong in ((True, 3), (False, 0)):
            content = guide.roster(language, mistakes=mistakes)
            await hr.command("/mentoring roster", trial)
            assert (await hr.submit({"file": [{"name": "roster.csv", "content": content}]})).ok
            read = texts_in(hr.person.modals[-1])
            problems = [line for line in read.splitlines() if re.search(r"(Baris|Line) \d+", line)]
            assert len(problems) == wrong, read
            if mistakes:
                await hr.close()
            else:
                assert (await hr.submit({})).ok
        assert await done() == {"setup", "roster"}


@pytest.mark.parametrize(("language", "other"), [("id", "en"), ("en", "id")])
async def test_the_language_of_the_page_is_that_of_the_bots_messages(tmp_path: Path, language: str, other: str) -> None:
    async with demo(tmp_path) as (stage, others, guide):
        first = others.others[0]
        await guide.speak(first.id, language)
        assert stage.slack.workspace.users[first.id].locale.startswith(language), "nobody the bot knows yet"
        await sign_up(first, stage, language)
        for one in (language, other):
            await guide.speak(first.id, one)
            await guide.speak(first.id, "xx")
            async with others.balik.store.read(others.balik.clock.now()) as work:
                person = await person_by_slack(work.session, stage.slack.workspace.team_id, first.id)
            assert person
            assert person.language == one


@pytest.mark.soak
async def test_left_to_themselves_they_play_the_whole_programme(tmp_path: Path) -> None:
    async with demo(tmp_path) as (stage, others, guide):
        clock = stage.slack.clock
        assert isinstance(clock, ManualClock)
        others.switch(on=True)
        await play(others.balik, clock, datetime(2027, 3, 2, tzinfo=UTC), others.react)
        assert all(step["done"] for step in (await guide.view("en"))["steps"])
        assert others.view()["actions"] > 20


async def test_nothing_goes_out_by_itself_while_the_clock_is_moved(tmp_path: Path) -> None:
    """A jump of the clock in the middle of a post would leave its fate unknown."""
    async with demo(tmp_path) as (stage, others, _):
        balik, (first, second) = others.balik, others.others[:2]
        async with balik.working():
            async with balik.resting():
                await sign_up(first, stage, "id")
                await stage.slack.wait_idle()
                assert not first.was_written_to
                await balik.settle()
                assert first.was_written_to
            changed = asyncio.Event()
            stage.slack.on_change(lambda _: changed.set())
            await sign_up(second, stage, "id")
            async with asyncio.timeout(HANG):
                while not second.was_written_to:
                    changed.clear()
                    await changed.wait()

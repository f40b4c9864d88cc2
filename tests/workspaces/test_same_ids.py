"""Two workspaces in one bot with the same ids of people and channels: each sees what it would see alone, in every call.

Slack's ids are unique, so a query that forgot its workspace would be noticed only where ids are equal.
"""

import re
from collections import Counter
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient
from sqlmodel import col, select

import handlers
from bot.app import build
from bot.balik import Balik, BotConfig
from bot.clock import NO_HURRY, ManualClock
from bot.delivery.settings import DeliverySettings
from bot.rehearsal.time_travel import play
from bot.sandbox import Manifest, Slack
from bot.sandbox.ack_time import processor_time
from bot.server import http
from bot.server.run import health
from bot.slack.connections import ManyConnections
from bot.workspaces.current import in_workspace
from storage.tables import Outbox, Person, Programme
from storage.unit_of_work import Store
from storage.workspace_guard import OtherWorkspace
from tests.databases import PostgresServer, lay_out
from tests.ports import free_port
from tests.scenarios.office import CALENDAR_KEY, MONDAY, ROOT, Colleague, Office, action_ids, parts_of
from tests.scenarios.pairs import AGREED, introduction, say_yes

SECRET = "a-signing-secret"
ALFA, GAMA = "T0001", "T0002"
MARKS = {ALFA: "Alfa", GAMA: "Gama"}
"""A word in everything that is typed in a workspace, and in every name there."""
OTHERS = {ALFA: "Gama", GAMA: "Alfa"}
SHOWN = ("chat.", "views.", "ack", "response")
Step = Callable[[Office, str], Coroutine[Any, Any, Any]]


class TwoTokens:
    """The installations of the two."""

    def __init__(self, slacks: dict[str, Slack]) -> None:
        self.slacks = slacks

    async def bot_token(self, team_id: str) -> str | None:
        slack = self.slacks.get(team_id)
        return slack.bot_token if slack else None

    async def team_ids(self) -> list[str]:
        return sorted(self.slacks)


@asynccontextmanager
async def opened(database_url: str, team_ids: tuple[str, ...]) -> AsyncIterator[dict[str, Office]]:
    """An office in each of the workspaces, with one bot for all of them."""
    clock, port = ManualClock(MONDAY), free_port()
    manifest = Manifest.load(ROOT / "manifest.yml")
    url = f"http://127.0.0.1:{port}/slack/events"
    slacks = {
        team_id: Slack(manifest, clock=clock, ack_limit=processor_time, request_url=url, signing_secret=SECRET)
        for team_id in team_ids
    }
    await lay_out(database_url)
    async with AsyncExitStack() as stack:
        for team_id, slack in slacks.items():
            slack.workspace.team_id = team_id
            await stack.enter_async_context(slack.serve())

        def connect(_store: Store, _client: AsyncWebClient) -> ManyConnections:
            def client_of(team_id: str, token: str) -> AsyncWebClient:
                return AsyncWebClient(token, base_url=slacks[team_id].api_url, timeout=600, retry_handlers=[])

            return ManyConnections(TwoTokens(slacks), client_of, clock.monotonic)

        parts = BotConfig(
            "",
            database_url,
            clock,
            next(iter(slacks.values())).api_url,
            signing_secret=SECRET,
            delivery=DeliverySettings(workers=4, share=2, one_a_day=False),
            limits=NO_HURRY,
            calendar_keys=(CALENDAR_KEY,),
            connect=connect,
        )
        balik = await stack.enter_async_context(build(parts))
        serving = http.serve(
            "127.0.0.1", port, lambda: health(balik), bolt=balik.bolt, slacks_clock=balik.check.slacks_clock
        )
        await stack.enter_async_context(serving)
        yield {team_id: _office(slack, balik, clock) for team_id, slack in slacks.items()}


def _office(slack: Slack, balik: Balik, clock: ManualClock) -> Office:
    hr_channel = slack.add_channel("hr-mentoring", private=True, members=[])
    slack.invite_bot(hr_channel)
    return Office(slack, balik, clock, hr_channel, slack.add_channel("umum", members=[]))


# What is done in each


async def set_up(office: Office, mark: str) -> None:
    for name in ("Dewi", "Sari", "Budi", "Rina", "Joko"):
        office.hire(f"{name} {mark}")
    dewi = office.people["dewi"]
    office.slack.add_member(office.hr_channel, dewi.slack.user)
    assert (await office.set_up(dewi, name=f"Program {mark}", starts_on="2027-01-11")).ok


async def sign_up(office: Office, mark: str) -> None:
    for name, role, level, topic in (
        ("sari", "mentor", "specialist", "ai_tools"),
        ("budi", "mentee", "director", "ai_tools"),
        ("rina", "mentor", "specialist", "social_media"),
        ("joko", "mentee", "director", "social_media"),
    ):
        topics = {"offers" if role == "mentor" else "wishes": [topic]}
        department = f"{'Marketing' if role == 'mentor' else 'Finance'} {mark}"
        joined = await office.join(office.people[name], role, level, department, formats=["hands_on"], **topics)
        assert joined.ok, joined


async def draw(office: Office, _mark: str) -> None:
    await office.people["dewi"].command("match", office.hr_channel)


async def release(office: Office, _mark: str) -> None:
    await say_yes(office.people["dewi"], office.posted(office.hr_channel)[-1])


async def agree(office: Office, mark: str) -> None:
    mentor, leader = office.people["sari"], office.people["budi"]
    await mentor.click(introduction(mentor), "agreement.open")
    assert (await mentor.submit(AGREED | {"goal1": f"Goal of {mark}"})).ok
    await leader.click(introduction(leader), "agreement.open")
    await close(mentor)
    await close(leader)


async def raise_concern(office: Office, mark: str) -> None:
    rina = office.people["rina"]
    await rina.command("concern")
    fields = {one["block_id"] for one in rina.modal.blocks}
    assert "text" in fields, fields
    assert (await rina.submit({"text": f"A worry of {mark}"})).ok
    await close(rina)


async def look_around(office: Office, _mark: str) -> None:
    """HR's commands, and every button on Home, that changes nothing by itself: they open windows."""
    dewi = office.people["dewi"]
    for word in sorted(handlers.listeners().commands):
        await dewi.command(word, office.hr_channel)
        await close(dewi)
    for name in ("dewi", "sari", "budi"):
        await look_at_home(office.people[name])


async def look_at_home(who: Colleague) -> None:
    home = await who.open_home()
    assert home
    for action_id in dict.fromkeys(one for one in action_ids(home) if not one.startswith(("session.slot", "poll."))):
        shown = [part for part in parts_of(home.blocks) if part.get("action_id") == action_id]
        if any("confirm" in part or part.get("type") != "button" or "url" in part for part in shown):
            continue
        await who.click(who.slack.home, action_id)
        await close(who)


async def close(who: Colleague) -> None:
    if who.slack.modal is not None:
        await who.slack.close(all=True)


STEPS: tuple[tuple[Step, timedelta], ...] = (
    (set_up, timedelta(minutes=5)),
    (sign_up, timedelta(minutes=5)),
    (draw, timedelta(minutes=5)),
    (release, timedelta(minutes=10)),
    (agree, timedelta(days=1)),
    (raise_concern, timedelta(days=14)),
    (look_around, timedelta(days=2)),
)
"""What is done in each workspace, and how long time goes on after it."""


async def played(database_url: str, team_ids: tuple[str, ...]) -> dict[str, Counter[str]]:
    """By workspace what was shown there: each text of each call, and how often."""
    async with opened(database_url, team_ids) as offices:
        first = next(iter(offices.values()))
        clock, balik = first.clock, first.balik

        async def pump(_now: Any) -> None:
            for office in offices.values():
                await office.slack.pump()

        for step, then in STEPS:
            for team_id, office in offices.items():
                await step(office, MARKS[team_id])
                await office.calm()
            await play(balik, clock, clock.now() + then, pump)
        await check_rows(balik, offices)
        return {team_id: shown_in(office) for team_id, office in offices.items()}


async def check_rows(balik: Balik, offices: dict[str, Office]) -> None:
    """The two have the same Slack ids, and rows of their own."""
    async with balik.store.read(balik.clock) as work:
        people = list(await work.session.exec(select(Person.team_id, Person.slack_id)))
        unsent = list(await work.session.exec(select(Outbox).where(col(Outbox.error).is_not(None))))
    ids = {team_id: {slack_id for team, slack_id in people if team == team_id} for team_id in offices}
    assert len(ids[ALFA]) >= 5
    assert len({frozenset(one) for one in ids.values()}) == 1
    assert {row.error for row in unsent} <= {"not_wanted", "expired"}


def shown_in(office: Office) -> Counter[str]:
    shown: Counter[str] = Counter()
    for call in office.slack.calls:
        assert call["ok"] or call["error"] in ("not_found", "hash_conflict"), call
        if call["method"].startswith(SHOWN):
            for part in parts_of(call["args"]):
                texts = [text for key in ("text", "initial_value") if isinstance(text := part.get(key), str)]
                # Which of two group chats is opened first is left to the moment.
                shown.update(re.sub(r"id=G\d+", "id=G", text) for text in texts)
    return shown


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.soak)])
async def together(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """The URL of a fresh database."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/together.sqlite"
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    async with server.database() as url:
        yield url


async def test_each_sees_what_it_would_see_alone(together: str, tmp_path: Path) -> None:
    alone = await played(f"sqlite:///{tmp_path}/alone.sqlite", (ALFA,))
    both = await played(together, (ALFA, GAMA))
    for team_id, shown in both.items():
        elsewhere = OTHERS[team_id], GAMA if team_id == ALFA else ALFA
        assert [text for text in shown if any(mark in text for mark in elsewhere)] == []
        assert any(MARKS[team_id] in text for text in shown)
    assert set(both[ALFA]) == set(alone[ALFA])
    assert {text.replace("Gama", "Alfa").replace(GAMA, ALFA) for text in both[GAMA]} == set(alone[ALFA])


async def test_the_guard_notices_a_query_that_forgot_its_workspace(tmp_path: Path) -> None:
    async with opened(f"sqlite:///{tmp_path}/balik.sqlite", (ALFA, GAMA)) as offices:
        for team_id, office in offices.items():
            await set_up(office, MARKS[team_id])
        store = offices[ALFA].balik.store
        async with store.read(MONDAY) as work:
            assert len((await work.session.exec(select(Programme))).all()) == 2, "a job may read them all"
            work.session.expunge_all()
            with in_workspace(ALFA):
                mine = (await work.session.exec(select(Programme).where(Programme.team_id == ALFA))).one()
                assert mine.name == "Program Alfa"
                with pytest.raises(OtherWorkspace):
                    await work.session.exec(select(Programme))
        async with store.write(MONDAY) as work:
            work.session.add(Person(team_id=GAMA, slack_id="U1", name="x", created_at=MONDAY))
            with in_workspace(ALFA), pytest.raises(OtherWorkspace):
                await work.session.flush()

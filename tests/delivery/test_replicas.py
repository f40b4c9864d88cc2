"""Real processes, as `python -m bot run` starts them, share one PostgreSQL and one Slack: ticks, clicks and messages.

One is killed, one is a newer version that migrates the database while the older one works on, and (with `-m soak`,
since it takes minutes) one is stopped for longer than its lease.
"""

import asyncio
import re
import shutil
import signal
from asyncio.subprocess import Process
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest
from sqlalchemy import update
from sqlmodel import select

from bot.clock import SystemClock
from bot.delivery.settings import DeliverySettings
from bot.sandbox import Manifest, Slack
from storage.engine import make_engine
from storage.migrate import current, head, upgrade
from storage.outbox import Outgoing
from storage.tables import Outbox, Participant, ParticipantState, Programme
from storage.unit_of_work import Store
from tests.ports import free_port
from tests.processes import HANG, LOOK, ROOT, bot_process, sockets, until
from tests.sign_ups import HR, TEAM, sign_up

PEOPLE = 6
NEXT = '''"""What the next version adds."""

import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = "{head}"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table("novelty", sa.Column("id", sa.Integer(), primary_key=True))
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.add_column(sa.Column("novelty", sa.String(), server_default="", nullable=False))
'''
NEXT_COLUMN = '    novelty: str = Field(default="", sa_column_kwargs={"server_default": ""})\n'
"""What belongs to it in the tables of that version."""


@dataclass
class Fleet:
    """Slack, the database, and the replicas by their names."""

    slack: Slack
    store: Store
    folder: Path
    stack: AsyncExitStack
    processes: dict[str, Process] = field(default_factory=dict)
    ports: dict[str, int] = field(default_factory=dict)

    async def start(self, name: str, code: Path = ROOT) -> None:
        folder = self.folder / name
        folder.mkdir()
        self.ports[name] = free_port()
        url = self.store.engine.url.render_as_string(hide_password=False)
        more = {"BALIK_REPLICAS": "3", "BALIK_WATCH_PORT": str(self.ports[name]), "PYTHONPATH": str(code)}
        process = bot_process(self.slack, url.replace("+asyncpg", ""), folder, **more)
        self.processes[name] = await self.stack.enter_async_context(process)

    async def connected(self, count: int) -> None:
        await until(lambda: sockets(self.slack) == count)

    async def served(self, name: str) -> int:
        """How many requests of Slack's a replica has answered."""
        async with (
            aiohttp.ClientSession() as session,
            session.get(f"http://127.0.0.1:{self.ports[name]}/metrics") as answer,
        ):
            counts = re.findall(r"^balik_ack_seconds_count\S* (\S+)$", await answer.text(), re.MULTILINE)
        return sum(int(float(count)) for count in counts)

    async def click(self, times: int) -> None:
        """People ask for help, one after another, and each is answered."""
        for _ in range(times):
            outcome = await self.slack.as_person(self.users[1]).command("/mentoring help")
            assert outcome.ok, outcome

    @property
    def users(self) -> list[str]:
        return [user.id for user in self.slack.workspace.users.values() if not user.is_bot]

    async def write_to_all(self, slot: str) -> None:
        """Something for everybody, at once."""
        async with self.store.write(SystemClock().now()) as work:
            for person in range(HR, HR + len(self.users)):
                key = f"1:contact_gone:{person}:{slot}"
                await work.send(Outgoing(TEAM, key, "contact_gone", 1, person, keeps_hours=False))
            await work.commit()

    async def all_arrived(self, slots: int, seconds: float = 60) -> None:
        """Everybody has everything, and nothing twice."""
        await until(lambda: set(self.seen().values()) == {slots}, seconds)

    async def all_ticked(self) -> None:
        """A tick found everybody's pause over, and of all replicas one told them: by an interval after the start."""
        async with asyncio.timeout(HANG):
            while len(welcomed := await ticked(self.store)) < PEOPLE:  # noqa: ASYNC110  as in `until`
                await asyncio.sleep(LOOK)
        assert welcomed == dict.fromkeys(range(HR + 1, HR + 1 + PEOPLE), 1)

    def seen(self) -> Counter[str]:
        """How many of these messages there are in each person's DM."""
        dms = {user: self.slack.workspace.open_dm(user) for user in self.users}
        # HR's person takes no pause, so there is nothing else in that DM.
        (text, *_) = [one.text for one in dms[self.users[HR - 1]].messages.values()] or [""]
        return Counter({user: [one.text for one in dm.messages.values()].count(text) for user, dm in dms.items()})

    def log(self, name: str) -> str:
        return (self.folder / name / "log").read_text()


@asynccontextmanager
async def fleet(url: str, folder: Path) -> AsyncIterator[Fleet]:
    """A company in which everybody's pause is over, and no replica yet."""
    engine = make_engine(url)
    await upgrade(engine)
    store, now = Store(engine), SystemClock().now()
    slack = Slack(Manifest.load(ROOT / "manifest.yml"), ack_seconds=HANG)
    async with slack.serve(), AsyncExitStack() as stack:
        users = [slack.add_user(f"Orang {number}").id for number in range(PEOPLE + 1)]
        await sign_up(store, now, [(user, slack.workspace.open_dm(user).id) for user in users])
        async with store.write(now) as work:
            (await work.session.get_one(Programme, 1)).contact_id = None
            over = {"state": ParticipantState.PAUSED, "paused_until": now - timedelta(minutes=1)}
            await work.session.exec(update(Participant).values(**over))
            await work.commit()
        yield Fleet(slack, store, folder, stack)
    await engine.dispose()


def next_version(folder: Path) -> Path:
    """The code of a version that adds a table and a column."""
    for name in ("bot", "handlers", "prompts", "storage"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "storage/migrations/versions/9999_next.py").write_text(NEXT.format(head=head()))
    tables = folder / "storage/tables/people.py"
    before, after = tables.read_text().split("class Person(SQLModel, table=True):\n", 1)
    tables.write_text(f"{before}class Person(SQLModel, table=True):\n{NEXT_COLUMN}{after}")
    return folder


@pytest.mark.soak
async def test_two_share_the_work_one_dies_and_the_next_is_newer(postgres_empty_url: str, tmp_path: Path) -> None:
    async with fleet(postgres_empty_url, tmp_path) as both:
        await both.write_to_all("first")
        await asyncio.gather(both.start("one"), both.start("two"))
        await both.connected(2)
        await both.click(8)
        # A click that was not answered in time, on a busy machine, goes to the next replica: a few may be more.
        assert all([await both.served(name) >= 4 for name in ("one", "two")]), "Slack gives each its share"
        await both.all_arrived(1)
        await both.all_ticked()

        both.processes["one"].kill()
        await both.connected(1)
        await both.write_to_all("second")
        await both.click(2)

        await both.start("newer", next_version(tmp_path / "next"))
        await both.connected(2)
        assert await current(both.store.engine) == "9999"
        await both.write_to_all("third")
        await both.click(8)
        assert await both.served("newer") >= 4
        assert await both.served("two") >= 4 + 2 + 4, "the older one works on, beside columns that it does not know"
        await both.all_arrived(3)
        for name in ("two", "newer"):
            assert not re.findall("ERROR|Traceback", both.log(name)), both.log(name)


async def ticked(store: Store) -> Counter[int | None]:
    """How often each person was welcomed back after their pause."""
    async with store.read(SystemClock().now()) as work:
        wanted = select(Outbox.person_id).where(Outbox.kind == "pause_over")
        return Counter((await work.session.exec(wanted)).all())


@pytest.mark.soak
async def test_one_is_stopped_for_longer_than_its_lease(postgres_empty_url: str, tmp_path: Path) -> None:
    """The other takes over what it had begun; woken, it finds that it lost it, and goes on with the rest."""
    usual = DeliverySettings()
    async with fleet(postgres_empty_url, tmp_path) as both:
        await asyncio.gather(both.start("one"), both.start("two"))
        await both.connected(2)
        await both.write_to_all("first")
        both.processes["one"].send_signal(signal.SIGSTOP)
        await asyncio.sleep(usual.lease * 1.2)
        both.processes["one"].send_signal(signal.SIGCONT)
        await both.all_arrived(1, seconds=2 * (usual.lease + usual.settle))
        await both.connected(2)
        await both.write_to_all("second")
        await both.click(8)
        await both.all_arrived(2)
        await asyncio.sleep(usual.timeout)
        assert set(both.seen().values()) == {2}

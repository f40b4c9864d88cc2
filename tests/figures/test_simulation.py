"""No arithmetic on everything that HR ever received tells anything about one to four people.

Programmes are drawn at random: people join, leave and are erased, answer late and change their answers, some are in
two programmes, polls are closed by replicas whose clocks are ten minutes off, and HR asks for everything it can, at
any moment, also of several replicas at once. `make test` plays 20 of them, `make rehearsals` 2,000.
"""

import shutil
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel import col, select

from bot.domain import figures
from bot.domain.figures import MIN_GROUP, Basis, Count, Group, Published
from bot.domain.sessions import Side
from bot.domain.surveys import Item
from bot.services.insight import summary_figures as numbers
from bot.services.insight.published_groups import read_published
from bot.services.orientation import orientation as preparing
from storage.engine import make_engine
from storage.tables import MentoringSession, Pair, Participant, ParticipantState, PollAnswer, Preparation
from storage.unit_of_work import Store
from tests.databases import PostgresServer, open_store
from tests.figures.algebra import few_who_can_be_told
from tests.figures.codes import RATINGS
from tests.figures.simulation import Replicas, Row, leak, rows_of
from tests.seeds import seeds

RUNS, SOAK = 20, 2000
FINDS_IT = 10
"""The first of the runs that finds groups made at reading time: tried first, because each run takes seconds."""
SHORTEST = 1
LONG = (6, FINDS_IT, 14, 16)
"""The runs with two sessions each: together they show every kind of figure."""


@pytest.fixture(scope="module")
def sqlite_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("figures") / "balik.sqlite"


@pytest.fixture(scope="module")
def engine(sqlite_path: Path) -> AsyncEngine:
    """One for all runs: it knows the statements already, which takes it longer than a run."""
    return make_engine(f"sqlite:///{sqlite_path}", inline=True)


@pytest.fixture
def replicas(sqlite_template: Path, sqlite_path: Path, engine: AsyncEngine) -> Replicas:
    """A fresh SQLite file for each run. Its one process stands for replicas with several clocks."""

    @asynccontextmanager
    async def opened() -> AsyncIterator[list[Store]]:
        for path in sqlite_path.parent.iterdir():
            path.unlink()
        shutil.copyfile(sqlite_template, sqlite_path)
        try:
            yield [Store(engine)]
        finally:
            await engine.dispose()

    return opened


@pytest.fixture
def postgres_replicas(postgres_with_tables: PostgresServer) -> Replicas:
    @asynccontextmanager
    async def opened() -> AsyncIterator[list[Store]]:
        async with postgres_with_tables.database_with_tables() as url, AsyncExitStack() as stack:
            yield [await stack.enter_async_context(open_store(url)) for _ in range(3)]

    return opened


WITHOUT_FIGURES = 19854834417
"""A short programme that `make fuzz` found: no group reaches five, so HR receives nothing at all."""


def rounds_of(seed: int) -> int:
    """How many sessions each pair has: mostly one, which takes half the time."""
    return 2 if seed % RUNS in LONG else 1


_known: dict[int, list[Row]] = {}


async def rows_of_run(replicas: Replicas, seed: int) -> list[Row]:
    """What HR received in one of the runs of `make test`, which is played once for all tests of a process."""
    if seed not in _known:
        _known[seed] = await rows_of(replicas, seed, rounds=rounds_of(seed))
    return _known[seed]


@pytest.mark.simulation
@pytest.mark.parametrize("seed", [*seeds(RUNS), WITHOUT_FIGURES])
async def test_nothing_about_few_people_follows_from_all_that_hr_received(replicas: Replicas, seed: int) -> None:
    rows = await rows_of_run(replicas, seed)
    assert rows or seed >= RUNS, "HR received something in each of the fixed runs"
    assert leak(rows) == set()


@pytest.mark.soak
@pytest.mark.parametrize("block", range(SOAK // RUNS))
async def test_nor_in_two_thousand_programmes(replicas: Replicas, block: int) -> None:
    for seed in range(block * RUNS, (block + 1) * RUNS):
        assert leak(await rows_of(replicas, seed, rounds=3)) == set(), f"seed {seed}"


async def test_nor_from_several_replicas_on_postgresql(postgres_replicas: Replicas) -> None:
    rows = await rows_of(postgres_replicas, SHORTEST, bits=31, rounds=rounds_of(SHORTEST))
    assert rows
    assert leak(rows) == set()


async def test_the_programmes_show_every_kind_of_figure(replicas: Replicas) -> None:
    """Otherwise nothing could be found out about one of them."""
    missing = {*RATINGS, *Count, Item.SKILL, Item.CONFIDENT}
    for seed in range(RUNS):
        missing -= {variable.item for row in await rows_of_run(replicas, seed) for variable in row}
        if not missing:
            return
    assert not missing


# What the simulation has to notice


async def first_leak(replicas: Replicas) -> int | None:
    """The first of the runs of `make test` that finds something, from the shortest on; None if they all pass."""
    for seed in sorted(range(RUNS), key=lambda seed: seed != SHORTEST):
        try:
            if leak(await rows_of(replicas, seed, rounds=rounds_of(seed))):
                return seed
        except AssertionError:
            return seed
    return None


async def test_it_notices_groups_made_at_reading_time(replicas: Replicas, monkeypatch: pytest.MonkeyPatch) -> None:
    """As it was: settled ratings in order of time, cut at the fifth person, at each reading."""

    async def anew(session: Any, programme_id: int) -> Published:
        groups = dict((await read_published(session, programme_id)).groups)
        for name in RATINGS:
            wanted = (
                select(MentoringSession.settled_at, PollAnswer.participant_id, getattr(PollAnswer, name))
                .join(PollAnswer, col(PollAnswer.session_id) == col(MentoringSession.id))
                .join(Pair, col(Pair.id) == col(MentoringSession.pair_id))
                .where(
                    Pair.programme_id == programme_id,
                    col(MentoringSession.settled_at).is_not(None),
                    col(getattr(PollAnswer, name)).is_not(None),
                )
                .order_by(col(MentoringSession.settled_at), col(MentoringSession.id), col(PollAnswer.participant_id))
            )
            groups[name] = _batches(name, (await session.exec(wanted)).all())
        return Published({name: made for name, made in groups.items() if made})

    monkeypatch.setattr(numbers, "read_published", anew)
    monkeypatch.setattr("tests.figures.simulation._people_move_by_five", lambda _received: None)
    for seed in (FINDS_IT, *range(RUNS)):
        if leak(await rows_of(replicas, seed, rounds=rounds_of(seed))):
            return
    pytest.fail("twenty runs found nothing")


def _batches(name: str, ratings: Any) -> list[Group]:
    groups: list[list[Any]] = []
    waiting: list[Any] = []
    for rating in ratings:
        if len({one[1] for one in waiting}) >= MIN_GROUP and rating[0] > waiting[-1][0]:
            groups.append(waiting)
            waiting = []
        waiting.append(rating)
    if len({one[1] for one in waiting}) >= MIN_GROUP:
        groups.append(waiting)
    people: set[int] = set()
    made = []
    for group in groups:
        people |= {one[1] for one in group}
        total = sum(one[2] for one in group)
        number = len({one[1] for one in group})
        made.append(
            Group(name, Basis.VALUE, total, len(group), number, len(people), len(people), max(one[0] for one in group))
        )
    return made


async def test_it_notices_smaller_groups(replicas: Replicas, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(figures, "MIN_GROUP", 4)
    assert await first_leak(replicas) is not None


async def test_it_notices_a_count_of_today(replicas: Replicas, monkeypatch: pytest.MonkeyPatch) -> None:
    """As it was: whoever has finished the orientation now, once five take part."""

    async def finished(session: Any, programme_id: int) -> tuple[preparing.Finished, ...]:
        here = (
            select(Participant.role, Preparation.finished_at)
            .join(Preparation, col(Preparation.participant_id) == col(Participant.id))
            .where(Participant.programme_id == programme_id, Participant.state != ParticipantState.LEFT)
        )
        found: dict[str, list[bool]] = defaultdict(list)
        for role, at in (await session.exec(here)).all():
            found[role].append(at is not None)
        return tuple(
            preparing.Finished(Side(role), len(done), sum(done) if len(done) >= MIN_GROUP else None)
            for role, done in found.items()
        )

    monkeypatch.setattr(numbers, "finished", finished)
    assert await first_leak(replicas) is not None


class TestAlgebra:
    def test_whole_groups_tell_nothing_smaller(self) -> None:
        first, second = dict.fromkeys(range(5), 1), dict.fromkeys(range(5, 11), 1)
        both = {**first, **second}
        assert few_who_can_be_told([first, second, both], {one: one for one in both}) == set()

    def test_a_difference_of_one_is_found(self) -> None:
        six, five = dict.fromkeys(range(6), 1), dict.fromkeys(range(5), 1)
        assert few_who_can_be_told([six, five], {one: one for one in six}) == {5}

    def test_a_sum_over_four_is_found_behind_three_rows(self) -> None:
        rows = [dict.fromkeys(who, 1) for who in (range(9), range(3, 14), range(9, 14))]
        assert few_who_can_be_told(rows, {one: one for one in range(14)}) == {0, 1, 2}

    def test_people_count_and_not_answers(self) -> None:
        rows = [dict.fromkeys(range(8), 1)]
        assert few_who_can_be_told(rows, {one: one // 2 for one in range(8)}) == {0, 1, 2, 3}

    def test_changes_beside_what_was_before(self) -> None:
        before = {("before", one): 1 for one in range(6)}
        change = {**{("before", one): -1 for one in range(5)}, **{("after", one): 1 for one in range(5)}}
        after = {("after", one): 1 for one in range(5)}
        person = {(when, one): one for when in ("before", "after") for one in range(6)}
        assert few_who_can_be_told([before, change], person) == set()
        assert few_who_can_be_told([before, change, after], person) == {5}

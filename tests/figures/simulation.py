"""Runs a world several times with other values, and writes down everything that HR received as rows of coefficients."""

import asyncio
import random
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise

from sqlmodel import select

from bot.domain.figures import MIN_GROUP, Count, Figure
from bot.domain.polls import MEASURES
from storage.tables import PublishedGroup, PublishedValue
from storage.unit_of_work import Store
from tests.figures.algebra import few_who_can_be_told
from tests.figures.codes import CHECK, Codes, Family, Variable
from tests.figures.outputs import OUTPUTS
from tests.figures.world import DAY, MINUTE, ROUNDS, World

Replicas = Callable[[], AbstractAsyncContextManager[list[Store]]]
"""Opens the stores of some replicas on one fresh database."""
Row = dict[Variable, int]


@dataclass(frozen=True)
class Received:
    """One number that HR of a programme received. `row` is known of counts; of figures the runs together tell it."""

    family: Family
    told: Figure | int
    row: Row | None = None


async def rows_of(replicas: Replicas, seed: int, *, bits: int = 48, rounds: int = ROUNDS) -> list[Row]:
    """Everything that the HR of both programmes received, as coefficients over private values."""
    first, received = await _run(replicas, seed, Codes(0, bits), rounds)
    runs = [(first, received)]
    for turn in range(1, first.turns()):
        runs.append(await _run(replicas, seed, Codes(turn, bits), rounds))
    # The check takes as long as a run: every tenth programme is enough to trust the digits.
    checked = [await _run(replicas, seed, Codes(CHECK, bits), rounds)] if seed % 10 == 0 else []
    assert all(len(one) == len(received) for _, one in [*runs, *checked]), "the runs differ in more than values"
    rows: list[Row] = []
    for at, one in enumerate(received):
        if not isinstance(one.told, Figure):
            rows.append(one.row or {})
            continue
        row: Row = {}
        for codes, answers in runs:
            row |= codes.decode(one.family, _total(answers[at]))
        for codes, answers in checked:
            assert codes.sum(row) == _total(answers[at]), f"{one} is not the sum that the digits tell"
        assert one.told.answers == sum(factor > 0 for factor in row.values()), one
        assert one.told.people <= len({variable.person for variable in row}), one
        rows.append(row)
    _people_move_by_five(received)
    return rows


def leak(rows: list[Row]) -> set[int]:
    """Up to four people about whom alone the rows tell something."""
    variables = {one for row in rows for one in row}
    return few_who_can_be_told(rows, {one: one.person for one in variables})


def _total(one: Received) -> int:
    assert isinstance(one.told, Figure)
    return round(one.told.average * one.told.answers)


def _people_move_by_five(received: list[Received]) -> None:
    """How many people stand behind a figure is a count as well."""
    counts: dict[tuple[Family, int], set[int]] = defaultdict(set)
    for one in received:
        if isinstance(one.told, Figure):
            counts[one.family, 0].add(one.told.people)
    for (family, _), seen in counts.items():
        if family.item not in MEASURES:
            continue  # of each survey there are three series, whose people are the answers
        steps = sorted({0, *seen})
        assert all(b - a >= MIN_GROUP for a, b in pairwise(steps)), (family, steps)


async def _run(replicas: Replicas, seed: int, codes: Codes, rounds: int = ROUNDS) -> tuple[Codes, list[Received]]:
    async with replicas() as stores:
        world = World(stores, random.Random(seed), codes)
        received = [one async for one in _play(world, rounds)]
    return codes, received


async def _play(world: World, rounds: int) -> AsyncIterator[Received]:
    rng = world.rng
    await world.begin((rng.randrange(5, 8), rng.randrange(4, 7)))
    for number in range(1, rounds + 1):
        await world.book(number)
        await world.write_and_read(0.5)
        for _ in range(3):
            world.now += timedelta(hours=rng.randrange(18, 42))
            await world.answer_polls(0.6)
            await world.answer_questions(0.6)
            await world.do_something()
            if rng.random() < 0.4:
                await world.come_and_go()
        async for one in _maybe_ask(world, 0.5):
            yield one
        # The polls of a pair close with its working day, which ends at other minutes for others.
        world.now += timedelta(days=2)
        while await world.unsettled():
            world.now = (world.now + DAY).replace(hour=9, minute=30)
            for _ in range(6):
                world.now += rng.randrange(3, 9) * MINUTE
                late = rng.random()
                if late < 0.3:
                    await world.answer_late()
                elif late < 0.6:
                    await world.answer_questions_late()
                elif late < 0.75:
                    await world.come_and_go()
                await world.tick()
                async for one in _maybe_ask(world, 0.35):
                    yield one
    world.now += 30 * DAY
    async for one in _maybe_ask(world, 1):
        yield one


async def _maybe_ask(world: World, often: float) -> AsyncIterator[Received]:
    """HR asks for something, perhaps several at several replicas at once."""
    if world.rng.random() > often:
        return
    asked = [
        (world.rng.choice(list(OUTPUTS.values())), world.rng.choice((1, 2)), world.store, world.clock())
        for _ in range(world.rng.choice((1, 1, 1, 3)))
    ]
    answers = await asyncio.gather(*(output.ask(store, programme, now) for output, programme, store, now in asked))
    for (_, programme, _, _), told in zip(asked, answers, strict=True):
        for name, value, limit in told:
            row = None if isinstance(value, Figure) else await _counted(world, programme, name, value, limit)
            yield Received(Family(programme, name), value, row)


async def _counted(world: World, programme: int, name: str, value: int, limit: int | None) -> Row:
    """What a count is made of by the product's own books, if it is exactly that."""
    async with world.stores[0].read(world.now) as work:
        wanted = (
            select(PublishedValue.source, PublishedValue.value)
            .join(PublishedGroup, PublishedGroup.id == PublishedValue.group_id)  # type: ignore[arg-type]  # a column
            .where(PublishedGroup.programme_id == programme, PublishedGroup.measure == name)
        )
        inside = (await work.session.exec(wanted)).all()
    row: Row = {}
    total = 0
    for source, counted in inside:
        total += counted
        for person in _owners(world, name, source):
            row[Variable(person, programme, name, f"{source}")] = 1
    shown = min(total, limit) if name.startswith("prepared") and limit is not None else total
    assert value == shown, f"{name} is {value}, and {total} were published"
    if name == Count.ANSWERED:
        assert limit == len(inside)
    return row


def _owners(world: World, name: str, source: int) -> set[int]:
    table, _, _ = name.partition(":")
    match table:
        case "answered":
            parts = (world.owners["session", source // 2][source % 2],)
        case "card":
            parts = (world.owners["actioncard", source // 2][source % 2],)
        case "goal":
            parts = (world.owners["goaldate", source // 2][source % 2],)
        case "own":
            parts = (world.owners["own", source][0],)
        case "buddy" | "circle":
            parts = (world.owners[table, source][0],)
        case "prepared":
            parts = (world.owners["preparation", source][0],)
        case _:
            parts = (world.owners["thanks", source][0],)
    return {world.members[one].person for one in parts}

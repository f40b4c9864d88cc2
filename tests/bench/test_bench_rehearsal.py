"""Processor time per call of Slack's Web API in a rehearsal: beside that of JSON read and written in the same run, and
beside that of a rehearsal of four times as many people.

The machine's speed and load change both alike: the ratios are what may not rise from one version to the next.
"""

import asyncio
import json
import time
from pathlib import Path

import pytest

from bot.rehearsal.rehearsal import Rehearsal
from bot.rehearsal.rehearsal_plan import RehearsalPlan
from bot.rehearsal.rehearse import rehearse
from tests.bench.figures import Figure, show

pytestmark = pytest.mark.bench

PEOPLE, MONTHS = 12, 1
MOST_GROWTH = 1.1
"""Of the processor time per call, with four times as many people."""
ROUNDS = 3_000
"""Of reading and writing one call."""


def test_processor_time_per_call(tmp_path: Path) -> None:
    _milliseconds_of_json({"warm": "up"})
    played, per_call = _play(PEOPLE, tmp_path)
    calls = played.activity_log.calls
    longest = max(calls, key=lambda call: len(json.dumps(call)))
    baseline = _milliseconds_of_json(longest)
    print(f"\nA rehearsal of {PEOPLE} people and {MONTHS} month: {len(calls)} calls, processor time of this process")
    print(f"  a call                                  {per_call:8.2f} ms")
    print(f"  the longest call as JSON, out and in    {baseline:8.3f} ms")
    print(f"  ratio                                   {per_call / baseline:8.0f}")
    assert not played.activity_log.refused


def test_four_times_as_many_people(tmp_path: Path) -> None:
    """A call costs the same, however many people there are: nothing is done for each person at each step."""
    _play(PEOPLE, tmp_path / "first")  # what is read and compiled once
    few, per_call = _play(PEOPLE, tmp_path / "few")
    many, per_call_of_many = _play(4 * PEOPLE, tmp_path / "many")
    calls = [len(one.activity_log.calls) for one in (few, many)]
    show(
        f"Rehearsals of {PEOPLE} and {4 * PEOPLE} people, {MONTHS} month: {calls[0]:,} and {calls[1]:,} calls",
        [
            Figure(f"processor time per call, {PEOPLE} people", per_call, "ms"),
            Figure(f"  {4 * PEOPLE} people", per_call_of_many, "ms"),
            Figure("  ratio", per_call_of_many / per_call, "", MOST_GROWTH),
        ],
    )
    assert not [*few.activity_log.refused, *many.activity_log.refused]


def _play(people: int, out: Path) -> tuple[Rehearsal, float]:
    """A rehearsal, and its milliseconds of this process for each call."""
    began = time.process_time()
    played = asyncio.run(rehearse(RehearsalPlan(people=people, months=MONTHS), out, lambda _line: None))
    return played, (time.process_time() - began) * 1000 / len(played.activity_log.calls)


def _milliseconds_of_json(call: object) -> float:
    began = time.process_time()
    for _ in range(ROUNDS):
        json.loads(json.dumps(call))
    return (time.process_time() - began) * 1000 / ROUNDS

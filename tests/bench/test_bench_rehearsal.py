"""Processor time per call of Slack's Web API in a rehearsal, beside that of JSON read and written in the same run.

The machine's speed and load change both alike: the ratio is what may not rise from one version to the next.
"""

import asyncio
import json
import time
from pathlib import Path

import pytest

from bot.rehearsal.rehearsal_plan import RehearsalPlan
from bot.rehearsal.rehearse import rehearse

pytestmark = pytest.mark.bench

PEOPLE, MONTHS = 12, 1
ROUNDS = 3_000
"""Of reading and writing one call."""


def test_processor_time_per_call(tmp_path: Path) -> None:
    _milliseconds_of_json({"warm": "up"})
    began = time.process_time()
    played = asyncio.run(rehearse(RehearsalPlan(people=PEOPLE, months=MONTHS), tmp_path, lambda _line: None))
    calls = played.activity_log.calls
    per_call = (time.process_time() - began) * 1000 / len(calls)
    longest = max(calls, key=lambda call: len(json.dumps(call)))
    baseline = _milliseconds_of_json(longest)
    print(f"\nA rehearsal of {PEOPLE} people and {MONTHS} month: {len(calls)} calls, processor time of this process")
    print(f"  a call                                  {per_call:8.2f} ms")
    print(f"  the longest call as JSON, out and in    {baseline:8.3f} ms")
    print(f"  ratio                                   {per_call / baseline:8.0f}")
    assert not played.activity_log.refused


def _milliseconds_of_json(call: object) -> float:
    began = time.process_time()
    for _ in range(ROUNDS):
        json.loads(json.dumps(call))
    return (time.process_time() - began) * 1000 / ROUNDS

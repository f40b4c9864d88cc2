"""A whole programme, rehearsed: nothing refused, nobody at night, and the same seed tells the same story."""

import json
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import holidays
import pytest

from bot.rehearsal.play import Plan, rehearse

PLAN = Plan(people=8, months=1, language="id", seed=7, start=date(2027, 1, 4))
SIGNED_UP = date(2027, 1, 12)
"""By then everybody has."""


async def played(folder: Path) -> list[dict[str, object]]:
    """The calls of a rehearsal that was written to `folder`."""
    folder.mkdir()  # noqa: ASYNC240  # a test may wait for its disk
    await rehearse(PLAN, folder, lambda _line: None)
    return [json.loads(line) for line in (folder / "calls.jsonl").read_text("utf-8").splitlines()]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("rehearsal")


async def test_a_rehearsal_is_refused_nothing_and_tells_the_same_story_again(folder: Path) -> None:
    calls = await played(folder / "once")
    assert [call for call in calls if not call["ok"]] == []
    assert {"at", "method", "args", "ok", "error"} == set(calls[0])
    assert "xoxb-" not in (folder / "once" / "calls.jsonl").read_text("utf-8")
    assert (folder / "once" / "summary.png").read_bytes().startswith(b"\x89PNG")
    report = json.loads((folder / "once" / "report.json").read_text("utf-8"))
    assert report["refused"] == []
    assert report["messages"] > 8

    # Whoever signs up on a holiday is answered at once; from the introductions on, the bot speaks first.
    indonesian = holidays.country_holidays("ID")
    posted = [datetime.fromisoformat(str(call["at"])) for call in calls if call["method"] == "chat.postMessage"]
    days = {moment.astimezone(ZoneInfo("Asia/Jakarta")).date() for moment in posted if moment.date() > SIGNED_UP}
    assert days
    assert [day for day in days if day.weekday() > 4 or day in indonesian] == []

    await played(folder / "again")
    transcripts = [(folder / name / "transcript.html").read_bytes() for name in ("once", "again")]
    assert transcripts[0] == transcripts[1]

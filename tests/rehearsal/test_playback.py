"""A rehearsal that is over, looked at in the page of the local Slack: what was sent when, to whom, of which kind."""

from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.__main__ import main
from bot.rehearsal.page_extension import RehearsalPage
from bot.rehearsal.playback import Playback
from prompts.catalogue import Catalogue
from tests.rehearsal.conftest import Played

CATALOGUE = Catalogue.load()


@pytest.fixture(scope="module")
def playback(played: Played) -> Playback:
    return Playback.read(played.out, CATALOGUE)


def test_the_calendar_knows_every_message(playback: Playback, played: Played) -> None:
    index = playback.index("id")
    sent = [entry for entry in index["entries"] if entry["kind"]]
    by_kind, parts = Counter(played.report["messages_by_kind"]), Counter(played.report["parts_by_kind"])
    assert Counter(entry["kind"] for entry in sent) == by_kind - parts, "a day's message is one entry"
    by_stage = Counter((entry["kind"], entry["stage"]) for entry in sent)
    reported = played.report["messages_by_stage"]
    assert by_stage <= Counter({(kind, at): n for kind, stages in reported.items() for at, n in stages.items()})
    named = {kind for group in index["groups"] for kind in group["kinds"]}
    assert named == set(by_kind - parts)
    assert {stage for _, stage in by_stage} <= set(index["stages"])
    assert {one["id"] for one in index["people"]} == {actor.id for actor in played.rehearsal.everybody}


def test_holidays_have_their_names_in_either_language(playback: Playback) -> None:
    day = "2027-03-08"
    assert playback.index("id")["days_off"][day] != playback.index("en")["days_off"][day]
    assert all(date.fromisoformat(one).weekday() < 5 for one in playback.index("en")["days_off"])
    assert playback.index("fr")["language"] == "en"


async def test_the_page_asks_for_it(playback: Playback, played: Played) -> None:
    async with playback.slack.serve() as url, aiohttp.ClientSession(url) as client:

        async def ask(path: str) -> tuple[int, Any]:
            async with client.get(f"/_local/{path}") as answer:
                return answer.status, await answer.json()

        RehearsalPage(playback.slack, transcript=playback).attach()
        ours = "extensions/rehearsal/transcript"
        _, index = await ask(f"{ours}?language=en")
        assert index["title"].endswith(played.rehearsal.name)
        first = next(number for number, entry in enumerate(index["entries"]) if entry["kind"] == "intro_mentor")
        _, found = await ask(f"{ours}/entries?numbers={first},999999&language=en")
        (whole,) = found["entries"]
        assert whole["blocks"] == played.entries[first].blocks
        assert whole["head"].startswith("to ")
        for wrong in ("", "1,x", ",".join(["1"] * 300)):
            assert (await ask(f"{ours}/entries?numbers={wrong}"))[0] == 400
        reader = index["people"][0]["id"]
        _, state = await ask(f"state?as={reader}")
        assert state["workspace"]["extensions"] == ["rehearsal"]
        assert not state["workspace"]["clock_movable"]
        assert state["channels"], "and one can look around as anybody"


def test_a_folder_without_a_rehearsal_is_told_in_a_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demo", "--transcript", str(tmp_path)]) == 1
    assert capsys.readouterr().err.count("\n") == 1
    (tmp_path / "rehearsal.json").write_text('{"format": 0}', "utf-8")
    assert main(["demo", "--transcript", str(tmp_path)]) == 1
    assert "another version" in capsys.readouterr().err

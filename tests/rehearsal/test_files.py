"""What a rehearsal writes, and what the command says about it."""

import json
import os
import re
import subprocess
import sys
from base64 import b64decode
from pathlib import Path

import pytest

from bot.rehearsal.command import WITH_FINDINGS
from bot.rehearsal.playback import Playback
from prompts.catalogue import Catalogue
from tests.command_line import Command
from tests.rehearsal.conftest import MONTHS, PEOPLE, Played

ROOT = Path(__file__).parents[2]
CATALOGUE = Catalogue.load()
PNG = b"\x89PNG\r\n\x1a\n"


def test_calls_are_json_without_tokens(played: Played) -> None:
    text = (played.out / "calls.jsonl").read_text("utf-8")
    for secret in ("xoxb", "xapp", '"token"'):
        assert secret not in text
    moments = []
    for call in played.calls:
        assert list(call) == ["at", "method", "args", "ok", "error"]
        moments.append(call["at"])
        for name in ("blocks", "view", "metadata"):
            assert not isinstance(call["args"].get(name), str), "a structure, not JSON in JSON"
    assert moments == sorted(moments)
    assert len(moments) == sum(played.report["calls"].values())


def test_the_report_is_written(played: Played) -> None:
    report = json.loads((played.out / "report.json").read_text("utf-8"))
    assert report == played.report
    assert (report["people"], report["months"]) == (PEOPLE, MONTHS)
    assert sum(report["pairs"].values()) >= PEOPLE // 2
    assert 0 < report["sessions"]["held"] <= report["sessions"]["planned"]
    assert sum(report["messages_by_kind"].values()) - report["parts_of_days"] == report["messages"]
    # A part that is not wanted any more when its day comes is dropped, and the message has one part less.
    assert report["parts_of_days"] > report["messages_by_kind"]["daily"] > 0


def test_the_transcript_holds_everything_that_the_page_would_ask_for(played: Played) -> None:
    page = (played.out / "transcript.html").read_text("utf-8")
    texts = re.findall(r'<script type="application/json" data-path="([^"]+)">(.*?)</script>', page, re.DOTALL)
    held = {path: json.loads(text) for path, text in texts}
    playback = Playback.read(played.out, CATALOGUE)
    index = playback.index("id") | {"languages": {"id": "Bahasa Indonesia"}}
    address = "/_local/extensions/rehearsal/transcript"
    assert held[address] == json.loads(json.dumps(index))
    numbers = range(len(index["entries"]))
    assert held[f"{address}/entries"] == json.loads(json.dumps(playback.entries(numbers, "id")))
    shown = {block["slack_file"]["id"] for one in played.entries for block in one.blocks if "slack_file" in block}
    assert len(shown) > 3
    assert {path.rpartition("/")[2] for path in held if path.startswith("/_local/files/")} == shown
    assert all(held[f"/_local/files/{one}"].startswith("data:image/png;base64,") for one in shown)
    assert "http://127.0.0.1" not in page
    assert str(played.out) not in page
    assert (played.out / "summary.png").read_bytes().startswith(PNG)


def test_the_transcript_holds_every_script_that_it_imports(played: Played) -> None:
    page = (played.out / "transcript.html").read_text("utf-8")
    scripts = json.loads(re.findall(r'<script type="importmap">(.*?)</script>', page)[0])["imports"]
    first = re.findall(r'<script type="module">import "(.*?)";</script>', page)
    texts = [b64decode(address.removeprefix("data:text/javascript;base64,")).decode() for address in scripts.values()]
    imported = {name for text in texts for name in re.findall(r'from "([^"]+)"', text)} | set(first)
    assert imported == set(scripts)
    assert "page/mrkdwn.js" in scripts, "messages are drawn as in the local Slack"


def test_progress_is_told(played: Played) -> None:
    assert len(played.told) > MONTHS + 3
    assert str(played.out) in played.told[-1]


@pytest.mark.soak
def test_the_same_seed_tells_the_same_story_elsewhere(another: Played, tmp_path: Path) -> None:
    """In another folder and time zone, with other hashes, and on a machine so busy that everything is late."""
    plan, out = another.rehearsal.plan, tmp_path / "deep" / "elsewhere"
    settings = tmp_path / "settings.yaml"
    settings.write_text(
        "tema: Inklusi lintas generasi\nfrekuensi: Sesuai kesepakatan\nlama: 1\nlibur: 2027-02-15 - 2027-02-19\n"
        f"yang diutamakan: Kedekatan\nbatas lemah: 25%\nsambutan: {plan.sponsor}\nnama: something else\n",
        "utf-8",
    )
    wanted = {"people": plan.people, "seed": plan.seed, "settings": settings, "out": out}
    said = {"language": plan.language, "name": plan.name, "start": plan.starts_on}
    words = [part for name, value in (wanted | said).items() for part in (f"--{name}", str(value))]
    words.append("--strict")
    elsewhere = {"PYTHONHASHSEED": "4242", "TZ": "America/St_Johns", "LC_ALL": "C"}
    done = command(*words, module=("tests.disturbance", "3", "20"), **elsewhere)
    # Somebody here has no partner. A button that a simulated person cannot use would be one finding more.
    assert done.returncode == WITH_FINDINGS, done.stderr
    assert done.stdout.startswith("To look at: 1\n")
    assert json.loads((out / "report.json").read_text("utf-8"))["stumbles"] == []
    for name in ("transcript.html", "calls.jsonl", "summary.png", "report.json", "rehearsal.json", "slack.json"):
        assert (out / name).read_bytes() == (another.out / name).read_bytes(), name


def test_a_folder_that_cannot_be_is_told_at_once(tmp_path: Path, here: Command) -> None:
    taken = tmp_path / "taken"
    taken.write_text("a file")
    for out in (taken, taken / "below"):
        done = here("rehearse", "--out", str(out))
        assert done.returncode == 1
        assert done.stderr.count("\n") == 1
        assert str(out) in done.stderr
    assert here("rehearse", "--people", "3").returncode == 2


def command(
    *arguments: str, module: tuple[str, ...] = ("bot",), **environment: str
) -> "subprocess.CompletedProcess[str]":
    line = [sys.executable, "-m", *module, "rehearse", *arguments]
    env = os.environ | environment
    return subprocess.run(line, cwd=ROOT, env=env, capture_output=True, text=True, check=False)

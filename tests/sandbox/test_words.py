"""The page's own words: the same in both languages, each used, and each of the local Slack's sentences known to it."""

import json
import re
from pathlib import Path

import pytest

from bot.sandbox import forms, people
from bot.sandbox.inspector import limits
from bot.sandbox.local_routes import PAGE
from bot.sandbox.model import Message

LANGUAGES = ("en", "id")
WORDS = {one: json.loads((PAGE / "words" / f"{one}.json").read_text("utf-8")) for one in LANGUAGES}
EN, ID = WORDS["en"], WORDS["id"]
SCRIPTS = {path.name: path.read_text("utf-8") for path in PAGE.iterdir() if path.suffix in (".js", ".html")}
SANDBOX = Path(people.__file__).parent
CODE = "\n".join([*SCRIPTS.values(), (SANDBOX / "authorize.html.j2").read_text("utf-8")])
SAME_IN_BOTH = {"calls.button", "place.home", "page.workspace"}
MADE_UP = re.compile(r"^(server|limit)\.")
"""Keys that are put together: by what the local Slack said, and by what a limit is called."""
SENTENCE = re.compile(r'"[A-Z][a-z]+ [a-z]+[^"]*"|`[A-Z][a-z]+ [a-z]+[^`]*`|, "(?:[A-Z][a-z]{3,})"\)')
"""What looks like words for a person: several of them, or one as the text of an element."""


def test_both_languages_have_the_same_words() -> None:
    assert list(EN) == list(ID)
    for key, text in EN.items():
        assert text.strip(), key
        assert ID[key].strip(), key
        assert set(re.findall(r"\{\w+\}", text)) == set(re.findall(r"\{\w+\}", ID[key])), key
    assert {key for key in EN if EN[key] == ID[key]} == SAME_IN_BOTH


def test_each_word_is_used_and_there() -> None:
    used = set(re.findall(r'"([a-z]+\.[a-z0-9_]+)"', CODE))
    used |= {f"{step}{end}" for step in ("clock.hour", "clock.day", "clock.week") for end in ("_title", "_brief")}
    used |= {f"fault.{kind}" for kind in re.findall(r'"([a-z_]+)"', CODE.split("const FAULTS = [")[1].split("]")[0])}
    known = {re.sub(r"\.(one|other)$", "", key) for key in EN if not MADE_UP.match(key)}
    assert known - used == set()
    areas = {key.split(".")[0] for key in EN}
    assert {key for key in used if key.split(".")[0] in areas} - known == set()


@pytest.mark.parametrize("name", SCRIPTS)
def test_no_words_for_people_stand_in_the_code(name: str) -> None:
    code = "\n".join(line for line in SCRIPTS[name].splitlines() if not re.match(r"\s*(//|/?\*)", line))
    assert SENTENCE.findall(code.replace("Slackbot", "")) == []


def test_what_the_local_slack_says_is_known_to_the_page() -> None:
    said = [people.NOT_A_COMMAND, people.COMMAND_FAILED, people.CLICK_FAILED, people.MODAL_FAILED, people.ARCHIVED]
    said += [people.DM_CLOSED, forms.REQUIRED, "This app has no Home tab."]
    known = [re.sub(r"\{\w+\}", "{}", text) for key, text in EN.items() if key.startswith("server.")]
    for text in said:
        assert re.sub(r"\{\w+\}", "{}", text) in known
    told = {key.removeprefix("limit.") for key in EN if key.startswith("limit.")}
    assert {one["what"] for one in limits(Message("1.0", "C1", "U1"))} == told

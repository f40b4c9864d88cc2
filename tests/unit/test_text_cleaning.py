"""Text from outside is cleaned at the door; ids are looked at, and never changed."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.config import Settings
from bot.domain.text_cleaning import clean, clean_line, cleaned, is_clean
from bot.slack.user_objects import email_of, name_of
from handlers.kit.payload import Malformed, clean_payload

DIRTY = {
    "NUL": "\x00",
    "half a surrogate pair": "\ud83d",
    "the other half": "\ude00",
    "C0": "\x01\x08\x0b\x0c\x1b\x1f",
    "DEL": "\x7f",
    "C1": "\x80\x9b\x9f",
    "bidi": "\u202a\u202e\u2066\u2069",
    "noncharacter": "\ufffe\uffff\ufdd0",
}


@pytest.mark.parametrize("dirt", DIRTY.values(), ids=DIRTY)
def test_what_is_unseen_is_removed(dirt: str) -> None:
    assert clean(f"{dirt}Bu{dirt}di{dirt}") == "Budi"
    assert clean_line(f" Bu{dirt}di \n\t Santoso{dirt}") == "Budi Santoso"


def test_what_people_write_stays() -> None:
    said = "Andrée, 王小明, مرحبا, 👩‍👩‍👧 🏴󠁧󠁢󠁥󠁮󠁧󠁿\n\tsecond line\u200f"
    assert clean(said) == said
    assert clean("a\r\nb\rc\x85d\u2028e") == "a\nb\nc\nd\ne"
    assert clean("\ud83d\ude00") == "😀", "two halves that belong together"


@given(st.text(st.characters()))
def test_cleaning_is_complete_and_done_once(text: str) -> None:
    once = clean(text)
    assert clean(once) == once
    assert is_clean(once)
    once.encode("utf-8")


def test_a_whole_tree_is_cleaned_whatever_its_depth() -> None:
    tree: dict[str, Any] = {"a": ["x\0", {"b\0": "y\ud800"}], "n": 1}
    assert cleaned(tree) == {"a": ["x", {"b": "y"}], "n": 1}
    deep: Any = "z\0"
    for _ in range(50_000):
        deep = [deep]
    cleaned(deep)


TOKENS: dict[str, Any] = {
    "user_id": "U0001",
    "team_id": "T1",
    "channel": "C1",
    "selected_users": ["U1"],
    "trigger_id": "1.2.a",
    "action_id": "join.open",
    "callback_id": "f",
    "value": "12",
    "ts": "1.0",
    "private_metadata": "1",
    "block_id": "b",
    "event_id": "Ev1",
    "response_url": "https://x.id",
}


def payload(**changes: Any) -> dict[str, Any]:
    """A submission of a form in which one line and several lines are typed."""
    blocks = [
        {"type": "input", "block_id": "name", "element": {"type": "plain_text_input"}},
        {"type": "input", "block_id": "text", "element": {"type": "plain_text_input", "multiline": True}},
    ]
    typed = {"type": "plain_text_input", "value": "one\0\ntwo\u202e"}
    picked = {"type": "static_select", "selected_option": {"value": "mentor", "text": {"text": "Men\0tor"}}}
    values = {"name": {"x": dict(typed)}, "text": {"x": dict(typed)}, "role": {"x": picked}}
    view = {"id": "V1", "callback_id": "f", "blocks": blocks, "state": {"values": values}, "private_metadata": "1"}
    return {
        "type": "view_submission",
        "team": {"id": "T0001"},
        "user": {"id": "U0001", "username": "bu\0di"},
        "trigger_id": "1.2.ab",
        "view": {**view, **changes},
    }


def test_texts_of_a_payload_are_cleaned_once() -> None:
    body = json.loads(json.dumps(payload()))
    clean_payload(body)
    values = body["view"]["state"]["values"]
    assert values["name"]["x"]["value"] == "one two"
    assert values["text"]["x"]["value"] == "one\ntwo"
    assert values["role"]["x"]["selected_option"]["text"]["text"] == "Mentor"
    assert body["user"]["username"] == "budi"


@pytest.mark.parametrize("dirt", DIRTY.values(), ids=DIRTY)
@pytest.mark.parametrize(
    ("key", "value"),
    list(TOKENS.items()),
)
def test_an_id_of_another_shape_is_refused_and_not_changed(key: str, value: Any, dirt: str) -> None:
    clean_payload({key: value})
    broken = [f"{value[0]}{dirt}"] if isinstance(value, list) else value[:-1] + dirt + value[-1]
    for given_ in (broken, json.dumps([f"a{dirt}"]) if key == "private_metadata" else broken):
        with pytest.raises(Malformed):
            clean_payload({"x": [{key: given_}]})


def test_names_addresses_and_settings() -> None:
    assert name_of("Bu\0di\n Santoso") == "Budi Santoso"
    assert len(name_of("😀" * 3_000)) == 100
    assert name_of(None) == name_of("\0") == ""
    assert email_of("a@x.id") == "a@x.id"
    assert email_of("a\0@x.id\0") == "a@x.id"
    assert email_of("a@x.id, b@x.id") == email_of("a b@x.id") == email_of(["a@x.id"]) == ""
    settings = Settings.read({"SLACK_BOT_TOKEN": "xoxb-1\x1b", "SLACK_APP_TOKEN": "\u202exapp-1\r\n"})
    assert (settings.bot_token, settings.app_token) == ("xoxb-1", "xapp-1")

"""The tables that handlers are looked up in: one handler an id, and what happens with an id that nobody knows."""

import logging
from typing import Any

import pytest

import handlers
from handlers.kit.ids import ActionFamily, ActionId
from handlers.kit.listeners import Listeners, RegisteredTwice, outdated
from handlers.kit.payload import Malformed
from handlers.kit.request import Request
from prompts.catalogue import Catalogue


async def first(_request: Request) -> None: ...


async def second(_request: Request) -> None: ...


def click(action_id: Any, kind: str = "button") -> dict[str, Any]:
    return {"actions": [{"type": kind, "action_id": action_id}]}


def submitted(callback_id: str) -> dict[str, Any]:
    return {"view": {"callback_id": callback_id}}


@pytest.mark.parametrize("kind", ["command", "action", "submission", "event", "follow"])
def test_an_id_registered_twice_raises(kind: str) -> None:
    on = Listeners()
    getattr(on, kind)("one", first)
    getattr(on, kind)("another", first)
    with pytest.raises(RegisteredTwice, match="one"):
        getattr(on, kind)("one", second)


def test_the_handler_is_found_by_the_whole_id_or_by_what_precedes_its_data() -> None:
    on = Listeners()
    on.action(ActionFamily.POLL_MET.of("open"), first)
    on.action(ActionFamily.POLL_MET, second)
    assert on.handler_of_action(click("poll.met.open")) is first
    assert on.handler_of_action(click("poll.met.yes")) is second
    assert on.handler_of_action(click("poll.met.yes.3")) is second
    assert on.handler_of_action(click("poll.meta.yes")) is outdated


def test_an_unknown_id_is_logged_and_only_who_pressed_a_button_is_told(caplog: pytest.LogCaptureFixture) -> None:
    on = Listeners()
    on.link(ActionId.CALENDAR_GOOGLE)
    assert on.handler_of_action(click("calendar.google")) is None
    assert not caplog.records
    assert on.handler_of_action(click("old" * 100)) is outdated
    assert on.handler_of_action(click("menu", "static_select")) is None
    assert on.handler_of_submission(submitted("old form")) is outdated
    assert on.handler_of_event({"event": {"type": "old_event"}}) is None
    assert len(caplog.records) == 4
    assert all(record.levelno == logging.WARNING and len(record.getMessage()) < 150 for record in caplog.records)


def test_an_event_is_served_only_under_its_condition() -> None:
    on = Listeners()
    on.event("message", first, when=lambda body: body["event"]["channel_type"] == "im")
    assert on.handler_of_event({"event": {"type": "message", "channel_type": "im"}}) is first
    assert on.handler_of_event({"event": {"type": "message", "channel_type": "channel"}}) is None


def test_what_has_no_id_is_malformed() -> None:
    on = Listeners()
    no_actions: list[dict[str, Any]] = [{}, {"actions": []}, click(None)]
    for body in no_actions:
        with pytest.raises(Malformed):
            on.handler_of_action(body)
    with pytest.raises(Malformed):
        on.handler_of_submission({"view": {}})


def test_a_subcommand_may_be_typed_in_every_language() -> None:
    find = handlers.listeners().command_finder(Catalogue.load())
    for typed in ("ikut", " DAFTAR sekarang", "join"):
        assert find({"text": typed}) is find({"text": "join"})
    assert find({"text": "keluar"}) is find({"text": "leave"}) is not find({"text": "join"})

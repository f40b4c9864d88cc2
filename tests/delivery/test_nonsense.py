"""Answers that make no sense: never believed, never a crash, never a message twice, never one that is stuck."""

import contextlib
import json
from datetime import timedelta
from typing import Any

import pytest

from bot.slack.answers import LONGEST_WAIT, error_in, retry_after
from bot.slack.gateway import SlackRefused, SlackUnavailable
from storage.outbox import key_hash
from storage.tables import OutboxState
from tests.delivery.harness import Office

HELLO = "hello 1:hello:1:once"
OK = {"ok": True, "channel": "C1", "ts": "1799028000.000001"}
UNUSABLE: list[Any] = [None, "", "x", 7, 1.5, True, [], {}, "1" * 400, "nul\0.1", "１.１", "-1.0", "inf", "nan"]
ODD_CHANNELS: list[Any] = [None, "", 7, [], {}, "a b", "x" * 400]
ODD_BODIES: list[Any] = [[], [OK], "ok", 7, None, True, {}]
ODD_OKS: list[Any] = [None, "true", 1, [], {}]
ODD_ERRORS: list[Any] = [None, "", 7, [], {}, "nul\0", "x" * 400, "\ud800"]
BODIES = [
    *(json.dumps({**OK, "ts": wrong}) for wrong in UNUSABLE),
    *(json.dumps({**OK, "channel": wrong}) for wrong in ODD_CHANNELS),
    *(json.dumps({name: value for name, value in OK.items() if name != gone}) for gone in ("ts", "channel")),
    *(json.dumps(wrong) for wrong in ODD_BODIES),
    *(json.dumps({"ok": wrong}) for wrong in ODD_OKS),
    *(json.dumps({"ok": False, "error": wrong}) for wrong in ODD_ERRORS),
    "",
    "<html>Bad gateway</html>",
    '{"ok": true, "ts":',
    "[" * 100_000,
]


@pytest.mark.wide(5)
@pytest.mark.parametrize("body", BODIES, ids=[body[:60] for body in BODIES])
@pytest.mark.parametrize("content_type", ["application/json", "text/plain", "text/html", "application/gzip"])
async def test_a_post_that_is_answered_by_nonsense_is_read_back(
    one_office: Office, body: str, content_type: str
) -> None:
    await one_office.send(person_id=await one_office.person())
    one_office.fail("garbled", body=body, content_type=content_type)
    worker = one_office.worker()
    await worker.run_due()
    assert await one_office.state() is OutboxState.UNKNOWN
    await one_office.later()
    await worker.run_due()
    row = await one_office.row()
    assert (row.state, row.attempt, one_office.said()) == (OutboxState.SENT, 1, [HELLO])


@pytest.mark.wide(5)
@pytest.mark.parametrize("method", ["conversations.open", "conversations.history"])
@pytest.mark.parametrize("body", ["[]", '{"ok": true}', '{"ok": true, "channel": [], "messages": {}}', "<html>"])
async def test_nonsense_before_or_after_the_post_only_delays_it(office: Office, method: str, body: str) -> None:
    await office.send(person_id=await office.person(opened=False))
    office.fail("garbled", method, body=body, times=3)
    office.fail("lost_reply")
    worker = office.worker()
    for _ in range(12):
        await worker.run_due()
        await office.later(timedelta(minutes=1))
    assert (await office.state(), office.said()) == (OutboxState.SENT, [HELLO])


async def test_a_channel_that_can_only_be_read_as_nonsense_is_held_in_the_end(one_office: Office) -> None:
    await one_office.send(person_id=await one_office.person())
    one_office.fail("lost_reply")
    one_office.fail("garbled", "conversations.history", body='{"ok": true, "messages": 7}', times=None)
    worker = one_office.worker()
    for _ in range(40):
        await worker.run_due()
        await one_office.later(timedelta(minutes=15))
    row = await one_office.row()
    assert (row.state, one_office.said()) == (OutboxState.HELD, [HELLO])
    assert [kind for kind, *_ in one_office.troubles] == ["held"]


async def test_a_dm_that_is_only_opened_as_nonsense_is_told_in_the_end(office: Office) -> None:
    """It was asked for every five seconds, for ever, and nobody heard of it."""
    await office.send(person_id=await office.person(opened=False))
    rule = office.fail("garbled", "conversations.open", body='{"ok": true, "channel": 7}', times=None)
    worker = office.worker()
    for _ in range(40):
        await worker.run_due()
        await office.later(timedelta(minutes=11))
    row = await office.row()
    assert (row.state, rule.struck, office.said()) == (OutboxState.DEAD, 20, [])
    assert office.troubles == [("dead", row.id, "unusable_answer")]


async def test_a_message_of_nonsense_in_the_history_is_left_out(one_office: Office) -> None:
    await one_office.send(person_id=await one_office.person())
    one_office.fail("lost_reply")
    odd: list[Any] = [
        None,
        7,
        [],
        {"ts": None},
        {"metadata": []},
        {"metadata": {"event_payload": 7}},
        {"ts": [], "metadata": 1},
    ]
    body = {"ok": True, "messages": odd, "response_metadata": {"next_cursor": ""}}
    one_office.fail("garbled", "conversations.history", body=json.dumps(body))
    worker = one_office.worker()
    await worker.run_due()
    await one_office.later()
    await worker.run_due()
    assert await one_office.state() is OutboxState.SENT


@pytest.mark.parametrize("nonsense", ["more, but no cursor", "ours without its time stamp", "the same page again"])
async def test_a_page_that_cannot_tell_is_read_again(office: Office, nonsense: str) -> None:
    """Believed, each of them would mean that the message is not there: it would come twice."""
    await office.send(person_id=await office.person())
    office.fail("lost_reply")
    worker = office.worker()
    await worker.run_due()
    await office.later()
    row = await office.row()
    ours = {"metadata": {"event_type": "balik_message", "event_payload": {"key": key_hash(row)}}, "ts": None}
    pages: dict[str, dict[str, Any]] = {
        "more, but no cursor": {"messages": [], "has_more": True, "response_metadata": {"next_cursor": ""}},
        "ours without its time stamp": {"messages": [ours], "has_more": False},
        "the same page again": {"messages": [], "has_more": True, "response_metadata": {"next_cursor": "same"}},
    }
    times = 2 if nonsense == "the same page again" else 1
    body = json.dumps({"ok": True, **pages[nonsense]})
    office.fail("garbled", "conversations.history", body=body, times=times)
    for _ in range(6):
        await worker.run_due()
        await office.later(timedelta(minutes=1))
    assert (await office.state(), office.said()) == (OutboxState.SENT, [HELLO])


HEADERS = {
    "": 5.0,
    "x": 5.0,
    "7": 7.0,
    "0": 1.0,
    "-5": 1.0,
    "0.01": 1.0,
    "inf": LONGEST_WAIT,
    "1e400": LONGEST_WAIT,
    "-inf": 5.0,
    "nan": 5.0,
    "3155760000000": LONGEST_WAIT,
    "Wed, 04 Jan 2027 03:00:30 GMT": 30.0,
    "Wed, 04 Jan 2127 03:00:00 GMT": LONGEST_WAIT,
    "Wed, 04 Jan 1927 03:00:00 GMT": 1.0,
    "Wed, 99 Foo 99999 99:99:99 GMT": 5.0,
    "９": 9.0,
}
"""What Retry-After says in an answer of Wed, 04 Jan 2027 03:00:00 GMT → the seconds that are waited."""


@pytest.mark.parametrize("said", HEADERS)
def test_retry_after_is_capped(said: str) -> None:
    assert retry_after({"Retry-After": said, "Date": "Wed, 04 Jan 2027 03:00:00 GMT"}) == HEADERS[said]


def test_a_date_without_the_date_of_the_answer_is_not_believed() -> None:
    assert retry_after({"Retry-After": "Wed, 04 Jan 2027 03:00:30 GMT"}) == 5.0
    assert retry_after({}) == 5.0


@pytest.mark.parametrize("said", ["inf", "nan", "-7", "3155760000000", "Wed, 04 Jan 2127 03:00:00 GMT", "x"])
@pytest.mark.parametrize("method", ["chat.postMessage", "conversations.open", "conversations.history"])
async def test_no_retry_after_stops_a_message_for_good(one_office: Office, method: str, said: str) -> None:
    await one_office.send(person_id=await one_office.person(opened=False))
    if method == "conversations.history":
        one_office.fail("lost_reply")
    one_office.fail("ratelimited", method, retry_after=said)
    worker = one_office.worker()
    for _ in range(3):
        await worker.run_due()
        await one_office.later(timedelta(minutes=61))
    assert (await one_office.state(), one_office.said()) == (OutboxState.SENT, [HELLO])


CALLS: dict[str, tuple[Any, ...]] = {
    "open_dm": ("U1",),
    "members": ("C1",),
    "channel_info": ("C1",),
    "user": ("U1",),
    "user_by_email": ("a@b.example",),
    "users": (),
    "socket_url": ("xapp-1",),
    "open_view": ("t", {}),
    "push_view": ("t", {}),
    "update_view": ("V1", {}),
    "upload": (b"x", "x.txt"),
    "is_shared": ("F1", "D1"),
    "file": ("F1",),
    "greet": (),
    "workspace_name": (),
}


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("body", ["[]", "7", "null", '{"ok": true}', '{"ok": true, "user": {"id": 7}}', "<html>", ""])
async def test_every_call_raises_one_of_our_errors_or_gives_what_it_says(
    one_office: Office, call: str, body: str
) -> None:
    one_office.fail("garbled", "*", body=body, times=None)
    with contextlib.suppress(SlackUnavailable, SlackRefused):
        given = await getattr(one_office.gateway, call)(*CALLS[call])
        assert given is None or isinstance(given, bool | str | set | dict | tuple)


@pytest.mark.parametrize("file", [{}, {"url_private": None}, {"url_private": 7}, {"url_private_download": ["x"]}])
async def test_a_file_without_a_usable_address_is_refused(one_office: Office, file: dict[str, Any]) -> None:
    with pytest.raises(SlackRefused, match="elsewhere"):
        await one_office.gateway.download(file, 10)


async def test_pages_without_end_are_given_up(one_office: Office) -> None:
    again = {"ok": True, "members": ["U1"], "response_metadata": {"next_cursor": "same"}}
    one_office.fail("garbled", "conversations.members", body=json.dumps(again), times=None)
    with pytest.raises(SlackUnavailable):
        await one_office.gateway.members("C1")


def test_what_a_response_url_answers() -> None:
    assert error_in("expired_url") == "expired_url"
    assert error_in('{"ok":false,"error":"used_url"}') == "used_url"
    assert error_in("[" * 100_000) == "[" * 100_000

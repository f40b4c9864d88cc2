"""Every refusal that Slack documents has its class, and the class decides what becomes of the message."""

import ast
import json
import tomllib
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.delivery import transitions as verdicts
from bot.delivery.transitions import TRIES
from bot.slack.errors import COMMON, DOUBTFUL, LIMITED, METHODS, UNSURE, ErrorClass, class_of, code_of
from bot.slack.results import Refused, SlackRefused
from storage.tables import Outbox, OutboxState
from tests.delivery.harness import Office

ROOT = Path(__file__).parents[2]
DOCUMENTED = json.loads((Path(__file__).parent / "documented_errors.json").read_text())
POST = "chat.postMessage"
HELLO = "hello 1:hello:1:once"
FINAL = (ErrorClass.MESSAGE, ErrorClass.PERSON, ErrorClass.CHANNEL)


def methods_called() -> set[str]:
    """The methods that the gateway names in its calls."""
    tree = ast.parse((ROOT / "bot/slack/gateway.py").read_text())
    texts = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    return {text for text in texts if text in DOCUMENTED["methods"] or _looks_like_a_method(text)}


def _looks_like_a_method(text: str) -> bool:
    families = ("apps.", "auth.", "chat.", "conversations.", "files.", "users.", "views.", "team.", "reactions.")
    return text.startswith(families) and text.replace(".", "").isalpha()


def test_every_documented_code_of_every_method_that_is_called_is_classed() -> None:
    called = methods_called()
    assert len(called) > 15
    assert called == set(DOCUMENTED["methods"]), "copy the documented codes of a new method, and class them"
    missing = [
        f"{method}: {code}"
        for method in sorted(called)
        for code in (*DOCUMENTED["methods"][method], *DOCUMENTED["common"])
        if class_of(method, code) is None
    ]
    assert not missing


def test_no_code_has_two_classes_for_one_method() -> None:
    listed = tomllib.loads((ROOT / "bot/slack/errors.toml").read_text())
    for name, lists in {"common": listed["common"], **listed["methods"]}.items():
        codes = [code for kind in lists.values() for code in kind]
        assert len(codes) == len(set(codes)), (name, [code for code in codes if codes.count(code) > 1])


POSTING = {**COMMON, **METHODS[POST]}
OF_ONE_MESSAGE = [(code, kind) for code, kind in sorted(POSTING.items()) if kind in FINAL]
OF_EVERYTHING = sorted(code for code, kind in POSTING.items() if kind is ErrorClass.WORKSPACE)
PASSING = sorted(code for code, kind in POSTING.items() if kind is ErrorClass.TRANSIENT and code not in LIMITED)


@pytest.mark.parametrize("code", [code for code, _ in OF_ONE_MESSAGE if code not in DOUBTFUL])
async def test_what_is_wrong_with_one_message_ends_that_one_and_is_told_once(one_office: Office, code: str) -> None:
    await one_office.send("a", channel=one_office.channel("a").id)
    await one_office.send("b", channel=one_office.channel("b").id)
    one_office.fail("refused", error=code)
    worker = one_office.worker()
    for _ in range(2):
        await worker.run_due()
        await one_office.later()
    assert [row.state for row in await one_office.rows()] == [OutboxState.DEAD, OutboxState.SENT]
    assert one_office.troubles == [("dead", 1, code)]


async def refused_for_ten_minutes(office: Office, code: str, method: str = POST) -> list[Outbox]:
    """Messages to people and channels, while Slack refuses a method; then it does not any more."""
    for number in range(10):
        await office.send(f"p{number}", person_id=await office.person(opened=method == POST))
        await office.send(f"c{number}", channel=office.channel(f"c{number}").id)
    fault = office.fail("refused", method, error=code, times=None)
    worker, until = office.worker(), office.clock.now() + timedelta(minutes=10)
    while office.clock.now() < until:
        await worker.run_due()
        moment = await worker.next_due()
        await office.later(
            min(max((moment or until) - office.clock.now(), timedelta(seconds=1)), until - office.clock.now())
        )
    assert fault.struck
    during = await office.rows()
    office.slack.faults.clear()
    for _ in range(40):
        await worker.run_due()
        if (moment := await worker.next_due()) is None:
            break
        await office.later(max(moment - office.clock.now(), timedelta()))
    return during


@pytest.mark.wide(5)
@pytest.mark.parametrize("code", [*OF_EVERYTHING, *PASSING, *sorted(DOUBTFUL), "a_code_of_next_year"])
async def test_a_workspace_that_refuses_everything_for_ten_minutes_loses_nothing(one_office: Office, code: str) -> None:
    during = await refused_for_ten_minutes(one_office, code)
    lost = {row.state for row in during} - {OutboxState.PENDING, OutboxState.UNKNOWN}
    # What is posted may have been, where Slack says so: a channel cannot be read back, and is held, not lost.
    assert lost <= ({OutboxState.HELD} if code in UNSURE else set())
    after = {row.state for row in await one_office.rows()}
    assert after == ({OutboxState.SENT, OutboxState.HELD} if code in UNSURE else {OutboxState.SENT})
    said = one_office.said()
    assert len(said) == len(set(said))
    assert [kind for kind, *_ in one_office.troubles if kind == "dead"] == []
    if code in OF_EVERYTHING:
        assert [kind for kind, *_ in one_office.troubles] == ["paused"]
        tries = sum(call["method"] == POST and bool(call.get("fault")) for call in one_office.slack.calls)
        assert tries < 10, "the pauses grow"


async def test_the_same_on_postgresql(office: Office) -> None:
    await refused_for_ten_minutes(office, "ekm_access_denied")
    assert {row.state for row in await office.rows()} == {OutboxState.SENT}
    assert [kind for kind, *_ in office.troubles] == ["paused"]


async def test_a_code_that_nobody_knows_is_final_after_a_few_tries(office: Office) -> None:
    await office.send(channel=office.channel().id)
    fault = office.fail("refused", error="a_code_of_next_year", times=None)
    worker = office.worker()
    for _ in range(TRIES + 3):
        await worker.run_due()
        if (moment := await worker.next_due()) is None:
            break
        await office.later(moment - office.clock.now())
    row = await office.row()
    assert (row.state, fault.struck) == (OutboxState.DEAD, TRIES)
    assert office.troubles == [("dead", row.id, "a_code_of_next_year")]


async def test_one_channel_that_says_what_everything_would_stops_nobody_else(one_office: Office) -> None:
    worker, refusing = one_office.worker(), one_office.channel("encrypted")
    post = one_office.gateway.post

    async def refuse(channel: str, *arguments: Any) -> Any:
        return Refused("ekm_access_denied") if channel == refusing.id else await post(channel, *arguments)

    one_office.gateway.post = refuse  # type: ignore[method-assign,assignment]  # one channel refuses
    await one_office.send("bad", channel=refusing.id)
    for number in range(30):
        await one_office.send(str(number), channel=one_office.channel(f"c{number}").id)
    for _ in range(20):
        await worker.run_due()
        await one_office.later(timedelta(seconds=30))
    assert len(one_office.said()) == 30
    assert (await one_office.row("bad")).state is OutboxState.PENDING


async def test_a_missing_permission_for_files_or_dms_does_not_stop_posts(one_office: Office) -> None:
    known, new = await one_office.person(), await one_office.person(opened=False)
    one_office.fail("refused", "conversations.open", error="missing_scope", times=None)
    for key, to in (("new", new), ("known", known)):
        await one_office.send(key, person_id=to)
    await one_office.send("channel", channel=one_office.channel().id)
    worker = one_office.worker()
    await worker.run_due()
    assert sorted(one_office.said()) == ["hello channel", "hello known"]
    assert (await one_office.row("new")).state is OutboxState.PENDING
    assert [kind for kind, *_ in one_office.troubles] == ["paused"]
    one_office.slack.faults.clear()
    await one_office.later(timedelta(minutes=5))
    await worker.run_due()
    assert "hello new" in one_office.said()


@pytest.mark.parametrize("method", ["conversations.open", "conversations.history"])
async def test_a_permission_that_is_missing_again_is_told_again(office: Office, method: str) -> None:
    """A week later it is another trouble, though this process has been running all the while."""
    error = "missing_scope" if method == "conversations.open" else "invalid_auth"
    worker = office.worker()
    for number in range(2):
        await office.send(str(number), person_id=await office.person(opened=method != "conversations.open"))
        office.fail("refused", method, error=error, times=2)
        if method == "conversations.history":
            office.fail("lost_reply")
        for _ in range(20):
            await worker.run_due()
            await office.later(timedelta(minutes=1))
        assert await office.state(str(number)) is OutboxState.SENT
        await office.later(timedelta(days=7))
    assert [kind for kind, *_ in office.troubles] == ["paused", "paused"]


async def test_a_dm_that_slack_does_not_know_any_more_is_opened_again(office: Office) -> None:
    await office.send(person_id=await office.person())
    office.fail("refused", error="channel_not_found")
    await office.worker().run_due()
    assert (office.said(), await office.state()) == ([HELLO], OutboxState.SENT)


def test_an_error_that_is_no_code_is_neither_stored_nor_believed() -> None:
    odd: list[object] = [None, 7, {}, [], "", "nul\0", "a b", "x" * 500, "\ud800", True]
    assert {code_of(one) for one in odd} == {"unreadable_answer"}


def test_a_refusal_knows_whether_it_is_final() -> None:
    assert SlackRefused("chat.delete", "message_not_found").final
    for code in ("invalid_auth", "missing_scope", "internal_error", "a_code_of_next_year", *DOUBTFUL):
        assert not SlackRefused("chat.delete", code).final, code
    assert SlackRefused("views.open", "expired_trigger_id").kind is ErrorClass.MESSAGE
    assert SlackRefused("conversations.open", "user_disabled").kind is ErrorClass.PERSON


async def test_without_the_class_of_the_whole_workspace_it_would_fail(
    one_office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The finding, put back: every refusal is about the message, so that everything that is due dies."""
    monkeypatch.setattr(verdicts, "class_of", lambda _method, _code: ErrorClass.MESSAGE)
    monkeypatch.setattr(verdicts, "is_final", lambda _method, _code: True)
    during = await refused_for_ten_minutes(one_office, "ekm_access_denied")
    assert {row.state for row in during} == {OutboxState.DEAD}

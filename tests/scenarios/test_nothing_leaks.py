"""What people type is shown as it is and never becomes a mention or a link; what is private stays out of the log."""

import json
import logging
import re
from collections.abc import AsyncIterator
from contextlib import ExitStack
from typing import Any

import pytest
import pytest_asyncio

from bot.domain.text_cleaning import clean_line
from bot.server import logs
from bot.server.logs import OURS
from tests.scenarios.pairs import MONDAY_11
from tests.scenarios.requests import Knock, knock
from tests.scenarios.test_who_may_act import CARD, DETAILS, ROLE, TABLE, chose, ticked, typed, typed_in
from tests.scenarios.world import World, open_world

pytestmark = pytest.mark.asyncio(loop_scope="module")

NASTY = {
    "markup": "x <!channel><@U0001><https://evil.example|hi> *b* `c` ```d``` & &lt;",
    "letters": "x {{ 7*7 }} {% raw %} 🎉 :tada: \u202eabc\u202c مرحبا",
    "long": "&" * 3000,
}
MASKED = "<https://evil.example|"
"""A link behind other words. HR's own messages to participants link an address as it is written, and only so."""
MENTIONED = re.compile(r"(>|&gt;)<@U0001>")
"""The mention as it is typed, which follows another. Our own messages may name the app as well."""
OPENERS = re.compile(r"<(?!@U\d|#C\d|https://|slack://|!date\^\d)")
"""Slack's own markup that none of our messages has."""


FORMS = [row for row in TABLE if row.ask.kind == "form" and typed_in(row.ask.state)]
"""Every form in which somebody types: `test_who_may_act` fails on a field that its row does not name."""
LAST = ("part.form",)
"""What ends something that others are about."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    async with open_world(f"sqlite:///{tmp_path_factory.mktemp('leaks')}/balik.sqlite") as opened:
        opened.office.slack.limits.enabled = False
        yield opened


def spoken(calls: list[dict[str, Any]]) -> list[str]:
    """Every text that Slack would read markup in: fallback texts and mrkdwn objects of all calls."""
    found: list[str] = []

    def walk(part: Any) -> None:
        if isinstance(part, str) and part[:1] in "[{":
            try:
                walk(json.loads(part))
            except ValueError:
                return
        elif isinstance(part, dict):
            if part.get("type") == "mrkdwn":
                found.append(part["text"])
            for inner in part.values():
                walk(inner)
        elif isinstance(part, list):
            for inner in part:
                walk(inner)

    for call in calls:
        if isinstance(call["args"].get("text"), str):
            found.append(call["args"]["text"])
        walk(call["args"])
    return found


async def everything_said(world: World, nasty: str) -> list[dict[str, Any]]:
    """Put `nasty` wherever a person can type, show it to whoever sees it, and keep every call."""
    office, ids = world.office, world.ids
    calls: list[dict[str, Any]] = []
    forget = office.slack.on_call(calls.append)

    async def do(who: str, kind: str, what: str, value: str = "", note: str = "", state: Any = None) -> None:
        answer = await knock(office, world.people[who].id, Knock(kind, what, value, note, state or {}))
        shown.append(answer.shown)
        filled.update((what, block) for block in typed_in(state or {}))

    shown: list[str] = []
    filled: set[tuple[str, str]] = set()
    name = nasty[:60]
    try:
        await office.run(minutes=10)  # the questions about the session are there to be answered
        for who in ("mentor", "leader"):
            user = office.slack.user(world.people[who].id)
            await office.slack.change_user(user, real_name=name)
        department = {**ROLE, "department": typed(nasty[:80])}
        await do("mentor", "form", "join.about", note=str(ids["programme"]), state=department)
        about = json.loads(ids["about"]) | {"department": clean_line(nasty)[:80]}
        await do("mentor", "form", "join.details", note=json.dumps(about), state=DETAILS)
        await do("mentor", "command", nasty)
        await do("mentor", "form", "concern.form", state={"text": typed(nasty[:2000])})
        comment = {"learned": typed(nasty[:1000]), "will_do": typed(nasty[:1000]), "share": ticked("share")}
        await do("leader", "action", "poll.met.yes", str(ids["polled"]))
        await do("leader", "action", "poll.useful.4", str(ids["polled"]))
        await do("leader", "form", "poll.comment_form", note=str(ids["polled"]), state=comment)
        await do("leader", "action", "poll.open", str(ids["polled"]))
        await do(
            "finished", "form", "closing.thanks_form", note=str(ids["done_pair"]), state={"text": typed(nasty[:500])}
        )
        terms = {
            "goal1": typed(nasty[:200]),
            "measure1": typed(nasty[:200]),
            "by1": {"type": "datepicker", "selected_date": "2027-06-01"},
            **{f"{name}{number}": typed(nasty[:200]) for name in ("goal", "measure") for number in (2, 3)},
            **{f"by{number}": {"type": "datepicker", "selected_date": "2027-06-01"} for number in (2, 3)},
            "books": chose("mentor"),
            "mentor_called": typed(nasty[:40]),
            "mentee_called": typed(nasty[:40]),
            "confidential": typed(nasty[:500]),
            "off_limits": typed(nasty[:500]),
        }
        await do("mentor", "form", "agreement.form", note=f"[{ids['pair']}, 1]", state=terms)
        await do("leader", "action", "agreement.open", str(ids["pair"]))
        note = {"learned": typed(nasty[:1000]), "taught": typed(nasty[:1000]), "share": ticked("partner", "hr")}
        await do("mentor", "form", "log.form", note=f"[{ids['pair']}, 0]", state=note)
        card = {**CARD, "insight": typed(nasty[:300]), "change": typed(nasty[:300])}
        await do("mentor", "form", "card.form", note=f"[{ids['pair']}, {ids['card']}]", state=card)
        await do("leader", "action", "card.share", str(ids["card"]))
        why = {"why": typed(nasty[:300])}
        await do("leader", "form", "card.drop_form", note=f"[{ids['pair']}, {ids['card']}]", state=why)
        for who in ("mentor", "leader"):
            await do(who, "command", "home")
            await world.people[who].open_home()
            for window in ("growth.open", "log.open", "card.list"):
                await do(who, "action", window, str(ids["pair"]))
            await do(who, "command", "privacy")
            await do(who, "action", "privacy.details", "person")
            await do(who, "action", "session.book", str(ids["planned"]))
            await do(who, "action", "pack.open", str(ids["booked"]))
            await do(who, "action", "intro.chat", str(ids["pair"]))
        await world.people["hr"].open_home()
        await do("hr", "command", "summary")
        await do("hr", "action", "match.pairs", str(ids["draft"]))
        await do("hr", "action", "match.left", str(ids["draft"]))
        await do("hr", "action", "match.managers", str(ids["programme"]))
        await do("hr", "action", "risk.hr_nudge", str(ids["pair"]))
        await office.run(minutes=10)
        for row in sorted(FORMS, key=lambda row: row.ask.what in LAST):
            if not {(row.ask.what, block) for block in typed_in(row.ask.state)} <= filled:
                ask = world.filled(row.ask)
                state = {
                    block: typed(name) if block in typed_in(ask.state) else one for block, one in ask.state.items()
                }
                await do(next(iter(sorted(row.right)), "mentor"), "form", ask.what, note=ask.note, state=state)
        await office.run(days=8)  # the poll closes, the weekly summary comes, everything that waits is sent
    finally:
        forget()
    return calls


async def begin_anew(world: World) -> None:
    """As things were, and at the same time as then."""
    world.put_back()
    world.office.clock.moment = MONDAY_11


@pytest.mark.parametrize("nasty", NASTY.values(), ids=NASTY)
async def test_what_is_typed_is_shown_as_it_is(world: World, nasty: str, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        calls = await everything_said(world, nasty)
    await begin_anew(world)
    assert {"chat.postMessage", "chat.update", "views.open", "views.publish", "response_url"} <= {
        call["method"] for call in calls
    }
    said = spoken(calls)
    assert [text for text in said if OPENERS.search(text) or MASKED in text or MENTIONED.search(text)] == []
    assert [(call["method"], call["error"]) for call in calls if not call["ok"]] == []
    assert [one.getMessage() for one in caplog.records] == []
    if "evil" in nasty:
        assert sum("&lt;https://evil.example|hi&gt;" in text for text in said) > 10, "it was shown at all"


async def test_neither_names_nor_words_nor_tokens_are_in_the_log(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    """Ours at DEBUG; what others log is kept out by `bot.server.logs`."""
    marked = "zQx7"
    with ExitStack() as loud:
        for name in OURS:  # another test may have set a level of their own
            loud.enter_context(caplog.at_level(logging.DEBUG, logger=name))
        await everything_said(world, f"Secret {marked} word")
    await begin_anew(world)
    ours = [one for one in caplog.records if one.name.split(".")[0] in OURS and "sandbox" not in one.name]
    lines = [logs.Formatter(logs.FORMAT).format(one) for one in ours]
    assert lines, "something was logged"
    slack = world.office.slack
    for private in (marked, "Person", "kantor.example", slack.bot_token, slack.app_token, "Thank you"):
        assert not [line for line in lines if private in line], private
    for token in (slack.bot_token, slack.app_token):
        assert token not in json.dumps(list(slack.calls))

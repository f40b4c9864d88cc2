"""NUL, halves of surrogate pairs, controls and thousands of emoji in whatever comes from outside, on both databases.

The person gets the usual answer, and what is stored and posted is clean. The fields are those of the forms: every row
of `test_who_may_act.TABLE` in which somebody types is filled, so that a new field joins by itself.
"""

import json
import logging
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from sqlmodel import SQLModel

from bot.domain.text_cleaning import is_clean
from bot.sandbox import interactions
from tests.databases import PostgresServer
from tests.scenarios.office import Colleague, Office, open_office, texts_in
from tests.scenarios.requests import Knock, knock
from tests.scenarios.test_who_may_act import TABLE, typed, typed_in
from tests.scenarios.world import World, open_world

pytestmark = pytest.mark.asyncio(loop_scope="module")

DIRT = "\x00\ud83d\x07\x1b\x9b\u202e\u2066\ufffe"
EMOJI = "😀" * 3_000
FORMS = [row for row in TABLE if row.ask.kind == "form" and typed_in(row.ask.state)]
ENDS = ("part.form",)
"""What ends something that others are about: sent last."""


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=["sqlite", "postgresql"])
async def world(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    if request.param == "sqlite":
        async with open_world(f"sqlite:///{tmp_path_factory.mktemp('dirt')}/balik.sqlite") as opened:
            yield opened
    else:
        server: PostgresServer = request.getfixturevalue("postgres_server")
        async with server.database() as url, open_world(url) as opened:
            yield opened


async def everything_stored(office: Office) -> dict[str, list[str]]:
    """Every text in the database, by table."""
    found: dict[str, list[str]] = {}
    async with office.balik.store.read(office.clock.now()) as work:
        for table in SQLModel.metadata.sorted_tables:
            rows = (await (await work.session.connection()).execute(table.select())).all()
            found[table.name] = [text for row in rows for text in strings(list(row))]
    return found


def strings(tree: Any) -> Iterator[str]:
    if isinstance(tree, str):
        yield tree
    elif isinstance(tree, dict):
        yield from strings([*tree, *tree.values()])
    elif isinstance(tree, list | tuple):
        for one in tree:
            yield from strings(one)


async def test_every_field_of_every_form(world: World, caplog: pytest.LogCaptureFixture) -> None:
    office = world.office
    calls: list[dict[str, Any]] = []
    forget = office.slack.on_call(calls.append)
    try:
        with caplog.at_level(logging.WARNING):
            for row in sorted(FORMS, key=lambda row: row.ask.what in ENDS):
                for dirty in ("{DIRT}Zx{DIRT}q {text}{DIRT}", EMOJI):
                    ask = world.filled(row.ask)
                    state = {
                        block: typed(dirty.format(DIRT=DIRT, text=one["value"][:20]))
                        if block in typed_in(ask.state)
                        else one
                        for block, one in ask.state.items()
                    }
                    for who in sorted(row.right)[:1]:
                        asked = Knock("form", ask.what, note=ask.note, state=state)
                        answer = await knock(office, world.people[who].id, asked)
                        assert answer.acked, row.name
                        broke = [key for key in world.names_a_refusal(answer.shown) if "broke" in key]
                        assert not broke, f"{row.name}: {answer.shown}"
            await office.run(days=8)
    finally:
        forget()
    assert [
        one.getMessage() for one in caplog.records if one.name.startswith(("handlers", "bot.delivery.worker.worker"))
    ] == []
    assert [(one["method"], one["error"]) for one in calls if not one["ok"]] == []
    stored = await everything_stored(office)
    assert [(table, text) for table, texts in stored.items() for text in texts if not is_clean(text)] == []
    assert sum("Zxq" in text for texts in stored.values() for text in texts) > 10, "most of it was stored"
    sent = json.dumps([one["args"] for one in calls])
    for bad in DIRT:
        assert json.dumps(bad)[1:-1] not in sent.replace("\\ud83d\\u", "")
    assert "Zxq" in sent, "and shown"


async def command(office: Office, who: str, **changes: Any) -> bool:
    """`/mentoring help` with some of its payload changed; whether it was acknowledged."""
    here = office.slack.workspace.open_dm(who)
    payload = interactions.command(office.slack, who, here, "/mentoring", "help") | changes
    reply = await office.slack.send_raw("slash_commands", payload)
    await office.balik.context.wait_idle()
    return reply.acked


async def test_commands_and_ids(world: World, caplog: pytest.LogCaptureFixture) -> None:
    office, mentor = world.office, world.people["mentor"]
    dm = office.slack.workspace.open_dm(mentor.id)
    for text in (f"he{DIRT}lp", EMOJI, DIRT, f"join{DIRT} {EMOJI}"):
        before = len(dm.ephemerals)
        assert await command(office, mentor.id, text=text, user_name=f"{DIRT}{EMOJI}")
        assert len(dm.ephemerals) > before or mentor.slack.modal, text[:20]
        if mentor.slack.modal:
            await mentor.slack.close(all=True)
    with caplog.at_level(logging.WARNING):
        for name in ("user_id", "team_id", "channel_id", "trigger_id", "response_url"):
            for value in (f"U1{DIRT}", EMOJI, "\x00"):
                before = len(dm.ephemerals)
                assert await command(office, mentor.id, **{name: value}), "Slack does not ask again"
                assert len(dm.ephemerals) == before
    assert {one.getMessage().partition(":")[0] for one in caplog.records} == {"ignored a malformed request"}


async def test_newcomers_and_what_slack_says_of_them(world: World) -> None:
    """A name is Slack's to tell: by `users.info`, in a payload, or by an event."""
    office = world.office
    for number, name in enumerate((f"B{DIRT}udi", f"Ci\n{DIRT}tra", EMOJI, DIRT)):
        newcomer = Colleague(office, office.slack.as_person(office.slack.add_user(name, email=f"n{number}\x00@x.id")))
        outcome = await newcomer.command("join")
        assert outcome.ok
        assert newcomer.slack.modal, "the form, as for everybody"
        await newcomer.slack.close(all=True)
        await office.slack.change_user(newcomer.slack.user, real_name=f"{DIRT}New {name}"[:3_000])
        await office.calm()
    people = (await everything_stored(office))["person"]
    assert all(map(is_clean, people))
    assert {"New Budi", "New Ci tra", "New"} <= set(people)
    assert max(map(len, people)) <= 200


@pytest_asyncio.fixture(loop_scope="module", params=["sqlite", "postgresql"])
async def office(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Office]:
    if request.param == "sqlite":
        async with open_office(f"sqlite:///{tmp_path}/balik.sqlite") as opened:
            yield opened
    else:
        server: PostgresServer = request.getfixturevalue("postgres_server")
        async with server.database() as url, open_office(url) as opened:
            yield opened


async def test_a_roster(office: Office) -> None:
    dewi, sari = office.hire("Dewi Lestari"), office.hire("Sari Wulandari")
    office.slack.add_member(office.hr_channel, dewi.slack.user)
    await office.set_up(dewi)
    row = f"s{DIRT}ari@kantor.example,-,Pe{DIRT}masaran,{DIRT}3"
    content = f"em{DIRT}ail,manager,department,level\n{row}\n".encode("utf-8", "surrogatepass")
    await dewi.command("roster", office.hr_channel)
    assert (await dewi.submit({"file": [{"name": "da\x1b\u202eta.csv", "content": content}]})).ok
    assert dewi.modal.callback_id == "roster.store", texts_in(dewi.modal)
    assert (await dewi.submit()).ok
    await office.settle()
    stored = await everything_stored(office)
    assert [text for texts in stored.values() for text in texts if not is_clean(text)] == []
    assert [table for table, texts in stored.items() if "Pemasaran" in texts], "what HR's file says is stored"
    assert sari.id in stored["person"]

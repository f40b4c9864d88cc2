"""`python -m bot doctor`: each trouble has a line of its own, and nothing that Slack replies ends in a traceback."""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy
import yaml

from bot.cli.doctor.app import TOKEN_CURES, USES
from bot.cli.doctor.examine import examine
from bot.cli.doctor.finding import Finding
from bot.clock import Clock, ManualClock
from bot.config import Settings, WrongSettings
from bot.sandbox import Channel, Fault, Manifest, Slack
from storage.engine import make_engine
from storage.lock import hold_lock
from storage.migrate import upgrade
from storage.outbox import Outgoing
from storage.tables import Outbox, OutboxState, Person, Programme
from storage.unit_of_work import Store
from tests.databases import lay_out
from tests.delivery.harness import NOW, Wrong
from tests.processes import ROOT

OURS = Manifest.load(ROOT / "manifest.yml")
Given = dict[str, Finding]


async def prepared(url: str) -> None:
    await lay_out(url)
    engine = make_engine(url)
    await upgrade(engine)
    await engine.dispose()


async def findings(
    slack: Slack, url: str, clock: Clock | None = None, manifest: Path | None = None, **changes: Any
) -> Given:
    """What the doctor says of each subject, the worst of several."""
    await prepared(url)
    env = {"SLACK_BOT_TOKEN": slack.bot_token, "SLACK_APP_TOKEN": slack.app_token, "DATABASE_URL": url}
    settings = replace(Settings.read(env), api_url=slack.api_url, **changes)
    found = [one async for one in examine(settings, clock or ManualClock(NOW), manifest)]
    assert all("\n" not in one.line and (one.well or one.cure) for one in found)
    return {one.subject: one for one in sorted(found, key=lambda one: not one.well)}


@asynccontextmanager
async def workspace(manifest: Manifest = OURS) -> AsyncIterator[Slack]:
    slack = Slack(manifest, clock=ManualClock(NOW))
    async with slack.serve():
        yield slack


def troubles(found: Given) -> set[str]:
    return {name for name, one in found.items() if not one.well}


async def test_a_workspace_as_the_manifest_describes_it_is_well(url: str) -> None:
    async with workspace() as slack:
        operator = slack.add_user("Adi Operator")
        found = await findings(slack, url, operator=operator.id)
    assert troubles(found) == set(), found
    assert found["app token"].what == "of the same app (A0001)"
    assert found["Socket Mode"].what == "the socket opens"
    assert found["Home tab"].what == "on"


# Clocks


@pytest.mark.parametrize(
    ("by", "well"), [(timedelta(), True), (timedelta(hours=1), False), (-timedelta(days=365), False)]
)
async def test_the_clock_is_compared_with_slacks(empty_url: str, by: timedelta, well: bool) -> None:
    async with workspace() as slack:
        found = await findings(slack, empty_url, Wrong(ManualClock(NOW), by))
    assert found["clock"].well is well
    assert ("database's clock" in found) is empty_url.startswith("postgresql")
    assert all(one.well is well for subject, one in found.items() if subject.endswith("clock"))


async def test_a_date_that_nobody_can_read_is_no_fault(url: str) -> None:
    async with workspace() as slack:
        slack.web_api.told_date = "yesterday"
        found = await findings(slack, url, Wrong(ManualClock(NOW), timedelta(hours=1)))
    assert found["clock"].well


# Network and proxy


# Whatever Slack replies


async def with_programme(url: str, hr: str = "C1", announce: str = "C2") -> None:
    await prepared(url)
    engine = make_engine(url)
    async with Store(engine).write(NOW) as work:
        person = Person(team_id="T0001", slack_id="U1", name="Rina", created_at=NOW)
        work.session.add(person)
        await work.session.flush()
        programme = Programme(
            team_id="T0001", name="P", theme="ai", starts_on=NOW.date(), months=6, cadence="monthly", language="id",
            hr_channel=hr, announce_channel=announce, created_at=NOW, created_by=person.id,
        )  # fmt: skip
        work.session.add(programme)
        await work.commit()
    await engine.dispose()


# Tokens and the app


@pytest.mark.parametrize("error", [*TOKEN_CURES, "invalid_auth", "a_code_of_next_year"])
async def test_a_refused_token_names_the_code_and_who_acts(url: str, error: str) -> None:
    async with workspace() as slack:
        slack.faults.add(Fault("refused", "auth.test", error=error))
        found = await findings(slack, url)
    assert troubles(found) == {"token"}
    assert f"({error})" in found["token"].what


KINDS = {
    "SLACK_BOT_TOKEN": [
        "xapp-1-A1-1-a",
        "xoxp-1",
        "xoxe.xoxb-1",
        "xoxe-1",
        "xoxc-1",
        "0123456789abcdef0123456789abcdef",
    ],
    "SLACK_APP_TOKEN": ["xoxb-1", "xoxp-1", "xoxe-1", "0123456789abcdef0123456789abcdef"],
}


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in KINDS.items() for value in values])
def test_another_kind_of_token_in_a_variable_is_named(name: str, value: str) -> None:
    right = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"}
    with pytest.raises(WrongSettings) as wrong:
        Settings.read(right | {name: value})
    (problem,) = wrong.value.problems
    assert problem.startswith(f"{name} holds ")
    assert value not in problem


@pytest.mark.parametrize("error", ["missing_scope", "invalid_auth", "forbidden_team", "a_code_of_next_year"])
async def test_a_refused_app_token_names_the_cause(url: str, error: str) -> None:
    async with workspace() as slack:
        slack.faults.add(Fault("refused", "apps.connections.open", error=error))
        found = await findings(slack, url)
    assert troubles(found) == {"app token"}
    assert f"({error})" in found["app token"].what
    assert ("connections:write" in found["app token"].cure) is (error in ("missing_scope", "invalid_auth"))


async def test_tokens_of_two_apps_are_noticed(url: str) -> None:
    async with workspace() as slack:
        slack.workspace.app_id = "A0002"
        found = await findings(slack, url)
    assert troubles(found) == {"app token"}
    assert "A0001" in found["app token"].what
    assert "A0002" in found["app token"].what


async def test_a_socket_of_another_app_is_noticed(url: str) -> None:
    """Its token has no id of an app in it."""
    async with workspace() as slack:
        slack.app_token = "xapp-rahasia"
        slack.sockets.app_id = "A0002"
        found = await findings(slack, url)
    assert troubles(found) == {"Socket Mode"}


async def test_socket_mode_that_is_switched_off_is_noticed(url: str) -> None:
    async with workspace() as slack:
        slack.sockets.refuse_with = "link_disabled"
        found = await findings(slack, url)
    assert troubles(found) == {"Socket Mode"}
    assert "(link_disabled)" in found["Socket Mode"].what


async def test_no_socket_is_opened_while_the_bot_runs(url: str) -> None:
    """Clicks that Slack sends through it would get no answer."""
    async with workspace() as slack:
        slack.sockets.refuse_with = "link_disabled"
        with hold_lock(url):
            found = await findings(slack, url)
    assert troubles(found) == set()


async def test_missing_scopes_are_named_with_what_stops_working(url: str) -> None:
    less = replace(OURS, scopes=OURS.scopes - {"files:write", "groups:read"})
    async with workspace(less) as slack:
        found = await findings(slack, url)
    assert "files:write is missing (no files" in found["scopes"].what
    assert "groups:read is missing (nobody counts as HR)" in found["scopes"].what


def test_each_scope_of_the_manifest_has_its_use() -> None:
    assert set(OURS.scopes) == USES.keys()


# What the manifest switches on


async def test_an_app_without_home_tab_is_noticed_and_nothing_is_published(url: str) -> None:
    async with workspace(replace(OURS, home_tab=False)) as slack:
        operator = slack.add_user("Adi Operator")
        found = await findings(slack, url, operator=operator.id)
        assert slack.workspace.homes == {}
    assert troubles(found) == {"Home tab"}


MANIFESTS: dict[str, tuple[Callable[[Any], Any], str]] = {
    "home": (lambda m: m["features"]["app_home"].update(home_tab_enabled=False), "Home tab is off"),
    "messages": (lambda m: m["features"]["app_home"].pop("messages_tab_enabled"), "Messages tab is off"),
    "read only": (lambda m: m["features"]["app_home"].update(messages_tab_read_only_enabled=True), "read-only"),
    "buttons": (lambda m: m["settings"].pop("interactivity"), "interactivity is off"),
    "socket": (lambda m: m["settings"].update(socket_mode_enabled=False), "Socket Mode is off"),
    "rotation": (lambda m: m["settings"].update(token_rotation_enabled=True), "token rotation is on"),
    "command": (lambda m: m["features"].pop("slash_commands"), "/mentoring"),
    "scope": (lambda m: m["oauth_config"]["scopes"]["bot"].remove("files:write"), "files:write"),
    "event": (lambda m: m["settings"]["event_subscriptions"]["bot_events"].remove("user_change"), "user_change"),
}


@pytest.mark.parametrize("case", MANIFESTS)
async def test_a_saved_manifest_is_compared_with_ours(url: str, tmp_path: Path, case: str) -> None:
    change, words = MANIFESTS[case]
    saved = yaml.safe_load((ROOT / "manifest.yml").read_text("utf-8"))
    change(saved)
    path = tmp_path / "saved.json"
    path.write_text(json.dumps(saved))
    async with workspace() as slack:
        found = await findings(slack, url, manifest=path)
    (trouble,) = troubles(found)
    assert words in found[trouble].what


@pytest.mark.parametrize("content", [None, "{", "- 1", "features: [1]\nsettings: x", "\x00"])
async def test_a_saved_manifest_that_is_none_is_no_traceback(url: str, tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "saved.yml"
    if content is not None:
        path.write_text(content)
    async with workspace() as slack:
        assert troubles(await findings(slack, url, manifest=path)) == {f"manifest {path}"}


# Channels

HR_CHANNELS: dict[str, tuple[Callable[[Slack, Channel], Any], str]] = {
    "archived": (lambda slack, hr: slack.archive(hr), "is archived"),
    "public": (lambda slack, hr: slack.change_channel(hr, kind="public"), "is public"),
    "shared": (lambda slack, hr: slack.change_channel(hr, ext_shared=True), "another company"),
    "soon shared": (lambda slack, hr: slack.change_channel(hr, pending_ext_shared=True), "about to be shared"),
    "on a grid": (lambda slack, hr: slack.change_channel(hr, org_shared=True), "another workspace"),
    "without the bot": (lambda slack, hr: slack.remove_member(hr, slack.workspace.bot_user), "not visible"),
    "empty": (lambda slack, hr: slack.remove_member(hr, hr.members[0]), "nobody but the bot"),
}


@pytest.mark.parametrize("case", HR_CHANNELS)
async def test_hrs_channel_is_examined(url: str, case: str) -> None:
    change, words = HR_CHANNELS[case]
    found = await with_channels(url, lambda slack, hr, umum: change(slack, hr))
    assert troubles(found) == {"HR channel of P"}
    assert words in found["HR channel of P"].what


ANNOUNCEMENTS: dict[str, tuple[Callable[[Slack, Channel], Any], str]] = {
    "archived": (lambda slack, umum: slack.archive(umum), "is archived"),
    "shared": (lambda slack, umum: slack.change_channel(umum, ext_shared=True), "another company"),
    "private": (lambda slack, umum: slack.change_channel(umum, kind="private"), "not visible"),
}


@pytest.mark.parametrize("case", ANNOUNCEMENTS)
async def test_the_announcement_channel_is_examined(url: str, case: str) -> None:
    change, words = ANNOUNCEMENTS[case]
    found = await with_channels(url, lambda slack, hr, umum: change(slack, umum))
    assert troubles(found) == {"announcement channel of P"}
    assert words in found["announcement channel of P"].what


@pytest.mark.parametrize(
    "limits",
    [{"is_read_only": True}, {"is_thread_only": True}, {"properties": {"posting_restricted_to": {"type": ["admin"]}}}],
)
async def test_posting_rights_are_examined_as_far_as_slack_tells_them(url: str, limits: dict[str, Any]) -> None:
    body = json.dumps({"ok": True, "channel": {"id": "C2", "name": "umum", **limits}})
    found = await with_channels(
        url, lambda slack, *_: slack.faults.add(Fault("garbled", "conversations.info", body=body))
    )
    assert "administrator" in found["announcement channel of P"].cure


async def with_channels(url: str, change: Callable[[Slack, Channel, Channel], Any]) -> Given:
    async with workspace() as slack:
        rina = slack.add_user("Rina HR")
        hr = slack.add_channel("hr-mentoring", private=True, members=[rina.id], bot=True)
        umum = slack.add_channel("umum", members=[rina.id])
        await with_programme(url, hr.id, umum.id)
        assert troubles(await findings(slack, url)) == set()
        change(slack, hr, umum)
        return await findings(slack, url)


# The database and the outbox


async def test_refusals_of_the_last_days_are_listed_with_who_acts(url: str) -> None:
    await with_programme(url)
    engine = make_engine(url)
    async with Store(engine).write(NOW) as work:
        for number, error in enumerate(
            ["restricted_action", "restricted_action", "messages_tab_disabled", "user_disabled"]
        ):
            await work.send(Outgoing("T0001", f"1:welcome:{number}:", "welcome", 1, person_id=1, keeps_hours=False))
            await work.session.flush()
            row = await work.session.get_one(Outbox, number + 1)
            row.state, row.error, row.started_at = OutboxState.DEAD, error, NOW
        await work.commit()
    await engine.dispose()
    async with workspace() as slack:
        env = {"SLACK_BOT_TOKEN": slack.bot_token, "SLACK_APP_TOKEN": slack.app_token, "DATABASE_URL": url}
        settings = replace(Settings.read(env), api_url=slack.api_url)
        found = [one async for one in examine(settings, ManualClock(NOW)) if one.subject == "outbox"]
    assert [(one.well, one.what) for one in found] == [
        (False, "2 messages of the last 7 days refused (restricted_action)"),
        (False, "1 message of the last 7 days refused (messages_tab_disabled)"),
    ]
    assert "Messages Tab" in found[1].cure


async def test_a_database_that_is_missing_old_or_away_is_told_apart(tmp_path: Path) -> None:
    async def said(url: str) -> str:
        env = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1", "DATABASE_URL": url}
        settings = replace(Settings.read(env), api_url="http://127.0.0.1:1/api/")
        found = [one async for one in examine(settings, ManualClock(NOW)) if one.subject == "database"]
        return found[0].what

    path = tmp_path / "balik.sqlite"
    assert "no such file" in await said(f"sqlite:///{path}")
    assert not path.exists()
    engine = make_engine(f"sqlite:///{path}")
    await upgrade(engine, "0001")
    await engine.dispose()
    assert "not up to date" in await said(f"sqlite:///{path}")
    engine = make_engine(f"sqlite:///{path}")
    await upgrade(engine)
    async with engine.begin() as connection:
        await connection.execute(sqlalchemy.text("UPDATE alembic_version SET version_num = '9999'"))
    await engine.dispose()
    assert "migrated by a newer one" in await said(f"sqlite:///{path}")
    path.write_bytes(b"no database, but text, and long enough to be read" * 30)
    assert "cannot be used" in await said(f"sqlite:///{path}")
    assert "cannot be used" in await said("postgresql://balik:rahasia@127.0.0.1:1/balik")
    assert "rahasia" not in await said("postgresql://balik:rahasia@127.0.0.1:1/balik")

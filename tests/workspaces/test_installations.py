"""Installations in the database, on SQLite and PostgreSQL: which workspaces there are, and with which token."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from slack_sdk.oauth.installation_store import Installation
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import text

from bot.clock import ManualClock
from bot.workspaces.bot_tokens import BotTokens
from bot.workspaces.installations import Installations
from bot.workspaces.purging import purge_due
from bot.workspaces.slack_tokens import SlackTokens
from bot.workspaces.token_keys import NoKey, TokenKeys
from storage.unit_of_work import Store
from tests.workspaces.rows import NOW, fill, rows_of

CLIENT = "111.222"
TOKEN, REFRESH = "xoxe.xoxb-1-" + "t" * 150, "xoxe-1-" + "r" * 140
OLD_KEY, NEW_KEY = Fernet.generate_key().decode(), Fernet.generate_key().decode()


def installations(store: Store, *keys: str, moment: datetime = NOW) -> Installations:
    tokens = BotTokens(CLIENT, store, TokenKeys(keys or (OLD_KEY,)))
    slack = SlackTokens(AsyncWebClient(base_url="http://127.0.0.1:9/"), CLIENT, "secret")
    return Installations(store, tokens, slack, ManualClock(moment))


def of_team(team_id: str = "T1", token: str = TOKEN, at: datetime = NOW, enterprise: str | None = None) -> Installation:
    return Installation(
        app_id="A1",
        enterprise_id=enterprise,
        team_id=team_id,
        team_name=f"Company {team_id}",
        bot_token=token,
        bot_id="B1",
        bot_user_id="UBOT",
        bot_scopes="chat:write,im:write",
        bot_refresh_token=REFRESH,
        bot_token_expires_at=int((at + timedelta(hours=12)).timestamp()),
        user_id="U1",
        installed_at=at.timestamp(),
    )


def of_org() -> Installation:
    installation = of_team()
    installation.enterprise_id, installation.enterprise_name = "E1", "The group"
    installation.team_id = installation.team_name = None
    installation.is_enterprise_install = True
    return installation


async def test_an_installation_is_found_with_its_token(store: Store) -> None:
    ours = installations(store)
    assert await ours.team_ids() == []
    assert await ours.bot_token("T1") is None
    assert await ours.save(of_team()) == "T1"
    assert await ours.team_ids() == ["T1"]
    bot = await ours.bot("T1")
    assert bot
    assert (bot.bot_token, bot.team_name, bot.bot_user_id) == (TOKEN, "Company T1", "UBOT")
    assert tuple(bot.bot_scopes) == ("chat:write", "im:write")
    assert not bot.is_enterprise_install


async def test_an_org_wide_installation_has_the_organisations_key(store: Store) -> None:
    ours = installations(store)
    assert await ours.save(of_org()) == "E1"
    bot = await ours.bot("E1")
    assert bot
    assert bot.is_enterprise_install
    assert (bot.bot_token, bot.enterprise_name) == (TOKEN, "The group")


async def test_installing_again_leaves_one_token(store: Store) -> None:
    ours = installations(store)
    await ours.save(of_team())
    later = NOW + timedelta(days=1)
    await ours.save(of_team(token="xoxb-new", at=later, enterprise="E9"))  # it joined an organisation
    assert await ours.bot_token("T1") == "xoxb-new"
    async with store.engine.connect() as connection:
        assert (await connection.execute(text("SELECT count(*) FROM slackbot"))).scalar_one() == 1


async def test_no_token_is_readable_without_the_key(store: Store) -> None:
    ours = installations(store)
    await ours.save(of_team())
    async with store.engine.connect() as connection:
        rows = (await connection.execute(text("SELECT * FROM slackbot"))).all()
    assert len(rows) == 1
    assert not {TOKEN, REFRESH} & set(map(str, rows[0]))
    assert "tttttttt" not in repr(rows)
    assert "rrrrrrrr" not in repr(rows)
    bot = await ours.bot("T1")
    for shown in (repr(bot), repr(ours), repr(ours.tokens), repr(ours.slack)):
        assert TOKEN not in shown
        assert "secret" not in shown
    with pytest.raises(NoKey):
        await installations(store, NEW_KEY).tokens.async_find_bot(enterprise_id=None, team_id="T1")
    assert await installations(store, NEW_KEY).bot("T1") is None


async def test_no_token_is_in_the_database_file(sqlite_store: Store) -> None:
    await installations(sqlite_store).save(of_team())
    path = Path(str(sqlite_store.engine.url.database))
    stored = b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*"))
    assert b"Company T1" in stored  # it is the right file
    assert b"tttttttt" not in stored
    assert b"rrrrrrrr" not in stored


async def test_a_token_does_not_work_in_another_workspaces_row(store: Store) -> None:
    ours = installations(store)
    await ours.save(of_team("T1"))
    await ours.save(of_team("T2", token="xoxb-other"))
    async with store.engine.begin() as connection:
        swap = "UPDATE slackbot SET bot_token = (SELECT bot_token FROM slackbot WHERE team_id = 'T1')"
        await connection.execute(text(swap))
    assert await ours.bot_token("T1") == TOKEN
    assert await ours.bot_token("T2") is None


async def test_a_new_key_reads_what_the_old_one_encrypted(store: Store) -> None:
    await installations(store, OLD_KEY).save(of_team())
    both = installations(store, NEW_KEY, OLD_KEY)
    assert await both.bot_token("T1") == TOKEN
    assert await installations(store, NEW_KEY).bot_token("T1") is None
    assert await both.tokens.reencrypt() == (1, 0)
    renewed = installations(store, NEW_KEY)
    bot = await renewed.tokens.async_find_bot(enterprise_id=None, team_id="T1")
    assert bot
    assert (bot.bot_token, bot.bot_refresh_token) == (TOKEN, REFRESH)
    assert await installations(store, OLD_KEY).bot_token("T1") is None
    assert await installations(store, OLD_KEY).tokens.reencrypt() == (0, 1)
    assert await renewed.bot_token("T1") == TOKEN


async def test_a_removed_app_has_no_token_and_comes_back(store: Store) -> None:
    ours = installations(store)
    await ours.save(of_team())
    assert await ours.mark_revoked("T1", NOW)
    assert not await ours.mark_revoked("T1", NOW)
    assert await ours.mark_revoked("T1", NOW, uninstalled=True)
    assert not await ours.mark_revoked("T1", NOW, uninstalled=True)
    assert not await ours.mark_revoked("T9", NOW)
    assert await ours.team_ids() == []
    assert await ours.bot_token("T1") is None
    async with store.engine.connect() as connection:
        assert (await connection.execute(text("SELECT count(*) FROM slackbot"))).scalar_one() == 0
    later = NOW + timedelta(days=29)
    await ours.save(of_team(token="xoxb-again", at=later))
    assert await ours.bot_token("T1") == "xoxb-again"
    assert await purge_due(store, NOW + timedelta(days=400)) == []


async def test_nothing_of_a_purged_workspace_remains_in_any_table(store: Store) -> None:
    ours = installations(store)
    async with store.write(NOW) as work:
        for team_id in ("T1", "T2"):
            await fill(work.session, team_id)
        await work.commit()
        before = {team_id: await rows_of(work.session, team_id) for team_id in ("T1", "T2")}
    assert before["T1"].keys() == before["T2"].keys()
    assert len(before["T1"]) > 60
    assert await ours.mark_revoked("T1", NOW, uninstalled=True)
    assert await purge_due(store, NOW + timedelta(days=29)) == []
    assert await purge_due(store, NOW + timedelta(days=30)) == ["T1"]
    assert await purge_due(store, NOW + timedelta(days=30)) == []
    async with store.read(NOW) as work:
        assert await rows_of(work.session, "T1") == {}
        assert await rows_of(work.session, "T2") == before["T2"]

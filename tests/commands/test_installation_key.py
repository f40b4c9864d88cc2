"""The key of workspaces' tokens: written into .env, renewed together with what it encrypts; and backups."""

import asyncio
from datetime import timedelta
from pathlib import Path

from sqlmodel import select

from bot.calendars.link_keys import new_key
from bot.cli.backup import back_up, restore
from bot.clock import ManualClock
from bot.config import installation_key_settings
from storage.engine import make_engine
from storage.lock import hold_lock
from storage.purge import AFTER_RESTORING
from storage.tables import Workspace
from storage.unit_of_work import Store
from tests.command_line import Command
from tests.databases import lay_out
from tests.workspaces.rows import NOW
from tests.workspaces.test_installations import REFRESH, TOKEN, installations, of_team


def installed(url: str, key: str, *, removed: bool = False) -> None:
    """A database with one workspace."""

    async def write() -> None:
        await lay_out(url)
        engine = make_engine(url)
        ours = installations(Store(engine), key)
        await ours.save(of_team())
        if removed:
            await ours.mark_revoked("T1", NOW, uninstalled=True)
        await engine.dispose()

    asyncio.run(write())


def token_in(url: str, key: str) -> str | None:
    async def read() -> str | None:
        engine = make_engine(url)
        token = await installations(Store(engine), key).bot_token("T1")
        await engine.dispose()
        return token

    return asyncio.run(read())


def test_a_key_is_added_and_rotated_with_all_tokens(here: Command, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/balik.sqlite"
    env = tmp_path / ".env"
    env.write_text(f"DATABASE_URL={url}\nBALIK_INSTALLATION_KEY=\n", encoding="utf-8")
    assert here("installation-key", "rotate").returncode == 1
    assert here("installation-key").returncode == 0
    (old,) = installation_key_settings(env)
    installed(url, old)
    with hold_lock(url):
        assert here("installation-key", "rotate").returncode == 1
    assert installation_key_settings(env) == (old,)
    done = here("installation-key", "rotate")
    assert (done.returncode, done.stderr) == (0, "")
    assert "1 workspace" in done.stdout
    (new,) = installation_key_settings(env)
    assert new != old
    assert token_in(url, new) == TOKEN
    assert token_in(url, old) is None
    # A key from the environment is renewed in steps.
    newer = new_key()
    assert here("installation-key", "rotate", BALIK_INSTALLATION_KEY=f"{newer},{new}").returncode == 1
    assert here("installation-key", "reencrypt", BALIK_INSTALLATION_KEY=f"{newer},{new}").returncode == 0
    assert token_in(url, newer) == TOKEN
    wrong = here("installation-key", "reencrypt", BALIK_INSTALLATION_KEY="secret")
    assert wrong.returncode == 2
    assert "secret" not in wrong.stderr


def test_a_backup_has_no_readable_token(here: Command, tmp_path: Path) -> None:
    key = new_key()
    url = f"sqlite:///{tmp_path}/balik.sqlite"
    (tmp_path / ".env").write_text(f"DATABASE_URL={url}\nBALIK_INSTALLATION_KEY={key}\n", encoding="utf-8")
    installed(url, key)
    assert here("backup", "copy.sqlite").returncode == 0
    copied = (tmp_path / "copy.sqlite").read_bytes()
    assert b"Company T1" in copied
    for secret in (TOKEN, REFRESH, key):
        assert secret.encode() not in copied
    assert token_in(f"sqlite:///{tmp_path}/copy.sqlite", key) == TOKEN


async def test_a_restored_backup_deletes_nothing_at_once(tmp_path: Path) -> None:
    """A workspace that had removed the app by the backup may have installed it again before the database was lost."""
    url, key = f"sqlite:///{tmp_path}/balik.sqlite", new_key()
    await asyncio.to_thread(installed, url, key, removed=True)
    copy, other = tmp_path / "copy.sqlite", f"sqlite:///{tmp_path}/other.sqlite"
    await back_up(url, copy, ManualClock(NOW))
    later = NOW + timedelta(days=40)
    await restore(copy, other, ManualClock(later))
    engine = make_engine(other)
    async with Store(engine).read(later) as work:
        assert (await work.session.exec(select(Workspace))).one().purge_at == later + AFTER_RESTORING
    await engine.dispose()


def test_the_manifest_is_for_the_given_address(here: Command) -> None:
    printed = here("manifest", "https://balik.example.com/")
    assert printed.returncode == 0
    assert "https://balik.example.com/slack/oauth_redirect" in printed.stdout
    assert here("manifest", "http://balik.example.com").returncode == 2
    assert here("manifest").returncode == 2


def test_workspaces_are_listed_and_removed_ones_deleted(here: Command, tmp_path: Path) -> None:
    url, key = f"sqlite:///{tmp_path}/balik.sqlite", new_key()
    (tmp_path / ".env").write_text(f"DATABASE_URL={url}\n", encoding="utf-8")
    installed(url, key)
    listed = here("workspaces")
    assert listed.returncode == 0
    assert "T1  installed  2026-11-30 06:00  -           Company T1" in listed.stdout
    refused = here("workspaces", "purge", "T1")
    assert (refused.returncode, token_in(url, key)) == (1, TOKEN)
    assert here("workspaces", "purge", "T2").returncode == 1
    assert here("workspaces", "purge").returncode == 2
    assert here("workspaces", "list", "T1").returncode == 2
    installed(url, key, removed=True)
    assert "uninstalled" in here("workspaces").stdout
    assert here("workspaces", "purge", "T1").returncode == 0
    assert here("workspaces").stdout.strip() == "No workspace has installed the app."

"""The key of calendar links: written into .env, renewed together with what it encrypts."""

import asyncio
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlmodel import select

from bot.calendars.link_keys import LinkKeys, new_key
from bot.config import Settings, WrongSettings, calendar_keys
from bot.domain.busy_hours import HostRules
from storage.engine import make_engine
from storage.lock import hold_lock
from storage.tables import BusyCalendar, Person
from storage.unit_of_work import Store
from tests.command_line import Command
from tests.commands.test_settings import GOOD
from tests.databases import lay_out

NOW = datetime(2027, 1, 4, tzinfo=UTC)
LINK = "https://calendar.example/private-0a1b/basic.ics"


def linked(url: str, link: str) -> None:
    """A database with one connected calendar."""

    async def write() -> None:
        await lay_out(url)
        engine = make_engine(url)
        async with Store(engine).write(NOW) as work:
            work.session.add(Person(id=1, team_id="T1", slack_id="U1", name="Sari", created_at=NOW))
            await work.session.flush()
            calendar = BusyCalendar(team_id="T1", person_id=1, link=link, host="x", zone="UTC", covers_until=NOW)
            calendar.added_at = calendar.checked_at = calendar.read_at = NOW
            work.session.add(calendar)
            await work.commit()
        await engine.dispose()

    asyncio.run(write())


def stored(url: str) -> str:
    async def read() -> str:
        engine = make_engine(url)
        async with Store(engine).read(NOW) as work:
            found = (await work.session.exec(select(BusyCalendar))).one().link
        await engine.dispose()
        return found

    return asyncio.run(read())


def test_a_key_is_added_once(here: Command, tmp_path: Path) -> None:
    assert here("calendar-key").returncode == 1
    env = tmp_path / ".env"
    env.write_text("# secrets\nBALIK_CALENDAR_KEY=\nPORT=3000\n", encoding="utf-8")
    env.chmod(0o640)
    assert here("calendar-key").returncode == 0
    (key,) = calendar_keys(env)
    assert env.read_text("utf-8") == f"# secrets\nBALIK_CALENDAR_KEY={key}\nPORT=3000\n"
    assert stat.S_IMODE(env.stat().st_mode) == 0o640
    assert here("calendar-key", "add").returncode == 0
    assert calendar_keys(env) == (key,)
    printed = here("calendar-key", "print")
    assert LinkKeys([printed.stdout.strip()])
    assert here("calendar-key", "forget").returncode == 2


def test_a_key_is_rotated_with_all_links(here: Command, tmp_path: Path) -> None:
    old = new_key()
    url = f"sqlite:///{tmp_path}/balik.sqlite"
    env = tmp_path / ".env"
    env.write_text(f"DATABASE_URL={url}\nBALIK_CALENDAR_KEY={old}\n", encoding="utf-8")
    linked(url, LinkKeys([old]).encrypt(LINK))
    with hold_lock(url):
        assert here("calendar-key", "rotate").returncode == 1
    assert calendar_keys(env) == (old,)
    done = here("calendar-key", "rotate")
    assert (done.returncode, done.stderr) == (0, "")
    (new,) = calendar_keys(env)
    assert new != old
    assert LinkKeys([new]).decrypt(stored(url)) == LINK
    # A key from the environment is renewed in steps.
    newer = new_key()
    assert here("calendar-key", "rotate", BALIK_CALENDAR_KEY=f"{newer},{new}").returncode == 1
    assert here("calendar-key", "reencrypt", BALIK_CALENDAR_KEY=f"{newer},{new}").returncode == 0
    assert LinkKeys([newer]).decrypt(stored(url)) == LINK
    lost = here("calendar-key", "reencrypt", BALIK_CALENDAR_KEY=old)
    assert (lost.returncode, LinkKeys([newer]).decrypt(stored(url))) == (0, LINK)


def test_a_backup_has_no_key_and_no_readable_link(here: Command, tmp_path: Path) -> None:
    key = new_key()
    url = f"sqlite:///{tmp_path}/balik.sqlite"
    (tmp_path / ".env").write_text(f"DATABASE_URL={url}\nBALIK_CALENDAR_KEY={key}\n", encoding="utf-8")
    linked(url, LinkKeys([key]).encrypt(LINK))
    assert here("backup", "copy.sqlite").returncode == 0
    copied = (tmp_path / "copy.sqlite").read_bytes()
    assert b"private-0a1b" not in copied
    assert key.encode() not in copied


def test_settings_of_calendars() -> None:
    key = new_key()
    said = {
        "BALIK_CALENDAR_KEY": f"{key},{new_key()}",
        "BALIK_CALENDAR_HOSTS": "google.com, Example.COM",
        "BALIK_CALENDAR_HOSTS_FORBIDDEN": "bad.example",
        "BALIK_CALENDAR_HOSTS_PRIVATE": "cloud.internal, http://127.0.0.1:8311/",
        "BALIK_BUSY_HOURS": "off",
    }
    settings = Settings.read({**GOOD, **said})
    assert settings.calendar_keys[0] == key
    assert key not in repr(settings)
    assert not settings.busy_hours
    assert settings.calendar_hosts == HostRules(
        frozenset({"google.com", "example.com"}),
        frozenset({"bad.example"}),
        frozenset({"https://cloud.internal", "http://127.0.0.1:8311"}),
    )
    assert Settings.read(GOOD).busy_hours


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("BALIK_CALENDAR_KEY", "secret"),
        ("BALIK_CALENDAR_KEY", "A" * 43),
        ("BALIK_CALENDAR_HOSTS", "https://google.com"),
        ("BALIK_CALENDAR_HOSTS_FORBIDDEN", "a b"),
        ("BALIK_CALENDAR_HOSTS_PRIVATE", "https://cloud.internal/path"),
        ("BALIK_CALENDAR_HOSTS_PRIVATE", "ftp://cloud.internal"),
        ("BALIK_BUSY_HOURS", "maybe"),
    ],
)
def test_wrong_settings_of_calendars(name: str, value: str) -> None:
    with pytest.raises(WrongSettings) as wrong:
        Settings.read({**GOOD, name: value})
    [problem] = wrong.value.problems
    assert name in problem
    assert name != "BALIK_CALENDAR_KEY" or value not in problem

"""Wrong settings are told one by one, each in a line that says what to do."""

from pathlib import Path

import pytest

from bot.clock import SystemClock
from bot.config import Settings, Transport, WrongSettings, database_url
from bot.server.run import parts_of

GOOD = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"}


def test_the_two_tokens_are_enough() -> None:
    settings = Settings.read(GOOD)
    assert settings.transport is Transport.SOCKET
    assert settings.database_url == "sqlite:///balik.sqlite"


def test_empty_lines_of_the_example_mean_the_defaults() -> None:
    assert Settings.read({**GOOD, "SLACK_API_URL": "", "BALIK_PROMPTS": "", "PORT": ""}) == Settings.read(GOOD)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SLACK_BOT_TOKEN", ""),
        ("SLACK_BOT_TOKEN", "xoxp-1"),
        ("SLACK_APP_TOKEN", "xoxb-1"),
        ("BALIK_TRANSPORT", "pigeon"),
        ("PORT", "eighty"),
        ("PORT", "70000"),
        ("DATABASE_URL", "mysql://somewhere/balik"),
        ("DATABASE_URL", "sqlite://"),
        ("DATABASE_URL", "nonsense"),
        ("SLACK_API_URL", "slack.example"),
        ("BALIK_PROMPTS", "/no/such/folder"),
        ("LOG_LEVEL", "LOUD"),
        ("LOG_FORMAT", "xml"),
        ("BALIK_WATCH_PORT", "0"),
        ("BALIK_REPLICAS", "11"),
        ("BALIK_HR_CHANNELS", "C0123, #hr"),
        ("BALIK_OPERATOR", "@adi"),
        ("SLACK_CLIENT_ID", "1.2"),
        ("SLACK_CLIENT_SECRET", "s"),
    ],
)
def test_each_wrong_setting_is_named_in_one_line(name: str, value: str) -> None:
    with pytest.raises(WrongSettings) as wrong:
        Settings.read({**GOOD, name: value})
    (problem,) = wrong.value.problems
    assert name in problem
    assert "\n" not in problem


def test_the_operator_comes_to_the_bot() -> None:
    settings = Settings.read({**GOOD, "BALIK_OPERATOR": "U0123ABCD"})
    assert parts_of(settings, SystemClock()).operator == "U0123ABCD"


def test_every_problem_is_told_at_once() -> None:
    with pytest.raises(WrongSettings) as wrong:
        Settings.read({"PORT": "0", "LOG_LEVEL": "LOUD"})
    assert len(wrong.value.problems) == 4


def test_hr_channels_are_a_list() -> None:
    assert Settings.read({**GOOD, "BALIK_HR_CHANNELS": " C0123,G0456 ,"}).hr_channels == {"C0123", "G0456"}


def test_http_needs_the_signing_secret_and_no_app_token() -> None:
    http = {"SLACK_BOT_TOKEN": "xoxb-1", "BALIK_TRANSPORT": "http"}
    with pytest.raises(WrongSettings) as wrong:
        Settings.read(http)
    (problem,) = wrong.value.problems
    assert "SLACK_SIGNING_SECRET" in problem
    assert Settings.read({**http, "SLACK_SIGNING_SECRET": "s"}).transport is Transport.HTTP


def test_tokens_do_not_show_in_the_settings_text() -> None:
    settings = Settings.read({"SLACK_BOT_TOKEN": "xoxb-SECRET", "SLACK_APP_TOKEN": "xapp-SECRET"})
    assert "SECRET" not in f"{settings!r} {settings}"


def test_every_variable_of_the_example_is_read() -> None:
    from pathlib import Path

    from dotenv import dotenv_values

    root = Path(__file__).parents[2]
    example = dotenv_values(root / ".env.example")
    source = "".join((root / path).read_text("utf-8") for path in ("bot/config.py", "bot/workspaces/settings.py"))
    assert all(f'"{name}"' in source for name in example)


def test_secrets_may_be_in_files(tmp_path: Path) -> None:
    values = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1", "DATABASE_URL": "sqlite:////data/b.sqlite"}
    for name, value in values.items():
        (tmp_path / name).write_text(f"{value}\n")
    in_files = {f"{name}_FILE": str(tmp_path / name) for name in values}
    assert Settings.read({**in_files, "SLACK_BOT_TOKEN": ""}) == Settings.read(values)


@pytest.mark.parametrize("content", [None, b"", b"\n", b"\xff\xfe", b"x" * 20_000])
def test_a_file_without_a_secret_is_told_in_one_line(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "token"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(WrongSettings) as wrong:
        Settings.read({"SLACK_APP_TOKEN": "xapp-1", "SLACK_BOT_TOKEN_FILE": str(path)})
    (problem,) = wrong.value.problems
    assert problem.startswith("SLACK_BOT_TOKEN_FILE")
    assert str(path) in problem
    assert "\n" not in problem


def test_a_secret_in_two_places_is_refused(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("xoxb-2")
    with pytest.raises(WrongSettings, match="SLACK_BOT_TOKEN and SLACK_BOT_TOKEN_FILE are both set"):
        Settings.read({**GOOD, "SLACK_BOT_TOKEN_FILE": str(tmp_path / "token")})


def test_commands_find_the_database_by_its_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "url").write_text("postgresql://balik:secret@host/balik\n")
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("DATABASE_URL_FILE", str(tmp_path / "url"))
    assert database_url(tmp_path / ".env") == "postgresql://balik:secret@host/balik"


MANY = {
    "BALIK_MODE": "many",
    "SLACK_CLIENT_ID": "1.2",
    "SLACK_CLIENT_SECRET": "CLIENT-SECRET",
    "SLACK_SIGNING_SECRET": "s",
    "BALIK_PUBLIC_URL": "https://balik.example.com/",
    "BALIK_INSTALLATION_KEY": f"{'k' * 43}=, {'o' * 43}=",
}


def test_many_workspaces_need_no_token() -> None:
    settings = Settings.read(
        {**MANY, "BALIK_OPERATOR": "T0123ABCD:U0123ABCD", "BALIK_PURGE_DAYS": "7", "BALIK_DAY_SPREAD_MINUTES": "0"}
    )
    assert settings.transport is Transport.HTTP
    assert settings.bot_token == ""
    many = settings.many
    assert many
    assert many.public_url == "https://balik.example.com"
    assert many.keys == (f"{'k' * 43}=", f"{'o' * 43}=")
    assert many.purge_after.days == 7
    assert not many.day_spread
    assert parts_of(settings, SystemClock()).many == many
    shown = f"{settings!r} {settings} {many!r} {parts_of(settings, SystemClock())!r}"
    assert "CLIENT-SECRET" not in shown
    assert "kkkk" not in shown


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("BALIK_MODE", "several"),
        ("BALIK_TRANSPORT", "socket"),
        ("SLACK_BOT_TOKEN", "xoxb-1"),
        ("SLACK_APP_TOKEN", "xapp-1"),
        ("SLACK_CLIENT_ID", ""),
        ("SLACK_CLIENT_SECRET", ""),
        ("SLACK_SIGNING_SECRET", ""),
        ("BALIK_PUBLIC_URL", ""),
        ("BALIK_PUBLIC_URL", "http://balik.example.com"),
        ("BALIK_PUBLIC_URL", "https://balik.example.com/slack"),
        ("BALIK_PUBLIC_URL", "https://[balik"),
        ("BALIK_INSTALLATION_KEY", ""),
        ("BALIK_INSTALLATION_KEY", "short"),
        ("BALIK_PURGE_DAYS", "0"),
        ("BALIK_PURGE_DAYS", "366"),
        ("BALIK_DAY_SPREAD_MINUTES", "121"),
        ("BALIK_DAY_SPREAD_MINUTES", "-1"),
        ("BALIK_INSTALL_ALLOWED", "T0123ABCD, acme"),
        ("BALIK_INSTALL_ALLOWED", "https://acme.slack.com"),
        ("BALIK_INSTALL_ALLOWED", "acme.slack.com.example.com"),
        ("BALIK_OPERATOR", "U0123ABCD"),
        ("BALIK_REPLICAS", "2"),
    ],
)
def test_each_wrong_setting_of_many_workspaces_is_named_in_one_line(name: str, value: str) -> None:
    with pytest.raises(WrongSettings) as wrong:
        Settings.read({**MANY, name: value})
    problems = [problem for problem in wrong.value.problems if name in problem]
    assert len(problems) == 1
    assert "\n" not in problems[0]
    assert "CLIENT-SECRET" not in str(wrong.value)
    assert len(wrong.value.problems) == 1 or name == "BALIK_MODE"


def test_who_may_install_is_a_list_of_ids_and_domains() -> None:
    many = Settings.read({**MANY, "BALIK_INSTALL_ALLOWED": "T0123ABCD, E0456EFGH,Acme.slack.com"}).many
    assert many
    assert many.allowed == {"T0123ABCD", "E0456EFGH", "acme.slack.com"}
    assert many.may_install("T0999", "E0456EFGH", None)
    assert not many.may_install("T0999", None, "other.slack.com")
    everyone = Settings.read(MANY).many
    assert everyone
    assert everyone.may_install("T0999", None, None)


def test_several_replicas_of_many_workspaces_use_postgresql() -> None:
    assert Settings.read({**MANY, "BALIK_REPLICAS": "2", "DATABASE_URL": "postgresql://db/balik"}).replicas == 2


def test_the_secrets_of_many_workspaces_may_be_in_files(tmp_path: Path) -> None:
    names = ("SLACK_CLIENT_SECRET", "BALIK_INSTALLATION_KEY", "SLACK_SIGNING_SECRET")
    for name in names:
        (tmp_path / name).write_text(f"{MANY[name]}\n")
    in_files = {f"{name}_FILE": str(tmp_path / name) for name in names}
    rest = {name: value for name, value in MANY.items() if name not in names}
    assert Settings.read({**rest, **in_files}) == Settings.read(MANY)

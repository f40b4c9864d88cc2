"""Addresses of mail servers and people, and which mail is due."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.config import Settings, WrongSettings
from bot.domain.session_mail import BadServer, Due, MailServer, Tls, Told, due_mail, is_address, read_server
from tests.commands.test_settings import GOOD

NOW = datetime(2027, 1, 11, 2, tzinfo=UTC)
LATER = NOW + timedelta(days=1)


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtps://u%40x:p%2Fw@mail.example", MailServer("mail.example", 465, Tls.IMPLICIT, "u@x", "p/w")),
        ("smtp://mail.example:2525", MailServer("mail.example", 2525, Tls.STARTTLS)),
        ("smtp://127.0.0.1:25?tls=none", MailServer("127.0.0.1", 25, Tls.NONE)),
    ],
)
def test_a_server_is_read(url: str, server: MailServer) -> None:
    assert read_server(url) == server


@pytest.mark.parametrize(
    "url",
    [
        "",
        "mail.example",
        "http://mail.example",
        "smtp://",
        "smtp://mail.example:x",
        "smtp://mail.example/inbox",
        "smtp://mail.example?tls=none",
        "smtps://127.0.0.1?tls=none",
        "smtp://127.0.0.1?tls=maybe",
        "smtp://u:geheim@mail.example?verify=no",
    ],
)
def test_what_is_no_server_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(BadServer) as refused:
        read_server(url)
    assert "geheim" not in str(refused.value)


def test_a_password_is_never_shown() -> None:
    server = read_server("smtps://robot:geheim@mail.example")
    assert "geheim" not in f"{server!r} {server}"
    settings = Settings.read(GOOD | {"SMTP_URL": "smtps://robot:geheim@mail.example", "BALIK_MAIL_FROM": "b@x.example"})
    assert settings.mailing
    assert "geheim" not in f"{settings!r} {settings.mailing!r}"


@pytest.mark.parametrize(
    ("added", "named"),
    [
        ({"SMTP_URL": "mail.example", "BALIK_MAIL_FROM": "b@x.example"}, "SMTP_URL"),
        ({"SMTP_URL": "smtps://mail.example"}, "BALIK_MAIL_FROM"),
        ({"SMTP_URL": "smtps://mail.example", "BALIK_MAIL_FROM": "Balik <b@x.example>"}, "BALIK_MAIL_FROM"),
        ({"BALIK_MAIL_FROM": "b@x.example"}, "SMTP_URL"),
        (
            {
                "SMTP_URL": "smtps://mail.example",
                "BALIK_MAIL_FROM": "b@x.example",
                "BALIK_MAIL_BOUNCES": "b@x.example\nx",
            },
            "BALIK_MAIL_BOUNCES",
        ),
    ],
)
def test_a_setting_that_is_wrong_is_named(added: dict[str, str], named: str) -> None:
    with pytest.raises(WrongSettings) as wrong:
        Settings.read(GOOD | added)
    assert named in wrong.value.problems[0]


@pytest.mark.parametrize(
    ("text", "valid"),
    [
        ("sari@kantor.example", True),
        ("sari+balik@kantor.example", True),
        ("", False),
        ("sari", False),
        ("sari@kantor.example, budi@kantor.example", False),
        ("sari@kantor.example\r\nBcc: budi@kantor.example", False),
        ('"sari"@kantor.example', False),
        ("sari@kantor.example\n", False),
    ],
)
def test_only_one_plain_address_is_one(text: str, valid: bool) -> None:
    assert is_address(text) is valid


TOLD = Told(LATER, 60, "", cancelled=False)


@pytest.mark.parametrize(
    ("told", "at", "due"),
    [
        (None, LATER, Due.INVITATION),
        (TOLD, LATER, None),
        (TOLD, LATER + timedelta(hours=1), Due.INVITATION),
        (Told(LATER, 90, "", cancelled=False), LATER, Due.INVITATION),
        (Told(LATER, 60, "Ruang 2", cancelled=False), LATER, Due.INVITATION),
        (TOLD, None, Due.CANCELLATION),
        (Told(LATER, 60, "", cancelled=True), None, None),
        (Told(LATER, 60, "", cancelled=True), LATER, Due.INVITATION),
        (None, None, None),
        (None, NOW - timedelta(hours=1), None),
        (Told(NOW - timedelta(hours=1), 60, "", cancelled=False), None, None),
    ],
)
def test_a_calendar_gets_what_it_lacks(told: Told | None, at: datetime | None, due: Due | None) -> None:
    assert due_mail(told, at, 60, "", NOW) is due

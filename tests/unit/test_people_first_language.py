"""The language somebody is first spoken to in."""

import pytest

from bot.slack.user_objects import language_for


@pytest.mark.parametrize(
    ("zone", "locale", "language"),
    [
        ("Asia/Jakarta", "en-US", "id"),
        ("Asia/Jayapura", None, "id"),
        ("Asia/Singapore", "en-US", "en"),
        ("Asia/Singapore", "id-ID", "id"),
        ("Asia/Jakarta", "de-DE", "en"),
        ("Asia/Jakarta", "ja-JP", "ja"),
    ],
)
def test_slack_own_language_comes_before_the_time_zone(zone: str, locale: str | None, language: str) -> None:
    assert language_for(zone, locale, ("en", "id", "ja")) == language

"""What Slack's user objects say of a person: name, e-mail address, time zone, kind of account, language."""

import re
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from bot.domain.calendar import INDONESIAN_ZONES, zone_in
from bot.domain.text_cleaning import clean_line
from bot.services.people.people import Profile
from bot.slack.user_lookup import SLACKBOT
from storage.tables import Person

LONGEST_NAME = 100
LONGEST_TITLE = 80
EMAIL = re.compile(r"[^\s@<>|]{1,200}@[^\s@<>|]{1,200}")
LATEST = 4_102_444_800
"""Upper bound for the time of change of a profile, seconds since 1970: the year 2100."""


def newcomer(
    team_id: str, profile: dict[str, Any], now: datetime, languages: Collection[str], *, indonesian: bool
) -> Person:
    """A person who is not stored yet."""
    person = Person(team_id=team_id, slack_id=profile["id"], name=profile["id"], profile_at=now, created_at=now)
    follow_profile(person, profile, indonesian=indonesian)
    person.language = language_for(person.zone, profile.get("locale"), languages)
    return person


def name_of(text: Any) -> str:
    """A name from Slack, on one line and of a length that messages can show; "" if it is not valid."""
    return clean_line(text)[:LONGEST_NAME] if isinstance(text, str) else ""


def title_of(text: Any) -> str:
    """A job title from Slack, on one line and of a length that lists can show; "" if it is not valid."""
    return clean_line(text)[:LONGEST_TITLE].rstrip() if isinstance(text, str) else ""


def email_of(text: Any) -> str:
    """An e-mail address from Slack; "" if it is not valid."""
    address = clean_line(text) if isinstance(text, str) else ""
    return address if EMAIL.fullmatch(address) else ""


def follow_profile(person: Person, profile: dict[str, Any], *, indonesian: bool | None) -> None:
    """Store what Slack's `users.info` says: name, e-mail, time zone, active. An older profile changes nothing.

    `indonesian` is that of the workspace's programmes (`storage.queries.is_indonesian`).
    """
    changed_at = changed_at_of(profile)
    if changed_at and person.told_at and changed_at < person.told_at:
        return
    person.told_at = changed_at or person.told_at
    details = profile.get("profile") or {}
    names = (details.get("real_name"), profile.get("real_name"), profile.get("name"))
    person.name = next(filter(None, map(name_of, names)), person.name)
    person.email = email_of(details.get("email")) or person.email
    if "title" in details:
        person.title = title_of(details["title"])
    if profile.get("tz") in _zones():
        person.zone = zone_in(profile["tz"], indonesian=indonesian)
    person.active = not profile.get("deleted", False)
    person.is_bot = bool(profile.get("is_bot")) or profile.get("id") == SLACKBOT
    person.is_guest = bool(profile.get("is_restricted") or profile.get("is_ultra_restricted"))
    person.is_stranger = is_stranger(profile, person.team_id)


def profile_of(user: Mapping[str, Any], team_id: str, changed_at: datetime | None, *, is_current: bool) -> Profile:
    """A user object of an event, or of a list, as `people.follow` takes it; parts of it may be missing.

    Slack does not say whether a deactivated person is a guest.
    """
    details = user.get("profile")
    details = details if isinstance(details, Mapping) else {}
    guest = [user[name] for name in ("is_restricted", "is_ultra_restricted") if name in user]
    says_team = any(name in user for name in ("is_stranger", "team_id", "enterprise_user"))
    return Profile(
        team_id=team_id,
        slack_id=str(user.get("id", "")),
        name=name_of(details.get("real_name")) or name_of(user.get("real_name")),
        email=email_of(details.get("email")),
        title=title_of(details["title"]) if "title" in details else None,
        zone=zone if isinstance(zone := user.get("tz"), str) else "",
        active=user.get("deleted") is not True,
        changed_at=changed_at,
        is_guest=any(guest) if guest else None,
        is_stranger=is_stranger(user, team_id) if says_team else None,
        is_bot=bool(user["is_bot"]) or user.get("id") == SLACKBOT if "is_bot" in user else None,
        is_current=is_current,
    )


def is_stranger(profile: Mapping[str, Any], team_id: str) -> bool:
    """Whether a user object is of another company, seen from the workspace `team_id`.

    On a Grid the home workspace of a colleague may be another one; then theirs are listed.
    """
    if profile.get("is_stranger"):
        return True
    grid = profile.get("enterprise_user")
    teams = grid.get("teams") if isinstance(grid, Mapping) else None
    own = teams if isinstance(teams, list) else [profile.get("team_id") or team_id]
    return team_id not in own


def changed_at_of(profile: Mapping[str, Any]) -> datetime | None:
    """When a profile was last changed; None if Slack does not say."""
    updated = profile.get("updated")
    if isinstance(updated, bool) or not isinstance(updated, int) or not 0 < updated < LATEST:
        return None
    return datetime.fromtimestamp(updated, UTC)


@cache
def _zones() -> frozenset[str]:
    """Read once: listing them takes milliseconds, which would add up for ten thousand new people."""
    return frozenset(available_timezones())


def language_for(zone: str, locale: str | None, written: Collection[str]) -> str:
    """A first guess, until they choose. Slack's own `locale` comes first, where it is informative.

    Slack is not translated into Indonesian, so most people in Indonesia use it in English and read Indonesian. People
    who use it in another language are from elsewhere: they get their language if the texts are `written` in it.
    """
    slack = (locale or "en").split("-")[0]
    if slack != "en":
        return slack if slack in written else "en"
    return "id" if zone in INDONESIAN_ZONES else "en"

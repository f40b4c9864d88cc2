"""Looks up many people in Slack, by e-mail address or id, within Slack's limits."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any, TypeVar

from sqlmodel import col, select

from bot.domain.person_names import known_as
from bot.domain.roster import SLACK_ID
from bot.slack.errors import ErrorClass
from bot.slack.gateway import Gateway, SlackRefused, SlackUnavailable
from bot.slack.turns import Turns
from storage.rate_limits import LOOKUPS, PEOPLE, PROFILES
from storage.tables import Person
from storage.unit_of_work import Store

T = TypeVar("T")

FEW = 20
"""Up to so many are requested one by one; for more, the whole workspace is read: 1,000 people per call."""
KEPT = timedelta(minutes=15)
"""How long Slack's replies are cached: from the preview of a file to HR's confirmation."""
TRIES = 8
LONGEST_WAIT = 60.0
SLACKBOT = "USLACKBOT"

User = dict[str, Any]


@dataclass(frozen=True)
class Found:
    """Slack ids by address or id, the profiles of newly found people, and which of them are apps."""

    ids: dict[str, str] = field(default_factory=dict)
    profiles: dict[str, User] = field(default_factory=dict)
    bots: frozenset[str] = frozenset()


@dataclass
class _Replies:
    """Slack's replies about the people of one workspace, since `at`."""

    at: datetime
    users: dict[str, User] = field(default_factory=dict)
    """By address and by id."""
    complete: bool = False
    """The whole workspace was read."""

    def is_fresh(self, now: datetime) -> bool:
        return timedelta() <= now - self.at < KEPT

    def keep(self, users: Iterable[User]) -> None:
        for user in users:
            if not user.get("deleted") and not user.get("is_stranger"):
                self.users[user["id"]] = user
                if email := (user.get("profile") or {}).get("email"):
                    self.users[email.lower()] = user


@dataclass
class Lookup:
    """Queries the database first, then Slack, with retries."""

    store: Store
    gateway: Gateway
    turns: Turns
    _replies: dict[str, _Replies] = field(default_factory=dict)
    """By workspace."""

    async def find(self, team_id: str, called: Collection[str], now: datetime) -> Found:
        """Everyone of `called` whom Slack knows and who is active. Raises `SlackUnavailable`, `SlackRefused`."""
        known = await self._met(team_id, now)
        ids = {one: known[one] for one in called if one in known}
        replies = await self._ask(team_id, [one for one in called if one not in ids], now)
        users = {one: replies.users[one] for one in called if one not in ids and one in replies.users}
        ids |= {one: user["id"] for one, user in users.items()}
        bots = {user["id"] for user in users.values() if user.get("is_bot") or user["id"] == SLACKBOT}
        return Found(ids, {user["id"]: user for user in users.values()}, frozenset(bots))

    async def named(self, team_id: str, names: Collection[str], now: datetime) -> dict[str, tuple[User, ...]]:
        """By each of `names` the people in Slack who have it as their name, their display name or their handle.

        Names say who is meant only if the whole workspace was read. Raises `SlackUnavailable`, `SlackRefused`.
        """
        if not names:
            return {}
        replies = self._replies_of(team_id, now)
        if not replies.complete:
            await self._read_all(team_id, replies, now)
        people = {user["id"]: user for user in replies.users.values() if not user.get("is_bot")}
        called = await asyncio.to_thread(_by_name, people)
        found = {one: next((called[name] for name in known_as(one) if name in called), []) for one in names}
        return {one: tuple(people[slack_id] for slack_id in ids) for one, ids in found.items()}

    async def _met(self, team_id: str, now: datetime) -> dict[str, str]:
        statement = select(Person.slack_id, Person.email).where(
            Person.team_id == team_id, col(Person.active).is_(True), col(Person.profile_at).is_not(None)
        )
        async with self.store.read(now) as work:
            people = (await work.session.exec(statement)).all()
        return {name: slack_id for slack_id, email in people for name in (slack_id, (email or "").lower()) if name}

    async def _ask(self, team_id: str, called: Sequence[str], now: datetime) -> _Replies:
        replies = self._replies_of(team_id, now)
        missing = [one for one in called if one not in replies.users]
        if replies.complete or not missing:
            return replies
        if len(missing) > FEW:
            await self._read_all(team_id, replies, now)
            return replies
        for one in missing:
            await self.turns.count(team_id, LOOKUPS if "@" in one else PROFILES, now)
            if user := await _patiently(partial(self._one, one)):
                replies.keep([user])
        return replies

    def _replies_of(self, team_id: str, now: datetime) -> _Replies:
        """Slack's replies about a workspace that are not too old. Those about others are forgotten when they are."""
        self._replies = {team: replies for team, replies in self._replies.items() if replies.is_fresh(now)}
        return self._replies.setdefault(team_id, _Replies(now))

    async def _one(self, called: str) -> User | None:
        if not SLACK_ID.fullmatch(called):
            return await self.gateway.user_by_email(called) if "@" in called else None
        try:
            return await self.gateway.user(called)
        except SlackRefused as refused:
            if refused.kind is ErrorClass.PERSON:
                return None
            raise

    async def _read_all(self, team_id: str, replies: _Replies, now: datetime) -> None:
        cursor = ""
        while True:
            await self.turns.count(team_id, PEOPLE, now)
            users, cursor = await _patiently(partial(self.gateway.users, cursor))
            replies.keep(users)
            if not cursor:
                replies.complete = True
                return


def _by_name(people: Mapping[str, User]) -> dict[str, list[str]]:
    """By each name the ids of the people who have it, in order."""
    called: dict[str, list[str]] = {}
    for slack_id, user in sorted(people.items()):
        profile = user.get("profile") or {}
        names = (profile.get("real_name"), user.get("real_name"), profile.get("display_name"), user.get("name"))
        for name in {one for text in names if isinstance(text, str) for one in known_as(text)}:
            called.setdefault(name, []).append(slack_id)
    return called


async def _patiently(call: Callable[[], Awaitable[T]]) -> T:
    """Retry requests for which Slack is too busy, when it says so."""
    for tries_left in reversed(range(TRIES)):
        try:
            return await call()
        except SlackUnavailable as busy:
            if not (busy.limited and tries_left):
                raise
            await asyncio.sleep(min(busy.seconds, LONGEST_WAIT))
    raise AssertionError("the last try raises")

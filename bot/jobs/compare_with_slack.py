"""Compares people and channels with Slack, at the start and daily, to find changes whose events were missed.

What was missed is handled as if its event had come. A page of people is one call; who did not change costs nothing
else. The page to continue with is stored, so it can be interrupted anywhere: repeating a page is harmless. One replica
does it at a time.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import bindparam, or_, update
from sqlmodel import SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.jobs.per_workspace import PerWorkspace
from bot.services.people import people
from bot.services.people.people import Profile
from bot.slack.directory import Directory
from bot.slack.errors import ErrorClass
from bot.slack.gateway import Gateway, SlackRefused, SlackUnavailable
from bot.slack.turns import Turns
from bot.slack.user_objects import changed_at_of, profile_of
from bot.workspaces.counts import Counts
from storage.deadlines import LONGEST_TURN, STEP
from storage.execute_many import execute_many
from storage.new_rows import inserts_unless_known
from storage.queries import A_TIME, is_indonesian
from storage.rate_limits import PEOPLE, PROFILES, take_turn
from storage.tables import ComparePart, Person, SlackComparison
from storage.unit_of_work import Store

log = logging.getLogger(__name__)

EVERY = timedelta(days=1)
RECENT = timedelta(minutes=10)
"""A start so soon after the last comparison begins none: Slack repeats the events of the minutes in between."""
TURN = timedelta(minutes=1)
"""How long a replica has for one page; then another one continues."""
UNAVAILABLE_PAUSE = timedelta(minutes=1)
REFUSED_PAUSE = timedelta(minutes=10)
"""How long to wait after a refusal, such as a missing permission."""

MOST_ABSENT = 20
"""People who are not in Slack's list any more, and are asked for one by one, in one comparison."""

MOST_AT_ONCE = 100
"""Workspaces in one run of the job."""
SPREAD = timedelta(hours=1)
"""Over how long the first comparisons of many workspaces are spread, and how often new ones are looked for."""

# Built once: the job runs every few seconds, and building a statement takes as long as executing it.
_IS_DUE = or_(col(SlackComparison.next_at) <= bindparam("now"), col(SlackComparison.next_at) > bindparam("latest"))
DUE_IN = select(SlackComparison.team_id).where(_IS_DUE).order_by(col(SlackComparison.next_at)).limit(MOST_AT_ONCE)
LOCKED_DUE = (
    select(SlackComparison)
    .where(SlackComparison.team_id == bindparam("team"), _IS_DUE)
    .with_for_update(skip_locked=True)
)
FIRSTS = inserts_unless_known(
    SQLModel.metadata.tables[str(SlackComparison.__tablename__)], ("team_id", "next_at", "part", "cursor", "changed")
)


def _not_now(problem: SlackRefused | SlackUnavailable) -> None:
    if isinstance(problem, SlackRefused):
        log.warning("cannot be compared with Slack until this is fixed: %s", problem)
    else:
        log.info("not compared with Slack, will retry: %s", problem)


class Channels(Protocol):
    """Channels of one kind that are compared."""

    async def watched(self, now: datetime, team_id: str) -> Sequence[tuple[str, str]]:
        """(workspace, channel) of those of a workspace."""

    async def check(self, team_id: str, channel: str, now: datetime) -> None:
        """Compare one of them. Raises `SlackUnavailable`, `SlackRefused`."""


@dataclass
class Comparing:
    """The function of the job "comparing"."""

    store: Store
    gateway: Gateway
    turns: Turns
    channels: Sequence[Channels] = ()
    directory: Directory | None = None
    """Learns whose profile is up to date."""
    missed: Counts = field(default_factory=Counts)
    """"people": how many changes were found that no event had told."""
    workspaces: PerWorkspace = field(default_factory=PerWorkspace)
    _checked: dict[str, set[tuple[int, str]]] = field(default_factory=dict, init=False)
    """By workspace: which channels of which kind this process compared since it began with them. A turn has no room for
    many."""
    _planned_at: datetime | None = field(default=None, init=False)
    """When this process planned the comparison of its start; in mode many when it last looked for new workspaces."""
    _listed: dict[str, set[str]] = field(default_factory=dict, init=False)
    """By workspace: who is in Slack's list, if this process read all of its pages so far."""

    async def tick(self, now: datetime) -> int:
        """Compare what is due, as far as Slack's limits allow; how many missed changes were found."""
        if self._has_to_plan(now) and not await self._plan_start(now):
            return 0
        due = {"now": now, "latest": now + LONGEST_TURN + STEP}
        async with self.store.read(now) as work:
            team_ids = list(await work.session.exec(DUE_IN, params=due))
        return await self.workspaces.each(team_ids, lambda team_id: self._compare_workspace(team_id, now))

    def _has_to_plan(self, now: datetime) -> bool:
        if self._planned_at is None:
            return True
        return self.gateway.connections.many and not timedelta() <= now - self._planned_at < SPREAD

    async def _plan_start(self, now: datetime) -> bool:
        """Plan the comparison of this process's start, in mode many only where there was none yet; whether it is."""
        if self.gateway.connections.many:
            await self._plan_missing(await self.gateway.connections.team_ids(), now)
        else:
            try:
                await self.plan(await self.gateway.own_team(), now)
            except (SlackRefused, SlackUnavailable) as problem:
                _not_now(problem)
                return False
        self._planned_at = now
        return True

    async def _compare_workspace(self, team_id: str, now: datetime) -> int:
        found = 0
        try:
            turn = await self._claim(team_id, now)
            while turn is not None:
                changed, turn = await self._compare(turn, now)
                found += changed
                turn = turn or await self._claim(team_id, now)
        except (SlackRefused, SlackUnavailable) as problem:
            _not_now(problem)
        return found

    async def _plan_missing(self, team_ids: Sequence[str], now: datetime) -> None:
        """Plan the first comparison of the workspaces that have none, over an hour: those that were installed since."""
        async with self.store.write(now) as work:
            known = set(await work.session.exec(select(SlackComparison.team_id)))
            missing = [team_id for team_id in team_ids if team_id not in known]
            rows = [_first(team_id, now + SPREAD * number / len(missing)) for number, team_id in enumerate(missing)]
            # Another replica may plan them at the same moment.
            await execute_many(work.session, FIRSTS[work.session.get_bind().dialect.name], rows)
            await work.commit()

    async def plan(self, team_id: str, now: datetime) -> None:
        """Begin now, unless a comparison is under way or has just ended. Also after an installation."""
        async with self.store.write(now) as work:
            await work.session.exec(FIRSTS[work.session.get_bind().dialect.name], params=_first(team_id, now))
            mine = select(SlackComparison).where(SlackComparison.team_id == team_id).with_for_update()
            row = (await work.session.exec(mine)).one()
            rests = row.part == ComparePart.PEOPLE and not row.cursor and row.next_at > now + TURN
            if rests and not (row.finished_at and timedelta() <= now - row.finished_at < RECENT):
                row.next_at = now
            await work.commit()

    async def _claim(self, team_id: str, now: datetime) -> SlackComparison | None:
        """The comparison to continue; no other process takes it for a while. None if there is nothing to do now."""
        due = {"now": now, "latest": now + LONGEST_TURN + STEP, "team": team_id}
        async with self.store.write(now) as work:
            row = (await work.session.exec(LOCKED_DUE, params=due)).first()
            if row is None:
                return None
            opens = now
            if row.part == ComparePart.PEOPLE:
                opens = await take_turn(work.session, row.team_id, PEOPLE, self.turns.limits, now)
            row.next_at = opens if opens > now else now + TURN
            await work.commit()
        return row if opens <= now else None

    async def _compare(self, turn: SlackComparison, now: datetime) -> tuple[int, SlackComparison | None]:
        """One page of people, or the channels; how many missed changes were found, and what is next if it is taken.

        Raises what `gateway.users` does.
        """
        try:
            if turn.part == ComparePart.CHANNELS:
                await self._compare_channels(turn.team_id, now)
                await self._advance(turn, now, now + EVERY, finished_at=now, part=ComparePart.PEOPLE, changed=0)
                log.info("compared with Slack: %d missed changes of people", turn.changed)
                return 0, None
            users, cursor = await self.gateway.users(turn.cursor)
        except SlackUnavailable as busy:
            await self._advance(turn, now, now + max(UNAVAILABLE_PAUSE, timedelta(seconds=busy.seconds)))
            raise
        except SlackRefused as refused:
            stale = bool(turn.cursor) and refused.error == "invalid_cursor"
            await self._advance(
                turn, now, now + (TURN if stale else REFUSED_PAUSE), **({"cursor": ""} if stale else {})
            )
            raise
        if not turn.cursor:
            self._listed[turn.team_id] = set()
        listed = self._listed.get(turn.team_id)
        if listed is not None:
            listed.update(user["id"] for user in users)
        if not cursor:
            self._listed.pop(turn.team_id, None)
        changed = await self._follow(turn.team_id, users, now, None if cursor else listed)
        if cursor:
            await self._advance(turn, now, now, cursor=cursor, changed=turn.changed + changed)
            return changed, None
        channels = {"part": ComparePart.CHANNELS, "cursor": "", "changed": turn.changed + changed}
        if not await self._advance(turn, now, now + TURN, **channels):
            return changed, None
        for name, value in channels.items():
            setattr(turn, name, value)
        return changed, turn

    async def _compare_channels(self, team_id: str, now: datetime) -> None:
        """Continues where Slack, or our own limit, had no room before."""
        checked = self._checked.setdefault(team_id, set())
        for kind, channels in enumerate(self.channels):
            for _, channel in await channels.watched(now, team_id):
                if (kind, channel) not in checked:
                    await channels.check(team_id, channel, now)
                    checked.add((kind, channel))
        del self._checked[team_id]

    async def _follow(
        self, team_id: str, users: list[dict[str, Any]], now: datetime, listed: set[str] | None = None
    ) -> int:
        """Handle what was missed of a page of people; how many changed.

        `listed` are the ids of all pages: who is not among them is asked for.
        """
        profiles = {
            user["id"]: profile_of(user, team_id, changed_at_of(user) or now, is_current=True) for user in users
        }
        known, missed, absent = await self._missed(team_id, profiles, listed, now)
        changed = 0
        for profile in missed:
            changed += await people.follow(self.store, profile, now)
        if self.directory:
            self.directory.compared(team_id, known, now)
        self.missed.add("people", team_id, changed)
        return changed + await self._follow_absent(team_id, absent, now)

    async def _follow_absent(self, team_id: str, absent: list[str], now: datetime) -> int:
        """Ask for those who were removed from the workspace: Slack lists the deactivated, but not them."""
        changed = 0
        for slack_id in absent[:MOST_ABSENT]:
            try:
                await self.turns.take(team_id, PROFILES, now)
                user = await self.gateway.user(slack_id)
            except (SlackRefused, SlackUnavailable) as problem:
                if not (isinstance(problem, SlackRefused) and problem.kind is ErrorClass.PERSON):
                    log.info("people who left Slack's list not asked for, until tomorrow: %s", problem)
                    break
                gone = Profile(team_id, slack_id, active=False, changed_at=now, is_current=True)
                changed += await people.follow(self.store, gone, now)
            else:
                changed += await self._follow(team_id, [user], now)
        return changed

    async def _missed(
        self, team_id: str, profiles: dict[str, Profile], listed: set[str] | None, now: datetime
    ) -> tuple[list[str], list[Profile], list[str]]:
        """The ids of those whom we know, the profiles of those of them with changes that are not stored, and the ids
        of those whom we know and who are not `listed`."""
        slack_ids, known, found = sorted(profiles), list[str](), list[Profile]()
        async with self.store.read(now) as work:
            indonesian = await is_indonesian(work.session, team_id)
            for first in range(0, len(slack_ids), A_TIME):
                some = col(Person.slack_id).in_(slack_ids[first : first + A_TIME])
                for person in (await work.session.exec(select(Person).where(Person.team_id == team_id, some))).all():
                    profile = profiles[person.slack_id]
                    known.append(person.slack_id)
                    if people.missed(person, profile, indonesian=indonesian):
                        found.append(profile)
            absent = [] if listed is None else sorted(await self._here(work.session, team_id) - listed)
        return known, sorted(found, key=lambda one: one.slack_id), absent

    async def _here(self, session: AsyncSession, team_id: str) -> set[str]:
        """Who is in the workspace, as far as we know."""
        statement = select(Person.slack_id).where(
            Person.team_id == team_id,
            col(Person.active).is_(True),
            col(Person.is_stranger).is_(False),
            col(Person.erased_at).is_(None),
            col(Person.profile_at).is_not(None),
        )
        return set((await session.exec(statement)).all())

    async def _advance(self, turn: SlackComparison, now: datetime, next_at: datetime, **values: Any) -> bool:
        """Store how far it got, unless another process got further since; whether it was stored."""
        async with self.store.write(now) as work:
            same = (
                col(SlackComparison.team_id) == turn.team_id,
                col(SlackComparison.part) == turn.part,
                col(SlackComparison.cursor) == turn.cursor,
            )
            stored = await work.session.exec(update(SlackComparison).where(*same).values(next_at=next_at, **values))
            await work.commit()
        return bool(stored.rowcount)


def _first(team_id: str, next_at: datetime) -> dict[str, Any]:
    """The row of a workspace that was not compared yet."""
    return {"team_id": team_id, "next_at": next_at, "part": ComparePart.PEOPLE, "cursor": "", "changed": 0}

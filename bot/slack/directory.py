"""People in Slack, stored at their first request, and the members of HR's channel."""

import logging
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select

from bot.domain.programme import RIGHTLESS, HrTrouble
from bot.services.caller import Caller, HrCaller, Rejected
from bot.services.care.contacts import Receiver
from bot.services.care.restoring import offer_restoring
from bot.services.people.eligibility import why_unfit
from bot.slack.channel_objects import is_shared_outside, trouble_in
from bot.slack.errors import ErrorClass, class_of
from bot.slack.gateway import Gateway, SlackRefused, SlackUnavailable
from bot.slack.turns import Turns
from bot.slack.user_lookup import Found, Lookup
from bot.slack.user_objects import follow_profile, language_for, name_of, newcomer
from storage.queries import has_profile, is_indonesian, people_by_slack, person_by_slack
from storage.rate_limits import MEMBERS, PROFILES
from storage.tables import Person, Programme, ProgrammeState
from storage.unit_of_work import Store

log = logging.getLogger(__name__)

T = TypeVar("T")

MEMBERS_KEPT = timedelta(seconds=30)
"""How long HR's membership is cached: short, since it decides who may act."""

MEMBERSHIP_KEPT = timedelta(minutes=10)
"""How long it is cached who is in a channel whose members may take part."""

FRESH_A_MINUTE = 15
"""How often a process asks Slack about a channel because HR acts there; more often, an answer of `MEMBERS_KEPT` counts.
With the calls of jobs that is below Slack's limit of 50."""

MANY_PEOPLE = 50_000
"""Of so many at most it is remembered that they were compared with Slack: about 10 MB."""
MANY_CHANNELS = 500
"""From so many channels in the cache on, outdated ones are removed from it."""

PROFILE_KEPT = timedelta(days=1)
"""How old a profile may be that decides whether somebody is HR."""


ChannelKey = tuple[str, str]
"""(workspace, channel)."""


@dataclass
class Directory:
    """Answers from the database where possible, and from Slack otherwise."""

    store: Store
    gateway: Gateway
    languages: Collection[str]
    """Those that the texts are in."""
    turns: Turns
    _members: dict[ChannelKey, tuple[datetime, frozenset[str]]] = field(default_factory=dict)
    noticed: Callable[[str, str], None] = lambda _team, _channel: None
    """Called with the workspace and HR's channel if the channel seems to have changed."""
    _asked: dict[str, list[datetime]] = field(default_factory=dict)
    """By workspace: when Slack was asked about a channel, within a minute, because HR acted there."""
    _channels: dict[ChannelKey, tuple[datetime, Mapping[str, Any] | None]] = field(default_factory=dict)
    """The channel's object as Slack gave it, or None if the bot cannot see it."""
    _compared: dict[tuple[str, str], datetime] = field(default_factory=dict)
    """By workspace and Slack id: when a stored person was last found to be as Slack has them."""
    _lookup: Lookup = field(init=False)

    def __post_init__(self) -> None:
        self._lookup = Lookup(self.store, self.gateway, self.turns)

    async def person(self, team_id: str, slack_id: str, now: datetime, name: str = "") -> Person:
        """The person of a Slack id, created from Slack's profile at the first request.

        If Slack is too busy (a hundred new people at once), they have `name` and the default zone until it answers.
        Deactivated people are requested again, since they may have been reactivated without an event.
        Raises `SlackRefused` for an unknown id.
        """
        async with self.store.read(now) as work:
            known = await person_by_slack(work.session, team_id, slack_id)
        return await self.complete(known, team_id, slack_id, now, name)

    async def complete(
        self, known: Person | None, team_id: str, slack_id: str, now: datetime, name: str = "", *, keep: bool = True
    ) -> Person:
        """`known` as stored, or as Slack has them if they are new, incomplete or deactivated. Raises as `person`.
        Without `keep` somebody unknown is not stored: they only look, perhaps after their data were erased."""
        if known and has_profile(known):
            return known
        try:
            profile = await self.gateway.user(slack_id)
        except (SlackRefused, SlackUnavailable) as busy:
            if isinstance(busy, SlackRefused) and busy.final:
                raise
            log.info("profile of a person not loaded, will retry: %s", busy)
            profile = None
        if known and (profile is None or (known.profile_at and profile.get("deleted"))):
            return known
        if known is None and not keep:
            return await self._only_looking(team_id, slack_id, now, name, profile)
        return await self._meet(team_id, slack_id, now, name, profile)

    async def _only_looking(
        self, team_id: str, slack_id: str, now: datetime, name: str, profile: dict[str, Any] | None
    ) -> Person:
        """A person who is not stored."""
        if not profile:
            return Person(team_id=team_id, slack_id=slack_id, name=name_of(name) or slack_id, created_at=now)
        async with self.store.read(now) as work:
            indonesian = await is_indonesian(work.session, team_id) is not False
        return newcomer(team_id, profile, now, self.languages, indonesian=indonesian)

    async def picked(self, team_id: str, slack_id: str, now: datetime, *, in_turn: bool = False) -> Person:
        """A person who was picked in a form, by a profile that is a day old at most. Raises as `person_now`.

        `in_turn`: nobody waits for it, so a call of Slack takes its turn.
        """
        async with self.store.read(now) as work:
            known = await person_by_slack(work.session, team_id, slack_id)
        if known and self.is_fresh(known, now):
            return known
        if in_turn:
            await self.turns.take(team_id, PROFILES, now)
        return await self.person_now(team_id, slack_id, now)

    async def fresh(self, team_id: str, slack_ids: Collection[str], now: datetime) -> dict[str, Person]:
        """Of these people, those whose stored profile is a day old at most, by their Slack id."""
        async with self.store.read(now) as work:
            people = await people_by_slack(work.session, team_id, slack_ids)
        return {one.slack_id: one for one in people if self.is_fresh(one, now)}

    def is_fresh(self, person: Person, now: datetime) -> bool:
        """Whether the stored profile of an active person is a day old at most."""
        if not person.active or person.profile_at is None:
            return False
        compared_at = self._compared.get((person.team_id, person.slack_id), person.profile_at)
        return timedelta() <= now - max(person.profile_at, compared_at) < PROFILE_KEPT

    def compared(self, team_id: str, slack_ids: Collection[str], now: datetime) -> None:
        """These people were compared with Slack: until tomorrow nobody has to ask for their profiles again."""
        self._compared.update(((team_id, one), now) for one in slack_ids)
        for oldest in list(self._compared)[: max(0, len(self._compared) - MANY_PEOPLE)]:
            del self._compared[oldest]

    async def person_now(self, team_id: str, slack_id: str, now: datetime) -> Person:
        """The person behind a Slack id as Slack has them at this moment. Raises `SlackRefused`, `SlackUnavailable`."""
        return await self._meet(team_id, slack_id, now, "", await self.gateway.user(slack_id))

    async def _meet(
        self, team_id: str, slack_id: str, now: datetime, name: str, profile: dict[str, Any] | None
    ) -> Person:
        async with self.store.write(now) as work:
            person = await person_by_slack(work.session, team_id, slack_id)
            new = person is None
            if person is None:
                person = Person(team_id=team_id, slack_id=slack_id, name=name_of(name) or slack_id, created_at=now)
                work.session.add(person)
            was_active = person.active
            if profile:
                follow_profile(person, profile, indonesian=await is_indonesian(work.session, team_id))
                person.profile_at = now
                if not was_active:
                    await offer_restoring(work, person)
            if new:
                person.language = language_for(person.zone, (profile or {}).get("locale"), self.languages)
            try:
                await work.commit()
                return person
            except IntegrityError:  # two concurrent requests: the other one created them
                await work.session.rollback()
                return await self.person(team_id, slack_id, now, name)

    async def find(self, team_id: str, called: Collection[str], now: datetime) -> Found:
        """Everyone in Slack with this e-mail address or id. Raises `SlackUnavailable`, `SlackRefused`."""
        return await self._lookup.find(team_id, called, now)

    async def named(self, team_id: str, names: Collection[str], now: datetime) -> dict[str, tuple[dict[str, Any], ...]]:
        """By each name the people in Slack who have it. Raises `SlackUnavailable`, `SlackRefused`."""
        return await self._lookup.named(team_id, names, now)

    async def trouble_of(
        self, team_id: str, channel: str, now: datetime, kept: timedelta = timedelta(0)
    ) -> HrTrouble | None:
        """Why a channel cannot be HR's, by an answer of Slack's that is younger than `kept`; None if it can be.

        Whether anybody is in it is not asked. Raises `SlackRefused` for a refusal that may pass, `SlackUnavailable`.
        """
        seen = await self.channel(team_id, channel, now, kept)
        return HrTrouble.GONE if seen is None else trouble_in(seen)

    async def is_shared(self, team_id: str, channel: str, now: datetime, kept: timedelta = timedelta(0)) -> bool:
        """Whether another company is in a channel, or is invited to it. Raises as `trouble_of`."""
        seen = await self.channel(team_id, channel, now, kept)
        # If the bot cannot see it, Slack refuses the message and says why.
        return seen is not None and is_shared_outside(seen)

    async def channel(
        self, team_id: str, channel: str, now: datetime, kept: timedelta = timedelta(0)
    ) -> Mapping[str, Any] | None:
        """The channel object, `kept` old at most; None if the bot cannot see the channel. Raises as `trouble_of`."""
        seen_at, seen = self._channels.get((team_id, channel), (None, None))
        if seen_at is None or not timedelta() <= now - seen_at < kept:
            try:
                seen = await self.gateway.channel_info(channel)
            except SlackRefused as refused:
                if not refused.final:
                    raise
                seen = None
            _keep(self._channels, (team_id, channel), now, seen)
        return seen

    async def is_for_hr(self, team_id: str, channel: str, now: datetime) -> bool:
        """Whether a channel is private and of this workspace alone: only then its members are HR.

        Slack is asked each time, because no event says that a channel became public. Only if there is no room for the
        question, an answer of the last seconds counts. Raises as `trouble_of`.
        """
        asked = [at for at in self._asked.get(team_id, ()) if timedelta() <= now - at < timedelta(minutes=1)]
        has_room = len(asked) < FRESH_A_MINUTE
        self._asked[team_id] = [*asked, now] if has_room else asked
        try:
            trouble = await self.trouble_of(team_id, channel, now, timedelta() if has_room else MEMBERS_KEPT)
        except SlackUnavailable as busy:
            if not (busy.limited and (team_id, channel) in self._channels):
                raise
            trouble = await self.trouble_of(team_id, channel, now, MEMBERS_KEPT)
        return trouble not in RIGHTLESS

    async def is_member(self, team_id: str, channel: str, slack_id: str, now: datetime) -> bool:
        """Whether the person is in the channel; False for a channel the bot cannot see."""
        seen_at, members = self._members.get((team_id, channel), (None, frozenset[str]()))
        if seen_at is None or not timedelta() <= now - seen_at < MEMBERS_KEPT:
            members = frozenset(await self.gateway.members(channel))
            _keep(self._members, (team_id, channel), now, members)
        return slack_id in members

    async def members_lately(self, team_id: str, channel: str, now: datetime, *, also: str = "") -> frozenset[str]:
        """A channel's members as of the last minutes; empty for one that the bot cannot see.

        If `also` is not among them, as of the last seconds: they may have joined it because they read that they have
        to. Large channels have many pages, so who may take part is not asked for each person. Raises `SlackRefused`,
        `SlackUnavailable`.
        """
        seen_at, members = self._members.get((team_id, channel), (None, frozenset[str]()))
        kept = MEMBERS_KEPT if not members or (also and also not in members) else MEMBERSHIP_KEPT
        if seen_at is None or not timedelta() <= now - seen_at < kept:
            await self.turns.count(team_id, MEMBERS, now)
            members = frozenset(await self.gateway.members(channel))
            _keep(self._members, (team_id, channel), now, members)
        return members

    def forget_members(self, team_id: str, channel: str) -> None:
        """A person joined or left the channel."""
        self._members.pop((team_id, channel), None)
        self._channels.pop((team_id, channel), None)

    async def hr(self, caller: Caller, *, channel: str | None = None, programme_id: int | None = None) -> HrCaller:
        """The caller as HR of a programme: the one named, or that of the channel, or their only one.

        Raises `Rejected`: not_hr, no_programme.
        """
        for programme in await self._programmes(caller, programme_id):
            if channel and programme.hr_channel != channel and programme_id is None:
                continue
            if await self.is_member(caller.team_id, programme.hr_channel, caller.slack_id, caller.now):
                await self._check_hr(caller, programme)
                if programme.hr_trouble is not None:
                    self.noticed(programme.team_id, programme.hr_channel)
                mine = (caller.team_id, caller.slack_id, caller.receipt, caller.now, programme.id)
                return HrCaller(*mine, acted_lately=caller.acted_lately)
            if not self._members[caller.team_id, programme.hr_channel][1]:
                self.noticed(programme.team_id, programme.hr_channel)
        if channel and programme_id is None:
            return await self.hr(caller)
        raise Rejected("not_hr")

    async def programmes_of_hr(self, caller: Caller) -> list[Programme]:
        """The programmes whose HR the caller is now: those that are not over first, the newest of each first.

        Raises `SlackUnavailable`.
        """
        programmes = await self._programmes(caller, None)
        channels = {one.hr_channel for one in programmes}
        mine = {one for one in channels if await self.is_member(caller.team_id, one, caller.slack_id, caller.now)}
        if not mine or why_unfit(await self.picked(caller.team_id, caller.slack_id, caller.now), guests=False):
            return []
        private = {one for one in mine if await self.is_for_hr(caller.team_id, one, caller.now)}
        return [one for one in programmes if one.hr_channel in private]

    async def is_hr_of(self, programme: Programme, person: Person, now: datetime) -> bool:
        """Whether a person is HR of a programme now: a colleague in its channel, while that is private."""
        return (
            why_unfit(person, guests=False) is None
            and await self.is_member(programme.team_id, programme.hr_channel, person.slack_id, now)
            and await self.is_for_hr(programme.team_id, programme.hr_channel, now)
        )

    async def _check_hr(self, caller: Caller, programme: Programme) -> None:
        """HR are colleagues in a private channel. Raises `Rejected`: hr_channel_open, not_hr."""
        if not await self.is_for_hr(programme.team_id, programme.hr_channel, caller.now):
            self.noticed(programme.team_id, programme.hr_channel)
            raise Rejected("hr_channel_open")
        person = await self.picked(caller.team_id, caller.slack_id, caller.now)
        if why_unfit(person, guests=False):
            raise Rejected("not_hr")

    async def reachable(self, programme: Programme, found: Collection[Receiver], now: datetime) -> list[Person]:
        """Who of `found` can receive a concern now, as far as Slack says; the order stays."""
        return [one.person for one in found if await self.can_receive(programme, one, now)]

    async def can_receive(self, programme: Programme, one: Receiver, now: datetime, *, fresh: bool = False) -> bool:
        """Whether somebody is an active colleague and, as the creator of the programme, still its HR.

        `fresh`: their profile is asked for now, for a message to a deactivated person may be accepted silently.
        If Slack does not answer, a contact counts as last seen, unless `fresh`: then raises `SlackUnavailable`.
        """
        person, team_id = one.person, programme.team_id
        try:
            if fresh:
                person = await self.person_now(team_id, person.slack_id, now)
            else:
                person = await self.picked(team_id, person.slack_id, now)
        except SlackRefused as refused:
            if class_of(refused.method, refused.error) is ErrorClass.PERSON:
                return False
        except SlackUnavailable:
            if fresh:
                raise
        if why_unfit(person, guests=False):
            return False
        return not one.by_hr or await self._is_hr(programme, person, now, fresh=fresh)

    async def _is_hr(self, programme: Programme, person: Person, now: datetime, *, fresh: bool) -> bool:
        """Whether somebody is in HR's channel, which is private. Not known counts as no, unless `fresh`."""
        try:
            return await self.is_hr_of(programme, person, now)
        except SlackRefused as refused:
            if fresh and not refused.final:
                raise
            return False
        except SlackUnavailable:
            if fresh:
                raise
            return False

    async def _programmes(self, caller: Caller, programme_id: int | None) -> list[Programme]:
        statement = select(Programme).where(Programme.team_id == caller.team_id)
        if programme_id is not None:
            statement = statement.where(Programme.id == programme_id)
        async with self.store.read(caller.now) as work:
            newest_first = statement.order_by(col(Programme.id).desc())
            programmes = list((await work.session.exec(newest_first)).all())
        return sorted(programmes, key=lambda one: one.state == ProgrammeState.CLOSED)


def _keep(cache: dict[ChannelKey, tuple[datetime, T]], key: ChannelKey, now: datetime, value: T) -> None:
    """Remember what Slack said about a channel, and forget what nobody may use any more."""
    if len(cache) >= MANY_CHANNELS:
        for old in [old for old, (at, _) in cache.items() if not timedelta() <= now - at < MEMBERSHIP_KEPT]:
            del cache[old]
    cache[key] = (now, value)

"""Slack's events about people: new names and zones, deactivation and reactivation."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import col, select

from bot.domain.calendar import Hours, UnknownZoneError, zone_in
from bot.services.caller import Caller, Rejected
from bot.services.care.contact_posts import GoneWhy, leave_posts
from bot.services.care.restoring import offer_restoring
from bot.services.mentor_support import end_support
from bot.services.sessions.out_of_hours import tell_out_of_hours
from bot.services.sessions.schedule import recompute_for_person
from bot.services.signup import join as joining
from bot.services.working_hours import hours_of
from storage.execute_many import insert_for
from storage.queries import is_indonesian, person_by_slack, programme_of_channel
from storage.rate_limits import POSTS, lock_buckets
from storage.tables import (
    AppPresence,
    EndedBy,
    Participant,
    ParticipantState,
    Person,
    Programme,
    ProgrammeState,
    RateBucket,
)
from storage.unit_of_work import Store, UnitOfWork

SEEN_AGAIN = timedelta(seconds=10)
"""A later use is stored only this long after the last one."""

HOME_OPENED_AGAIN = timedelta(days=1)
"""A later opening of the Home tab is stored only this long after the last one."""


@dataclass(frozen=True)
class Profile:
    """A person's current data from Slack; "" for missing ones."""

    team_id: str
    slack_id: str
    name: str = ""
    email: str = ""
    zone: str = ""
    active: bool = True
    changed_at: datetime | None = None
    """When the profile was changed; None if Slack does not say."""
    title: str | None = None
    """The job title. None if Slack does not say."""
    is_guest: bool | None = None
    is_stranger: bool | None = None
    is_bot: bool | None = None
    """None if Slack does not say."""
    is_current: bool = False
    """Slack was asked, and this is no event: it counts if it is of the second of the stored one as well."""


async def follow(store: Store, profile: Profile, now: datetime) -> bool:
    """Store the changes of a profile; False for an unknown person, or if nothing changed.

    A profile that is not newer than the stored one changes nothing: events may come late, twice and in any order.
    Deactivated people leave their programmes, without a message, and so does who turns out to be of another company or
    an app. Reactivation does not join them again: HR is asked whether a pair that the deactivation ended continues
    (`restoring`). A new guest takes part further: HR let them in.
    """
    async with store.read(now) as work:
        known = await person_by_slack(work.session, profile.team_id, profile.slack_id)
    if known is None or not _is_newer(known, profile):
        return False
    async with store.write(now) as work:
        person = await person_by_slack(work.session, profile.team_id, profile.slack_id, lock=True)
        if person is None or not _is_newer(person, profile):
            return False
        changes = _changes(person, profile, indonesian=await is_indonesian(work.session, profile.team_id))
        person.told_at, before = profile.changed_at or person.told_at, hours_of(person)
        for name, value in changes.items():
            setattr(person, name, value)
        if changes.get("active") is False or changes.get("is_stranger") or changes.get("is_bot"):
            await _take_out(work, person)
            await leave_posts(work, person, GoneWhy.GONE)
        else:
            if "zone" in changes:
                await recompute_for_person(work, person)
                await tell_out_of_hours(work, person, before)
            if {"active", "is_stranger", "is_bot"} & changes.keys():
                await offer_restoring(work, person)
        await work.commit()
    return bool(changes)


def missed(person: Person, profile: Profile, *, indonesian: bool | None) -> bool:
    """Whether a person's profile, as Slack has it now, has changes that are not stored."""
    return _is_newer(person, profile) and bool(_changes(person, profile, indonesian=indonesian))


def _is_newer(person: Person, profile: Profile) -> bool:
    """The same moment means a repeated event."""
    if profile.changed_at is None or person.told_at is None:
        return True
    return profile.changed_at > person.told_at or (profile.is_current and profile.changed_at == person.told_at)


def _changes(person: Person, profile: Profile, *, indonesian: bool | None) -> dict[str, object]:
    zone = zone_in(profile.zone, indonesian=indonesian) if _is_zone(profile.zone) else ""
    if zone and profile.is_current and person.zone in (profile.zone, zone_in(profile.zone, indonesian=True)):
        zone = ""  # only the programmes changed by which one of the two is chosen
    texts = {"name": profile.name, "email": profile.email, "zone": zone}
    kinds = {"is_guest": profile.is_guest, "is_stranger": profile.is_stranger, "is_bot": profile.is_bot}
    said: dict[str, object] = {name: value for name, value in texts.items() if value}
    said |= {name: value for name, value in kinds.items() if value is not None}
    if profile.title is not None:
        said["title"] = profile.title
    said["active"] = profile.active
    return {name: value for name, value in said.items() if getattr(person, name) != value}


def _is_zone(zone: str) -> bool:
    try:
        Hours(zone)
    except UnknownZoneError:
        return False
    return True


async def _take_out(work: UnitOfWork, person: Person) -> None:
    statement = (
        select(Participant, Programme)
        .join(Programme, col(Programme.id) == col(Participant.programme_id))
        .where(
            Participant.person_id == person.id,
            Participant.state != ParticipantState.LEFT,
            Programme.state != ProgrammeState.CLOSED,
        )
    )
    for participant, programme in (await work.session.exec(statement)).all():
        await joining.end_enrolment(work, participant, programme, EndedBy.ACCOUNT)
    sign_ups = await work.session.exec(select(Participant.id).where(Participant.person_id == person.id))
    await end_support(work, sign_ups.all())  # of those of earlier programmes, too


async def uninstalled(store: Store, team_id: str, now: datetime, at: datetime | None = None) -> bool:
    """The workspace removed the app: posting stops, and nothing is lost if it comes back.

    False, without any change, if the app was used or removed since `at`, which is now by default.
    """
    at = at or now
    async with store.write(now) as work:
        presence = await _lock(work, team_id)
        if not _is_later(at, presence.seen_at) or not _is_later(at, presence.removed_at):
            return False
        presence.removed_at = at
        (await lock_buckets(work.session, [(team_id, POSTS)], now))[team_id, POSTS].stopped = True
        await work.commit()
    return True


async def installed(store: Store, team_id: str, now: datetime, at: datetime | None = None) -> bool:
    """A person used the app: resume what its removal before `at` stopped. False if nothing was stopped."""
    at = at or now
    async with store.read(now) as work:
        presence = await work.session.get(AppPresence, team_id)
        bucket = await work.session.get(RateBucket, (team_id, POSTS))
    seen_at = presence.seen_at if presence else None
    if not (bucket and bucket.stopped) and seen_at is not None and at < seen_at + SEEN_AGAIN:
        return False
    async with store.write(now) as work:
        presence = await _lock(work, team_id)
        presence.seen_at = max(presence.seen_at or at, at)
        bucket = (await lock_buckets(work.session, [(team_id, POSTS)], now))[team_id, POSTS]
        stopped = bucket.stopped and _is_later(at, presence.removed_at)
        if stopped:
            bucket.stopped, bucket.paused_until = False, None
            work.deliver_at_once()
        await work.commit()
    return stopped


async def home_opened(store: Store, caller: Caller) -> None:
    """The caller opened the Home tab. Stored once a day."""
    async with store.write(caller.now) as work:
        person = await person_by_slack(work.session, caller.team_id, caller.slack_id, lock=True)
        if person is None or not opened_before(person, caller.now - HOME_OPENED_AGAIN):
            return
        person.home_opened_at = caller.now
        await work.commit()


def opened_before(person: Person, moment: datetime) -> bool:
    """Whether a person last opened the Home tab before `moment`, or never did."""
    return person.home_opened_at is None or person.home_opened_at < moment


def _is_later(at: datetime, last: datetime | None) -> bool:
    return last is None or at > last


async def _lock(work: UnitOfWork, team_id: str) -> AppPresence:
    """The row of a workspace, created if needed, locked until the transaction ends."""
    insert = insert_for(work.session)
    await work.session.exec(insert(AppPresence).values(team_id=team_id).on_conflict_do_nothing())
    statement = select(AppPresence).where(col(AppPresence.team_id) == team_id).with_for_update()
    return (await work.session.exec(statement.execution_options(populate_existing=True))).one()


async def _locked(work: UnitOfWork, caller: Caller) -> Person:
    """The caller, locked. Raises `Rejected`: unknown_person."""
    person = await person_by_slack(work.session, caller.team_id, caller.slack_id, lock=True)
    if person is None:
        raise Rejected("unknown_person")
    return person


async def choose_language(store: Store, caller: Caller, language: str) -> None:
    """Set the caller's language to one of the available ones. Raises `Rejected`: unknown_person."""
    async with store.write(caller.now, receipt=caller.signed) as work:
        (await _locked(work, caller)).language = language
        await work.commit()


async def choose_address(store: Store, caller: Caller, address: str) -> None:
    """Set how the caller is addressed. Raises `Rejected`: unknown_person."""
    async with store.write(caller.now, receipt=caller.signed) as work:
        (await _locked(work, caller)).address = address
        await work.commit()


async def runs_a_programme(store: Store, caller: Caller, channel: str) -> bool:
    """Whether a programme is run from this channel."""
    async with store.read(caller.now) as work:
        return await programme_of_channel(work.session, caller.team_id, channel) is not None


async def record_event(store: Store, caller: Caller) -> None:
    """Record an event that has no other effect in the database. Raises `AlreadyDone` the second time."""
    async with store.write(caller.now, receipt=caller.signed) as work:
        await work.commit()

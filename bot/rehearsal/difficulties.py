"""A difficult workspace: what real ones have and do that the sample company's does not, at set times of a rehearsal.

Guests, another company in a shared channel, #umum in which only admins may post, time zones as Slack names them,
events that are missed, a contact who leaves the company, and HR's channel that is archived halfway.
"""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlmodel import col, select

from bot.balik import Balik
from bot.domain.signup import Level, Role
from bot.rehearsal.activity_log import ActivityLog
from bot.rehearsal.actor import Actor, offers
from bot.rehearsal.company import Member
from bot.rehearsal.demo_workspace import DemoWorkspace
from bot.rehearsal.findings import OVERTAKEN, Finding
from bot.rehearsal.idle import wait_idle
from bot.rehearsal.persona import Persona
from bot.rehearsal.rehearsal_plan import UNTIL_START, RehearsalPlan
from bot.rehearsal.report import LOST
from bot.sandbox import Message
from bot.sandbox.bad_day import COMPANY, PEOPLE, SHARED
from bot.spreadsheets.match_cells import ZONE
from storage.tables import Concern, Outbox, OutboxState, Person

Json = dict[str, Any]
Step = Callable[[datetime], Awaitable[None]]

COARSE_ZONES = {"Asia/Jakarta": "Asia/Bangkok", "Asia/Makassar": "Asia/Singapore"}
"""The zones that Slack's list offers for Indonesia's: the same times, and the names of other countries."""
DEGREE = ", S.E."
"""What somebody adds to their name."""
NEWS, NEW_HR = "info-kantor", "hr-mentoring-baru"
A_DAY, LOOK_EVERY = timedelta(days=1), timedelta(hours=1)
MISSED_AFTER, CONTACT_AFTER = timedelta(days=3), timedelta(days=7)
"""After the programme's first day."""
MOVE = "/mentoring move"
OTHER_CHANNEL, CONTACTS = "recruit.channel", "contacts.open"
"""Buttons of messages in HR's channel."""


class Trouble(StrEnum):
    """What is difficult. The values name texts below `rehearsal.troubles`."""

    SHARED_CHANNEL = "shared_channel"
    RESTRICTED_CHANNEL = "restricted_channel"
    OUTSIDERS = "outsiders"
    MISSED_EVENTS = "missed_events"
    CONTACT_LEFT = "contact_left"
    HR_CHANNEL_ARCHIVED = "hr_channel_archived"


REFUSALS = {
    Trouble.RESTRICTED_CHANNEL: {"restricted_action"},
    Trouble.CONTACT_LEFT: {"user_disabled", "channel_not_found", "user_not_found"},
    Trouble.HR_CHANNEL_ARCHIVED: {"is_archived", "is_inactive", "channel_not_found", "not_in_channel"},
}
"""Errors with which Slack tells the bot of a trouble: nothing is lost by them, if it is dealt with."""


@dataclass
class Occurrence:
    """A trouble: when it began, when it was dealt with, and what HR had to do for that."""

    trouble: Trouble
    at: datetime
    about: set[str]
    """Ids of the channels and people that it is about."""
    over: datetime | None = None
    hr_did: list[str] = field(default_factory=list)
    """Codes of what HR did, in order: they name texts below `rehearsal.troubles.did`."""

    def explains(self, call: Json) -> bool:
        """Whether a refused call is how the bot learned of it."""
        args = call["args"]
        concerned = {str(args.get(key, "")) for key in ("channel", "users", "user")}
        return call["error"] in REFUSALS.get(self.trouble, ()) and bool(concerned & self.about)


def with_coarse_zones(members: Iterable[Member]) -> list[Member]:
    """The same people with the zones that Slack gives them."""
    return [replace(one, zone=COARSE_ZONES.get(one.zone, one.zone)) for one in members]


class Difficulties:
    """The troubles of one rehearsal. `react` makes them happen and lets HR deal with them."""

    def __init__(self, plan: RehearsalPlan, stage: DemoWorkspace, balik: Balik, log: ActivityLog) -> None:
        self.plan, self.stage, self.balik, self.log = plan, stage, balik, log
        self.hr: Actor
        self.found: dict[Trouble, Occurrence] = {}
        self._look_at = plan.begins
        self._missing: dict[str, bool] = {}
        """Whether the people are active of whom an event was missed, by their ids."""
        self.turned_away: list[str] = []
        """What outsiders read who wanted to take part."""
        slack, hall = stage.slack, stage.town_hall
        zone = COARSE_ZONES[ZONE]
        self.guest, self.stranger = (
            slack.add_user(name, tz=zone, locale="id-ID", **more)
            for name, more in (PEOPLE["guest"], PEOPLE["stranger"])
        )
        slack.add_member(hall, self.guest)
        slack.change_channel(hall, posting="admins")
        self.shared = slack.add_channel(SHARED, members=[*hall.members[:3], *stage.hr_channel.members, self.guest.id])
        slack.share(self.shared, self.stranger, team=COMPANY)
        self.news = slack.add_channel(NEWS, members=hall.members)
        first_day = plan.begins + UNTIL_START
        self._steps: list[tuple[datetime, Step]] = [
            (plan.begins + A_DAY, self._announce_elsewhere),
            (first_day + MISSED_AFTER, self._miss_events),
            (first_day + CONTACT_AFTER, self._contact_leaves),
            (first_day + CONTACT_AFTER + A_DAY, self._name_contact),
            (plan.half_way, self._archive),
            (plan.half_way + A_DAY, self._move),
        ]

    # What the rehearsal calls

    def begin(self, hr: Actor, contact: Actor, others: list[Actor]) -> None:
        """Who runs the programme, who is named as the contact, and everybody else."""
        self.hr, self.contact, self.others = hr, contact, others

    def set_up(self, now: datetime, *, refused: bool) -> None:
        """HR wanted the announcement in the shared channel, and if the form `refused` that, took #umum."""
        self._occurs(Trouble.SHARED_CHANNEL, now, self.shared.id)
        self._occurs(Trouble.RESTRICTED_CHANNEL, now, self.stage.town_hall.id)
        if refused:
            self.hr_did(Trouble.SHARED_CHANNEL, "other_channel", now)

    async def hr_reads(self, message: Message, now: datetime) -> None:
        """HR does what a message in its channel asks for."""
        if offers(message, OTHER_CHANNEL):
            if await self._fill_in(message, OTHER_CHANNEL, "announce_channel", self.news.id):
                self.hr_did(Trouble.RESTRICTED_CHANNEL, "other_channel", now)
            return
        left = Trouble.CONTACT_LEFT in self.found and offers(message, CONTACTS)
        if left and await self._fill_in(message, CONTACTS, "second_contact", self._other_contact.id):
            self.hr_did(Trouble.CONTACT_LEFT, "other_contact", now)

    async def _fill_in(self, message: Message, action_id: str, field: str, value: str) -> bool:
        """Press a button and answer the one question of its form; whether that was accepted."""
        await self.hr.press(message, action_id)
        done = False
        if self.hr.person.modal and self.hr.person.modal.submit:
            done = (await self.hr.submit({field: value})).ok
        await self.hr.close()
        return done

    async def outsiders_try(self, now: datetime) -> None:
        """A guest and somebody of another company want to take part."""
        occurrence = self._occurs(Trouble.OUTSIDERS, now, self.guest.id, self.stranger.id)
        for user in (self.guest, self.stranger):
            actor = Actor(_outsider(user.real_name), self.stage.slack.as_person(user), self.balik, self.log, 0)
            before = len(self.log.entries)
            await actor.command("/mentoring join", None if user is self.guest else self.shared)
            told = [one.text for one in self.log.entries[before:] if one.kind == "whisper" and user.id in one.who]
            if actor.person.modal and actor.person.modal.submit:
                raise AssertionError(f"{user.real_name} was let in")
            self.turned_away += told
            await actor.close()
        occurrence.over = now

    async def react(self, now: datetime) -> datetime | None:
        """Let happen what is due, and HR look at what is open; when to look again."""
        while self._steps and self._steps[0][0] <= now:
            _, step = self._steps.pop(0)
            await step(now)
        await self._look_whether_noticed(now)
        return self._steps[0][0] if self._steps else None

    def hr_did(self, trouble: Trouble, code: str, now: datetime) -> None:
        """HR dealt with a trouble, as a message of the bot asked for."""
        if occurrence := self.found.get(trouble):
            occurrence.hr_did.append(code)
            occurrence.over = occurrence.over or now

    # What happens

    def _occurs(self, trouble: Trouble, now: datetime, *about: str) -> Occurrence:
        return self.found.setdefault(trouble, Occurrence(trouble, now, set(about)))

    async def _announce_elsewhere(self, now: datetime) -> None:
        """HR reads that the announcement was not posted, and names another channel in the set-up form."""
        await self._set_up_anew(Trouble.RESTRICTED_CHANNEL, "other_channel", now, announce_channel=self.news.id)

    async def _set_up_anew(self, trouble: Trouble, code: str, now: datetime, **changed: str) -> None:
        """HR deals with a trouble in the set-up form, unless a button of a message led there before."""
        if self.found[trouble].over:
            return
        await self.hr.command("/mentoring setup", self.stage.hr_channel)
        if self.hr.person.modal and (await self.hr.submit(changed)).ok:
            self.hr_did(trouble, code, now)
        await self.hr.close()

    @property
    def _other_contact(self) -> Actor:
        """Whom HR names in place of a contact who has left."""
        return next(one for one in self.others if one.member.persona is Persona.KEEN and not one.person.user.deleted)

    async def _miss_events(self, now: datetime) -> None:
        """Somebody's account is deactivated and somebody changes their name while the bot hears nothing."""
        slack = self.stage.slack
        participants = [one for one in self.others if one.member.role]
        leaver = next((one for one in participants if one.member.persona is Persona.SILENT), participants[-1])
        renamed = next(one for one in participants if one is not leaver)
        with slack.missing_events():
            await slack.deactivate(leaver.id)
            await slack.change_user(renamed.id, real_name=f"{renamed.member.name}{DEGREE}")
        self._occurs(Trouble.MISSED_EVENTS, now, leaver.id)
        self._missing = {leaver.id: False, renamed.id: True}

    async def _contact_leaves(self, now: datetime) -> None:
        """Somebody raises a concern before the bot hears that the first contact's account was deactivated."""
        with self.stage.slack.missing_events():
            await self.stage.slack.deactivate(self.contact.id)
        dm = self.contact.person.dm
        self._occurs(Trouble.CONTACT_LEFT, now, self.contact.id, *([dm.id] if dm else []))
        here = [one for one in self.others if one.member.role and not one.person.user.deleted]
        writer = next(one for one in reversed(here) if one is not self._other_contact)
        texts = self.balik.context.catalogue.texts(self.plan.language)
        await writer.command("/mentoring concern")
        await writer.submit({"text": texts.plain("rehearsal.people.concern")})
        await writer.close()

    async def _name_contact(self, now: datetime) -> None:
        await self._set_up_anew(Trouble.CONTACT_LEFT, "other_contact", now, contact=self._other_contact.id)

    async def _archive(self, now: datetime) -> None:
        self._occurs(Trouble.HR_CHANNEL_ARCHIVED, now, self.stage.hr_channel.id)
        self.stage.slack.archive(self.stage.hr_channel)
        await wait_idle(self.stage.slack, self.balik)

    async def _move(self, now: datetime) -> None:
        """HR opens another private channel, invites the bot, and moves the programme there."""
        slack, old = self.stage.slack, self.stage.hr_channel
        hr = [one for one in old.members if one != slack.workspace.bot_user]
        new = slack.add_channel(NEW_HR, private=True, members=hr)
        slack.invite_bot(new, inviter=self.hr.id)
        await wait_idle(slack, self.balik)
        await self.hr.command(MOVE, new)
        if self.hr.person.modal and self.hr.person.modal.submit:
            outcome = await self.hr.submit()
            if outcome.ok:
                self.stage.hr_channel = new
                self.hr_did(Trouble.HR_CHANNEL_ARCHIVED, "moved", now)
        await self.hr.close()

    async def _look_whether_noticed(self, now: datetime) -> None:
        occurrence = self.found.get(Trouble.MISSED_EVENTS)
        if occurrence is None or occurrence.over is not None or now < self._look_at:
            return
        self._look_at = now + LOOK_EVERY
        slack = self.stage.slack
        async with self.balik.store.read(now) as work:
            statement = select(Person).where(col(Person.slack_id).in_(list(self._missing)))
            people = {one.slack_id: one for one in (await work.session.exec(statement)).all()}
        noticed = all(
            (one := people.get(who)) and one.active is active and one.name == slack.user(who).real_name
            for who, active in self._missing.items()
        )
        if noticed:
            occurrence.over = now

    # What came of it

    def findings(self) -> list[Finding]:
        """Each trouble, and what HR had to do; what was never dealt with is to be looked at."""
        return [
            Finding(
                "trouble" if one.over else "trouble_open",
                {
                    "trouble": str(one.trouble),
                    "day": one.at.date().isoformat(),
                    "hr_did": list(dict.fromkeys(one.hr_did)),
                },
            )
            for one in self.found.values()
        ]

    def matter(self) -> list[str]:
        """The refused calls by which the bot did not learn of a trouble, by method and error."""
        refused = (one for one in self.log.refused if not any(it.explains(one) for it in self.found.values()))
        return [f"{one['method']}: {one['error']}" for one in refused if one["error"] not in OVERTAKEN]

    def lost(self, rows: Iterable[Outbox]) -> list[Outbox]:
        """The lost messages, without those of a trouble that was dealt with afterwards: HR had them sent elsewhere."""
        dealt = [one for one in self.found.values() if one.over]
        return [
            row
            for row in rows
            if row.state in LOST and not any(row.channel in one.about and row.due_at <= _end(one) for one in dealt)
        ]

    async def report(self, rows: Iterable[Outbox]) -> Json:
        """For report.json: what happened, what HR had to do, and what was refused or lost that matters."""
        rows = list(rows)
        return {
            "troubles": [
                {
                    "what": one.trouble,
                    "at": one.at.isoformat(),
                    "over": one.over.isoformat() if one.over else None,
                    "hr_did": one.hr_did,
                }
                for one in self.found.values()
            ],
            "turned_away": self.turned_away,
            "refused_that_matter": self.matter(),
            "lost_that_matter": [f"{row.kind}: {row.state}" for row in self.lost(rows)],
            "concerns": await self._concerns(rows),
        }

    async def _concerns(self, rows: list[Outbox]) -> Json:
        """How many were raised, and the ids of those that another than the first named read, and that nobody read."""
        async with self.balik.store.read(self.balik.clock.now()) as work:
            raised = (await work.session.exec(select(Concern).order_by(col(Concern.id)))).all()
            people = {one.id: one for one in (await work.session.exec(select(Person))).all()}
        left = self.found.get(Trouble.CONTACT_LEFT)
        arrived: set[int] = set()
        first: dict[int, int] = {}
        passed_on: set[int] = set()
        for row in rows:
            concern = row.data.get("concern") if row.kind in ("concern_contact", "contact_me") else None
            if concern is None or row.person_id is None:
                continue
            named = first.setdefault(concern, row.person_id)
            if row.state is not OutboxState.SENT:
                continue
            gone = left and people[row.person_id].slack_id in left.about and row.sent_at and row.sent_at >= left.at
            if not gone:
                arrived.add(concern)
                passed_on |= {concern} if row.person_id != named else set()
        lost = [one.id for one in raised if one.id not in arrived]
        return {"raised": len(raised), "passed_on": sorted(passed_on), "lost": lost}


def _end(occurrence: Occurrence) -> datetime:
    return occurrence.over or occurrence.at


def _outsider(name: str) -> Member:
    """Somebody who is in the workspace and not of the company."""
    return Member(
        name=name,
        title="",
        department="-",
        level=Level.SPECIALIST,
        role=Role.MENTOR,
        offers={},
        wishes={},
        interests=(),
        address="kamu",
        manager="",
        zone=COARSE_ZONES[ZONE],
        persona=Persona.KEEN,
    )

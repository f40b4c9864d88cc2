"""The simulation of a rehearsal, from set-up to the end of the programme."""

from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, time, timedelta
from functools import partial
from typing import Any

from sqlmodel import col, select

from bot.balik import Balik
from bot.clock import ManualClock
from bot.domain.calendar import DaysOff, local, working_days_after
from bot.domain.programme import Theme
from bot.domain.sessions import add_months
from bot.domain.sheet_rows import Problem
from bot.domain.signup import Role
from bot.rehearsal.activity_log import ActivityLog
from bot.rehearsal.actor import Actor
from bot.rehearsal.approving import approve, want_approval
from bot.rehearsal.behaviours import Behaviours
from bot.rehearsal.calendars import CalendarServer, connect_calendar
from bot.rehearsal.company import ZONES
from bot.rehearsal.contact_actions import ContactActions
from bot.rehearsal.demo_workspace import DemoWorkspace
from bot.rehearsal.difficulties import Difficulties
from bot.rehearsal.findings import Finding, left_over
from bot.rehearsal.hr_actions import (
    HrActions,
    add_material,
    ask_to_finish_first,
    cancel_kickoff,
    design_certificates,
    move_kickoff,
    note_attendance,
    offer_circles,
    open_draft,
    plan_kickoff,
    release,
    remind,
    swap_by_hand,
    weigh,
    write_own_opening,
)
from bot.rehearsal.inviting import decline, invite, nominate, read_nominations
from bot.rehearsal.message_readers import MessageReaders
from bot.rehearsal.own_questions import ask_own_questions
from bot.rehearsal.progress import Progress
from bot.rehearsal.rehearsal_plan import RehearsalPlan, Workspace, morning
from bot.rehearsal.signing_up import agree_to_be_contact, change_days, set_up, sign_up
from bot.rehearsal.time_travel import play
from bot.rehearsal.working_times import set_working_time
from bot.sandbox import Message
from bot.services.matching.draft_review import left_over_of
from storage.tables import ConfirmationState, Draft, Outbox, PairConfirmation

SIGN_UP_DAYS = 5
KICKOFF_AFTER = 5
"""Working days after the set-up."""
INVITED = 2
"""So many of those who sign up last are invited by HR by name, and the first contact, who says "Not this time"."""
APPROVED = INVITED + 2
"""From then on HR approves sign-ups: of so many who sign up last, those whom it did not invite."""
SIGN_UPS_A_MINUTE = 20
"""Slack takes about a hundred calls of a method a minute, and a sign-up makes several."""
ACK_SECONDS = 3.0
"""How long Slack waits for an answer."""

PrintLine = Callable[[str], None]
PassTime = Callable[[datetime, Callable[[datetime], Awaitable[datetime | None]]], Awaitable[None]]
"""Moves the clock to a moment, as `play` does."""


class NothingToRelease(Exception):
    """The matching found no pair. `left` has the causes."""

    def __init__(self, left: list[Finding]) -> None:
        super().__init__("no pair")
        self.left = left


class Rehearsal:
    """One programme on the local Slack, with its people."""

    def __init__(
        self,
        plan: RehearsalPlan,
        stage: DemoWorkspace,
        balik: Balik,
        clock: ManualClock,
        tell: PrintLine,
        notes: Sequence[Problem] = (),
        *,
        time_left: bool = False,
    ) -> None:
        """`time_left`: tell how much was played and how long the rest takes."""
        self.plan, self.stage, self.balik, self.clock, self.tell = plan, stage, balik, clock, tell
        self.notes = notes
        """Findings about HR's roster."""
        self.left: list[Finding] = []
        """The unmatched people, as of the release."""
        self.texts = balik.context.catalogue.texts(plan.language)
        self.progress = Progress(plan, self.texts) if time_left else None
        self.name = plan.name or self.texts.plain("rehearsal.programme.name", year=plan.set_up_on.year)
        self.activity_log = ActivityLog(stage.slack)
        self.everybody = [
            Actor(member, stage.slack.as_person(user), balik, self.activity_log, plan.seed)
            for member, user in stage.members.values()
        ]
        self.hr, self.contact = [actor for actor in self.everybody if actor.member.hr]
        """Who runs the programme, and is the second contact for concerns; and the first contact, who leaves the
        company after the first month."""
        self.others = [actor for actor in self.everybody if not actor.member.hr]
        behaviours = Behaviours(self.others, self.texts, plan.months)
        self.message_readers = MessageReaders(stage.slack, self.others, behaviours, lambda one: one.person.user.deleted)
        self.difficulties: Difficulties | None = None
        if plan.workspace is Workspace.DIFFICULT:
            self.difficulties = Difficulties(plan, stage, balik, self.activity_log)
            self.difficulties.begin(self.hr, self.contact, self.others)
        reads = self.difficulties.hr_reads if self.difficulties else None
        self.hr_actions = HrActions(
            self.hr, stage, plan.half_way, self.texts.plain("rehearsal.programme.next"), reads, plan.language
        )
        self.contact_actions = ContactActions((self.hr, self.contact))
        self.calendars: CalendarServer | None = None
        """Where people's calendars are, if they connect any."""
        self.pass_time: PassTime = partial(play, balik, clock)
        self.report: dict[str, Any] = {}
        self.findings: list[Finding] = []
        self.sendings: Sequence[Outbox] = ()
        """The outbox at the end."""

    async def run(self) -> None:
        """Set up, sign up, match, release, and everything until the end. The bot has just started."""
        await self.balik.scheduler.tick_all(self.clock.now(), {"comparing"})
        await self._set_up()
        await self._recruit()
        self._say("match")
        sponsor = self.plan.sponsor or self.texts.plain("rehearsal.programme.sponsor")
        draft = await self._draft()
        await release(self.hr, draft, sponsor, self._release_time() if self.plan.theme is Theme.INCLUSION else None)
        month = self.plan.set_up_on
        while self.clock.now() < self.plan.ends:
            month = add_months(month, 1)
            self._say_how_far()
            await self._until(min(morning(month), self.plan.ends))
            gone = self.stage.slack.user(self.contact.id).deleted
            if self.clock.now() < self.plan.ends and not gone and not self.difficulties:
                await self.stage.slack.deactivate(self.contact.id)

    def _release_time(self) -> datetime:
        """Ten o'clock on the next working day of the company: in one theme HR lets the release wait for it."""
        off = DaysOff("ID", frozenset(self.plan.days_off), frozenset(self.plan.working_days))
        today = local(self.clock.now(), ZONES[0]).date()
        return datetime.combine(working_days_after(today, 1, off), time(10))

    async def _set_up(self) -> None:
        plan = self.plan
        self._say("set_up")
        contacts = (self.contact.id, self.hr.id)
        told = (plan.theme, plan.starts_on, plan.months, plan.language, contacts, plan.cadence)
        shared = self.difficulties.shared if self.difficulties else None
        refused = await set_up(self.hr, self.stage, self.name, *told, first_choice=shared, check_ins=plan.check_ins)
        if self.difficulties:
            self.difficulties.set_up(self.clock.now(), refused=refused)
        await self._until(self.clock.now())
        await agree_to_be_contact(self.contact)
        await change_days(self.hr, self.stage, plan.days_off, plan.working_days)
        await add_material(self.hr, self.stage, self.texts.plain("rehearsal.programme.material"))
        await ask_own_questions(self.hr, self.stage, self.texts)
        await ask_to_finish_first(self.hr)
        await offer_circles(self.hr)
        off = DaysOff("ID", frozenset(plan.days_off), frozenset(plan.working_days))
        await plan_kickoff(
            self.hr,
            working_days_after(plan.set_up_on, KICKOFF_AFTER, off),
            self.texts.plain("rehearsal.programme.kickoff"),
        )
        opening = self.texts.plain("rehearsal.programme.opening")
        await write_own_opening(self.hr, self.stage, plan.language, opening)
        signer, title = (self.texts.plain(f"rehearsal.programme.{one}") for one in ("signer", "signs_as"))
        await design_certificates(self.hr, signer, title)

    async def _recruit(self) -> None:
        """People sign up over some days; HR reminds the channel once."""
        self._say("sign_up")
        if self.difficulties:
            await self.difficulties.outsiders_try(self.clock.now())
        invited = [*self.others[-INVITED:], self.contact]
        await invite(self.hr, self.stage, invited, Role.MENTOR, self.texts.plain("rehearsal.people.invited"))
        teach = [one for one in self.others if one.member.role and one.member.role.teaches]
        nominee = [one for one in teach if one not in invited][-1:] or teach[:1]
        praise = self.texts.plain("rehearsal.people.nominated")
        # They have not signed up yet, and get one invitation, unless HR invited all mentors of a small company.
        for colleague in nominee:
            for who, named in ((self.hr, True), (self.contact, False)):
                await nominate(who, colleague, "ai_tools", praise, named=named)
        places = Counter[int]()
        for place, actor in enumerate(self.others):
            day = SIGN_UP_DAYS * place // len(self.others)
            moment = self._day(day) + timedelta(minutes=places[day] // SIGN_UPS_A_MINUTE)
            places[day] += 1
            await self._until(max(self.clock.now(), moment))
            if self.progress and places[day] == 1:
                self._say_how_far()
            if place == len(self.others) - APPROVED:
                await want_approval(self.hr)
            await sign_up(actor, self.stage, self.plan.language)
            await connect_calendar(actor, self.calendars)
            if self.calendars:
                await set_working_time(actor, self.plan)
            await actor.look_home()  # from then on it follows what they do, and the result shows it
        await self._until(self._day(SIGN_UP_DAYS - 1))
        await self._change_kickoff()
        await approve(self.hr)
        await decline(self.contact)
        await read_nominations(self.hr, self.stage)
        await remind(self.hr, self.stage)
        await self._until(self._day(2 * SIGN_UP_DAYS))
        await note_attendance(self.hr)

    async def _change_kickoff(self) -> None:
        """In one theme HR moves the kick-off by two working days, in another it cancels it, and invited people hear."""
        if self.plan.theme is Theme.YOUNG_GENERATIONS:
            off = DaysOff("ID", frozenset(self.plan.days_off), frozenset(self.plan.working_days))
            await move_kickoff(self.hr, working_days_after(self.plan.set_up_on, KICKOFF_AFTER + 2, off))
        elif self.plan.theme is Theme.SUSTAINABILITY:
            await cancel_kickoff(self.hr)

    async def _draft(self) -> Message:
        """The pairs that HR releases: the first proposal, or the one after HR changed the matching criteria."""
        await self.hr.command("/mentoring match", self.stage.hr_channel)
        await self._until(self.clock.now() + timedelta(minutes=5))
        draft = open_draft(self.hr, self.stage)
        if draft and self.plan.matches_its_own_way:
            await weigh(self.hr, draft, self.plan)
            await self._until(self.clock.now() + timedelta(minutes=5))
            draft = open_draft(self.hr, self.stage)
        async with self.balik.store.read(self.clock.now()) as work:
            ours = col(Draft.team_id) == self.stage.slack.workspace.team_id
            newest = (await work.session.exec(select(Draft).where(ours).order_by(col(Draft.id).desc()))).first()
            self.left = left_over(await left_over_of(work.session, newest)) if newest else []
        if draft is None:
            raise NothingToRelease(self.left)
        if await swap_by_hand(self.hr, draft, self.others, self.texts.plain("rehearsal.people.why")):
            await self._until_confirmed()
            await self._until(self.clock.now() + timedelta(days=1))  # nobody is asked and introduced on one day
        return draft

    async def _until_confirmed(self) -> None:
        """HR waits until no confirmation is open."""
        waiting = select(PairConfirmation.closes_at).where(
            PairConfirmation.team_id == self.stage.slack.workspace.team_id,
            PairConfirmation.state == ConfirmationState.WAITING,
        )
        while True:
            async with self.balik.store.read(self.clock.now()) as work:
                closes = (await work.session.exec(waiting)).first()
            if closes is None:
                return
            await self._until(min(self.clock.now() + timedelta(hours=4), max(closes, self.clock.now())))

    def _say(self, stage: str) -> None:
        self.tell(self.texts.plain(f"rehearsal.progress.{stage}"))

    def _say_how_far(self) -> None:
        now = self.clock.now()
        if self.progress:
            self.tell(self.progress.line(now, now.date()))
        else:
            self.tell(self.texts.plain("rehearsal.progress.month", day=self.texts.day(now.date())))

    def _day(self, number: int) -> datetime:
        """So many days after HR began."""
        return morning(self.plan.set_up_on + timedelta(days=number))

    async def _until(self, moment: datetime) -> None:
        async def step(now: datetime) -> datetime | None:
            await self.stage.slack.pump()
            wishes = [await self.hr_actions.react(now), await self.message_readers.react(now)]
            wishes += [await self.contact_actions.react(now)]
            wishes += [await self.difficulties.react(now)] if self.difficulties else []
            return min((wish for wish in wishes if wish), default=None)

        await self.pass_time(moment, step)

"""Two programmes and everything their people do, at the level of services, drawn at random from a seed."""

import random
from collections.abc import Awaitable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from itertools import count
from typing import Any

from sqlalchemy import func
from sqlmodel import col, select

from bot.domain.agreement import GoalResult
from bot.domain.orientation import STEPS
from bot.domain.outcomes import Kind, Terms
from bot.domain.polls import Met, questions_for
from bot.domain.sessions import Side
from bot.domain.surveys import ITEMS, Item, Moment
from bot.services.caller import Caller, Rejected
from bot.services.orientation import orientation as preparing
from bot.services.outcomes import action_cards as cards
from bot.services.outcomes import thanks
from bot.services.polls import polls
from bot.services.privacy import erasure as erasing
from bot.services.sessions.session_tick import tick_sessions
from bot.services.signup import join as joining
from bot.services.surveys import surveys as measures
from storage.tables import (
    ActionCard,
    BuddyChoice,
    CircleMember,
    GoalDate,
    MentoringSession,
    Pair,
    PairState,
    Participant,
    Person,
    PollAnswer,
    Preparation,
    Programme,
    ProgrammeState,
    SessionState,
    SurveyResponse,
    Thanks,
)
from storage.unit_of_work import Store
from tests.figures import own_answers
from tests.figures.codes import RATING, RATINGS, SURVEY, Codes, Variable

TEAM = "T"
START = datetime(2027, 3, 1, 1, 0, tzinfo=UTC)
"""Monday 08:00 in Jakarta."""
SKEW = (-timedelta(minutes=10), timedelta(0), timedelta(minutes=10))
"""How far the clocks of the replicas are off."""
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
ROUNDS = 2
DEPARTMENTS = ("North", "South", "")
PACKS = ("contract", "hands_on")
ITEMS_ASKED = 1
"""Of each side: what is true of one item is true of the others."""


@dataclass
class Member:
    """A sign-up, as the simulation remembers it when the product has forgotten."""

    participant: int
    person: int
    programme: int
    slack_id: str


@dataclass
class World:
    """`stores` are the replicas', all on one database."""

    stores: list[Store]
    rng: random.Random
    codes: Codes
    now: datetime = START
    members: dict[int, Member] = field(default_factory=dict)
    """By the id of their sign-up."""
    owners: dict[tuple[str, int], tuple[int, int]] = field(default_factory=dict)
    """Whose sign-ups a session, card, preparation or thanks is, by table and id; for both sides, or twice the same."""
    _numbers: Any = field(default_factory=lambda: count(1))
    coded: set[int] = field(default_factory=set)
    """Answers whose ratings are codes by now."""
    erased: set[int] = field(default_factory=set)
    asked: set[int] = field(default_factory=set)
    """Sign-ups of mentors who asked for a buddy and a circle."""

    @property
    def store(self) -> Store:
        """That of any replica."""
        return self.rng.choice(self.stores)

    def clock(self) -> datetime:
        """What time it is to any replica."""
        return self.now + self.rng.choice(SKEW)

    def by(self, member: Member) -> Caller:
        return Caller(TEAM, member.slack_id, f"r{next(self._numbers)}", self.clock())

    # Who there is

    async def begin(self, pairs: Iterable[int]) -> None:
        """Two programmes with so many pairs; some people are in both."""
        async with self.stores[0].write(self.now) as work:
            hr = Person(team_id=TEAM, slack_id="HR", name="HR", created_at=self.now)
            work.session.add(hr)
            await work.session.flush()
            for number in (1, 2):
                work.session.add(
                    Programme(
                        id=number, team_id=TEAM, name=f"{number}", theme="inclusion", starts_on=self.now.date(),
                        months=6, cadence="monthly", language="en", hr_channel=f"C{number}", announce_channel="C",
                        state=ProgrammeState.RUNNING, created_at=self.now, created_by=hr.id, contact_id=hr.id,
                    )
                )  # fmt: skip
                await own_answers.ask(work, TEAM, number)
            await work.commit()
        for programme, many in zip((1, 2), pairs, strict=True):
            for _ in range(many):
                await self.join(programme)

    async def join(self, programme: int) -> None:
        """A new pair, whose people may already be in the other programme."""
        async with self.stores[0].write(self.now) as work:
            ends = time(16, 40 + self.rng.randrange(9) * 2).strftime("%H:%M")
            both = []
            for side in Side:
                here = {one.person for one in self.members.values() if one.programme == programme}
                elsewhere = [one for one in self.members.values() if one.person not in here | self.erased]
                if elsewhere and self.rng.random() < 0.3:
                    person = await work.session.get_one(Person, self.rng.choice(elsewhere).person)
                else:
                    name = f"U{next(self._numbers)}"
                    person = Person(
                        team_id=TEAM, slack_id=name, name=name, work_end=ends, manager_known=True, created_at=self.now
                    )
                    work.session.add(person)
                    await work.session.flush()
                part = Participant(
                    team_id=TEAM, programme_id=programme, person_id=person.id, role=side,
                    level=2 if side is Side.MENTOR else 5, department=DEPARTMENTS[len(self.members) // 2 % 3],
                    joined_at=self.now,
                )  # fmt: skip
                work.session.add(part)
                await work.session.flush()
                number = part.id
                self.members[number] = Member(number, person.id, programme, person.slack_id)
                await own_answers.answer(self, work, TEAM, self.members[number], side)
                ready = Preparation(
                    team_id=TEAM, participant_id=number, side=side, steps_read=len(STEPS[side]) - 1, offered_at=self.now
                )
                work.session.add(ready)
                await work.session.flush()
                self.owners["preparation", ready.id] = number, number
                opens, closes = self.now, self.now + 9 * DAY
                for moment in Moment:
                    reading = SurveyResponse(
                        team_id=TEAM, programme_id=programme, participant_id=number, side=side, moment=moment,
                        asked_at=opens, closes_at=closes,
                    )  # fmt: skip
                    work.session.add(reading)
                    opens, closes = closes + 2 * DAY, closes + 11 * DAY
                both.append(number)
            work.session.add(
                Pair(team_id=TEAM, programme_id=programme, mentor_id=both[0], leader_id=both[1], introduced_at=self.now)
            )
            await work.commit()

    async def pairs(self) -> list[Pair]:
        async with self.stores[0].read(self.now) as work:
            active = select(Pair).where(Pair.state == PairState.ACTIVE).order_by(col(Pair.id))
            return list((await work.session.exec(active)).all())

    # What they do

    async def book(self, number: int) -> None:
        """Every pair's next session, today or tomorrow."""
        pairs = await self.pairs()
        async with self.stores[0].write(self.now) as work:
            for pair in pairs:
                starts_at = self.now + timedelta(hours=2) + self.rng.randrange(2) * DAY
                meeting = MentoringSession(
                    team_id=TEAM, pair_id=pair.id, number=number, pack=PACKS[pair.id % 2], opens_on=self.now.date(),
                    closes_on=(self.now + 8 * DAY).date(), state=SessionState.BOOKED, starts_at=starts_at,
                    next_at=starts_at,
                )  # fmt: skip
                work.session.add(meeting)
                await work.session.flush()
                self.owners["session", meeting.id] = pair.mentor_id, pair.leader_id
            await work.commit()

    async def answer_polls(self, often: float) -> None:
        """Many answer; written as rows, as the polls of so many would take minutes."""
        async with self.stores[0].write(self.now) as work:
            open_ones = select(MentoringSession).where(
                col(MentoringSession.settled_at).is_(None), col(MentoringSession.starts_at) < self.now
            )
            known = set((await work.session.exec(select(PollAnswer.session_id, PollAnswer.participant_id))).all())
            for meeting in (await work.session.exec(open_ones.order_by(col(MentoringSession.id)))).all():
                for side, number in zip(Side, self.owners["session", meeting.id], strict=True):
                    if self.rng.random() > often or (meeting.id, number) in known:
                        continue
                    own: dict[str, Any] = {one.name: 3 for one in questions_for(side) if one.name != "useful"}
                    answer = PollAnswer(
                        team_id=TEAM, session_id=meeting.id, participant_id=number, side=side, met=Met.YES,
                        useful=3 if self.rng.random() < 0.9 else None, answered_at=self.now, **own,
                    )  # fmt: skip
                    work.session.add(answer)
            await work.commit()

    async def answer_late(self) -> None:
        """Somebody answers, or changes what they answered, shortly before the close; to some replicas it is over."""
        async with self.stores[0].read(self.now) as work:
            wanted = select(MentoringSession.id).where(col(MentoringSession.starts_at) > self.now - 12 * DAY)
            meetings = (await work.session.exec(wanted.order_by(col(MentoringSession.id)))).all()
        if not meetings:
            return
        id_, side = self.rng.choice(meetings) or 0, self.rng.choice(list(Side))
        who = self.members[self.owners["session", id_][side is Side.LEADER]]
        if await self._try(polls.say_met(self.store, self.by(who), id_, Met.YES)):
            ratings = {one.name: 2 for one in questions_for(side)} | {"useful": 4}
            await self._try(polls.rate(self.store, self.by(who), id_, **ratings))

    async def answer_questions(self, often: float) -> None:
        """Many answer the questions about themselves."""
        async with self.stores[0].read(self.now) as work:
            there = select(SurveyResponse).where(
                SurveyResponse.asked_at <= self.now,
                SurveyResponse.closes_at > self.now,
                col(SurveyResponse.answered_at).is_(None),
            )
            readings = (await work.session.exec(there.order_by(col(SurveyResponse.id)))).all()
        async with self.stores[0].write(self.now) as work:
            for reading in readings:
                if self.rng.random() < often and self.members[reading.participant_id].person not in self.erased:
                    row = await work.session.get_one(SurveyResponse, reading.id)
                    row.answered_at = self.now
                    for item in ITEMS[Side(reading.side)][:ITEMS_ASKED]:
                        if self.rng.random() < 0.9:
                            setattr(row, item, self._code_of_answer(row, item))
            await work.commit()

    async def answer_questions_late(self) -> None:
        """Somebody changes an answer about the moment when it closes; to some replicas it is over."""
        async with self.stores[0].read(self.now) as work:
            there = select(SurveyResponse).where(
                SurveyResponse.asked_at <= self.now,
                SurveyResponse.closes_at > self.now - 11 * MINUTE,
                SurveyResponse.closes_at < self.now + 3 * DAY,
            )
            readings = (await work.session.exec(there.order_by(col(SurveyResponse.id)))).all()
        if not readings:
            return
        reading = self.rng.choice(readings)
        who, item = self.members[reading.participant_id], ITEMS[Side(reading.side)][0]
        if await self._try(measures.answer(self.store, self.by(who), reading.id, item, 3)):
            async with self.stores[0].write(self.now) as work:
                row = await work.session.get_one(SurveyResponse, reading.id)
                setattr(row, item, self._code_of_answer(row, item))
                await work.commit()

    def _code_of_answer(self, row: SurveyResponse, item: Item) -> int:
        who = self.members[row.participant_id]
        source = f"{row.moment} {next(self._numbers)}"
        return self.codes.value(Variable(who.person, who.programme, item, source), SURVEY)

    async def write_and_read(self, often: float) -> None:
        """Pairs write cards and thanks, and people finish what they read before the first session; as rows."""
        pairs = await self.pairs()
        async with self.stores[0].write(self.now) as work:
            for pair in pairs:
                both = pair.mentor_id, pair.leader_id
                if self.rng.random() < often:
                    for lasted in (None, True, False):
                        state = "done" if lasted is not None else self.rng.choice(("open", "done", "done", "dropped"))
                        card = ActionCard(
                            team_id=TEAM, pair_id=pair.id, insight="x", kind="sop", change="y", owner="mentor",
                            due_on=self.now.date(), state=state, lasted=lasted, written_by="mentor",
                            written_at=self.now,
                        )  # fmt: skip
                        work.session.add(card)
                        await work.session.flush()
                        self.owners["actioncard", card.id] = both
                    for result in GoalResult:
                        goal = GoalDate(
                            team_id=TEAM, pair_id=pair.id, goal="x", due_on=self.now.date(), result=result,
                            side="mentor", answered_at=self.now,
                        )  # fmt: skip
                        work.session.add(goal)
                        await work.session.flush()
                        self.owners["goaldate", goal.id] = both
                for side, number in zip(Side, both, strict=True):
                    if self.rng.random() < often:
                        words = Thanks(team_id=TEAM, pair_id=pair.id, side=side, text="Thank you", at=self.now)
                        work.session.add(words)
                        await work.session.flush()
                        self.owners["thanks", words.id] = number, number
                    if side is Side.MENTOR and number not in self.asked and self.rng.random() < often:
                        self.asked.add(number)
                        own: dict[str, Any] = {
                            "team_id": TEAM, "programme_id": pair.programme_id, "participant_id": number
                        }  # fmt: skip
                        buddy = BuddyChoice(**own, asked_at=self.now)
                        member = CircleMember(**own, wished_at=self.now)
                        work.session.add_all([buddy, member])
                        await work.session.flush()
                        self.owners["buddy", buddy.id] = self.owners["circle", member.id] = number, number
                    if self.rng.random() < often:
                        theirs = select(Preparation).where(Preparation.participant_id == number)
                        row = (await work.session.exec(theirs)).one()
                        row.steps_read, row.finished_at = len(STEPS[side]), row.finished_at or self.now
            await work.commit()

    async def do_something(self) -> None:
        """One small thing that somebody does."""
        act = self.rng.choice((self.finish_reading, self.write_card, self.settle_card, self.give_thanks))
        for _ in range(2):
            await act()

    async def finish_reading(self) -> None:
        who = self.rng.choice(list(self.members.values()))
        async with self.stores[0].read(self.now) as work:
            theirs = select(Preparation).where(Preparation.participant_id == who.participant)
            row = (await work.session.exec(theirs)).first()
        if row:
            side = Side(row.side)
            await self._try(preparing.went_on(self.store, self.by(who), who.programme, side, len(STEPS[side])))

    async def write_card(self) -> None:
        if not (pairs := await self.pairs()):
            return
        pair = self.rng.choice(pairs)
        terms = Terms("x", Kind.SOP, "y", self.rng.choice(list(Side)), (self.now + 20 * DAY).date())
        writer = self.members[self.rng.choice((pair.mentor_id, pair.leader_id))]
        seen = await self._try(cards.write(self.store, self.by(writer), pair.id, terms, share=False))
        if seen:
            self.owners["actioncard", seen.card.id] = pair.mentor_id, pair.leader_id

    async def settle_card(self) -> None:
        async with self.stores[0].read(self.now) as work:
            wanted = select(ActionCard).where(ActionCard.insight != "").order_by(col(ActionCard.id))
            found = (await work.session.exec(wanted)).all()
        if not found:
            return
        card = self.rng.choice(found)
        who = self.members[self.rng.choice(self.owners["actioncard", card.id])]
        day = (self.now + 30 * DAY).date()
        await self._try(
            self.rng.choice(
                (
                    lambda: cards.done(self.store, self.by(who), card.id),
                    lambda: cards.drop(self.store, self.by(who), card.id, "no time"),
                    lambda: cards.renew(self.store, self.by(who), card.id, day),
                )
            )()
        )

    async def give_thanks(self) -> None:
        if pairs := await self.pairs():
            pair = self.rng.choice(pairs)
            who = self.members[self.rng.choice((pair.mentor_id, pair.leader_id))]
            if await self._try(thanks.thank(self.store, self.by(who), pair.id, "Thank you")):
                async with self.stores[0].read(self.now) as work:
                    last = (await work.session.exec(select(func.max(Thanks.id)))).one() or 0
                self.owners["thanks", last] = who.participant, who.participant

    async def come_and_go(self) -> None:
        """Somebody joins, leaves or is erased."""
        what = self.rng.random()
        if what < 0.4:
            await self.join(self.rng.choice((1, 2)))
            return
        who = self.rng.choice(list(self.members.values()))
        if what < 0.7:
            await self._try(joining.leave(self.store, self.by(who)))
        else:
            self.erased.add(who.person)
            await self._try(erasing.erase(self.store, self.by(who)))

    async def tick(self) -> None:
        """A replica closes the polls that are over by its clock. Their ratings become codes before anybody reads."""
        await tick_sessions(self.store, self.clock())
        async with self.stores[0].write(self.now) as work:
            closed = (
                select(PollAnswer)
                .join(MentoringSession, col(MentoringSession.id) == col(PollAnswer.session_id))
                .where(col(MentoringSession.settled_at).is_not(None))
            )
            for answer in (await work.session.exec(closed.order_by(col(PollAnswer.id)))).all():
                if answer.id in self.coded:
                    continue
                self.coded.add(answer.id)
                who = self.members[answer.participant_id]
                for item in RATINGS:
                    if getattr(answer, item) is not None:
                        variable = Variable(who.person, who.programme, item, f"session {answer.session_id}")
                        setattr(answer, item, self.codes.value(variable, RATING))
            await work.commit()

    async def unsettled(self) -> bool:
        async with self.stores[0].read(self.now) as work:
            wanted = (
                select(MentoringSession.id)
                .join(Pair, col(Pair.id) == col(MentoringSession.pair_id))
                .where(col(MentoringSession.settled_at).is_(None), Pair.state == PairState.ACTIVE)
            )
            return (await work.session.exec(wanted.limit(1))).first() is not None

    @staticmethod
    async def _try(act: Awaitable[Any]) -> Any:
        """What they get, or nothing if the product says no."""
        with suppress(Rejected):
            return await act
        return None

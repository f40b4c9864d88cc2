"""A programme under way in which there is something for everybody to do, and everybody who might do it."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from sqlmodel import col, select

from bot.domain.messages.invitations import InvitationMessage
from bot.services.alerts.undelivered import report_trouble
from handlers.signup.forms import About
from storage.outbox import Outgoing, outgoing
from storage.queries import person_of
from storage.tables import (
    ActionCard,
    Agreement,
    Broadcast,
    BroadcastState,
    Draft,
    DraftPair,
    DraftState,
    GoalDate,
    Invitation,
    Kickoff,
    KickoffGuest,
    LogEntry,
    MentoringSession,
    Nomination,
    Outbox,
    OutboxState,
    OwnQuestion,
    Pair,
    PairConfirmation,
    PairState,
    Participant,
    Person,
    Programme,
    Rhythm,
    SessionState,
    Story,
    SurveyResponse,
    Thanks,
    TimeProposal,
    TopicAsk,
)
from tests.rosters import say_manager
from tests.scenarios.office import Colleague, Office, open_office
from tests.scenarios.pairs import MONDAY_11, release
from tests.scenarios.requests import Knock, Rows, rows, version_of
from tests.scenarios.snapshots import database_of, on_sqlite, once, opened

EVERYBODY = (
    "stranger",  # never seen by the bot
    "newcomer",  # known, takes part in nothing
    "ex",  # a mentor who left
    "mentor",  # of the pair that it is about
    "leader",  # the other half
    "other_mentor",  # of another pair
    "finished",  # a mentor whose pair came to its end
    "thanked",  # the other half of that pair
    "paused",  # a leader who takes a break
    "hr",  # of this programme; takes part in nothing
    "other_hr",  # of another programme
    "deactivated",  # a mentor who was deactivated in Slack
)


@dataclass(repr=False)
class World:
    """A programme under way, in which there is something for everybody to do."""

    office: Office
    people: dict[str, Colleague]
    ids: dict[str, Any]
    kept: Rows
    database: sqlite3.Connection
    """As both were in the beginning."""
    beside: sqlite3.Connection
    """To the bot's own database."""

    def __post_init__(self) -> None:
        self._version = version_of(self.beside)

    def rows(self) -> Rows:
        """What the database holds."""
        return self.kept if version_of(self.beside) == self._version else rows(self.beside)

    def put_back(self) -> None:
        """Make the database what it was."""
        if (version := version_of(self.beside)) != self._version:
            self.database.backup(self.beside)
            self._version = version  # what we change ourselves does not count

    def filled(self, ask: Knock) -> Knock:
        """With the ids of this world."""
        return replace(
            ask,
            value=ask.value.format(**self.ids),
            note=ask.note.format(**self.ids),
            channel=ask.channel.format(**self.ids),
            state={block.format(**self.ids): self._filled(one) for block, one in ask.state.items()},
        )

    def _filled(self, element: dict[str, Any]) -> dict[str, Any]:
        filled = {name: one.format(**self.ids) if isinstance(one, str) else one for name, one in element.items()}
        if isinstance(chosen := filled.get("selected_option"), dict):
            filled["selected_option"] = self._filled(chosen)
        return filled

    def refusals(self, codes: tuple[str, ...]) -> list[str]:
        """The sentences, in every language."""
        catalogue = self.office.balik.context.catalogue
        return [catalogue.texts(language)(f"errors.{code}") for language in catalogue.languages for code in codes]

    def names_a_refusal(self, shown: str) -> list[str]:
        """Which of all refusals stands in what somebody was shown."""
        return [key for key, sentence in self._all_refusals if sentence in shown]

    @cached_property
    def _all_refusals(self) -> list[tuple[str, str]]:
        catalogue = self.office.balik.context.catalogue
        return [
            (key, catalogue.texts(language)(key))
            for language in catalogue.languages
            for key in catalogue.keys(language)
            if key.startswith("errors.") and not catalogue.placeholders(key, language) - {"command"}
        ]


OWN_QUESTIONS: tuple[tuple[str, dict[str, str], dict[str, list[str]]], ...] = (
    (
        "choice",
        {"id": "Lebih suka bertemu di mana?", "en": "Where would you rather meet?"},
        {"id": ["Kantor", "Online"], "en": ["Office", "Online"]},
    ),
    ("text", {"id": "Satu saran untuk kami?", "en": "One suggestion for us?"}, {"id": [], "en": []}),
)
"""What HR asks after sessions: kind, questions and options."""


def kickoffs(team_id: str, programme_id: int, now: datetime) -> tuple[Kickoff, Kickoff]:
    """One that is still to come, and one that was held."""
    coming, past = (
        Kickoff(
            team_id=team_id,
            programme_id=programme_id,
            audience="all",
            starts_at=now + timedelta(days=days),
            minutes=45,
            place="Ruang Merapi",
            created_at=now - timedelta(days=9),
        )
        for days in (250, -8)
    )
    return coming, past


def own_questions(team_id: str, programme_id: int, now: datetime) -> list[OwnQuestion]:
    """A choice and a short text, asked after sessions."""
    return [
        OwnQuestion(
            team_id=team_id,
            programme_id=programme_id,
            place="poll",
            kind=kind,
            role="both",
            options=len(labels["en"]),
            position=position,
            added_at=now,
            words={code: {"ask": asks[code], "labels": labels[code]} for code in asks},
        )
        for position, (kind, asks, labels) in enumerate(OWN_QUESTIONS, 1)
    ]


@asynccontextmanager
async def open_world(database_url: str) -> AsyncIterator[World]:
    """A world without Slack's rate limits in the way."""
    async with open_office(database_url) as office:
        office.slack.limits.enabled = False
        people = await _people(office)
        ids = await _things(office, people)
        await office.settle()
        if on_sqlite(office):
            with opened(office) as beside:
                yield World(office, people, ids, rows(beside), database_of(office), beside)
        else:  # where nothing is put back
            with closing(sqlite3.connect(":memory:")) as nothing:
                yield World(office, people, ids, {}, nothing, nothing)


async def _people(office: Office) -> dict[str, Colleague]:
    await once(office, _take_part, office)
    return {name: office.people[_first(name)] for name in EVERYBODY if name != "stranger"}


async def _take_part(office: Office) -> None:
    people = {name: office.hire(f"{_first(name)} Person") for name in EVERYBODY if name != "stranger"}
    more = [office.hire(f"leader{number} Person") for number in range(2)]
    office.slack.add_member(office.hr_channel, people["hr"].slack.user)
    await office.set_up(people["hr"], starts_on="2027-01-11")
    await people["newcomer"].command("help")
    mentors = ["mentor", "other_mentor", "finished", "ex", "deactivated"]
    leaders = [people["leader"], people["paused"], people["thanked"], *more]
    for name in mentors:
        await office.join(people[name], "mentor", "specialist", "Marketing", mentor_capacity="1")
    for leader in leaders:
        await office.join(leader, "mentee", "director", "Finance")
    await release(office, people["hr"])
    await office.run(until=MONDAY_11)


def _first(name: str) -> str:
    """What somebody of `EVERYBODY` is called."""
    return name.replace("_", "")


async def _things(office: Office, people: dict[str, Colleague]) -> dict[str, Any]:
    """What the payloads are about, put where it has to be; and the last of the people become what they are called."""
    now = office.clock.now()
    async with office.balik.store.write(now) as work:
        session = work.session

        async def part(name: str) -> Participant:
            person = (await session.exec(select(Person).where(Person.slack_id == people[name].id))).one()
            return (await session.exec(select(Participant).where(Participant.person_id == person.id))).one()

        async def pair_of(name: str) -> Pair:
            return (await session.exec(select(Pair).where(Pair.mentor_id == (await part(name)).id))).one()

        pair, done = await pair_of("mentor"), await pair_of("finished")
        # The solver chose who is whose: here it has to be certain.
        for whose, name in ((pair, "leader"), (done, "thanked")):
            leader = await part(name)
            of_leader = (await session.exec(select(Pair).where(Pair.leader_id == leader.id))).one()
            of_leader.leader_id, whose.leader_id = whose.leader_id, of_leader.leader_id
        done.state = PairState.COMPLETED
        harvest = MentoringSession.pair_id == done.id, MentoringSession.pack == "harvest"
        (await session.exec(select(MentoringSession).where(*harvest))).one().state = SessionState.HELD
        words: dict[str, Any] = {"tried": "A tool", "changed": "A habit", "quote": "Ah", "said_by": "mentor"}
        story, agreed_story = [
            Story(
                team_id=pair.team_id,
                pair_id=whose.id,
                version=1,
                **words,
                written_by="mentee",
                written_at=now,
                leader_approved_at=now,
                mentor_approved_at=approved,
            )
            for whose, approved in ((done, None), (await pair_of("other_mentor"), now))
        ]
        session.add_all([story, agreed_story])
        offered = Thanks(team_id=pair.team_id, pair_id=done.id, side="mentee", text="Thank you", at=now, offered_at=now)
        session.add(offered)
        agreement = Agreement(
            team_id=pair.team_id,
            pair_id=pair.id,
            version=1,
            goals=[{"goal": "Use one tool", "measure": "Each week", "by": "2027-06-01"}],
            books="mentor",
            mentor_called="Mentor",
            leader_called="Leader",
            written_by="mentee",
            written_at=now,
            leader_signed_at=now,
        )
        session.add(agreement)
        reading = SurveyResponse(
            team_id=pair.team_id,
            programme_id=pair.programme_id,
            participant_id=pair.leader_id,
            side="mentee",
            moment="closing",
            asked_at=now,
            closes_at=now + timedelta(days=21),
        )
        session.add(reading)
        card = ActionCard(
            team_id=pair.team_id,
            pair_id=pair.id,
            insight="Too many meetings",
            kind="habit",
            change="Fewer",
            owner="mentee",
            due_on=now.date() + timedelta(days=30),
            written_by="mentor",
            written_at=now,
        )
        note = LogEntry(
            team_id=pair.team_id,
            pair_id=pair.id,
            participant_id=pair.mentor_id,
            side="mentor",
            learned="Something",
            written_at=now,
            changed_at=now,
        )
        rhythm = Rhythm(
            team_id=pair.team_id,
            pair_id=pair.id,
            cadence="fortnightly",
            format="discussion",
            side="mentee",
            at=now,
        )
        session.add(rhythm)
        evening = now + timedelta(days=8, hours=9)
        proposal = TimeProposal(
            team_id=pair.team_id,
            session_id=0,
            side="mentee",
            starts_at=evening,
            minutes=60,
            wall=f"{evening + timedelta(hours=7):%Y-%m-%dT%H:%M}",
            wall_zone="Asia/Jakarta",
            at=now,
        )
        asked = TopicAsk(
            team_id=pair.team_id,
            programme_id=pair.programme_id,
            participant_id=pair.mentor_id,
            topic="design_thinking",
            asked_at=now,
        )
        goal_date = GoalDate(team_id=pair.team_id, pair_id=pair.id, goal="Use one tool", due_on=date(2027, 6, 1))
        newcomer = (await session.exec(select(Person).where(Person.slack_id == people["newcomer"].id))).one()
        invitation = Invitation(
            team_id=pair.team_id,
            programme_id=pair.programme_id,
            person_id=newcomer.id,
            role="mentor",
            reason="You work with AI every day.",
            asked_at=now,
        )
        kickoff, past_kickoff = kickoffs(pair.team_id, pair.programme_id, now)
        session.add_all([card, note, asked, goal_date, invitation, kickoff, past_kickoff])
        (await session.get_one(Programme, pair.programme_id)).circles = True
        await session.flush()
        guests = [
            KickoffGuest(
                team_id=pair.team_id, kickoff_id=number, participant_id=pair.mentor_id, invited_at=kickoff.created_at
            )
            for number in (kickoff.id, past_kickoff.id)
        ]
        guests[1].attended = False
        session.add_all(guests)
        await session.flush()
        # Later than everything that happens here.
        await work.send(
            outgoing(
                InvitationMessage(invitation.id),
                pair.team_id,
                pair.programme_id,
                person_id=newcomer.id,
                due_at=now + timedelta(days=300),
            )
        )
        of_pair = (
            select(MentoringSession).where(MentoringSession.pair_id == pair.id).order_by(col(MentoringSession.number))
        )
        polled, booked, planned = (await session.exec(of_pair)).all()[:3]
        polled.state, polled.starts_at, polled.next_at = SessionState.BOOKED, now - timedelta(hours=2), now
        booked.state, booked.starts_at = SessionState.BOOKED, now + timedelta(days=3)
        proposal.session_id = planned.id
        own = own_questions(pair.team_id, pair.programme_id, now)
        session.add_all(own)
        session.add(proposal)
        await work.commit()
        ids: dict[str, Any] = {
            "programme": pair.programme_id,
            "pair": pair.id,
            "done_pair": done.id,
            "polled": polled.id,
            "booked": booked.id,
            "planned": planned.id,
            "proposal": proposal.id,
            "agreement": agreement.id,
            "story": story.id,
            "agreed_story": agreed_story.id,
            "offered_thanks": offered.id,
            "reading": reading.id,
            "card": card.id,
            "goal_date": goal_date.id,
            "note": note.id,
            "rhythm": rhythm.id,
            "asked": asked.id,
            "own_choice": own[0].id,
            "own_text": own[1].id,
            "invitation": invitation.id,
            "kickoff": kickoff.id,
            "past_kickoff": past_kickoff.id,
            "guest": guests[1].id,
        }
    await people["ex"].command("leave")
    await people["ex"].submit({})
    await people["paused"].command("pause")
    await people["paused"].submit({})
    await office.slack.deactivate(people["deactivated"].slack.user)
    wira, yani = office.hire("Wira Person"), office.hire("Yani Person")
    await office.join(wira, "mentor", "specialist", "Sales")
    await office.join(yani, "mentor", "specialist", "Legal")
    # Too senior to mentor any of the leaders: left over.
    zaki = office.hire("Zaki Person")
    await office.join(zaki, "mentor", "executive", "Audit")
    await people["hr"].command("match", office.hr_channel)
    await office.settle()
    async with office.balik.store.write(office.clock.now()) as work:
        session = work.session
        lost = Outgoing(office.slack.workspace.team_id, "1:lost", "reminder", ids["programme"], person_id=2)
        await work.send(lost)
        row = (await session.exec(select(Outbox).where(Outbox.key == "1:lost"))).one()
        row.state, row.error = OutboxState.DEAD, "user_not_found"
        await report_trouble(work, "dead", row)
        released = select(Draft.id).where(Draft.state == DraftState.RELEASED)
        ids["released"] = (await session.exec(released)).one()
        draft_pair, other_pair = (await session.exec(select(DraftPair).order_by(col(DraftPair.id).desc()))).all()[:2]
        other_leader = await person_of(session, other_pair.leader_id)
        zakis = (await session.exec(select(Person).where(Person.slack_id == zaki.id))).one()
        left = (await session.exec(select(Participant).where(Participant.person_id == zakis.id))).one()
        unmanaged = (await session.exec(select(Person).where(Person.slack_id == yani.id))).one()
        await say_manager(work, unmanaged.id, known=False)
        introduced = await session.get_one(Pair, ids["pair"])
        # Two who are together already: nothing else here is about them then.
        suggested = PairConfirmation(
            team_id=introduced.team_id,
            programme_id=introduced.programme_id,
            mentor_id=introduced.mentor_id,
            leader_id=introduced.leader_id,
            asked_by=zakis.id,
            asked_at=work.now,
            closes_at=work.now + timedelta(days=30),
            next_at=work.now + timedelta(days=30),
        )
        session.add(suggested)
        author = (await session.exec(select(Person).where(Person.slack_id == people["hr"].id))).one()
        nomination = Nomination(
            team_id=introduced.team_id,
            programme_id=introduced.programme_id,
            person_id=zakis.id,
            nominator_id=(await person_of(session, introduced.mentor_id)).id,
            topic="ai_tools",
            reason="Explains patiently.",
            explains=True,
            named=False,
            at=work.now,
        )
        draft, scheduled = [
            Broadcast(
                team_id=introduced.team_id,
                programme_id=introduced.programme_id,
                author_id=author.id,
                audience="all",
                texts={"id": "Halo semua!", "en": "Hello everyone!"},
                state=state,
                created_at=work.now,
                planned_at=send_at,
                send_at=send_at,
            )
            for state, send_at in (
                (BroadcastState.DRAFT, None),
                (BroadcastState.SCHEDULED, work.now + timedelta(days=100)),
            )
        ]
        session.add_all([draft, scheduled, nomination])
        await session.flush()
        ids["nomination"] = nomination.id
        ids |= {"suggested": suggested.id, "broadcast_draft": draft.id, "broadcast": scheduled.id}
        ids |= {"astray": row.id, "draft_pair": draft_pair.id, "draft": draft_pair.draft_id, "unmanaged": unmanaged.id}
        ids |= {
            "draft_mentor": (await person_of(session, draft_pair.mentor_id)).slack_id,
            "other_mentor_part": other_pair.mentor_id,
            "other_leader_part": other_pair.leader_id,
            "other_leader": other_leader.slack_id,
            "left_part": left.id,
        }
        await work.commit()
    await _other_programme(office, people["other_hr"])
    about = About(ids["programme"], "mentor", "specialist", "Sales", ("ai_tools",), (), "", True, ())
    return ids | {
        "about": about.write(),
        "hr": people["hr"].id,
        "hr_channel": office.hr_channel.id,
        "general": office.general.id,
    }


async def _other_programme(office: Office, boss: Colleague) -> None:
    elsewhere = office.slack.add_channel("hr-lain", private=True, members=[boss.id])
    office.slack.invite_bot(elsewhere)
    await office.calm()
    await boss.command("setup", elsewhere)
    values = {"name": "Another", "theme": "inclusion", "starts_on": "2027-03-01", "months": "6", "cadence": "monthly"}
    more = {"language": "en", "announce_channel": office.general.id, "contact": boss.id}
    assert (await boss.submit(values | more)).ok
    await boss.slack.close(all=True)

"""Two running programmes of two HR channels in one workspace, with the same people in both.

Programme 1 exists in two variants that differ in every value that its HR stored or its people told, and in nothing
else: what HR of programme 2 receives has to be the same in both, byte for byte.
"""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any

from sqlmodel import col, select

from bot.domain.messages.invitations import InvitationMessage
from bot.sandbox import Channel
from bot.sandbox.secrets import seeded
from bot.services.alerts.undelivered import report_trouble
from storage.outbox import Outgoing, outgoing
from storage.queries import person_of
from storage.tables import (
    ActionCard,
    AuditEntry,
    Broadcast,
    BroadcastState,
    Concern,
    CoupleMark,
    Draft,
    DraftLeftover,
    DraftPair,
    DraftState,
    Invitation,
    KickoffGuest,
    LogEntry,
    MentoringSession,
    Outbox,
    OutboxState,
    Pair,
    Participant,
    Person,
    PollAnswer,
    Programme,
    SessionState,
    Story,
)
from storage.unit_of_work import UnitOfWork
from tests.rosters import say_manager
from tests.scenarios.office import Colleague, Office, open_office
from tests.scenarios.pairs import release
from tests.scenarios.requests import Rows, rows, version_of
from tests.scenarios.snapshots import database_of, opened
from tests.scenarios.world import kickoffs, own_questions

MENTORS = ("Maya Satu", "Mira Dua", "Mona Tiga")
LEADERS = ("Lala Satu", "Lila Dua", "Lulu Tiga")
LATER = (("Nina Empat", "mentor"), ("Nuri Lima", "mentor"), ("Kiki Empat", "mentee"), ("Koko Lima", "mentee"))
"""They join after the first release, and are in the open draft."""
LEFT, UNMANAGED = "Zaki Sisa", "Yani Tanpa"
INVITED = "Indah Enam"
"""Both programmes invited them; they take part in none."""
BOSSES = ("Bosaa Rahasia", "Bosbb Rahasia")
"""Managers in programme 1; they take part in nothing, and programme 2 never hears of them."""


@dataclass(frozen=True)
class Variant:
    """What programme 1 holds. Every word of it has `mark` in it, so that it is found wherever it shows up."""

    mark: str
    boss: str
    other_boss: str
    level: str
    rank: str
    started: str

    def word(self, what: str) -> str:
        return f"Rahasia{self.mark} {what}"


VARIANTS = (
    Variant("Aa", BOSSES[0], BOSSES[1], "specialist", "3", "2011-03-05"),
    Variant("Bb", BOSSES[1], BOSSES[0], "entry", "2", "2013-07-09"),
)


@dataclass(repr=False)
class Two:
    """Both programmes, under way. `mine` and `theirs` are the ids in payloads of programme 2 and programme 1."""

    office: Office
    variant: Variant
    hr: Colleague
    """HR of programme 2."""
    channel: Channel
    mine: dict[str, Any]
    theirs: dict[str, Any]
    kept: Rows
    database: sqlite3.Connection
    """As both were in the beginning."""
    beside: sqlite3.Connection
    """To the bot's own database."""

    @cached_property
    def kept_of_first(self) -> Rows:
        """What HR of programme 2 must not change, as it was in the beginning."""
        return rows_of_first(self.kept, self.hr.id)

    def __post_init__(self) -> None:
        self._version = version_of(self.beside)

    def rows(self) -> Rows:
        """What the database holds."""
        return self.kept if version_of(self.beside) == self._version else rows(self.beside)

    def put_back(self) -> None:
        if (version := version_of(self.beside)) != self._version:
            self.database.backup(self.beside)
            self._version = version  # what we change ourselves does not count


def first(name: str) -> str:
    return name.split()[0].lower()


def email(name: str) -> str:
    return f"{first(name)}@kantor.example"


@asynccontextmanager
async def open_two(database_url: str, variant: Variant) -> AsyncIterator[Two]:
    async with open_office(database_url, draw_trigger=seeded(1)) as office:
        office.slack.limits.enabled = False
        for name in (
            *MENTORS,
            *LEADERS,
            *(one for one, _ in LATER),
            LEFT,
            UNMANAGED,
            INVITED,
            *BOSSES,
            "Hana Satu",
            "Heru Dua",
        ):
            office.hire(name)
        theirs, mine = office.people["hana"], office.people["heru"]
        lain = office.slack.add_channel("hr-lain", private=True, members=[])
        for boss, channel in ((theirs, office.hr_channel), (mine, lain)):
            office.slack.add_member(channel, boss.slack.user)
        office.slack.invite_bot(lain)
        await office.calm()
        assert (await office.people[first(INVITED)].command("help")).ok
        ids = {}
        ids[1] = await _programme(office, theirs, office.hr_channel, variant)
        office.hr_channel = lain
        ids[2] = await _programme(office, mine, lain, None)
        await _secrets(office, variant)
        await office.settle()
        with opened(office) as beside:
            yield Two(office, variant, mine, lain, ids[2], ids[1], rows(beside), database_of(office), beside)


async def _programme(office: Office, hr: Colleague, channel: Channel, variant: Variant | None) -> dict[str, Any]:
    """Set it up, list people, sign them up, release, sign more up, draw the next draft up."""
    await office.set_up(hr, starts_on="2027-01-11", name="Program Bersama")
    await hr.slack.close(all=True)
    assert (await hr.command("home")).ok
    await office.run(minutes=2)  # what was sent at one moment is not sent within one second
    # They report to somebody else in programme 2, as far as that programme knows.
    boss = {"manager": office.people[first(variant.boss)].id if variant else hr.id}
    level = variant.level if variant else "specialist"
    for number, name in enumerate(MENTORS):
        department = variant.word(f"bagian {number}") if variant else f"Pemasaran {number}"
        joined = await office.join(office.people[first(name)], "mentor", level, department, mentor_capacity="1", **boss)
        assert joined.ok, joined
    for name in LEADERS:
        department = variant.word("pimpinan") if variant else "Keuangan"
        assert (await office.join(office.people[first(name)], "mentee", "director", department, **boss)).ok
    if variant:
        lines = ["person,manager,department,level,start"]
        for number, name in enumerate((*MENTORS, *LEADERS)):
            rank = variant.rank if number < len(MENTORS) else "6"
            where = variant.word(f"daftar {number}")
            lines.append(f"{email(name)},{email(variant.boss)},{where},{rank},{variant.started}")
        for chief in (variant.boss, variant.other_boss):
            lines.append(f"{email(chief)},-,{variant.word('direksi')},7,{variant.started}")
    else:
        lines = ["person,department", f"{email(MENTORS[0])},Pemasaran 0"]
    await hr.command("roster", channel)
    assert (await hr.submit({"file": [{"name": "orang.csv", "content": "\n".join(lines).encode()}]})).ok
    assert (await hr.submit()).ok, "stored"
    await hr.slack.close(all=True)
    await office.run(minutes=2)
    await release(office, hr)
    for name, role in LATER:
        seniority = "specialist" if role == "mentor" else "director"
        assert (await office.join(office.people[first(name)], role, seniority, f"Bidang {name[-4:]}")).ok
    # Too senior to mentor any of the leaders; and somebody of whom nobody says who manages them.
    assert (await office.join(office.people[first(LEFT)], "mentor", "executive", "Audit")).ok
    assert (await office.join(office.people[first(UNMANAGED)], "mentor", "specialist", "Hukum")).ok
    await office.run(minutes=2)
    async with office.balik.store.write(office.clock.now()) as work:
        programme = (await work.session.exec(select(Programme).where(Programme.hr_channel == channel.id))).one()
        unmanaged = (await _person(work, office, UNMANAGED)).id
        await say_manager(work, unmanaged, programme_id=programme.id, known=False)
        await work.commit()
    await hr.command("match", channel)
    await office.settle()
    return await _ids(office, programme.id, hr, channel, unmanaged)


async def _person(work: Any, office: Office, name: str) -> Person:
    found = select(Person).where(Person.slack_id == office.people[first(name)].id)
    person: Person = (await work.session.exec(found)).one()
    return person


async def _sign_up(work: Any, person: Person) -> int:
    """The id of somebody's sign-up to programme 1."""
    mine = select(Participant.id).where(Participant.programme_id == 1, Participant.person_id == person.id)
    found: int = (await work.session.exec(mine)).one()
    return found


async def _ids(office: Office, programme_id: int, hr: Colleague, channel: Channel, unmanaged: int) -> dict[str, Any]:
    """What payloads of HR are about in one programme, by the names that `test_who_may_act.TABLE` uses."""
    now = office.clock.now()
    async with office.balik.store.write(now) as work:
        session = work.session
        team_id = office.slack.workspace.team_id
        pairs = (await session.exec(select(Pair).where(Pair.programme_id == programme_id).order_by(col(Pair.id)))).all()
        story = Story(
            team_id=team_id, pair_id=pairs[0].id, version=1, tried="T", changed="C", quote="Q", said_by="mentor",
            written_by="mentee", written_at=now, leader_approved_at=now, mentor_approved_at=now,
        )  # fmt: skip
        session.add(story)
        reader = (await _person(work, office, LEADERS[0])).id
        lost = Outgoing(team_id, f"{programme_id}:lost", "reminder", programme_id, person_id=reader)
        await work.send(lost)
        astray = (await session.exec(select(Outbox).where(Outbox.key == lost.key))).one()
        astray.state, astray.error = OutboxState.DEAD, "user_not_found"
        await report_trouble(work, "dead", astray)
        drafts = select(Draft).where(Draft.programme_id == programme_id)
        released = (await session.exec(drafts.where(Draft.state == DraftState.RELEASED))).one()
        draft = (await session.exec(drafts.where(Draft.state == DraftState.OPEN))).one()
        in_draft = select(DraftPair).where(DraftPair.draft_id == draft.id).order_by(col(DraftPair.id))
        one, other = (await session.exec(in_draft)).all()
        invitation, written, scheduled = await _invited_and_told(work, office, programme_id, hr)
        zaki = (await _person(work, office, LEFT)).id
        left = select(Participant.id).where(Participant.person_id == zaki, Participant.programme_id == programme_id)
        coming, past = kickoffs(team_id, programme_id, now)
        own = own_questions(team_id, programme_id, now)
        session.add_all([coming, past, *own])
        await session.flush()
        guest = KickoffGuest(
            team_id=team_id, kickoff_id=past.id, participant_id=pairs[0].mentor_id, invited_at=now, attended=False
        )
        session.add(guest)
        await session.flush()
        ids = {
            "programme": programme_id,
            "kickoff": coming.id,
            "past_kickoff": past.id,
            "guest": guest.id,
            "own_choice": own[0].id,
            "own_text": own[1].id,
            "pair": pairs[0].id,
            "agreed_story": story.id,
            "astray": astray.id,
            "released": released.id,
            "draft": draft.id,
            "draft_pair": one.id,
            "draft_mentor": (await person_of(session, one.mentor_id)).slack_id,
            "other_mentor_part": other.mentor_id,
            "other_leader_part": other.leader_id,
            "other_leader": (await person_of(session, other.leader_id)).slack_id,
            "left_part": (await session.exec(left)).one(),
            "unmanaged": unmanaged,
            "invitation": invitation.id,
            "broadcast_draft": written.id,
            "broadcast": scheduled.id,
            "hr": hr.id,
            "hr_channel": channel.id,
            "general": office.general.id,
        }
        await work.commit()
    return ids


async def _invited_and_told(
    work: UnitOfWork, office: Office, programme_id: int, hr: Colleague
) -> tuple[Invitation, Broadcast, Broadcast]:
    """An invitation that waits to be sent, and two messages of HR: one that was only written, one that is planned."""
    mine: dict[str, Any] = {"team_id": office.slack.workspace.team_id, "programme_id": programme_id}
    invited = await _person(work, office, INVITED)
    author = (await work.session.exec(select(Person).where(Person.slack_id == hr.id))).one()
    later = work.now + timedelta(days=100)
    invitation = Invitation(
        **mine, person_id=invited.id, role="mentor", reason="You work with AI every day.", asked_at=work.now
    )
    written, scheduled = [
        Broadcast(
            **mine, author_id=author.id, audience="all", texts={"id": "Halo semua!", "en": "Hello everyone!"},
            state=state, created_at=work.now, planned_at=send_at, send_at=send_at,
        )
        for state, send_at in ((BroadcastState.DRAFT, None), (BroadcastState.SCHEDULED, later))
    ]  # fmt: skip
    work.session.add_all([invitation, written, scheduled])
    await work.session.flush()
    ask = InvitationMessage(invitation.id)
    await work.send(outgoing(ask, mine["team_id"], programme_id, person_id=invited.id, due_at=later))
    return invitation, written, scheduled


async def _secrets(office: Office, variant: Variant) -> None:
    """What HR of programme 1 wrote, and what its people told their own HR: in every table that HR's views read."""
    now = office.clock.now()
    async with office.balik.store.write(now) as work:
        session = work.session
        programme = await session.get_one(Programme, 1)
        programme.topics = [variant.word("topik"), "ai_tools"]
        programme.floor = 3_000 if variant is VARIANTS[0] else 4_000
        programme.days_added = ["2027-01-20" if variant is VARIANTS[0] else "2027-01-21"]
        mine: dict[str, Any] = {"team_id": programme.team_id}
        pairs = (await session.exec(select(Pair).where(Pair.programme_id == 1).order_by(col(Pair.id)))).all()
        # Who is still free in programme 2 was paired with others in programme 1, and reports to others there.
        nina, nuri, kiki, koko = [await _person(work, office, name) for name, _ in LATER]
        if variant is VARIANTS[1]:
            kiki, koko = koko, kiki
        for pair, mentor, leader in ((pairs[0], nina, kiki), (pairs[1], nuri, koko)):
            pair.mentor_id, pair.leader_id = [await _sign_up(work, person) for person in (mentor, leader)]
        await say_manager(work, nuri.id, kiki.id)
        for number, pair in enumerate(pairs):
            pair.ended_why = variant.word(f"alasan {number}")
            pair.explanation = {"mentor": [["topic", {"topics": [variant.word("topik")]}]], "mentee": []}
            meeting = select(MentoringSession).where(MentoringSession.pair_id == pair.id)
            held = (await session.exec(meeting.order_by(col(MentoringSession.number)))).all()[0]
            held.state, held.settled_at = SessionState.HELD, now - timedelta(days=1)
            for side, part in (("mentor", pair.mentor_id), ("mentee", pair.leader_id)):
                session.add(
                    PollAnswer(
                        **mine, session_id=held.id, participant_id=part, side=side, met="yes",
                        useful=2 if variant is VARIANTS[0] else 5, learned=variant.word("komentar"), share=True,
                        answered_at=now,
                    )
                )  # fmt: skip
                session.add(
                    LogEntry(
                        **mine, pair_id=pair.id, participant_id=part, side=side, learned=variant.word("catatan"),
                        with_hr=True, written_at=now, changed_at=now,
                    )
                )  # fmt: skip
            session.add(
                ActionCard(
                    **mine, pair_id=pair.id, insight=variant.word("temuan"), kind="habit",
                    change=variant.word("perubahan"), owner="mentor", due_on=now.date(), written_by="mentor",
                    written_at=now, mentor_shares_at=now, leader_shares_at=now,
                )
            )  # fmt: skip
        for signed in (await session.exec(select(Participant).where(Participant.programme_id == 1))).all():
            signed.motivation = variant.word("motivasi")
            signed.offers = [{"topic": variant.word("topik"), "level": 4}] if signed.offers else []
            signed.wishes = [{"topic": variant.word("topik"), "priority": 3, "skill": 2}] if signed.wishes else []
        draft = (await session.exec(select(Draft).where(Draft.programme_id == 1, Draft.state == DraftState.OPEN))).one()
        for couple in (await session.exec(select(DraftPair).where(DraftPair.draft_id == draft.id))).all():
            couple.score = 4_321 if variant is VARIANTS[0] else 8_765
            session.add(
                CoupleMark(
                    **mine, programme_id=1, mentor_id=couple.mentor_id, leader_id=couple.leader_id,
                    note=variant.word("catatan HR"), marked_by=draft.created_by, marked_at=now,
                )
            )  # fmt: skip
        for left in (await session.exec(select(DraftLeftover).where(DraftLeftover.draft_id == draft.id))).all():
            left.cause = "level_gap" if variant is VARIANTS[0] else "no_capacity"
        for story in (await session.exec(select(Story))).all():
            if story.pair_id in {one.id for one in pairs}:
                story.tried, story.changed, story.quote = [variant.word(name) for name in ("coba", "ubah", "kata")]
        for invitation in (await session.exec(select(Invitation).where(Invitation.programme_id == 1))).all():
            invitation.reason = variant.word("alasan undangan")
            invitation.role = "mentor" if variant is VARIANTS[0] else "mentee"
        for broadcast in (await session.exec(select(Broadcast).where(Broadcast.programme_id == 1))).all():
            broadcast.texts = {language: variant.word("pengumuman") for language in broadcast.texts}
        concern = Concern(**mine, programme_id=1, person_id=draft.created_by, text=variant.word("kekhawatiran"), at=now)
        audit = AuditEntry(
            **mine, programme_id=1, person_id=draft.created_by, what="weights", details={"x": variant.mark}, at=now
        )
        session.add_all([concern, audit])
        await work.commit()


TABLES_BY = {"programme_id": "programme", "pair_id": "pair", "draft_id": "draft", "session_id": "session"}


def rows_of_first(found: Rows, hr: str) -> Rows:
    """The rows of programme 1, and every person's but those of `hr`: what HR of programme 2 must not change."""
    ids = {"programme": {1}}
    for table in ("pair", "draft", "participant"):
        ids[table] = {row["id"] for row in found[table] if row["programme_id"] == 1}
    ids["session"] = {row["id"] for row in found["session"] if row["pair_id"] in ids["pair"]}

    kept: Rows = {}
    for table, all_rows in found.items():
        owners = [(name, ids[of]) for name, of in TABLES_BY.items() if all_rows and name in all_rows[0]]
        kept[table] = [row for row in all_rows if any(row[name] in theirs for name, theirs in owners)]
    return {
        **kept,
        "programme": [row for row in found["programme"] if row["id"] == 1],
        "person": [row for row in found["person"] if row["slack_id"] != hr],
        "avoidance": found["avoidance"],
    }

"""A new HR person runs a whole programme by what HR sees, counting clicks: nothing puzzles, nothing is lost.

A click is a press of a button, of a form's last button, or of a confirmation's yes. What is entered in fields counts as
typed, with the Enter after it in a search.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from bot.domain.messages.broadcasts import BroadcastMessage
from bot.domain.messages.care import PairPartedMessage, PairRestoredMessage
from bot.domain.messages.closing import ClosingMessage
from bot.domain.messages.course import CourseChangedMessage
from bot.domain.messages.invitations import InvitationMessage
from bot.domain.messages.sessions import SessionCorrectedMessage
from bot.sandbox import Message, View
from bot.services.matching.audit_log import Act
from handlers.matching.log_views import act
from storage.tables import AuditEntry, PairState, Programme, ProgrammeState, SessionState
from tests.scenarios.office import Colleague, Office, action_ids, parts_of, shows, texts_in
from tests.scenarios.pairs import book, of_kind, pairs, receiving, sessions
from tests.scenarios.programme.test_hr_channel import LANGUAGES, speak
from tests.wording import CATALOGUE, label

MOST, MOST_AT_FIRST = 3, 12
"""Clicks of one step; of set-up and roster together."""
NAME = "Tukar Ilmu 2027"
LEADERS = [f"Pak{name}" for name in ("adi", "beni", "candra", "dodi", "eko", "fajar", "gani", "hadi", "indra", "joko")]
JOINING, DECLINING = LEADERS[:4], LEADERS[4]
MENTORS = ["Sari", "Bayu", "Citra", "Dina"]
RELEASE = datetime(2027, 1, 12, 3, 0, tzinfo=UTC)
PRIVATE = "Ternyata saling kenal dekat."
WORDS = {"text_id": "Yuk, pilih waktu minggu ini.", "text_en": "Please pick a time this week."}


class Trial:
    """The new HR person, whose clicks are counted."""

    def __init__(self, office: Office, hr: Colleague, language: str) -> None:
        self.office, self.hr, self.language = office, hr, language
        self.clicks = 0

    @asynccontextmanager
    async def step(self, name: str, most: int = MOST) -> AsyncIterator[None]:
        """Everything in it takes at most so many clicks; windows are closed after it."""
        if self.hr.slack.modal:
            await self.hr.slack.close(all=True)
        self.clicks = 0
        yield
        assert self.clicks <= most, f"{name}: {self.clicks} clicks"
        if self.hr.slack.modal:
            await self.hr.slack.close(all=True)
        await self.office.settle()

    async def press(self, on: Message | View | None, action_id: str) -> None:
        """Press a button that is there, and the yes if it asks."""
        on = on or self.hr.modal
        (element,) = [one for one in parts_of(on.blocks) if one.get("action_id") == action_id]
        self.clicks += 2 if "confirm" in element else 1
        outcome = await self.hr.click(on, action_id)
        assert outcome.ok, outcome

    async def enter(self, values: dict[str, Any] | None = None) -> None:
        """Press the form's last button."""
        self.clicks += 1
        outcome = await self.hr.submit(values)
        assert outcome.ok, outcome

    async def find(self, words: str) -> None:
        """Type a name in the search of the list of people, and Enter."""
        await self.press(await self.home(), "participants.open")
        assert (await self.hr.submit({"words": words})).ok

    async def home(self) -> View:
        home = await self.hr.open_home()
        assert home is not None
        return home

    def newest(self, action_id: str) -> Message:
        """HR's newest message with such a button."""
        return [one for one in self.office.posted(self.office.hr_channel) if action_id in action_ids(one)][-1]

    async def logged(self, act: str, **values: Any) -> None:
        """HR's log has one line of the act."""
        async with self.office.balik.store.read(self.office.clock.now()) as work:
            acts = (await work.session.exec(select(AuditEntry.what).order_by(col(AuditEntry.id)))).all()
        assert act in acts, acts
        await self.hr.command("log", self.office.hr_channel)
        assert shows(self.hr.modal, f"matching.log.acts.{act}", self.language, **values), texts_in(self.hr.modal)
        await self.hr.slack.close(all=True)

    def says(self, shown: Message | View, key: str, **values: Any) -> None:
        assert shows(shown, key, self.language, **values), texts_in(shown)

    def day(self, day: date) -> str:
        return CATALOGUE.texts(self.language).day(day)


def roster(leaders: list[str], *, mistakes: bool) -> bytes:
    lines = ["email,manager,department,level", "dewi@kantor.example,-,HR,manager"]
    for number, name in enumerate(leaders):
        lines.append(f"{name.lower()}@kantor.example,-,Finance{number},director")
    for number, name in enumerate(MENTORS):
        boss = "bos@kantor.example" if mistakes and not number else f"{LEADERS[9].lower()}@kantor.example"
        lines.append(f"{name.lower()}@kantor.example,{boss},Marketing{number},specialist")
    if mistakes:
        lines.append("hantu@kantor.example,-,Gudang,specialist")
    return "\n".join(lines).encode()


@pytest.mark.in_turn(len(LANGUAGES))
@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_programme_from_set_up_to_the_report(office: Office, hr: Colleague, language: str) -> None:
    trial = Trial(office, hr, language)
    people = {name: office.hire(f"{name} Orang") for name in (*LEADERS, *MENTORS)}
    contact = office.hire("Rini Kontak")
    await speak(office, hr, language)
    await _set_up(trial)
    await _invite(trial, people)
    await _approve(trial)
    await _sponsor(trial)
    await _release(trial, people)
    await _write_to_unbooked(trial, people)
    await _postpone(trial, people)
    await _replace_contact(trial, contact)
    await _correct(trial, people)
    await _end_and_restore(trial, people)
    await _end_early(trial, people)
    await _report(trial)


async def _set_up(trial: Trial) -> None:
    office, hr = trial.office, trial.hr
    async with trial.step("set-up and roster", MOST_AT_FIRST):
        await hr.command("setup", office.hr_channel)
        await trial.enter(
            {
                "name": NAME,
                "theme": "digital_trends",
                "starts_on": "2027-01-18",
                "months": "6",
                "cadence": "monthly",
                "language": trial.language,
                "announce_channel": office.general.id,
                "contact": hr.id,
            }
        )
        await hr.slack.close(all=True)
        await office.settle()
        done = trial.newest("sponsor.open")
        trial.says(done, "programme.setup.done.title", programme=NAME)
        await trial.press(done, "roster.open")
        faulty = [{"name": "karyawan.csv", "content": roster(LEADERS, mistakes=True)}]
        await trial.enter({"file": faulty})
        for mistake in ("hantu@kantor.example", "bos@kantor.example"):
            assert mistake in texts_in(hr.modal)
        await trial.press(None, "roster.open")
        mended = [{"name": "karyawan.csv", "content": roster(LEADERS, mistakes=False)}]
        await trial.enter({"file": mended})
        assert "hantu" not in texts_in(hr.modal)
        await trial.enter()
    await trial.logged("set_up")
    await trial.logged("roster_imported")


async def _invite(trial: Trial, people: dict[str, Colleague]) -> None:
    office = trial.office
    why = "You lead the change."
    async with trial.step("invite"):
        await trial.press(await trial.home(), "invite.open")
        pasted = "\n".join(f"{name} Orang" for name in LEADERS)
        await trial.enter({"pasted": pasted, "role": "mentee", "reason": why})
        trial.says(trial.hr.modal, "invitations.preview.count", count=10, days=5)
        await trial.enter()
    await office.run(minutes=5)
    for name in LEADERS:
        (asked,) = of_kind(people[name], InvitationMessage)
        assert why in texts_in(asked)
    assert not any(of_kind(people[name], InvitationMessage) for name in MENTORS)
    await trial.logged("invited")
    (asked,) = of_kind(people[DECLINING], InvitationMessage)
    await people[DECLINING].click(asked, "invitation.no")
    for name in JOINING:
        assert (await office.join(people[name], "mentee", "director", f"F{name}", language=trial.language)).ok
    async with trial.step("ask for approval"):
        await trial.press(await trial.home(), "eligibility.open")
        await trial.enter({"approval": "2"})
        await trial.enter()
    for name in MENTORS:
        more = {"mentor_capacity": "1", "language": trial.language, "manager": people[LEADERS[9]].id}
        assert (await office.join(people[name], "mentor", "specialist", f"M{name}", **more)).ok


async def _approve(trial: Trial) -> None:
    """The mentors, whom HR did not invite, wait for it; the leaders do not."""
    async with trial.step("approve"):
        home = await trial.home()
        trial.says(home, "insight.weekly.todo.approve", count=len(MENTORS))
        await trial.press(home, "participants.waiting")
        await trial.press(None, "participant.approve")
    assert "participants.waiting" not in action_ids(await trial.home())


async def _sponsor(trial: Trial) -> None:
    """What Home says is to do before the pairs go out."""
    async with trial.step("leadership message"):
        await trial.press(await trial.home(), "sponsor.open")
        await trial.enter({"name": "Ratna Dewi, CEO"})
        await trial.enter()
    await trial.office.run(minutes=2)
    await trial.logged("sponsor_posted")


async def _release(trial: Trial, people: dict[str, Colleague]) -> None:
    office = trial.office
    async with trial.step("match"):
        await trial.press(await trial.home(), "match.draw")
    await office.settle()
    async with trial.step("release at a time"):
        await trial.press(trial.newest("match.release"), "match.release")
        await trial.press(None, "match.plan")
        await trial.enter({"date": "2027-01-12", "time": "10:00"})
    await trial.logged("release_planned")
    await office.run(until=RELEASE - timedelta(minutes=1))
    assert not await pairs(office)
    await office.run(until=RELEASE + timedelta(hours=2))
    assert len(await pairs(office)) == len(MENTORS)
    await trial.logged("release")
    for name in (*JOINING, *MENTORS):
        met = [one for one in people[name].inbox if "agreement.open" in action_ids(one)]
        assert len(met) == 1, name


async def _booked(trial: Trial, people: dict[str, Colleague]) -> tuple[Colleague, Colleague]:
    """Sari and her leader."""
    sari = people["Sari"]
    chats = [one for one in sari.slack.channels if one.kind == "mpim"]
    (leader,) = [people[name] for name in JOINING if any(people[name].id in one.members for one in chats)]
    return sari, leader


async def _write_to_unbooked(trial: Trial, people: dict[str, Colleague]) -> None:
    office = trial.office
    sari, leader = await _booked(trial, people)
    await office.run(until=datetime(2027, 1, 19, 3, 0, tzinfo=UTC))
    assert (await book(office, leader, "2027-01-29", "10:00")).ok
    await office.run(until=datetime(2027, 1, 27, 3, 0, tzinfo=UTC))
    async with trial.step("write to all unbooked"):
        await trial.press(await trial.home(), "broadcast.open.unbooked")
        await trial.enter(WORDS)
        trial.says(
            trial.hr.modal,
            "broadcasts.preview.to",
            count=6,
            audience=label("broadcasts.audiences.unbooked", trial.language),
        )
        await trial.enter()
    await office.run(hours=2)
    for name in (*JOINING, *MENTORS):
        who = people[name]
        assert len(of_kind(who, BroadcastMessage)) == (who not in (sari, leader)), name
    await trial.logged("broadcast_sent")


async def _postpone(trial: Trial, people: dict[str, Colleague]) -> None:
    office = trial.office
    before = await sessions(office)
    async with trial.step("postpone by two weeks"):
        await trial.press(await trial.home(), "course.open")
        await trial.press(None, "course.act.move")
        trial.says(trial.hr.modal, "course.effect.people", people=8)
        await trial.enter()
    await office.run(days=1)
    after = await sessions(office)
    assert [one.closes_on for one in after] == [one.closes_on + timedelta(days=14) for one in before]
    for name in (*JOINING, *MENTORS):
        assert len(of_kind(people[name], CourseChangedMessage)) == 1, name
    await trial.logged("course_move")


async def _replace_contact(trial: Trial, contact: Colleague) -> None:
    async with trial.step("replace the contact"):
        await trial.press(await trial.home(), "contacts.open")
        await trial.enter({"contact": contact.id})
    await trial.office.run(hours=1)
    (asked,) = receiving(contact, "care.contacts.asked.body", "id", programme=NAME)
    assert (await contact.click(asked, "contact.confirm")).ok
    trial.says(await trial.home(), "care.contacts.states.confirmed", contact=f"<@{contact.id}>")
    await trial.logged("contacts_named")


async def _correct(trial: Trial, people: dict[str, Colleague]) -> None:
    office = trial.office
    sari, leader = await _booked(trial, people)
    await office.run(until=datetime(2027, 2, 1, 3, 0, tzinfo=UTC))
    async with trial.step("correct a session"):
        await trial.find("Sari")
        await trial.press(None, "session.hr_correct")
        await trial.enter({"met": "yes", "date": "2027-01-28", "time": "14:00"})
        trial.says(trial.hr.modal, "sessions.hr_record.done.held", number=1)
    await office.run(days=1)
    for who in (sari, leader):
        assert len(of_kind(who, SessionCorrectedMessage)) == 1
    assert [one.state for one in await sessions(office)].count(SessionState.HELD) == 1
    await trial.logged("correct_session", number=1, held=True)


async def _end_and_restore(trial: Trial, people: dict[str, Colleague]) -> None:
    office = trial.office
    before = {name: len(people[name].inbox) for name in people}
    async with trial.step("end one pair"):
        await trial.find("Bayu")
        await trial.press(None, "risk.hr_end")
        await trial.enter({"reason": PRIVATE})
        trial.says(trial.hr.modal, "care.parting.rest.ended")
    await office.run(hours=3)
    assert [one.state for one in await pairs(office)].count(PairState.ENDED) == 1
    await trial.logged("end_pair")
    parted = [name for name in people if of_kind(people[name], PairPartedMessage)]
    assert len(parted) == 2
    assert "Bayu" in parted
    async with trial.step("take it back"):
        await trial.press(trial.newest("risk.hr_restore"), "risk.hr_restore")
    await office.run(hours=3)
    assert {one.state for one in await pairs(office)} == {PairState.ACTIVE}
    await trial.logged("restore_pair")
    assert [name for name in people if of_kind(people[name], PairRestoredMessage)] == parted
    assert all(len(of_kind(people[name], PairRestoredMessage)) == 1 for name in parted)
    assert {name for name in people if len(people[name].inbox) > before[name]} == set(parted)


async def _end_early(trial: Trial, people: dict[str, Colleague]) -> None:
    office = trial.office
    async with trial.step("end early"):
        await trial.press(await trial.home(), "course.open")
        await trial.press(None, "course.act.end_early")
        trial.says(trial.hr.modal, "course.effect.people", people=8)
        await trial.enter()
    await trial.logged("course_end")
    await office.run(days=1)
    for name in (*JOINING, *MENTORS):
        assert len(of_kind(people[name], CourseChangedMessage)) == 2, name
    await office.run(days=40)
    async with office.balik.store.read(office.clock.now()) as work:
        programme = await work.session.get_one(Programme, 1)
    assert programme.state is ProgrammeState.CLOSED
    for name in (*JOINING, *MENTORS):
        assert len(of_kind(people[name], ClosingMessage)) == 1, name


async def _report(trial: Trial) -> None:
    office = trial.office
    async with trial.step("report"):
        await trial.press(await trial.home(), "report.get")
    await office.run(minutes=5)
    files = [office.slack.file(one) for message in office.hr_channel.messages.values() for one in message.files]
    assert {one.name.rpartition(".")[2] for one in files} >= {"html", "xlsx", "csv"}


@pytest.mark.in_turn(len(LANGUAGES))
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_act_has_a_line_in_the_log(language: str) -> None:
    """A line that cannot be written would take the whole log with it."""
    texts = CATALOGUE.texts(language)
    acts = [
        key for key in CATALOGUE.shown(language) if key.startswith("matching.log.acts.") and not key.endswith(".other")
    ]
    for key in acts:
        assert act(texts, Act(None, key.rpartition(".")[2], RELEASE, {}, {}))

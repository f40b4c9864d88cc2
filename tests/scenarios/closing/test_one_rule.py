"""Whether a pair completed is one rule: everybody who is told of it, and everything that HR reads, says the same.

Nobody is thanked or praised for what did not happen.
"""

from dataclasses import dataclass

import pytest
from sqlmodel import col, select

from bot.domain.messages.closing import CertificateMessage, ClosingMessage
from bot.rehearsal.activity_log import ActivityLog
from bot.rehearsal.report import figures
from bot.services.caller import Caller
from bot.services.programme.next_cohort import predecessor
from storage.queries import person_of
from storage.tables import MentoringSession, Pair, Programme, SessionState
from tests.scenarios.care.test_restore import in_language
from tests.scenarios.closing.test_closing import end
from tests.scenarios.insight.test_report import cells_of, reports
from tests.scenarios.office import Colleague, Office, action_ids, shows, texts_in
from tests.scenarios.pairs import of_kind, release
from tests.scenarios.programme.test_hr_channel import LANGUAGES
from tests.scenarios.summaries import whole
from tests.wording import CATALOGUE, label

PACKS = ("contract", "working_day", "hands_on", "blind_spots", "insight", "harvest")


@dataclass(frozen=True)
class Course:
    """What came of a pair: the packs of the sessions it held, who of it left before the end, and what is right."""

    held: tuple[str, ...]
    farewell: str
    """The text of `closing.person` for who stayed; "" for nobody."""
    completed: bool
    leaves: str = ""
    concern: bool = False


COURSES = (
    Course((), "none", completed=False),
    Course(("contract",), "some", completed=False),
    Course(PACKS[:3], "some", completed=False),
    Course(PACKS[:4], "body", completed=True),
    Course(("harvest",), "body", completed=True),
    Course(PACKS, "body", completed=True),
    Course(PACKS, "quiet", completed=True, concern=True),
    Course((), "quiet", completed=False, concern=True),
    Course((), "", completed=False, leaves="mentor"),
    Course(PACKS[:5], "", completed=True, leaves="leader"),
)
COMPLETED = sum(one.completed for one in COURSES)


@dataclass(frozen=True)
class Played:
    """A pair of the office with what came of it."""

    course: Course
    mentor: Colleague
    leader: Colleague

    @property
    def staying(self) -> list[Colleague]:
        return [one for name, one in (("mentor", self.mentor), ("leader", self.leader)) if name != self.course.leaves]


async def introduced(office: Office, hr: Colleague) -> list[Played]:
    """As many pairs as there are courses, each with its sessions as they were."""
    await office.set_up(hr, starts_on="2027-01-11")
    for number in range(len(COURSES)):
        mentor, leader = office.hire(f"M{number} Junior"), office.hire(f"L{number} Senior")
        await office.join(mentor, "mentor", "specialist", "Marketing", mentor_capacity="1")
        await office.join(leader, "mentee", "director", "Finance")
    await release(office, hr)
    now, found = office.clock.now(), []
    async with office.balik.store.write(now) as work:
        in_order = select(Pair).order_by(col(Pair.id))
        for course, pair in zip(COURSES, (await work.session.exec(in_order)).all(), strict=True):
            mine = select(MentoringSession).where(MentoringSession.pair_id == pair.id)
            for meeting in (await work.session.exec(mine)).all():
                meeting.state = SessionState.HELD if meeting.pack in course.held else SessionState.MISSED
                meeting.settled_at, meeting.next_at = now, None
            names = [await person_of(work.session, one) for one in (pair.mentor_id, pair.leader_id)]
            mentor, leader = [office.people[one.name.split()[0].lower()] for one in names]
            found.append(Played(course, mentor, leader))
        await work.commit()
    return found


async def concern_of(who: Colleague) -> None:
    await who.command("concern")
    assert (await who.submit({"text": "I do not feel safe"})).ok
    await who.slack.close(all=True)


@pytest.mark.in_turn(len(LANGUAGES))
@pytest.mark.parametrize("language", LANGUAGES)
async def test_everything_says_the_same_of_every_pair(office: Office, hr: Colleague, language: str) -> None:
    played = await introduced(office, hr)
    await in_language(office, language)
    for one in played:
        if one.course.concern:
            await concern_of(one.mentor)
        if one.course.leaves:
            leaver = one.mentor if one.course.leaves == "mentor" else one.leader
            await leaver.command("leave")
            await leaver.submit({})
    await end(office)

    for one in played:
        for who in one.staying:
            await check_person(one, who, language)
    await check_hr(office, hr, language)


async def check_person(one: Played, who: Colleague, language: str) -> None:
    course = one.course
    byes = of_kind(who, ClosingMessage)
    assert len(byes) == bool(course.farewell)
    for bye in byes:
        quiet = course.concern and who is one.mentor
        said = course.farewell if quiet or not course.concern else "body" if course.completed else "none"
        assert shows(bye, f"closing.person.{said}", language), texts_in(bye)
        assert shows(bye, "closing.person.title", language) == (said == "body"), (
            "thanks and praise are for what happened"
        )
        assert ("story.open" in action_ids(bye)) == (said == "body")
        assert ("closing.thanks" in action_ids(bye)) == (said in ("body", "some"))
        assert ("concern.open" in action_ids(bye)) == (said == "quiet")
    assert bool(of_kind(who, CertificateMessage)) == course.completed
    home = await who.open_home()
    assert home
    assert ("certificate.send" in action_ids(home)) == course.completed
    if course.farewell:
        assert ("story.open" in action_ids(home)) == course.completed
        assert ("closing.thanks" in action_ids(home)) == bool(course.held)
        role = "mentor_of" if who is one.mentor else "mentee_of"
        assert shows(home, f"home.finished.{role}", language, held=len(course.held))


async def check_hr(office: Office, hr: Colleague, language: str) -> None:
    over = next(one for one in office.posted(office.hr_channel) if shows(one, "closing.hr.body", language))
    assert shows(over, "closing.hr.body", language, completed=COMPLETED, pairs=len(COURSES))

    await hr.click(over, "report.get")
    await office.run(minutes=2)
    files, name = await reports(office), label("insight.report.sent.file", language)
    completed = label("insight.report.numbers.completed", language)
    assert f"<td>{completed}</td><td>{COMPLETED}</td>" in files[f"{name}.html"].decode()
    assert f"{completed};{COMPLETED};" in files[f"{name}.csv"].decode()
    assert completed in cells_of(files[f"{name}.xlsx"])

    await hr.command("summary", office.hr_channel)
    await office.run(minutes=2)
    summary = await whole(hr, office)
    stage = CATALOGUE.texts(language)(
        "insight.summary.stage", stage=label("labels.pair_stages.completed", language), count=COMPLETED
    )
    assert stage in summary

    now = office.clock.now()
    before = await predecessor(office.balik.store, Caller("T0001", hr.id, "", now), office.hr_channel.id)
    assert before
    assert before.summary.completed == COMPLETED
    async with office.balik.store.read(now) as work:
        programme = await work.session.get_one(Programme, 1)
        _, found = await figures(work, programme, ActivityLog(office.slack), [])
    assert found["pairs"]["completed"] == COMPLETED
    assert (await hr.click(over, "cohort.next")).ok
    learned = {"completed": COMPLETED, "pairs": len(COURSES)}
    assert shows(hr.modal, "programme.next_cohort.learned.pairs", language, **learned)

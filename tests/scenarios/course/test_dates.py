"""Every date that people were told is read before and after HR changes the course: each that changed is told once.

Read are all messages, the pair's chat, Home and the calendar entry.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, fields
from datetime import date, timedelta
from functools import cache

import pytest
from sqlmodel import col, select

from bot.domain.messages.course import CourseChangedMessage
from bot.services.course.facts import course_of
from bot.services.pair_context import window_days
from bot.services.working_hours import days_off
from storage.tables import MentoringSession, Programme
from tests.scenarios.care.test_restore import in_language
from tests.scenarios.course.test_course import change
from tests.scenarios.office import Colleague, Office, action_ids, texts_in
from tests.scenarios.pairs import agree, book, in_chat, introduce, of_kind, on_monday
from tests.scenarios.programme.test_hr_channel import LANGUAGES
from tests.scenarios.sessions.test_calendar_files import entry
from tests.scenarios.snapshots import once
from tests.wording import CATALOGUE

PEOPLE = ("sari", "budi")


@cache
def days_by_name() -> dict[str, date]:
    """Every day of a year and a half, as a text of either language may name it."""
    first = date(2026, 12, 1)
    days = [first + timedelta(days=ahead) for ahead in range(550)]
    written = map(CATALOGUE.texts, LANGUAGES)
    return {name: day for texts in written for day in days for name in (texts.day(day), texts.short_day(day))}


def days_in(text: str) -> set[date]:
    return {day for name, day in days_by_name().items() if name in text}


@dataclass(frozen=True)
class Dates:
    """What the programme and the pair have planned."""

    first: date
    last: date
    resumes: date | None
    due: date
    """By when the next session is to take place."""
    booked: date | None
    """When it does."""


async def planned(office: Office) -> Dates:
    async with office.balik.store.read(office.clock.now()) as work:
        programme = await work.session.get_one(Programme, 1)
        statement = select(MentoringSession).where(col(MentoringSession.settled_at).is_(None))
        row = (await work.session.exec(statement.order_by(col(MentoringSession.number)))).first()
        assert row
        course, due = course_of(programme), window_days(row, days_off(programme))[1]
        return Dates(course.first, course.last, course.resumes, due, row.starts_at.date() if row.starts_at else None)


def read(who: Colleague) -> str:
    """Everything that the bot wrote to a person and in the pair's chat, as it is shown now."""
    chats = [one for one in who.slack.channels if one.kind == "mpim"]
    posted = [message for one in chats for message in who.office.posted(one)]
    return "\n".join(map(texts_in, [*who.inbox, *posted]))


async def home_of(who: Colleague) -> str:
    home = await who.open_home()
    assert home
    return texts_in(home)


async def before_the_start(office: Office, hr: Colleague) -> None:
    await introduce(office, hr)
    await agree(office)


async def with_a_session(office: Office, hr: Colleague) -> None:
    """Sari and Budi have booked their first session."""
    await introduce(office, hr)
    await on_monday(office)
    await agree(office)
    assert (await book(office, office.people["sari"], "2027-01-20", "10:00")).ok
    await office.run(days=1, minutes=15)


async def without_a_session(office: Office, hr: Colleague) -> None:
    """They have been asked for a time, and chosen none."""
    await introduce(office, hr)
    await on_monday(office)
    await agree(office)
    await office.run(days=1, minutes=15)


BEGINNINGS: dict[str, Callable[[Office, Colleague], Awaitable[None]]] = {
    "before the start": before_the_start,
    "booked": with_a_session,
    "unbooked": without_a_session,
}
CHANGES = {
    "postpone": ("move", "14"),
    "extend": ("end", "2027-09-10"),
    "shorten": ("end", "2027-04-10"),
    "pause": ("pause", "2027-02-15"),
    "meet more often": ("cadence", "fortnightly"),
}


@pytest.mark.in_turn(len(LANGUAGES))
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("beginning", BEGINNINGS)
@pytest.mark.parametrize("kind", CHANGES)
async def test_each_date_that_changed_is_told_once(
    office: Office, hr: Colleague, kind: str, beginning: str, language: str
) -> None:
    await once(office, BEGINNINGS[beginning], office, hr)
    await in_language(office, language)
    people = [office.people[name] for name in PEOPLE]
    before = await planned(office)
    knew = {who.id: days_in(read(who) + await home_of(who)) for who in people}
    entries = {who.id: await entry(who, in_chat(office)[-1]) for who in people} if before.booked else {}
    counts = {who.id: len(who.inbox) for who in people}
    await change(hr, *CHANGES[kind])
    await office.run(days=1)
    after = await planned(office)
    changed = {one.name for one in fields(Dates) if getattr(before, one.name) != getattr(after, one.name)}
    assert changed or beginning == "booked", "something is to be told"
    for who in people:
        assert before.due in knew[who.id], "the introduction said so"
        (told,) = of_kind(who, CourseChangedMessage)
        new = [days_in(texts_in(one)) for one in who.inbox[counts[who.id] :]]
        home = days_in(await home_of(who))
        for name in changed - {"booked"}:
            was, now = getattr(before, name), getattr(after, name)
            if name == "due" and after.booked:
                continue  # the time that they chose stands
            assert now in days_in(texts_in(told)), name
            assert sum(now in days for days in new) == 1, f"{name} is told once"
            assert was not in home, f"Home has the {name} of before"
        if "booked" in changed:
            assert before.booked in days_in(texts_in(told))
            assert before.booked not in home
            event, method = await entry(who, told)
            assert (method, event["UID"]) == ("CANCEL", entries[who.id][0]["UID"]), "it goes from the calendar as well"
        else:
            assert "calendar.file" not in action_ids(told)

"""The course of a programme: HR moves, extends, shortens, pauses and ends it, and sees before what that does."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import select

from bot.domain.messages.closing import ClosingMessage
from bot.domain.messages.course import CourseChangedMessage
from bot.domain.messages.sessions import BookingNudgeMessage
from bot.domain.sessions import Pack
from bot.sandbox import View
from bot.services.closing.completion import completed_in
from storage.tables import (
    AuditEntry,
    MentoringSession,
    Pair,
    PairState,
    Programme,
    ProgrammeState,
    SessionState,
)
from tests.scenarios.care.test_restore import in_language
from tests.scenarios.office import Colleague, Office, action_ids, shows, texts_in
from tests.scenarios.pairs import agree, book, introduce, introduced, of_kind, pairs, sessions
from tests.scenarios.programme.test_hr_channel import LANGUAGES, speak
from tests.wording import CATALOGUE, label, says

FIRST, LAST = date(2027, 1, 11), date(2027, 7, 10)
"""Of the programme: six months, monthly sessions."""


def day(when: date, language: str = "id") -> str:
    """As a text names it. HR reads Indonesian here, Sari and Budi English."""
    return CATALOGUE.texts(language).day(when)


async def choose(hr: Colleague, kind: str, value: str = "") -> View:
    """HR opens the form by the button on Home, and chooses: the form, with the effect."""
    assert (await hr.click(await hr.open_home(), "course.open")).ok
    assert (await hr.click(hr.modal, f"course.act.{kind}")).ok
    if value:
        assert (await hr.click(hr.modal, "course.try", value)).ok
    return hr.modal


async def confirm(hr: Colleague) -> View:
    """HR presses the form's last button; the window then."""
    outcome = await hr.submit()
    assert outcome.ok, outcome
    shown = hr.modal
    await hr.slack.close(all=True)
    await hr.office.settle()
    return shown


async def change(hr: Colleague, kind: str, value: str = "") -> View:
    await choose(hr, kind, value)
    return await confirm(hr)


async def programme_of(office: Office) -> Programme:
    async with office.balik.store.read(office.clock.now()) as work:
        return await work.session.get_one(Programme, 1)


def lines_to_hr(office: Office) -> list[str]:
    """What HR's channel reads about the course."""
    return [texts_in(one) for one in office.posted(office.hr_channel) if action_ids(one) == ["course.open"]]


async def logged(office: Office) -> list[str]:
    async with office.balik.store.read(office.clock.now()) as work:
        entries = (await work.session.exec(select(AuditEntry))).all()
    return [one.what for one in entries if one.what.startswith("course_")]


async def test_hr_postpones_a_programme_before_it_begins(office: Office, hr: Colleague) -> None:
    await introduce(office, hr)
    await agree(office)
    assert (await book(office, office.people["sari"], "2027-01-20", "10:00")).ok
    before, later = await sessions(office), FIRST + timedelta(days=14)
    form = await choose(hr, "move")
    assert shows(form, "course.effect.first", "id", was=day(FIRST), day=day(later)), texts_in(form)
    assert shows(form, "course.effect.last", "id", was=day(LAST), day=day(LAST + timedelta(days=14)))
    assert shows(form, "course.effect.moved", "id", moved=6)
    assert shows(form, "course.effect.called_off", "id", called_off=1)
    assert shows(form, "course.effect.people", "id", people=2)
    assert shows(await confirm(hr), "course.done.body", "id", people=2)
    await office.run(days=1)
    after = await sessions(office)
    assert (await programme_of(office)).starts_on == later
    assert [one.opens_on for one in after] == [one.opens_on + timedelta(days=14) for one in before]
    assert (after[0].state, after[0].starts_at) == (SessionState.PLANNED, None)
    for name in ("sari", "budi"):
        (told,) = of_kind(office.people[name], CourseChangedMessage)
        assert shows(told, "course.told.body", first=day(later, "en")), texts_in(told)
        assert shows(told, "course.told.off", when="Wednesday 20 January 2027, 10:00 WIB")
        assert "calendar.file" in action_ids(told)
    (line,) = lines_to_hr(office)
    assert says(line, "course.told_hr.move", people=2)
    assert await logged(office) == ["course_move"]
    await office.run(until=datetime(2027, 1, 24, tzinfo=UTC))
    assert of_kind(office.people["budi"], BookingNudgeMessage) == [], "not before the new first day"
    await office.run(days=3)
    assert len(of_kind(office.people["budi"], BookingNudgeMessage)) == 1


async def test_a_running_programme_moves_without_the_sessions_that_are_booked(office: Office, hr: Colleague) -> None:
    await introduced(office, hr)
    await agree(office)
    assert (await book(office, office.people["sari"], "2027-01-20", "10:00")).ok
    await office.run(until=datetime(2027, 1, 11, 13, 0, tzinfo=UTC))
    before = await sessions(office)
    form = await choose(hr, "move", "21")
    assert not shows(form, "course.effect.called_off", "id")
    await confirm(hr)
    after = await sessions(office)
    assert after[0].starts_at == before[0].starts_at
    assert [one.opens_on for one in after[1:]] == [one.opens_on + timedelta(days=21) for one in before[1:]]
    assert [one.closes_on for one in after] == [one.closes_on + timedelta(days=21) for one in before]
    # And back, before anybody was told: nobody reads anything.
    await change(hr, "move", "-21")
    await office.run(days=2)
    assert [(one.opens_on, one.closes_on) for one in await sessions(office)] == [
        (one.opens_on, one.closes_on) for one in before
    ]
    assert (await programme_of(office)).ends_on is None
    assert of_kind(office.people["sari"], CourseChangedMessage) == []
    assert len(lines_to_hr(office)) == 2


@pytest.mark.parametrize(
    ("last", "added", "dropped"), [("2027-09-10", 2, 0), ("2027-07-20", 0, 0), ("2027-04-10", 0, 3)]
)
async def test_hr_extends_and_shortens(office: Office, hr: Colleague, last: str, added: int, dropped: int) -> None:
    await introduced(office, hr)
    before = await sessions(office)
    form = await choose(hr, "end", last)
    assert shows(form, "course.effect.last", "id", was=day(LAST), day=day(date.fromisoformat(last)))
    for name, count in (("added", added), ("dropped", dropped)):
        assert shows(form, f"course.effect.{name}", "id") == bool(count)
        assert not count or shows(form, f"course.effect.{name}", "id", **{name: count})
    await confirm(hr)
    after = await sessions(office)
    assert len(after) == len(before) + added - dropped
    assert [one.number for one in after] == [*range(1, len(after) + 1)]
    assert after[-1].closes_on == date.fromisoformat(last) + timedelta(days=1)
    assert [one.pack for one in after].index(Pack.HARVEST) == len(after) - 1
    # Back again: the same sessions as before.
    await change(hr, "end", LAST.isoformat())
    again = await sessions(office)
    assert [(one.pack, one.closes_on) for one in again] == [(one.pack, one.closes_on) for one in before]
    assert (await programme_of(office)).ends_on is None
    assert await logged(office) == ["course_end", "course_end"]


async def test_a_programme_that_ends_early_closes_with_all_that_belongs_to_it(office: Office, hr: Colleague) -> None:
    await introduced(office, hr)
    await agree(office)
    assert (await book(office, office.people["sari"], "2027-01-28", "10:00")).ok
    form = await choose(hr, "end_early", "2027-01-15")
    assert shows(form, "course.effect.dropped", "id", dropped=5), texts_in(form)
    assert shows(form, "course.effect.called_off", "id", called_off=1)
    await confirm(hr)
    (left,) = await sessions(office)
    assert (left.state, left.starts_at, left.closes_on) == (SessionState.PLANNED, None, date(2027, 1, 16))
    await office.run(days=1)
    (told,) = of_kind(office.people["budi"], CourseChangedMessage)
    assert shows(told, "course.told.body", last=day(date(2027, 1, 15), "en"))
    assert "calendar.file" in action_ids(told)
    await office.run(until=datetime(2027, 2, 5, tzinfo=UTC))
    assert (await programme_of(office)).state is ProgrammeState.CLOSED
    assert [one.state for one in await pairs(office)] == [PairState.COMPLETED]
    for name in ("sari", "budi"):
        assert len(of_kind(office.people[name], ClosingMessage)) == 1


@pytest.mark.in_turn(2)
@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize(
    ("kind", "value", "fault"),
    [
        ("move", "-84", "start_past"),
        ("end", "2026-12-20", "end_past"),
        ("end", "2027-07-10", "end_same"),
        ("end", "2029-01-01", "end_far"),
        ("pause", "2026-12-14", "resumes_past"),
    ],
)
async def test_what_cannot_be_done_is_said_and_the_input_stays(
    office: Office, hr: Colleague, kind: str, value: str, fault: str, language: str
) -> None:
    await introduce(office, hr)
    home = await hr.open_home()
    assert (await hr.click(home, "home.language", language)).ok
    form = await choose(hr, kind, value)
    assert shows(form, f"course.errors.{fault}", language), texts_in(form)
    errors = (await hr.submit()).errors
    assert [says(one, f"course.errors.{fault}", language) for one in errors.values()] == [True], errors
    assert await logged(office) == []


async def test_hr_sees_the_effect_again_if_it_is_another_one_by_now(office: Office, hr: Colleague) -> None:
    await introduce(office, hr)
    await agree(office)
    await choose(hr, "move")
    assert (await book(office, office.people["sari"], "2027-01-20", "10:00")).ok
    assert (await hr.submit()).ok
    assert shows(hr.modal, "course.effect.changed", "id")
    assert shows(hr.modal, "course.effect.called_off", "id", called_off=1)
    assert await logged(office) == []
    await confirm(hr)
    assert await logged(office) == ["course_move"]


@pytest.mark.in_turn(len(LANGUAGES))
@pytest.mark.parametrize("language", LANGUAGES)
async def test_pairs_meet_more_often_unless_they_chose_for_themselves(
    office: Office, hr: Colleague, language: str
) -> None:
    await introduced(office, hr)
    await agree(office)
    await in_language(office, language)
    assert (await book(office, office.people["sari"], "2027-01-20", "10:00")).ok
    before = await sessions(office)
    form = await choose(hr, "cadence", "fortnightly")
    assert shows(form, "course.effect.cadence", language), texts_in(form)
    assert shows(form, "course.effect.pairs", language, pairs=1)
    await confirm(hr)
    after = await sessions(office)
    assert len(after) > len(before)
    assert (after[0].starts_at, after[-1].pack, after[-1].closes_on) == (
        before[0].starts_at,
        Pack.HARVEST,
        before[-1].closes_on,
    )
    await office.run(days=1)
    (told,) = of_kind(office.people["budi"], CourseChangedMessage)
    assert shows(told, "course.told.body", language, cadence=label("labels.cadences.fortnightly", language))
    async with office.balik.store.write(office.clock.now()) as work:
        (await work.session.get_one(Pair, 1)).cadence = "fortnightly"
        await work.commit()
    assert not shows(await choose(hr, "cadence", "weekly"), "course.effect.pairs", language)


@pytest.mark.in_turn(len(LANGUAGES))
@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_rest_of_the_set_up_changes_after_the_release(office: Office, hr: Colleague, language: str) -> None:
    await introduce(office, hr)
    await speak(office, hr, language)
    fresh = office.hire("Rina Kusuma")
    await hr.command("setup", office.hr_channel)
    texts = office.balik.context.catalogue.texts(language)
    theme = label("labels.themes.digital_trends", language)
    dates = {"first": texts.day(FIRST), "last": texts.day(LAST), "theme": theme}
    assert shows(hr.modal, "programme.setup.form.running", language, **dates)
    assert {"topics.open", "material.open"} <= set(action_ids(hr.modal)), "what can be changed in place of the theme"
    assert (await hr.submit({"name": "Tukar Ilmu Baru", "language": "id", "contact": fresh.id})).ok
    programme = await programme_of(office)
    assert (programme.name, programme.language, programme.months) == ("Tukar Ilmu Baru", "id", 6)


async def test_a_form_from_before_the_release_says_at_the_field_what_is_fixed(office: Office, hr: Colleague) -> None:
    for who, role, level, at in (
        ("Sari", "mentor", "specialist", "Marketing"),
        ("Budi", "mentee", "director", "Sales"),
    ):
        if who == "Sari":
            await office.set_up(hr)
        await office.join(office.hire(who), role, level, at)
    await hr.command("setup", office.hr_channel)
    async with office.balik.store.write(office.clock.now()) as work:
        (await work.session.get_one(Programme, 1)).state = ProgrammeState.RUNNING
        await work.commit()
    other = {"name": "Nama baru", "months": "9", "cadence": "weekly", "theme": "inclusion"}
    errors = (await hr.submit(other)).errors
    assert set(errors) == {"months", "cadence", "theme"}
    assert says(errors["months"], "programme.setup.errors.fixed", "id")
    assert says(errors["theme"], "programme.setup.errors.fixed_theme", "id")
    assert (await hr.submit({"months": "6", "cadence": "monthly", "theme": "digital_trends"})).ok
    assert (await programme_of(office)).name == "Nama baru", "what was typed stayed"


async def test_other_dates_before_the_release_are_told_to_who_signed_up(office: Office, hr: Colleague) -> None:
    await office.set_up(hr)
    sari = office.hire("Sari Wulandari")
    await office.join(sari, "mentor", "specialist", "Marketing")
    await hr.command("setup", office.hr_channel)
    assert (await hr.submit({"starts_on": "2027-02-01", "months": "3"})).ok
    await office.run(days=1)
    (told,) = of_kind(sari, CourseChangedMessage)
    assert shows(told, "course.told.body", first=day(date(2027, 2, 1), "en"), last=day(date(2027, 4, 30), "en"))


async def test_a_longer_programme_takes_completion_from_nobody(office: Office, hr: Colleague) -> None:
    await introduced(office, hr)
    async with office.balik.store.write(office.clock.now()) as work:
        for row in (await work.session.exec(select(MentoringSession).where(MentoringSession.number <= 4))).all():
            row.state, row.settled_at, row.next_at = SessionState.HELD, office.clock.now(), None
        await work.commit()
    await change(hr, "end", "2028-01-10")
    rows, (pair,) = await sessions(office), await pairs(office)
    assert (len(rows), pair.counted_of) == (12, 6)
    assert completed_in([(pair, rows)])
    # Who has not completed yet counts against the sessions that there are.
    pair.counted_of = None
    assert not completed_in([(pair, rows)])


@pytest.mark.parametrize(("change_by", "value"), [("move", "day"), ("form", "2027-02-15")])
async def test_the_closing_date_moves_with_the_first_day(
    office: Office, hr: Colleague, change_by: str, value: str
) -> None:
    """By the window of the course, to a day that HR picks, and by the form of the set-up."""
    await office.set_up(hr)
    await hr.slack.close(all=True)
    await hr.click(await hr.open_home(), "closing_date.open")
    assert (await hr.submit({"day": "2027-01-15"})).ok
    assert (await hr.submit({})).ok
    await hr.slack.close(all=True)
    starts_on = (await programme_of(office)).starts_on
    if change_by == "move":
        form = await choose(hr, "move", value)
        assert shows(form, "course.errors.to_day", "id")
        assert (await hr.click(form, "course.try", "2027-02-15", block_id="to")).ok
        assert shows(hr.modal, "course.effect.first", "id", was=day(starts_on), day=day(date(2027, 2, 15)))
        assert shows(hr.modal, "course.effect.closing_moves", "id")
        await confirm(hr)
    else:
        await office.set_up(hr, starts_on=value)
        assert shows(hr.modal, "programme.setup.changed.body", "id")
    programme = await programme_of(office)
    assert programme.starts_on == date(2027, 2, 15)
    moved = programme.starts_on - starts_on
    assert programme.sign_up_closes_on == date(2027, 1, 15) + moved
    (announcement,) = [one for one in office.posted(office.general) if "join.open" in action_ids(one)]
    assert day(date(2027, 1, 15) + moved, "en") in texts_in(announcement)

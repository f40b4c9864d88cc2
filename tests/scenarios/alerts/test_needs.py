"""Slack refuses what a feature needs until somebody changes a setting: a person, HR and the operator each read once
what to do, in their language, nothing is lost, and Slack is not asked again and again."""

import re
from collections.abc import Awaitable, Callable
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from sqlmodel import col, select

from bot.domain.messages.closing import CertificateMessage
from bot.domain.messages.insight import ReportMessage
from bot.domain.messages.kind import OutboxMessage
from bot.domain.messages.matching import AuditLogMessage
from bot.domain.messages.privacy import ExportMessage
from bot.domain.messages.roster import RosterTemplateMessage
from bot.domain.messages.sessions import CalendarFileMessage
from bot.domain.sessions import Side
from bot.sandbox import Fault, Message
from bot.services.alerts.needs import Needs
from bot.slack.needs import Need
from storage.outbox import outgoing
from storage.tables import MentoringSession, Outbox, OutboxState, Pair, Participant, Person, Programme, SessionState
from tests.scenarios.office import Colleague, Office, action_ids, texts_in
from tests.scenarios.pairs import MONDAY_11, book, introduce
from tests.scenarios.snapshots import once
from tests.wording import says

LANGUAGES = ("en", "id")
LINK = re.compile(r"https?://[^\s<>|]+")
UPLOADS = ("files.getUploadURLExternal", "files.completeUploadExternal")
ERRORS = {
    "file_uploads_disabled": Need.UPLOADS,
    "file_uploads_except_images_disabled": Need.PICTURES_ONLY,
    "storage_limit_reached": Need.STORAGE,
    "file_type_not_allowed": Need.FILE_TYPE,
    "missing_scope": Need.SCOPE,
}


async def speaking(office: Office, language: str) -> Colleague:
    """Everybody and HR's channel read `language`; there is an operator, who is returned."""
    adi = office.people.get("adi") or office.hire("Adi Operator")
    async with office.balik.store.write(office.clock.now()) as work:
        work.session.add(Person(team_id="T0001", slack_id=adi.id, name="Adi", created_at=work.now))
        await work.session.flush()
        for person in (await work.session.exec(select(Person))).all():
            person.language = language
        for programme in (await work.session.exec(select(Programme))).all():
            programme.language = language
        await work.commit()
    needs = Needs(office.balik.store, adi.id, office.clock, office.balik.context.spawn)
    office.balik.gateway.needs.tell = needs.refused
    return adi


def refuse(office: Office, error: str, method: str, **details: Any) -> Fault:
    return office.slack.faults.add(Fault("refused", method, error=error, **details))


async def ask(office: Office, payload: OutboxMessage, who: Colleague | None) -> None:
    """A message with files to a person, or to HR's channel, as its button enqueues it."""
    async with office.balik.store.write(office.clock.now()) as work:
        reader = None
        if who:
            reader = (await work.session.exec(select(Person).where(Person.slack_id == who.id))).one().id
        channel = None if who else office.hr_channel.id
        await work.send(outgoing(payload, "T0001", 1, person_id=reader, channel=channel, keeps_hours=False))
        await work.commit()


async def rows(office: Office, *kinds: str) -> list[Outbox]:
    async with office.balik.store.read(office.clock.now()) as work:
        wanted = select(Outbox).where(col(Outbox.kind).in_(kinds)).order_by(col(Outbox.id))
        return list((await work.session.exec(wanted)).all())


def needs_told(messages: list[Message], need: Need, who: str, language: str) -> int:
    return sum(says(texts_in(one), f"alerts.needs.{who}.{need}", language) for one in messages)


async def with_a_session(office: Office, hr: Colleague) -> None:
    """Sari and Budi, whose first session is booked and whose sessions were held: both earned a certificate."""
    await once(office, _with_a_session, office, hr)


async def _with_a_session(office: Office, hr: Colleague) -> None:
    await introduce(office, hr)
    await office.run(until=MONDAY_11)
    assert (await book(office, office.people["sari"], "2027-01-21", "11:00")).ok
    await office.run(minutes=5)
    async with office.balik.store.write(office.clock.now()) as work:
        later = select(MentoringSession).where(col(MentoringSession.number) > 1)
        for session in (await work.session.exec(later)).all():
            session.state, session.settled_at, session.next_at = SessionState.HELD, work.now, None
        await work.commit()


Ask = Callable[[Office, int], Awaitable[None]]


async def _certificate(office: Office, number: int) -> None:
    async with office.balik.store.read(office.clock.now()) as work:
        wanted = select(Participant.id).join(Person).where(Person.slack_id == office.people["sari"].id)
        participant = (await work.session.exec(wanted)).one()
    await ask(office, CertificateMessage(participant, Side.MENTOR, slot=f"x{number}"), office.people["sari"])


FEATURES: dict[str, tuple[Ask, str, str, str]] = {
    "calendar": (
        lambda office, n: ask(office, CalendarFileMessage(1, receipt=f"x{n}"), office.people["sari"]),
        "sari", "sessions.calendar.as_text", "calendar.file",
    ),
    "certificate": (_certificate, "sari", "closing.certificate.failed.as_text", "certificate.send"),
    "export": (
        lambda office, n: ask(office, ExportMessage(receipt=f"x{n}"), office.people["sari"]),
        "sari", "privacy.export.forbidden", "privacy.export",
    ),
    "report": (
        lambda office, n: ask(office, ReportMessage(receipt=f"x{n}"), None),
        "", "insight.report.sent.forbidden", "report.get",
    ),
    "roster": (
        lambda office, n: ask(office, RosterTemplateMessage(receipt=f"x{n}"), office.people["dewi"]),
        "dewi", "roster.import.template_as_text", "",
    ),
    "log": (
        lambda office, n: ask(office, AuditLogMessage(at=f"x{n}"), office.people["dewi"]),
        "dewi", "matching.log.forbidden", "",
    ),
}  # fmt: skip
"""By feature: how its files are asked for, who gets them, the text in their place, and the button that asks again."""


def written_to(office: Office, who: str) -> list[Message]:
    return office.people[who].inbox if who else office.posted(office.hr_channel)


@pytest.mark.in_turn(len(LANGUAGES))
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("error", ERRORS)
async def test_files_that_may_not_be_sent_come_as_text(
    office: Office, hr: Colleague, error: str, language: str
) -> None:
    """Each feature × each method that uploads: the text, one try, HR and the operator told once, and files later."""
    await with_a_session(office, hr)
    adi = await speaking(office, language)
    before = len(office.posted(office.hr_channel))
    for number, (feature, (press, who, key, button)) in enumerate(FEATURES.items()):
        fault = refuse(office, error, UPLOADS[number % 2])
        await press(office, number)
        await office.run(minutes=5)
        shown = [one for one in written_to(office, who) if says(texts_in(one), key, language)]
        assert len(shown) == 1, (feature, [texts_in(one) for one in written_to(office, who)][-2:])
        assert not button or button in action_ids(shown[0]), feature
        assert not any(one.files for one in written_to(office, who)), feature
        assert fault.struck <= 3, (feature, fault.struck)
        office.slack.faults.clear()
    await office.run(hours=1)
    assert needs_told(office.posted(office.hr_channel)[before:], ERRORS[error], "hr", language) == 1
    assert needs_told(adi.inbox, ERRORS[error], "operator", language) == 1
    assert {
        row.state for row in await rows(office, "calendar_file", "certificate", "export", "report", "audit_log")
    } == {OutboxState.SENT}
    for number, (press, who, _, _) in enumerate(FEATURES.values(), 100):
        have = len([one for one in written_to(office, who) if one.files])
        await press(office, number)
        await office.run(minutes=5)
        assert len([one for one in written_to(office, who) if one.files]) == have + 1


@pytest.mark.parametrize("method", ["", UPLOADS[1]])
@pytest.mark.parametrize("language", LANGUAGES)
async def test_where_only_pictures_are_allowed_the_picture_arrives(
    office: Office, hr: Colleague, language: str, method: str
) -> None:
    """Whichever method refuses the page to print; and the message says what is missing."""
    await with_a_session(office, hr)
    adi = await speaking(office, language)
    before = len(office.posted(office.hr_channel))
    sari = office.people["sari"]
    if method:
        refuse(office, "file_uploads_except_images_disabled", method, times=1)
    else:
        office.slack.workspace.uploads = "images"
    await _certificate(office, 1)
    await office.run(minutes=5)
    (picture,) = [one for one in sari.inbox if one.files]
    (file,) = [office.slack.file(one) for one in picture.files]
    assert file.is_image
    (told,) = [one for one in sari.inbox if says(texts_in(one), "closing.certificate.failed.picture_only", language)]
    assert needs_told(office.posted(office.hr_channel)[before:], Need.PICTURES_ONLY, "hr", language) == 1
    assert needs_told(adi.inbox, Need.PICTURES_ONLY, "operator", language) == 1
    office.slack.workspace.uploads = "all"
    await sari.click(told, "certificate.send")
    await office.run(minutes=5)
    assert len([one for one in sari.inbox if one.files][-1].files) == 2


@pytest.mark.in_turn(len(LANGUAGES))
@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_text_in_place_of_a_calendar_file_says_all_that_it_would(
    office: Office, hr: Colleague, language: str
) -> None:
    await with_a_session(office, hr)
    await speaking(office, language)
    refuse(office, "file_uploads_disabled", UPLOADS[0])
    await FEATURES["calendar"][0](office, 1)
    await office.run(minutes=5)
    shown = texts_in(office.people["sari"].inbox[-1])
    assert "11" in shown
    assert "60" in shown
    assert "Budi" in shown
    links = [unescape(one) for one in LINK.findall(shown)]
    async with office.balik.store.read(office.clock.now()) as work:
        (pair,) = (await work.session.exec(select(Pair))).all()
    chat = f"https://slack.com/app_redirect?team=T0001&channel={pair.group_channel}"
    assert set(links) == {chat}, "as in the file, and none to a file"
    assert says(shown, "sessions.calendar.chat", language)


@pytest.mark.in_turn(len(LANGUAGES))
@pytest.mark.parametrize("language", LANGUAGES)
async def test_an_app_without_home_tab_is_told_and_not_asked_again(
    office: Office, hr: Colleague, language: str
) -> None:
    await introduce(office, hr)
    adi = await speaking(office, language)
    fault = refuse(office, "not_enabled", "views.publish")
    sari = office.people["sari"]
    for _ in range(5):
        await sari.open_home()
    await sari.command("home", office.general)
    await office.run(minutes=2)
    assert fault.struck == 1
    assert sari.whispered(office.general), "the same page comes as a reply"
    assert needs_told(office.posted(office.hr_channel), Need.HOME_TAB, "hr", language) == 1
    assert needs_told(adi.inbox, Need.HOME_TAB, "operator", language) == 1
    office.slack.faults.clear()
    await office.run(minutes=11)
    assert await sari.open_home()


@pytest.mark.in_turn(len(LANGUAGES))
@pytest.mark.parametrize("language", LANGUAGES)
async def test_without_messages_tab_hr_reads_it_in_its_channel_and_nothing_is_lost(
    office: Office, hr: Colleague, language: str
) -> None:
    await office.set_up(hr)
    await speaking(office, language)
    dms = {one.id for one in office.slack.workspace.channels.values() if one.kind == "im"}
    people = [office.hire(f"Orang{number} Kantor") for number in range(6)]
    post = office.balik.gateway.post

    async def to_channels_only(channel: str, *arguments: Any) -> Any:
        office.slack.faults.clear()
        found = office.slack.workspace.channels.get(channel)
        if found is None or found.kind == "im" or channel in dms:
            refuse(office, "messages_tab_disabled", "chat.postMessage")
        return await post(channel, *arguments)

    office.balik.gateway.post = to_channels_only  # type: ignore[method-assign,assignment]  # DMs are refused
    for person in people:
        await office.join(person, "mentor", "specialist", "Marketing")
    calls = len(office.slack.calls)
    await office.run(hours=1)
    told = office.posted(office.hr_channel)
    assert needs_told(told, Need.MESSAGES_TAB, "hr", language) == 1
    tries = [one for one in list(office.slack.calls)[calls:] if one["method"] == "chat.postMessage"]
    assert len(tries) < 80, "no storm"
    assert {row.state for row in await rows(office, "welcome")} == {OutboxState.PENDING}
    office.balik.gateway.post = post  # type: ignore[method-assign]  # it is switched on
    office.slack.faults.clear()
    await office.run(minutes=30)
    assert {row.state for row in await rows(office, "welcome")} == {OutboxState.SENT}
    assert all(len(person.inbox) == 1 for person in people)


REQUESTS = {
    "conversations.members": ("groups:read", "summary"),
    "conversations.info": ("groups:read", "summary"),
}
"""By method: the scope that it lacks, and a command of HR that needs it."""


@pytest.mark.in_turn(len(LANGUAGES))
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("method", REQUESTS)
async def test_a_command_that_lacks_a_permission_says_so(
    office: Office, hr: Colleague, method: str, language: str
) -> None:
    await introduce(office, hr)
    adi = await speaking(office, language)
    _, command = REQUESTS[method]
    office.balik.context.directory.forget_members(office.slack.workspace.team_id, office.hr_channel.id)
    refuse(office, "missing_scope", method)
    await hr.command(command, office.hr_channel)
    assert says(hr.whispered(office.hr_channel)[-1], "errors.not_permitted", language)
    await office.run(minutes=2)
    assert needs_told(adi.inbox, Need.SCOPE, "operator", language) == 1
    # What is for HR waits while its channel cannot be checked.
    office.slack.faults.clear()
    await office.run(hours=2)
    assert needs_told(office.posted(office.hr_channel), Need.SCOPE, "hr", language) == 1


async def test_hr_is_told_once_a_week_and_the_operator_once_a_day(office: Office, hr: Colleague) -> None:
    await introduce(office, hr)
    adi = await speaking(office, "en")
    refuse(office, "not_enabled", "views.publish")
    told = []
    for _ in range(9):
        await office.people["sari"].open_home()
        await office.run(days=1)
        hrs = needs_told(office.posted(office.hr_channel), Need.HOME_TAB, "hr", "en")
        told.append((hrs, needs_told(adi.inbox, Need.HOME_TAB, "operator", "en")))
    assert told[0] == (1, 1)
    assert told[-1] == (2, 9)
    assert timedelta(days=9) < office.clock.now() - MONDAY_11 + timedelta(days=9)

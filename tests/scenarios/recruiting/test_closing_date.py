"""HR sets the last day of sign-up: announced, reminded of once, and kept."""

from datetime import date

import pytest
from sqlmodel import select

from bot.domain.messages.invitations import InvitationMessage, InvitationReminderMessage
from bot.domain.messages.recruiting import JoinReminderMessage
from storage.tables import Outbox, Participant
from tests.scenarios.course.test_course import choose
from tests.scenarios.invitations.test_invitations import invite
from tests.scenarios.office import Colleague, Office, action_ids, shows, texts_in
from tests.scenarios.pairs import of_kind
from tests.scenarios.participants.test_participants import SIGN_UP
from tests.scenarios.programme.test_hr_channel import LANGUAGES, speak

NAME = "Tukar Ilmu 2027"
TEXTS = {"en": "Friday 15 January 2027", "id": "Jumat, 15 Januari 2027"}
CLOSES = "2027-01-15"
"""A Friday, two weeks before the start."""


async def close_on(office: Office, hr: Colleague, day: str | None) -> None:
    """HR sets the last day in three steps, from Home."""
    if hr.slack.modal:
        await hr.slack.close(all=True)
    await hr.click(await hr.open_home(), "closing_date.open")
    assert (await hr.submit({"day": day})).ok
    assert (await hr.submit({})).ok
    await hr.slack.close(all=True)
    await office.settle()


async def parts(office: Office) -> int:
    async with office.balik.store.read(office.clock.now()) as work:
        return len((await work.session.exec(select(Participant))).all())


@pytest.mark.in_turn(len(LANGUAGES))
@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_last_day_is_previewed_and_the_announcement_shows_it(
    office: Office, hr: Colleague, language: str
) -> None:
    await office.set_up(hr, language=language)
    await speak(office, hr, language)
    await hr.click(await hr.open_home(), "closing_date.open")
    assert shows(hr.modal, "recruiting.closing.now.open", language, programme=NAME)
    outcome = await hr.submit({"day": "2027-01-01"})
    assert set(outcome.errors) == {"day"}
    assert (await hr.submit({"day": CLOSES})).ok
    assert TEXTS[language] in texts_in(hr.modal)
    (announced,) = office.posted(office.general)
    assert TEXTS[language] not in texts_in(announced), "not before HR has confirmed"
    assert (await hr.submit({})).ok
    assert shows(hr.modal, "recruiting.closing.saved", language, programme=NAME, day=TEXTS[language])
    (announced,) = office.posted(office.general)
    assert TEXTS[language] in texts_in(announced)


async def test_the_last_day_is_kept_and_hr_can_reopen(office: Office, hr: Colleague) -> None:
    await office.set_up(hr)
    sari, budi, tono = office.hire("Sari Wulandari"), office.hire("Budi Santoso"), office.hire("Tono Baru")
    await close_on(office, hr, CLOSES)
    await office.join(sari, "mentor", "specialist", "Marketing")
    await speak(office, budi, "en")
    await budi.command("join")
    await office.run(days=12)
    outcome = await budi.submit(
        {"role": "mentor", "level": "specialist", "department": "IT", "offers": ["ai_tools"], "no_manager": ["none"]}
    )
    assert outcome.ok
    assert shows(budi.modal, "errors.sign_up_over", programme=NAME, hr=hr.slack.user.real_name)
    await budi.slack.close(all=True)
    await sari.command("join")
    assert sari.modal.callback_id == "join.about", "who takes part can change the sign-up"
    home = await budi.open_home()
    assert home
    assert "join.open" not in action_ids(home)
    await hr.command("people", office.hr_channel)
    await hr.click(hr.modal, "participant.add")
    assert (await hr.submit({"person": tono.id, **SIGN_UP})).ok, "HR itself can sign somebody up"
    assert await parts(office) == 2
    await close_on(office, hr, "2027-01-22")
    await office.join(budi, "mentor", "specialist", "IT")
    assert await parts(office) == 3
    await close_on(office, hr, None)
    await office.run(days=7)
    ani = office.hire("Ani Lestari")
    await office.join(ani, "mentor", "specialist", "IT")
    assert await parts(office) == 4


async def test_the_channel_and_who_did_not_answer_are_reminded_once_before(office: Office, hr: Colleague) -> None:
    await office.set_up(hr, starts_on="2027-03-01")
    sari, budi = office.hire("Sari Wulandari"), office.hire("Budi Santoso")
    await speak(office, sari, "en")
    await close_on(office, hr, "2027-01-29")
    await invite(office, hr, sari, budi)
    await office.run(days=2)
    await budi.click(of_kind(budi, InvitationMessage)[0], "invitation.no")
    await office.run(days=20)
    assert not of_kind(sari, InvitationReminderMessage), "its one reminder comes before sign-up closes"
    await office.run(days=10)
    (reminder,) = of_kind(sari, InvitationReminderMessage)
    days = {"day": "Monday 4 January 2027", "closes": "Friday 29 January 2027"}
    assert shows(reminder, "invitations.reminder.body", programme=NAME, **days)
    assert not of_kind(budi, InvitationReminderMessage)
    async with office.balik.store.read(office.clock.now()) as work:
        rows = select(Outbox).where(Outbox.kind == JoinReminderMessage.kind.name)
        (posted,) = (await work.session.exec(rows)).all()
    assert posted.sent_at
    assert f"{posted.sent_at:%Y-%m-%d}" == "2027-01-27"
    await sari.click(of_kind(sari, InvitationMessage)[0], "invitation.join")
    assert "invitation.join" not in action_ids(of_kind(sari, InvitationMessage)[0])


@pytest.mark.in_turn(len(LANGUAGES))
@pytest.mark.parametrize("language", LANGUAGES)
async def test_hr_learns_who_is_not_told_of_an_earlier_day(office: Office, hr: Colleague, language: str) -> None:
    """Invitations have one reminder: after it, or if the day is too near for it, nobody is told of the new day."""
    await office.set_up(hr, starts_on="2027-03-01")
    sari, budi = office.hire("Sari Wulandari"), office.hire("Budi Santoso")
    await close_on(office, hr, "2027-01-29")
    await invite(office, hr, sari)
    await office.run(days=23, hours=2)
    assert of_kind(sari, InvitationReminderMessage)
    await invite(office, hr, budi)
    await office.run(hours=2)
    await speak(office, hr, language)
    for day, untold in (("2027-01-29", 0), ("2027-02-12", 0), ("2027-01-28", 1), ("2027-01-27", 2)):
        await hr.click(await hr.open_home(), "closing_date.open")
        assert (await hr.submit({"day": day})).ok
        assert shows(hr.modal, "recruiting.closing.preview.untold", language, untold=untold) == bool(untold), day
        await hr.slack.close(all=True)
    form = await choose(hr, "move")
    assert not shows(form, "recruiting.closing.preview.untold", language, untold=1), "it comes later"
    await hr.slack.close(all=True)
    form = await choose(hr, "move", "-7")
    assert shows(form, "recruiting.closing.preview.untold", language, untold=2), "today: too late for Budi's reminder"


@pytest.mark.in_turn(len(LANGUAGES))
@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_delivered_invitation_shows_the_new_day(office: Office, hr: Colleague, language: str) -> None:
    """In place: nobody gets one more message. The same when the whole programme moves."""
    await office.set_up(hr, starts_on="2027-03-01")
    sari, budi = office.hire("Sari Wulandari"), office.hire("Budi Santoso")
    await speak(office, sari, language)
    await close_on(office, hr, "2027-01-29")
    await invite(office, hr, sari, budi)
    await office.run(days=23, hours=2)
    assert of_kind(sari, InvitationReminderMessage)
    await budi.click(of_kind(budi, InvitationMessage)[0], "invitation.no")
    answered, came = texts_in(of_kind(budi, InvitationMessage)[0]), len(sari.inbox)
    texts = office.balik.context.catalogue.texts(language)
    await close_on(office, hr, "2027-02-10")
    await office.run(minutes=5)
    for kind in (InvitationMessage, InvitationReminderMessage):
        (shown,) = of_kind(sari, kind)
        assert texts.day(date(2027, 2, 10)) in texts_in(shown)
        assert texts.day(date(2027, 1, 29)) not in texts_in(shown)
        assert "invitation.join" in action_ids(shown)
    await choose(hr, "move", "14")
    assert (await hr.submit()).ok
    await hr.slack.close(all=True)
    await office.run(minutes=5)
    (shown,) = of_kind(sari, InvitationMessage)
    assert texts.day(date(2027, 3, 15)) in texts_in(shown), "the first day, too"
    assert len(sari.inbox) == came
    assert texts_in(of_kind(budi, InvitationMessage)[0]) == answered

"""HR approves sign-ups, if it wants to: who waits is told by when, is in no draft, and may leave."""

from datetime import timedelta

import pytest

from bot.domain.messages.matching import NoPartnerMessage, StillLookingMessage
from bot.domain.messages.programme import AlumnusMessage
from bot.domain.messages.signup import SignUpApprovedMessage, SignUpDeclinedMessage, WelcomeMessage
from tests.scenarios.closing.test_each_pair import END, MONTHS
from tests.scenarios.invitations.test_invitations import invite
from tests.scenarios.office import Colleague, Office, action_ids, shows, texts_in
from tests.scenarios.pairs import of_kind, release, without_weekly
from tests.scenarios.participants.test_participants import SIGN_UP, open_list, part_of
from tests.scenarios.programme.test_hr_channel import LANGUAGES, speak
from tests.wording import label, says

NAME = "Tukar Ilmu 2027"
BY = {"en": "Friday 8 January 2027", "id": "Jumat, 8 Januari 2027"}
"""Three working days after Monday the 4th; the 5th is a holiday."""


async def with_approval(office: Office, hr: Colleague, days: str = "3") -> None:
    """HR wants to approve sign-ups, as it says in the form for who can take part."""
    if hr.slack.modal:
        await hr.slack.close(all=True)
    await hr.click(await hr.open_home(), "eligibility.open")
    assert (await hr.submit({"approval": days})).ok
    assert (await hr.submit({})).ok
    await hr.slack.close(all=True)


async def sign_up(office: Office, who: Colleague, role: str, level: str, department: str, language: str = "en") -> None:
    """Somebody signs up, and the form's last window stays."""
    topics = {"offers": ["ai_tools"]} if role == "mentor" else {"wishes": ["ai_tools"]}
    await who.command("join")
    about = {"role": role, "level": level, "department": department, "no_manager": ["none"], "language": language}
    assert (await who.submit(about | topics)).ok
    assert (await who.submit({"confidence": "4"} if role == "mentor" else {"skill_ai_tools": "2"})).ok


@pytest.mark.in_turn(len(LANGUAGES))
@pytest.mark.parametrize("language", LANGUAGES)
async def test_who_signs_up_waits_for_hr_and_is_welcomed_then(office: Office, hr: Colleague, language: str) -> None:
    await office.set_up(hr)
    await with_approval(office, hr)
    sari, budi = office.hire("Sari Wulandari"), office.hire("Budi Santoso")
    await speak(office, sari, language)
    await sign_up(office, sari, "mentor", "specialist", "IT", language)
    assert shows(sari.modal, "signup.approval.waits", language, programme=NAME, by=BY[language])
    await sari.slack.close(all=True)
    home = await sari.open_home()
    assert home
    assert shows(home, "signup.approval.waits", language, programme=NAME, by=BY[language])
    assert "pause.open" not in action_ids(home)
    await office.join(budi, "mentee", "director", "Keuangan")
    assert not of_kind(sari, WelcomeMessage), "they read it in the form and on Home"
    home = await hr.open_home()
    assert home
    assert "participants.waiting" in action_ids(home)
    assert "match.draw" in action_ids(home)
    await hr.click(home, "participants.waiting")
    shown = texts_in(hr.modal)
    assert f"<@{sari.id}>" in shown
    assert f"<@{budi.id}>" in shown
    await hr.click(hr.modal, "participant.approve")
    assert f"<@{sari.id}>" not in texts_in(hr.modal)
    assert (await part_of(office, sari)).state == "active"
    await office.run(days=2)
    (told,) = of_kind(sari, SignUpApprovedMessage)
    assert says(texts_in(told), "signup.approval.approved", language, programme=NAME)
    assert "prepare.open.mentor" in action_ids(told)
    assert len(of_kind(budi, SignUpApprovedMessage)) == 1


@pytest.mark.in_turn(len(LANGUAGES))
@pytest.mark.parametrize("language", LANGUAGES)
async def test_not_this_time_is_kind_and_the_reason_stays_with_hr(office: Office, hr: Colleague, language: str) -> None:
    await office.set_up(hr)
    await with_approval(office, hr)
    sari = office.hire("Sari Wulandari")
    await speak(office, sari, language)
    await sign_up(office, sari, "mentor", "specialist", "IT", language)
    await sari.slack.close(all=True)
    await open_list(office, hr, language)
    await hr.click(hr.modal, "participant.show")
    await hr.click(hr.modal, "participant.decline")
    assert (await hr.submit({"reason": "Rahasia sekali"})).ok
    await hr.slack.close(all=True)
    await office.run(days=2)
    (told,) = of_kind(sari, SignUpDeclinedMessage)
    who = hr.slack.user.real_name
    assert says(texts_in(told), "signup.approval.not_this_time", language, programme=NAME, hr=who)
    assert not any("Rahasia sekali" in texts_in(one) for one in sari.inbox)
    await sari.command("join", office.general)
    assert says(sari.whispered(office.general)[-1], "errors.sign_up_declined", language, programme=NAME, hr=who)
    await open_list(office, hr, language)
    assert label("participants.stages.declined", language) in texts_in(hr.modal)
    await hr.click(hr.modal, "participant.add")
    assert (await hr.submit({"person": sari.id, **SIGN_UP})).ok, "HR can still sign them up"
    part = await part_of(office, sari)
    assert (part.state, part.hr_declined_at) == ("active", None)


async def test_who_waits_is_in_no_draft_and_can_change_or_withdraw_it(office: Office, hr: Colleague) -> None:
    await office.set_up(hr)
    sari, budi = office.hire("Sari Wulandari"), office.hire("Budi Santoso")
    await office.join(sari, "mentor", "specialist", "IT")
    await with_approval(office, hr)
    assert (await part_of(office, sari)).state == "active", "who takes part stays"
    tono, ani = office.hire("Tono Baru"), office.hire("Ani Lestari")
    await office.join(tono, "mentor", "specialist", "Gudang")
    await invite(office, hr, budi)
    await office.join(budi, "mentee", "director", "Keuangan")
    assert (await part_of(office, budi)).state == "active", "HR invited them"
    await open_list(office, hr)
    await hr.click(hr.modal, "participant.add")
    assert (await hr.submit({"person": ani.id, **SIGN_UP})).ok
    assert (await part_of(office, ani)).state == "active", "HR signed them up"
    await hr.slack.close(all=True)
    await hr.command("match", office.hr_channel)
    await office.settle()
    draft = office.posted(office.hr_channel)[-1]
    assert says(texts_in(draft), "signup.approval.in_draft", count=1)
    await hr.click(draft, "match.left")
    assert f"<@{tono.id}>" not in texts_in(hr.modal)
    await hr.slack.close(all=True)
    since = (await part_of(office, tono)).waits_since
    await office.run(days=1)
    await office.join(tono, "mentor", "senior", "Gudang")
    part = await part_of(office, tono)
    assert (part.state, part.waits_since, part.level) == ("waiting", since, 3), "changed, and still the same sign-up"
    await tono.command("leave")
    assert (await tono.submit({})).ok
    part = await part_of(office, tono)
    assert (part.state, part.took_part) == ("left", False), "who withdraws it before HR answered has not left"
    await tono.slack.close(all=True)
    await office.join(tono, "mentor", "specialist", "Gudang")
    part = await part_of(office, tono)
    assert (part.state, part.waits_since) == ("waiting", office.clock.now()), "they can sign up again"


@pytest.mark.in_turn(len(LANGUAGES))
@pytest.mark.parametrize("language", LANGUAGES)
async def test_hr_is_reminded_of_what_it_has_not_answered(office: Office, hr: Colleague, language: str) -> None:
    await office.set_up(hr, language=language)
    await with_approval(office, hr)
    await speak(office, hr, language)
    await office.join(office.hire("Sari Wulandari"), "mentor", "specialist", "IT")
    home = await hr.open_home()
    assert home
    assert says(texts_in(home), "insight.weekly.todo.approve", language, count=1)
    await hr.click(await hr.open_home(), "closing_date.open")
    assert (await hr.submit({"day": "2027-01-15"})).ok
    assert shows(hr.modal, "signup.approval.at_closing", language, count=1)
    await hr.slack.close(all=True)
    await office.run(days=7)
    home = await hr.open_home()
    assert home
    assert says(texts_in(home), "insight.weekly.todo.approve_late", language, count=1)
    await hr.command("summary", office.hr_channel)
    await office.settle()
    summary = [one for one in office.posted(office.hr_channel) if "participants.waiting" in action_ids(one)]
    assert says(texts_in(summary[-1]), "insight.weekly.todo.approve_late", language, count=1)


@pytest.mark.in_turn(len(LANGUAGES))
@pytest.mark.parametrize("language", LANGUAGES)
async def test_who_is_never_answered_hears_it_at_the_end(office: Office, hr: Colleague, language: str) -> None:
    """Nothing is planned for who waits for HR: no search for a partner, no orientation."""
    await office.set_up(hr, starts_on="2027-01-11", months=MONTHS)
    office.people["sari"] = office.hire("Sari Wulandari")
    await office.join(office.people["sari"], "mentor", "specialist", "Marketing", mentor_capacity="1")
    await office.join(office.hire("Budi Santoso"), "mentee", "director", "Finance")
    await with_approval(office, hr)
    tono = office.hire("Tono Wijaya")
    await speak(office, tono, language)
    await sign_up(office, tono, "mentor", "specialist", "IT", language)
    await tono.slack.close(all=True)
    await release(office, hr)
    await without_weekly(office)
    await office.run(until=END + timedelta(days=16))
    assert of_kind(tono, StillLookingMessage) == []
    assert of_kind(tono, WelcomeMessage) == []
    (told,) = of_kind(tono, NoPartnerMessage)
    assert shows(told, "signup.approval.ended", language, programme=NAME)
    home = await tono.open_home()
    assert home
    assert shows(home, "home.finished.body", language, programme=NAME, invited=False), "they are not invited again"
    await hr.command("setup", office.hr_channel)
    assert (await hr.submit({"name": "Tukar Ilmu 2028", "starts_on": str(END.date() + timedelta(days=60))})).ok
    await hr.slack.close(all=True)
    await office.run(days=3)
    assert len(of_kind(office.people["sari"], AlumnusMessage)) == 1
    assert of_kind(tono, AlumnusMessage) == [], "it says how it was the last time"


WHILE_WAITING = {
    "": "home.show",
    "help": "home.show",
    "home": "join.open",
    "nonsense": "home.show",
    "join": "join.about",
    "pause": "errors.sign_up_waits",
    "resume": "care.resume.already.body",
    "leave": "leave.form",
    "concern": "concern.form",
    "orientation": "prepare.form",
    "briefing": "prepare.form",
    "privacy": "done",
    "summary": "errors.not_hr",
    "match": "errors.not_hr",
    "people": "errors.not_hr",
}
"""By what somebody types whose sign-up waits for HR: the window, a button of the reply, or its text."""


@pytest.mark.in_turn(len(LANGUAGES))
@pytest.mark.parametrize("language", LANGUAGES)
async def test_whatever_somebody_types_who_waits(office: Office, hr: Colleague, language: str) -> None:
    """Also that their data is erased: then nobody waits any more, and nobody is told."""
    await office.set_up(hr)
    await with_approval(office, hr)
    sari = office.hire("Sari Wulandari")
    await speak(office, sari, language)
    await office.join(sari, "mentor", "specialist", "IT", language=language)
    for typed, answer in WHILE_WAITING.items():
        await sari.command(typed)
        dm = sari.slack.dm
        assert dm
        if sari.slack.modal:
            assert sari.modal.callback_id == answer, typed
            await sari.slack.close(all=True)
            continue
        said = sari.slack.visible(dm)[-1]
        if answer in ("home.show", "join.open"):
            assert answer in action_ids(said), typed
            assert shows(said, "signup.approval.waits", language, programme=NAME, by=BY[language]) == (typed == "home")
        else:
            assert shows(said, answer, language), typed
        assert (await part_of(office, sari)).state == "waiting"
    told = len(office.posted(office.hr_channel))
    await sari.command("privacy")
    await sari.click(None, "privacy.erase")
    assert (await sari.submit({"sure": ["sure"]})).ok
    await sari.slack.close(all=True)
    await office.run(days=1)
    home = await hr.open_home()
    assert home
    assert "participants.waiting" not in action_ids(home)
    assert len(office.posted(office.hr_channel)) == told, "HR is not told either"

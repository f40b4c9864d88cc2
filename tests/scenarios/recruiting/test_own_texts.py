"""HR writes the announcement, the reminder, the invitation and the leadership message in its own words."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from bot.domain.messages.invitations import InvitationMessage
from bot.domain.recruiting_own_texts import PARTS, PLACEHOLDERS, OwnText, codes_in, to_codes
from bot.sandbox import Fault
from bot.services.privacy.erasure import erase_sponsors
from bot.services.programme.next_cohort import link_to_predecessor
from handlers.recruiting.own_text_forms import names
from handlers.recruiting.own_text_views import wording_of
from storage.tables import AuditEntry, Programme, ProgrammeState
from tests.scenarios.invitations.test_invitations import invite
from tests.scenarios.office import Colleague, Office, action_ids, open_office, parts_of, shows, texts_in
from tests.scenarios.pairs import of_kind
from tests.scenarios.programme.test_hr_channel import LANGUAGES, speak
from tests.scenarios.programme.test_next_cohort import initial
from tests.wording import CATALOGUE, says

NAME = "Tukar Ilmu 2027"
NASTY = "<!channel> @channel & *bold* https://example.com/a?b=1&c=2 <@U123>"
START = {"en": "{start}", "id": "{mulai}"}
CLOSES = {"en": "{closes}", "id": "{batas}"}
DAY = {"en": "Monday 1 February 2027", "id": "Senin, 1 Februari 2027"}


async def open_text(office: Office, hr: Colleague, which: str, language: str = "en") -> None:
    """HR opens one text in one language, from Home."""
    if hr.slack.modal:
        await hr.slack.close(all=True)
    await hr.click(await hr.open_home(), "own_texts.open")
    await hr.click(hr.modal, f"own_texts.edit.{which}.{language}")


async def write(office: Office, hr: Colleague, which: str, words: dict[str, str], language: str = "en") -> None:
    """HR saves its own words in four steps."""
    await open_text(office, hr, which, language)
    assert (await hr.submit(words)).ok
    assert (await hr.submit({})).ok
    await hr.slack.close(all=True)
    await office.settle()


@pytest.mark.in_turn(len(LANGUAGES))
@pytest.mark.parametrize("language", LANGUAGES)
async def test_hr_rewrites_the_announcement_and_the_posted_one_changes(
    office: Office, hr: Colleague, language: str
) -> None:
    await office.set_up(hr, language=language)
    await speak(office, hr, language)
    await open_text(office, hr, "announcement", language)
    assert START[language] in str(initial(hr.modal.blocks, "body")), "dates are placeholders"
    assert DAY[language] in texts_in(hr.modal), "and the window says what they become"
    body = f"{NASTY}\n{START[language]}. Sampai {CLOSES[language]}!"
    assert (await hr.submit({"body": body})).ok
    preview = texts_in(hr.modal)
    assert "&lt;!channel&gt; @channel &amp; *bold* <https://example.com/a?b=1&amp;c=2>" in preview
    assert "Sampai" not in preview, "there is no closing date: its sentence is left out"
    (announced,) = office.posted(office.general)
    assert "&lt;!channel&gt;" not in texts_in(announced), "nothing is saved yet"
    await hr.click(hr.modal, "own_texts.change")
    assert initial(hr.modal.blocks, "body") == body, "HR changes its own words"
    assert (await hr.submit({"opening": "Halo semua."})).ok
    assert (await hr.submit({})).ok
    assert shows(hr.modal, "recruiting.own_texts.saved.announcement", language)
    await office.settle()
    (announced,) = office.posted(office.general)
    assert "Halo semua." in texts_in(announced)
    assert DAY[language] in texts_in(announced)
    assert action_ids(announced) == ["join.open", "nominate.open"]
    assert shows(announced, "recruiting.announcement.footer", language), "who sees what stays"
    (written,) = [one for one in parts_of(announced.blocks) if "&lt;!channel&gt;" in str(one.get("text", ""))][:1]
    assert written["text"]["verbatim"], "Slack links no names in it"
    async with office.balik.store.read(office.clock.now()) as work:
        log = (await work.session.exec(select(AuditEntry).where(AuditEntry.what == "own_text_changed"))).all()
    assert len(log) == 1


async def test_the_text_follows_the_dates_and_the_closing_date(office: Office, hr: Colleague) -> None:
    await office.set_up(hr, language="en")
    await speak(office, hr, "en")
    await write(office, hr, "announcement", {"body": "From {start}, {length}. Until {closes}. See you!"})
    (announced,) = office.posted(office.general)
    assert "From Monday 1 February 2027, 6 months. See you!" in texts_in(announced)
    await hr.click(await hr.open_home(), "closing_date.open")
    await hr.submit({"day": "2027-01-15"})
    await hr.submit({})
    await office.settle()
    (announced,) = office.posted(office.general)
    assert "Until Friday 15 January 2027. See you!" in texts_in(announced)


async def test_reminders_change_too_also_those_in_the_channel(office: Office, hr: Colleague) -> None:
    await office.set_up(hr, language="en")
    await speak(office, hr, "en")
    await office.join(office.hire("Sari Wulandari"), "mentor", "specialist", "Marketing")
    (done,) = [one for one in office.posted(office.hr_channel) if "own_texts.open" in action_ids(one)]
    await hr.click(done, "recruit.remind")
    await office.settle()
    await open_text(office, hr, "reminder")
    assert "{mentors} and {leaders} have" in str(initial(hr.modal.blocks, "body"))
    assert (await hr.submit({"body": "{mentors}, {leaders}. Join us!"})).ok
    assert "1 mentor, 0 leaders. Join us!" in texts_in(hr.modal)
    assert (await hr.submit({})).ok
    _announcement, reminder = office.posted(office.general)
    assert "1 mentor, 0 leaders. Join us!" in texts_in(reminder)
    assert action_ids(reminder) == ["join.open"]
    await office.run(days=1)
    await hr.click(done, "recruit.remind")
    await office.settle()
    assert "1 mentor, 0 leaders. Join us!" in texts_in(office.posted(office.general)[-1])


async def test_invitations_take_the_text_that_is_there_when_they_are_sent(office: Office, hr: Colleague) -> None:
    await office.set_up(hr)
    sari, budi, wati = office.hire("Sari Wulandari"), office.hire("Budi Santoso"), office.hire("Wati Sari")
    await speak(office, budi, "en")
    await speak(office, wati, "id")
    await invite(office, hr, sari)
    await office.run(days=1)
    (sent,) = of_kind(sari, InvitationMessage)
    await invite(office, hr, budi, wati)  # at night: planned for the morning
    await write(office, hr, "invitation", {"title": "Dear {name}", "body": "Come {role}, for {length}."})
    await office.run(days=1)
    (told,) = of_kind(budi, InvitationMessage)
    assert "Dear Budi" in texts_in(told)
    assert "Come as a mentor: you show a leader something you know well, for 6 months." in texts_in(told)
    assert shows(told, "invitations.invited.footer"), "what HR sees stays"
    (other,) = of_kind(wati, InvitationMessage)
    assert shows(other, "invitations.invited.body", "id", programme=NAME), "HR wrote none in this language"
    assert shows(sent, "invitations.invited.body", "id", programme=NAME)


async def test_the_leadership_message_begins_with_it_and_a_posted_one_is_corrected(
    office: Office, hr: Colleague
) -> None:
    await office.set_up(hr, language="en")
    await speak(office, hr, "en")
    await write(office, hr, "sponsor", {"title": "From the top", "body": "Join {programme}. <!channel>"})
    await hr.command("sponsor", office.hr_channel)
    assert initial(hr.modal.blocks, "text") == f"Join {NAME}. <!channel>"
    assert (await hr.submit({"name": "Ratna Dewi, CEO"})).ok
    assert (await hr.submit()).ok
    await hr.slack.close(all=True)
    await office.settle()
    posted = office.posted(office.general)[-1]
    assert "From the top" in texts_in(posted)
    assert "<!channel>" not in posted.text
    await hr.command("sponsor", office.hr_channel)
    assert initial(hr.modal.blocks, "how") == ["correct"]
    assert (await hr.submit({"text": "Join us.", "name": "Ratna Dewi, Director"})).ok
    assert shows(hr.modal, "programme.sponsor.preview.correcting")
    await hr.click(hr.modal, "sponsor.edit")
    assert initial(hr.modal.blocks, "how") == ["correct"]
    assert (await hr.submit({})).ok
    assert (await hr.submit()).ok
    assert shows(hr.modal, "programme.sponsor.preview.corrected")
    await office.settle()
    assert office.posted(office.general)[-1].ts == posted.ts, "no second message"
    assert "Join us." in texts_in(office.posted(office.general)[-1])
    assert "Director" in texts_in(office.posted(office.general)[-1])


WRONG: dict[str, tuple[str, dict[str, Any], str]] = {
    "unknown placeholder": ("announcement", {"body": "From {strat}"}, "placeholder"),
    "lonely brace": ("announcement", {"title": "Hello {start"}, "brace"),
    "a template": ("announcement", {"body": "{% if x %}"}, "brace"),
    "too long once escaped": ("announcement", {"body": "&" * 1500}, "too_long_filled"),
    "too long for the window": ("announcement", {"body": '"' * 1500}, "too_long_filled"),
    "empty": ("invitation", {"title": " \t"}, "empty"),
    "nothing is left": ("reminder", {"body": "Until {closes}."}, "empty_filled"),
    "of another text": ("announcement", {"body": "Dear {name}"}, "placeholder"),
}


@pytest.mark.parametrize("case", WRONG)
async def test_what_is_wrong_is_said_at_its_field_and_nothing_is_lost(office: Office, hr: Colleague, case: str) -> None:
    await office.set_up(hr)
    await speak(office, hr, "en")
    which, words, code = WRONG[case]
    await open_text(office, hr, which)
    errors = (await hr.submit(words)).errors
    assert list(errors) == list(words)
    assert says(errors[next(iter(words))], f"recruiting.own_texts.errors.{code}")
    assert (await hr.submit({next(iter(words)): "Better {programme}"})).ok, "the form stays open"


async def test_back_to_the_standard_text_and_a_colleague_who_was_quicker(office: Office, hr: Colleague) -> None:
    await office.set_up(hr, language="en")
    tono = office.hire("Tono Wijaya")
    office.slack.add_member(office.hr_channel, tono.slack.user)
    for who in (hr, tono):
        await speak(office, who, "en")
        await open_text(office, who, "announcement")
    for who, words in ((hr, "First."), (tono, "Second.")):
        assert (await who.submit({"body": words})).ok
    assert (await hr.submit({})).ok
    assert (await tono.submit({})).ok
    assert shows(tono.modal, "errors.own_text_changed")
    assert "Second." in texts_in(tono.modal), "what was written is kept"
    (announced,) = office.posted(office.general)
    assert "First." in texts_in(announced)
    assert (await tono.submit({})).ok
    assert "Second." in texts_in(office.posted(office.general)[0])
    await open_text(office, tono, "announcement")
    (reset,) = [one for one in parts_of(tono.modal.blocks) if one.get("action_id") == "own_texts.reset"]
    assert reset["confirm"]
    assert (await tono.click(tono.modal, "own_texts.reset")).ok
    assert shows(tono.modal, "recruiting.own_texts.saved.standard")
    await office.settle()
    (announced,) = office.posted(office.general)
    assert shows(announced, "recruiting.announcement.body")
    await open_text(office, tono, "announcement")
    assert "own_texts.reset" not in action_ids(tono.modal)


async def test_hr_reads_it_if_slack_refuses_to_change_the_post(office: Office, hr: Colleague) -> None:
    await office.set_up(hr, language="en")
    await speak(office, hr, "en")
    await open_text(office, hr, "announcement")
    assert (await hr.submit({"body": "Mine."})).ok
    office.slack.faults.add(Fault("refused", "chat.update", error="message_not_found"))
    assert (await hr.submit({})).ok
    await office.settle()
    assert shows(hr.modal, "recruiting.own_texts.saved.failed")


async def test_slack_counts_before_the_companys_folder(tmp_path: Path) -> None:
    path = tmp_path / "own" / "en" / "recruiting" / "announcement.md"
    path.parent.mkdir(parents=True)
    path.write_text("---\ntitle: 'Company: {{ programme }}'\n---\n[Our page](https://example.com) is *the* place.\n")
    async with open_office(f"sqlite:///{tmp_path}/balik.sqlite", own_texts=tmp_path / "own") as office:
        hr = office.hire("Dewi Lestari")
        office.slack.add_member(office.hr_channel, hr.slack.user)
        await office.set_up(hr, language="en")
        await speak(office, hr, "en")
        await open_text(office, hr, "announcement")
        assert initial(hr.modal.blocks, "title") == "Company: {programme}"
        assert initial(hr.modal.blocks, "body") == "Our page (https://example.com) is _the_ place."
        assert (await hr.submit({"title": "Ours: {programme}"})).ok
        assert (await hr.submit({})).ok
        await office.settle()
        (announced,) = office.posted(office.general)
        assert f"Ours: {NAME}" in texts_in(announced)
        assert "<https://example.com|Our page>" in texts_in(announced), "what HR left is the company's"


async def test_the_next_programme_begins_with_the_texts(office: Office, hr: Colleague) -> None:
    await office.set_up(hr, language="en")
    await speak(office, hr, "en")
    await write(office, hr, "announcement", {"body": "Ours."})
    await write(office, hr, "sponsor", {"body": "Ratna: come."})
    async with office.balik.store.write(office.clock.now()) as work:
        first = await work.session.get_one(Programme, 1)
        values = first.model_dump(exclude={"id", "own_texts"})
        first.state = ProgrammeState.CLOSED
        await work.session.flush()
        second = Programme(**values)
        await link_to_predecessor(work, second)
        assert second.own_texts == {"en": {"announcement": {"body": "Ours."}, "sponsor": {"body": "Ratna: come."}}}
        await erase_sponsors(work.session, 1)
        assert first.own_texts == {"en": {"announcement": {"body": "Ours."}}}, "it may name a leader"


@pytest.mark.in_turn(len(LANGUAGES))
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_standard_texts_keep_what_changes_as_placeholders(language: str) -> None:
    """A writer who changes a standard text also changes the words of its placeholders."""
    programme = Programme(
        id=1, team_id="T", name="Unik", theme="inclusion", starts_on=date(2027, 2, 1), months=6, cadence="monthly",
        language=language, hr_channel="C", announce_channel="C", created_at=datetime.now(UTC), created_by=1,
    )  # fmt: skip
    for which in OwnText:
        wording = wording_of(CATALOGUE.texts(language), programme, which)
        typed = "\n".join(wording.standard(part.name) for part in PARTS[which])
        missing = set(PLACEHOLDERS[which]) - codes_in(to_codes(typed, names(CATALOGUE, which)))
        assert missing <= {"greeting"}, (which, typed)
        assert "Unik" not in typed

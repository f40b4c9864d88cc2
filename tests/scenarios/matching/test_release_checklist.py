"""Before a release: a word from leadership, what is missing, HR's yes; and taking a release back."""

from typing import Any

import pytest
from sqlmodel import col, select

from bot.sandbox import Message
from bot.services.matching.release_progress import IN_PERSON
from storage.tables import AuditEntry, Outbox, OutboxState, Pair, Person
from tests.rosters import say_manager
from tests.scenarios.office import Colleague, Office, action_ids, shows, texts_in
from tests.scenarios.pairs import pairs, say_yes, with_action
from tests.scenarios.snapshots import once
from tests.wording import label, says

NASTY = "Come <!channel> & <@U0001> *curious* <https://evil.example|here>"


@pytest.fixture
async def company(office: Office, hr: Colleague) -> Office:
    """Sari (specialist) and Budi (director) have signed up; HR reads English."""
    await once(office, _begin, office, hr)
    return office


async def _begin(office: Office, hr: Colleague) -> None:
    await office.set_up(hr)
    sari, budi = office.hire("Sari Wulandari"), office.hire("Budi Santoso")
    await office.join(sari, "mentor", "specialist", "Marketing")
    await office.join(budi, "mentee", "director", "Finance", address="bapak")
    async with office.balik.store.write(office.clock.now()) as work:
        dewi = (await work.session.exec(select(Person).where(Person.slack_id == hr.id))).one()
        dewi.language = "en"
        await work.commit()


async def draft(office: Office, hr: Colleague) -> Message:
    await hr.command("match", office.hr_channel)
    await office.settle()
    return office.posted(office.hr_channel)[-1]


async def audited(office: Office) -> list[str]:
    async with office.balik.store.read(office.clock.now()) as work:
        return list((await work.session.exec(select(AuditEntry.what).order_by(col(AuditEntry.id)))).all())


async def unknown_manager(office: Office, who: Colleague) -> None:
    async with office.balik.store.write(office.clock.now()) as work:
        person = (await work.session.exec(select(Person).where(Person.slack_id == who.id))).one()
        await say_manager(work, person.id, known=False)
        await work.commit()


async def test_leadership_speaks_before_the_release_in_words_that_hr_looked_at(company: Office, hr: Colleague) -> None:
    message = await draft(company, hr)
    assert (await hr.click(message, "match.release")).ok
    assert shows(hr.modal, "matching.release_checklist.count", pairs=1, people=2)
    assert hr.modal.submit is None, "nobody says yes as long as something is missing"
    assert (await hr.click(hr.modal, "gate.fill.sponsor")).ok
    text = next(one for one in hr.modal.blocks if one.get("block_id") == "text")
    assert says(text["element"]["initial_value"], "programme.themes.digital_trends.sponsor"), "the theme proposes words"
    assert not (await hr.submit({"text": "Come."})).ok, "somebody has to say it"
    assert (await hr.submit({"name": "Ratna <Dewi>, CEO", "text": NASTY})).ok
    assert NASTY in texts_in(hr.modal)
    assert shows(hr.modal, "programme.sponsor.preview.intro")
    assert len(company.posted(company.general)) == 1, "the announcement and nothing else"
    assert (await hr.click(hr.modal, "sponsor.edit")).ok
    assert (await hr.submit({"person": company.people["sari"].id})).ok
    assert (await hr.submit()).ok
    await company.settle()
    posted = company.posted(company.general)[-1]
    (said,) = [one["text"] for one in posted.blocks if one["type"] == "section" and one["text"]["type"] == "plain_text"]
    assert said["text"] == NASTY
    assert "<!channel>" not in posted.text
    assert f"<@{company.people['sari'].id}>*, Ratna &lt;Dewi&gt;, CEO" in texts_in(posted)
    assert "join.open" in action_ids(posted)
    await hr.slack.close()
    assert shows(hr.modal, "matching.release_checklist.sponsor.coming"), "it was on its way then"
    await hr.slack.close()
    await hr.click(message, "match.release")
    assert shows(hr.modal, "matching.release_checklist.sponsor.met"), "the release is ticked off"
    assert (await hr.submit()).ok
    assert await audited(company) == ["set_up", "draft", "sponsor_posted", "release"]


async def test_it_is_posted_again_only_by_somebody_who_knows_of_the_first(company: Office, hr: Colleague) -> None:
    tono = company.hire("Tono Wijaya")
    company.slack.add_member(company.hr_channel, tono.slack.user)
    for who in (hr, tono):
        await who.command("sponsor", company.hr_channel)
        assert (await who.submit({"name": "Ratna Dewi"})).ok
    assert (await hr.submit()).ok
    await tono.submit()
    await company.settle()
    assert shows(tono.modal, "errors.sponsor_posted", "id")
    assert len(company.posted(company.general)) == 2
    await tono.slack.close(all=True)
    await tono.command("pimpinan", company.hr_channel)
    assert shows(tono.modal, "programme.sponsor.form.again", "id", person=f"<@{hr.id}>")
    await tono.submit({"how": "another"})
    assert tono.modal.submit
    assert tono.modal.submit["text"] == label("programme.sponsor.preview.modal.post_again", "id")
    await tono.submit()
    await company.settle()
    assert len(company.posted(company.general)) == 3


async def test_hr_goes_on_without_something_only_deliberately(company: Office, hr: Colleague) -> None:
    lia = company.hire("Lia Kurnia")
    await company.join(lia, "mentor", "entry", "Legal")
    await unknown_manager(company, lia)
    message = await draft(company, hr)
    await hr.click(message, "match.release")
    assert shows(hr.modal, "matching.release_checklist.managers.open", count=1)
    asked = [one["confirm"]["text"]["text"] for one in _elements(hr) if "confirm" in one]
    assert len(asked) == 2
    assert says(asked[0], "matching.release_checklist.sponsor.waive")
    await hr.click(hr.modal, "gate.waive.sponsor")
    assert hr.modal.submit is None
    await hr.click(hr.modal, "gate.waive.managers")
    assert hr.modal.submit
    assert says(hr.modal.submit["text"], "matching.release_checklist.modal.submit", pairs=1)
    await hr.slack.close()
    # Word from leadership is waived for the programme, but whom a draft leaves out for that draft only.
    await hr.click(await draft(company, hr), "match.release")
    assert [one for one in action_ids(hr.modal) if one.startswith("gate.waive")] == ["gate.waive.managers"]
    await hr.slack.close(all=True)
    assert (await audited(company)).count("gate_waived") == 2


def _elements(who: Colleague) -> list[dict[str, Any]]:
    return [element for block in who.modal.blocks if block["type"] == "actions" for element in block["elements"]]


async def test_what_changed_since_hr_looked_takes_another_yes(company: Office, hr: Colleague) -> None:
    rina, bayu = company.hire("Rina Hapsari"), company.hire("Bayu Pratama")
    await company.join(rina, "mentee", "manager", "Sales")
    await company.join(bayu, "mentor", "entry", "Product")
    message = await draft(company, hr)
    await hr.click(message, "match.release")
    await hr.click(hr.modal, "gate.waive.sponsor")
    assert shows(hr.modal, "matching.release_checklist.count", pairs=2, people=4)
    await company.people["rina"].command("leave")
    await company.people["rina"].submit({})
    await hr.submit()
    assert await pairs(company) == []
    assert shows(hr.modal, "matching.release_checklist.count", pairs=1, people=2)
    await hr.submit()
    assert len(await pairs(company)) == 1


async def test_a_release_is_taken_back_and_made_again(company: Office, hr: Colleague) -> None:
    sari, budi = company.people["sari"], company.people["budi"]
    message = await draft(company, hr)
    await say_yes(hr, message)
    await company.run(minutes=4)
    told = company.posted(company.hr_channel)[-1]
    assert "09:05" in texts_in(told)
    home = await sari.open_home()
    assert home
    assert "agreement.open" not in action_ids(home), "the Home tab tells nothing before"
    assert not shows(home, "home.waiting.nobody")
    assert not shows(home, "home.waiting.unseen")
    assert (await hr.click(told, "match.undo")).ok
    await company.run(days=2)
    assert await pairs(company) == []
    assert len(sari.inbox) == len(budi.inbox) == 1, "the welcome and nothing else"
    was, news = company.posted(company.hr_channel)[-2:]
    assert action_ids(was) == []
    assert shows(was, "matching.undone.was")
    assert shows(news, "matching.undone.body", person=f"<@{hr.id}>")
    assert "match.release" in action_ids(message), "the draft is open again"
    await say_yes(hr, news)
    await company.run(minutes=6)
    assert len(await pairs(company)) == 1
    assert len(with_action(sari, "agreement.open")) == len(with_action(budi, "agreement.open")) == 1
    again = company.posted(company.hr_channel)[-1]
    await hr.click(again, "match.undo")
    assert says(hr.whispered(company.hr_channel)[-1], "errors.undo_too_late")
    assert action_ids(company.posted(company.hr_channel)[-1]) == ["match.progress"], "no way back is offered any more"
    assert len(await pairs(company)) == 1


async def test_hr_sees_how_far_the_introductions_are(company: Office, hr: Colleague) -> None:
    await say_yes(hr, await draft(company, hr))
    await company.settle()
    told = company.posted(company.hr_channel)[-1]
    await hr.click(told, "match.progress")
    assert says(hr.whispered(company.hr_channel)[-1], "matching.progress.body", told=0, people=2)
    assert says(hr.whispered(company.hr_channel)[-1], "matching.progress.minutes", minutes=6)
    await company.run(minutes=10)
    await hr.click(told, "match.progress")
    assert says(hr.whispered(company.hr_channel)[-1], "matching.progress.body", told=2, people=2)
    assert says(hr.whispered(company.hr_channel)[-1], "matching.progress.over")
    assert "match.undo" not in action_ids(company.posted(company.hr_channel)[-1])
    async with company.balik.store.write(company.clock.now()) as work:
        letters = (await work.session.exec(select(Outbox).where(col(Outbox.kind).in_(IN_PERSON)))).all()
        letters[0].person_id = letters[1].person_id
        await work.commit()
    await hr.click(told, "match.progress")
    assert says(hr.whispered(company.hr_channel)[-1], "matching.progress.body", told=1, people=1), (
        "who is a mentor and a mentee is one person"
    )


async def test_nobody_is_taken_back_who_acted_or_is_just_being_told(company: Office, hr: Colleague) -> None:
    await say_yes(hr, await draft(company, hr))
    await company.settle()
    told = company.posted(company.hr_channel)[-1]
    for state in (OutboxState.SENDING, OutboxState.UNKNOWN, OutboxState.HELD):
        await _set_intro(company, state)
        await hr.click(told, "match.undo")
        assert says(hr.whispered(company.hr_channel)[-1], "errors.undo_too_late"), state
        assert len(await pairs(company)) == 1
        async with company.balik.store.read(company.clock.now()) as work:
            assert len((await work.session.exec(select(Outbox).where(col(Outbox.kind).like("intro%")))).all()) == 3
    await _set_intro(company, OutboxState.PENDING)
    assert (await hr.click(told, "match.undo")).ok
    async with company.balik.store.read(company.clock.now()) as work:
        assert (await work.session.exec(select(Pair))).all() == []


async def _set_intro(office: Office, state: OutboxState) -> None:
    async with office.balik.store.write(office.clock.now()) as work:
        row = (await work.session.exec(select(Outbox).where(Outbox.kind == "intro_mentor"))).one()
        row.state = state
        await work.commit()

"""A concern always reaches a human: the contacts in order, then whoever set the programme up, then whom its writer
chooses. The same for the wish to be contacted."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlmodel import col, select

from bot.sandbox import Fault, Message
from bot.services.alerts.undelivered import report_trouble
from storage.tables import (
    Concern,
    ContactState,
    Outbox,
    OutboxState,
    Participant,
    ParticipantState,
    Person,
    Programme,
    ProgrammeContact,
    RosterEntry,
)
from tests.scenarios.office import Colleague, Office, action_ids, parts_of, texts_in
from tests.scenarios.pairs import introduce
from tests.scenarios.snapshots import once
from tests.wording import says

TEXT = "Saya tidak bebas bicara"
LANGUAGES = ("id", "en")
SATURDAY_NIGHT = datetime(2027, 1, 9, 16, 30, tzinfo=UTC)
"""23:30 in Jakarta."""


async def rows(office: Office, *kinds: str) -> list[Outbox]:
    async with office.balik.store.read(office.clock.now()) as work:
        wanted = select(Outbox).where(col(Outbox.kind).in_(kinds)).order_by(col(Outbox.id))
        return list((await work.session.exec(wanted)).all())


async def received(office: Office, who: Colleague, kind: str) -> list[Message]:
    """Messages of one kind in somebody's DM."""
    sent = {row.ts for row in await rows(office, kind) if row.state == OutboxState.SENT}
    return [one for one in who.inbox if one.ts in sent]


async def person(work: Any, who: Colleague) -> Person:
    return (await work.session.exec(select(Person).where(Person.slack_id == who.id))).one()  # type: ignore[no-any-return]  # of a test's own unit of work


async def with_contacts(office: Office, hr: Colleague, *, language: str = "en") -> tuple[Colleague, Colleague]:
    """Sari and Budi are a pair; Rina and Agus are the contacts."""
    await once(office, _with_contacts, office, hr, language=language)
    return office.people["rina"], office.people["agus"]


async def _with_contacts(office: Office, hr: Colleague, *, language: str) -> None:
    await introduce(office, hr, weekly=True)
    rina, agus = office.hire("Rina Marlina"), office.hire("Agus Salim")
    await office.set_up(hr, contact=rina.id)
    await agus.command("help")  # from then on they are known
    async with office.balik.store.write(office.clock.now()) as work:
        (await work.session.get_one(Programme, 1)).second_contact_id = (await person(work, agus)).id
        (await person(work, office.people["sari"])).language = language
        await work.commit()


async def write(sari: Colleague, text: str = TEXT) -> None:
    await sari.command("concern")
    assert (await sari.submit({"text": text})).ok
    await sari.slack.close(all=True)


def named_in_form(sari: Colleague, *people: Colleague) -> bool:
    """Whether the open form names these people as readers, and nobody else of the office."""
    shown = texts_in(sari.modal)
    others = {one.slack.user.real_name for one in sari.office.people.values()} - {
        one.slack.user.real_name for one in people
    }
    return all(one.slack.user.real_name in shown for one in people) and not any(name in shown for name in others)


@pytest.mark.in_turn(len(LANGUAGES))
@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_form_names_who_reads_it_and_who_else_may(office: Office, hr: Colleague, language: str) -> None:
    rina, agus = await with_contacts(office, hr, language=language)
    sari = office.people["sari"]
    await sari.command("concern")
    assert says(texts_in(sari.modal), "care.concern.form.intro", language, contact="Rina Marlina")
    assert says(texts_in(sari.modal), "care.concern.form.others", language, second="Agus Salim", third="Dewi Lestari")
    assert named_in_form(sari, rina, agus, hr)
    office.slack.remove_member(office.hr_channel, hr.slack.user)
    await office.run(minutes=1)
    await sari.command("concern")
    assert named_in_form(sari, rina, agus), "who set the programme up is no HR any more"


@pytest.mark.in_turn(len(LANGUAGES))
@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_contact_who_is_deactivated_after_it_was_written_is_passed_over(
    office: Office, hr: Colleague, language: str
) -> None:
    rina, agus = await with_contacts(office, hr, language=language)
    sari = office.people["sari"]
    office.slack.faults.add(Fault("refused", "chat.postMessage", error="ekm_access_denied"))
    await write(sari)
    await office.slack.deactivate(rina.id)
    await office.settle()
    office.slack.faults.clear()
    await office.run(minutes=15)
    assert not await received(office, rina, "concern_contact")
    (told,) = await received(office, agus, "concern_contact")
    assert TEXT in texts_in(told)
    (notice,) = await received(office, sari, "concern_passed_on")
    assert says(
        texts_in(notice), "care.concern.passed_on.body", language, before=f"<@{rina.id}>", contact=f"<@{agus.id}>"
    )
    assert not await received(office, hr, "concern_contact")


async def test_a_contact_of_whose_end_nobody_told_us_is_passed_over(office: Office, hr: Colleague) -> None:
    """Slack accepts messages to deactivated people, and the event may have been missed."""
    rina, agus = await with_contacts(office, hr)
    await write(office.people["sari"], "Pertama")
    await office.run(minutes=1)
    assert len(await received(office, rina, "concern_contact")) == 1
    office.slack.user(rina.id).deleted = True
    await write(office.people["sari"])
    await office.run(minutes=1)
    assert len(await received(office, rina, "concern_contact")) == 1
    assert len(await received(office, agus, "concern_contact")) == 1


@pytest.mark.in_turn(len(LANGUAGES))
@pytest.mark.parametrize("language", LANGUAGES)
async def test_with_nobody_left_the_writer_is_told_and_chooses(office: Office, hr: Colleague, language: str) -> None:
    rina, agus = await with_contacts(office, hr, language=language)
    tono, sari, budi = office.hire("Tono Wijaya"), office.people["sari"], office.people["budi"]
    office.slack.faults.add(Fault("refused", "chat.postMessage", error="ekm_access_denied"))
    await write(sari)
    for gone in (rina, agus):
        await office.slack.deactivate(gone.id)
    office.slack.remove_member(office.hr_channel, hr.slack.user)
    await office.settle()
    office.slack.faults.clear()
    await office.run(minutes=15)
    assert not await received(office, hr, "concern_contact")
    (asked,) = await received(office, sari, "concern_undelivered")
    assert says(texts_in(asked), "care.concern.undelivered.body", language, contact=f"<@{hr.id}>")
    (choose,) = [one for one in action_ids(asked) if one.startswith("concern.to.")]
    await sari.click(asked, choose, budi.id)
    await office.run(minutes=1)
    assert not await received(office, budi, "concern_contact"), "it may be about him"
    (asked,) = await received(office, sari, "concern_undelivered")
    await sari.click(asked, choose, tono.id)
    await office.run(minutes=1)
    assert len(await received(office, tono, "concern_contact")) == 1
    (chosen,) = await received(office, sari, "concern_undelivered")
    assert says(texts_in(chosen), "care.concern.undelivered.chosen", language, contact=f"<@{tono.id}>")
    assert [row.state for row in await rows(office, "concern_contact")].count(OutboxState.SENT) == 1


async def test_a_concern_is_delivered_at_any_hour(office: Office, hr: Colleague) -> None:
    rina, _ = await with_contacts(office, hr)
    await office.run(until=SATURDAY_NIGHT)
    await write(office.people["sari"])
    await office.run(minutes=1)
    assert len(await received(office, rina, "concern_contact")) == 1


def _profile(**details: Any) -> Any:
    async def change(office: Office, rina: Colleague) -> None:
        user = office.slack.user(rina.id)
        for name, value in details.items():
            setattr(user, name, value)
        async with office.balik.store.write(office.clock.now()) as work:
            (await person(work, rina)).profile_at = None
            await work.commit()

    return change


async def _pauses(office: Office, rina: Colleague) -> None:
    await office.join(rina, "mentor", "specialist", "Sales")
    async with office.balik.store.write(office.clock.now()) as work:
        who = await person(work, rina)
        part = (await work.session.exec(select(Participant).where(Participant.person_id == who.id))).one()
        part.state = ParticipantState.PAUSED
        await work.commit()


async def _manages(office: Office, rina: Colleague) -> None:
    async with office.balik.store.write(office.clock.now()) as work:
        boss, sari = await person(work, rina), await person(work, office.people["sari"])
        entry = (await work.session.exec(select(RosterEntry).where(RosterEntry.person_id == sari.id))).one()
        entry.manager_id, entry.manager_known = boss.id, True
        await work.commit()


async def _declined(office: Office, rina: Colleague) -> None:
    """Somebody who agreed comes before somebody who has not answered."""
    async with office.balik.store.write(office.clock.now()) as work:
        agus = await person(work, office.people["agus"])
        contact = ProgrammeContact(
            team_id=agus.team_id, programme_id=1, person_id=agus.id, state=ContactState.CONFIRMED, asked_at=work.now
        )
        work.session.add(contact)
        await work.commit()


CANNOT = {
    "guest": _profile(is_restricted=True),
    "stranger": _profile(is_stranger=True, team_id="T0002"),
    "bot": _profile(is_bot=True),
    "pauses": _pauses,
    "manages the writer": _manages,
    "hasn't answered": _declined,
}


@pytest.mark.parametrize("why", CANNOT)
async def test_a_contact_who_cannot_is_passed_over(office: Office, hr: Colleague, why: str) -> None:
    rina, agus = await with_contacts(office, hr)
    await CANNOT[why](office, rina)
    sari = office.people["sari"]
    await sari.command("concern")
    assert says(texts_in(sari.modal), "care.concern.form.intro", contact="Agus Salim")
    await sari.submit({"text": TEXT})
    await office.run(minutes=1)
    assert not await received(office, rina, "concern_contact")
    assert len(await received(office, agus, "concern_contact")) == 1


@pytest.mark.in_turn(len(LANGUAGES))
@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_change_of_readers_while_the_form_is_open_is_shown_before_anything_is_sent(
    office: Office, hr: Colleague, language: str
) -> None:
    rina, agus = await with_contacts(office, hr, language=language)
    sari = office.people["sari"]
    await sari.command("concern")
    await office.slack.deactivate(rina.id)
    await office.settle()
    await sari.submit({"text": TEXT})
    assert says(texts_in(sari.modal), "care.concern.form.changed", language)
    assert says(texts_in(sari.modal), "care.concern.form.intro", language, contact="Agus Salim")
    assert TEXT in [part.get("initial_value") for part in parts_of(sari.modal.blocks)]
    assert await rows(office, "concern_contact") == []
    await sari.submit({"text": TEXT})
    await office.run(minutes=1)
    assert len(await received(office, agus, "concern_contact")) == 1


@pytest.mark.in_turn(len(LANGUAGES))
@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_form_without_any_contact_lets_the_writer_choose(office: Office, hr: Colleague, language: str) -> None:
    rina, agus = await with_contacts(office, hr, language=language)
    tono, sari, budi = office.hire("Tono Wijaya"), office.people["sari"], office.people["budi"]
    for gone in (rina, agus):
        await office.slack.deactivate(gone.id)
    office.slack.remove_member(office.hr_channel, hr.slack.user)
    await office.settle()
    await sari.command("concern")
    assert says(texts_in(sari.modal), "care.concern.form.nobody", language)
    for unfit in (budi, rina, sari):
        assert set((await sari.submit({"text": TEXT, "to": unfit.id})).errors) == {"to"}
    assert (await sari.submit({"text": TEXT, "to": tono.id})).ok
    await office.run(minutes=1)
    assert len(await received(office, tono, "concern_contact")) == 1
    assert len(await received(office, sari, "concern_receipt")) == 1


STATES = [OutboxState.DEAD, OutboxState.HELD, OutboxState.EXPIRED, OutboxState.DROPPED]


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("reported", [0, 2])
async def test_no_state_of_its_message_loses_a_concern(
    office: Office, hr: Colleague, state: OutboxState, reported: int
) -> None:
    """Also where the process died, or an operator acted, without anybody being notified: a job finds it."""
    rina, agus = await with_contacts(office, hr)
    await write(office.people["sari"])
    async with office.balik.store.write(office.clock.now()) as work:
        row = (await work.session.exec(select(Outbox).where(Outbox.kind == "concern_contact"))).one()
        row.state = state
        for _ in range(reported):
            await report_trouble(work, str(state), row)
        await work.commit()
    await office.run(hours=2)
    assert not await received(office, rina, "concern_contact")
    assert len(await received(office, agus, "concern_contact")) == 1
    assert len(await received(office, office.people["sari"], "concern_passed_on")) == 1
    async with office.balik.store.read(office.clock.now()) as work:
        (concern,) = (await work.session.exec(select(Concern))).all()
    assert concern.next_at is None


async def test_the_wish_to_be_contacted_is_passed_on_and_then_chosen(office: Office, hr: Colleague) -> None:
    rina, agus = await with_contacts(office, hr)
    tono, sari = office.hire("Tono Wijaya"), office.people["sari"]
    async with office.balik.store.write(office.clock.now()) as work:
        to, asking = await person(work, rina), await person(work, sari)
        (await person(work, agus)).active = False
        to.active = False
        key, data = f"1:contact_me:9:{asking.id}", {"person": asking.id}
        work.session.add(
            Outbox(
                team_id=to.team_id,
                key=key,
                kind="contact_me",
                programme_id=1,
                person_id=to.id,
                lane=f"person:{to.id}",
                data=data,
                state=OutboxState.PENDING,
                due_at=work.now,
                created_at=work.now,
            )
        )
        await work.commit()
    await office.run(minutes=2)
    assert len(await received(office, hr, "contact_me")) == 1, "the next who can: whoever set the programme up"
    (notice,) = await received(office, sari, "concern_passed_on")
    assert says(texts_in(notice), "care.concern.passed_on.asked", contact=f"<@{hr.id}>")
    async with office.balik.store.write(office.clock.now()) as work:
        for row in (await work.session.exec(select(Outbox).where(Outbox.kind == "contact_me"))).all():
            if row.state == OutboxState.SENT:
                row.state = OutboxState.DEAD
                await report_trouble(work, "dead", row)
        await work.commit()
    await office.run(minutes=2)
    (asked,) = await received(office, sari, "concern_undelivered")
    assert says(texts_in(asked), "care.concern.undelivered.asked", contact=f"<@{hr.id}>")
    (choose,) = [one for one in action_ids(asked) if one.startswith("contact.to.")]
    await sari.click(asked, choose, tono.id)
    await office.run(minutes=1)
    assert len(await received(office, tono, "contact_me")) == 1

"""HR holds live kick-off sessions: invitation, changes, attendance, and a follow-up for who was not there."""

from datetime import UTC, datetime

import pytest
from sqlmodel import col, select, update

from bot.domain.messages.training import (
    KickoffChangedMessage,
    KickoffFileMessage,
    KickoffInvitationMessage,
    KickoffMissedMessage,
    KickoffSlidesMessage,
)
from bot.domain.training import AGENDA, MINUTES
from bot.sandbox import Message
from storage.tables import KickoffGuest, Person
from tests.scenarios.office import Colleague, Office, action_ids, shows, texts_in
from tests.scenarios.pairs import of_kind
from tests.scenarios.snapshots import once
from tests.wording import says

WHEN = {"day": "2027-01-13", "time": "10:00", "place": "Ruang <Merapi> & https://meet.example.com/x"}
"""A Wednesday."""


async def company(office: Office, hr: Colleague, language: str = "en") -> tuple[Colleague, Colleague]:
    """A mentor and a leader, who both read `language`."""
    await once(office, _company, office, hr, language=language)
    return office.people["sari"], office.people["budi"]


async def _company(office: Office, hr: Colleague, *, language: str) -> None:
    await office.set_up(hr)
    sari, budi = office.hire("Sari Wulandari"), office.hire("Budi Santoso")
    await office.join(sari, "mentor", "specialist", "Marketing")
    await office.join(budi, "mentee", "director", "Finance", address="bapak")
    await office.run(days=1)
    async with office.balik.store.write(office.clock.now()) as work:
        await work.session.exec(update(Person).where(col(Person.slack_id) != hr.id).values(language=language))
        await work.commit()


async def open_form(office: Office, hr: Colleague) -> None:
    await hr.command("training", office.hr_channel)
    assert (await hr.click(hr.modal, "kickoff.new")).ok


async def schedule(office: Office, hr: Colleague, **values: str) -> None:
    await open_form(office, hr)
    assert (await hr.submit({"audience": "all", **WHEN, **values})).ok
    assert (await hr.submit({})).ok
    await hr.slack.close(all=True)


async def act(office: Office, hr: Colleague, action: str) -> None:
    """A button of the newest kick-off in HR's window."""
    await hr.command("training", office.hr_channel)
    assert (await hr.click(hr.modal, action)).ok


@pytest.mark.in_turn(2)
@pytest.mark.parametrize("language", ["id", "en"])
async def test_a_kick_off_is_scheduled_moved_and_cancelled(office: Office, hr: Colleague, language: str) -> None:
    sari, budi = await company(office, hr, language)
    await open_form(office, hr)
    assert not (await hr.submit({"audience": "all", **WHEN, "day": "2026-01-05"})).ok, "past"
    assert (await hr.submit({"audience": "all", **WHEN, "day": "2027-01-16", "time": "19:00"})).ok
    assert shows(hr.modal, "training.kickoff.preview.day_off", "id")
    assert shows(hr.modal, "training.kickoff.preview.outside", "id", outside=2, people=2)
    await hr.slack.close()
    assert (await hr.submit({"audience": "all", **WHEN})).ok
    assert not shows(hr.modal, "training.kickoff.preview.outside", "id")
    assert shows(hr.modal, "training.kickoff.preview.invite", "id", people=2)
    assert of_kind(sari, KickoffInvitationMessage) == []
    assert (await hr.submit({})).ok
    await hr.slack.close(all=True)
    await office.run(days=1)
    for who in (sari, budi):
        (invited,) = of_kind(who, KickoffInvitationMessage)
        assert shows(invited, "training.invitation.body", language, minutes=MINUTES)
        assert WHEN["place"] in texts_in(invited), "as HR wrote it"
    assert (await sari.click(invited_to(sari), "kickoff.file")).ok
    await office.run(minutes=5)
    (file,) = of_kind(sari, KickoffFileMessage)
    assert shows(file, "training.file.sent", language)
    # Who joins later is invited, too.
    eko = office.hire("Eko Wati")
    await office.join(eko, "mentor", "specialist", "Sales")
    await office.run(days=1)
    assert len(of_kind(eko, KickoffInvitationMessage)) == 1
    await act(office, hr, "kickoff.change")
    assert (await hr.submit({"day": "2027-01-14", "time": "14:00", "place": "Aula"})).ok
    assert shows(hr.modal, "training.kickoff.preview.change", "id", people=3)
    assert (await hr.submit({})).ok
    await hr.slack.close(all=True)
    await office.run(days=1)
    (moved,) = of_kind(budi, KickoffChangedMessage)
    assert shows(moved, "training.changed.moved", language)
    assert "kickoff.file" in action_ids(moved)
    await act(office, hr, "kickoff.cancel")
    assert shows(hr.modal, "training.overview.cancelled", "id")
    await office.run(days=1)
    assert [shows(one, "training.changed.cancelled", language) for one in of_kind(sari, KickoffChangedMessage)] == [
        False,
        True,
    ]
    assert len(of_kind(sari, KickoffInvitationMessage)) == 1


def invited_to(who: Colleague) -> Message:
    return of_kind(who, KickoffInvitationMessage)[-1]


async def test_hr_notes_who_was_there_and_follows_up_once(office: Office, hr: Colleague) -> None:
    sari, budi = await company(office, hr)
    await schedule(office, hr)
    await act(office, hr, "kickoff.slides")
    await office.run(minutes=5)
    (slides,) = of_kind(hr, KickoffSlidesMessage)
    assert shows(slides, "training.slides.sent", "id")
    await office.run(until=datetime(2027, 1, 13, 6, 0, tzinfo=UTC))
    await act(office, hr, "kickoff.guests")
    budi_row, _ = [one for one in hr.modal.blocks if one["type"] == "actions"]
    await hr.click(hr.modal, "kickoff.attended.no", block_id=budi_row["block_id"])
    _, sari_row = [one for one in hr.modal.blocks if one["type"] == "actions"]
    await hr.click(hr.modal, "kickoff.attended.yes", block_id=sari_row["block_id"])
    assert shows(hr.modal, "training.guests.intro", "id", guests=2, attended=1, absent=1)
    await hr.slack.close(all=True)
    await office.run(days=1)
    assert of_kind(budi, KickoffMissedMessage) == [], "only if HR wants it"
    await act(office, hr, "kickoff.follow_up")
    assert "kickoff.follow_up" not in action_ids(hr.modal), "once"
    await office.run(days=1)
    (told,) = of_kind(budi, KickoffMissedMessage)
    for part in AGENDA:
        assert shows(told, f"training.slides.{part}.short")
    assert "prepare.open.mentee" in action_ids(told)
    assert of_kind(sari, KickoffMissedMessage) == []
    await budi.command("privacy")
    assert says(texts_in(budi.modal), "privacy.areas.kickoffguest.title")
    async with office.balik.store.read(office.clock.now()) as work:
        attended = (await work.session.exec(select(KickoffGuest.attended).order_by(col(KickoffGuest.id)))).all()
    assert attended == [True, False]


async def test_only_those_whom_it_is_for_are_invited(office: Office, hr: Colleague) -> None:
    sari, budi = await company(office, hr)
    await schedule(office, hr, audience="mentee")
    await office.run(days=1)
    assert of_kind(sari, KickoffInvitationMessage) == []
    assert len(of_kind(budi, KickoffInvitationMessage)) == 1
    assert sum(AGENDA.values()) == MINUTES

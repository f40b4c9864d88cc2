"""HR cancels or deletes a programme: who reads it, and what is left."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlmodel import select

from bot.domain.messages.broadcasts import BroadcastMessage
from bot.domain.messages.course import ProgrammeCancelledMessage
from bot.domain.messages.invitations import InvitationMessage, InvitationReminderMessage
from storage.tables import (
    PairState,
    Programme,
    ProgrammeState,
)
from tests.scenarios.broadcasts.test_broadcasts import WORDS, write
from tests.scenarios.course.test_course import change, choose, confirm, day, logged, programme_of
from tests.scenarios.invitations.test_invitations import invite
from tests.scenarios.matching.test_draft_edit import newest
from tests.scenarios.office import Colleague, Office, action_ids, shows, texts_in
from tests.scenarios.pairs import agree, book, introduced, of_kind, pairs
from tests.scenarios.programme.test_hr_channel import speak
from tests.wording import CATALOGUE


async def test_hr_cancels_a_programme_and_everybody_is_told_once(office: Office, hr: Colleague) -> None:
    await introduced(office, hr)
    await agree(office)
    sari, budi = office.people["sari"], office.people["budi"]
    assert (await book(office, sari, "2027-01-20", "10:00")).ok
    await office.run(days=1, hours=1)  # the chat has the news once the next day has begun
    form = await choose(hr, "cancel")
    assert shows(form, "course.cancel.back", "id"), texts_in(form)
    assert shows(form, "course.effect.called_off", "id", called_off=1)
    assert shows(form, "course.effect.dropped", "id", dropped=5)
    assert shows(await confirm(hr), "course.done.body", "id", people=2)
    (announcement,) = [one for one in office.posted(office.general) if shows(one, "course.announcement.body")]
    assert action_ids(announcement) == []
    await office.run(days=3)
    for who in (sari, budi):
        (told,) = of_kind(who, ProgrammeCancelledMessage)
        assert shows(told, "course.cancelled.body")
        assert "calendar.file" in action_ids(told)
    counts = len(sari.inbox), len(budi.inbox), len(office.posted(office.hr_channel))
    await office.run(days=250)
    assert (len(sari.inbox), len(budi.inbox), len(office.posted(office.hr_channel))) == counts
    assert [one.state for one in await pairs(office)] == [PairState.ENDED]
    assert (await programme_of(office)).state is ProgrammeState.CLOSED
    assert await logged(office) == ["course_cancel"]
    assert (await office.set_up(hr, starts_on="2027-12-06")).ok, "the channel is free for the next programme"


async def test_hr_deletes_a_mistake_until_somebody_signs_up(office: Office, hr: Colleague) -> None:
    await office.set_up(hr)
    await choose(hr, "delete")
    assert shows(hr.modal, "course.effect.people", "id", people=0)
    await office.join(office.hire("Sari Wulandari"), "mentor", "specialist", "Marketing")
    assert (await hr.submit()).ok
    assert shows(hr.modal, "errors.delete_not_empty", "id")
    await hr.slack.close(all=True)
    await hr.click(await hr.open_home(), "course.open")
    assert "course.act.delete" not in action_ids(hr.modal)


async def test_a_deleted_programme_leaves_nothing(office: Office, hr: Colleague) -> None:
    await office.set_up(hr, name="Salah buat")
    assert [one for one in office.posted(office.general) if "join.open" in action_ids(one)]
    assert shows(await change(hr, "delete"), "course.deleted.body", "id", programme="Salah buat")
    assert [one for one in office.posted(office.general) if "join.open" in action_ids(one)] == []
    assert [one for one in office.posted(office.hr_channel) if shows(one, "course.deleted.body")]
    async with office.balik.store.read(office.clock.now()) as work:
        assert (await work.session.exec(select(Programme))).all() == []
    assert (await office.set_up(hr)).ok
    await office.run(days=1)
    assert [one for one in office.posted(office.general) if "join.open" in action_ids(one)]


@pytest.mark.in_turn(2)
@pytest.mark.parametrize("language", ["id", "en"])
async def test_nothing_that_was_planned_outlives_a_cancelled_programme(
    office: Office, hr: Colleague, language: str
) -> None:
    """Neither a release at a time, nor a message at a time, nor an invitation: its buttons say what happened."""
    await office.set_up(hr)
    sari, budi, tono, lia = [office.hire(name) for name in ("Sari W", "Budi S", "Tono Baru", "Lia Baru")]
    await office.join(sari, "mentor", "specialist", "Marketing")
    await office.join(budi, "mentee", "director", "Finance")
    for who in (tono, lia):
        await speak(office, who, language)
    await invite(office, hr, tono, lia)
    await office.run(minutes=5)
    await write(office, hr, {**WORDS, "date": "2027-01-08"})
    await hr.command("match", office.hr_channel)
    await office.settle()
    await hr.click(newest(office), "match.release")
    for waive in [one for one in action_ids(hr.modal) if one.startswith("gate.waive")]:
        await hr.click(hr.modal, waive)
    await hr.click(None, "match.plan")
    assert (await hr.submit({"date": "2027-01-12", "time": "10:00"})).ok
    await hr.slack.close(all=True)
    await hr.click(await hr.open_home(), "closing_date.open")
    assert (await hr.submit({"day": "2027-01-15"})).ok
    assert (await hr.submit({})).ok
    await hr.slack.close(all=True)
    await speak(office, hr, language)
    when = CATALOGUE.texts(language).moment(datetime(2027, 1, 12, 3, 0, tzinfo=UTC), "Asia/Jakarta")
    for kind, released in (("move", True), ("pause", False), ("cancel", False)):
        form = await choose(hr, kind)
        said = texts_in(form)
        known = sentence("course.effect.release", language, when=when, off=not released)
        assert known in said, said
        assert (sentence("course.effect.scheduled", language, count=1, off=kind == "cancel")) in said, said
        moved_to = date(2027, 1, 29)  # with the first day, by two weeks
        was = day(date(2027, 1, 15), language)
        closing = sentence("course.effect.closing_moves", language, was=was, day=day(moved_to, language))
        assert (closing in said) == (kind != "cancel"), said
        await hr.slack.close(all=True)
    await change(hr, "cancel")
    await office.run(days=1)
    of_hr = len(office.posted(office.hr_channel))
    for who, act in ((tono, "invitation.join"), (lia, "invitation.no")):
        (asked,) = of_kind(who, InvitationMessage)
        await who.click(asked, act)
        (asked,) = of_kind(who, InvitationMessage)
        assert shows(asked, "errors.invited_to_cancelled", language, programme="Tukar Ilmu 2027"), texts_in(asked)
        assert action_ids(asked) == []
        (told,) = of_kind(who, ProgrammeCancelledMessage)
        assert shows(told, "course.cancelled_invited.body", language, programme="Tukar Ilmu 2027")
    await office.run(days=30)
    assert await pairs(office) == []
    assert of_kind(sari, BroadcastMessage) == []
    assert of_kind(tono, InvitationReminderMessage) == []
    assert len(office.posted(office.hr_channel)) == of_hr


def sentence(key: str, language: str, **values: Any) -> str:
    """A text with these values, which a condition in it depends on."""
    return str(CATALOGUE.texts(language)(key, **values))

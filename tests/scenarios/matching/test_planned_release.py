"""HR chooses when a draft is released: everything is checked again then."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlmodel import col, select

from bot.domain.messages.kind import OutboxMessage
from bot.domain.messages.matching import (
    MatchDraftMessage,
    MatchReleasedMessage,
    MatchReleasePlannedMessage,
    MatchReleaseStoppedMessage,
)
from bot.domain.messages.recruiting import SponsorPostMessage
from bot.sandbox import Message
from storage.tables import AuditEntry, Draft, GateWaiver, Outbox, OutboxState, Pair, Person
from tests.scenarios.matching.test_draft_edit import newest
from tests.scenarios.office import Colleague, Office, action_ids, shows, texts_in
from tests.scenarios.pairs import say_yes
from tests.scenarios.programme.test_hr_channel import LANGUAGES, speak
from tests.scenarios.snapshots import once, opened
from tests.wording import says

TUESDAY_10 = datetime(2027, 1, 12, 3, 1, tzinfo=UTC)
"""10:01 in Jakarta: a channel gets one message a second."""
TIME = {"date": "2027-01-12", "time": "10:00"}
PEOPLE = (
    ("Sari Wulandari", "mentor", "specialist", "Marketing"),
    ("Bayu Pratama", "mentor", "entry", "Product"),
    ("Budi Santoso", "mentee", "director", "Finance"),
    ("Rina Hapsari", "mentee", "manager", "Sales"),
)


@pytest.fixture
async def company(office: Office, hr: Colleague) -> Office:
    await once(office, _sign_up, office, hr)
    return office


async def _sign_up(office: Office, hr: Colleague) -> None:
    tono = office.hire("Tono Wijaya")
    office.slack.add_member(office.hr_channel, tono.slack.user)
    await office.set_up(hr)
    for name, role, level, department in PEOPLE:
        places = {"mentor_capacity": "1"} if role == "mentor" else {}
        assert (await office.join(office.hire(name), role, level, department, **places)).ok
    await hr.command("match", office.hr_channel)
    await office.settle()
    await hr.click(newest(office), "match.release")
    for waive in [one for one in action_ids(hr.modal) if one.startswith("gate.waive")]:
        await hr.click(hr.modal, waive)
    await hr.slack.close(all=True)


def told(office: Office, kind: type[OutboxMessage]) -> list[Message]:
    """What HR's channel was told of this kind, oldest first."""
    with opened(office) as database:
        rows = database.execute("SELECT ts FROM outbox WHERE kind = ? AND ts IS NOT NULL", (kind.kind.name,)).fetchall()
    found = {ts for (ts,) in rows}
    return [one for one in office.posted(office.hr_channel) if one.ts in found]


async def plan(office: Office, hr: Colleague, **values: str) -> Any:
    """Plan the release of the newest draft, through its window."""
    if hr.slack.modal:
        await hr.slack.close(all=True)
    await hr.click(newest(office), "match.release")
    await hr.click(None, "match.plan")
    outcome = await hr.submit(TIME | values)
    if outcome.ok:
        await hr.slack.close(all=True)
        await office.run(minutes=1)
    return outcome


async def pairs(office: Office) -> int:
    async with office.balik.store.read(office.clock.now()) as work:
        return len((await work.session.exec(select(Pair.id))).all())


async def acts(office: Office) -> list[str]:
    async with office.balik.store.read(office.clock.now()) as work:
        return list((await work.session.exec(select(AuditEntry.what).order_by(col(AuditEntry.id)))).all())


async def test_a_draft_is_released_at_the_chosen_time_and_can_be_taken_back(company: Office, hr: Colleague) -> None:
    home = await hr.open_home()
    assert home
    assert "match.release" in action_ids(home)
    assert (await plan(company, hr)).ok
    home = await hr.open_home()
    assert home
    assert "match.release" not in action_ids(home), "HR has done its part"
    (planned,) = told(company, MatchReleasePlannedMessage)
    assert {"match.plan", "match.plan_cancel"} <= set(action_ids(planned))
    (draft,) = told(company, MatchDraftMessage)
    assert shows(draft, "matching.release_plan.in_draft"), "the draft says so, too"
    await company.run(until=datetime(2027, 1, 12, 2, 59, tzinfo=UTC))
    assert not await pairs(company)
    await company.run(until=TUESDAY_10)
    assert await pairs(company) == 2
    (released,) = told(company, MatchReleasedMessage)
    assert shows(released, "matching.release.as_planned")
    assert (await hr.click(released, "match.undo")).ok
    assert not await pairs(company)
    assert "release" in await acts(company)
    assert (await acts(company))[-1] == "release_undone"


@pytest.mark.in_turn(2)
@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize(
    ("values", "block", "error"),
    [
        ({"date": "2027-01-05"}, "date", "day_off"),
        ({"date": "2027-01-09"}, "date", "day_off"),
        ({"time": "18:30"}, "time", "hours"),
        ({"date": "2027-01-04", "time": "08:00"}, "time", "past"),
        ({"date": "2030-01-14"}, "date", "too_late"),
    ],
)
async def test_only_working_time_ahead_can_be_chosen(
    company: Office, hr: Colleague, values: dict[str, str], block: str, error: str, language: str
) -> None:
    async with company.balik.store.write(company.clock.now()) as work:
        dewi = (await work.session.exec(select(Person).where(Person.slack_id == hr.id))).one()
        dewi.language = language
        await work.commit()
    errors = (await plan(company, hr, **values)).errors
    assert set(errors) == {block}
    assert says(errors[block], f"matching.release_plan.errors.{error}", language)
    if values.get("date") == "2027-01-05":
        assert "Mi" in errors[block], "the holiday is named"


async def test_pairs_that_became_impossible_are_left_out_with_the_reason(company: Office, hr: Colleague) -> None:
    assert (await plan(company, hr)).ok
    await company.people["rina"].command("leave")
    await company.people["rina"].submit({})
    await company.settle()
    await company.run(until=TUESDAY_10)
    assert await pairs(company) == 1
    (released,) = told(company, MatchReleasedMessage)
    assert shows(released, "matching.release.dropped", count=1)
    assert shows(released, "matching.rules.inactive.sentence")
    assert "Rina" in texts_in(released) or company.people["rina"].id in texts_in(released)


async def test_who_left_hr_releases_nothing_and_hr_is_asked_again(company: Office, hr: Colleague) -> None:
    tono = company.people["tono"]
    assert (await plan(company, hr)).ok
    company.slack.remove_member(company.hr_channel, hr.slack.user)
    await company.settle()
    await company.run(until=TUESDAY_10)
    assert not await pairs(company)
    (stopped,) = told(company, MatchReleaseStoppedMessage)
    assert shows(stopped, "matching.release_plan.stopped.not_hr")
    await say_yes(tono, stopped)
    assert await pairs(company) == 2, "a colleague decides"


async def test_a_plan_is_changed_and_cancelled(company: Office, hr: Colleague) -> None:
    assert (await plan(company, hr)).ok
    (first,) = told(company, MatchReleasePlannedMessage)
    await hr.click(first, "match.plan")
    assert (await hr.submit(TIME | {"date": "2027-01-13"})).ok
    await hr.slack.close(all=True)
    await company.run(minutes=1)
    first, second = told(company, MatchReleasePlannedMessage)
    assert "match.plan" not in action_ids(first), "the earlier message has no button any more"
    await company.run(until=TUESDAY_10)
    assert not await pairs(company)
    assert (await hr.click(second, "match.plan_cancel")).ok
    await company.run(days=3)
    assert not await pairs(company)
    assert (await acts(company))[-3:] == ["release_planned", "release_planned", "release_plan_cancelled"]
    (stopped,) = told(company, MatchReleaseStoppedMessage)
    assert shows(stopped, "matching.release_plan.stopped.cancelled")


async def test_a_new_draft_cancels_the_plan(company: Office, hr: Colleague) -> None:
    assert (await plan(company, hr)).ok
    await hr.command("match", company.hr_channel)
    await company.run(minutes=1)
    (stopped,) = told(company, MatchReleaseStoppedMessage)
    assert shows(stopped, "matching.release_plan.stopped.new_draft")
    await company.run(until=TUESDAY_10)
    assert not await pairs(company)


async def test_the_checklist_is_checked_again_then(company: Office, hr: Colleague) -> None:
    assert (await plan(company, hr)).ok
    async with company.balik.store.write(company.clock.now()) as work:
        for waiver in (await work.session.exec(select(GateWaiver))).all():
            await work.session.delete(waiver)
        await work.commit()
    await company.run(until=TUESDAY_10)
    assert not await pairs(company)
    (stopped,) = told(company, MatchReleaseStoppedMessage)
    assert shows(stopped, "matching.release_plan.stopped.gates_open")
    async with company.balik.store.read(company.clock.now()) as work:
        draft = (await work.session.exec(select(Draft).order_by(col(Draft.id).desc()))).first()
    assert draft
    assert draft.release_at is None


@pytest.mark.in_turn(len(LANGUAGES))
@pytest.mark.parametrize("language", LANGUAGES)
async def test_leadership_is_ticked_only_once_its_message_was_posted(
    company: Office, hr: Colleague, language: str
) -> None:
    await speak(company, hr, language)
    await say_yes(hr, newest(company))
    await company.run(minutes=6)
    dina = company.hire("Dina Puspita")
    assert (await company.join(dina, "mentee", "manager", "Legal")).ok
    assert (await company.join(company.hire("Eko Saputra"), "mentor", "entry", "IT")).ok
    await hr.command("match", company.hr_channel)
    await company.settle()
    await hr.click(newest(company), "match.release")
    assert not shows(hr.modal, "matching.release_checklist.sponsor.met", language)
    assert shows(hr.modal, "matching.release_checklist.sponsor.past", language)
    await hr.slack.close(all=True)
    await hr.command("sponsor", company.hr_channel)
    await hr.submit({"name": "Ratna Dewi"})
    await hr.submit()
    await hr.slack.close(all=True)
    await company.settle()
    async with company.balik.store.write(company.clock.now()) as work:
        row = (await work.session.exec(select(Outbox).where(Outbox.kind == SponsorPostMessage.kind.name))).one()
        assert row.state == OutboxState.SENT
        row.state = OutboxState.PENDING
        await work.commit()
    await hr.click(newest(company), "match.release")
    assert shows(hr.modal, "matching.release_checklist.sponsor.coming", language)

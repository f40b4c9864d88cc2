"""HR says until when the orientation and the briefing have to be finished, and what waits for them."""

from datetime import UTC, datetime

import pytest
from sqlmodel import col, select, update

from bot.domain.messages.orientation import PreparationReminderMessage
from bot.domain.orientation import STEPS, FinishBy
from bot.domain.sessions import Side
from bot.services.orientation.finish_by import all_finished, number_missing
from bot.services.orientation.orientation import Finished
from storage.tables import Person, Programme
from tests.scenarios.insight.test_report_parts import new_part
from tests.scenarios.office import Colleague, Office, action_ids, parts_of, shows
from tests.scenarios.orientation.test_orientation import read_on
from tests.scenarios.pairs import book, introduced, of_kind, with_action
from tests.wording import says


async def rule(office: Office, hr: Colleague, wanted: FinishBy) -> list[str]:
    """HR chooses it on Home; the choices that the form had."""
    await hr.command("training", office.hr_channel)
    await hr.click(hr.modal, "orientation.rule")
    (field,) = [one for one in parts_of(hr.modal.blocks) if one.get("block_id") == "finish_by"]
    assert (await hr.submit({"finish_by": wanted})).ok
    await hr.slack.close(all=True)
    return [one["value"] for one in field["element"]["options"]]


async def stored(office: Office) -> str:
    async with office.balik.store.read(office.clock.now()) as work:
        return (await work.session.exec(select(Programme.finish_orientation))).one()


async def require(office: Office, wanted: FinishBy) -> None:
    """As if HR had asked for it before the release."""
    async with office.balik.store.write(office.clock.now()) as work:
        await work.session.exec(update(Programme).values(finish_orientation=wanted))
        await work.commit()


@pytest.mark.in_turn(2)
@pytest.mark.parametrize("language", ["id", "en"])
async def test_who_has_not_finished_cannot_book_and_opens_what_is_missing(
    office: Office, hr: Colleague, language: str
) -> None:
    await introduced(office, hr)
    sari, budi = office.people["sari"], office.people["budi"]
    async with office.balik.store.write(office.clock.now()) as work:
        await work.session.exec(update(Person).where(col(Person.slack_id) != hr.id).values(language=language))
        await work.commit()
    await require(office, FinishBy.BOOKING)
    asked = with_action(sari, "session.book")[-1]
    assert (await sari.click(asked, "session.book")).ok
    assert shows(sari.modal, "errors.orientation_first", language)
    assert action_ids(sari.modal) == ["prepare.open.mentor"]
    assert (await sari.click(sari.modal, "prepare.open.mentor")).ok
    await read_on(sari)
    assert "session.book" in action_ids(sari.modal), "and then books"
    assert (await sari.click(sari.modal, "session.book")).ok
    outcome = await sari.submit({"date": "2027-01-14", "time": "10:00", "minutes": "60"})
    assert outcome.ok, "the leader has not finished, and she does not learn it"
    await sari.slack.close(all=True)
    # A time that is there can be moved, whoever moves it; a new one can not be chosen.
    assert (await book(office, budi, "2027-01-15", "10:00", reason="busy")).ok
    assert (await budi.click(await budi.open_home(), "session.cancel")).ok
    await budi.slack.close(all=True)
    await office.run(minutes=5)
    await budi.click(with_action(budi, "session.book")[-1], "session.book")
    assert shows(budi.modal, "errors.briefing_first", language)
    await budi.slack.close(all=True)
    await rule(office, hr, FinishBy.RECOMMENDED)
    await budi.click(with_action(budi, "session.book")[-1], "session.book")
    assert not shows(budi.modal, "errors.briefing_first", language), "HR no longer asks for it"


async def test_what_people_were_told_is_not_made_stricter_after_the_release(office: Office, hr: Colleague) -> None:
    await introduced(office, hr)
    assert await rule(office, hr, FinishBy.RECOMMENDED) == [FinishBy.RECOMMENDED]
    await require(office, FinishBy.INTRODUCTION)
    await hr.command("training", office.hr_channel)
    await hr.click(hr.modal, "orientation.rule")
    assert shows(hr.modal, "orientation.finish_by.released", "id")
    await require(office, FinishBy.RECOMMENDED)  # as if a colleague in HR had, meanwhile
    await hr.submit({"finish_by": FinishBy.BOOKING})
    assert shows(hr.modal, "errors.orientation_told", "id")
    assert await stored(office) == FinishBy.RECOMMENDED


async def test_introductions_wait_until_as_many_as_can_be_known_have_finished(office: Office, hr: Colleague) -> None:
    await office.set_up(hr)
    sari, budi = office.hire("Sari Wulandari"), office.hire("Budi Santoso")
    await office.join(sari, "mentor", "specialist", "Marketing")
    assert await rule(office, hr, FinishBy.INTRODUCTION) == list(FinishBy)
    await office.join(budi, "mentee", "director", "Finance", address="bapak")
    await sari.command("orientation")
    await read_on(sari)
    await office.run(until=datetime(2027, 1, 11, 3, 0, tzinfo=UTC))
    (reminder,) = of_kind(budi, PreparationReminderMessage)
    assert shows(reminder, "orientation.frame.mentee.needed", left=len(STEPS[Side.LEADER]))
    assert of_kind(sari, PreparationReminderMessage) == []
    await hr.command("match", office.hr_channel)
    await office.settle()
    await hr.click(office.posted(office.hr_channel)[-1], "match.release")
    assert shows(hr.modal, "matching.release_checklist.finished.open", "id"), "one person is no group"
    waive = next(one for one in parts_of(hr.modal.blocks) if one.get("action_id") == "gate.waive.finished")
    assert says(waive["confirm"]["text"]["text"], "matching.release_checklist.finished.waive", "id", count=2)
    assert {"orientation.rule", "gate.waive.finished"} <= set(action_ids(hr.modal))
    await hr.click(hr.modal, "gate.waive.finished")
    await hr.click(hr.modal, "gate.waive.sponsor")
    assert shows(hr.modal, "matching.release_checklist.finished.waived", "id")
    assert (await hr.submit()).ok
    await office.run(days=3)
    await budi.click(with_action(budi, "session.book")[-1], "session.book")
    assert shows(budi.modal, "errors.briefing_first"), "HR did not wait for him: before booking, then"
    await budi.slack.close()
    await sari.click(with_action(sari, "session.book")[-1], "session.book")
    assert (await sari.submit({"date": "2027-01-21", "time": "10:00", "minutes": "60"})).ok


@pytest.mark.parametrize(
    ("mentors", "leaders", "met", "missing"),
    [
        ((12, 8), (6, 5), True, 5),
        ((12, 7), (6, 6), False, 5),
        ((5, None), (5, 5), False, 5),
        ((4, None), (9, 9), False, 4),
    ],
)
def test_the_gate_uses_only_what_hr_may_see(
    mentors: tuple[int, int | None], leaders: tuple[int, int | None], met: bool, missing: int
) -> None:
    found = [Finished(Side.MENTOR, *mentors), Finished(Side.LEADER, *leaders)]
    assert (all_finished(found), number_missing(found)) == (met, missing)


@pytest.mark.in_turn(2)
@pytest.mark.parametrize("language", ["id", "en"])
async def test_hr_reads_in_its_list_how_many_have_not_finished_while_something_waits_for_it(
    office: Office, hr: Colleague, language: str
) -> None:
    await office.set_up(hr)
    async with office.balik.store.write(office.clock.now()) as work:
        await work.session.exec(update(Person).where(col(Person.slack_id) == hr.id).values(language=language))
        for number in range(6):
            await new_part(work, number, "mentor", office.clock.now())
        await new_part(work, 6, "mentee", office.clock.now())
        await work.commit()

    async def told() -> bool:
        home = await hr.open_home()
        assert home
        return shows(home, "insight.weekly.todo.unfinished", language, count=6)

    assert not await told(), "it is only recommended"
    await require(office, FinishBy.BOOKING)
    assert not await told(), "nobody can book yet"
    await require(office, FinishBy.INTRODUCTION)
    assert await told(), "of the one leader nothing is said"
    home = await hr.open_home()
    assert (await hr.click(home, "training.open")).ok

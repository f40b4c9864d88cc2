"""What people think the programme should do better: only as they chose, and together with everybody else's."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlmodel import select

from bot.domain.improvements import Area, Shared
from bot.domain.messages.care import MidwayMessage
from bot.domain.messages.matching import NoPartnerMessage
from bot.domain.messages.surveys import SurveyMessage
from bot.sandbox import Message, View
from bot.services.insight.report import current_report
from storage.tables import Improvement, Programme
from tests.scenarios.care.test_check_ins import introduced
from tests.scenarios.closing.test_closing import end, hold
from tests.scenarios.insight.test_report import cells_of, reports
from tests.scenarios.office import Colleague, Office, action_ids, shows, texts_in
from tests.scenarios.pairs import introduce, more_of, of_kind
from tests.wording import label, says

HALF_WAY = datetime(2027, 4, 13, 6, 0, tzinfo=UTC)
READ_FROM = datetime(2027, 5, 1, 17, 0, tzinfo=UTC)
"""21 days after the middle, the 11th of April, in Jakarta."""
BETTER = {"area": "time", "text": "Shorter sessions <!channel>", "sharing": "unnamed"}


async def suggest(who: Colleague, message: Message | View | None, **said: str) -> Any:
    """Somebody opens the form by the button of a message, or of the window before, and fills it in."""
    assert (await who.click(message or who.modal, "improve.open")).ok
    outcome = await who.submit(BETTER | said)
    if outcome.ok:
        await who.slack.close(all=True)
    return outcome


async def read_by_hr(office: Office) -> list[Shared]:
    return list((await current_report(office.balik.store, 1, office.clock.now())).improvements)


async def stored(office: Office) -> list[Improvement]:
    async with office.balik.store.read(office.clock.now()) as work:
        return list((await work.session.exec(select(Improvement))).all())


@pytest.mark.in_turn(2)
@pytest.mark.parametrize("language", ["id", "en"])
async def test_halfway_each_is_asked_and_hr_reads_what_is_shared_at_one_time(
    office: Office, hr: Colleague, language: str
) -> None:
    sari, budi = await introduced(office, hr, language)
    await office.run(until=HALF_WAY)
    (asked,) = of_kind(sari, MidwayMessage)
    assert shows(asked, "improvements.form.ask", language)
    assert (await sari.click(asked, "risk.say.well")).ok
    (asked,) = of_kind(sari, MidwayMessage)
    assert shows(asked, "improvements.form.ask", language), "also below the answer to the other question"
    assert (await sari.click(asked, "improve.open")).ok
    assert shows(sari.modal, "improvements.form.body", language)
    outcome = await sari.submit(BETTER | {"text": " "})
    assert says(outcome.errors["text"], "improvements.form.errors.text", language)
    assert (await sari.submit(BETTER)).ok
    assert shows(sari.modal, "improvements.done.unnamed", language)
    await sari.slack.close(all=True)
    await office.settle()
    (asked,) = of_kind(sari, MidwayMessage)
    assert shows(asked, "improvements.form.saved", language)
    assert not shows(asked, "improvements.form.ask", language), "it is answered"

    (to_budi,) = of_kind(budi, MidwayMessage)
    assert (await suggest(budi, to_budi, text="Nobody reads this", sharing="nobody")).ok
    assert (await suggest(budi, to_budi, text="More on AI", area="material", sharing="named")).ok
    assert await read_by_hr(office) == [], "not on the day on which they were written"
    await office.run(until=READ_FROM)
    assert await read_by_hr(office) == [
        Shared(Area.MATERIAL, "More on AI", "Budi Santoso"),
        Shared(Area.TIME, "Shorter sessions <!channel>"),
    ]
    assert (await suggest(budi, to_budi, text="", sharing="nobody")).errors, "what HR reads stays: this is a new one"
    assert len(await read_by_hr(office)) == 2


async def test_at_the_end_it_is_below_the_survey_and_in_the_report(office: Office, hr: Colleague) -> None:
    await introduce(office, hr)
    sari, budi = office.people["sari"], office.people["budi"]
    assert (await suggest(sari, await more_of(sari, "home.more"), text="At any time on Home")).ok
    assert (await suggest(sari, await more_of(sari, "home.more"), text="", sharing="nobody")).ok
    assert await stored(office) == [], "taken back"
    await hold(office, "contract", "harvest")
    await end(office)
    (survey,) = of_kind(budi, SurveyMessage, moment="closing")
    assert shows(survey, "improvements.form.ask")
    for who in (sari, budi):
        (survey,) = of_kind(who, SurveyMessage, moment="closing")
        assert (await suggest(who, survey, text=f"Written by {who.id}", sharing="unnamed")).ok
        await office.settle()
        (survey,) = of_kind(who, SurveyMessage, moment="closing")
        assert shows(survey, "improvements.form.saved")
        assert (await who.click(survey, "measure.give.recommend.9")).ok
        await office.settle()
        (survey,) = of_kind(who, SurveyMessage, moment="closing")
        assert shows(survey, "improvements.form.saved"), "also after another answer"
    await budi.command("privacy")
    await budi.click(budi.modal, "privacy.details", block_id="improvement")
    assert f"Written by {budi.id}" in texts_in(budi.modal)
    assert label("labels.improvement_sharing.unnamed") in texts_in(budi.modal)
    await budi.slack.close(all=True)
    await budi.command("privacy")
    await budi.click(None, "privacy.erase")
    await budi.submit({"sure": ["sure"]})
    await budi.slack.close(all=True)
    assert len(await stored(office)) == 1
    await office.run(days=42)
    over = next(one for one in office.posted(office.hr_channel) if shows(one, "closing.hr.title"))
    assert (await hr.click(over, "report.get")).ok
    await office.run(minutes=2)
    files = await reports(office)
    name = label("insight.report.sent.file")
    page, table = files[f"{name}.html"].decode(), files[f"{name}.csv"].decode()
    area = label("labels.improvement_areas.time")
    assert says(page, "improvements.report.text", area=area, text=f"Written by {sari.id}", name="")
    assert f"{label('improvements.report.title')};{area};1;\r\n" in table
    assert f"Written by {sari.id}" in cells_of(files[f"{name}.xlsx"])
    assert f"Written by {budi.id}" not in page
    assert shows(office.posted(office.hr_channel)[-1], "improvements.report.line", count=1)
    (survey,) = of_kind(sari, SurveyMessage, moment="closing")
    await sari.click(survey, "improve.open")
    assert shows(sari.inbox[-1], "errors.improvements_closed")
    assert "improve.open" not in action_ids(await sari.open_home() or sari.modal)


async def test_who_had_no_partner_is_asked_too(office: Office, hr: Colleague) -> None:
    await introduce(office, hr)
    rina = office.hire("Rina Hapsari")
    assert (await office.join(rina, "mentee", "manager", "Sales", wishes=["design_thinking"])).ok
    await hold(office, "contract", "harvest")
    await end(office)
    (farewell,) = of_kind(rina, NoPartnerMessage)
    assert (await suggest(rina, farewell, area="matching", text="A partner", sharing="named")).ok
    (row,) = await stored(office)
    assert (row.area, row.sharing, row.stage) == ("matching", "named", "closing")


async def test_a_programme_that_was_released_before_does_not_ask(office: Office, hr: Colleague) -> None:
    await introduce(office, hr)
    sari = office.people["sari"]
    async with office.balik.store.write(office.clock.now()) as work:
        (programme,) = (await work.session.exec(select(Programme))).all()
        assert programme.asks_improvements, "since its release"
        programme.asks_improvements = False
        await work.commit()
    await office.run(until=HALF_WAY)
    (asked,) = of_kind(sari, MidwayMessage)
    assert "improve.open" not in action_ids(asked)
    assert "improve.open" not in action_ids(await more_of(sari, "home.more"))

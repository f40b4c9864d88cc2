"""HR's playbook: what was useful in groups of at least five, what people wish, HR's notes, and the next programme."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlmodel import col, select

from bot.domain.playbook import proposed_cadence
from bot.services.privacy.retention import tick_retention
from storage.tables import Improvement, MentoringSession, Pair, Participant, PlaybookNotes, Programme
from tests.scenarios.insight.test_report import reports
from tests.scenarios.insight.test_report_parts import seven_pairs
from tests.scenarios.office import Colleague, Office, action_ids, shows, texts_in
from tests.scenarios.pairs import end
from tests.scenarios.programme.test_next_cohort import initial
from tests.wording import label, says

OVER = datetime(2027, 2, 1, 5, 0, tzinfo=UTC)
NOTES = {"worked": "Asking team leads <!channel>", "changes": "Not in December", "advice": "Begin with the sponsor"}


async def rated_by_pack(office: Office, hr: Colleague, language: str) -> None:
    """Six people found hands-on useful, eight others an agreement less; all meet every two weeks."""
    await seven_pairs(office, hr, language)
    now = office.clock.now()
    async with office.balik.store.write(now) as work:
        for row in (await work.session.exec(select(MentoringSession).order_by(col(MentoringSession.id)))).all()[:3]:
            row.pack = "hands_on"
        for pair in (await work.session.exec(select(Pair))).all():
            pair.cadence, pair.format = "fortnightly", "observation"
        part = (await work.session.exec(select(Participant).order_by(col(Participant.id)))).all()[2]
        said: dict[str, Any] = {"team_id": "T0001", "programme_id": 1, "participant_id": part.id, "at": now}
        work.session.add(
            Improvement(**said, stage="half_way", area="time", text="Shorter", sharing="unnamed", shown_at=now)
        )
        work.session.add(
            Improvement(**said, stage="closing", area="time", text="Secret", sharing="nobody", shown_at=now)
        )
        await work.commit()
    await end(office)
    await office.run(until=OVER)


@pytest.mark.in_turn(2)
@pytest.mark.parametrize("language", ["id", "en"])
async def test_hr_reads_what_worked_notes_more_and_begins_the_next_with_it(
    office: Office, hr: Colleague, language: str
) -> None:
    await rated_by_pack(office, hr, language)
    over = next(one for one in office.posted(office.hr_channel) if shows(one, "closing.hr.title", language))
    assert (await hr.click(over, "playbook.open")).ok
    shown = texts_in(hr.modal)
    text = office.balik.context.catalogue.texts(language)
    for pack, average in (("hands_on", 5), ("contract", 3)):
        value = text.plain("playbook.parts.average", average=text.number(average))
        assert f"{label(f'labels.packs.{pack}', language)}: {value}" in shown
    assert label("labels.formats.observation", language) in shown
    assert label("labels.cadences.fortnightly", language) in shown
    assert "Shorter" in shown
    assert "Secret" not in shown
    assert shows(hr.modal, "playbook.window.cadence", language)
    assert shows(hr.modal, "playbook.window.honest", language)
    assert (await hr.click(hr.modal, "playbook.notes")).ok
    assert (await hr.submit(NOTES)).ok
    assert "Asking team leads <!channel>" in texts_in(hr.modal), "the window below has them"
    assert (await hr.click(hr.modal, "playbook.page")).ok
    await hr.slack.close(all=True)
    await office.run(minutes=2)
    page = (await reports(office))[f"{label('playbook.page.file', language)}.html"].decode()
    assert "Asking team leads &lt;!channel&gt;" in page
    assert label("labels.packs.hands_on", language) in page
    assert says(page, "improvements.report.text", language, text="Shorter", name="")

    assert (await hr.click(over, "cohort.next")).ok
    assert NOTES["advice"] in texts_in(hr.modal)
    assert initial(hr.modal.blocks, "cadence") == ["fortnightly"], "as most pairs met"
    assert "playbook.open" in action_ids(hr.modal)
    assert (await hr.submit({"name": "Next", "starts_on": "2027-03-01", "months": "6"})).ok
    await hr.slack.close(all=True)
    await office.run(days=1)
    done = next(one for one in office.posted(office.hr_channel) if "Next" in texts_in(one) and "match.draw" in str(one))
    assert (await hr.click(done, "playbook.open")).ok, "also from the new programme's first message"
    assert "Not in December" in texts_in(hr.modal)


async def test_notes_are_erased_with_the_programme(office: Office, hr: Colleague) -> None:
    await seven_pairs(office, hr)
    await end(office)
    await office.run(until=OVER)
    over = next(one for one in office.posted(office.hr_channel) if shows(one, "closing.hr.title"))
    await hr.click(over, "playbook.open")
    await hr.click(hr.modal, "playbook.notes")
    assert (await hr.submit({"worked": "x" * 1501})).errors
    assert (await hr.submit(NOTES)).ok
    async with office.balik.store.write(office.clock.now()) as work:
        programme = await work.session.get_one(Programme, 1)
        programme.forget_at = office.clock.now()
        await work.commit()
    await tick_retention(office.balik.store, office.clock.now(), months=0)
    async with office.balik.store.read(office.clock.now()) as work:
        assert (await work.session.exec(select(PlaybookNotes))).all() == []


def test_a_cadence_is_proposed_only_if_most_of_enough_pairs_chose_it() -> None:
    assert proposed_cadence("monthly", ["fortnightly"] * 4) is None, "too few pairs"
    assert proposed_cadence("monthly", ["fortnightly"] * 4 + ["monthly"] * 2) == "fortnightly"
    assert proposed_cadence("monthly", ["fortnightly"] * 3 + ["monthly"] * 3) is None
    assert proposed_cadence("monthly", ["fortnightly"] * 3 + ["weekly"] * 3) is None
    assert proposed_cadence("monthly", ["monthly"] * 6) is None

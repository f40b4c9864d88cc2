"""HR's list of 2,000 people: it is found in, within Slack's limits, at the cost of a short list."""

import json
from io import BytesIO

from openpyxl import load_workbook
from sqlalchemy import insert
from sqlmodel import select

from storage.tables import Participant, Person, Programme
from tests.meter import metered
from tests.rosters import nobody_has_a_manager
from tests.scenarios.office import Colleague, Office, action_ids, texts_in
from tests.scenarios.programme.test_hr_channel import speak

PEOPLE = 2_000


async def sign_everybody_up(office: Office) -> None:
    """As if they had signed up."""
    async with office.balik.store.write(office.clock.now()) as work:
        programme = (await work.session.exec(select(Programme))).one()
        blank = Person(team_id=programme.team_id, slack_id="", name="", created_at=work.now).model_dump(exclude={"id"})
        people = [blank | {"slack_id": f"UX{n}", "name": f"Rekan Nomor {n:04}"} for n in range(PEOPLE)]
        await work.session.exec(insert(Person), params=people)
        ids = {one.slack_id: one.id for one in (await work.session.exec(select(Person))).all()}
        part = Participant(
            team_id=programme.team_id,
            programme_id=programme.id,
            person_id=0,
            role="mentor",
            level=2,
            department="",
            offers=[{"topic": "ai_tools", "level": 4}],
            languages=["id"],
            joined_at=work.now,
        ).model_dump(exclude={"id"})
        parts = [part | {"person_id": ids[f"UX{n}"], "department": f"Bagian {n % 150}"} for n in range(PEOPLE)]
        await work.session.exec(insert(Participant), params=parts)
        await nobody_has_a_manager(work, programme.id)
        await work.commit()


def fits(hr: Colleague) -> bool:
    """Whether the window keeps Slack's limits."""
    return len(hr.modal.blocks) <= 100 and len(json.dumps(hr.modal.blocks)) < 250_000


async def test_hr_finds_one_of_2000_people(office: Office, hr: Colleague) -> None:
    await office.set_up(hr)
    await speak(office, hr, "en")
    await sign_everybody_up(office)
    with metered(office.balik.store.engine) as opened:
        await hr.command("people", office.hr_channel)
    assert opened.statements < 40, "as for ten people"
    assert fits(hr)
    assert action_ids(hr.modal).count("participant.show") == 10
    await hr.click(hr.modal, "participants.page.next")
    assert fits(hr)
    assert "<@UX10>" in texts_in(hr.modal)
    await hr.submit({"words": "nomor 1234"})
    assert action_ids(hr.modal).count("participant.show") == 1
    assert "<@UX1234>" in texts_in(hr.modal)
    await hr.click(hr.modal, "participant.show")
    assert "<@UX1234>" in texts_in(hr.modal)
    await hr.slack.close()
    await hr.submit({"words": ""})
    await hr.click(hr.modal, "participants.department", "bagian 7")
    assert fits(hr)
    assert "<@UX7>" in texts_in(hr.modal)
    assert "<@UX8>" not in texts_in(hr.modal)
    await hr.click(hr.modal, "participants.file")
    await office.run(minutes=2)
    (file,) = [one for message in hr.inbox for one in message.files]
    sheet = load_workbook(BytesIO(office.slack.file(file).content or b"")).active
    assert sheet
    assert sheet.max_row > PEOPLE

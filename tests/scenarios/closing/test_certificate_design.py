"""HR adds the company's logo and a second signature to the certificates of its programme."""

from typing import Any

import pytest
from sqlmodel import col, select

from bot.domain.messages.closing import CertificateSampleMessage
from bot.services.closing.certificate_design import Design, design_of, take_over_design
from bot.services.privacy.erasure import erase_sponsors
from storage.tables import CertificateDesign, Programme, ProgrammeState
from tests.scenarios.office import Colleague, Office, action_ids, shows, texts_in
from tests.scenarios.pairs import of_kind
from tests.scenarios.programme.test_hr_channel import LANGUAGES, speak
from tests.scenarios.programme.test_next_cohort import initial
from tests.unit.closing.test_logos import picture
from tests.wording import says

LOGO = picture("png")
KEY = "closing.certificate.design"


async def open_form(office: Office, hr: Colleague) -> None:
    if hr.slack.modal:
        await hr.slack.close(all=True)
    await hr.click(await hr.open_home(), "certificate.design")


async def design(office: Office) -> Design:
    async with office.balik.store.read(office.clock.now()) as work:
        return await design_of(work.session, 1)


@pytest.mark.in_turn(len(LANGUAGES))
@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_logo_and_a_second_signature_are_stored_and_a_sample_shows_them(
    office: Office, hr: Colleague, language: str
) -> None:
    await office.set_up(hr)
    await speak(office, hr, language)
    ratna = office.hire("Ratna Dewi")
    await open_form(office, hr)
    values: dict[str, Any] = {"logo": [{"name": "logo.png", "content": LOGO}], "person": ratna.id, "title": "CEO <!x>"}
    assert (await hr.submit(values)).ok
    assert shows(hr.modal, f"{KEY}.saved", language)
    assert await design(office) == Design(LOGO, "Ratna Dewi", "CEO <!x>")
    assert (await hr.click(hr.modal, "certificate.sample")).ok
    await office.run(minutes=1)
    (sample,) = of_kind(hr, CertificateSampleMessage)
    assert shows(sample, f"{KEY}.sample.sent", language)
    files = [one for message in hr.inbox for one in message.files]
    assert len(files) == 2
    await open_form(office, hr)
    assert initial(hr.modal.blocks, "person") == ratna.id
    assert (await hr.submit({"title": "Director"})).ok
    assert await design(office) == Design(LOGO, "Ratna Dewi", "Director"), "without a new file the logo stays"
    await open_form(office, hr)
    assert (await hr.submit({"remove": ["remove"], "person": None, "name": "Budi"})).ok
    assert await design(office) == Design(b"", "Budi", "Director")


WRONG: dict[str, tuple[dict[str, Any], str, str]] = {
    "no picture": ({"logo": [{"name": "logo.png", "content": b"%PDF"}]}, "logo", "type"),
    "too large": ({"logo": [{"name": "logo.png", "content": LOGO + b"x" * 1_000_000}]}, "logo", "large"),
    "broken": ({"logo": [{"name": "logo.png", "content": LOGO[:50]}]}, "logo", "broken"),
    "a title alone": ({"title": "CEO"}, "name", "name"),
}


@pytest.mark.parametrize("case", WRONG)
async def test_what_is_wrong_is_said_at_its_field(office: Office, hr: Colleague, case: str) -> None:
    await office.set_up(hr)
    await speak(office, hr, "en")
    values, field, code = WRONG[case]
    await open_form(office, hr)
    errors = (await hr.submit(values)).errors
    assert list(errors) == [field]
    assert says(errors[field], f"{KEY}.errors.{code}")
    assert await design(office) == Design(), "nothing is stored"


async def test_a_person_and_a_name_are_one_too_many(office: Office, hr: Colleague) -> None:
    await office.set_up(hr)
    ratna = office.hire("Ratna Dewi")
    await speak(office, hr, "en")
    await open_form(office, hr)
    errors = (await hr.submit({"person": ratna.id, "name": "Budi"})).errors
    assert says(errors["name"], f"{KEY}.errors.both")
    assert (await hr.submit({"name": None})).ok
    assert "certificate.sample" in action_ids(hr.modal)
    assert "Ratna" not in texts_in(hr.modal)


async def test_the_next_programme_begins_with_it_and_erasing_takes_the_name(office: Office, hr: Colleague) -> None:
    await office.set_up(hr)
    await open_form(office, hr)
    logo = [{"name": "logo.png", "content": LOGO}]
    assert (await hr.submit({"logo": logo, "name": "Ratna Dewi", "title": "CEO"})).ok
    async with office.balik.store.write(office.clock.now()) as work:
        first = await work.session.get_one(Programme, 1)
        values = first.model_dump(exclude={"id", "follows_id", "state"})
        second = Programme(**values, state=ProgrammeState.CLOSED, follows_id=1)
        work.session.add(second)
        await work.session.flush()
        await take_over_design(work, second)
        await erase_sponsors(work.session, 1)
        await work.session.flush()
        work.session.expire_all()
        rows = (await work.session.exec(select(CertificateDesign).order_by(col(CertificateDesign.id)))).all()
        assert [(one.programme_id, bool(one.logo), one.second_name) for one in rows] == [
            (1, True, ""),
            (2, True, "Ratna Dewi"),
        ]

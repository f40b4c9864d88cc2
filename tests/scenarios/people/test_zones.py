"""Time zones as Slack sends them: a programme in Indonesia speaks Indonesian first, and says WIB, WITA and WIT."""

import pytest

from bot.sandbox import View
from tests.scenarios.office import Colleague, Office, texts_in
from tests.scenarios.pairs import agree, book, in_chat, introduce, on_monday

AS_SLACK_SENDS_THEM = {"Asia/Bangkok": "WIB", "Asia/Singapore": "WITA", "Asia/Tokyo": "WIT", "Asia/Jakarta": "WIB"}


def language_of(view: View, office: Office) -> str:
    """The language of the sign-up form."""
    catalogue = office.balik.context.catalogue
    titles = {catalogue.texts(one).plain("signup.form.modal.title"): one for one in catalogue.languages}
    return titles[(view.title or {})["text"]]


@pytest.mark.parametrize("zone", AS_SLACK_SENDS_THEM)
async def test_an_indonesian_programme_speaks_indonesian_first(office: Office, hr: Colleague, zone: str) -> None:
    await office.set_up(hr)
    rani = office.hire("Rani Putri", tz=zone, locale="en-US")
    await rani.command("join")
    assert language_of(rani.modal, office) == "id"
    await office.slack.change_user(rani.slack.user, real_name="Rani P.", tz=zone)
    await rani.slack.close(all=True)
    await rani.command("join")
    assert language_of(rani.modal, office) == "id"


@pytest.mark.wide(2)
@pytest.mark.parametrize(("zone", "shown"), AS_SLACK_SENDS_THEM.items())
async def test_times_are_in_the_zones_of_indonesia(office: Office, hr: Colleague, zone: str, shown: str) -> None:
    """In English, too. HR's own zone is the programme's."""
    await office.slack.change_user(hr.slack.user, tz="Asia/Bangkok")
    await introduce(office, hr, weekly=True, sari={"tz": zone}, budi={"tz": "Asia/Bangkok"})
    await agree(office)
    await on_monday(office)
    sari, budi = office.people["sari"], office.people["budi"]
    assert (await book(office, sari, "2027-01-21", "13:00")).ok
    await office.run(days=1, minutes=15)
    told = [texts_in(one) for one in (*sari.inbox, *in_chat(office))]
    assert any(shown in text for text in told)
    everything = told + [texts_in(one) for one in (*budi.inbox, *office.posted(office.hr_channel))]
    assert not any("UTC+" in text for text in everything)
    assert any("WIB" in texts_in(one) for one in office.posted(office.hr_channel))


async def test_another_zone_stays_what_it_is(office: Office, hr: Colleague) -> None:
    await office.set_up(hr)
    lena = office.hire("Lena Vogt", tz="Europe/Berlin", locale="en-US")
    await lena.command("join")
    assert language_of(lena.modal, office) == "en"

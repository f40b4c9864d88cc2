"""Who waits for a partner hears what is true: at a release, then monthly at most, and when the programme ends."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from bot.domain.messages.matching import NoPartnerMessage, StillLookingMessage
from tests.scenarios.office import Colleague, Office, shows
from tests.scenarios.pairs import of_kind, release, sent_at, without_weekly
from tests.wording import label

END = datetime(2027, 5, 10, 17, 0, tzinfo=UTC)
"""The first moment after the programme's four months, midnight in Jakarta."""


async def test_who_waits_hears_monthly_and_at_the_end(office: Office, hr: Colleague) -> None:
    await office.set_up(hr, starts_on="2027-01-11", months="4")
    sari, budi, tono = office.hire("Sari Wulandari"), office.hire("Budi Santoso"), office.hire("Tono Wijaya")
    await office.join(sari, "mentor", "specialist", "Marketing", mentor_capacity="1")
    await office.join(budi, "mentee", "director", "Finance")
    # Nobody is senior to him.
    await office.join(tono, "mentor", "executive", "Audit")
    home = await tono.open_home()
    assert home
    assert not any(shows(home, f"home.waiting.{one}") for one in ("unseen", "nobody", "too_late", "not_announced"))
    await release(office, hr)
    await without_weekly(office)
    home = await tono.open_home()
    assert home
    assert shows(home, "home.waiting.nobody"), "HR looked, and it says why"
    agus = office.hire("Agus Salim")
    await office.join(agus, "mentor", "specialist", "IT")
    later = await agus.open_home()
    assert later
    assert shows(later, "home.waiting.unseen"), "nobody has looked since he joined"

    await office.run(days=3)
    (first,) = of_kind(tono, StillLookingMessage)
    assert shows(first, "care.parting.waiting.body", cause=label("matching.unmatched_message.letter.cause.other"))
    assert of_kind(agus, StillLookingMessage) == []
    await office.run(until=END - timedelta(days=20))
    for who in (tono, agus):
        told = [sent_at(one) for one in of_kind(who, StillLookingMessage)]
        assert 3 <= len(told) <= 4
        assert all(later - before >= timedelta(days=28) for before, later in pairwise(told))
    home = await tono.open_home()
    assert home
    assert shows(home, "home.waiting.too_late")
    await office.run(until=END + timedelta(days=16))
    for who in (tono, agus):
        (bye,) = of_kind(who, NoPartnerMessage)
        assert shows(bye, "matching.no_partner.body")
    assert of_kind(sari, NoPartnerMessage) == of_kind(sari, StillLookingMessage) == []

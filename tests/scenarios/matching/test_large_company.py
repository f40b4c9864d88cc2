"""Matching with many people: long lists in pages, and managers that are missing."""

from tests.scenarios.matching.test_matching import draft, many_more, press_first
from tests.scenarios.office import Colleague, Office, action_ids, texts_in


async def test_long_lists_are_turned_page_by_page(office: Office, hr: Colleague) -> None:
    await office.set_up(hr)
    await office.join(office.hire("Mentor Muda"), "mentor", "entry", "Mentors")
    await office.join(office.hire("Leader Senior"), "mentee", "director", "Leaders")
    await many_more(office, 11)
    message = await draft(office, hr)
    await hr.click(message, "match.pairs")
    assert action_ids(hr.modal).count("match.open") == 10
    await hr.click(None, "match.page.next")
    assert action_ids(hr.modal).count("match.open") == 2
    await press_first(hr, "match.open")
    await hr.click(None, "match.lock")
    await hr.slack.close()
    assert action_ids(hr.modal).count("match.open") == 2, "still on the second page"
    assert ":lock:" in texts_in(hr.modal)
    await hr.click(None, "match.page.previous")
    assert action_ids(hr.modal).count("match.open") == 10

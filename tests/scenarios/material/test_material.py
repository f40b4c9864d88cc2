"""HR's links to the company's own material: where pairs find them, and what is refused."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlmodel import select

from bot.domain.messages.sessions import LeaderPackMessage, MentorPackMessage
from bot.services.material.material import take_over
from storage.tables import MaterialLink, Programme, ProgrammeState
from tests.scenarios.care.test_restore import in_language
from tests.scenarios.office import Colleague, Office, action_ids, parts_of, texts_in
from tests.scenarios.pairs import book, introduce, of_kind
from tests.scenarios.programme.test_hr_channel import LANGUAGES
from tests.scenarios.requests import Knock, knock
from tests.wording import says

GUIDE, ADDRESS = "Our AI guidelines", "https://intranet.example.co.id/ai?x=1&y=(2)"
SAFE_ADDRESS = "https://intranet.example.co.id/ai?x=1&amp;y=%282%29"


async def add(hr: Colleague, title: str, url: str, used: str = "all") -> dict[str, str]:
    """HR adds a link from the list of topics; the errors at its fields."""
    await hr.command("topics", hr.office.hr_channel)
    assert (await hr.click(hr.modal, "material.open")).ok
    assert (await hr.click(hr.modal, "material.add")).ok
    return (await hr.submit({"title": title, "url": url, "used": used})).errors


async def stored(office: Office) -> list[MaterialLink]:
    async with office.balik.store.read(office.clock.now()) as work:
        return list((await work.session.exec(select(MaterialLink))).all())


@pytest.mark.in_turn(len(LANGUAGES))
@pytest.mark.parametrize("language", LANGUAGES)
async def test_pairs_find_a_link_in_their_material_and_on_home(office: Office, hr: Colleague, language: str) -> None:
    await introduce(office, hr)
    sari, budi = office.people["sari"], office.people["budi"]
    await in_language(office, language)
    assert await add(hr, f"  {GUIDE} <!channel>", ADDRESS) == {}
    marked_up = [one["text"] for one in parts_of(hr.modal.blocks) if one.get("type") == "mrkdwn"]
    assert any("&lt;!channel&gt;" in one for one in marked_up)
    assert not any("<!channel>" in one for one in marked_up), "a title calls nobody"
    await hr.slack.close(all=True)
    assert await add(hr, "For the harvest", "https://example.com/harvest", "pack:harvest") == {}
    await hr.slack.close(all=True)
    assert (await book(office, budi, "2027-01-20", "10:00")).ok
    await office.run(until=datetime(2027, 1, 20, 2, 30, tzinfo=UTC))
    for who, kind in ((sari, MentorPackMessage), (budi, LeaderPackMessage)):
        (material,) = of_kind(who, kind, session=1)
        seen = texts_in(material)
        assert f"<{SAFE_ADDRESS}|{GUIDE}" in seen
        assert "harvest" not in seen, "it is for the last session"
        assert (await who.click(material, "pack.open")).ok
        assert SAFE_ADDRESS in texts_in(who.modal)
        await who.slack.close(all=True)
        home = await who.open_home()
        assert home is not None
        assert SAFE_ADDRESS in texts_in(home)


async def test_a_link_is_removed_and_the_next_programme_begins_with_the_rest(office: Office, hr: Colleague) -> None:
    await introduce(office, hr)
    await add(hr, GUIDE, ADDRESS, "topic:ai_tools")
    await hr.slack.close(all=True)
    await add(hr, "Old", "https://example.com/old")
    await hr.slack.close(all=True)
    assert await add(hr, "Renamed", "https://example.com/old") == {}, "the same address is no second link"
    assert [one.title for one in await stored(office)] == [GUIDE, "Renamed"]
    (row,) = [one for one in parts_of(hr.modal.blocks) if "Renamed" in str(one.get("text")) and one.get("accessory")]
    assert row["accessory"]["confirm"]
    for _ in range(2):  # a second press, on an older window, changes nothing
        pressed = Knock("action", "material.remove", row["accessory"]["value"])
        await knock(office, hr.id, pressed)
    assert [one.title for one in await stored(office)] == [GUIDE]
    async with office.balik.store.write(office.clock.now()) as work:
        first = await work.session.get_one(Programme, 1)
        values = first.model_dump(exclude={"id", "follows_id", "state"})
        second = Programme(**values, state=ProgrammeState.CLOSED, follows_id=1)
        work.session.add(second)
        await work.session.flush()
        await take_over(work, second)
        await work.commit()
    taken = [(one.programme_id, one.title, one.topic) for one in await stored(office)]
    assert taken == [(1, GUIDE, "ai_tools"), (2, GUIDE, "ai_tools")]


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "no web address": ({"url": "intranet"}, "url"),
    "not encrypted": ({"url": "http://example.com/x"}, "url"),
    "a script": ({"url": "javascript:alert(1)//example.com"}, "url"),
    "a password": ({"url": "https://hr:secret@example.com"}, "url"),
    "two lines": ({"url": "https://example.com/a b"}, "url"),
    "no host": ({"url": "https://[::1"}, "url"),
    "too long": ({"url": "https://example.com/" + "x" * 500}, "long"),
    "no name": ({"title": " \t "}, "title"),
}


@pytest.mark.parametrize("case", WRONG)
async def test_a_wrong_address_is_named_at_its_field_and_nothing_typed_is_lost(
    office: Office, hr: Colleague, case: str
) -> None:
    await office.set_up(hr)
    changed, code = WRONG[case]
    errors = await add(hr, **{"title": GUIDE, "url": ADDRESS} | changed)
    (field,) = errors
    assert says(errors[field], f"material.form.errors.{code}", "id")
    assert field in changed
    assert (await hr.submit({"title": GUIDE, "url": "https://example.com"})).ok, "the form stays open"
    assert len(await stored(office)) == 1


async def test_only_so_many_links_fit(office: Office, hr: Colleague) -> None:
    await office.set_up(hr)
    async with office.balik.store.write(office.clock.now()) as work:
        team_id = (await work.session.get_one(Programme, 1)).team_id
        work.session.add_all(
            MaterialLink(
                team_id=team_id,
                programme_id=1,
                title=f"Link {number}",
                url=f"https://example.com/{number}",
                added_at=work.now,
            )
            for number in range(29)
        )
        await work.commit()
    assert await add(hr, GUIDE, ADDRESS) == {}
    assert "material.add" not in action_ids(hr.modal)

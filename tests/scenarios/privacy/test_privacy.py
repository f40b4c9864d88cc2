"""`/mentoring privacy`: seeing, taking along and erasing what is kept, as people do it."""

import json
from typing import Any

import pytest
from sqlmodel import SQLModel, select

from bot.domain.messages.privacy import ExportMessage
from bot.sandbox import View
from bot.services.insight.summary_figures import read_summary
from bot.slack.gateway import SlackUnavailable
from storage.tables import Outbox, OutboxState, Person, Programme
from tests.scenarios.office import Colleague, Office, action_ids, shows, texts_in
from tests.scenarios.pairs import introduce, more_of, of_kind, pairs, receiving
from tests.wording import label, says

SECRET = "Rahasia <!channel> & <b>"


async def _erase(who: Colleague, office: Office) -> None:
    await who.command("privacy")
    await who.click(None, "privacy.erase")
    outcome = await who.submit({"sure": ["sure"]})
    assert outcome.ok
    assert any(shows(who.modal, "privacy.erase.done", one) for one in ("en", "id"))
    await who.slack.close(all=True)


async def _rows(office: Office) -> list[str]:
    """Every row of every table, as one reads it."""
    async with office.balik.store.read(office.clock.now()) as work:
        connection = await work.session.connection()
        return [
            f"{name}: {tuple(row)!r}"
            for name, table in SQLModel.metadata.tables.items()
            for row in (await connection.execute(table.select())).all()
        ]


async def _figures(office: Office) -> Any:
    async with office.balik.store.read(office.clock.now()) as work:
        programme = (await work.session.exec(select(Programme))).one()
        one = await read_summary(work, programme)
    return one.people, one.sessions, one.measures, one.answers, one.topics, one.active_pairs, one.stages


async def _concern(who: Colleague, office: Office) -> None:
    await who.command("concern")
    assert (await who.submit({"text": SECRET})).ok
    await who.slack.close(all=True)
    await office.settle()


async def unfold(who: Colleague, view: View, part: str) -> str:
    """What one part of the window shows."""
    await who.slack.click(view, "privacy.details", part)
    await who.office.balik.context.wait_idle()
    shown = texts_in(who.modal)
    await who.slack.close()
    return shown


def _files(who: Colleague, office: Office) -> dict[str, str]:
    """The files in somebody's DM by name, with what is in them."""
    space = office.slack.workspace
    ids = [one for message in who.inbox for one in message.files]
    found = [space.files[one] for one in ids]
    assert len({one.name for one in found}) == len(found), "no file came twice"
    return {one.name: (one.content or b"").decode() for one in found}


@pytest.mark.parametrize("word", ["privacy", "privasi", "PRIVACY"])
async def test_everybody_sees_what_is_kept(office: Office, word: str) -> None:
    agus = office.hire("Agus Salim")
    await agus.command(word)
    shown = texts_in(agus.modal)
    stored, empty = (label(f"privacy.areas.{name}.title", "id") for name in ("person", "participant"))
    assert says(shown, "privacy.show.area", "id", title=stored, count=1)
    assert "participant" not in [block.get("block_id") for block in agus.modal.blocks]
    assert empty in shown, "in the line of what there is nothing of"
    assert says(shown, "privacy.show.nothing", "id")
    assert says(shown, "privacy.show.who", "id", months=24)
    assert "leave.open" not in action_ids(agus.modal)
    assert "agus@kantor.example" in await unfold(agus, agus.modal, "person")


async def test_each_part_unfolds_and_nothing_in_it_is_markup(office: Office, hr: Colleague) -> None:
    await introduce(office, hr)
    sari, budi = office.people["sari"], office.people["budi"]
    await _concern(sari, office)
    await sari.command("privacy")
    overview = sari.modal
    assert "leave.open" in action_ids(overview)
    parts = [block["block_id"] for block in overview.blocks if block.get("accessory")]
    assert {"person", "participant", "pair", "session", "concern", "outbox"} <= set(parts)
    seen = {part: await unfold(sari, overview, part) for part in parts}
    assert "Rahasia &lt;!channel&gt; &amp; &lt;b&gt;" in seen["concern"]
    assert "<!channel>" not in seen["concern"]
    assert "Budi Santoso" in seen["pair"]
    assert "Marketing" in seen["participant"]
    level = label("privacy.fields.level"), label("labels.levels.specialist")
    assert f"*{level[0]}:* {level[1]}" in seen["participant"]
    assert label("labels.skills.s3") in seen["participant"]
    assert budi.id not in "".join(seen.values())


async def test_a_forged_part_is_refused(office: Office, hr: Colleague) -> None:
    await office.set_up(hr)
    await hr.command("privacy")
    view = hr.modal
    block = next(one for one in view.blocks if one.get("accessory"))
    block["accessory"]["value"] = "ratebucket"
    await hr.slack.click(view, "privacy.details", block["block_id"])
    await office.balik.context.wait_idle()
    assert any(shows(hr.modal, "errors.outdated", one) for one in ("en", "id"))


async def test_the_copy_comes_once_to_ones_own_dm(office: Office, hr: Colleague) -> None:
    await introduce(office, hr)
    sari, budi = office.people["sari"], office.people["budi"]
    await _concern(sari, office)
    await office.run(minutes=2)
    before = (len(budi.inbox), len(hr.inbox), len(office.posted(office.hr_channel)))
    await sari.command("privacy")
    view = sari.modal
    await sari.click(view, "privacy.export")
    assert shows(sari.modal, "privacy.export.asked")
    await sari.click(view, "privacy.export")
    assert shows(sari.modal, "privacy.export.coming")
    await office.run(minutes=1)
    files = _files(sari, office)
    assert set(files) == {"balik-data.html", "balik-data.json"}
    assert len(of_kind(sari, ExportMessage)) == 1
    assert before == (len(budi.inbox), len(hr.inbox), len(office.posted(office.hr_channel)))
    record = json.loads(files["balik-data.json"])
    assert record["person"]["email"] == "sari@kantor.example"
    assert record["participant"][0]["department"] == "Marketing"
    assert record["concern"][0]["text"] == SECRET
    assert record["pair"][0]["partner"] == "Budi Santoso"
    assert len(record["session"]) == 6
    assert {"welcome", "concern_receipt"} <= {one["kind"] for one in record["outbox"]}
    for strange in ("budi@", budi.id, "Finance", "channel", "lane"):
        assert strange not in files["balik-data.json"].replace("<!channel>", ""), strange
    html = files["balik-data.html"]
    assert "Rahasia &lt;!channel&gt; &amp; &lt;b&gt;" in html
    assert '<html lang="en">' in html
    assert "http" not in html, "it needs nothing else"


async def test_an_interrupted_copy_comes_once(office: Office) -> None:
    """Killed after the files were shared, before their message was posted: the next attempt shares nothing."""
    agus = office.hire("Agus Salim")
    await agus.command("privacy")
    await agus.click(None, "privacy.export")
    await office.settle()
    async with office.balik.store.write(office.clock.now()) as work:
        row = (await work.session.exec(select(Outbox).where(Outbox.kind == "export"))).one()
        row.state, row.ts, row.due_at = OutboxState.PENDING, None, office.clock.now()
        await work.commit()
    await office.run(minutes=2)
    assert sum(len(one.files) for one in agus.inbox) == 2
    assert len(_files(agus, office)) == 2


async def test_a_copy_shared_on_the_second_try_comes_once(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed after the upload, before anything was shared: the files of the first attempt are shared."""
    agus = office.hire("Agus Salim")
    share = office.balik.gateway.share
    tried: list[dict[str, str]] = []

    async def dies_once(files: dict[str, str], channel: str) -> None:
        tried.append(files)
        if len(tried) == 1:
            raise SlackUnavailable("files", "timeout")
        await share(files, channel)

    monkeypatch.setattr(office.balik.gateway, "share", dies_once)
    await agus.command("privacy")
    await agus.click(None, "privacy.export")
    await office.settle()
    async with office.balik.store.write(office.clock.now()) as work:
        row = (await work.session.exec(select(Outbox).where(Outbox.kind == "export"))).one()
        row.state, row.ts, row.due_at = OutboxState.PENDING, None, office.clock.now()
        await work.commit()
    await office.run(minutes=2)
    assert tried[0].keys() == tried[1].keys()
    assert len(_files(agus, office)) == 2


async def test_a_copy_may_be_asked_for_again(office: Office) -> None:
    agus = office.hire("Agus Salim")
    for expected in (2, 4):
        await agus.command("privacy")
        await agus.click(None, "privacy.export")
        await office.run(minutes=2)
        await agus.slack.close(all=True)
        assert sum(len(one.files) for one in agus.inbox) == expected


async def test_nothing_is_left_of_who_was_erased(office: Office, hr: Colleague) -> None:
    await introduce(office, hr)
    sari, budi = office.people["sari"], office.people["budi"]
    await _concern(sari, office)
    await sari.command("privacy")
    await sari.click(None, "privacy.export")
    await office.run(minutes=1)
    await sari.slack.close(all=True)
    assert sari.inbox
    assert office.slack.workspace.files
    dm = sari.slack.dm
    assert dm is not None
    posted = len(office.posted(office.hr_channel))
    await _erase(sari, office)
    await office.run(minutes=5)
    assert [one.text for one in sari.inbox if not one.files and one.subtype != "file_share"] == []
    assert not office.slack.workspace.files
    rows = await _rows(office)
    for trace in ("Sari", "sari@", sari.id, "Rahasia", "Marketing", dm.id):
        assert [one for one in rows if trace in one] == [], trace
    told = receiving(budi, "privacy.told.mentor")
    assert len(told) == 1
    assert sari.id not in texts_in(told[0])
    news = office.posted(office.hr_channel)[posted:]
    assert len(news) == 1
    assert shows(news[0], "privacy.told.hr", partner=f"<@{budi.id}>")
    assert (await pairs(office))[0].state == "ended"
    for word in ("summary", "match"):
        await hr.command(word, office.hr_channel)
        await office.run(minutes=2)
        report = texts_in(office.posted(office.hr_channel)[-1])
        assert sari.id not in report
        assert "erased" not in report
    await office.run(days=20)
    assert not [one for one in sari.inbox if not one.files and one.subtype != "file_share"]


async def test_counts_are_those_after_leaving(office: Office, hr: Colleague) -> None:
    await introduce(office, hr)
    sari = office.people["sari"]
    await sari.command("leave")
    await sari.submit({"reason": "no_time"})
    await sari.slack.close(all=True)
    await office.run(minutes=2)
    before = await _figures(office)
    told = len(office.people["budi"].inbox)
    await _erase(sari, office)
    await office.run(minutes=2)
    assert await _figures(office) == before
    assert len(office.people["budi"].inbox) == told, "told once, when she left"


async def test_it_takes_a_tick_to_erase(office: Office, hr: Colleague) -> None:
    await introduce(office, hr)
    sari, budi = office.people["sari"], office.people["budi"]
    await sari.command("privacy")
    await sari.click(None, "privacy.erase")
    shown = texts_in(sari.modal)
    assert says(shown, "privacy.erase.ends", partner=f"<@{budi.id}>")
    assert says(shown, "privacy.erase.stays")
    assert not (await sari.submit({})).ok
    await sari.slack.close(all=True)
    async with office.balik.store.read(office.clock.now()) as work:
        assert not [one for one in (await work.session.exec(select(Person))).all() if one.erased_at]


async def test_home_forgets_at_once_and_who_returns_is_new(office: Office, hr: Colleague) -> None:
    await introduce(office, hr)
    sari = office.people["sari"]
    home = await sari.open_home()
    assert isinstance(home, View)
    await sari.click(await more_of(sari, "home.more"), "privacy.show")
    await sari.click(None, "privacy.erase")
    assert (await sari.submit({"sure": ["sure"]})).ok
    await sari.slack.close(all=True)
    await office.run(minutes=5)
    shown = sari.slack.home
    assert shown is not None
    assert "Budi" not in texts_in(shown)
    assert "join.open" in action_ids(shown)
    await office.join(sari, "mentor", "specialist", "Marketing")
    assert len(receiving(sari, "signup.welcome.mentor", programme="Tukar Ilmu 2027")) == 1
    async with office.balik.store.read(office.clock.now()) as work:
        people = (await work.session.exec(select(Person).where(Person.name == "Sari Wulandari"))).all()
    assert len(people) == 1


async def test_hr_hears_that_its_contact_is_gone(office: Office, hr: Colleague) -> None:
    rina = office.hire("Rina Marlina")
    await office.set_up(hr, contact=rina.id)
    await rina.command("privacy")
    await rina.click(None, "privacy.erase")
    assert shows(rina.modal, "privacy.erase.contact", "id", programme="Tukar Ilmu 2027")
    await rina.submit({"sure": ["sure"]})
    await rina.slack.close(all=True)
    await office.run(minutes=2)
    said = [one for one in office.posted(office.hr_channel) if shows(one, "care.contacts.gone.erased")]
    assert len(said) == 1


async def test_slack_takes_no_files(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    agus = office.hire("Agus Salim")
    await agus.command("privacy")

    async def busy(*_arguments: Any) -> str:
        raise SlackUnavailable("files", "ratelimited", 30, limited=True)

    monkeypatch.setattr(office.balik.gateway, "upload", busy)
    await agus.click(None, "privacy.export")
    await office.run(hours=1)  # it is tried a few times before the message goes without them
    (told,) = agus.inbox
    assert "privacy.export" in action_ids(told)
    monkeypatch.undo()
    await agus.click(told, "privacy.export")
    await office.settle()
    assert set(_files(agus, office)) == {"balik-data.html", "balik-data.json"}


async def test_opening_home_stores_nobody(office: Office, hr: Colleague) -> None:
    """Neither anybody new, nor whoever was erased: only what they do there makes them known."""
    await office.set_up(hr)
    sari = office.hire("Sari Wulandari")
    await office.join(sari, "mentor", "specialist", "Marketing")
    await _erase(sari, office)
    for who in (sari, office.hire("Budi Santoso")):
        home = await who.open_home()
        assert home
        assert any(shows(home, "home.newcomer.body", one) for one in ("en", "id"))
        async with office.balik.store.read(office.clock.now()) as work:
            known = (await work.session.exec(select(Person))).all()
        assert who.id not in {one.slack_id for one in known}
        assert (await who.click(home, "join.open")).ok
        assert who.modal.submit
        await who.slack.close(all=True)

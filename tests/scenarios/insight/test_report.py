"""The report of a programme: what HR can pass on as it is."""

import re
from io import BytesIO
from typing import Any
from zipfile import ZipFile

from storage.tables import ActionCard
from tests.scenarios.closing.test_closing import end, hold, thank
from tests.scenarios.closing.test_stories import asked, showing, write
from tests.scenarios.office import Colleague, Office, shows
from tests.scenarios.pairs import introduce
from tests.wording import CATALOGUE, label, says

PICTURE = re.compile(r'(?<=src=")data:image/png;base64,[^"]+')
CHANGES: dict[str, Any] = {"pair_id": 1, "insight": "x", "kind": "sop", "owner": "mentee", "written_by": "mentor"}


async def reports(office: Office) -> dict[str, bytes]:
    """The files in HR's channel, by name; none came twice."""
    ids = [one for message in office.hr_channel.messages.values() for one in message.files]
    found = [office.slack.workspace.files[one] for one in ids]
    assert len({one.name for one in found}) == len(found)
    return {one.name: one.content or b"" for one in found}


def cells_of(workbook: bytes) -> str:
    """Every text in a workbook."""
    with ZipFile(BytesIO(workbook)) as parts:
        assert not any(b"<f>" in parts.read(name) for name in parts.namelist() if "worksheets/" in name)
        return parts.read("xl/sharedStrings.xml").decode()


async def test_hr_gets_a_page_and_a_table_of_what_may_be_shared(office: Office, hr: Colleague) -> None:
    await introduce(office, hr)
    sari, budi = office.people["sari"], office.people["budi"]
    await hold(office, "contract", "harvest")
    await thank(sari, "Rahasia")
    now = office.clock.now()
    async with office.balik.store.write(now) as work:
        shared: dict[str, Any] = {"mentor_shares_at": now, "leader_shares_at": now}
        day: dict[str, Any] = {"due_on": now.date(), "written_at": now, "team_id": "T0001"}
        work.session.add(ActionCard(**CHANGES, **day, **shared, change="Shorter <b>meetings</b>", state="done"))
        work.session.add(ActionCard(**CHANGES, **day, mentor_shares_at=now, change="Rahasia change"))
        await work.commit()
    await end(office)
    await write(sari)
    await budi.click(asked(budi)[-1], "story.approve")
    await office.run(minutes=2)
    await hr.click(showing(office, office.hr_channel)[-1], "story.post")

    over = next(one for one in office.posted(office.hr_channel) if shows(one, "closing.hr.title"))
    assert (await hr.click(over, "report.get")).ok
    await office.run(minutes=2)
    files = await reports(office)
    name = label("insight.report.sent.file")
    assert sorted(files) == [f"{name}.csv", f"{name}.html", f"{name}.xlsx"]
    page, table = files[f"{name}.html"].decode(), files[f"{name}.csv"].decode()
    cells = cells_of(files[f"{name}.xlsx"])
    # Without the pictures' data, in which a sentence would be searched for a long time.
    page, pictures = PICTURE.subn("", page)
    assert pictures
    assert label("insight.report.numbers.thanks") not in page, "one thanks is that of the one who wrote it"
    certificates = label("insight.report.numbers.certificates")
    assert f"<td>{certificates}</td><td>2</td>" in page
    done = label("insight.report.actions.done")
    assert says(page, "insight.report.actions.line", change="Shorter &lt;b&gt;meetings&lt;/b&gt;", state=done)
    assert "dashboard apart &lt;!channel&gt;" in page
    assert "Budi Santoso" in page
    assert "Rahasia" not in page + table + cells, "what was not shared is not there"
    assert not says(page, "insight.report.numbers.average"), "two people make no average"
    assert table.startswith("\ufeff")
    completed, ai_tools = label("insight.report.numbers.completed"), label("labels.topics.ai_tools")
    headings = [label(f"insight.summary.headings.{one}") for one in ("pairs", "topics")]
    can_teach = CATALOGUE.texts("en").plain("insight.report.table.topic_offered", item=ai_tools)
    assert f"{headings[0]};{completed};1;\r\n" in table
    assert f"{headings[1]};{can_teach};1;\r\n" in table
    assert completed in cells
    assert ai_tools in cells
    assert any(shows(one, "insight.report.sent.body") for one in office.posted(office.hr_channel))

    await budi.command("privacy")
    await budi.click(None, "privacy.erase")
    await budi.submit({"sure": ["sure"]})
    await budi.slack.close(all=True)
    await office.run(minutes=5)
    for message in list(office.hr_channel.messages.values()):
        message.files.clear()
    await hr.click(over, "report.get")
    await office.run(minutes=2)
    again = (await reports(office))[f"{name}.html"].decode()
    assert "Budi" not in again
    assert "dashboard" not in again
    assert f"<td>{completed}</td><td>1</td>" in again, "and the counts stay right"

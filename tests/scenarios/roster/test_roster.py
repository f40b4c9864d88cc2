"""HR hands in who reports to whom, as a CSV file in a form."""

import asyncio
import csv
from pathlib import Path
from time import process_time
from typing import Any

import pytest
from sqlmodel import select

from bot.sandbox import Fault
from bot.spreadsheets import Page, write_xlsx
from storage.tables import AuditEntry, Participant, Person, RosterEntry
from tests.command_line import Command
from tests.rosters import managers_in
from tests.scenarios.office import Colleague, Office, action_ids, shows, texts_in
from tests.wording import CATALOGUE, says

SOCKET = {"SLACK_APP_TOKEN": "xapp-1"}


async def english(office: Office, hr: Colleague) -> None:
    """A programme whose HR reads English."""
    await office.set_up(hr)
    async with office.balik.store.write(office.clock.now()) as work:
        person = (await work.session.exec(select(Person).where(Person.slack_id == hr.id))).one()
        person.language = "en"
        await work.commit()


async def hand_in(hr: Colleague, content: bytes, name: str = "karyawan.csv") -> str:
    """Choose a file and have it looked at; what HR reads."""
    await hr.command("roster", hr.office.hr_channel)
    assert (await hr.submit({"file": [{"name": name, "content": content}]})).ok
    return texts_in(hr.modal)


async def managers(office: Office) -> dict[str, str | None]:
    """Who is known to report to whom, by Slack ids; None: nobody."""
    async with office.balik.store.read(office.clock.now()) as work:
        return await managers_in(work)


async def rows(office: Office, table: type[Any]) -> list[Any]:
    async with office.balik.store.read(office.clock.now()) as work:
        return list((await work.session.exec(select(table))).all())


async def test_a_roster_is_looked_at_first_and_stored_on_hrs_yes(office: Office, hr: Colleague) -> None:
    sari, budi, rina = (office.hire(name) for name in ("Sari Wulandari", "Budi Santoso", "Rina Hartono"))
    await english(office, hr)
    await office.join(sari, "mentor", "specialist", "Marketing", manager=budi.id)
    await office.join(budi, "mentee", "director", "Finance")
    before = await managers(office), await rows(office, Person)
    lines = [
        "Surel;Atasan langsung;Divisi;Jenjang;Tgl masuk;Penilai;Catatan",
        "SARI@kantor.example;rina@kantor.example;Penjualan;Staf senior;1/8/2024;budi@kantor.example;x",
        f"{budi.id};-;;Direksi;3 Mei 2012;;",
        "rina@kantor.example;budi@kantor.example;Operasi;5;2019-03-15;;",
        "hantu@kantor.example;rina@kantor.example;;;;;",
        "sari@kantor.example;;;;;;",
        "dewi@kantor.example;;;;kemarin;;",
        "dewi@kantor.example;nobody@kantor.example;;;;;",
        ";;Tanpa nama;;;;",
    ]
    content = "\r\n".join(lines).encode("cp1252")
    seen = await hand_in(hr, content)
    assert "3 people can be saved" in seen, seen
    assert "3 new, 0 changed" in seen
    assert "5 rows to fix" in seen
    for said in ("Line 5: hantu@kantor.example is not in this Slack", "Line 6", "already on line 2", "kemarin"):
        assert said in seen
    assert "Line 8: The manager nobody@kantor.example" in seen
    assert "Line 9: This row doesn't name" in seen
    assert "Catatan" in seen
    assert (await managers(office), await rows(office, Person)) == before, "nothing is stored before HR's yes"

    assert (await hr.submit()).ok
    await office.settle()
    assert "Saved: 3 people" in texts_in(hr.modal)
    told = {sari.id: rina.id, budi.id: None, rina.id: budi.id}
    assert {one: boss for one, boss in (await managers(office)).items() if one in told} == told
    (entry,) = [one for one in await rows(office, RosterEntry) if one.level == 3]
    assert (entry.department, str(entry.started_on)) == ("Penjualan", "2024-08-01")
    part = next(one for one in await rows(office, Participant) if one.role == "mentor")
    assert (part.level, part.department) == (3, "Penjualan"), "who signed up follows the roster"
    assert "uploaded the roster: 3 people" in texts_in(office.posted(office.hr_channel)[-1])
    await hr.slack.close(all=True)

    # The same file again changes nothing; another one updates, and leaves alone what it does not speak of.
    assert "0 new, 0 changed, 3 unchanged" in await hand_in(hr, content)
    await hr.slack.close(all=True)
    assert "0 new, 1 changed" in await hand_in(hr, b"person,department\nsari@kantor.example,Legal\n")
    assert (await hr.submit()).ok
    assert (await managers(office))[sari.id] == rina.id
    assert [one.what for one in await rows(office, AuditEntry)].count("roster_imported") == 2
    await hr.slack.close(all=True)

    # Sari reports to Rina, who reports to Budi: the line is seen though Rina takes no part.
    await hr.command("match", office.hr_channel)
    await office.settle()
    assert "match.release" not in action_ids(office.posted(office.hr_channel)[-1])

    # Rina signs up later and finds what HR said of her.
    await rina.command("join")
    assert "Operasi" in str(rina.modal.blocks)


async def test_circles_wrong_files_and_what_changed_meanwhile(office: Office, hr: Colleague) -> None:
    office.hire("Sari Wulandari")
    office.hire("Budi Santoso")
    await english(office, hr)
    seen = await hand_in(
        hr, b"email,manager\nsari@kantor.example,budi@kantor.example\nbudi@kantor.example,sari@kantor.example"
    )
    assert says(seen, "spreadsheets.errors.cycle")
    assert "Line 3: This is part of the circle reported at line 2." in seen
    assert says(seen, "roster.import.nobody")
    assert "roster.open" in action_ids(hr.modal)
    await hr.slack.close(all=True)
    for content, said in (
        (b"PK\x03\x04", "workbook can't be opened"),
        (b"one,two\n1,2", "don't recognise any column"),
        (b"email\n", "no rows below"),
    ):
        assert said in await hand_in(hr, content)
        assert hr.modal.callback_id == "roster.form", "and another file can be chosen at once"
        await hr.slack.close(all=True)

    # A colleague stores the same meanwhile: HR looks again before anything is stored.
    rina = office.hire("Rina Hartono")
    office.slack.add_member(office.hr_channel, rina.slack.user)
    await hand_in(hr, b"email,manager\nsari@kantor.example,budi@kantor.example")
    await hand_in(rina, b"email,manager\nsari@kantor.example,budi@kantor.example")
    assert (await rina.submit()).ok
    assert (await hr.submit()).ok
    assert shows(hr.modal, "roster.import.changed_since")
    assert (await hr.submit()).ok
    assert "Saved: 1 person (0 new, 0 changed" in texts_in(hr.modal).replace("*", "")
    await hr.slack.close(all=True)

    # Slack does not answer: HR is told, and can try again.
    office.hire("Tono Wijaya")
    office.slack.faults.add(Fault("error_before", method="users.lookupByEmail", times=1))
    assert says(await hand_in(hr, b"email,manager\ntono@kantor.example,-"), "errors.slack_unavailable")


async def test_the_template_is_a_file_that_can_be_handed_in(office: Office, hr: Colleague) -> None:
    await english(office, hr)
    await hr.command("roster", office.hr_channel)
    await hr.click(hr.modal, "roster.template")
    await office.settle()
    (shared,) = [one for one in hr.inbox if one.files]
    content = office.slack.file(shared.files[0]).content or b""
    table = list(csv.reader(content.decode("utf-8-sig").splitlines(), delimiter=";" if b";" in content else ","))
    assert len(table) == 4
    await hr.slack.close(all=True)
    assert "3 rows to fix" in await hand_in(hr, content), "its people are examples"


async def test_the_same_from_the_command_line(office: Office, hr: Colleague, tmp_path: Path, here: Command) -> None:
    sari, budi = office.hire("Sari Wulandari"), office.hire("Budi Santoso")
    await english(office, hr)
    file = tmp_path / "people.csv"
    file.write_text("email,manager\nsari@kantor.example,budi@kantor.example\nnobody@kantor.example,-\n")

    async def command(*more: str) -> tuple[int, str]:
        parts = office.balik.parts
        env = {"SLACK_BOT_TOKEN": parts.bot_token, "SLACK_APP_TOKEN": "xapp-1", "SLACK_API_URL": parts.api_url}
        env |= {"DATABASE_URL": parts.database_url}
        done = await asyncio.to_thread(here, "roster", "import", str(file), *more, **env)
        return done.returncode, done.stdout + done.stderr

    code, said = await command("--yes")
    assert code == 2, said
    assert "people.csv:3: nobody@kantor.example is not in this Slack" in said
    assert sari.id not in await managers(office)
    code, said = await command("--yes", "--skip-bad-rows")
    assert code == 0, said
    assert (await managers(office))[sari.id] == budi.id


@pytest.mark.soak
async def test_ten_thousand_people_do_not_keep_clicks_waiting(office: Office, hr: Colleague) -> None:
    await english(office, hr)
    lines = ["email,manager,department,level"]
    for number in range(10_000):
        office.slack.add_user(f"Person {number}", email=f"p{number}@kantor.example")
        lines.append(f"p{number}@kantor.example,p{number // 8}@kantor.example,D{number % 40},{number % 7 + 1}")
    lines[1] = lines[1].replace(",p0@", ",-,x@", 1).replace(",-,x@kantor.example", ",-")
    longest, since = 0.0, process_time()

    async def take_turns() -> None:
        nonlocal longest
        while True:
            before = process_time()
            await asyncio.sleep(0)
            longest = max(longest, process_time() - before)

    taking = asyncio.create_task(take_turns())
    assert "10000 people can be saved" in await hand_in(hr, "\n".join(lines).encode())
    assert (await hr.submit()).ok
    taking.cancel()
    assert len(await rows(office, RosterEntry)) == 10_000
    assert longest < (process_time() - since) / 3, "others get their turn meanwhile, on a machine of any speed"


async def test_a_workbook_is_the_same_as_a_csv_file(
    office: Office, hr: Colleague, tmp_path: Path, here: Command
) -> None:
    sari, budi = office.hire("Sari Wulandari"), office.hire("Budi Santoso")
    await english(office, hr)
    heads = ["Surel", "Atasan langsung", "Divisi", "Jenjang", "Tgl masuk"]
    people: list[list[Any]] = [
        ["sari@kantor.example", "budi@kantor.example", "Penjualan", 2, "1/8/2024"],
        [budi.id, "-", "", 5.0, ""],
    ]
    content = write_xlsx([Page("Petunjuk", ["Isi lembar kedua"], [["ya"]]), Page("Data", heads, people)])
    assert "2 people can be saved" in await hand_in(hr, content, "karyawan.xlsx")
    assert (await hr.submit()).ok
    assert (await managers(office))[sari.id] == budi.id
    await hr.slack.close(all=True)
    for broken, said in ((content[:-30], "can't be opened"), (b"\xd0\xcf\x11\xe0" + content, "old Excel file")):
        assert said in await hand_in(hr, broken, "karyawan.xlsx")
        await hr.slack.close(all=True)
    file = tmp_path / "people.xlsx"
    file.write_bytes(content[:-30])
    for command in (["roster", "import"], ["match", "--out", "pairs.csv"], ["rehearse", "--roster"]):
        done = await asyncio.to_thread(here, *command, str(file), SLACK_BOT_TOKEN="xoxb-1", **SOCKET)
        assert done.returncode == 2, done.stderr
        assert any(says(done.stderr, "spreadsheets.errors.workbook_damaged", one) for one in CATALOGUE.languages)
        assert len(done.stderr.strip().splitlines()) == 1

"""Rosters as personnel systems export them: job titles are mapped to levels once, and nothing is said twice."""

import asyncio
from pathlib import Path

import pytest
from sqlmodel import col, select

from bot.domain.signup import Level
from storage.tables import AuditEntry, Person, RosterEntry, RosterLevel
from tests.command_line import Command
from tests.scenarios.office import Colleague, Office, texts_in
from tests.scenarios.roster.test_roster import english, hand_in, managers, rows
from tests.spreadsheets.real_rosters import PEOPLE, mail_of, real_roster
from tests.wording import says


async def hire_all(office: Office) -> dict[str, Colleague]:
    """Everyone of the real roster, by e-mail address."""
    return {
        mail_of(name): office.hire(" ".join(reversed(name.replace("  ", " ").split(", "))), email=mail_of(name))
        for name, *_ in PEOPLE
    }


def titles_in(hr: Colleague) -> list[tuple[str, str]]:
    """The titles of the form, and which level is chosen already."""
    fields = [block for block in hr.modal.blocks if block["type"] == "input"]
    return [(block["label"]["text"], block["element"].get("initial_option", {}).get("value", "")) for block in fields]


async def levels(office: Office) -> dict[str, int | None]:
    """The stored level of each person of the roster, by e-mail address."""
    async with office.balik.store.read(office.clock.now()) as work:
        statement = select(Person.email, RosterEntry.level).join(RosterEntry, col(RosterEntry.person_id) == Person.id)
        return {str(email): level for email, level in (await work.session.exec(statement)).all()}


@pytest.mark.parametrize("language", ["en", "id"])
async def test_titles_are_mapped_once_and_remembered(office: Office, hr: Colleague, language: str) -> None:
    people = await hire_all(office)
    await (english(office, hr) if language == "en" else office.set_up(hr))
    said = await hand_in(hr, real_roster(), "HRDataset.csv")
    assert says(said, "roster.import.levels.page", language, first=1, last=7, count=7)
    assert sorted(titles_in(hr)) == [
        ("Area Sales Manager", "manager"),
        ("Director of Sales", "director"),
        ("Oracle of Delphi", ""),
        ("President & CEO", "executive"),
        ("Production Manager", "manager"),
        ("Production Technician II", "specialist"),
        ("Sr. DBA", "senior"),
    ]
    assert titles_in(hr)[0][0] == "Production Technician II", "the most frequent first"
    assert not (await hr.submit()).ok, "a title without a suggestion has to be decided"
    assert (await hr.submit({"title:oracle of delphi": "lead"})).ok
    shown = texts_in(hr.modal)
    assert "Simon Roup" in shown
    assert shown.count("Simon Roup") == 1, "a manager who is nobody's colleague is named once"
    assert await levels(office) == {}, "nothing of the file is stored yet"
    assert (await hr.submit()).ok
    stored = await levels(office)
    assert stored["wilson.adinolfi@kantor.example"] == Level.SPECIALIST
    assert stored["jessica.bunbury@kantor.example"] == Level.MANAGER
    wilson, albert = people["wilson.adinolfi@kantor.example"], people["michael.albert@kantor.example"]
    assert (await managers(office))[wilson.id] == albert.id, "managers are named as people say their names"
    assert {one.what for one in await rows(office, AuditEntry)} >= {"roster_levels_said", "roster_imported"}
    await hr.slack.close(all=True)

    # The next file asks only about what is new; HR can change what it said.
    more = [*PEOPLE, ("Young, Ann", "10011", "Data Wizard", "Debra Houlihan", "Sales")]
    office.hire("Ann Young", email="ann.young@kantor.example")
    await hand_in(hr, real_roster(more), "HRDataset.csv")
    assert titles_in(hr) == [("Data Wizard", "")]
    assert (await hr.submit({"title:data wizard": "none"})).ok
    await hr.click(hr.modal, "roster.levels")
    chosen = dict(titles_in(hr))
    assert (chosen["Oracle of Delphi"], chosen["Data Wizard"]) == ("lead", "none")
    assert (await hr.submit({"title:production technician ii": "senior"})).ok
    assert (await hr.submit()).ok
    stored = await levels(office)
    assert (stored["wilson.adinolfi@kantor.example"], stored["ann.young@kantor.example"]) == (Level.SENIOR, None)


async def test_many_titles_come_in_pages(office: Office, hr: Colleague) -> None:
    await english(office, hr)
    staff = [(f"Budi, Orang{number}", str(number), f"Wizard {number}", "-", "IT") for number in range(45)]
    for name, *_ in staff:
        office.hire(name, email=mail_of(name))
    await hand_in(hr, real_roster(staff))
    sizes = []
    while titles_in(hr):
        sizes.append(len(titles_in(hr)))
        assert len(hr.modal.blocks) <= 100
        asked = {block["block_id"]: "specialist" for block in hr.modal.blocks if block["type"] == "input"}
        assert (await hr.submit(asked)).ok
    assert sizes == [20, 20, 5]
    assert len(await rows(office, RosterLevel)) == 45


async def test_a_file_without_addresses_is_refused_in_one_sentence(office: Office, hr: Colleague) -> None:
    await hire_all(office)
    await english(office, hr)
    said = await hand_in(hr, real_roster(mails=False))
    assert says(said, "spreadsheets.errors.person_column_wrong", "en", count=11, value="10001")
    assert hr.modal.callback_id == "roster.form"


async def test_the_same_mapping_from_the_command_line(
    office: Office, hr: Colleague, tmp_path: Path, here: Command
) -> None:
    await hire_all(office)
    await english(office, hr)
    file, mapping = tmp_path / "people.csv", tmp_path / "levels.csv"
    file.write_bytes(real_roster())

    async def command(*more: str) -> tuple[int, str]:
        parts = office.balik.parts
        env = {"SLACK_BOT_TOKEN": parts.bot_token, "SLACK_APP_TOKEN": "xapp-1", "SLACK_API_URL": parts.api_url}
        env |= {"DATABASE_URL": parts.database_url}
        done = await asyncio.to_thread(here, *more, **env)
        return done.returncode, done.stdout + done.stderr

    roster = ("roster", "import", str(file), "--yes", "--skip-bad-rows", "--levels", str(mapping))
    code, said = await command("roster", "import", str(file), "--yes", "--levels", str(mapping))
    assert code == 2
    assert said.count("Production Technician II") == 1
    assert "Production Technician II (3 rows)" in said
    written = mapping.read_text("utf-8-sig")
    assert "Production Technician II" in written
    mapping.write_text(written.replace("Oracle of Delphi,,", "Oracle of Delphi,-,"), "utf-8")
    code, said = await command(*roster)
    assert code == 0, said
    assert (await levels(office))["wilson.adinolfi@kantor.example"] == Level.SPECIALIST
    code, said = await command("roster", "import", str(file), "--yes", "--skip-bad-rows")
    assert code == 0, "the programme remembers the levels"
    assert "0 new, 0 changed" in said


def test_match_and_rehearse_say_everything_at_once(tmp_path: Path, here: Command) -> None:
    file, mapping = tmp_path / "people.csv", tmp_path / "levels.csv"
    file.write_bytes(real_roster().replace(b"7/5/2011", b"Mars"))
    for command in (
        ["match", str(file), "--out", "pairs.csv"],
        ["rehearse", "--roster", str(file), "--language", "en"],
    ):
        mapping.unlink(missing_ok=True)
        done = here(*command, "--levels", str(mapping))
        assert done.returncode == 2, done.stderr
        said = done.stderr
        assert said.count("Production Technician II (3 rows)") == 1, said
        for title in ("Sr. DBA", "Area Sales Manager", "Oracle of Delphi"):
            assert said.count(title) == 1, said
        assert len(said.strip().splitlines()) <= 6, said
        assert mapping.exists()


@pytest.mark.parametrize("language", ["en", "id"])
async def test_a_typing_error_in_the_level_column(office: Office, hr: Colleague, language: str) -> None:
    """HR reads that the word is unknown, chooses what was meant, and everybody else's level is as in the file."""
    await (english(office, hr) if language == "en" else office.set_up(hr))
    written = ("Managr", "Manager", "Manager", "Manager")
    staff = [(f"Budi, Orang{number}", str(number), one, "-", "IT") for number, one in enumerate(written)]
    for name, *_ in staff:
        office.hire(name, email=mail_of(name))
    said = await hand_in(hr, real_roster(staff))
    assert says(said, "roster.import.levels.intro", language)
    assert [title for title, _ in titles_in(hr)] == ["Managr"]
    assert (await hr.submit({"title:managr": "manager"})).ok
    assert (await hr.submit()).ok
    assert set((await levels(office)).values()) == {Level.MANAGER}

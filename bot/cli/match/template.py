"""An example file: a small company that can be matched as it is."""

from typing import Any

from bot.spreadsheets import write_csv
from bot.spreadsheets.match_people import COLUMNS
from prompts.catalogue import Texts

LEFT_OUT = ("past", "avoids", "appraiser")
RINA = 3
ROWS: tuple[dict[str, Any], ...] = (
    {"role": "mentor", "level": "specialist", "manager": RINA, "offers": {"ai_tools": 5, "social_media": 4}},
    {"role": "mentor", "level": "senior", "manager": None, "offers": {"data_dashboards": 4}},
    {"role": "mentee", "level": "director", "manager": RINA, "wishes": {"ai_tools": 3, "data_dashboards": 2}},
    {"role": None, "level": "executive", "manager": None},
)
"""Rina is only listed for the reporting line."""


def template(texts: Texts) -> bytes:
    """The file, with the columns' names and the values in one language."""
    columns = [column for column in COLUMNS if column not in LEFT_OUT]
    names = texts.plain_list("spreadsheets.matching.example.names")
    departments = texts.plain_list("spreadsheets.matching.example.departments")
    mails = [f"{name.split()[0].lower()}@contoh.id" for name in names]
    rows = [[texts.plain(f"spreadsheets.columns.names.{column}") for column in columns]]
    for mail, name, department, given in zip(mails, names, departments, ROWS, strict=True):
        cells = {"person": mail, "name": name, "department": department}
        rows.append([cells.get(column) or _cell(texts, mails, column, given) for column in columns])
    return write_csv(rows, texts.csv_separator)


def _cell(texts: Texts, mails: list[str], column: str, given: dict[str, Any]) -> str:
    said = given.get(column)
    if column in ("manager", "role") and said is None:
        return texts.plain_list("spreadsheets.values.none")[0]
    if column == "manager":
        return mails[RINA]
    if column == "role":
        return texts.plain(f"labels.role_names.{said}")
    if column == "level":
        return texts.plain(f"labels.levels.{said}").partition(" (")[0]
    if column in ("offers", "wishes"):
        return "; ".join(f"{texts.plain(f'labels.topics.{topic}')}: {number}" for topic, number in (said or {}).items())
    usual = {"hours": "09:00-17:00", "zone": "WIB", "languages": texts.plain("labels.languages.id")}
    return usual.get(column, "") if given["role"] else ""

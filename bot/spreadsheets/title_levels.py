"""The mapping of job titles to career levels as a file, to be read and to be filled in."""

from collections.abc import Iterable

from bot.domain.roster_job_titles import NO_LEVEL, Title, level_code, suggested_level
from bot.domain.sheet_rows import Problem, plain_name
from bot.spreadsheets.reading import read_table
from bot.spreadsheets.vocabulary import columns, level_hints, levels, nothing
from bot.spreadsheets.writing import Cell, write_csv
from prompts.catalogue import Catalogue, Texts

NEEDED = ("title", "level")


def read_title_levels(content: bytes, catalogue: Catalogue) -> tuple[dict[str, str], list[Problem]]:
    """The level's code of each normalised title, and the lines that say none. Raises `Unreadable`."""
    known, none = levels(catalogue), nothing(catalogue)
    sheet = read_table(content, columns(catalogue, NEEDED), NEEDED)
    problems = list(sheet.problems)
    found: dict[str, str] = {}
    for row in sheet.rows:
        title, cell = plain_name(row["title"]), row["level"]
        code = NO_LEVEL if cell and plain_name(cell) in none else level_code(cell, known) if cell else None
        if not title:
            problems.append(Problem(row.line, "title_missing", {}))
        elif code is None:
            problems.append(Problem(row.line, "level_unknown" if cell else "level_missing", {"value": cell}))
        elif found.setdefault(title, code) != code:
            problems.append(Problem(row.line, "title_twice", {"value": row["title"]}))
    return found, problems


def write_title_levels(titles: Iterable[Title], catalogue: Catalogue, texts: Texts) -> bytes:
    """A file to be filled in: the titles without a level, the most frequent first, each with a suggestion."""
    hints = level_hints(catalogue)
    heads: list[Cell] = [texts.plain(f"spreadsheets.columns.names.{column}") for column in (*NEEDED, "rows")]
    rows: list[list[Cell]] = [[one.name, _label(texts, suggested_level(one.name, hints)), one.lines] for one in titles]
    return write_csv([heads, *rows], texts.csv_separator)


def _label(texts: Texts, code: str) -> str:
    return texts.plain(f"labels.levels.{code}").partition(" (")[0] if code else ""

"""`--levels FILE`: which career level each job title of a roster has. A file that does not exist is written first."""

from collections.abc import Iterable
from pathlib import Path

from bot.domain.roster_job_titles import LONGEST_TITLE, Title
from bot.domain.sheet_rows import Names, Problem, Unreadable, counted, deduplicated
from bot.spreadsheets import content_of
from bot.spreadsheets.problem_texts import describe, describe_problem
from bot.spreadsheets.title_levels import read_title_levels, write_title_levels
from prompts.catalogue import Catalogue, Texts


class WrongLevels(Exception):
    """The mapping cannot be used, or has to be filled in first. `lines` are for the person."""

    def __init__(self, *lines: str) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines


def read_levels(file: Path | None, catalogue: Catalogue, texts: Texts) -> dict[str, str]:
    """The level's code of each title; empty without a file. Raises `WrongLevels`."""
    if file is None or not file.exists():
        return {}
    try:
        said, problems = read_title_levels(content_of(file), catalogue)
    except OSError as problem:
        raise WrongLevels(f"{file}: {problem.strerror}") from None
    except Unreadable as problem:
        raise WrongLevels(f"{file}: {describe(texts, problem.code, **problem.values)}") from None
    if problems:
        raise WrongLevels(
            *(f"{file}:{one.line}: {describe_problem(texts, one)}" for one in deduplicated(problems).kept)
        )
    return said


def titles_of(problems: Iterable[Problem]) -> list[Title]:
    """The cells that are no level, the most frequent first."""
    cells = (str(one.values["value"]) for one in problems if one.code == "level_unknown")
    return [Title(name, lines) for name, lines in counted(cell for cell in cells if len(cell) <= LONGEST_TITLE)]


def offer_levels(file: Path | None, titles: Iterable[Title], said: Names, catalogue: Catalogue, texts: Texts) -> str:
    """What to do about titles without a level; "" if there are none. Writes the file that does not exist yet."""
    missing = [one for one in titles if one.key not in said]
    if not missing:
        return ""
    count = texts.number(len(missing))
    if file is None:
        return texts.plain("spreadsheets.levels.use_option", count=count)
    if file.exists():
        return texts.plain("spreadsheets.levels.add", count=count, file=str(file))
    try:
        with file.open("xb") as out:
            out.write(write_title_levels(missing, catalogue, texts))
    except OSError as problem:
        raise WrongLevels(f"{file}: {problem.strerror}") from None
    return texts.plain("spreadsheets.levels.written", count=count, file=str(file))

"""What is wrong with a spreadsheet, in words; shared by Slack and all commands."""

from bot.domain.sheet_rows import Problem
from prompts.catalogue import Texts


def describe(texts: Texts, code: str, **values: object) -> str:
    """One problem as plain text; a column is called as in the templates."""
    column = values.get("column")
    if isinstance(column, str) and texts.has(f"spreadsheets.columns.names.{column}"):
        values["column"] = texts.plain(f"spreadsheets.columns.names.{column}")
    return texts.plain(f"spreadsheets.errors.{code}", **values)


def describe_problem(texts: Texts, problem: Problem) -> str:
    """The problem of a row, the other cells that have it with the number of their lines, or the number of lines."""
    said = describe(texts, problem.code, **problem.values)
    if problem.cells:
        return texts.plain("spreadsheets.errors.cells", problem=said, cells=list_cells(texts, problem))
    if problem.others:
        return texts.plain("spreadsheets.errors.others", problem=said, others=texts.number(problem.others))
    return said


def list_cells(texts: Texts, problem: Problem) -> str:
    """The different cells, each with the number of its lines if there are several."""
    listed = [
        texts.plain("spreadsheets.errors.cell_in_lines", value=cell, lines=texts.number(often)) if often > 1 else cell
        for cell, often in problem.cells
    ]
    if problem.more_cells:
        listed.append(texts.plain("spreadsheets.errors.more_cells", more=texts.number(problem.more_cells)))
    return "; ".join(listed)

"""Every table says whose its rows are, so that no row of one workspace can be taken for another's."""

from sqlalchemy import Table, UniqueConstraint
from sqlmodel import SQLModel

from storage import tables  # noqa: F401  fills the metadata

OF_NO_WORKSPACE = {
    "calendarslot": "how many calendars are fetched from a host at once, by any workspace",
    "databasemark": "whether this is the database that sent last",
    "oauthstate": "an installation that has begun: Slack has not said yet which workspace it is for",
}
"""Tables without `team_id`, and why."""
NULLABLE = {"slackbot": "the library's table: an organisation's installation has none"}
KEYS_OF_ROWS = {("publishedvalue", "source"): "made of the id of an answer or a session"}
"""Columns that are made of the ids of rows which belong to a workspace, without a foreign key."""
TABLES = SQLModel.metadata.tables


def test_every_row_names_its_workspace() -> None:
    assert {name for name, table in TABLES.items() if "team_id" not in table.c} == OF_NO_WORKSPACE.keys()
    nullable = {name for name, table in TABLES.items() if "team_id" in table.c and table.c.team_id.nullable}
    assert nullable == NULLABLE.keys()


def test_no_unique_key_joins_workspaces() -> None:
    """A key has the workspace in it, or a row that belongs to one: otherwise two workspaces could not have the same."""
    shared = [
        f"{name}: {', '.join(columns)}"
        for name, table in TABLES.items()
        if name not in OF_NO_WORKSPACE
        for columns in unique_keys(table)
        if not any(is_of_a_workspace(table, column) for column in columns)
    ]
    assert shared == []


def unique_keys(table: Table) -> list[list[str]]:
    constraints = [one for one in table.constraints if isinstance(one, UniqueConstraint)]
    keys = [[column.name for column in one.columns] for one in constraints]
    keys += [[column.name for column in index.columns] for index in table.indexes if index.unique]
    primary = [column.name for column in table.primary_key]
    return keys if primary == ["id"] else [*keys, primary]


def is_of_a_workspace(table: Table, column: str) -> bool:
    if column == "team_id" or (str(table.name), column) in KEYS_OF_ROWS:
        return True
    parents = {key.column.table.name for key in table.c[column].foreign_keys}
    return bool(parents) and parents.isdisjoint(OF_NO_WORKSPACE)


def test_a_row_and_its_parents_can_be_compared() -> None:
    """Every foreign key leads to a table that has the workspace, too."""
    for name, table in TABLES.items():
        for key in table.foreign_keys:
            assert "team_id" in key.column.table.c, f"{name}.{key.parent.name}"

"""A roster of the sample company, to be uploaded in the demo."""

from collections.abc import Sequence

from bot.rehearsal.company import Member
from bot.spreadsheets import write_csv
from prompts.catalogue import Texts

COLUMNS = ("name", "person", "level", "department", "manager")


def sample_roster(members: Sequence[Member], texts: Texts, mistakes: bool) -> bytes:
    """The CSV. `mistakes`: a manager nobody knows, a person who is listed twice, one who is not in this Slack."""
    emails = {one.name: one.email for one in members}
    rows = [
        [
            one.name,
            one.email,
            texts.plain(f"labels.levels.{one.level.name.lower()}"),
            one.department,
            emails.get(one.manager, "-"),
        ]
        for one in members
    ]
    if mistakes:
        rows.append([*rows[-1][:3], rows[0][3], rows[0][1]])
        rows[-3] = [*rows[-3][:4], "nobody.here@nusantara.example"]
        rows.append(["Nobody", "nobody.known@nusantara.example", rows[0][2], rows[0][3], rows[0][1]])
    return write_csv([[texts.plain(f"spreadsheets.columns.names.{one}") for one in COLUMNS], *rows], ";")

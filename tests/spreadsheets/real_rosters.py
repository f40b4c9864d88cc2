"""A roster as a personnel system exports it: semicolons, a byte order mark, CRLF, padded cells, family names first, job
titles in place of levels, managers who have no row, an empty line, and a line that is there twice."""

from collections.abc import Sequence

HEADS = ("Employee_Name", "EmpID", "Work Email", "Position", "ManagerName", "Department", "DateofHire", "Salary")
PEOPLE: tuple[tuple[str, ...], ...] = (
    ("King, Janet", "10001", "President & CEO", "Board of Directors", "Executive Office"),
    ("Houlihan, Debra", "10002", "Director of Sales", "Janet King", "Sales"),
    ("Albert, Michael", "10003", "Production Manager", "Janet King", "Production"),
    ("Adinolfi, Wilson  K", "10004", "Production Technician II", "Michael Albert", "Production"),
    ("Ait Sidi, Karthikeyan", "10005", "Sr. DBA", "Simon Roup", "IT/IS"),
    ("Alagbe, Trina", "10006", "Production Technician II", "Michael Albert", "Production"),
    ("Becker, Scott", "10007", "Production Technician II", "Albert, Michael", "Production"),
    ("Bunbury, Jessica", "10008", "Area Sales Manager", "Debra Houlihan", "Sales"),
    ("Carter, Michelle", "10009", "Area Sales Manager", "Debra Houlihan", "Sales"),
    ("Zhou, Julia", "10010", "Oracle of Delphi", "Simon Roup", "IT/IS"),
)
"""Name, number, title, manager, department."""


def mail_of(name: str) -> str:
    """Their e-mail address in Slack."""
    family, _, first = name.partition(",")
    return f"{first.split()[0]}.{family.split()[0]}@kantor.example".lower()


def real_roster(people: Sequence[Sequence[str]] = PEOPLE, *, mails: bool = True) -> bytes:
    """The file; without `mails` it has no column with e-mail addresses."""
    rows = [[name, number, mail_of(name), *more, "7/5/2011", "62506"] for name, number, *more in people]
    rows = [*rows[:4], [""] * len(HEADS), *rows[4:], rows[3]]
    left_out = () if mails else (HEADS.index("Work Email"),)
    table = [[f"  {cell} " for at, cell in enumerate(row) if at not in left_out] for row in (HEADS, *rows)]
    lines = [";".join(f'"{cell}"' if "," in cell else cell for cell in row) for row in table]
    return ("\ufeff" + "\r\n".join(lines) + "\r\n\r\n").encode()

"""Workbooks made part by part, as hostile as one likes."""

import io
import zipfile

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
SHEET = "xl/worksheets/sheet1.xml"
STYLES = f"""<styleSheet {MAIN}><fonts><font/></fonts><fills><fill><patternFill/></fill></fills>
<borders><border/></borders><cellStyleXfs><xf/></cellStyleXfs><cellXfs>{{}}</cellXfs></styleSheet>"""


def relationships(targets: dict[str, str]) -> str:
    """A part with relationships rId1, rId2, …: {target: type}."""
    listed = "".join(
        f'<Relationship Id="rId{number}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for number, (target, kind) in enumerate(targets.items(), 1)
    )
    return f'<Relationships xmlns="{PACKAGE}/relationships">{listed}</Relationships>'


def workbook(
    rows: str = "",
    *,
    before: str = "",
    after: str = "",
    strings: str = "",
    formats: str = "<xf/>",
    book: str = "",
    prologue: str = "",
    more: dict[str, bytes] | None = None,
) -> bytes:
    """A workbook of one sheet whose cell A1 says "email", with `rows` below, and XML put at other places."""
    types = {"workbook": "sheet.main", "worksheets/sheet1": "worksheet", "styles": "styles"}
    types["sharedStrings"] = "sharedStrings"
    overrides = "".join(
        f'<Override PartName="/xl/{name}.xml" ContentType="{TYPE}.{kind}+xml"/>' for name, kind in types.items()
    )
    default = '<Default Extension="xml" ContentType="application/xml"/>'
    targets = {"worksheets/sheet1.xml": "worksheet", "styles.xml": "styles", "sharedStrings.xml": "sharedStrings"}
    sheets = '<sheets><sheet name="A" sheetId="1" r:id="rId1"/></sheets>'
    first = '<row r="1"><c r="A1" t="s"><v>0</v></c></row>'
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types">{default}{overrides}</Types>',
        "_rels/.rels": relationships({"xl/workbook.xml": "officeDocument"}),
        "xl/_rels/workbook.xml.rels": relationships(targets),
        "xl/workbook.xml": f'<workbook {MAIN} xmlns:r="{OFFICE}">{sheets}{book}</workbook>',
        "xl/styles.xml": STYLES.format(formats),
        "xl/sharedStrings.xml": f"<sst {MAIN}><si><t>email</t></si>{strings}</sst>",
        SHEET: f"{prologue}<worksheet {MAIN}>{before}<sheetData>{first}{rows}</sheetData>{after}</worksheet>",
        **(more or {}),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return out.getvalue()


def cells(count: int, of: str, a_row: int = 100) -> str:
    """So many cells, each `of`."""
    return f"<row>{of * a_row}</row>" * (count // a_row)

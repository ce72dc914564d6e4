"""Small uploads that would cost much: each is a few kilobytes, or unfolds from few."""

import gzip
import io
import struct
import zipfile

_NS = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPES = (
    '<?xml version="1.0"?>'
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-'
    'officedocument.spreadsheetml.sheet.main+xml"/>'
    '<Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-'
    'officedocument.spreadsheetml.worksheet+xml"/>'
    '<Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxmlformats-'
    'officedocument.spreadsheetml.sharedStrings+xml"/></Types>'
)
_PACKAGE = (
    '<?xml version="1.0"?>'
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
)
HEADER = "".join(
    f'<c r="{column}1" t="inlineStr"><is><t>{name}</t></is></c>'
    for column, name in zip("ABCD", ("Title", "Year", "DOI", "Abstract"), strict=True)
)


def workbook(rows: str, strings: str = "", *, sheet_head: str = "", after: str = "") -> bytes:
    """A spreadsheet of one sheet with these rows, as XML, below the header row."""
    octets = io.BytesIO()
    with zipfile.ZipFile(octets, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", _TYPES)
        archive.writestr(
            "_rels/.rels",
            f'{_PACKAGE}<Relationship Id="r1" Type="{_REL}/officeDocument" '
            'Target="xl/workbook.xml"/></Relationships>',
        )
        archive.writestr(
            "xl/workbook.xml",
            f'<workbook {_NS} xmlns:r="{_REL}"><sheets>'
            '<sheet name="One" sheetId="1" r:id="r1"/></sheets></workbook>',
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            f'{_PACKAGE}<Relationship Id="r1" Type="{_REL}/worksheet" '
            'Target="worksheets/sheet1.xml"/>'
            f'<Relationship Id="r2" Type="{_REL}/sharedStrings" Target="sharedStrings.xml"/>'
            "</Relationships>",
        )
        archive.writestr("xl/sharedStrings.xml", f"<sst {_NS}>{strings}</sst>")
        archive.writestr(
            "xl/worksheets/sheet1.xml",
            f'<worksheet {_NS}>{sheet_head}<sheetData><row r="1">{HEADER}</row>{rows}'
            f"</sheetData>{after}</worksheet>",
        )
    return octets.getvalue()


def _row(number: int, column: str = "A") -> str:
    cell = f'<c r="{column}{number}" t="inlineStr"><is><t>A title</t></is></c>'
    return f'<row r="{number}">{cell}</row>'


def nested_strings() -> bytes:
    """Abbreviations made of abbreviations: eight times as long at each of ten steps."""
    steps = [f"@string{{a0 = {{{'x' * 20}}}}}"]
    for step in range(1, 11):
        parts = " # ".join([f"a{step - 1}"] * 8)
        steps.append(f"@string{{a{step} = {parts}}}")
    return "\n".join((*steps, "@article{k, title = a10, year = 2001,\n}")).encode()


def odd_version() -> bytes:
    """A spreadsheet whose archive says that it needs a version of zip that is none."""
    octets = bytearray(workbook(_row(2)))
    at = octets.find(b"PK\x01\x02")
    while at >= 0:
        struct.pack_into("<H", octets, at + 6, 99)
        at = octets.find(b"PK\x01\x02", at + 4)
    return bytes(octets)


def bomb() -> bytes:
    """0.3 MB that unfold to 300 MB inside a spreadsheet."""
    octets = io.BytesIO(workbook(_row(2)))
    with (
        zipfile.ZipFile(octets, "a", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/theme.xml", "w") as entry,
    ):
        for _ in range(300):
            entry.write(b" " * (1 << 20))
    return octets.getvalue()


def packed_bomb() -> bytes:
    """A gzip archive of blanks: 0.3 MB that unfold to 300 MB."""
    octets = io.BytesIO()
    with gzip.GzipFile(fileobj=octets, mode="wb") as archive:
        archive.write(b"TY  - JOUR\nTI  - A\nER  - \n")
        for _ in range(300):
            archive.write(b"\n" * (1 << 20))
    return octets.getvalue()


def rich_strings() -> bytes:
    """A shared string of half a million runs."""
    return workbook(_row(2), "<si>" + "<r><t>x</t></r>" * 500_000 + "</si>")


def many_strings() -> bytes:
    """Four million shared strings that nothing uses."""
    return workbook(_row(2), "<si><t>x</t></si>" * 4_000_000)


ATTACKS = {
    "nested abbreviations": nested_strings,
    "a row far below": lambda: workbook(_row(999_999_999)),
    "a column far to the right": lambda: workbook(_row(2, "ZZZZZ")),
    "wide rows": lambda: workbook("".join(_row(n, "XFD") for n in range(2, 200_000))),
    "a string of many runs": rich_strings,
    "many strings": many_strings,
    "a zip bomb": bomb,
    "a gzip bomb": packed_bomb,
    "a zip of an odd version": odd_version,
    "a merge of everything": lambda: workbook(
        _row(2), after='<mergeCells count="1"><mergeCell ref="A2:XFD1048576"/></mergeCells>'
    ),
    "a number of 5,000 digits": lambda: workbook(
        f'<row r="2"><c r="A2" t="inlineStr"><is><t>A title</t></is></c>'
        f'<c r="B2"><v>{"9" * 5000}</v></c></row>'
    ),
    "a year in superscript": lambda: "TY  - JOUR\nTI  - A\nPY  - 20²4\nER  - \n".encode(),
    "digits of another script": lambda: "Title,Year,PMID,DOI\nA title,٢٠٢٤,१२३४,10.1/x\n".encode(),
    "blanks between names": lambda: b"TY  - JOUR\nTI  - A\nAU  - " + b" " * 60_000 + b"x\nER  - \n",
    "newlines in an abstract": lambda: (
        b'Title,Abstract,DOI,Year\n"A","' + b"\n" * 20_000 + b'x",,\n'
    ),
}

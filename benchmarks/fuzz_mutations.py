"""Ways in which export files are damaged: by mail, by editors, by spreadsheets, by chance."""

import io
import zipfile
from collections.abc import Callable
from random import Random

Mutation = Callable[[bytes, Random], bytes]

_SIGNS = (
    *(b'"', b"'", b"\\", b"\n", b"\r", b"\r\n", b"\0", b"\x0b", b"\x1b", b"\x1a", b"\x85"),
    *(b"{", b"}", b"@", b"%", b"<", b">", b"&", b"]]>", b",", b";", b"\t", b"|", b"\xff", b"\xc3"),
    *("\u2028".encode(), "\u0085".encode(), "\ufffe".encode(), b"\xef\xbb\xbf", "²".encode()),
    *(b"TY  - ", b"ER  - ", b"\n\n", b"<!--", b"</record>", b"99999999999999999999"),
)


def _place(data: bytes, random: Random) -> int:
    """Anywhere; now and then in the first hundred bytes, where headers are."""
    return random.randrange(min(len(data), 100) if random.random() < 0.25 else len(data))


def _delete(data: bytes, random: Random) -> bytes:
    at = _place(data, random)
    return data[:at] + data[at + random.choice((1, 1, 1, 2, 5)) :]


def _insert(data: bytes, random: Random) -> bytes:
    at = _place(data, random)
    return data[:at] + random.choice(_SIGNS) + data[at:]


def _replace(data: bytes, random: Random) -> bytes:
    at = _place(data, random)
    return data[:at] + bytes((random.randrange(256),)) + data[at + 1 :]


def _lines(change: Callable[[list[bytes], Random], None]) -> Mutation:
    def mutation(data: bytes, random: Random) -> bytes:
        lines = data.split(b"\n")
        change(lines, random)
        return b"\n".join(lines)

    return mutation


def _some(lines: list[bytes], random: Random) -> int:
    return 0 if random.random() < 0.2 else random.randrange(len(lines))


def _join(lines: list[bytes], random: Random) -> None:
    at = min(_some(lines, random), len(lines) - 2)
    if at >= 0:
        lines[at : at + 2] = [lines[at] + lines[at + 1]]


def _drop(lines: list[bytes], random: Random) -> None:
    del lines[_some(lines, random)]


def _double(lines: list[bytes], random: Random) -> None:
    at = _some(lines, random)
    lines.insert(at, lines[at])


def _swap(lines: list[bytes], random: Random) -> None:
    a, b = _some(lines, random), random.randrange(len(lines))
    lines[a], lines[b] = lines[b], lines[a]


def _quote(lines: list[bytes], random: Random) -> None:
    """A quotation mark at the edge of a cell, or one taken away."""
    at = _some(lines, random)
    cells = lines[at].split(b",")
    cell = random.randrange(len(cells))
    inside = cells[cell]
    choices = (b'"' + inside, inside + b'"', inside.replace(b'"', b"", 1))
    cells[cell] = random.choice(choices)
    lines[at] = b",".join(cells)


def _lower(lines: list[bytes], random: Random) -> None:
    at = _some(lines, random)
    lines[at] = lines[at][:6].lower() + lines[at][6:]


def _indent(lines: list[bytes], random: Random) -> None:
    at = _some(lines, random)
    lines[at] = random.choice((b" ", b"\t", b"> ", b"\xc2\xa0")) + lines[at]


def _wrap(lines: list[bytes], random: Random) -> None:
    at = _some(lines, random)
    cut = random.randrange(len(lines[at]) + 1)
    lines[at : at + 1] = [lines[at][:cut], lines[at][cut:]]


def _cut(data: bytes, random: Random) -> bytes:
    first = data.find(b"\n") + 1
    return data[: first if random.random() < 0.1 else _place(data, random) + 1]


def _recode(data: bytes, random: Random) -> bytes:
    codec = random.choice(("utf-16", "utf-16-le", "utf-8-sig", "cp1252", "utf-32", "mac_roman"))
    return data.decode("utf-8", "replace").encode(codec, "replace")


def _ends(data: bytes, random: Random) -> bytes:
    end = random.choice((b"\r\n", b"\r", "\u2028".encode(), "\u0085".encode(), b"\n\r", b"\n\n"))
    return data.replace(b"\n", end)


def _preamble(data: bytes, random: Random) -> bytes:
    return random.choice((b"\n\n", b"Search: ferns\n\n", b"\xef\xbb\xbf\n", b"sep=,\n")) + data


TEXT: dict[str, Mutation] = {
    "delete": _delete,
    "insert": _insert,
    "replace": _replace,
    "join lines": _lines(_join),
    "drop a line": _lines(_drop),
    "double a line": _lines(_double),
    "swap lines": _lines(_swap),
    "quotation mark": _lines(_quote),
    "lower case": _lines(_lower),
    "indent": _lines(_indent),
    "wrap": _lines(_wrap),
    "cut": _cut,
    "recode": _recode,
    "line ends": _ends,
    "preamble": _preamble,
}
"""Damage to bytes that are text."""

PACKED: dict[str, Mutation] = {
    "packed delete": _delete,
    "packed insert": _insert,
    "packed replace": _replace,
    "packed cut": _cut,
}
"""Damage to an archive."""

INSIDE = ("xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml", "xl/workbook.xml")
_MORE = ("xl/sharedStrings.xml", "xl/_rels/workbook.xml.rels", "[Content_Types].xml")


def entry(data: bytes, random: Random) -> tuple[bytes, str]:
    """A spreadsheet with one of its files damaged or left out; which mutation that was."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    name = random.choice([one for one in (*INSIDE, *_MORE) if one in files])
    what = random.choice(("delete", "insert", "replace", "cut", "leave out"))
    if what == "leave out":
        del files[name]
    else:
        files[name] = TEXT[what](files[name], random)
    octets = io.BytesIO()
    with zipfile.ZipFile(octets, "w", zipfile.ZIP_DEFLATED) as archive:
        for one, content in files.items():
            archive.writestr(zipfile.ZipInfo(one), content)
    return octets.getvalue(), f"inside: {what}"

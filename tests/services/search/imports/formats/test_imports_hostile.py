"""Uploads that are hostile, or no export at all, are refused with a sentence."""

import io
import zipfile

import pytest

from services.search.imports.domain.result import ImportRefused
from services.search.imports.formats.reader import read_import


def _read(octets: bytes) -> None:
    for _ in read_import(io.BytesIO(octets), "upload.bin").events:
        pass


def _zip(names: dict[str, bytes]) -> bytes:
    octets = io.BytesIO()
    with zipfile.ZipFile(octets, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in names.items():
            archive.writestr(name, data)
    return octets.getvalue()


HOSTILE = {
    "empty": b"",
    "blank": b"\n \n",
    "pdf": b"%PDF-1.7\n1 0 obj",
    "gzip": b"\x1f\x8b\x08\x00" + b"x" * 99,
    "zip of files": _zip({"a.ris": b"TY  - JOUR\nER  - \n"}),
    "broken zip": b"PK\x03\x04" + b"\0" * 200,
    "spreadsheet that unfolds": _zip({"xl/workbook.xml": b"<a/>", "xl/x.xml": b"0" * 30_000_000}),
    "random bytes": bytes(range(256)) * 40,
    "entity bomb": b'<!DOCTYPE x [<!ENTITY a "h"><!ENTITY b "&a;">]><xml><records>&b;',
    "late entity": b"<xml><records>" + b" " * 100_000 + b'<!ENTITY a "x"></records></xml>',
    "web page": b"<!DOCTYPE html><html><body>Please log in</body></html>",
    "other xml": b"<?xml version='1.0'?><feed/>",
    "json": b'[{"title": "Trust"}]',
    "prose": b"Dear colleagues,\nplease find attached nothing.\n",
    "endless line": b"TY  - JOUR\nAB  - " + b"x" * 9_000_000,
    "unclosed quotation mark": b'Title,Abstract,Year\n"' + b"x,y\n" * 2_000_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_hostile_or_no_export_is_refused_with_a_sentence(name: str) -> None:
    with pytest.raises(ImportRefused) as refusal:
        _read(HOSTILE[name])

    assert refusal.value.why.endswith((".", "known here.", "closed."))


class _Endless(io.RawIOBase):
    """A file that never ends: `head`, then `line` again and again; counts what was taken."""

    def __init__(self, head: bytes = b"", line: bytes = b"x") -> None:
        self._rest = head
        self._lines = line * (65536 // len(line))
        self.taken = 0

    def read(self, size: int = -1) -> bytes:
        block, self._rest = self._rest or self._lines, b""
        self.taken += len(block)
        return block


def test_an_endless_line_is_refused_while_it_streams() -> None:
    endless = _Endless()
    with pytest.raises(ImportRefused):
        list(read_import(endless, "x").events)  # type: ignore[arg-type]

    assert endless.taken < 20_000_000


UNENDING = {
    "ris, one tag": (b"TY  - JOUR\nTI  - x\n", b"AU  - A, B\n"),
    "ris, wrapped": (b"TY  - JOUR\nAB  - x\n", b"and so on\n"),
    "ris, ends in a text": (b"TY  - JOUR\nAB  - x\n", b"ER\nand so on\n"),
    "ris, between records": (b"TY  - JOUR\nTI  - x\nER  - \n\n", b"and so on\n"),
    "nbib": (b"PMID- 312\nOWN - NLM\nTI  - x\n", b"      and so on\n"),
    "wos": (b"FN Clarivate\nVR 1.0\nPT J\nTI x\nAU A, B\n", b"   C, D\n"),
    "enw": (b"%0 Journal Article\n%T x\n%X y\n", b"and so on\n"),
    "bibtex": (b"@article{a, title = {", b"and so on\n"),
    "table": (b'Title,Abstract,Year\nx,"', b'and\n","'),
    "xml": (b"<xml><records><record>", b"<title>so</title>"),
}


@pytest.mark.parametrize("name", UNENDING)
def test_a_record_that_never_ends_is_refused_while_it_streams(name: str) -> None:
    endless = _Endless(*UNENDING[name])
    with pytest.raises(ImportRefused):
        list(read_import(endless, "x").events)  # type: ignore[arg-type]

    assert endless.taken < 20_000_000

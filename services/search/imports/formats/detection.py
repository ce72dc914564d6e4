"""What an upload is, by its content: names and extensions lie.

Refuses what is no export of references, saying what it seems to be.
"""

import re
from itertools import islice

from services.search.imports.domain.result import ImportRefused
from services.search.imports.formats.ris.writing import ODD_START

HEAD = 1 << 16
_BINARY = (
    (b"%PDF-", "a PDF document"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"BZh", "a bzip2 archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
    (b"\xfd7zXZ\x00", "an xz archive"),
    (b"\x28\xb5\x2f\xfd", "a zstd archive"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office file (.xls or .doc); save it as .xlsx"),
    (b"SQLite format 3\x00", "a database"),
    (b"\x89PNG", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"GIF8", "an image"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90", "a program"),
    (b"{\\rtf", "a rich text document"),
)
_ADVICE = "Export the references as RIS, NBIB, CIW, EndNote XML, BibTeX, CSV or XLSX."
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x19\x7f]")
_DASH = r"[-‐‑‒–—−]"
_RIS = re.compile(rf"^[ \t\xa0>]*TY(?:[ \t\xa0]+{_DASH}|  )", re.MULTILINE | re.IGNORECASE)
_RIS_END = re.compile(rf"^[ \t\xa0]*ER(?:[ \t\xa0]*{_DASH}[ \t\xa0]*)?$", re.MULTILINE)
_RIS_LINE = re.compile(rf"^[ \t]*[A-Z][A-Z0-9]  {_DASH}(?: |$)", re.MULTILINE)
_NBIB = re.compile(
    r"^(?:PMID|OWN|FAU|STAT|DCOM|PHST|OID|JT|UI|TA|DP|LID|OT|PT|MH) *-(?: |$)", re.MULTILINE
)
_MEDLINE = re.compile(
    r"^(?:PMID|OWN |STAT|FAU |PHST|UI  |JT  |OID |LID |CRDT|EDAT)- ", re.MULTILINE
)
_WOS = re.compile(r"^(?:FN .{3,}|VR 1\.0|PT [JBSPC]$)", re.MULTILINE)
_WOS_FILE = re.compile(r"\A\ufeff?FN (?:Clarivate|Thomson|ISI) ")
_WOS_LINE = re.compile(r"^(?:AU|TI|SO|UT|PY|AF|SN) \S", re.MULTILINE)
_ENW = re.compile(r"^%[0A-Z@] \S", re.MULTILINE)
_BIBTEX = re.compile(r"^[ \t]*@[A-Za-z]+[ \t]*[{(]", re.MULTILINE)
_REFWORKS = re.compile(r"^RT [A-Z][a-z]+", re.MULTILINE)
_REFWORKS_LINE = re.compile(r"^(?:A1|T1|YR|JF|K1|SR) \S", re.MULTILINE)
_OVID = re.compile(r"^<\d+>\s*$", re.MULTILINE)
_OVID_FIELD = re.compile(r"^(?:Unique Identifier|Title|Authors?|Source|Abstract)\s*$", re.MULTILINE)


_SIGNS: tuple[tuple[str, tuple[tuple[re.Pattern[str], int], ...]], ...] = (
    ("ris", ((_RIS, 1),)),
    ("ris", ((ODD_START, 1),)),
    ("refworks", ((_REFWORKS, 1), (_REFWORKS_LINE, 2))),
    ("ovid", ((_OVID, 1), (_OVID_FIELD, 1))),
    ("wos", ((_WOS, 1), (_WOS_LINE, 1))),
    ("wos", ((_WOS_FILE, 1),)),
    ("nbib", ((_MEDLINE, 1),)),
)
"""Formats with the patterns that must be met, and how often, in order of trial."""


def refuse_binary(head: bytes) -> None:
    """Raises `ImportRefused` when the first bytes are those of a known binary format."""
    if not head.strip():
        raise ImportRefused("The file is empty.")
    for magic, name in _BINARY:
        if head.startswith(magic):
            raise ImportRefused(f"The file is {name}, not an export of references. {_ADVICE}")


def refuse_noise(text: str) -> None:
    """Raises `ImportRefused` when more than one character in twenty is a control code."""
    noise = len(_CONTROL.findall(text))
    if noise * 20 > len(text) or text.count("�") * 10 > len(text):
        raise ImportRefused(f"The file is binary, not an export of references. {_ADVICE}")


_PROSE_LINE = re.compile(r"(?:\S+[ \t]+){4}\S")
_MARKDOWN = re.compile(r"^(?:#{1,6} \S|```|\[[^\]]+\]\()", re.MULTILINE)
MOST_PREAMBLE = 60
MOST_LOOKED_AT = 4000
"""Characters in which the first record of most files begins."""
_RECORD_LINE = re.compile(
    rf"\ufeff?[ \t>]*(?:[A-Za-z][A-Za-z0-9]{{1,4}} {{0,4}}{_DASH}(?: |$)|(?:FN|VR|PT|RT) \S|%\S "
    r"|@\w+[{(]|<\d+>)"
)


def refuse_prose(text: str) -> None:
    """Raises `ImportRefused` for a document that merely quotes references, such as a manual.

    It begins with neither a record nor a header row, and is marked up as Markdown, or goes
    on for long before the first record.
    """
    first = next(filter(str.strip, text[:MOST_LOOKED_AT].splitlines()), "")
    if _RECORD_LINE.match(first):
        return
    lines = [line for line in text.splitlines() if line.strip()]
    begun = next((n for n, line in enumerate(lines) if _RECORD_LINE.match(line)), len(lines))
    if begun == 0:
        return
    marks = len(_MARKDOWN.findall(text))
    tables = sum(map(_looks_tabular, lines[: 25 if marks < 2 else 1]))
    if tables or lines[0].lstrip("\ufeff ").startswith("<"):
        return
    prose = sum(_PROSE_LINE.match(line) is not None for line in lines)
    before = sum(_PROSE_LINE.match(line) is not None for line in lines[:begun])
    if (marks + lines[0].startswith("# ") >= 2 and prose >= 3) or (
        before > MOST_PREAMBLE and begun < len(lines)
    ):
        raise ImportRefused(f"The file is a text that quotes references, not an export. {_ADVICE}")


def format_of(text: str) -> str:
    """The format of a file that begins with `text`.

    ris, nbib, wos, endnote-xml, enw, bibtex, ovid, refworks, pubmed-xml or table (CSV, TSV).
    Raises `ImportRefused` for what it does not know.
    """
    start = text.lstrip("\ufeff \t\r\n")
    if start.startswith("<") and not _OVID.match(start):
        return _markup_format(start)
    if start.startswith(("{", "[")) and re.match(r"[{\[]\s*[\"{\[]", start):
        raise ImportRefused(f"JSON is no import format here. {_ADVICE}")
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    if _looks_tabular(text):
        return "table"
    return _tagged_format(text) or "table"


def _tagged_format(text: str) -> str | None:
    """The line-tagged format whose signs are in `text`, the most telling first."""
    if not _RIS.search(text) and _BIBTEX.search(text):
        return "bibtex"
    for name, signs in _SIGNS:
        if all(_is_met(sign, times, text) for sign, times in signs):
            return name
    if len(_NBIB.findall(text)) >= 3:
        return "nbib"
    if _ENW.search(text):
        return "enw"
    if len(_RIS_LINE.findall(text)) >= 2 or _RIS_END.search(text):
        return "ris"
    return None


def _is_met(sign: re.Pattern[str], times: int, text: str) -> bool:
    return next(islice(sign.finditer(text), times - 1, None), None) is not None


def begins_ris(text: str) -> bool:
    """Whether a line of `text` begins a RIS record."""
    return _RIS.search(text.replace("\r\n", "\n").replace("\r", "\n")) is not None


def begins_xml(text: str) -> bool:
    """Whether `text` begins as PubMed's XML does, or says that it is XML."""
    return text.lstrip("\ufeff \t\r\n").startswith(("<?xml", "<!DOCTYPE Pubmed", "<Pubmed"))


def is_regular(text: str, name: str) -> bool:
    """Whether `text` holds lines that are NBIB, CIW or ENW as these formats have them."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    lines = {"nbib": _MEDLINE, "wos": _WOS_LINE, "enw": _ENW}[name]
    return len(lines.findall(text)) >= 2


def _looks_tabular(text: str) -> bool:
    """Whether the first line is a header row rather than a tag or an entry."""
    first = text.lstrip().split("\n", 1)[0]
    if _BIBTEX.match(first) or _RIS.match(first) or len(first) > 20_000:
        return False
    cells = max(first.count(sign) for sign in ",;\t")
    return cells >= 3 and not re.match(r"\s*[A-Z0-9%]{2,4}\s*-", first) and _header(first)


def _header(line: str) -> bool:
    return bool(re.search(r"\b(title|abstract|authors?|doi|year|pmid)\b", line, re.IGNORECASE))


def _markup_format(start: str) -> str:
    head = start[:20_000]
    if "<!ENTITY" in head.upper():
        raise ImportRefused("The XML defines entities of its own, which is refused as unsafe.")
    if re.search(r"<(PubmedArticleSet|PubmedArticle|PubmedBookArticleSet)\b", head):
        return "pubmed-xml"
    if re.search(r"<records?\b", head) and not re.search(r"<html\b", head, re.IGNORECASE):
        return "endnote-xml"
    if re.search(r"<!doctype html|<html\b", head, re.IGNORECASE):
        raise ImportRefused(
            f"The file is a web page; perhaps the database asked for a login. {_ADVICE}"
        )
    raise ImportRefused(f"The XML is neither EndNote's nor PubMed's. {_ADVICE}")

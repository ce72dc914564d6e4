"""Damage that any format meets: encodings, line ends, odd ways of writing its lines."""

import gzip
import re
import unicodedata
from collections.abc import Callable

import pytest

from services.search.imports.domain.result import ImportRefused, Repair
from tests.services.search.imports.formats.written import (
    REFERENCES,
    TEXTS,
    WESTERN,
    expected,
    read,
)
from tests.services.search.imports.formats.written_xml import XML

ANY = {**TEXTS, **XML}


@pytest.mark.parametrize("name", ANY)
def test_the_undamaged_file_is_read_without_a_word(name: str) -> None:
    assert read(ANY[name](REFERENCES)) == (expected(), [], name)


BYTES: dict[str, Callable[[str], bytes]] = {
    "byte order mark": lambda text: text.encode("utf-8-sig"),
    "UTF-16 LE with mark": lambda text: b"\xff\xfe" + text.encode("utf-16-le"),
    "UTF-16 BE with mark": lambda text: b"\xfe\xff" + text.encode("utf-16-be"),
    "UTF-16 LE": lambda text: text.encode("utf-16-le"),
    "UTF-16 BE": lambda text: text.encode("utf-16-be"),
    "CRLF": lambda text: text.replace("\n", "\r\n").encode(),
    "CR only": lambda text: text.replace("\n", "\r").encode(),
    "CR CR LF": lambda text: text.replace("\n", "\r\r\n").encode(),
    "U+0000": lambda text: text.replace("wear", "we\0ar").encode(),
    "mojibake": lambda text: text.encode().decode("latin-1").encode(),
    "decomposed letters": lambda text: unicodedata.normalize("NFD", text).encode(),
    "character entities": lambda text: text.replace("ü", "&uuml;").replace("Ø", "&#216;").encode(),
    "invisible blank": lambda text: text.replace("Trust m", "Trust\u200b m").encode(),
    "end-of-file sign": lambda text: (text + "\x1a").encode(),
    "blank lines first": lambda text: ("\n\n" + text).encode(),
    "no line end at the end": lambda text: text.rstrip().encode(),
    "gzip": lambda text: gzip.compress(text.encode()),
    "two gzip members": lambda text: (
        gzip.compress(text[:500].encode()) + gzip.compress(text[500:].encode())
    ),
}
# What NLM publishes is taken as it is.
AS_PUBLISHED = {("invisible blank", "pubmed-xml")}


@pytest.mark.parametrize(
    ("damage", "name"),
    [(damage, name) for damage in BYTES for name in ANY if (damage, name) not in AS_PUBLISHED],
)
def test_a_file_is_read_whatever_its_bytes_went_through(damage: str, name: str) -> None:
    records, _, found = read(BYTES[damage](ANY[name](REFERENCES)))

    assert (records, found) == (expected(), name)


@pytest.mark.parametrize("sign", ["\u2028", "\u2029"])
@pytest.mark.parametrize("name", ANY)
def test_a_line_break_inside_a_value_is_told_in_its_record(name: str, sign: str) -> None:
    records, told, _ = read(ANY[name](REFERENCES).replace("Trust m", f"Trust{sign}m"))

    assert records == expected()
    assert [one.what for one in told if isinstance(one, Repair)] == [
        "a line break inside a value (U+2028 or U+2029) read as a blank"
    ]


@pytest.mark.parametrize("name", ANY)
@pytest.mark.parametrize("codec", ["cp1252", "mac_roman"])
def test_a_file_in_another_encoding_than_it_says_is_read(codec: str, name: str) -> None:
    records, _, _ = read(ANY[name](WESTERN).encode(codec))

    assert records == expected(WESTERN)


def _tags(pattern: str, by: str | Callable[[re.Match[str]], str]) -> Callable[[str], str]:
    return lambda text: re.sub(pattern, by, text, flags=re.MULTILINE)


WRITINGS: dict[str, tuple[str, Callable[[str], str]]] = {
    "NBIB without blank lines": ("nbib", _tags(r"\n\n", "\n")),
    "NBIB in lower case": ("nbib", _tags(r"^[A-Z]+ *- ", lambda tag: tag[0].lower())),
    "NBIB with tabs": ("nbib", _tags(r"^([A-Z]+) *- ", r"\1\t- ")),
    "NBIB indented": ("nbib", _tags(r"^(?=.)", "  ")),
    "NBIB forwarded": ("nbib", _tags(r"^(?=.)", "> ")),
    "NBIB wrapped at column 0": ("nbib", _tags(r"^      ", "")),
    "NBIB with counters": ("nbib", _tags(r"^PMID", "1: \nPMID")),
    "NBIB with PMID second": ("nbib", _tags(r"^(PMID.*\n)(OWN.*\n)", r"\2\1")),
    "CIW without header": ("wos", _tags(r"\A(?:.*\n){2}", "")),
    "CIW without ER": ("wos", _tags(r"^ER\n", "")),
    "CIW without blank lines": ("wos", _tags(r"^ER\n\n", "ER\n")),
    "CIW in lower case": ("wos", _tags(r"^[A-Z][A-Z0-9](?= |$)", lambda tag: tag[0].lower())),
    "CIW wrapped by tabs": ("wos", _tags(r"^   ", "\t")),
    "CIW indented": ("wos", _tags(r"^(?=.)", "    ")),
    "ENW without %0": ("enw", _tags(r"^%0.*\n", "")),
    "ENW without %0 and blank lines": ("enw", lambda text: re.sub(r"%0.*\n|\n(?=\n)", "", text)),
    "ENW with %T first": ("enw", _tags(r"^(%0.*\n)(%T.*\n)", r"\2\1")),
    "ENW with tabs": ("enw", _tags(r"^(%.) ", r"\1\t")),
    "ENW indented": ("enw", _tags(r"^(?=.)", "\t")),
    "ENW partly in lower case": ("enw", _tags(r"^%[TA] ", lambda tag: tag[0].lower())),
    "ENW with all authors on a line": ("enw", _tags(r"\n%A (?!Mü|Nú|Sm|Øs|Ga)", "; ")),
    "RIS with all authors on a line": ("ris", _tags(r"\nAU  - (?!Mü|Nú|Sm|Øs|Ga)", "; ")),
    "RIS with all keywords on a line": ("ris", _tags(r"\nKW  - (?!Pe|ho|in|wo|ac)", "; ")),
    "RIS with authors below one tag": ("ris", _tags(r"\nAU  - (?!Mü|Nú|Sm|Øs|Ga)", "\n")),
    "RIS with mixed-case tags": (
        "ris",
        _tags(r"^([A-Z])([A-Z])(?=  -)", lambda t: t[1] + t[2].lower()),
    ),
    "RIS with the DOI in L3": ("ris", _tags(r"^DO", "L3")),
    "RIS with the DOI in M3": ("ris", _tags(r"^DO  - ", "M3  - doi:")),
    "RIS with the DOI in a note": ("ris", _tags(r"^DO  - ", "N1  - https://doi.org/")),
    "RIS with a line of signs": ("ris", _tags(r"^PY", "!!@@##\nPY")),
    "RIS with one blank in an abstract's tag": ("ris", _tags(r"(?<=most\.) TI", "\nTI")),
    "BibTeX in quotation marks": ("bibtex", _tags(r"= \{(.*)\},$", r'= "\1",')),
    "BibTeX in parentheses": (
        "bibtex",
        lambda text: re.sub(r"(?s)@article\{(.*?)\n\}", r"@article(\1\n)", text),
    ),
    "BibTeX entry never closed": (
        "bibtex",
        lambda text: text.replace("\n}\n\n@article{key2", "\n\n@article{key2"),
    ),
    "BibTeX without a comma": ("bibtex", _tags(r"(year = \{2003\}),", r"\1")),
    "CSV joined with itself": (
        "csv",
        _tags(
            r"^Caseloads",
            "Title,Authors,Year,Journal,Volume,Issue,Pages,DOI,Keywords,Abstract,PMID\nCaseloads",
        ),
    ),
    "CSV below a title": ("csv", lambda text: "My export\n\n" + text),
    "CSV with sep=": ("csv", lambda text: "sep=,\n" + text),
    "CSV with empty rows": ("csv", lambda text: text + ",,,,,,,,,,\n\n"),
    "CSV with guards of a spreadsheet": ("csv", _tags(r",2003,", ',"=""2003""",')),
    "CSV with linked cells": (
        "csv",
        _tags(r",(10\.\d+/[^,]+),", r',"=HYPERLINK(""https://doi.org/\1"",""\1"")",'),
    ),
}


@pytest.mark.parametrize("writing", WRITINGS)
def test_an_odd_way_of_writing_reads_as_the_usual_one(writing: str) -> None:
    name, damage = WRITINGS[writing]
    text = TEXTS[name](REFERENCES)
    damaged = damage(text)
    assert damaged != text

    records, _, found = read(damaged)

    assert (records, found) == (expected(), name)


def test_a_backslash_before_a_quotation_mark_is_understood_and_told() -> None:
    text = 'Title,Authors,Year\n"Caseloads \\"that\\" wear, and tear","Curie, M.",2019\n'

    records, notes, _ = read(text)

    assert records[0].title == 'Caseloads "that" wear, and tear'
    assert [note.line for note in notes] == [1]


def test_a_table_that_only_names_people_is_no_export_of_references() -> None:
    with pytest.raises(ImportRefused, match="No column is named title"):
        read("Name,Telephone,Street\nCurie,123,Rue X\n")


def test_a_gzip_bomb_is_refused_while_it_unfolds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.search.imports.formats.gzip._INNOCENT", 1 << 20)
    record = b"TY  - JOUR\nTI  - A\nAB  - " + b"a" * 100_000 + b"\nER  - \n"
    bomb = gzip.compress(record * 30)

    with pytest.raises(ImportRefused, match="unfolds"):
        read(bomb)


def test_a_gzip_archive_that_breaks_off_is_told() -> None:
    packed = gzip.compress(TEXTS["ris"](REFERENCES * 2000).encode())

    with pytest.raises(ImportRefused, match="breaks off"):
        read(packed[: len(packed) // 2])

"""Forty-five and more kinds of damage to one RIS file: read clean, or said."""

import io
import re
from collections.abc import Callable

import pytest

from services.search.imports.domain.result import Rejection, Repair
from services.search.imports.formats.reader import read_import
from services.search.library.domain.record import Bibliography, SourceRecord

TITLES = (
    "Trust between nurses and patients",
    "Peer support after stroke: a realist review",
    "Continuity of care für Café visitors",
    "Shared decisions in cancer clinics",
    "Housing first and recovery",
)


def _record(index: int, title: str) -> str:
    return (
        "TY  - JOUR\n"
        f"AU  - Müller, Ana{index}\n"
        f"AU  - O’Brien, Seán{index} Patrick\n"
        f"TI  - {title}\n"
        f"AB  - Background of study {index}.\n"
        "      We looked at the systems that people use,\n"
        "      and asked what works for whom.\n"
        "KW  - realist review\n"
        "KW  - complex interventions in primary care\n"
        f"PY  - 20{10 + index}\n"
        "JF  - Journal of Trials\n"
        f"VL  - {index + 3}\n"
        "SP  - 11\n"
        "EP  - 19\n"
        "SN  - 1234-567X\n"
        f"DO  - 10.1234/abc.{index}\n"
        "UR  - https://example.org/a?b=1;c=2\n"
        "ER  - \n"
    )


WHOLE = "\n".join(_record(index, title) for index, title in enumerate(TITLES))


def _read(octets: bytes) -> tuple[list[Bibliography], list[Repair | Rejection]]:
    events = list(read_import(io.BytesIO(octets), "x.ris").events)
    records = [event.bibliography for event in events if isinstance(event, SourceRecord)]
    return records, [event for event in events if not isinstance(event, SourceRecord)]


CLEAN, QUIET = _read(WHOLE.encode())


def test_the_undamaged_file_is_read_without_a_word() -> None:
    assert [record.title for record in CLEAN] == list(TITLES)
    assert QUIET == []


def _every(pattern: str, by: str) -> Callable[[str], str]:
    return lambda text: re.sub(pattern, by, text, flags=re.MULTILINE)


def _once(old: str, new: str) -> Callable[[str], str]:
    return lambda text: text.replace(old, new, 1)


_TAG = r"^([A-Z][A-Z0-9])  - "
TEXT_DAMAGE: dict[str, Callable[[str], str]] = {
    "no end anywhere": _every(r"^ER  - \n", ""),
    "one end missing": _once("ER  - \n", ""),
    "last end missing": lambda text: text[: text.rindex("ER")],
    "bare ER": _every(r"^ER  - $", "ER"),
    "ER and one dash": _every(r"^ER  - $", "ER -"),
    "ER without trailing blank": _every(r"^ER  - $", "ER  -"),
    "ER twice": _every(r"^ER  - $", "ER  - \nER  - "),
    "one blank in TY": _every(r"^TY  - ", "TY - "),
    "one blank in all tags": _every(r"^([A-Z][A-Z0-9])  - ", r"\1 - "),
    "one blank in TI only": _every(r"^TI  - ", "TI - "),
    "no blank before the dash": _every(r"^([A-Z][A-Z0-9])  - ", r"\1- "),
    "no blank after the dash": _every(r"^([A-Z][A-Z0-9])  - ", r"\1  -"),
    "no blank after the dash in TY": _every(r"^TY  - JOUR", "TY  -JOUR"),
    "three blanks after the dash": _every(r"^([A-Z][A-Z0-9])  - ", r"\1  -   "),
    "tab instead of blanks": _every(r"^([A-Z][A-Z0-9])  - ", "\\1\t- "),
    "tabs around the dash": _every(r"^([A-Z][A-Z0-9])  - ", "\\1\t-\t"),
    "hard blanks": _every(r"^([A-Z][A-Z0-9])  - ", "\\1\xa0\xa0-\xa0"),
    "en dash": _every(r"^([A-Z][A-Z0-9])  - ", r"\1  – "),
    "em dash": _every(r"^([A-Z][A-Z0-9])  - ", r"\1  — "),
    "lower-case tags": lambda text: re.sub(
        r"^([A-Z][A-Z0-9])(?=  - )", lambda tag: tag[0].lower(), text, flags=re.MULTILINE
    ),
    "leading blanks": _every(r"^([A-Z][A-Z0-9]  - )", r"   \1"),
    "leading tab": _every(r"^([A-Z][A-Z0-9]  - )", "\t\\1"),
    "trailing blanks": _every(r"$", "   "),
    "blank lines inside records": _every(r"^(KW|PY)  - ", r"\n\1  - "),
    "no blank line between records": _every(r"\n\nTY", r"\nTY"),
    "Ovid counters": _every(r"^TY  - ", r"7. \nTY  - "),
    "angled counters": _every(r"^TY  - ", r"<12>\nTY  - "),
    "record headers between": _every(r"^TY  - ", r"Record #3 of 18\nProvider: Wiley\n\nTY  - "),
    "header text": lambda text: "Exported from Database\nDate: 2024-01-01\n\n" + text,
    "footer text": lambda text: text + "\n\nEnd of export. 5 records.\n",
    "wrapped keyword, indented": _every(r"interventions in", r"interventions\n      in"),
    "wrapped keyword at column 0": _every(r"interventions in", r"interventions\nin"),
    "wrapped author": _every(r"(Seán\d) Patrick", r"\1\n      Patrick"),
    "wrapped author at column 0": _every(r"(Seán\d) Patrick", r"\1\nPatrick"),
    "wrapped title": _every(r"^(TI  - \w+) ", r"\1\n      "),
    "abstract wrapped at column 0": _every(r"^      (We|and)", r"\1"),
    "address wrapped": _every(r"a\?b=1", r"a?\n      b=1"),
    "tags before TY": _every(r"^TY  - JOUR\n(AU.*\n)", r"\1TY  - JOUR\n"),
    "database before TY": _every(r"^TY  - JOUR\n", r"SP  - 11\nTY  - JOUR\n"),
    "U+0000 inside": _every(r"support", "sup\x00port"),
    "character entities": lambda text: text.replace("ü", "&uuml;").replace("é", "&#233;"),
    "markup": _every(r"Housing first", "<i>Housing</i> <b>first</b>"),
    "mojibake": lambda text: text.encode().decode("latin-1"),
    "mojibake of Windows": lambda text: text.replace("’", "â€™").replace("ü", "Ã¼"),
    "empty tags": _every(r"^(VL  - \d+)", r"IS  - \n\1\nET  -"),
    "TY twice": _every(r"^TY  - JOUR", r"TY  - JOUR\nTY  - JOUR"),
    "records meet on a line": _every(r"^ER  - \n\nTY", r"ER  - TY"),
    "mark between files": lambda text: text.replace("\n\nTY", "\n\n\ufeffTY"),
    "end-of-file sign": lambda text: text + "\x1a",
    "form feed between records": _every(r"^TY  - ", "\x0cTY  - "),
    "dash missing": _every(r"^([A-Z][A-Z0-9])  - (?=\S)", r"\1    "),
    "tab and nothing else": _every(_TAG, "\\1\t"),
    "one blank and nothing else": _every(_TAG, r"\1 "),
    "colon": _every(_TAG, r"\1: "),
    "equals sign": _every(_TAG, r"\1 = "),
    "dash without blanks": _every(_TAG, r"\1-"),
    "wide blanks": _every(_TAG, "\\1\u3000\u3000-\u3000"),
    "two dashes": _every(_TAG, r"\1  -- "),
    "quoted lines": _every(r"^(.+)$", r'"\1"'),
    "forwarded mail": _every(r"^([A-Z][A-Z0-9]  - .*)$", r"> \1"),
    "Windows quotes as control codes": lambda text: text.replace("’", "\x92"),
    "types missing": _every(r"^TY  - JOUR\n", ""),
    "decomposed letters": lambda text: text.replace("ü", "u\u0308").replace("é", "e\u0301"),
}
BYTE_DAMAGE: dict[str, Callable[[str], bytes]] = {
    "byte order mark": lambda text: text.encode("utf-8-sig"),
    "UTF-16 with mark": lambda text: text.encode("utf-16"),
    "UTF-16 little-endian without mark": lambda text: text.encode("utf-16-le"),
    "UTF-16 big-endian without mark": lambda text: text.encode("utf-16-be"),
    "UTF-32": lambda text: text.encode("utf-32"),
    "Windows-1252": lambda text: text.encode("cp1252"),
    "Mac Roman": lambda text: text.encode("mac_roman"),
    "CRLF": lambda text: text.replace("\n", "\r\n").encode(),
    "CR only": lambda text: text.replace("\n", "\r").encode(),
    "line ends mixed": lambda text: re.sub(
        r"\n(?=[A-M])", "\r\n", re.sub(r"\n(?=[S-Z])", "\r", text)
    ).encode(),
    "CR CR LF": lambda text: text.replace("\n", "\r\r\n").encode(),
    "two encodings in one file": lambda text: (
        text[: len(text) // 2].encode() + text[len(text) // 2 :].encode("cp1252")
    ),
}


@pytest.mark.parametrize("name", TEXT_DAMAGE)
def test_damaged_text_reads_as_the_whole_file_does(name: str) -> None:
    records, _ = _read(TEXT_DAMAGE[name](WHOLE).encode())

    assert records == CLEAN


@pytest.mark.parametrize("name", BYTE_DAMAGE)
def test_damaged_bytes_read_as_the_whole_file_does(name: str) -> None:
    records, _ = _read(BYTE_DAMAGE[name](WHOLE))

    assert records == CLEAN


LOOK_ALIKES = {
    "end of record": "ER  - visits were counted,",
    "unknown tag": "IT  - systems were compared,",
    "indented tag": "      TI - of all trials,",
    "hyphen": "T1-weighted images were taken,",
}


@pytest.mark.parametrize("name", LOOK_ALIKES)
def test_a_line_of_an_abstract_that_looks_like_a_tag_stays_in_the_abstract(name: str) -> None:
    line = LOOK_ALIKES[name]
    records, _ = _read(WHOLE.replace("      and asked", f"{line}\n      and asked", 2).encode())

    assert [record.title for record in records] == list(TITLES)
    assert " ".join(line.split()) in records[0].abstract
    assert records[0].abstract.endswith("what works for whom.")
    assert records[0].keywords == CLEAN[0].keywords


def test_a_bare_end_of_record_inside_an_abstract_does_not_cut_the_record() -> None:
    damaged = WHOLE.replace("      and asked", "ER  - \nvisits\n      and asked", 1)

    records, notes = _read(damaged.encode())

    assert [record.title for record in records] == list(TITLES)
    assert records[0].abstract.endswith("what works for whom.")
    assert records[0].doi == CLEAN[0].doi
    assert notes


def test_lists_behind_a_bare_end_of_record_inside_an_abstract_are_read_as_lists() -> None:
    damaged = b"TY  - JOUR\nTI  - A\nAB  - Home\nER  - \nvisits\nKW  - one\ntwo\nER  - \n"

    records, _ = _read(damaged)

    assert [record.keywords for record in records] == [("one", "two")]


def test_a_file_cut_off_in_the_middle_keeps_what_it_has_and_says_so() -> None:
    cut = WHOLE[: WHOLE.rindex("JF  - ") + 9]

    records, notes = _read(cut.encode())

    assert [record.title for record in records] == list(TITLES)
    assert "ends before the record" in str(notes)


def test_a_repeated_value_is_never_dropped() -> None:
    more = WHOLE.replace(
        "SN  - 1234-567X\n",
        "SN  - 1234-567X\nSN  - 8765-4321\nAD  - Here\nAD  - There\nAB  - Résumé\nDO  - 10.9/x\n",
        1,
    )

    record = _read(more.encode())[0][0]

    assert record.issns == ("1234-567X", "8765-4321")
    assert {("AD", "Here"), ("AD", "There"), ("AB", "Résumé")} <= set(record.extra)


def test_lines_below_a_single_keyword_tag_are_keywords_of_their_own() -> None:
    record = _read(b"TY  - JOUR\nTI  - A\nKW  - one\ntwo words\nthree\nER  - \n")[0][0]

    assert record.keywords == ("one", "two words", "three")


def test_a_removed_null_is_told_with_its_line() -> None:
    _, notes = _read(WHOLE.replace("Peer", "Pe\0er", 1).encode())

    assert Repair(23, "U+0000 removed") in notes


def test_a_record_without_a_type_is_a_record_and_told() -> None:
    records, notes = _read(WHOLE.replace("TY  - JOUR\n", "", 3).encode())

    assert [record.title for record in records] == list(TITLES)
    assert sum("without a type" in str(note) for note in notes) == 3

"""Damaged XML costs at most the record it is in, and is told with its line."""

import re
from collections.abc import Callable

import pytest

from services.search.imports.domain.result import ImportRefused, Rejection
from tests.services.search.imports.formats.written import REFERENCES, WESTERN, expected, read
from tests.services.search.imports.formats.written_xml import XML

MENDED: dict[str, Callable[[str], str]] = {
    "bare ampersand": lambda text: text.replace("&amp;", "&"),
    "control character": lambda text: text.replace("Trust", "Tr\x0bust"),
    "control character by number": lambda text: text.replace("Trust", "Tr&#11;ust"),
    "HTML entity": lambda text: text.replace("ü", "&uuml;"),
    "blank lines before the declaration": lambda text: "\n\n" + text,
    "no declaration": lambda text: re.sub(r"<\?xml.*?\?>", "", text),
    "latin-1 declared in UTF-8": lambda text: re.sub(
        r"<\?xml.*?\?>", '<?xml version="1.0" encoding="iso-8859-1"?>', text
    ),
}


@pytest.mark.parametrize("name", XML)
@pytest.mark.parametrize("damage", MENDED)
def test_damaged_xml_is_read_whole(damage: str, name: str) -> None:
    records, _, found = read(MENDED[damage](XML[name](REFERENCES)))

    assert (records, found) == (expected(), name)


@pytest.mark.parametrize("name", XML)
def test_latin_1_that_says_so_is_read(name: str) -> None:
    text = re.sub(
        r"<\?xml.*?\?>", '<?xml version="1.0" encoding="ISO-8859-1"?>', XML[name](WESTERN)
    )

    records, _, _ = read(text.replace("–", "-").encode("latin-1"))

    assert [one.authors for one in records] == [one.authors for one in WESTERN]


@pytest.mark.parametrize("name", XML)
def test_two_exports_in_one_file_are_both_read(name: str) -> None:
    text = XML[name](REFERENCES)

    assert read(text + text) == (expected() * 2, [], name)


@pytest.mark.parametrize("name", XML)
def test_a_record_that_never_ends_costs_no_other(name: str) -> None:
    end = {"endnote-xml": "</record>", "pubmed-xml": "</PubmedArticle>"}[name]
    text = XML[name](REFERENCES)

    records, notes, _ = read(text.replace(end, "", 1))

    assert records == expected()
    assert "the record's end is missing" in str(notes)


@pytest.mark.parametrize("name", XML)
def test_a_file_cut_off_keeps_what_it_has_of_the_last_record(name: str) -> None:
    text = XML[name](REFERENCES)
    cut = text[: text.index("10.1111/add.12001") - 20]

    records, notes, _ = read(cut)

    assert [one.title for one in records] == [one.title for one in REFERENCES]
    assert records[:4] == expected()[:4]
    assert "file ends before the record does" in str(notes)


def test_a_citation_without_pmid_and_title_is_rejected_with_its_line() -> None:
    text = XML["pubmed-xml"](REFERENCES[:1])
    empty = "<PubmedArticle><MedlineCitation/></PubmedArticle>\n"

    records, notes, _ = read(text.replace("<PubmedArticleSet>\n", f"<PubmedArticleSet>\n{empty}"))

    assert records == expected(REFERENCES[:1])
    assert [(type(note), note.line) for note in notes] == [(Rejection, 4)]


@pytest.mark.parametrize("name", XML)
@pytest.mark.parametrize("codec", ["utf-8", "utf-16"])
def test_an_entity_declaration_is_refused_wherever_it_stands(codec: str, name: str) -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
    text = XML[name](REFERENCES * 200)
    late = text.replace("One door", f"{bomb}One door").replace(f"{bomb}One door", "One door", 150)

    for hostile in (re.sub(r"\?>", f"?>{bomb}", text, count=1), late):
        with pytest.raises(ImportRefused, match="entities"):
            read(hostile.encode(codec))

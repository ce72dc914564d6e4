"""PubMed XML files are cut as bytes as far as they are usual, and read as damaged text below."""

import io

from services.search.imports.domain.result import Rejection, Repair
from services.search.imports.formats.pubmed import read_pubmed_xml
from services.search.library.domain.record import SourceRecord

HEAD = '<?xml version="1.0"?>\n<PubmedArticleSet>\n'


def article(pmid: int, title: str) -> str:
    return (
        f'<PubmedArticle><MedlineCitation><PMID Version="1">{pmid}</PMID><Article>\n'
        f"<ArticleTitle>{title}</ArticleTitle></Article></MedlineCitation></PubmedArticle>\n"
    )


def events(text: str) -> list[SourceRecord | Repair | Rejection]:
    octets = text.encode()
    return list(read_pubmed_xml(octets[:100], io.BytesIO(octets[100:]), "x.xml"))


def lines(found) -> list[tuple[str, int | None]]:
    return [(type(event).__name__, event.line) for event in found]


def test_records_stand_at_their_lines_before_and_below_what_is_damaged() -> None:
    broken = article(2, "Two &nbsp; <i>").replace("\n", "")
    found = events(
        HEAD + article(1, "One") + broken + "\n" + article(3, "Three") + "</PubmedArticleSet>"
    )
    records = [event for event in found if isinstance(event, SourceRecord)]
    assert [(one.own_id, one.line) for one in records] == [("1", 3), ("2", 5), ("3", 6)]
    assert [event.line for event in found if isinstance(event, Repair)] == [5]


def test_a_file_that_breaks_off_tells_the_line_of_its_last_record() -> None:
    found = events(HEAD + article(1, "One") + article(2, "Two")[:90])
    assert lines(found) == [("SourceRecord", 3), ("Repair", 5), ("Repair", 5), ("SourceRecord", 5)]


def test_what_a_damaged_beginning_lost_is_kept_as_it_stood() -> None:
    lost = article(2, "Two").replace("<PubmedArticle>", "<PubmedArticl>")
    found = events(HEAD + article(1, "One") + lost + article(3, "Three") + "</PubmedArticleSet>")
    (rejection,) = [event for event in found if isinstance(event, Rejection)]
    assert "PMID" in rejection.raw
    assert "<?xml" not in rejection.raw


def test_letters_of_a_wrong_encoding_and_line_breaks_are_told() -> None:
    found = events(HEAD + article(1, "cafÃ© a\u2028b") + article(2, "é") + "</PubmedArticleSet>")
    assert lines(found) == [
        ("Repair", 3),
        ("Repair", 3),
        ("SourceRecord", 3),
        ("SourceRecord", 5),
    ]
    assert isinstance(found[2], SourceRecord)
    assert found[2].bibliography.title == "café a b"

"""Full texts are read from files of every kind, and what cannot be read says why."""

import csv
import re
import unicodedata
from io import BytesIO
from itertools import pairwise
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from services.extraction.texts.formats.extracted import Part, UnreadableText
from services.extraction.texts.formats.reader import kind_of, read_full_text
from tests.support.reference import reference


def folded(text):
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text)).lower()


def rows(expect):
    path = reference("fulltexts/MANIFEST.tsv")
    with path.open(encoding="utf-8") as lines:
        found = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [row for row in found if row["expect"] in expect]


def read(row):
    path = reference(f"fulltexts/{row['file']}")
    return read_full_text(path.read_bytes(), path.name)


def test_every_named_sentence_of_the_reference_files_is_found_on_its_page():
    missing = []
    for row in rows({"text"}):
        found = read(row)
        texts = found.page_texts()
        page = texts[int(row["page"]) - 1] if row["kind"] == "pdf" else " ".join(texts)
        if folded(row["sentence"]) not in folded(page):
            missing.append(row["file"])
    assert not missing


def test_scans_passwords_and_files_that_are_no_pdf_say_what_to_do_instead():
    for row in rows({"empty", "password", "refuse"}):
        with pytest.raises(UnreadableText, match=r"paste|upload|fetch"):
            read(row)


def test_a_pdf_opens_with_its_password():
    path = reference("fulltexts/pdf/derived_user_password.pdf")
    from services.extraction.texts.formats.pdf.reader import read_pdf

    found = read_pdf(path.read_bytes(), "open sesame")
    assert "endogenous proteins" in " ".join(found.page_texts())


def test_a_forbidden_copy_is_a_warning():
    path = reference("fulltexts/pdf/derived_owner_password_no_copy.pdf")
    assert any(
        "forbids" in warning for warning in read_full_text(path.read_bytes(), "x.pdf").warnings
    )


def test_headers_footers_and_text_along_the_edge_are_margins_and_not_in_the_text():
    path = reference("fulltexts/pdf/nar_2024_two_column.pdf")
    found = read_full_text(path.read_bytes(), path.name)
    margins = [p.text for p in found.paragraphs if p.part is Part.MARGIN]
    assert sum("Downloaded from" in text for text in margins) >= 15
    assert "Downloaded from" not in found.text()[0]


def test_line_numbers_of_a_preprint_are_no_words():
    path = reference("fulltexts/pdf/biorxiv_2024_line_numbers.pdf")
    text = read_full_text(path.read_bytes(), path.name).text()[0]
    assert "169 Escherichia" not in text
    assert "Escherichia coli cells were grown" in text


def test_words_broken_at_line_ends_are_whole_and_compounds_keep_their_hyphen():
    path = reference("fulltexts/pdf/docling_multi_page.pdf")
    assert "self-publishing" in read_full_text(path.read_bytes(), path.name).text()[0]


def test_every_place_of_a_paragraph_is_where_its_words_stand():
    path = reference("fulltexts/jats/plos_pmed.1000097.xml")
    text, places = read_full_text(path.read_bytes(), path.name).text()
    assert len(places) > 50
    assert all(
        text[p.start : p.end] == unicodedata.normalize("NFC", p.paragraph.text) for p in places
    )


def test_replies_stand_after_the_article():
    path = reference("fulltexts/jats/elife_56337.nxml")
    parts = [p.part for p in read_full_text(path.read_bytes(), path.name).paragraphs]
    first = parts.index(Part.ATTACHED)
    assert all(part is Part.ATTACHED for part in parts[first:])


VTT = """WEBVTT

1
00:00:01.000 --> 00:00:03.000
<v Ana>She rang every week,

2
00:00:02.500 --> 00:00:03.000
<v Interviewer>Mm.</v>

3
00:00:03.100 --> 00:00:05.000
<v Ana>and that was why I came.</v>
"""


def test_a_sentence_over_two_cues_is_one_turn_though_another_speaks_between():
    found = read_full_text(VTT.encode(), "talk.vtt")
    said = [(p.speaker, p.seconds, p.text) for p in found.paragraphs]
    assert said == [
        ("Ana", 1.0, "She rang every week, and that was why I came."),
        ("Interviewer", 2.5, "Mm."),
    ]
    assert found.speakers() == ["Ana", "Interviewer"]


def test_rolling_captions_are_taken_once():
    text = (
        "WEBVTT\n\n00:01.000 --> 00:02.000\nfirst line\n\n"
        "00:02.000 --> 00:03.000\nfirst line\nsecond line\n\n"
        "00:03.000 --> 00:04.000\nsecond line\nthird line\n"
    )
    found = read_full_text(text.encode(), "x.vtt")
    assert [p.text for p in found.paragraphs] == ["first line second line third line"]


def test_a_page_is_read_without_navigation_scripts_and_hidden_words():
    page = """<html><head><style>.off, .gone { display: none }</style></head><body>
    <nav>Menu</nav><article><h1>Calls</h1><p>Weekly <b>calls</b> worked.</p><p class="off">No.</p>
    <p style="display:none">No.</p><ul><li><a>One</a></li><li><a>Two</a></li><li><a>3</a></li>
    <li><a>4</a></li><li><a>5</a></li></ul><blockquote>It was her.</blockquote></article>
    <footer>Imprint</footer></body></html>"""
    found = read_full_text(page.encode(), "page.html")
    assert [(p.part, p.text) for p in found.paragraphs] == [
        (Part.HEADING, "Calls"),
        (Part.BODY, "Weekly calls worked."),
        (Part.QUOTE, "It was her."),
    ]


@pytest.mark.parametrize("said", ["utf-8", "utf-16", "x-unknown", "iso-8859-1"])
def test_a_page_that_is_wrong_about_its_characters_is_read_all_the_same(said):
    page = f'<meta charset="{said}"><p>The café said \u201cyes\u201d.</p>'.encode("cp1252")
    (found,) = read_full_text(page, "page.html").paragraphs
    assert found.text in ("The café said \u201cyes\u201d.", "The café said \x93yes\x94.")


def test_how_letters_are_read_is_not_among_the_words():
    ruby = "<ruby>trust<rt>reading</rt></ruby> grew"
    vtt = f"WEBVTT\n\n00:01.000 --> 00:02.000\n{ruby}\n"
    assert read_full_text(vtt.encode(), "x.vtt").text()[0] == "trust grew"
    assert read_full_text(f"<p>{ruby}</p>".encode(), "x.html").text()[0] == "trust grew"


def test_entities_that_multiply_are_refused_in_plain_words():
    names = "abcdefghij"
    more = "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in pairwise(names))
    doctype = f'<!DOCTYPE article [<!ENTITY a "aaaaaaaaaa">{more}]>'
    text = f"{doctype}<article><body><p>&j;</p></body></article>"
    with pytest.raises(UnreadableText, match="entities"):
        read_full_text(text.encode(), "x.xml")


def docx(body):
    data = BytesIO()
    w = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    with ZipFile(data, "w", ZIP_DEFLATED) as archive:
        archive.writestr(
            "word/document.xml", f"<w:document {w}><w:body>{body}</w:body></w:document>"
        )
    return data.getvalue()


def paragraph(text):
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def test_inserted_words_count_and_deleted_ones_do_not():
    body = (
        "<w:p><w:r><w:t>She </w:t></w:r><w:ins><w:r><w:t>laughed</w:t></w:r></w:ins>"
        "<w:del><w:r><w:delText>wept</w:delText></w:r></w:del></w:p>"
    )
    assert [p.text for p in read_full_text(docx(body), "x.docx").paragraphs] == ["She laughed"]


def test_a_docx_without_words_and_one_that_unpacks_to_too_much_are_refused():
    with pytest.raises(UnreadableText, match="no text"):
        read_full_text(docx(""), "x.docx")
    with pytest.raises(UnreadableText, match="64 MB"):
        read_full_text(docx(paragraph("x" * (65 * 1024 * 1024))), "x.docx")


def test_a_docx_with_a_doctype_is_refused_and_loses_no_words_in_silence():
    data = BytesIO()
    with ZipFile(data, "w") as archive:
        xml = ZipFile(BytesIO(docx(paragraph("x &a; y")))).read("word/document.xml")
        archive.writestr("word/document.xml", b'<!DOCTYPE w [<!ENTITY a "b">]>' + xml)
    with pytest.raises(UnreadableText, match="DOCTYPE"):
        read_full_text(data.getvalue(), "x.docx")


def test_a_docx_whose_bytes_are_damaged_is_refused_in_a_sentence():
    data = bytearray(docx(paragraph("".join(map(chr, range(0x3041, 0x3097))))))
    start = data.index(b"word/document.xml") + len(b"word/document.xml")
    data[start : start + 20] = b"\xff" * 20
    with pytest.raises(UnreadableText, match="paste the text"):
        read_full_text(bytes(data), "x.docx")


def test_entities_of_a_doctype_are_not_expanded():
    text = (
        '<!DOCTYPE article [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
        "<article><body><p>Safe &b; words.</p></body></article>"
    )
    assert "aaaa" not in read_full_text(text.encode(), "x.xml").text()[0]


@pytest.mark.parametrize(
    ("data", "name", "kind"),
    [
        (b"%PDF-1.7", "paper", "pdf"),
        (b"PK\x03\x04", "paper", "docx"),
        (b"\xef\xbb\xbfWEBVTT", "a.txt", "vtt"),
        (b"<?xml version='1.0'?><article>", "a.xml", "jats"),
        (b"<!DOCTYPE html><html>", "a.pdf", "pdf"),
        (b"<!DOCTYPE html><html>", "a", "html"),
        (b"plain words", "a.txt", "text"),
    ],
)
def test_the_kind_of_a_file_is_told_by_its_bytes(data, name, kind):
    assert kind_of(data, name) == kind

"""Footnotes, boxes, formulas and odd letters of full texts are neither lost nor read twice."""

from io import BytesIO
from zipfile import ZipFile

import pytest

from services.extraction.texts.formats.extracted import UnreadableText
from services.extraction.texts.formats.reader import read_full_text
from tests.services.extraction.texts.test_full_texts import paragraph

USUAL = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
SPACES = (
    f'xmlns:w="{USUAL}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
)


def docx(body, **parts):
    data = BytesIO()
    with ZipFile(data, "w") as archive:
        archive.writestr(
            "word/document.xml", f"<w:document {SPACES}><w:body>{body}</w:body></w:document>"
        )
        for name, inside in parts.items():
            archive.writestr(f"word/{name}.xml", f"<w:{name} {SPACES}>{inside}</w:{name}>")
    return data.getvalue()


def texts(data, name="x.docx"):
    return [p.text for p in read_full_text(data, name).paragraphs]


def test_footnotes_and_endnotes_of_a_docx_stand_after_its_text():
    notes = f'<w:footnote w:type="separator">{paragraph("no")}</w:footnote>'
    notes += f"<w:footnote>{paragraph('The ward is named.')}</w:footnote>"
    data = docx(
        paragraph("Text."), footnotes=notes, endnotes=f"<w:endnote>{paragraph('End.')}</w:endnote>"
    )
    assert texts(data) == ["Text.", "The ward is named.", "End."]


def test_a_text_box_is_read_once_and_after_its_paragraph():
    box = f"<w:txbxContent>{paragraph('In a box.')}</w:txbxContent>"
    ways = f"<mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback>"
    both = f"<mc:AlternateContent>{ways}</mc:AlternateContent>"
    assert texts(docx(f"<w:p><w:r><w:t>Before</w:t>{both}<w:t> and after.</w:t></w:r></w:p>")) == [
        "Before and after.", "In a box."
    ]  # fmt: skip


def test_cells_of_a_table_within_a_table_are_read_once():
    def table(cell):
        return f"<w:tbl><w:tr><w:tc>{cell}</w:tc></w:tr></w:tbl>"

    assert texts(docx(table(table(paragraph("inner")) + paragraph("outer")))) == ["inner outer"]


def test_hidden_words_do_not_count_formulas_and_hard_hyphens_do():
    hidden = "<w:r><w:rPr><w:vanish/></w:rPr><w:t>secret</w:t></w:r>"
    maths = "<m:oMath><m:r><m:t>x=12</m:t></m:r></m:oMath>"
    body = f"<w:p><w:r><w:t>self</w:t><w:noBreakHyphen/><w:t>help </w:t></w:r>{hidden}{maths}</w:p>"
    assert texts(docx(body)) == ["self-help x=12"]


def test_a_paragraph_whose_end_was_deleted_goes_on_in_the_next():
    half = "<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr><w:r><w:t>One half and</w:t></w:r></w:p>"
    assert texts(docx(half + paragraph(" the other."))) == ["One half and the other."]


def test_a_docx_in_the_strict_form_of_the_standard_is_read():
    data = docx(paragraph("Strict words."))
    strict = BytesIO()
    with ZipFile(BytesIO(data)) as old, ZipFile(strict, "w") as new:
        xml = old.read("word/document.xml").decode()
        new.writestr(
            "word/document.xml",
            xml.replace(USUAL, "http://purl.oclc.org/ooxml/wordprocessingml/main"),
        )
    assert texts(strict.getvalue()) == ["Strict words."]


@pytest.mark.parametrize(
    ("data", "says"),
    [(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "password"), (b"{\\rtf1 words}", "RTF")],
)
def test_word_files_that_cannot_be_read_say_what_they_are(data, says):
    with pytest.raises(UnreadableText, match=says):
        read_full_text(data, "talk.docx")


JATS = """<!DOCTYPE article PUBLIC "-//NLM//DTD Archiving 3.0//EN" "archivearticle3.dtd">
<article><body><sec><title>Setting</title><p>The caf&eacute;<fn><p>A note.</p></fn> was open.</p>
</sec></body><floats-group><fig><caption><p>A figure's words.</p></caption></fig></floats-group>
<back><fn-group><fn><p>Interests: none.</p></fn></fn-group></back></article>"""


def test_footnotes_figures_and_named_letters_of_an_article_are_kept():
    assert texts(JATS.encode(), "x.xml") == [
        "Setting", "The café was open.", "A note.", "A figure's words.", "Interests: none."
    ]  # fmt: skip


def test_a_page_that_is_a_form_as_a_whole_is_read_and_one_in_it_is_not():
    page = "<body><form><p>The text of the page, all of it.</p></form><form>Search</form></body>"
    assert texts(f"<html>{page}</html>".encode(), "x.html") == ["The text of the page, all of it."]


def test_a_page_is_read_in_the_letters_it_says_and_with_its_formulas():
    page = '<html><head><meta charset="iso-8859-2"></head><body><p>Żółć <math><mi>x</mi></math></p>'
    assert texts(page.encode("iso-8859-2"), "x.html") == ["Żółć x"]


@pytest.mark.parametrize("tag", ["div", "span", "blockquote", "font"])
def test_what_lies_a_thousand_deep_in_a_page_is_read(tag):
    within = f"{f'<{tag}>' * 1500}<p>The nurse rang.</p>{f'</{tag}>' * 1500}"
    page = f"<!doctype html><html><body><p>Before.</p>{within}<p>After.</p></body></html>"
    assert texts(page.encode(), "x.html") == ["Before.", "The nurse rang.", "After."]


def test_a_page_too_deep_to_read_whole_is_refused_and_not_cut():
    within = f"{'<div>' * 5000}<p>The nurse rang.</p>{'</div>' * 5000}"
    page = f"<!doctype html><html><body><p>Before.</p>{within}</body></html>".encode()
    with pytest.raises(UnreadableText, match="deep in one another"):
        read_full_text(page, "x.html")
    article = f"<article><body>{'<sec>' * 500}<p>Said.</p>{'</sec>' * 500}</body></article>"
    with pytest.raises(UnreadableText, match="deeper in one another"):
        read_full_text(article.encode(), "x.xml")


def test_lines_of_a_verse_and_centred_words_stand_apart():
    verse = "<verse-group><verse-line>one</verse-line><verse-line>two</verse-line></verse-group>"
    assert texts(f"<article><body>{verse}</body></article>".encode(), "x.xml") == ["one", "two"]
    page = b"<html><body><center>Title</center><font>Words</font></body></html>"
    assert texts(page, "x.html") == ["Title", "Words"]


def test_back_matter_and_translated_abstracts_of_an_article_are_read_under_their_titles():
    front = "<front><trans-abstract><p>Wenige bleiben.</p></trans-abstract></front>"
    ack = "<ack><title>Thanks</title><p>We thank the carers.</p></ack>"
    app = "<app-group><app><title>Guide</title><p>Ask first.</p></app></app-group>"
    data = f"<article>{front}<body><p>Text.</p></body><back>{ack}{app}</back></article>"
    found = read_full_text(data.encode(), "x.xml").paragraphs
    sections = {p.text: p.section for p in found}
    assert sections["Wenige bleiben."] == "Abstract"
    assert (sections["We thank the carers."], sections["Ask first."]) == ("Thanks", "Guide")

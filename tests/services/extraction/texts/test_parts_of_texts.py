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


def table_of(*rows):
    return f"<w:tbl>{''.join(rows)}</w:tbl>"


def test_what_a_form_says_where_nobody_has_written_is_no_text():
    control = (
        "<w:sdt><w:sdtPr>{}</w:sdtPr><w:sdtContent><w:r><w:t>{}</w:t></w:r></w:sdtContent></w:sdt>"
    )
    empty = control.format("<w:showingPlcHdr/>", "Click here to enter text.")
    written = control.format("", "Twelve nurses.")
    body = f"<w:p><w:r><w:t>Who? </w:t></w:r>{empty}{written}</w:p>"
    assert texts(docx(body)) == ["Who? Twelve nurses."]


def test_a_deleted_row_of_a_table_is_not_read():
    cell = "<w:tr>{}<w:tc>{}</w:tc></w:tr>"
    gone = cell.format("<w:trPr><w:del/></w:trPr>", paragraph("gone"))
    assert texts(docx(table_of(gone, cell.format("", paragraph("kept"))))) == ["kept"]


def test_signs_from_fonts_of_symbols_are_read():
    signs = [("Symbol", "F061"), ("Wingdings", "F0E0"), ("Symbol", "F0B3"), ("Arial", "00E9")]
    runs = "".join(f'<w:r><w:sym w:font="{f}" w:char="{c}"/></w:r>' for f, c in signs)
    assert texts(docx(f"<w:p>{runs}</w:p>")) == ["α→≥é"]


def test_headings_are_told_by_their_level_and_by_the_style_they_are_made_from():
    own = '<w:style w:styleId="A"><w:name w:val="Journal A"/><w:basedOn w:val="H"/>'
    heading = '<w:style w:type="paragraph" w:styleId="H"><w:name w:val="heading 1"/></w:style>'
    styled = '<w:p><w:pPr><w:pStyle w:val="A"/></w:pPr><w:r><w:t>Methods</w:t></w:r></w:p>'
    level = '<w:p><w:pPr><w:outlineLvl w:val="0"/></w:pPr><w:r><w:t>Results</w:t></w:r></w:p>'
    body = styled + paragraph("We asked.") + level + paragraph("They said.")
    found = read_full_text(docx(body, styles=f"{own}</w:style>{heading}"), "x.docx").paragraphs
    assert [(p.section, p.text) for p in found] == [
        ("Methods", "Methods"), ("Methods", "We asked."),
        ("Results", "Results"), ("Results", "They said."),
    ]  # fmt: skip


def test_parts_that_are_files_within_a_docx_are_told_of():
    found = read_full_text(docx(paragraph("Before.") + "<w:altChunk/>"), "x.docx")
    assert "not read" in found.warnings[0]


def test_what_a_page_hides_in_print_or_in_narrow_windows_is_read():
    rules = "@media print { .a { display: none } } @media (max-width: 9em) { .b { display: none } }"
    rules += " @media screen { .c { display: none } }"
    body = '<p class="a">One.</p><p class="b">Two.</p><p class="c">Not.</p>'
    page = f"<html><head><style>{rules}</style></head><body>{body}</body></html>"
    assert texts(page.encode(), "x.html") == ["One.", "Two."]


def test_a_page_saved_with_its_parts_in_one_file_is_read():
    head = "From: <Saved by a browser>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n"
    part = "Content-Type: text/html{}\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    for said, letter in (("", "=C3=A9"), ("; charset=iso-8859-1", "=E9")):
        page = f"<html><body><p>The caf{letter}.</p></body></html>"
        whole = f'{head}\tboundary="b"\r\n\r\n--b\r\n{part.format(said)}{page}\r\n--b--\r\n'
        assert texts(whole.encode(), "x.mhtml") == ["The café."]


def test_signs_that_nobody_sees_part_no_words():
    assert texts("<p>inter\u200bprofes\u00adsional \ufeffcare</p>".encode(), "x.html") == [
        "interprofessional care"
    ]


def test_labels_stand_before_what_they_count_and_words_for_pictures_are_left_out():
    items = "<list><list-item><label>1.</label><p>One.</p></list-item></list>"
    fig = "<fig><label>Figure 1</label><caption><p>Calls.</p></caption>"
    fig += "<alt-text>A line</alt-text></fig>"
    data = f"<article><body><p>Text.</p>{items}{fig}</body></article>"
    assert texts(data.encode(), "x.xml") == ["Text.", "1. One.", "Figure 1", "Calls."]


def test_the_abstract_of_a_translation_is_read_with_it():
    stub = "<front-stub><title-group><article-title>Título</article-title></title-group>"
    stub += "<abstract><p>Resumen.</p></abstract></front-stub>"
    other = (
        f"<sub-article article-type='translation'>{stub}<body><p>Cuerpo.</p></body></sub-article>"
    )
    data = f"<article><body><p>Text.</p></body>{other}</article>"
    found = read_full_text(data.encode(), "x.xml").paragraphs
    assert [(p.section, p.text) for p in found] == [
        ("", "Text."), ("Título", "Resumen."), ("Título", "Cuerpo."),
    ]  # fmt: skip


def test_what_a_second_class_shows_again_is_read():
    rules = ".tab { display: none } .tab.open { display: block } .out.old { display: none }"
    body = '<p class="tab open">One.</p><p class="tab">Not.</p><p class="out">Two.</p>'
    page = f"<html><head><style>{rules}</style></head><body>{body}</body></html>"
    assert texts(page.encode(), "x.html") == ["One.", "Two."]

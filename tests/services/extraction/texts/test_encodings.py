"""Pages, captions and texts are read in the encoding that they are in."""

import pytest

from services.extraction.texts.formats.reader import kind_of, read_full_text

QUOTED = "The café said “don’t stop” – and people didn’t."
RUSSIAN = "Медсестра звонила каждую неделю."
JAPANESE = "看護師は毎週電話をかけた。"
CHINESE = "护士每周都打电话，朱镕也是。"
KOREAN = "간호사가 매주 전화했다 뷁"


def page(words, encoding, head=""):
    return f"<html><head>{head}</head><body><p>{words}</p></body></html>".encode(encoding)


def meta(name):
    return f'<meta http-equiv="Content-Type" content="text/html; charset={name}">'


@pytest.mark.parametrize(
    ("words", "encoding", "said"),
    [
        (QUOTED, "cp1252", "iso-8859-1"),
        (QUOTED, "cp1252", "us-ascii"),
        (QUOTED, "utf-16-le", "utf-16"),
        (QUOTED, "utf-16-be", "utf-8"),
        (RUSSIAN, "koi8-r", "koi8-r"),
        (JAPANESE, "cp932", "Shift_JIS"),
        (JAPANESE, "iso-2022-jp", "iso-2022-jp"),
        (CHINESE, "gbk", "gb2312"),
        (KOREAN, "cp949", "euc-kr"),
        ("Hemşire İstanbul'da aradı", "cp1254", "iso-8859-9"),
    ],
)
def test_a_page_is_read_as_browsers_take_what_it_says(words, encoding, said):
    (found,) = read_full_text(page(words, encoding, meta(said)), "x.html").paragraphs
    assert found.text == words


def test_the_declaration_of_an_xhtml_page_says_its_encoding():
    data = b'<?xml version="1.0" encoding="windows-1251"?>' + page(RUSSIAN, "cp1251")
    assert read_full_text(data, "x.xhtml").paragraphs[0].text == RUSSIAN


def test_a_damaged_letter_does_not_garble_all_others():
    data = page(QUOTED, "utf-8").replace("café".encode(), b"caf\xe9")
    assert read_full_text(data, "x.html").paragraphs[0].text == QUOTED.replace("é", "\ufffd")


def test_a_text_whose_bytes_come_in_pairs_is_read_and_binary_data_is_not_taken_for_one():
    assert read_full_text(QUOTED.encode("utf-16-le"), "x.txt").paragraphs[0].text == QUOTED
    with pytest.raises(ValueError, match="no text"):
        read_full_text(bytes(range(256)) * 8, "x.txt")


def test_a_page_that_begins_with_its_article_is_no_journal_article_in_xml():
    assert kind_of(b"<body><article><p>One<br>two</article>", "x.html") == "html"
    assert kind_of(b'<article article-type="research-article"><front/>', "x.html") == "jats"

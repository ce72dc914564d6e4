"""Hebrew and Arabic pages of PDFs are read in the order in which they are read and typed.

The PDFs in `right_to_left` were made by its `make.py`, as a browser prints and as programs write
that put letters where they are seen; others are made here.
"""

import unicodedata
from collections import Counter
from contextlib import closing
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.extraction.texts.formats.extracted import words_of as words
from services.extraction.texts.formats.pdf.bidi import logical
from services.extraction.texts.formats.pdf.mirroring import as_seen
from services.extraction.texts.formats.reader import read_full_text
from tests.support.pdf import seen_pdf

FILES = Path(__file__).parent / "right_to_left"
SENTENCES = (FILES / "sentences.txt").read_text(encoding="utf-8").splitlines()
WITHOUT_MARKS = [
    sentence
    for sentence in SENTENCES
    if not any(map(unicodedata.combining, unicodedata.normalize("NFC", sentence)))
]


def pages_of(data):
    pages = read_full_text(data, "x.pdf").page_texts()
    return [unicodedata.normalize("NFC", page) for page in pages]


def missing(name, sentences):
    page = pages_of((FILES / name).read_bytes())[0]
    return [one for one in sentences if unicodedata.normalize("NFC", one) not in page]


def test_what_a_browser_prints_is_read_as_it_was_typed():
    assert missing("printed.pdf", SENTENCES) == []


@pytest.mark.parametrize("name", ["placed.pdf", "shaped.pdf"])
def test_letters_that_are_placed_where_they_are_seen_are_read_as_they_were_typed(name):
    assert missing(name, WITHOUT_MARKS) == []


def test_two_columns_are_read_from_the_right_one_to_the_left_one():
    page = " ".join(pages_of((FILES / "printed.pdf").read_bytes())[1].split())
    page = page.replace("3.2– 9.8", "3.2–9.8")  # a line ends behind the dash
    whole = unicodedata.normalize("NFC", " ".join(SENTENCES[:-1]))
    assert page.count(whole) == 3
    assert page.startswith("מחקר (ראשון)")


@pytest.mark.parametrize(
    ("seen", "typed"),
    [
        (".2024 תנשב", "בשנת 2024."),
        (".חותינל NVivo 12 הנכותב", "בתוכנה NVivo 12 לניתוח."),
        ("ןומאה ,Smith et al. (2019) יפל", "לפי Smith et al. (2019), האמון"),
        ("םולש ,18-65 ליג", "גיל 18-65, שלום"),
        ("65–18 ליג", "גיל 18–65"),
        ("65-18 رمعلا", "العمر 18-65"),
        ("12.5% רועישה", "השיעור 12.5%"),
        ("(p < 0.001, 95% CI) 2018 םינשב", "בשנים 2018 (p < 0.001, 95% CI)"),
        ("(ןושאר)", "(ראשון)"),
        ("NVivo ,12 םולש", "שלום 12, NVivo"),
        ("Greenhalgh et al. יפל", "לפי Greenhalgh et al."),
        (".(עובשב םעפ) הרשקתה", "התקשרה (פעם בשבוע)."),
    ],
)
def test_a_line_that_runs_to_the_left_is_read_from_the_right(seen, typed):
    assert logical(list(seen), is_rtl=True) == typed


@pytest.mark.parametrize(
    ("seen", "typed"),
    [
        ("The word םולש (shalom) means", "The word שלום (shalom) means"),
        ("in Hebrew (םלוע) םולש and", "in Hebrew שלום (עולם) and"),
        ("about 12 םולש people", "about 12 שלום people"),
        ("from לכ 12 םולש on", "from שלום 12 כל on"),
    ],
)
def test_words_that_run_to_the_left_are_read_so_within_a_latin_line(seen, typed):
    assert logical(list(seen), is_rtl=False) == typed


@pytest.mark.parametrize("named", ["םלוע (ב א) ,[12] םולש", "םלוע )ב א( ,]12[ םולש"])
def test_brackets_are_read_alike_whether_a_file_names_their_look_or_their_meaning(named):
    assert "".join(as_seen(list(named), turned=False)) == "םלוע (ב א) ,[12] םולש"
    page = pages_of(seen_pdf([[(72, 700, named), (72, 680, named)]]))[0]
    assert page == "שלום [12], (א ב) עולם שלום [12], (א ב) עולם"


@pytest.mark.parametrize("look", [{"(": ")", ")": "("}, {}])
def test_a_bracket_whose_other_half_stands_in_another_line_is_told_by_its_space(look):
    typed = ["התקשרה (פעם בשבוע", "כל יום) אל כולם."]
    seen = ["".join(look.get(sign, sign) for sign in reversed(line)) for line in typed]
    page = pages_of(seen_pdf([[(72, 700 - 14 * n, line) for n, line in enumerate(seen)]]))[0]
    assert page == " ".join(typed)


def test_presentation_forms_are_letters_and_other_signs_stay_as_they_are():
    assert words(["ﺍﻟﻼﻡ ﭏ ﬁ"]) == "اللام אל fi"
    assert words(["x² ① ™"]) == "x² ① ™"
    page = pages_of(seen_pdf([[(72, 700, "².ﻢﻜﻴﻠﻋ ﻡﻼﺴﻟﺍ")]]))[0]
    assert page == "السلام عليكم.²"


def test_marks_are_read_behind_their_letter():
    page = pages_of((FILES / "printed.pdf").read_bytes())[0]
    assert unicodedata.normalize("NFC", "בְּרֵאשִׁית") in page
    assert unicodedata.normalize("NFC", "جدًّا") in page


def test_a_page_of_latin_lines_with_a_hebrew_one_is_read_from_the_left():
    latin = [(72, 700 - 14 * n, f"The nurse rang {n} times a week") for n in range(6)]
    page = pages_of(seen_pdf([[*latin, (72, 610, "and said םולש םלוע to all")]]))[0]
    assert "The nurse rang 5 times a week and said עולם שלום to all" in page


def test_columns_written_row_by_row_are_read_from_the_right_one_to_the_left_one():
    letters = "אבגדהוזחטיכלמנסע"
    right = [f"שורה {letter} של הטור הימני בעמוד הזה" for letter in letters]
    left = [f"שורה {letter} של הטור השמאלי בעמוד הזה" for letter in letters]
    rows = [
        (x, 700 - 14 * n, line[::-1])
        for n, pair in enumerate(zip(right, left, strict=True))
        for x, line in zip((330, 70), pair, strict=True)
    ]
    assert pages_of(seen_pdf([rows]))[0] == " ".join([*right, *left])


SIGNS = (
    "אבגדםן" + "شلمحاةى" + "ABCabé" + "0123٣٤" + " ()[]«»<>.,;:-–%" + "\u05b4\u0651\u064e" + "ﻻﷲשׁ😀"
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(SIGNS, min_size=1, max_size=40), min_size=1, max_size=5))
def test_no_letter_of_a_page_is_lost_or_read_twice(lines):
    def letters(text):
        whole = unicodedata.normalize("NFKD", text)
        return Counter(sign for sign in whole if unicodedata.category(sign)[0] in "LN")

    data = seen_pdf([[(72, 700 - 20 * n, line) for n, line in enumerate(lines)]])
    with closing(pdfium.PdfDocument(data)) as document:
        known = letters(document[0].get_textpage().get_text_range())
    if known:
        assert letters(pages_of(data)[0]) == known


def test_a_word_broken_at_the_end_of_a_line_with_hebrew_is_whole():
    lines = ["The team said םולש and gave inter-", "professional care to all of them"]
    page = pages_of(seen_pdf([[(72, 700 - 12 * n, line) for n, line in enumerate(lines)]]))[0]
    assert page == "The team said שלום and gave interprofessional care to all of them"

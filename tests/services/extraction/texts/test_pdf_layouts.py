"""Pages of many layouts are read in the order in which people read them, and nothing is lost."""

import pytest

from services.extraction.texts.formats.extracted import Part, UnreadableText
from services.extraction.texts.formats.pdf.layout import joined
from services.extraction.texts.formats.pdf.lines import TextLine
from services.extraction.texts.formats.reader import read_full_text
from tests.support.pdf import placed_pdf

WORDS = "nurses rang every week and asked how things were going at home"


def lines(words, number=20):
    """Different lines of about 230 points in letters of 9 points."""
    return [
        f"{words} line {chr(97 + n)} of the nurse who rang her every week on" for n in range(number)
    ]


def column(x, texts, size=9, top=700):
    return [(x, top - 12 * n, size, text) for n, text in enumerate(texts)]


def read(pages, turn=0):
    return read_full_text(placed_pdf(pages, turn), "x.pdf")


def words_of(found):
    return " ".join(p.text for p in found.paragraphs if p.part is not Part.MARGIN)


LEFT = [*lines("Left"), "The team gave inter-"]
RIGHT = ["professional care to all.", *lines("Right")]


def test_a_footnote_does_not_tear_a_word_that_goes_on_in_the_next_column():
    note = [(60, 100, 7, "1 The data are in the appendix.")]
    found = read([[*column(60, LEFT), *note, *column(320, RIGHT)]])
    assert "The team gave interprofessional care to all." in words_of(found)
    assert found.paragraphs[-1].text == "1 The data are in the appendix."


def test_columns_written_line_by_line_are_read_one_after_the_other():
    both = zip(column(60, LEFT), column(320, RIGHT), strict=True)
    found = read([[line for pair in both for line in pair]])
    assert "The team gave interprofessional care to all." in words_of(found)


def test_columns_of_which_the_right_one_is_written_first_are_read_from_the_left():
    found = read([[*column(320, RIGHT), *column(60, LEFT)]])
    assert "The team gave interprofessional care to all." in words_of(found)


def test_a_table_of_two_narrow_columns_is_read_row_by_row():
    cells = [(60, 700 - 12 * n, 9, f"Team {chr(97 + n)}") for n in range(12)]
    beside = [(330, 700 - 12 * n, 9, f"kept {chr(97 + n)}") for n in range(12)]
    found = read([[cell for pair in zip(cells, beside, strict=True) for cell in pair]])
    assert "Team c kept c Team d kept d" in words_of(found)


def three_columns():
    """Three columns of about 150 points, each with a sentence that goes on in the next one."""
    texts = [[f"{name} row {chr(97 + n)} of the nurse who rang her" for n in range(14)]
             for name in ("First", "Second", "Third")]  # fmt: skip
    for n in range(2):
        texts[n][-1] = f"Part {n} of care was inter-"
        texts[n + 1][0] = f"professional in team {n}."
    return [column(x, words, size=8) for x, words in zip((40, 227, 414), texts, strict=True)]


def in_order(found):
    said = words_of(found)
    for n in range(2):
        assert f"Part {n} of care was interprofessional in team {n}." in said
    rows = [f"{name} row b" for name in ("First", "Second", "Third")]
    assert sorted(rows, key=said.index) == rows


def test_three_columns_written_line_by_line_are_read_one_after_the_other():
    rows = zip(*three_columns(), strict=True)
    in_order(read([[line for row in rows for line in row]]))


def test_three_columns_of_which_the_last_is_written_first_are_read_from_the_left():
    in_order(read([[line for one in reversed(three_columns()) for line in one]]))


def test_three_columns_that_are_written_one_after_the_other_stay_so():
    in_order(read([[line for one in three_columns() for line in one]]))


def test_a_full_width_heading_stands_before_the_three_columns_below_it():
    heading = (40, 730, 14, "What nurses do in three columns of a leaflet for everybody at home")
    rows = zip(*three_columns(), strict=True)
    found = read([[heading, *(line for row in rows for line in row)]])
    in_order(found)
    assert found.paragraphs[0].text.startswith("What nurses do")


def test_a_table_of_three_narrow_columns_is_read_row_by_row():
    xs = (60, 250, 430)
    cells = [(x, 700 - 12 * n, 9, f"cell {chr(97 + n)}") for n in range(12) for x in xs]
    assert "cell c cell c cell c cell d" in words_of(read([cells]))


def test_a_raised_figure_breaks_neither_its_sentence_nor_its_paragraph():
    texts = ["They rang every week", "and people stayed in care.", "So they said to all."]
    (first, second, third), figure = column(60, texts), (148.6, 707, 6, "12")
    beside = (158, 700, 9, "and every month,")
    found = read([[first, figure, beside, second, third]])
    said = "week12 and every month, and people stayed in care. So they said to all."
    assert [p.text for p in found.paragraphs] == [f"They rang every {said}"]


def test_a_word_broken_at_a_page_s_end_is_whole_on_its_page():
    first = column(60, [*lines("One"), "They began the reha-"])
    found = read([first, column(60, ["bilitation of all.", *lines("Two")])])
    pages = found.page_texts()
    assert pages[0].endswith("They began the rehabilitation")
    assert pages[1].startswith("of all. Two line a")


def test_pages_keep_what_the_file_calls_them_beside_their_number():
    pages = [column(60, lines(f"Page {n}", 3)) for n in range(5)]
    labels = "0 << /S /r >> 2 << /S /D /P (S) /St 12 >> 4 << /S /D /St 5 >>"
    found = read_full_text(placed_pdf(pages, labels=labels), "x.pdf")
    assert [(p.page, p.label) for p in found.paragraphs] == [
        (1, "i"), (2, "ii"), (3, "S12"), (4, "S13"), (5, ""),
    ]  # fmt: skip


def test_pages_without_labels_have_their_numbers_alone():
    found = read([column(60, lines("One", 3)), column(60, lines("Two", 3))])
    assert [(p.page, p.label) for p in found.paragraphs] == [(1, ""), (2, "")]


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_page_is_read_alike_however_it_is_turned_when_shown(turn):
    pages = [[*column(60, LEFT), *column(320, RIGHT)] for _ in range(3)]
    texts = read(pages, turn).page_texts()
    assert texts == read(pages).page_texts()
    assert "interprofessional care" in texts[0]


@pytest.mark.parametrize("turn", [0, 90])
def test_a_landscape_page_is_read_like_one_that_stands_upright(turn):
    texts = [f"{WORDS} on row {chr(97 + n)}" for n in range(20)]
    page = [(60 + 14 * n, 100, 9, text, 90) for n, text in enumerate(texts)]
    found = read([[*page, (30, 100, 8, "Running header", 90)] for _ in range(3)], turn)
    assert f"{texts[3]} {texts[4]}" in words_of(found)
    assert "Running header" not in words_of(found)


def test_a_table_that_stands_sideways_on_a_page_is_part_of_the_text():
    rows = [(200 + 14 * n, 200, 9, f"Service {chr(97 + n)} kept half", 90) for n in range(5)]
    stamp = [(20, 200, 7, "Downloaded by a guest", 90)]
    found = read([[*column(60, lines("Text", 12)), *rows, *stamp]])
    assert "Service c kept half" in words_of(found)
    assert "Downloaded" not in words_of(found)


def test_a_scan_with_nothing_but_a_stamp_on_every_page_is_a_scan():
    with pytest.raises(UnreadableText, match="scan"):
        read([[(60, 20, 7, "Downloaded from example.org by guest")] for _ in range(3)])


def test_letters_that_mean_nothing_outside_the_file_are_refused(monkeypatch):
    from services.extraction.texts.formats.pdf import lines as found_lines

    monkeypatch.setattr(found_lines, "_whole", lambda text: "\ue001" * len(text))
    with pytest.raises(UnreadableText, match="no meaning"):
        read([column(60, lines("One", 3))])


def test_what_is_written_into_the_fields_of_a_form_stands_beside_its_question():
    asked = [(60, 700, 11, "Who rang?"), (60, 660, 11, "How often?"), (60, 620, 11, "Thank you.")]
    fields = [(200, 690, 400, 712, "A nurse of the team"), (200, 650, 400, 672, "Every week")]
    found = read_full_text(placed_pdf([asked], fields=fields), "x.pdf")
    assert words_of(found) == "Who rang? A nurse of the team How often? Every week Thank you."


@pytest.mark.parametrize(
    ("first", "second", "whole"),
    [("参加を続", "けた。", "参加を続けた。"), ("她来了。", "Then", "她来了。 Then")],
)
def test_lines_of_a_script_without_spaces_are_joined_without_one(first, second, whole):
    box = {"left": 50.0, "right": 290.0, "size": 9.0, "angle": 0}
    lines = [
        TextLine(text=first, top=700.0, bottom=690.0, **box),
        TextLine(text=second, top=688.0, bottom=678.0, **box),
    ]
    assert joined(lines, {}) == whole


@pytest.mark.parametrize(
    ("first", "rest", "whole"),
    [
        ("T", "he nurse rang every week and asked", "The nurse rang every week and asked"),
        ("I", "n spring the nurse began to ring all", "In spring the nurse began to ring all"),
        ("A", "nurse rang every week and asked them", "A nurse rang every week and asked them"),
    ],
)
def test_a_large_first_letter_belongs_to_its_word_and_paragraph(first, rest, whole):
    beside = [(90, 700, 9, rest), (90, 688, 9, "how things were going at home")]
    below = [(60, 676, 9, "and people stayed. In care they were")]
    found = read([[(60, 684, 28, first), *beside, *below]])
    assert [p.text for p in found.paragraphs] == [
        f"{whole} how things were going at home and people stayed. In care they were"
    ]


def test_pages_are_as_large_as_the_file_says_of_all_of_them():
    left, right = column(60, LEFT, size=14, top=1200), column(520, RIGHT, size=14, top=1200)
    pages = [
        [
            (60, 1370, 9, f"Running header {n}"),
            *(line for pair in zip(left, right, strict=True) for line in pair),
        ]
        for n in range(3)
    ]
    found = read_full_text(placed_pdf(pages, shared_box="0 0 1000 1400"), "x.pdf")
    assert "The team gave interprofessional care to all." in words_of(found)
    assert "Running header" not in words_of(found)


def test_columns_part_where_most_lines_can_be_cut():
    """A long line of the left column reaches beyond the middle of the page."""
    longer = "A line of the left column that is a little longer than its others are"
    left = [*LEFT[:10], longer, *LEFT[11:]]
    both = zip(column(70, left), column(330, RIGHT), strict=True)
    said = words_of(read([[line for pair in both for line in pair]]))
    assert "The team gave interprofessional care to all." in said
    assert said.index("longer than its others") < said.index("Right line a")


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"<html>Sign in</html>", "web page.*sign in"),
        (b"\x89PNG\r\n\x1a\n", "picture.*OCR"),
        (b"\xff\xd8\xff\xe0JFIF", "picture.*OCR"),
        (b"PK\x03\x04word", "Word document.*\\.docx"),
        (b"{\\rtf1 words}", "RTF.*\\.docx"),
        (b"\x1f\x8b\x08", "something else.*fetch"),
    ],
)
def test_a_file_that_is_named_as_a_pdf_and_is_none_says_what_it_is(data, says):
    with pytest.raises(UnreadableText, match=says):
        read_full_text(data, "x.pdf")

"""Offsets of every way of counting become code points of the normalised text."""

import unicodedata
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from services.extraction.exchange.domain.offsets import UNITS, CountedText, Span, Unit, best_unit
from tests.support.generated import examples

PIECES = st.sampled_from(
    [
        "word",
        "Tuesday",
        "📱",
        "👩\u200d⚕️",
        "é",
        "e\u0301",
        "\r\n",
        "\n",
        " ",
        ". ",
        "訪問",
        "\r",
        "한",
    ]
)
TEXTS = st.lists(PIECES, min_size=1, max_size=60).map("".join)


def counted(raw, unit):
    """Offset of each code point boundary of the raw text in the way `unit` counts, by hand."""
    offsets, at = [int(unit.with_bom and raw.startswith("\ufeff"))], None
    at = offsets[0]
    bare = raw.removeprefix("\ufeff")
    for i, character in enumerate(bare):
        is_second = character == "\n" and i > 0 and bare[i - 1] == "\r"
        size = 2 if unit.utf16 and ord(character) > 0xFFFF else 1
        at += 0 if is_second and unit.line_ends_as_one else size
        offsets.append(at)
    return bare, offsets


def normal(text):
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))


def is_whole(bare, i):
    """Whether a boundary parts neither a line end nor what composes to one character."""
    if 0 < i < len(bare) and bare[i - 1] == "\r" and bare[i] == "\n":
        return False
    return normal(bare[:i]) + normal(bare[i:]) == normal(bare)


@settings(max_examples=examples(400), deadline=None)
@given(TEXTS, st.sampled_from(UNITS), st.booleans(), st.data())
def test_a_passage_counted_in_any_way_is_the_same_passage(raw, unit, bom, data):
    raw = "\ufeff" + raw if bom else raw
    bare, offsets = counted(raw, unit)
    whole = [i for i in range(len(bare) + 1) if is_whole(bare, i)]
    start, end = sorted(data.draw(st.tuples(st.sampled_from(whole), st.sampled_from(whole))))
    text = CountedText(raw)
    places = text.place(unit, offsets[start]), text.place(unit, offsets[end])
    assert None not in places
    assert text.text[places[0] : places[1]] == normal(bare[start:end])


def test_ten_thousand_passages_under_emoji_and_line_ends_are_told_by_their_names():
    random = Random(13)
    words = ["rang", "📞", "Tuesday", "👩\u200d⚕️", "é", "訪問", "closed", "file"]
    wrong = placed = 0
    for _ in range(100):
        unit = random.choice(UNITS[:4])
        raw = "".join(random.choice(words) + random.choice([" ", " ", "\r\n"]) for _ in range(120))
        bare, offsets = counted(raw, unit)
        spans, truth = [], []
        whole = [i for i in range(len(bare)) if is_whole(bare, i)]
        for _ in range(100):
            start, end = sorted(random.sample(whole, 2))
            spans.append(Span(offsets[start], offsets[end], normal(bare[start:end])))
            truth.append(normal(bare[start:end]))
        text = CountedText(raw)
        found = best_unit([(text, spans)])
        for span, quote in zip(spans, truth, strict=True):
            placed += 1
            at = text.place(found, span.start), text.place(found, span.end)
            wrong += text.text[slice(*at)] != quote
    assert (placed, wrong) == (10_000, 0)


def test_offsets_outside_the_text_have_no_place():
    text = CountedText("a\r\nb")
    assert text.place(Unit(), 4) == 3
    assert text.place(Unit(), 5) is None
    assert text.place(Unit(), -1) is None

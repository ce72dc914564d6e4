"""No anchor is ever wrong: a passage stands where it says, or a person is asked."""

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from services.extraction.fragments.handlers.anchors import BROKEN, MOVED, VERIFIED, look_up
from services.extraction.texts.domain import normalise, occurrences, passage
from tests.support.generated import examples

LETTERS = ("a", "b", " ", "\n", "é", "e\u0301", "😀", "👩‍🔬", "𝔄", "\r\n", "ﬁ", "字", "the ward ")
EDITS = 100


def words(random, most):
    """Random words: some often, some beyond the basic plane, some not yet normalised."""
    return normalise("".join(random.choices(LETTERS, k=random.randint(0, most))))


def coded(random, text):
    """A passage anywhere in the text; passages may overlap."""
    start = random.randrange(len(text))
    end = min(len(text), start + random.randint(1, 30))
    return passage(text, start, end, text[start:end])


@settings(max_examples=examples(100), deadline=None)
@given(st.integers(0, 2**64))
def test_over_ten_thousand_edits_no_anchor_is_wrong(seed):
    random = Random(seed)
    text = words(random, 80) + "x"
    kept = [(VERIFIED, coded(random, text)) for _ in range(6)]
    for _ in range(EDITS):
        at, gone = random.randint(0, len(text)), random.randint(0, 9)
        text = normalise(text[:at] + words(random, 9) + text[at + gone :]) or "x"
        for n, (_, before) in enumerate(kept):
            anchor, place = look_up(text, before)
            starts = occurrences(text, before.quote)
            assert place.quote == before.quote
            if anchor == BROKEN:
                assert len(starts) != 1
                kept[n] = (VERIFIED, coded(random, text))
            else:
                assert anchor == (VERIFIED if place.start == before.start else MOVED)
                assert text[place.start : place.end] == place.quote
                assert starts == [place.start]
                kept[n] = (anchor, place)

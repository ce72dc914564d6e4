"""A text is normalised once; what points into it is verified."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.extraction.texts.domain import (
    Passage,
    PassageMismatch,
    normalise,
    occurrences,
    passage,
    relocate,
    stands_in,
    text_hash,
)

TEXT = "Staff felt 🙂 trusted.\nClients stayed. Clients stayed longer where staff felt trusted."


def test_line_ends_become_one_and_letters_are_composed() -> None:
    assert normalise("a\r\nb\rc\x00 e\u0301") == "a\nb\nc \u00e9"


@given(st.text())
def test_normalising_twice_changes_nothing(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


def test_offsets_count_code_points_so_an_emoji_is_one() -> None:
    found = passage(TEXT, 13, 20, "trusted")
    assert (found.before, found.after[:2]) == ("Staff felt 🙂 ", ".\n")


def test_a_quote_is_kept_with_thirty_two_characters_on_either_side() -> None:
    text = "x" * 100 + "quote" + "y" * 100
    found = passage(text, 100, 105, "quote")
    assert (found.before, found.after) == ("x" * 32, "y" * 32)


def test_a_quote_that_does_not_stand_there_is_refused_with_the_place_where_it_does() -> None:
    with pytest.raises(PassageMismatch, match="the quote starts at 13, 77"):
        passage(TEXT, 14, 21, "trusted")


def test_a_quote_that_stands_nowhere_is_refused() -> None:
    with pytest.raises(PassageMismatch, match="stands nowhere"):
        passage(TEXT, 0, 5, "absent")


@pytest.mark.parametrize(("start", "end"), [(-1, 3), (3, 3), (5, 2), (0, 10_000)])
def test_offsets_outside_the_text_are_refused(start: int, end: int) -> None:
    with pytest.raises(PassageMismatch, match="leave the text"):
        passage(TEXT, start, end, "Staff")


def test_a_decomposed_quote_is_the_composed_text() -> None:
    assert passage("caf\u00e9", 0, 4, "cafe\u0301").quote == "caf\u00e9"


@given(st.text(min_size=1).map(normalise).filter(bool), st.data())
def test_every_piece_of_a_text_stands_where_it_was_cut(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    piece = text[start:end]
    if normalise(piece) == piece:
        assert stands_in(text, passage(text, start, end, piece))


def test_a_passage_follows_its_quote_into_a_new_text() -> None:
    old = passage(TEXT, 11, 20, "🙂 trusted")
    assert relocate("A new page.\n" + TEXT, old) == Passage(
        23, 32, "🙂 trusted", "A new page.\nStaff felt "[-32:], old.after
    )


def test_a_passage_that_is_gone_or_ambiguous_is_not_guessed() -> None:
    stayed = passage(TEXT, 22, 29, "Clients")
    assert relocate("nothing of it", stayed) is None
    assert relocate("Clients or Clients", stayed) is None
    assert relocate("A new page.\n" + TEXT, stayed) is None, "the same words around are no proof"


def test_a_changed_surrounding_is_noticed() -> None:
    place = passage("before quote after", 7, 12, "quote")
    assert not stands_in("Before quote after", place)


def test_overlapping_occurrences_are_all_found() -> None:
    assert occurrences("aaa", "aa") == [0, 1]
    assert occurrences("aaa", "") == []


def test_a_text_is_known_by_its_hash() -> None:
    assert text_hash("a") != text_hash("b")
    assert len(text_hash("a")) == 64

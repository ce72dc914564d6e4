"""Two coders beside each other: spans, codes, and agreement that uncoded text cannot swamp."""

import random

import pytest
from sklearn.metrics import cohen_kappa_score

from services.extraction.comparison.domain import Coded, Comparison, Counted, pairs, segments
from tests.support.extraction import a_fragment

TEXT = "The nurse rang every Tuesday and it was always her, so I kept coming back again."
TRUST, CALM = ("mechanism_response", "trust"), ("mechanism_response", "calm")


def coded(name, coder, start, end, *codes):
    return Coded(fragment_id=name, coder=coder, start=start, end=end, codes=frozenset(codes))


def counted_by_hand(passages, code, length):
    """For each coder whether each character that anybody coded carries the code."""
    kept = [i for i in range(length) if any(p.start <= i < p.end for p in passages)]
    return [
        [
            any(p.start <= i < p.end and p.coder == coder and code in p.codes for p in passages)
            for i in kept
        ]
        for coder in "ab"
    ]


def test_kappa_is_that_of_scikit_learn_on_random_passages():
    source = random.Random(5)
    for _ in range(60):
        passages = []
        for n in range(source.randint(2, 12)):
            start = source.randint(0, 90)
            codes = source.sample([TRUST, CALM], source.randint(1, 2))
            end = start + source.randint(1, 25)
            passages.append(coded(str(n), source.choice("ab"), start, end, *codes))
        comparison = Comparison()
        comparison.add(segments(passages, "a", "b"))
        for code, found in comparison.codes.items():
            first, second = counted_by_hand(passages, code, 120)
            assert found.total == len(first)
            if len({*first, *second}) > 1:
                expected = cohen_kappa_score(first, second, labels=[False, True])
                assert found.kappa() == pytest.approx(expected)


def test_alpha_is_that_of_the_textbook():
    """Krippendorff's two observers and ten articles (2011): alpha 0.095."""
    found = Counted(both=1, first_only=3, second_only=1, neither=5)
    assert found.alpha() == pytest.approx(0.095, abs=0.001)


def test_text_that_nobody_coded_changes_no_figure():
    near = [coded("1", "a", 0, 10, TRUST), coded("2", "b", 5, 15, TRUST)]
    far = [*near, coded("3", "a", 9000, 9010, CALM), coded("4", "b", 9000, 9010, CALM)]
    comparison = Comparison()
    comparison.add(segments(far, "a", "b"))
    assert comparison.characters == 25
    assert comparison.codes[TRUST] == Counted(5, 5, 5, 10)


def test_a_code_of_a_later_text_counts_the_earlier_ones_too():
    comparison = Comparison()
    comparison.add(
        segments([coded("1", "a", 0, 10, TRUST), coded("2", "b", 0, 10, TRUST)], "a", "b")
    )
    comparison.add(segments([coded("3", "a", 0, 5, CALM), coded("4", "b", 0, 5, CALM)], "a", "b"))
    assert comparison.codes[TRUST] == Counted(both=10, neither=5)
    assert comparison.codes[CALM] == Counted(both=5, neither=10)


def test_every_passage_is_paired_once_with_what_overlaps_it_most():
    passages = [
        coded("1", "a", 0, 10, TRUST), coded("2", "b", 0, 10, TRUST),
        coded("3", "a", 20, 30, TRUST), coded("4", "b", 21, 30, TRUST),
        coded("5", "a", 40, 50, TRUST), coded("6", "b", 40, 50, CALM),
        coded("7", "a", 60, 70, TRUST), coded("8", "b", 80, 90, TRUST),
    ]  # fmt: skip
    found = [pair.what for pair in pairs(passages, "a", "b")]
    assert found == ["same", "other_span", "other_codes", "only_first", "only_second"]


async def test_two_coders_of_a_document_are_laid_side_by_side(extraction):
    await extraction.put_documents({"id": "d1", "text": TEXT})
    for coder, quote, code in (
        ("ann", "every Tuesday", "trust"),
        ("ben", "every Tuesday", "trust"),
        ("ann", "always her", "trust"),
        ("ben", "always her", "calm"),
        ("ann", "kept coming", "calm"),
    ):
        start = TEXT.index(quote)
        place = {"document": "d1", "quote": quote, "start": start, "end": start + len(quote)}
        elements = [{"role": "mechanism_response", "code": code}]
        await extraction.code(
            a_fragment(f"{coder}/{quote}", elements=elements, coder=coder, **place)
        )
    await extraction.code(a_fragment("loose", coder="ann"))
    path = "/coding-comparison?first=ann&second=ben"
    found = await extraction.ask("GET", path)
    whats = [p["what"] for p in found["documents"][0]["passages"]]
    assert whats == ["same", "other_codes", "only_first"]
    assert (found["characters"], found["without_place"]) == (34, 1)
    by_label = {one["label"]: one for one in found["codes"]}
    assert (by_label["trust"]["both"], by_label["trust"]["first_only"]) == (13, 10)
    assert found["summary"]["worst"]["label"] == "calm"
    assert (await extraction.ask("GET", f"{path}&document=other"))["documents"] == []
    await extraction.ask("GET", "/coding-comparison?first=ann&second=ann", status=422)
    await extraction.ask("GET", path, by={"reader"}, status=403)

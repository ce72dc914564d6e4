"""Searches over the limit: nothing lost, nothing twice, whatever the index does meanwhile."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.search.pubmed.client.pubmed import PubMed
from services.search.pubmed.domain.answers import PubMedUnavailable
from services.search.pubmed.domain.partition import (
    FIRST_DAY,
    LAST_DAY,
    LAST_PMID,
    Leaf,
    Window,
    adds_up,
    everything,
    halves,
    moved,
    union,
    within,
)
from tests.support.eutils import Corpus, EUtils, FakeArticle, faults

DAYS = st.dates(FIRST_DAY, LAST_DAY)
TODAY = date(2026, 11, 24)


def ferns(corpus: Corpus, number: int, day: date, first: int) -> None:
    corpus.add(
        *(
            FakeArticle(pmid=first + each, title="Ferns", crdt=day + timedelta(days=0))
            for each in range(number)
        )
    )


def spread(corpus: Corpus, number: int, days: int, first: int = 1) -> None:
    start = TODAY - timedelta(days=days)
    for each in range(number):
        day = start + timedelta(days=each % days)
        corpus.add(FakeArticle(pmid=first + each, title="Ferns", crdt=day))


@given(DAYS, DAYS)
def test_halves_share_nothing_and_leave_nothing_out(one: date, other: date) -> None:
    window = Window(min(one, other), max(one, other))
    if window.days == 1:
        return
    lower, upper = halves(window)
    assert (lower.first, upper.last) == (window.first, window.last)
    assert upper.first - lower.last == timedelta(days=1)
    assert lower.days + upper.days == window.days


@given(
    st.integers(1, LAST_PMID - 1),
    st.integers(1, 10_000),
    st.lists(st.integers(1, LAST_PMID), max_size=30),
)
def test_a_day_is_cut_into_two_ranges_of_pmids_that_are_not_empty(
    low: int, length: int, sample: list[int]
) -> None:
    high = min(LAST_PMID, low + length)
    lower, upper = halves(Window(TODAY, TODAY, pmids=(low, high)), sample)
    assert lower.pmids is not None
    assert upper.pmids is not None
    assert (lower.pmids[0], upper.pmids[1]) == (low, high)
    assert upper.pmids[0] - lower.pmids[1] == 1
    assert lower.pmids[0] <= lower.pmids[1]


def test_everything_is_from_1800_to_3000() -> None:
    past, future = everything(TODAY)
    assert (past.first, future.last) == (date(1800, 1, 1), date(3000, 12, 31))
    assert future.first - past.last == timedelta(days=1)


def test_a_window_stands_in_the_query_itself() -> None:
    window = Window(date(2026, 10, 1), date(2026, 11, 22))
    assert within("a OR b", window) == ('(a OR b) AND ("2026/10/01"[crdt] : "2026/11/22"[crdt])')
    ranged = Window(TODAY, TODAY, "mhda", (5, 9))
    assert within("a", ranged).endswith('"2026/11/24"[mhda]) AND (5:9[uid])')
    assert within("a OR b", None) == "a OR b"


def test_a_window_that_ends_before_it_begins_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="holds no day"):
        Window(TODAY, TODAY - timedelta(days=1))


def test_one_pmid_cannot_be_cut() -> None:
    with pytest.raises(ValueError, match="cannot be cut"):
        halves(Window(TODAY, TODAY, pmids=(5, 5)))


def test_windows_that_do_not_add_up_are_found() -> None:
    leaf = Leaf(Window(TODAY, TODAY), 2, ("1", "2"))
    short = Leaf(Window(TODAY, TODAY), 2, ("3",))
    assert adds_up([leaf], 2)
    assert not adds_up([leaf], 3)
    assert not adds_up([leaf, short], 4)
    assert not adds_up([leaf, leaf], 4)
    assert moved([leaf, short], [2, 2]) == (short,)
    assert moved([leaf], [3]) == (leaf,)
    assert union([leaf, leaf, short]) == ("1", "2", "3")


async def test_9999_records_are_one_request(corpus: Corpus, eutils: EUtils, pubmed: PubMed) -> None:
    spread(corpus, 9_999, 300)
    found = await pubmed.search("ferns[tiab]")
    assert (found.count, len(set(found.ids)), len(eutils.seen)) == (9_999, 9_999, 1)


async def test_one_record_more_is_cut_and_whole(
    corpus: Corpus, eutils: EUtils, pubmed: PubMed
) -> None:
    spread(corpus, 10_000, 300)
    found = await pubmed.search("ferns[tiab]")
    assert (found.count, len(set(found.ids)), found.drift) == (10_000, 10_000, 0)
    assert len(eutils.seen) < 20


async def test_a_day_of_12000_records_is_cut_by_pmid(
    corpus: Corpus, eutils: EUtils, pubmed: PubMed
) -> None:
    ferns(corpus, 12_000, TODAY - timedelta(days=3), first=41_000_000)
    spread(corpus, 500, 30)
    window = Window(TODAY - timedelta(days=30), TODAY)
    found = await pubmed.search("ferns[tiab]", window)
    assert (found.count, len(set(found.ids)), found.drift) == (12_500, 12_500, 0)
    assert any("[uid]" in seen.value("term") for seen in eutils.seen)
    assert len(eutils.seen) < 30


async def test_records_dated_in_the_future_are_found_too(corpus: Corpus, pubmed: PubMed) -> None:
    spread(corpus, 10_500, 200)
    corpus.add(FakeArticle(pmid=77_000_000, title="Ferns", crdt=TODAY))
    found = await pubmed.search("ferns[tiab]")
    assert "77000000" in found.ids


async def test_an_index_that_grows_during_the_search_loses_nothing(
    corpus: Corpus, eutils: EUtils, pubmed: PubMed
) -> None:
    spread(corpus, 10_500, 200)

    def grow() -> None:
        corpus.add(FakeArticle(pmid=50_000_000, title="Ferns", crdt=TODAY - timedelta(days=150)))

    for moment in (3, 4, 5, 6, 7):
        eutils.before[moment] = grow if moment == 5 else lambda: None
    found = await pubmed.search("ferns[tiab]")
    assert {str(each) for each in range(1, 10_501)} <= set(found.ids)
    assert found.count - len(set(found.ids)) == found.drift


async def test_an_index_that_shrinks_during_the_search_keeps_the_union(
    corpus: Corpus, eutils: EUtils, pubmed: PubMed
) -> None:
    spread(corpus, 10_500, 200)
    eutils.before[6] = lambda: corpus.delete(10_400, TODAY - timedelta(days=1))
    found = await pubmed.search("ferns[tiab]")
    assert len(set(found.ids)) >= 10_499
    assert len(found.ids) == len(set(found.ids))


async def test_ids_left_out_of_a_window_are_asked_for_again(
    corpus: Corpus, eutils: EUtils, pubmed: PubMed
) -> None:
    spread(corpus, 40, 20)
    eutils.script(faults.fewer_ids(3), utility="esearch")
    found = await pubmed.search("ferns[tiab]", Window(TODAY - timedelta(days=30), TODAY))
    assert (found.count, len(found.ids), found.drift) == (40, 40, 0)


async def test_ids_left_out_of_one_window_of_many_are_asked_for_again(
    corpus: Corpus, eutils: EUtils, pubmed: PubMed
) -> None:
    spread(corpus, 10_500, 200)
    eutils.before[6] = lambda: eutils.script(faults.fewer_ids(3), utility="esearch")
    found = await pubmed.search("ferns[tiab]")
    assert (found.count, len(set(found.ids)), found.drift) == (10_500, 10_500, 0)


async def test_one_window_that_fails_fails_the_search(
    corpus: Corpus, eutils: EUtils, pubmed: PubMed
) -> None:
    spread(corpus, 10_500, 200)
    broken: Callable[[], None] = lambda: eutils.script(*[faults.server_error()] * 6)  # noqa: E731
    eutils.before[4] = broken
    with pytest.raises(PubMedUnavailable) as failure:
        await pubmed.search("ferns[tiab]")
    assert len(failure.value.calls) == 4


async def test_the_outcome_keeps_the_reading_of_the_undivided_query(
    corpus: Corpus, pubmed: PubMed
) -> None:
    spread(corpus, 10_500, 200)
    corpus.map_term("ferns", "Ferns")
    found = await pubmed.search("ferns")
    assert found.query_translation == '("ferns"[MeSH Terms] OR "ferns"[All Fields])'
    assert found.translations[0].typed == "ferns"


async def test_counting_asks_for_no_pmid(corpus: Corpus, eutils: EUtils, pubmed: PubMed) -> None:
    spread(corpus, 30, 20)
    counted = await pubmed.count("ferns[tiab]")
    assert (counted.count, counted.ids) == (30, ())
    assert eutils.seen[0].value("retmax") == "0"

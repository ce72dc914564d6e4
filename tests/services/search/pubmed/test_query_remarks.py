"""What people are told about a query: syntax errors are not zero hits."""

import json

import pytest

from services.search.pubmed.client.pubmed import PubMed
from services.search.pubmed.domain.answers import SearchMessage, SearchOutcome
from services.search.pubmed.domain.query_report import (
    check,
    is_unusable,
    known_field,
    remarks,
    translation_diff,
)
from tests.support.eutils import Corpus, FakeArticle
from tests.support.reference import reference


def outcome(count: int, *notices: tuple[str, str], drift: int = 0) -> SearchOutcome:
    told = tuple(SearchMessage(kind, text) for kind, text in notices)
    return SearchOutcome(query="q", ids=(), count=count, notices=told, drift=drift)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("", "empty"),
        ("   ", "empty"),
        ('"dual diagnosis[tiab]', "quotation"),
        ("(a[tiab] OR b[tiab]", "parentheses"),
        ("a[tiab])( OR b", "parentheses"),
    ],
)
def test_a_query_that_cannot_be_read_is_an_error(query: str, words: str) -> None:
    told = check(query)
    assert is_unusable(told)
    assert words in " ".join(each.sentence for each in told)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("dual diagnosis[tiba]", "[tiba]"),
        ("ill*[tiab]", "four letters"),
        ("a[tiab] and b[tiab]", "capitals"),
    ],
)
def test_what_would_silently_change_the_result_is_a_warning(query: str, words: str) -> None:
    told = check(query)
    assert [each.weight for each in told] == ["warning"]
    assert words in told[0].sentence


SOME = ["tiab", "Title/Abstract", "mh", "MeSH Terms", "Mesh:NoExp", "tiab:~3", "1au", "crdt"]
MORE = ["pt", "Author - First", "Date - Publication", "uid", "ad", "majr", "sb", "all fields"]


@pytest.mark.parametrize("tag", [*SOME, *MORE])
def test_fields_of_pubmed_are_known(tag: str) -> None:
    assert known_field(tag)


@pytest.mark.parametrize("tag", ["tiba", "abstract only", "mesch", "xx", ""])
def test_other_fields_are_not(tag: str) -> None:
    assert not known_field(tag)


def test_the_published_strategy_gives_nothing_to_complain_of() -> None:
    stored = json.loads(reference("reco/search_strategy.json").read_text())
    assert check(stored["pubmed"]["query"]) == ()


def test_zero_hits_are_a_note_and_not_an_error() -> None:
    told = remarks("ferns[tiab]", outcome(0))
    assert not is_unusable(told)
    assert "found nothing" in told[-1].sentence


def test_zero_hits_of_a_broken_query_are_an_error() -> None:
    assert is_unusable(remarks("(ferns[tiab]", outcome(0)))


def test_pubmed_s_own_warnings_are_told_in_sentences() -> None:
    told = remarks(
        "a[tiab]",
        outcome(
            5,
            ("FieldNotFound", "tiba"),
            ("PhraseNotFound", "abcXYZ"),
            ("QuotedPhraseNotFound", '"no such phrase"'),
            ("PhraseIgnored", "the"),
            ("OutputMessage", "Restrictions achieved"),
        ),
    )
    assert [each.weight for each in told] == ["warning", "warning", "warning", "note", "note"]
    assert "finds far more" in told[0].sentence


def test_a_moved_index_is_told() -> None:
    assert "2 more" in remarks("a[tiab]", outcome(5, drift=2))[0].sentence
    assert "1 fewer" in remarks("a[tiab]", outcome(5, drift=-1))[0].sentence


async def test_a_mistyped_tag_is_told_by_pubmed_and_broadens_the_search(
    corpus: Corpus, pubmed: PubMed
) -> None:
    corpus.add(FakeArticle(pmid=1, title="Ferns"), FakeArticle(pmid=2, title="x", journal="Ferns"))
    right, wrong = await pubmed.search("ferns[tiab]"), await pubmed.search("ferns[tiba]")
    assert (right.count, wrong.count) == (1, 2)
    assert any("[tiba]" in each.sentence for each in remarks("ferns[tiba]", wrong))
    assert remarks("ferns[tiab]", right) == ()


def test_a_new_mesh_year_shows_as_added_and_removed_terms() -> None:
    old = '"drug abuse"[MeSH Terms] OR "drug"[All Fields]'
    new = '"substance use"[MeSH Terms] OR "drug"[All Fields]'
    diff = translation_diff(old, new)
    assert diff
    assert diff.added == ('"substance use"[MeSH Terms]',)
    assert diff.removed == ('"drug abuse"[MeSH Terms]',)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (
            '("a"[All Fields]) AND 2026/10/01:2026/11/22[Date - Create]',
            '("a"[All Fields]) AND 2026/10/08:2026/11/29[Date - Create]',
        ),
        ('"a"[All Fields]', '("a"[All Fields]) AND (2026/10/08:2026/11/29[Date - Create])'),
    ],
)
def test_dates_of_the_window_are_no_change_of_the_query(first: str, second: str) -> None:
    assert not translation_diff(first, second)

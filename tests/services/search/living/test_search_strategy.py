"""Concept blocks compiled to PubMed, and what compiling has to change."""

import json
from datetime import UTC, datetime

import pytest

from services.search.living.domain.prisma_s import NOT_USED, RunFacts, prisma_s
from services.search.living.domain.strategy import (
    Concept,
    Joined,
    UnreadableStrategy,
    Word,
    compile_pubmed,
    read_concept,
    read_expression,
    terms,
)
from services.search.pubmed.domain.query_report import check
from tests.support.reference import reference


def query(raw: object) -> str:
    return compile_pubmed([Concept("c", read_expression(raw))]).query


def test_a_list_of_terms_means_any_of_them() -> None:
    assert query(["psychosis", "bipolar"]) == "(psychosis[tiab] OR bipolar[tiab])"


def test_a_list_with_operators_joins_what_stands_between() -> None:
    assert query([["drug*", "alcohol*"], "AND", ["abuse*"]]) == (
        "((drug*[tiab] OR alcohol*[tiab]) AND abuse*[tiab])"
    )


def test_mixed_operators_bind_from_left_to_right() -> None:
    assert query(["a", "AND", "b", "OR", "c"]) == "((a[tiab] AND b[tiab]) OR c[tiab])"


def test_phrases_are_quoted_and_tags_are_kept() -> None:
    assert query(["dual diagnosis", '"Comorbidity"[Mesh]', "street drug*", "co-occur*"]) == (
        '("dual diagnosis"[tiab] OR "Comorbidity"[Mesh] OR "street drug*"[tiab] OR co-occur*[tiab])'
    )


def test_a_short_stem_is_not_truncated_and_that_is_said() -> None:
    compiled = compile_pubmed([Concept("c", Word("use*"))])
    assert compiled.query == '"use"[tiab]'
    assert "four letters" in compiled.notes[0]


def test_a_phrase_truncated_inside_is_searched_by_its_words_and_that_is_said() -> None:
    compiled = compile_pubmed([Concept("c", Word("dual* diagnos*"))])
    assert compiled.query == "(dual*[tiab] AND diagnos*[tiab])"
    assert "finds more" in compiled.notes[0]


def test_concepts_are_joined_by_and_in_the_breadth_asked_for() -> None:
    concepts = [
        read_concept("one", ["wide"], ["slim"]),
        read_concept("two", ["broad"], []),
        read_concept("country", ["anywhere"], None, applied=False),
    ]
    assert compile_pubmed(concepts, "broad").query == "wide[tiab] AND broad[tiab]"
    assert compile_pubmed(concepts, "narrow").query == "slim[tiab] AND broad[tiab]"
    assert compile_pubmed(concepts, "both").query == "(slim[tiab] OR wide[tiab]) AND broad[tiab]"


@pytest.mark.parametrize(
    "raw", [[], "", [[]], 7, ["a", "AND"], ["AND", "b"], ["a", "b", "OR"], [None]]
)
def test_a_block_that_cannot_be_read_is_refused(raw: object) -> None:
    with pytest.raises(UnreadableStrategy):
        read_expression(raw)


def test_a_strategy_without_concepts_is_refused() -> None:
    with pytest.raises(UnreadableStrategy):
        compile_pubmed([])


def test_all_terms_of_an_expression_are_listed() -> None:
    expression = read_expression([["a", "b"], "AND", "c"])
    assert isinstance(expression, Joined)
    assert list(terms(expression)) == ["a", "b", "c"]
    assert list(terms(None)) == []


@pytest.mark.parametrize("breadth", ["broad", "narrow", "both"])
def test_a_published_strategy_compiles_to_a_query_without_faults(breadth: str) -> None:
    stored = json.loads(reference("reco/search_strategy.json").read_text())
    concepts = [
        read_concept(each["concept"], each["broad"], each["narrow"]) for each in stored["concepts"]
    ]
    compiled = compile_pubmed(concepts, breadth)  # type: ignore[arg-type]  # one of three literals
    assert check(compiled.query) == ()
    assert compiled.query.count("(") == compiled.query.count(")")


def test_a_run_is_recorded_by_all_sixteen_items() -> None:
    facts = RunFacts(
        database="PubMed",
        platform="NCBI E-utilities",
        query="ferns[tiab]",
        started=datetime(2026, 11, 24, 6, tzinfo=UTC),
        found=12,
        new=3,
        duplicates=1,
        translation='"ferns"[Title/Abstract]',
        schedule="weekly",
        remarks=("The query is well formed.",),
    )
    items = prisma_s(facts)
    assert [item.number for item in items] == list(range(1, 17))
    assert "ferns[tiab]" in items[7].text
    assert '"ferns"[Title/Abstract]' in items[7].text
    assert items[2].text == NOT_USED
    assert "weekly" in items[11].text
    assert "2026-11-24" in items[12].text
    assert items[14].text == "12 found, 3 of them new to the review"

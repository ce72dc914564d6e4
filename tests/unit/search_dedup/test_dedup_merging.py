"""What merges, what is proposed, and the reasons people read."""

from dataclasses import replace

import pytest

from services.search.domain.dedup import Outcome, candidate_keys, compare
from services.search.domain.record import Author, Bibliography
from tests.unit.search_dedup.dedup_examples import BARE, PAPER, features, people


def merges(one: Bibliography, other: Bibliography) -> bool:
    """Do two records share a key, and merge?"""
    a, b = features(one), features(other)
    met = not set(candidate_keys(a)).isdisjoint(candidate_keys(b))
    return met and compare(a, b).outcome is Outcome.MERGE


@pytest.mark.parametrize(
    "other",
    [
        replace(PAPER, journal="Am J Occup Ther", pages="695-708"),
        replace(PAPER, pages="695-708; quiz 709"),
        replace(PAPER, pages="695"),
        replace(PAPER, title=PAPER.title.upper() + "."),
        replace(PAPER, title=f"[{PAPER.title}]"),
        replace(PAPER, authors=(Author(family="Nilsen", given="D. M."),)),
        replace(PAPER, authors=(Author(family="Dawn", given="Nilsen"), *PAPER.authors[1:])),
        replace(PAPER, authors=()),
        replace(PAPER, year=None),
        replace(PAPER, year=2009),
        replace(PAPER, volume="", issue=""),
        replace(PAPER, issue=""),
        replace(PAPER, journal=""),
        replace(PAPER, journal="The American journal of occupational therapy : official pub"),
        replace(PAPER, title=PAPER.title.replace("improvement", "improvment")),
        replace(PAPER, title=f"{PAPER.title}: a single-subject design"),
        replace(PAPER, title=PAPER.title[:60]),
    ],
    ids=lambda b: f"{b.title[:12]}|{b.journal[:8]}|{b.year}|{b.volume}|{b.issue}|{b.pages}",
)
def test_one_paper_as_two_databases_write_it_merges(other: Bibliography) -> None:
    assert merges(PAPER, other)
    assert merges(other, PAPER)


def test_a_bare_record_in_the_same_journal_and_year_merges() -> None:
    assert merges(PAPER, BARE)


def test_a_translated_title_on_the_same_pages_merges() -> None:
    other = replace(PAPER, title="Effet de la pratique mentale sur la fonction dans la vie")

    assert merges(PAPER, other)


def test_a_lost_greek_letter_on_the_same_page_is_a_spelling() -> None:
    kept = replace(PAPER, title="Nuclear factor-kappaB in the late phase of preconditioning")
    lost = replace(kept, title="Nuclear factor-B in the late phase of preconditioning")

    assert merges(kept, lost)
    assert not merges(replace(kept, pages=""), replace(lost, pages=""))


def test_a_doi_filled_in_wrongly_is_proposed_not_merged() -> None:
    one = features(doi="10.1000/a")
    other = features(doi="10.1000/a", journal="Stroke", volume="45", issue="2", pages="480")

    assert compare(one, other).outcome is Outcome.PROPOSE


def test_editorials_on_the_first_page_of_unknown_issues_are_proposed() -> None:
    base = replace(PAPER, title="Editorial introduction", issue="", pages="5-10")
    one, other = features(base), features(base, pages="5-6")

    assert compare(one, other).outcome is not Outcome.MERGE


def test_one_doi_and_one_title_merge_across_years_and_journals() -> None:
    early = replace(BARE, doi="10.1000/a", year=2008, journal="")

    assert merges(replace(PAPER, doi="10.1000/A"), early)


def test_one_pubmed_id_merges_a_truncated_title() -> None:
    assert merges(replace(PAPER, pmid="20"), replace(BARE, pmid="020", title=PAPER.title[:50]))


def test_the_same_title_by_other_people_is_distinct() -> None:
    other = replace(BARE, authors=people("Okafor", "Lindqvist"))

    assert compare(features(), features(other)).outcome is Outcome.DISTINCT


def test_the_same_title_in_another_journal_and_year_is_distinct() -> None:
    other = replace(PAPER, journal="Stroke", year=2012, volume="43", issue="1", pages="11-20")

    assert compare(features(), features(other)).outcome is Outcome.DISTINCT


def test_a_grey_report_is_proposed_with_the_reason() -> None:
    verdict = compare(features(BARE, journal=""), features(BARE, journal=""))

    assert verdict.outcome is Outcome.PROPOSE
    assert verdict.reason == "same title; same authors, year"


def test_conflicting_pages_are_proposed_not_merged() -> None:
    verdict = compare(features(), features(pages="648-655"))

    assert verdict.outcome is Outcome.PROPOSE
    assert verdict.reason.endswith("different first page")


def test_one_abstract_is_further_evidence() -> None:
    abstract = "Mental practice is the repeated imagined execution of a task, and this review asks"
    bare = replace(BARE, journal="", abstract=abstract)

    assert compare(features(bare), features(bare)).outcome is Outcome.MERGE

"""What merges, what is proposed, and the reasons people read."""

from dataclasses import replace

import pytest

from services.search.library.domain.dedup import Outcome, candidate_keys, compare
from services.search.library.domain.record import Author, Bibliography
from tests.services.search.library.dedup.dedup_examples import BARE, PAPER, features, people


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


def test_a_translated_title_on_the_same_pages_is_proposed() -> None:
    other = replace(PAPER, title="Effet de la pratique mentale sur la fonction dans la vie")

    verdict = compare(features(), features(other))

    assert verdict.outcome is Outcome.PROPOSE
    assert "a translation perhaps" in verdict.reason


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
    verdict = compare(features(BARE, journal=""), features(BARE))

    assert verdict.outcome is Outcome.PROPOSE
    assert verdict.reason == "same title; same authors, year"


def test_a_grey_report_that_is_the_same_in_every_field_merges() -> None:
    assert merges(replace(BARE, journal=""), replace(BARE, journal=""))


def test_british_and_american_spelling_are_one_title() -> None:
    title = "The {} of {} in {} {}: organis{}"
    british = title.format("aetiology", "oedema", "haemolytic", "anaemia", "ation at two centres")
    american = title.format("etiology", "edema", "hemolytic", "anemia", "ation at two centers")
    american = american.replace("organisation", "organization").removeprefix("The ")

    assert merges(replace(BARE, title=british), replace(BARE, title=american))


def test_one_issue_pins_the_year_that_databases_give_differently() -> None:
    assert merges(replace(PAPER, pages=""), replace(PAPER, pages="", year=2011))
    assert not merges(BARE, replace(BARE, year=2011))


def test_a_journal_under_another_name_is_outweighed_by_people_and_place() -> None:
    other = replace(PAPER, journal="Jinko Chino Gakkai Ronbunshi", pages="")

    assert merges(PAPER, other)
    assert not merges(PAPER, replace(other, volume="", issue=""))


def test_a_numbered_meetings_volume_of_abstracts_is_one() -> None:
    title = "Abstracts of the 79th EAS Congress"
    base = replace(PAPER, title=title, authors=(), pages="")

    assert merges(base, replace(base, journal=f"{base.journal}. Conference: 79th EAS Congress"))
    assert not merges(base, replace(base, issue="6"))


def test_an_abstract_in_a_supplement_is_the_marked_conference_abstract() -> None:
    printed = replace(PAPER, issue="Suppl 2", pages="499")
    marked = replace(BARE, journal=f"{PAPER.journal}. Conference: 12th Congress")

    assert merges(printed, marked)
    assert not merges(PAPER, marked)


def test_a_collection_lettered_by_the_publisher_has_an_issue() -> None:
    base = replace(PAPER, authors=(), issue="Supplement H", pages="")

    assert merges(base, replace(base, journal="Am J Occup Ther"))
    assert compare(features(base), features(base, issue="Suppl G")).outcome is not Outcome.MERGE


def test_one_doi_under_two_titles_by_the_same_people_is_proposed() -> None:
    translated = replace(BARE, doi="10.1000/a", title="Wirkung mentaler Praxis auf den Alltag")

    verdict = compare(features(doi="10.1000/a"), features(translated))

    assert verdict.outcome is Outcome.PROPOSE


def test_conflicting_pages_are_proposed_not_merged() -> None:
    verdict = compare(features(), features(pages="648-655"))

    assert verdict.outcome is Outcome.PROPOSE
    assert verdict.reason.endswith("different first page")


def test_one_abstract_is_further_evidence() -> None:
    abstract = "Mental practice is the repeated imagined execution of a task, and this review asks"
    bare = replace(BARE, journal="", abstract=abstract)

    assert compare(features(bare), features(bare)).outcome is Outcome.MERGE

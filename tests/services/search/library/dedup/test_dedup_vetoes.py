"""What never merges by itself, however much agrees."""

from dataclasses import replace

import pytest

from services.search.library.domain.dedup import Features, Outcome, compare, normalise
from services.search.library.domain.record import Bibliography
from tests.services.search.library.dedup.dedup_examples import BARE, PAPER, features


def outcome(one: Features, other: Features) -> Outcome:
    """The verdict's outcome, the same both ways round."""
    assert compare(one, other) == compare(other, one)
    return compare(one, other).outcome


def test_two_different_dois_never_merge_but_one_place_is_proposed() -> None:
    verdict = compare(features(doi="10.1000/a"), features(doi="10.1000/b"))

    assert verdict.outcome is Outcome.PROPOSE
    assert "the DOIs differ" in verdict.reason
    assert "different DOI" not in verdict.reason


def test_two_different_dois_in_two_places_are_distinct() -> None:
    one, other = features(doi="10.1000/a"), features(doi="10.1000/b", pages="800-810")

    assert outcome(one, other) is Outcome.DISTINCT


def test_two_different_pubmed_ids_never_merge() -> None:
    assert outcome(features(pmid="1"), features(pmid="2")) is Outcome.PROPOSE


def test_two_entries_of_a_trial_register_with_one_title_are_distinct() -> None:
    numbers = ("NCT01234567", "NCT07654321")
    csv = [Bibliography(title=PAPER.title, trial_ids=(number,)) for number in numbers]
    central = [
        Bibliography(title=PAPER.title, journal=f"https://clinicaltrials.gov/show/{number}")
        for number in numbers
    ]

    for one in (csv[0], central[0]):
        for other in (csv[1], central[1]):
            assert compare(normalise(one), normalise(other)).outcome is Outcome.DISTINCT
    assert compare(normalise(csv[0]), normalise(central[0])).outcome is Outcome.MERGE


def test_an_entry_of_a_trial_register_is_not_the_article_about_the_trial() -> None:
    trial = ("NCT01234567",)
    entry = Bibliography(title=PAPER.title, journal="ClinicalTrials.gov", trial_ids=trial)

    for article in (
        replace(PAPER, trial_ids=trial),
        replace(PAPER, trial_ids=trial, pmid="312"),
    ):
        assert compare(normalise(entry), normalise(article)).outcome is not Outcome.MERGE


def test_one_doi_in_two_dialects_merges() -> None:
    one, other = features(doi="10.1000/A(1)"), features(doi="https://doi.org/10.1000/a%281%29.")

    assert outcome(one, other) is Outcome.MERGE


def test_part_one_and_part_two_are_distinct() -> None:
    one = features(title=f"{PAPER.title}. Part I", pages="1-10")
    other = features(title=f"{PAPER.title}. Part II", pages="11-20")

    assert outcome(one, other) is Outcome.DISTINCT


def test_part_one_and_part_two_on_the_same_page_are_distinct() -> None:
    one = features(title=f"{PAPER.title}. Part I")
    other = features(title=f"{PAPER.title}. Part II")

    assert outcome(one, other) is Outcome.DISTINCT


@pytest.mark.parametrize(
    "title",
    [
        f"Erratum: {PAPER.title}",
        f"Corrigendum to: {PAPER.title}",
        f"{PAPER.title} (vol 64, pg 695, 2010)",
        f"{PAPER.title} - Reply",
        f"Comment on: {PAPER.title}",
        f"{PAPER.title}: study protocol",
        f"Retraction: {PAPER.title}",
    ],
)
@pytest.mark.parametrize("base", [PAPER, BARE], ids=["placed", "bare"])
def test_a_notice_is_not_the_work_it_is_about(title: str, base: Bibliography) -> None:
    notice = features(base, title=title, pages=base.pages and "801", issue=base.issue and "6")

    assert outcome(features(base), notice) is Outcome.DISTINCT


def test_a_published_erratum_with_the_papers_own_title_is_distinct() -> None:
    notice = features(publication_types=("Published Erratum",), pages="801", issue="6")

    assert outcome(features(), notice) is Outcome.DISTINCT


def test_an_error_report_in_psycinfo_is_distinct() -> None:
    notice = features(abstract="Reports an error in the original article", pages="801", issue="6")

    assert outcome(features(), notice) is Outcome.DISTINCT


def test_a_conference_abstract_is_not_its_article() -> None:
    abstract = features(journal="Stroke. Conference: ISC 2009", volume="40", issue="4", pages="e12")

    assert outcome(features(), abstract) is Outcome.DISTINCT


def test_a_conference_abstract_without_pages_is_not_merged_into_its_article() -> None:
    abstract = features(BARE, publication_types=("Meeting Abstract",))

    assert outcome(features(), abstract) is not Outcome.MERGE


def test_supplement_abstracts_under_one_doi_are_not_one_work() -> None:
    base = replace(PAPER, doi="10.1007/s00125-012-2688-9", issue="Suppl 1", pages="S334")
    one = features(base, title="Lixisenatide lowers atherosclerosis in mice")
    other = features(base, title="Osteopontin drives remodelling of the heart")

    assert outcome(one, other) is not Outcome.MERGE


def test_editorials_of_one_editor_are_distinct() -> None:
    base = replace(PAPER, title="Editorial", authors=PAPER.authors[:1])
    one, other = features(base, pages="1-2", issue="1"), features(base, pages="90-91", issue="2")

    assert outcome(one, other) is Outcome.DISTINCT


def test_editorials_without_pages_are_not_merged() -> None:
    base = replace(BARE, title="Editorial", volume="64")

    assert outcome(features(base), features(base)) is not Outcome.MERGE


def test_titles_with_other_numbers_are_not_merged() -> None:
    one = features(BARE, title="Safety of ketamine 5 mg in adults with depression: a trial")
    other = features(BARE, title="Safety of ketamine 10 mg in adults with depression: a trial")

    assert outcome(one, other) is Outcome.DISTINCT


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("male", "female"),
        ("men", "women"),
        ("hypotension", "hypertension"),
        ("with pain", "without pain"),
        ("increased pain", "decreased pain"),
        ("preoperative pain", "postoperative pain"),
    ],
)
def test_words_of_other_meaning_are_no_other_spelling(one: str, other: str) -> None:
    title = "Effect of chronic mild stress on the behaviour of young rats: {}"
    a, b = features(BARE, title=title.format(one)), features(BARE, title=title.format(other))

    assert outcome(a, b) is not Outcome.MERGE


def test_two_versions_of_a_cochrane_review_are_distinct() -> None:
    base = replace(
        PAPER, journal="Cochrane Database of Systematic Reviews", volume="", pages="CD001234"
    )
    one, other = features(base, year=2007, issue="3"), features(base, year=2010, issue="1")

    assert outcome(one, other) is Outcome.DISTINCT
    assert outcome(one, one) is Outcome.MERGE


@pytest.mark.parametrize("pages", ["", "695-708"])
def test_a_record_without_title_and_identifier_is_never_merged(pages: str) -> None:
    empty = features(title="", pages=pages)

    assert outcome(empty, empty) is not Outcome.MERGE
    assert outcome(empty, features(pages=pages)) is not Outcome.MERGE

"""Fields in which a database put too much, or the wrong thing, are repaired before comparing."""

from dataclasses import replace

import pytest
from msgspec.structs import replace as change

from services.search.library.domain.dedup import Outcome, best, compare, normalise
from services.search.library.domain.dedup.citation import repaired
from services.search.library.domain.record import Author, Bibliography
from tests.services.search.library.dedup.dedup_examples import PAPER, features

PLACE = ("volume", "issue", "pages")


@pytest.mark.parametrize(
    ("journal", "name", "place"),
    [
        (
            "Acta Exempli.12 (3) ()(pp 45-52) 1999.Date of Publication: 1999.",
            "Acta Exempli",
            ("12", "3", "45-52"),
        ),
        (
            "Mol Foo.8 (1) (no pagination) 2013.Article Number: 47.Date of Publication: 2013.",
            "Mol Foo",
            ("8", "1", "e47"),
        ),
        (
            "Arch .Int.Exempl.154 ()(pp S24-S32) 1965.Date of Publication: 1965.",
            "Arch .Int.Exempl",
            ("154", "", "S24-S32"),
        ),
        (
            "Foo.Conference: 25th Congress Vienna.Conference Publication: (var.pagings).22 "
            "(4 Suppl 1) ()(pp S292-S293) 2012.Date of Publication: 2012.",
            "Foo",
            ("22", "4 Suppl 1", "S292-S293"),
        ),
        ("Beitr Foo.(22) ()(pp 51-58) 2014.", "Beitr Foo", ("", "22", "51-58")),
        ("J Bar 2010;35(3):752-63", "J Bar", ("35", "3", "752-63")),
        ("J Bar. 2010 Mar-Apr;35(3):e12", "J Bar", ("35", "3", "e12")),
        ("J Bar, Vol. 35, No. 3, pp. 752-763", "J Bar", ("35", "3", "752-763")),
        ("J Bar, 35(3), 752-763", "J Bar", ("35", "3", "752-763")),
        ("New Weekly (1971).144 (1953) ()(pp 3) 1994.", "New Weekly (1971)", ("144", "1953", "3")),
    ],
)
def test_a_whole_citation_fills_what_is_empty(
    journal: str, name: str, place: tuple[str, str, str]
) -> None:
    found = repaired(Bibliography(title="A title", journal=journal))

    assert found.journal == name
    assert tuple(getattr(found, field) for field in PLACE) == place


def test_what_is_plausible_stays() -> None:
    said = Bibliography(
        journal="Acta Exempli.12 (3) ()(pp 45-52) 1999.", volume="13", issue="4", pages="9-11"
    )

    assert [getattr(repaired(said), field) for field in PLACE] == ["13", "4", "9-11"]


@pytest.mark.parametrize(
    "journal",
    ["Stroke", "J.Appl.Physiol (1985.)", "Hematology/Oncology Clinics", "Annals of Foo 2", ""],
)
def test_a_plain_name_is_no_citation(journal: str) -> None:
    said = replace(PAPER, journal=journal)

    assert repaired(said) is said


@pytest.mark.parametrize(
    ("issue", "pages", "expected"),
    [
        ("pp 70-77", "April", ("", "70-77")),
        ("pp 70-77", "2010", ("", "70-77")),
        ("pp S397-S398", "Feb-12", ("", "S397-S398")),
        ("no pagination", "47", ("", "47")),
        ("5", "2010/04", ("5", "")),
        ("5", "September-October", ("5", "")),
        ("5", "20100529/0604", ("5", "")),
        ("5", "12 April 2010", ("5", "")),
        ("5", "2010", ("5", "")),
        ("5", "1989-95", ("5", "1989-95")),
        ("London England", "12-15", ("", "12-15")),
        ("Suppl 2", "S12", ("Suppl 2", "S12")),
        ("e70933", "", ("e70933", "")),
    ],
)
def test_shifted_fields_go_where_they_belong(
    issue: str, pages: str, expected: tuple[str, str]
) -> None:
    found = repaired(replace(PAPER, issue=issue, pages=pages))

    assert (found.issue, found.pages) == expected


def test_the_record_shows_repaired_fields_and_the_source_stays_as_it_was() -> None:
    said = Bibliography(title="A title", journal="Acta Exempli.12 (3) ()(pp 45-52) 1999.")

    shown, provenance = best({"s1": said})

    assert (shown.journal, shown.volume, shown.pages) == ("Acta Exempli", "12", "45-52")
    assert provenance["journal"] == ("s1",)
    assert said.journal.startswith("Acta Exempli.12")


SAME = [
    replace(PAPER, title=f"{PAPER.title}. [Review] [33 refs]"),
    replace(PAPER, title=f"[{PAPER.title} (author's transl)]"),
    replace(PAPER, title=f"Proceedings: {PAPER.title}"),
    replace(PAPER, title=f"{PAPER.title} (Structured abstract)"),
    replace(PAPER, issue="4-6"),
    replace(PAPER, issue="04-Jun"),
    replace(PAPER, issue="7612"),
    replace(PAPER, pages="708"),
    replace(PAPER, pages="e169"),
    replace(PAPER, pages="12"),
    replace(PAPER, pages="690-708"),
    replace(PAPER, pages="795-808"),
    replace(PAPER, journal="TheAmericanJournalOfOccupationalTherapy"),
    replace(PAPER, authors=(Author(family="NilsenD.M."), Author(family="GillenG.GordonA.M."))),
    replace(PAPER, authors=(Author(family="Nilsen D.M.Gillen G.Gordon A.M."),)),
    replace(PAPER, authors=(Author(family="Dawn", given="Nilsen"), Author(family="Glen"))),
    replace(PAPER, authors=(Author(collective="Mental Practice Study Group"),)),
]


@pytest.mark.parametrize(
    "other", SAME, ids=lambda b: f"{b.title[:14]}|{b.issue}|{b.pages}|{b.authors[0].name[:9]}"
)
def test_one_paper_written_otherwise_merges(other: Bibliography) -> None:
    assert compare(features(), features(other)).outcome is Outcome.MERGE
    assert compare(features(other), features()) == compare(features(), features(other))


def test_an_article_of_a_supplement_is_no_abstract_and_an_abstract_is() -> None:
    article = replace(PAPER, volume="45", issue="", pages="S417-S429")

    assert not features(article).meeting
    assert features(article, pages="S417-S418").meeting
    assert features(article, pages="S417").meeting
    assert compare(features(article), features(article, pages="Suppl-29")).outcome is Outcome.MERGE


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Hematology/Oncology Clinics", "Hematology - Oncology Clinics", True),
        ("Exempla / Beispiele", "Exempla", True),
        ("Hematology/Oncology Clinics", "Hematology", False),
    ],
)
def test_a_slash_between_words_or_names(one: str, other: str, same: bool) -> None:
    place = replace(PAPER, volume="", issue="", pages="")

    verdict = compare(normalise(replace(place, journal=one)), features(place, journal=other))

    assert (verdict.outcome is Outcome.MERGE) is same


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("10.1016/S0140-6736(05)66783-8", "10.1016/s0140673605667838"),
        ("10.1111/j.1365-2702.2010.03477.x", "10.1111/j.1365-2702.2010.03477"),
        ("10.1000/abc-12", "https://doi.org/10.1000/ABC.12/abstract"),
    ],
)
def test_a_doi_with_a_suffix_or_other_punctuation_does_not_differ(one: str, other: str) -> None:
    assert compare(features(doi=one), features(doi=other)).outcome is Outcome.MERGE


def test_a_short_but_unusual_title_merges_in_one_issue_by_one_author() -> None:
    base = replace(PAPER, title="Anxious interactions", authors=PAPER.authors[:1], pages="")

    assert compare(features(base), features(base, pages="524-526")).outcome is Outcome.MERGE
    assert compare(features(base), features(base, issue="6")).outcome is not Outcome.MERGE


def test_an_abstract_marked_in_one_source_whose_twin_has_no_pages() -> None:
    twin = replace(PAPER, volume="", issue="", pages="")
    marked = features(twin, journal=f"{PAPER.journal}. Conference: 70th Scientific Sessions")

    assert compare(marked, features(twin)).outcome is Outcome.MERGE
    assert compare(marked, features()).outcome is not Outcome.MERGE


def test_a_registry_number_has_a_field_of_its_own() -> None:
    entry = Bibliography(title=PAPER.title, trial_ids=("NCT01234567",))

    found = normalise(entry)

    assert (found.pmid, found.registration) == ("", "NCT01234567")
    other = normalise(replace(entry, trial_ids=("NCT07654321",)))
    assert compare(found, other).outcome is Outcome.DISTINCT
    assert compare(found, found).outcome is Outcome.MERGE


def test_features_kept_before_the_field_was_there_are_read() -> None:
    kept = change(normalise(PAPER), pmid="NCT01234567").encode()

    assert (features().decode(kept).pmid, features().decode(kept).registration) == (
        "",
        "NCT01234567",
    )

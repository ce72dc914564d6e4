"""Sources are shown by their names, never by the keys they are kept by."""

import pytest

from shared.review.source_names import source_name


@pytest.mark.parametrize(
    ("kept", "shown"),
    [
        ("pubmed", "PubMed"),
        ("embase", "Embase"),
        ("cinahl", "CINAHL"),
        ("CINAHL", "CINAHL"),
        ("psycinfo", "PsycINFO"),
        ("web_of_science", "Web of Science"),
        ("Web of Science", "Web of Science"),
        ("europe_pmc", "Europe PMC"),
        ("clinicaltrials.gov", "ClinicalTrials.gov"),
        ("hand", "a person of the team"),
        ("Ward library, 2nd floor", "Ward library, 2nd floor"),
        ("local_shelf", "local shelf"),
        ("", ""),
        ("论文", "论文"),
    ],
)
def test_a_source_is_shown_by_its_name(kept, shown):
    assert source_name(kept) == shown


def test_a_name_that_is_shown_stays_as_it_is():
    for name in ("PubMed", "Cochrane Library", "local shelf", "a person of the team"):
        assert source_name(source_name(name)) == source_name(name)

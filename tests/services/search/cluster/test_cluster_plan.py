"""What a CLUSTER round asks of PubMed, and how much says that two records are siblings."""

import pytest

from services.search.cluster.domain.plan import plan_round
from services.search.cluster.domain.round import Options, chosen, route_of
from services.search.cluster.domain.siblings import likeness, siblings
from services.search.library.domain.record import Author, Bibliography

ORCID = "0000-0001-2345-678X"
ADDRESS = "Department of Algebra, University of Erlangen"


def record(*people: str, orcid: str | None = None, **more: object) -> Bibliography:
    authors = tuple(
        Author(family=name, given="E", orcid=orcid, affiliations=(ADDRESS,)) for name in people
    )
    return Bibliography(**{"title": "T", "authors": authors, **more})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("ours", "theirs", "score"),
    [
        ({"trial_ids": ("ClinicalTrials.gov/NCT1",)}, {"trial_ids": ("nct1",)}, 1.0),
        ({"grants": ("R01/NIHR/UK",)}, {"grants": ("R01/Fund",)}, 0.8),
        ({"grants": ("NIHR/UK",)}, {"grants": ("NIHR/UK",)}, 0.0),
        ({"orcid": ORCID}, {"orcid": ORCID, "title": "The OUTPOST trial"}, 0.7),
        ({"orcid": ORCID}, {"orcid": ORCID, "title": "Outposts"}, 0.0),
        ({}, {}, 0.0),
    ],
)
def test_a_sibling_has_the_score_of_its_strongest_evidence(
    ours: dict[str, object], theirs: dict[str, object], score: float
) -> None:
    one, other = record("Noether", **ours), record("Noether", **theirs)  # type: ignore[arg-type]
    assert likeness(one, other, "OUTPOST")[0] == score


def test_a_group_is_0_8_and_two_authors_at_one_address_are_too_little_to_propose() -> None:
    group = Author(collective="Outpost Group")
    assert likeness(record(authors=(group,)), record(authors=(group,)))[0] == 0.8
    pair = record("Noether", "Curie")
    assert likeness(pair, pair)[0] == 0.5
    assert siblings({"a": pair}, {"a": pair, "b": pair}) == []


def test_a_grant_without_an_author_in_common_is_no_evidence() -> None:
    one, other = record("Noether", grants=("R01",)), record("Curie", grants=("R01",))
    assert likeness(one, other)[0] == 0.0


def terms(step: str, pearl: Bibliography, **options: str) -> list[str]:
    (asking,) = plan_round({"p": pearl}, Options(steps=(step,), **options))  # type: ignore[arg-type]
    return [query.term for query in asking.queries]


def test_a_lead_author_is_searched_by_orcid_or_else_with_a_topic() -> None:
    assert terms("lead_author", record("Noether", orcid=ORCID)) == [f"{ORCID}[auid]"]
    assert terms("lead_author", record("Noether"), topic="a[tiab] OR b[tiab]") == [
        "Noether E[1au] AND (a[tiab] OR b[tiab])"
    ]
    assert terms("lead_author", record("Noether")) == []


def test_names_that_mean_something_to_pubmed_are_searched_as_names() -> None:
    assert terms("lead_author", record("OR"), topic="x") == ["Or E[1au] AND (x)"]
    assert terms("lead_author", record('A"[tiab] (b)'), topic="x") == ["A tiab b E[1au] AND (x)"]


def test_a_project_is_searched_by_its_trial_its_grant_its_group_and_its_acronym() -> None:
    group = Author(collective="Outpost Group")
    pearl = record(authors=(group,), trial_ids=("NCT1",), grants=("R01-7/NIHR", "001/WHO"))
    found = terms("project", pearl, acronym="OUTPOST")
    assert found == [
        '"NCT1"[si] OR "R01-7"[gr] OR "Outpost Group"[cn]',
        '"OUTPOST"[tiab]',
    ]


def test_antecedents_share_an_author_and_the_project_and_are_no_younger() -> None:
    pearl = record("Noether", "Curie", trial_ids=("NCT1",), year=2020)
    assert terms("antecedents", pearl) == [
        '(Noether E[au] OR Curie E[au]) AND ("NCT1"[si]) AND ("1800"[dp] : "2020"[dp])'
    ]


def test_what_most_ways_lead_to_is_chosen_first_and_what_is_known_costs_nothing() -> None:
    ways = {"1": ["theory"], "2": ["project", "cited_by"], "3": ["references"], "9": ["theory"]}
    assert chosen(ways, {"9"}, 2) == (["9", "2", "3"], ["1"])
    assert chosen(ways, {"9"}, 0) == (["9"], ["2", "3", "1"])


def test_a_route_names_a_few_ways_and_counts_the_rest() -> None:
    said = route_of(2, [("cited_by", str(pearl)) for pearl in range(10)])
    assert said.startswith("CLUSTER round 2: cites 0 (step 5); cites 1 (step 5);")
    assert said.endswith("; and 2 more")

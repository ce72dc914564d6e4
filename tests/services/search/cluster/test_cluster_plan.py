"""What a CLUSTER round asks of PubMed, and how much says that two records are siblings."""

from typing import Any

import pytest

from services.search.cluster.domain.kin import kin
from services.search.cluster.domain.plan import plan_round
from services.search.cluster.domain.round import Asking, Options, chosen, route_of
from services.search.cluster.domain.siblings import Sibling, likeness, siblings
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


def asking(step: str, pearl: Bibliography, related: Any = None, **options: Any) -> Asking:
    (found,) = plan_round({"p": pearl}, Options(steps=(step,), **options), related)
    return found


def terms(step: str, pearl: Bibliography, **options: Any) -> list[str]:
    return [query.term for query in asking(step, pearl, **options).queries]


def test_step_8_follows_the_works_of_theory_that_a_pearl_cites() -> None:
    pearl = record(
        "Noether",
        references=(
            "Putnam R. Social capital and health. pmid:7",
            "Lin N. A theory of social capital. Book.",
            "Ferns. pmid:8",
        ),
    )
    found = asking("theory_citations", pearl, lexicon=("social capital",))
    assert (found.given, found.links) == ((("p", "7"),), (("p", "7"),))
    assert "Look up by hand: Lin N. A theory of social capital. Book." in found.notes
    without = asking("theory_citations", pearl)
    assert (without.can_run, without.wants) == (False, True)


def test_step_10_takes_its_terms_from_the_lexicon_where_none_are_given() -> None:
    lexicon = ("social capital", "bureaucr*")
    assert terms("theory", record("Noether"), lexicon=lexicon, condition="psychosis[tiab]") == [
        '("social capital"[tiab] OR "bureaucr*"[tiab]) AND (psychosis[tiab])'
    ]


def test_step_12_repeats_steps_5_and_6_from_related_studies_and_named_projects() -> None:
    kin = record("Curie", pmid="9", trial_ids=("NCT9",))
    found = asking("related", record("Noether"), {"k": kin}, projects=("INPOST",))
    assert found.links == (("k", "9"),)
    assert [(each.term, each.pearls) for each in found.queries] == [
        ('"NCT9"[si]', ("k",)), ('"INPOST"[tiab]', ()),
    ]  # fmt: skip
    assert "Confirm a sibling or a kinship" in asking("related", record("Noether")).notes[0]


def test_step_13_combines_the_names_of_projects_two_by_two() -> None:
    found = terms("comparison", record("Noether"), acronym="OUTPOST", projects=("INPOST", "DOOR"))
    assert found == [
        '"OUTPOST"[tiab] AND "INPOST"[tiab]',
        '"OUTPOST"[tiab] AND "DOOR"[tiab]',
        '"INPOST"[tiab] AND "DOOR"[tiab]',
    ]
    names = tuple(f"P{number}" for number in range(20))
    many = asking("comparison", record("Noether"), projects=names)
    assert (len(many.queries), many.notes) == (
        45, ("190 pairs of names: the first 45 are asked for.",),
    )  # fmt: skip


def test_kin_are_antecedents_share_a_theory_or_a_place_and_a_time() -> None:
    pearl = record("Noether", title="Doors", abstract="About social capital.", year=2020)
    older = record("Noether", title="First", year=2001)
    theory = Bibliography(title="Social capital of carers")
    neighbour = record("Noether", title="Beside", year=2018)
    stranger = record("Noether", title="Long ago", year=2001)
    found = {"older": older, "theory": theory, "near": neighbour, "far": stranger}
    proposed = kin({"p": pearl}, found, {("p", "older")}, ("social capital",), [])
    assert [(each.record, each.score) for each in proposed] == [
        ("older", 0.6), ("theory", 0.5), ("near", 0.4),
    ]  # fmt: skip
    assert kin({"p": pearl}, found, (), (), [Sibling(1.0, "", "p", "near")]) == []


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
        "(Noether E[au] AND Curie E[au]) AND (protocol[ti] OR pilot[ti] OR feasibility[ti]) "
        'AND ("1800"[dp] : "2020"[dp])',
        '(Noether E[au] OR Curie E[au]) AND ("NCT1"[si]) AND ("1800"[dp] : "2020"[dp])',
    ]


def test_what_most_ways_lead_to_is_chosen_first_and_what_is_known_costs_nothing() -> None:
    ways = {"1": ["theory"], "2": ["project", "cited_by"], "3": ["references"], "9": ["theory"]}
    assert chosen(ways, {"9"}, 2) == (["9", "2", "3"], ["1"])
    assert chosen(ways, {"9"}, 0) == (["9"], ["2", "3", "1"])


def test_a_route_names_a_few_ways_and_counts_the_rest() -> None:
    said = route_of(2, [("cited_by", str(pearl), ("pubmed",)) for pearl in range(10)])
    assert said.startswith("CLUSTER round 2: cites 0 (step 5); cites 1 (step 5);")
    assert said.endswith("; and 2 more")


def test_a_route_names_the_sources_that_are_not_usual() -> None:
    said = route_of(1, [("cited_by", "Curie 2005", ("pubmed", "openalex"))])
    assert said == "CLUSTER round 1: cites Curie 2005 (step 5; PubMed and OpenAlex)"

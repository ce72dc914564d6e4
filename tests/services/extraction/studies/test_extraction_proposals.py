"""Reports of one study are proposed by trial id, grant, name and authors; a person decides."""

import pytest

from services.extraction.studies.domain import marks_of
from tests.support.extraction import a_record

TEAM = ("Hughes E", "Rafferty J", "Ford L", "Smith J")


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("registered as ISRCTN12345678.", ("trial", "ISRCTN12345678")),
        ("ClinicalTrials.gov: NCT01234567", ("trial", "NCT01234567")),
        ("(ISRCTN 12345678)", ("trial", "ISRCTN12345678")),
        ("EudraCT 2015-001234-22", ("trial", "2015-001234-22")),
        ("NIHR HS&DR programme (project number 16/117/01)", ("grant", "16/117/01")),
        ("funded by the MRC, grant no. MR/K023241/1", ("grant", "MR/K023241/1")),
        ("on behalf of the Recovery Colleges Study Group", ("collective", "RECOVERY COLLEGES")),
        ("results of the RECOLLECT study", ("collective", "RECOLLECT")),
    ],
)
def test_a_text_tells_its_study_by(text, mark):
    assert mark in marks_of(text)


def test_a_text_that_names_many_trials_is_a_report_of_none():
    many = " ".join(f"NCT0000000{n}" for n in range(5))
    assert not {by for by, _ in marks_of(many)} & {"trial"}


def test_years_and_short_numbers_are_no_grants():
    assert marks_of("the award 2015 was given; project 12 ended; grant of 100") == set()


async def proposed(extraction):
    found = await extraction.ask("GET", "/studies/proposals")
    return [(p["a"], p["b"], p["by"]) for p in found]


async def test_reports_that_share_a_trial_are_proposed_until_a_person_decides(extraction):
    trial = "Trial registration ISRCTN12345678"
    await extraction.put_documents(
        {"id": "d1", "text": trial}, {"id": "d2", "text": trial}, {"id": "d3", "text": trial}
    )
    pairs = [("d1", "d2", "trial"), ("d1", "d3", "trial"), ("d2", "d3", "trial")]
    assert await proposed(extraction) == pairs
    assert "study_linked" not in await extraction.names()
    await extraction.ask("PUT", "/studies/links", {"a": "d1", "b": "d2"})
    await extraction.ask("PUT", "/studies/distinct", {"a": "d3", "b": "d1"})
    assert await proposed(extraction) == [("d2", "d3", "trial")]
    assert [one.link_id for one in await extraction.said("study_linked")] == ["d1|d2"]
    assert [one.link_id for one in await extraction.said("study_unlinked")] == ["d1|d3"]
    await extraction.ask("PUT", "/studies/distinct", {"a": "d1", "b": "d2"})
    assert [one.link_id for one in await extraction.said("study_unlinked")] == ["d1|d3", "d1|d2"]


async def test_a_trial_that_an_abstract_alone_names_is_proposed(extraction):
    abstracts = ("Background. Trial: NCT 01234567.", "Registered as NCT01234567.", "No trial.")
    for n, abstract in enumerate(abstracts):
        await extraction.hear(a_record(f"r{n}", title=f"Title {n}", abstract=abstract))
        await extraction.put_documents({"id": f"d{n}", "record": f"r{n}"})
    assert await proposed(extraction) == [("d0", "d1", "trial")]
    await extraction.put_documents({"id": "d1", "record": "r1", "confidential": True})
    assert await proposed(extraction) == []


async def test_reports_of_the_same_authors_on_the_same_matter_are_proposed(extraction):
    for record, title in (
        ("r1", "Peer support in recovery colleges: protocol of a realist evaluation"),
        ("r2", "Recovery colleges and peer support: a realist evaluation"),
        ("r3", "Zinc in the treatment of the common cold"),
    ):
        await extraction.hear(a_record(record, title=title, authors=TEAM, year=2020))
        await extraction.put_documents({"id": f"d-{record}", "record": record})
    assert await proposed(extraction) == [("d-r1", "d-r2", "authors")]


async def test_a_confidential_text_tells_nothing(extraction):
    for name in ("p1", "p2"):
        await extraction.put_documents({"id": name, "text": "ISRCTN12345678", "confidential": True})
    assert await proposed(extraction) == []


async def test_arms_and_subgroups_are_cases_with_guidance(extraction):
    cases = [
        {"id": "usual", "kind": "comparator", "label": "Usual care"},
        {"id": "peer", "kind": "arm", "label": "Peer support"},
    ]
    said = await extraction.ask("PUT", "/studies/cases/s1", {"cases": cases})
    assert [(c["id"], c["kind"]) for c in said["cases"]] == [
        ("peer", "arm"),
        ("usual", "comparator"),
    ]
    assert "one fragment for each arm" in said["guidance"]
    assert len((await extraction.ask("GET", "/studies/cases"))["cases"]) == 2
    wrong = {"cases": [{"id": "x", "kind": "colour"}]}
    problem = await extraction.ask("PUT", "/studies/cases/s1", wrong, status=422)
    assert "setting, arm, comparator, subgroup" in problem["detail"]

"""Exports of other tools, in the forms that they write."""

import json

import pytest

from services.screening.external.domain.external_decisions import (
    UnreadableExport,
    external_decisions,
)
from tests.support.reference import reference

RAYYAN = """key,title,year,doi,pubmed_id,notes
rayyan-1,Housing first,2020,10.1/ABC,123,"RAYYAN-INCLUSION: {""Ann""=>""Included"", ""Ben""=>""Excluded""} | RAYYAN-EXCLUSION-REASONS: wrong population | USER-NOTES: {""Ann""=>[""good""]}"
rayyan-2,Not judged,2020,,,
rayyan-3,Later,2020,,,"RAYYAN-INCLUSION: {""Ann""=>""Maybe""}"
"""  # noqa: E501


def test_rayyan_tells_every_persons_verdict_and_the_reasons() -> None:
    found = external_decisions("rayyan", RAYYAN)
    assert [(d.person, d.verdict, d.reason) for d in found] == [
        ("Ann", "include", ""),
        ("Ben", "exclude", "wrong population"),
        ("Ann", "maybe", ""),
    ]
    assert (found[0].doi, found[0].pmid, found[0].title) == ("10.1/abc", "123", "Housing first")


def test_covidence_exports_one_list_whose_verdict_must_be_said() -> None:
    text = "Title,DOI,Covidence #,Notes\nA,https://doi.org/10.1/X,#1,\nB,,#2,\n"
    with pytest.raises(UnreadableExport, match="say its verdict"):
        external_decisions("covidence", text)
    found = external_decisions("covidence", text, "exclude")
    assert [(d.title, d.doi, d.verdict) for d in found] == [
        ("A", "10.1/x", "exclude"),
        ("B", "", "exclude"),
    ]
    excluded = "Title,Notes\nA,Exclusion reason: Wrong setting; \n"
    assert external_decisions("covidence", excluded)[0].reason == "Wrong setting"


def test_asreview_labels_are_read_from_columns_and_from_notes() -> None:
    text = "title,doi,asreview_label,asreview_note\nA,10.1/a,1,yes\nB,,0,\nC,,,\n"
    assert [(d.title, d.verdict) for d in external_decisions("asreview", text)] == [
        ("A", "include"),
        ("B", "exclude"),
    ]
    ris = "\ufeffTY  - GEN\nTI  - R\nN1  - ASReview_relevant\nN1  - ASReview_prior\nER  -\n"
    ris += "TY  - GEN\nTI  - S\nN1  - ASReview_irrelevant\nER  -\nTY  - GEN\nTI  - T\nER  -\n"
    assert [(d.title, d.verdict) for d in external_decisions("asreview", ris)] == [
        ("R", "include"),
        ("S", "exclude"),
    ]


def test_eppi_codes_named_include_or_exclude_are_verdicts() -> None:
    report = {
        "CodeSets": [
            {
                "Attributes": {
                    "AttributesList": [
                        {"AttributeId": 1, "AttributeName": "EXCLUDE on population"},
                        {
                            "AttributeId": 2,
                            "AttributeName": "Screening",
                            "Attributes": {
                                "AttributesList": [
                                    {"AttributeId": 3, "AttributeName": "INCLUDE for full text"}
                                ]
                            },
                        },
                    ]
                }
            }
        ],
        "References": [
            {"ItemId": 9, "Title": "A", "DOI": "10.1/A", "Codes": [{"AttributeId": 1}]},
            {"ItemId": 8, "Title": "B", "Codes": [{"AttributeId": 3, "ContactName": "Ann"}]},
            {"ItemId": 7, "Title": "C", "Codes": [{"AttributeId": 2}]},
        ],
    }
    found = external_decisions("eppi", json.dumps(report))
    assert [(d.title, d.verdict, d.reason, d.person) for d in found] == [
        ("A", "exclude", "population", ""),
        ("B", "include", "", "Ann"),
    ]


@pytest.mark.parametrize(
    ("tool", "text"),
    [("eppi", "no json"), ("eppi", "[]"), ("rayyan", "a,b\n1,2\n"), ("excel", "title\n")],
)
def test_a_file_that_is_something_else_says_what_was_expected(tool: str, text: str) -> None:
    with pytest.raises(UnreadableExport):
        external_decisions(tool, text)


def test_asreviews_own_labelled_example_is_read() -> None:
    text = reference("imports/asreview/baseline_tag-notes_labels.ris").read_text("utf-8")
    verdicts = [d.verdict for d in external_decisions("asreview", text)]
    assert "include" in verdicts
    assert "exclude" in verdicts


VARIANTS = {
    "rayyan, semicolons, other order, three reviewers": (
        "rayyan",
        """\ufeffNotes;Title;DOI
"RAYYAN-INCLUSION: {""A. B.""=>""Included"", ""Ćil""=>""Maybe"", ""Dee""=>""Excluded""} \
| RAYYAN-LABELS: x | RAYYAN-EXCLUSION-REASONS: wrong population,wrong design";T; doi: 10.1/A
""",
        [("A. B.", "include", ""), ("Ćil", "maybe", ""),
         ("Dee", "exclude", "wrong population,wrong design")],
    ),
    "covidence, a vote and a reviewer a row": (
        "covidence",
        "Reviewer,Vote,Exclusion reason,Title\n"
        "Ann,Yes,,T\nBen,No,Wrong setting,T\nCem,Maybe,,T\nD,Awaiting,,T\n",
        [("Ann", "include", ""), ("Ben", "exclude", "Wrong setting"), ("Cem", "maybe", "")],
    ),
    "covidence, tabs": ("covidence", "Title\tStatus\nT\tIrrelevant\n", [("", "exclude", "")]),
    "asreview, words": (
        "asreview",
        "included;year;title\nTRUE;2020;T\nfalse;2021;T\n1.0;;T\n;;T\n-1;;T\nincluded;;T\n",
        [("", "include", ""), ("", "exclude", ""), ("", "include", ""), ("", "include", "")],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", VARIANTS)
def test_an_export_is_read_however_its_columns_and_words_are_written(name: str) -> None:
    tool, text, wanted = VARIANTS[name]
    found = external_decisions(tool, text)
    assert [(d.person, d.verdict, d.reason) for d in found] == wanted
    assert {d.title for d in found} == {"T"}


def test_a_doi_is_found_behind_its_prefix() -> None:
    text = "title,doi,included\nT, DOI: 10.1/X ,1\nT,http://dx.doi.org/10.1/Y,1\n"
    assert [d.doi for d in external_decisions("asreview", text)] == ["10.1/x", "10.1/y"]

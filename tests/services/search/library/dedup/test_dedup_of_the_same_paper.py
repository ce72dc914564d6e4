"""One invented paper as databases spoil it, and its strangers: each way by itself."""

from dataclasses import replace
from typing import Any

import pytest

from services.search.library.domain.dedup import Outcome, compare, normalise
from services.search.library.domain.record import Author, Bibliography

NAMES = (Author(family="Okoro", given="Ben"), Author(family="Lind", given="Maja"))
TITLE = "Night visits and sleep of carers in two rural districts"
PAPER = Bibliography(
    title=TITLE, authors=NAMES, year=1999, journal="Acta Exempli", volume="12", issue="3",
    pages="45-52",
)  # fmt: skip
BARE = {"volume": "", "issue": "", "pages": ""}
CITED = "Acta Exempli.12 (3) ()(pp {}) 1999.Date of Publication: 1999"
NUMBERED = {"journal": "Mol Foo", "volume": "8", "issue": "1", "pages": "47", "year": 2013}
BAR = {"journal": "J Bar", "volume": "35", "issue": "3", "pages": "752-63", "year": 2010}
HOUR = "Introduction of a fixed walking hour in three rural districts and its effects on sleep"
MEETING: dict[str, Any] = {"kind": "abstract", "publication_types": ("Conference Abstract",)}


def by(*names: str) -> tuple[Author, ...]:
    """Authors as a file may give them: each as one name."""
    return tuple(Author(family=one) for one in names)


SAME: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "a citation for a journal": ({}, {"journal": CITED.format("45-52"), **BARE}),
    "a citation with an article number": (
        NUMBERED,
        {**BARE, "journal": "Mol Foo.8 (1) (no pagination) 2013.Article Number: 47", "year": 2013},
    ),
    "a short citation": (BAR, {**BARE, "journal": "J Bar 2010;35(3):752-63", "year": 2010}),
    "pages as issue": ({}, {"issue": "pp 45-52", "pages": ""}),
    "no pagination as issue": ({}, {"issue": "no pagination", "pages": ""}),
    "a month as pages": ({}, {"pages": "April"}),
    "a date as pages": ({"year": 2010}, {"pages": "2010/04", "year": 2010}),
    "an issue that no journal reaches": ({}, {"issue": "9999"}),
    "an issue that is one of several": ({"issue": "3-5"}, {"issue": "5"}),
    "pages of a supplement": ({"pages": "S417-S429"}, {"pages": "S417-S429", "issue": "Suppl 4"}),
    "the last page alone": ({"pages": "356-359"}, {"pages": "359"}),
    "an article number and a page": ({"pages": "e1047"}, {"pages": "1-9"}),
    "labels of a review": ({}, {"title": f"{TITLE} [Review] [33 refs]"}),
    "a label of a translation": ({}, {"title": f"{TITLE} (author's transl)"}),
    "a label before": ({}, {"title": f"Proceedings: {TITLE}"}),
    "a label of an abstract": ({}, {"title": f"{TITLE} (Structured abstract)"}),
    "one name with a slash": ({"journal": "Heart/Lung Clinics"}, {"journal": "Heart Lung Clinics"}),
    "two names with a slash": ({"journal": "Acta Exempli / Exempel Tidskrift"}, {}),
    "a journal without blanks": ({"journal": "TheFooJournal"}, {"journal": "Foo Journal"}),
    "initials that are lost": (
        {"authors": by("SmithA.B.", "LindM.")}, {"authors": by("SmithA.", "LindM.")},
    ),
    "several names in one": ({"authors": by("Okoro B, Lind M")}, {}),
    "a group for its people": ({"authors": (Author(collective="Night Visit Group"),)}, {}),
    "names swapped": (
        {"authors": (Author(family="Ben", given="Okoro"), Author(family="Maja", given="Lind"))}, {},
    ),
    "one digit of a page wrong": ({"pages": "752-767"}, {"pages": "452-467"}),
    "a DOI with a suffix": ({"doi": "10.1000/abc.12"}, {"doi": "10.1000/abc.12/pdf"}),
    "a DOI with other signs": (
        {"doi": "10.1000/s0140-6736(99)12"}, {"doi": "10.1000/s0140-6736_99_12"},
    ),
    "a short but unusual title": (
        {"title": "Quagmire walking"}, {"title": "Quagmire walking", "issue": ""},
    ),
    "an abstract marked once": ({"pages": "", "issue": "", **MEETING}, {"pages": "", "issue": ""}),
    "a long title that begins as many do": (
        {"title": HOUR, "doi": "10.1000/14"}, {"title": HOUR, "doi": "10.1000/14", **BARE},
    ),
}  # fmt: skip
ASKED: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "two DOIs at one place": ({"doi": "10.1000/abc.12"}, {"doi": "10.2000/xyz.7"}),
    "a translated title": ({}, {"title": "Besuche und Schlaf pflegender Angehöriger"}),
    "other pages": ({}, {"pages": "99-104"}),
    "two issues": ({"issue": "3-5", "pages": ""}, {"issue": "7", "pages": ""}),
    "versions of a living review": (
        {"title": "Night visits: a living systematic review", "year": 2020, "issue": "2"},
        {"title": "Night visits: a living systematic review", "year": 2021, "issue": "5"},
    ),
    "one letter wrong, and the pages": (
        {"title": TITLE.replace("districts", "distrlcts")}, {"pages": "53-60"},
    ),
}  # fmt: skip
DRUG = "{} for sleep of carers in rural districts"
NEVER: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "another page in a citation": (
        {}, {"journal": CITED.format("145-152"), **BARE, "title": TITLE.replace("two", "three")},
    ),
    "an erratum": ({}, {"title": f"Erratum: {TITLE}", "pages": "99"}),
    "a reprint": (
        {}, {"title": f"Reprint of: {TITLE}", "year": 2001, "volume": "14", "pages": "9-16"},
    ),
    "a reply": ({}, {"title": f"{TITLE}: reply", "pages": "77"}),
    "a reply to a review": ({"title": f"{TITLE} [Review]"}, {"title": f"Reply: {TITLE}"}),
    "two congresses": (
        {**MEETING, "pages": "S12", "issue": "Suppl 1"},
        {**MEETING, "pages": "A44", "issue": "Suppl 2", "year": 2000, "volume": "13",
         "journal": "Journal of Sleep Exempli"},
    ),
    "a number": (
        {"title": "Sleep of carers after 6 months of night visits"},
        {"title": "Sleep of carers after 12 months of night visits", "pages": "53-60"},
    ),
    "DOIs of two places": (
        {"doi": "10.1000/abc.12"}, {"doi": "10.1000/abc.13", "pages": "90-99"},
    ),
    "an introduction each year": (
        {"title": "Introduction to the issue", "pages": "1-2"},
        {"title": "Introduction to the issue", "pages": "1-3", "volume": "13", "year": 2000},
    ),
    **{
        f"{one} and {other}": (
            {"title": DRUG.format(one)}, {"title": DRUG.format(other), "pages": "53-60"},
        )
        for one, other in (
            ("Losartan", "Valsartan"), ("Prednisone", "Prednisolone"),
            ("Hydroxyzine", "Hydralazine"), ("Cefixime", "Cefuroxime"), ("Ropilan", "Zopilan"),
            ("Interferon alfa", "Interferon beta"), ("Vitamin D", "Vitamin E"),
        )
    },
}  # fmt: skip


def outcome(changes: tuple[dict[str, Any], dict[str, Any]]) -> Outcome:
    """What comes of the paper with the one and with the other changes, either way round."""
    a, b = (normalise(replace(PAPER, **one)) for one in changes)
    assert compare(a, b) == compare(b, a)
    return compare(a, b).outcome


@pytest.mark.parametrize("how", SAME)
def test_one_paper_is_known_again(how: str) -> None:
    assert outcome(SAME[how]) is Outcome.MERGE


@pytest.mark.parametrize("how", ASKED)
def test_people_are_asked_where_a_rule_cannot_know(how: str) -> None:
    assert outcome(ASKED[how]) is Outcome.PROPOSE


@pytest.mark.parametrize("how", NEVER)
def test_a_stranger_is_not_even_proposed(how: str) -> None:
    assert outcome(NEVER[how]) is Outcome.DISTINCT

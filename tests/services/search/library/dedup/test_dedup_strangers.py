"""Works that look alike and are not the same: none of them merges by itself."""

from dataclasses import replace

import pytest

from services.search.library.domain.dedup import Outcome, compare
from services.search.library.domain.record import Bibliography
from tests.services.search.library.dedup.dedup_examples import PAPER, features, people

TITLE = "Effect of {} on the recovery of young adults after an ischaemic stroke"
WORDS = [
    ("simvastatin", "pravastatin"),
    ("felodipine", "amlodipine"),
    ("citalopram", "escitalopram"),
    ("systolic pressure", "diastolic pressure"),
    ("nitrate", "nitrite"),
    ("epinephrine", "norepinephrine"),
    ("ethanol", "methanol"),
    ("maternal age", "paternal age"),
    ("renal failure", "adrenal failure"),
    ("vitamin C", "vitamin D"),
    ("interleukin-6", "interleukin-8"),
    ("in vitro care", "in vivo care"),
    ("mothers", "fathers"),
    ("urban care", "rural care"),
]
PLACES = {
    "one page of a supplement": {"issue": "Suppl 1", "pages": "S45"},
    "one page, marked": {"journal": "Stroke. Conference: ISC 2010", "pages": "45"},
    "one issue, pages unknown": {"pages": ""},
    "one volume, pages unknown": {"pages": "", "issue": ""},
    "nowhere": {"pages": "", "issue": "", "volume": ""},
    "a DOI for the whole supplement": {
        "doi": "10.1093/eurheartj/ehq287",
        "issue": "Suppl 1",
        "pages": "S45",
    },
}


def outcome(one: Bibliography, other: Bibliography) -> Outcome:
    """The verdict's outcome, the same both ways round."""
    a, b = features(one), features(other)
    assert compare(a, b) == compare(b, a)
    return compare(a, b).outcome


@pytest.mark.parametrize("words", WORDS, ids="/".join)
@pytest.mark.parametrize("place", PLACES)
def test_two_studies_of_one_group_that_differ_in_a_word(words: tuple[str, str], place: str) -> None:
    base = replace(PAPER, **PLACES[place])
    one, other = (replace(base, title=TITLE.format(word)) for word in words)

    assert outcome(one, other) is not Outcome.MERGE


@pytest.mark.parametrize("place", ["one issue, pages unknown", "one volume, pages unknown"])
@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("{}. Part I", "{}. Part II"),
        ("{}: part 1. Methods", "{}: part 2. Results"),
        ("{}. I", "{}. II"),
        ("{}. A", "{}. B"),
        ("{}", "{}. II"),
        ("{}", "{}. Part two"),
        ("{}: 2010 update", "{}: 2012 update"),
        ("{}, 2nd edition", "{}, 3rd edition"),
    ],
)
def test_members_of_a_series(place: str, first: str, second: str) -> None:
    base = replace(PAPER, **PLACES[place])
    one, other = (replace(base, title=form.format(PAPER.title)) for form in (first, second))

    assert outcome(one, other) is not Outcome.MERGE


@pytest.mark.parametrize(
    "form",
    [
        "{}: rationale and design",
        "Rationale and design of {}",
        "{}: design and methods",
        "Study protocol: {}",
        "Executive summary: {}",
        "{}: summary for patients",
        "{}: the authors respond",
        "{}: a response",
        "In response to: {}",
        "AmqpMessage regarding article, {}",
        "Journal club: {}",
        "Reprint of: {}",
        "Author correction: {}",
        "Erratum regarding {}",
        "Invited commentary: {}",
        "Expression of concern: {}",
    ],
)
@pytest.mark.parametrize("place", ["placed", "one issue, pages unknown", "nowhere"])
def test_a_companion_that_carries_the_title(form: str, place: str) -> None:
    base = replace(PAPER, **PLACES.get(place, {}))
    other = replace(base, title=form.format(PAPER.title), pages=base.pages and "720-721")

    assert outcome(base, other) is not Outcome.MERGE
    assert outcome(PAPER, other) is not Outcome.MERGE


@pytest.mark.parametrize(
    "other",
    [
        replace(PAPER, volume="64 Suppl 1", issue="", pages="S12"),
        replace(PAPER, volume="64", issue="Suppl 5", pages=""),
        replace(PAPER, journal="Am J Occup Ther. Conference: AOTA 2010", issue="", pages=""),
        replace(PAPER, journal="Stroke", volume="41", issue="4", pages="e12"),
        replace(PAPER, year=2009, volume="63", issue="", pages="120"),
    ],
    ids=lambda b: f"{b.journal[-12:]}|{b.year}|{b.volume}|{b.issue}|{b.pages}",
)
def test_an_abstract_and_the_article_that_came_of_it(other: Bibliography) -> None:
    assert outcome(PAPER, other) is not Outcome.MERGE


@pytest.mark.parametrize(
    "other",
    [
        replace(PAPER, journal="Stroke", volume="41", issue="2", pages="301-340"),
        replace(PAPER, journal="Fiziol Zh", year=2011, volume="57", issue="6", pages="38-45"),
        replace(PAPER, journal="medRxiv", volume="", issue="", pages=""),
        replace(PAPER, journal="ClinicalTrials.gov", volume="", issue="", pages=""),
        replace(
            PAPER,
            journal="",
            volume="",
            issue="",
            pages="215 p",
            authors=people("Nilsen"),
            year=2009,
        ),
        replace(PAPER, year=2011, volume="65", issue="5", pages="701-712"),
        replace(PAPER, year=2011, volume="", issue="", pages=""),
    ],
    ids=lambda b: f"{b.journal}|{b.year}|{b.volume}|{b.pages}",
)
def test_the_same_title_published_a_second_time(other: Bibliography) -> None:
    assert outcome(PAPER, other) is not Outcome.MERGE


@pytest.mark.parametrize(
    "title",
    ["Editorial", "Book reviews", "In this issue", "Reply", "Abstracts", "Poster session 2"],
)
@pytest.mark.parametrize(
    "changes",
    [
        {"issue": "6", "pages": "801-802"},
        {"pages": "720"},
        {"pages": ""},
        {"pages": "", "issue": ""},
        {"volume": "65", "year": 2011, "pages": "1-2"},
    ],
    ids=str,
)
def test_what_every_issue_has(title: str, changes: dict[str, object]) -> None:
    base = replace(PAPER, title=title, authors=PAPER.authors[:1])

    assert outcome(base, replace(base, **changes)) is not Outcome.MERGE


def test_two_abstracts_of_one_page_under_one_doi() -> None:
    base = replace(PAPER, doi="10.1093/eurheartj/ehq287", issue="Suppl 1", pages="43")
    other = replace(base, title="Preconditioning in models of ischaemia", authors=people("Zoga"))

    assert outcome(base, other) is not Outcome.MERGE


def test_a_chapter_and_its_book() -> None:
    book = replace(PAPER, kind="book", journal="", volume="", issue="", pages="", doi="10.1000/b")
    chapter = replace(book, kind="chapter", title="Imagery and the brain", journal=PAPER.title)

    assert outcome(book, chapter) is not Outcome.MERGE


LIVING = replace(PAPER, title=f"{PAPER.title}: a living systematic review", doi="10.1000/v.pub1")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (replace(PAPER, doi="10.1000/one"), replace(PAPER, doi="10.2000/two")),
        (PAPER, replace(PAPER, title="Wirkung mentaler Praxis auf die Leistung im Alltag")),
        (PAPER, replace(PAPER, pages="801-815")),
        (LIVING, replace(LIVING, doi="10.1000/v.pub2", year=2011, volume="65", pages="11-30")),
    ],
    ids=["other DOIs at one place", "translated", "conflicting pages", "living review"],
)
def test_what_only_a_person_can_tell_is_proposed_with_the_reason(
    one: Bibliography, other: Bibliography
) -> None:
    verdict = compare(features(one), features(other))

    assert verdict.outcome is Outcome.PROPOSE
    assert verdict.reason
    assert 0 <= verdict.strength <= 1000


@pytest.mark.parametrize(
    "other",
    [
        replace(PAPER, journal="Stroke. Conference: 9th European Stroke Congress", pages="S12"),
        replace(PAPER, journal="Neurology. Conference: 62nd Annual Meeting", pages="A300"),
    ],
)
def test_one_talk_at_two_congresses(other: Bibliography) -> None:
    first = replace(PAPER, journal="Glia. Conference: 8th Meeting on Glial Cells", pages="S71")

    assert outcome(first, other) is not Outcome.MERGE


@pytest.mark.parametrize("numbers", [("5 mg", "10 mg"), ("2010", "2014"), ("GLP-1", "GLP-2")])
@pytest.mark.parametrize("place", PLACES)
def test_titles_that_differ_in_a_number(numbers: tuple[str, str], place: str) -> None:
    base = replace(PAPER, **PLACES[place])
    one, other = (replace(base, title=TITLE.format(number)) for number in numbers)

    assert outcome(one, other) is not Outcome.MERGE


@pytest.mark.parametrize("word", ["simvastatin", "early", "oral"])
@pytest.mark.parametrize("place", PLACES)
def test_a_title_with_a_word_more(word: str, place: str) -> None:
    base = replace(PAPER, **PLACES[place])
    one = replace(base, title=TITLE.format("training"))
    other = replace(base, title=TITLE.format(f"{word} training"))

    assert outcome(one, other) is not Outcome.MERGE


def test_citations_of_two_parts_told_in_the_journal_field() -> None:
    base = Bibliography(title=PAPER.title, authors=PAPER.authors, year=1999)
    one = replace(base, journal="Acta Exempli.12 (3) ()(pp 45-52) 1999.")
    other = replace(base, journal="Acta Exempli.12 (4) ()(pp 145-152) 1999.")

    assert outcome(one, other) is not Outcome.MERGE

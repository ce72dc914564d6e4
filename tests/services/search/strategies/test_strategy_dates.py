"""Years of publication in every platform's syntax, or a word about what it cannot say."""

import pytest

from services.search.living.domain.strategy import compile_pubmed, read_concept
from services.search.strategies.domain.dialects import BY_KEY, DIALECTS
from services.search.strategies.domain.translate import translate

SPAN = {
    "pubmed/pubmed": '("2018"[dp] : "2020"[dp])',
    "ovid/medline": "(2018 or 2019 or 2020).yr.",
    "ovid/embase": "(2018 or 2019 or 2020).yr.",
    "ovid/psycinfo": "(2018 or 2019 or 2020).yr.",
    "ebsco/cinahl": "PY 2018-2020",
    "web_of_science/core_collection": "PY=(2018-2020)",
    "cochrane_library/central": "",
    "scopus/scopus": "(PUBYEAR > 2017 AND PUBYEAR < 2021)",
}


def only(key: str, term: str) -> tuple[str, list[str]]:
    """The line of a block of one term, and what is told of it."""
    (line,) = translate([read_concept("Years", term, None)], BY_KEY[key]).lines
    return line.text, list(line.notes)


@pytest.mark.parametrize("key", [one.key for one in DIALECTS])
@pytest.mark.parametrize(
    "term", ["2018:2020[dp]", '"2018"[dp] : "2020"[dp]', '"2018" : "2020"[pdat]', "2018 : 2020[dp]"]
)
def test_a_span_of_years_however_it_is_written(key: str, term: str) -> None:
    text, notes = only(key, term)
    assert text == SPAN[key]
    assert bool(notes) == (text == "")


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("pubmed/pubmed", '"2019"[dp]'),
        ("ovid/embase", "2019.yr."),
        ("ebsco/cinahl", "PY 2019"),
        ("web_of_science/core_collection", "PY=(2019)"),
        ("scopus/scopus", "PUBYEAR = 2019"),
    ],
)
def test_one_year(key: str, text: str) -> None:
    assert only(key, "2019[dp]") == (text, [])


@pytest.mark.parametrize(
    ("key", "text", "told"),
    [
        ("pubmed/pubmed", '("2010"[dp] : "3000"[dp])', False),
        ("ovid/medline", "", True),
        ("ebsco/cinahl", "PY 2010-", False),
        ("web_of_science/core_collection", "", True),
        ("scopus/scopus", "PUBYEAR > 2009", False),
    ],
)
def test_a_span_without_an_end_is_open_or_told(key: str, text: str, told: bool) -> None:
    found, notes = only(key, "2010:3000[dp]")
    assert found == text
    assert any("Choose 2010 and later there" in note for note in notes) == told


def test_years_that_are_chosen_beside_the_search_are_told_at_their_line() -> None:
    text, notes = only("cochrane_library/central", "2018:2020[dp]")
    assert text == ""
    assert "only beside the search" in notes[0]
    assert "Choose 2018 to 2020 there" in notes[0]


def test_months_are_told_where_a_platform_has_years() -> None:
    assert only("pubmed/pubmed", "2018/03:2020/12/31[dp]") == (
        '("2018/03"[dp] : "2020/12/31"[dp])',
        [],
    )
    text, notes = only("ebsco/cinahl", "2018/03:2020/12/31[dp]")
    assert text == "PY 2018-2020"
    assert "names months" in notes[0]


@pytest.mark.parametrize("term", ["recent[dp]", "2020:2018[dp]", "20x1[dp]"])
@pytest.mark.parametrize("key", ["pubmed/pubmed", "scopus/scopus"])
def test_what_is_no_date_is_told(key: str, term: str) -> None:
    text, notes = only(key, term)
    assert text == ""
    assert "no date as PubMed has it" in notes[0]


def test_years_stand_beside_words_in_one_block() -> None:
    concept = read_concept("Both", [["nurse*"], "AND", ["2019[dp]"]], None)
    (line,) = translate([concept], BY_KEY["ovid/embase"]).lines
    assert line.text == "(nurse*.ti,ab,kf. and 2019.yr.)"
    assert compile_pubmed([concept]).query == "(nurse*[tiab] AND 2019[dp])"

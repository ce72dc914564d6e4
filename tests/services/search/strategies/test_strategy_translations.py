"""Concept blocks in the syntax of every platform, and what each cannot say."""

import pytest

from services.search.living.domain.strategy import read_concept
from services.search.strategies.domain.dialects import BY_KEY, DIALECTS
from services.search.strategies.domain.translate import translate

BLOCKS = [
    read_concept("Smoking", ["smok*", "tobacco use", '"Smoking"[mh]'], None),
    read_concept("Team", ['"care team"[tiab:~3]', "primary care"], None),
    read_concept("Country", ["Wales"], None, applied=False),
]
EXPECTED = {
    "pubmed/pubmed": [
        '(smok*[tiab] OR "tobacco use"[tiab] OR "Smoking"[mh])',
        '("care team"[tiab:~3] OR "primary care"[tiab])',
        "#1 AND #2",
    ],
    "ovid/medline": [
        "((smok* or tobacco use).ti,ab,kf. or exp Smoking/)",
        "(care adj4 team or primary care).ti,ab,kf.",
        "1 and 2",
    ],
    "ovid/embase": [
        "((smok* or tobacco use).ti,ab,kf. or exp Smoking/)",
        "(care adj4 team or primary care).ti,ab,kf.",
        "1 and 2",
    ],
    "ovid/psycinfo": [
        "((smok* or tobacco use).ti,ab,id. or exp Smoking/)",
        "(care adj4 team or primary care).ti,ab,id.",
        "1 and 2",
    ],
    "ebsco/cinahl": [
        '((TI (smok* OR "tobacco use") OR AB (smok* OR "tobacco use")) OR (MH "Smoking+"))',
        '(TI (care N3 team OR "primary care") OR AB (care N3 team OR "primary care"))',
        "S1 AND S2",
    ],
    "web_of_science/core_collection": [
        '(TS=(smok* OR "tobacco use") OR TS=(Smoking))',
        'TS=(care NEAR/3 team OR "primary care")',
        "#1 AND #2",
    ],
    "cochrane_library/central": [
        '((smok* OR "tobacco use"):ti,ab,kw OR [mh "Smoking"])',
        '(care NEAR/4 team OR "primary care"):ti,ab,kw',
        "#1 AND #2",
    ],
    "scopus/scopus": [
        '(TITLE-ABS-KEY(smok* OR "tobacco use") OR TITLE-ABS-KEY(Smoking))',
        'TITLE-ABS-KEY(care W/3 team OR "primary care")',
        "#1 AND #2",
    ],
}


@pytest.mark.parametrize("key", EXPECTED)
def test_one_strategy_on_every_platform(key: str) -> None:
    found = translate(BLOCKS, BY_KEY[key])

    assert [line.text for line in found.lines] == EXPECTED[key]


def test_every_platform_is_expected() -> None:
    assert {each.key for each in DIALECTS} == set(EXPECTED)


@pytest.mark.parametrize(
    ("key", "term", "said"),
    [
        ("pubmed/pubmed", "ca*", "truncates words of 4 letters"),
        ("web_of_science/core_collection", "ca*", "truncates words of 3 letters"),
        ("ovid/medline", "beh*r", "no '*' inside a word"),
        ("ebsco/cinahl", "beh*r", "no '*' inside a word"),
        ("ovid/embase", '"Smoking"[mh]', "look up what Emtree calls it"),
        ("ovid/psycinfo", '"Smoking"[mh]', "look up what APA Thesaurus calls it"),
        ("ebsco/cinahl", '"Smoking"[mh]', "look up what CINAHL Headings calls it"),
        ("scopus/scopus", '"Smoking"[mh]', "searched as words"),
        ("web_of_science/core_collection", '"2019"[dp]', "only PubMed has"),
        ("scopus/scopus", "Review[pt]", "names differ"),
    ],
)
def test_what_a_platform_cannot_say_is_told_at_its_line(key: str, term: str, said: str) -> None:
    found = translate([read_concept("One", [term, "smoking"], None)], BY_KEY[key])

    assert any(said in note for note in found.lines[0].notes), found.lines[0].notes


def test_a_block_that_cannot_be_said_keeps_its_line_and_is_not_joined() -> None:
    blocks = [read_concept("Since", '"2019"[dp]', None), read_concept("Who", "nurse*", None)]

    found = translate(blocks, BY_KEY["scopus/scopus"])

    assert [line.text for line in found.lines] == ["", "TITLE-ABS-KEY(nurse*)", "#2"]
    assert any("left out" in note for note in found.lines[0].notes)


def test_words_that_are_operators_are_quoted_where_phrases_are_bare() -> None:
    found = translate([read_concept("One", "drug and alcohol", None)], BY_KEY["ovid/medline"])

    assert found.lines[0].text == '("drug and alcohol").ti,ab,kf.' or found.lines[0].text == (
        '"drug and alcohol".ti,ab,kf.'
    )


def test_a_phrase_that_is_cut_inside_stands_as_words_next_to_each_other() -> None:
    found = translate(
        [read_concept("One", "drug* abus*", None)], BY_KEY["cochrane_library/central"]
    )

    assert found.lines[0].text == "(drug* NEXT abus*):ti,ab,kw"

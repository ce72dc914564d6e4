"""Concept blocks in the syntax of every platform, and what each cannot say."""

import pytest

from services.search.living.domain.strategy import (
    UnreadableStrategy,
    compile_pubmed,
    read_concept,
)
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
        ("web_of_science/core_collection", '"2019"[edat]', "only PubMed has"),
        ("scopus/scopus", "Review[pt]", "names differ"),
    ],
)
def test_what_a_platform_cannot_say_is_told_at_its_line(key: str, term: str, said: str) -> None:
    found = translate([read_concept("One", [term, "smoking"], None)], BY_KEY[key])

    assert any(said in note for note in found.lines[0].notes), found.lines[0].notes


def test_a_block_that_cannot_be_said_keeps_its_line_and_is_not_joined() -> None:
    blocks = [read_concept("Since", '"2019"[edat]', None), read_concept("Who", "nurse*", None)]

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


def only(key: str, *terms: str) -> tuple[str, list[str]]:
    """The line of a block of these terms, and what is told of it."""
    (line,) = translate([read_concept("block", list(terms), None)], BY_KEY[key]).lines
    return line.text, list(line.notes)


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("pubmed/pubmed", '"alzheimer\'s disease"[tiab]'),
        ("ovid/medline", '"alzheimer\'s disease".ti,ab,kf.'),
        ("ebsco/cinahl", '(TI "alzheimer\'s disease" OR AB "alzheimer\'s disease")'),
        ("web_of_science/core_collection", 'TS=("alzheimer\'s disease")'),
        ("cochrane_library/central", '"alzheimer\'s disease":ti,ab,kw'),
        ("scopus/scopus", 'TITLE-ABS-KEY("alzheimer\'s disease")'),
    ],
)
def test_quotation_marks_of_a_phrase_hold_no_others(key: str, text: str) -> None:
    for written in ("alzheimer's disease", "“alzheimer's disease”", '"alzheimer\'s" disease'):
        assert only(key, written) == (text, [])


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda one: one.key)
@pytest.mark.parametrize(
    "term",
    ["5-HT(2A) receptor*", "it's time", "p53/mdm2", "R&D team", "(dogs", "NOT", "dogs NOT cats",
     "men?al", "Müller", "社会 資本", "to be or not to be", "near", '"open quote', "a " * 60 + "b"],
)  # fmt: skip
def test_no_term_breaks_the_line_that_it_stands_in(dialect, term: str) -> None:
    text, _ = only(dialect.key, term, "doors")
    assert text.count('"') % 2 == 0
    assert '""' not in text
    outside = text.split('"')[::2]
    brackets = "".join(outside)
    assert brackets.count("(") == brackets.count(")")
    joined = f" {' '.join(outside)} ".upper()
    for bare in (" NOT ", " NEAR "):
        assert bare not in joined or dialect.near is not None


def test_an_operator_in_a_term_is_told_and_searched_as_a_word() -> None:
    text, notes = only("web_of_science/core_collection", "a1", "NOT", "b1")
    assert text == 'TS=(a1 OR "NOT" OR b1)'
    (note,) = notes
    assert "a block no NOT" in note
    _, notes = only("scopus/scopus", "(dogs OR cats) NOT mice")
    assert "searched as words" in notes[0]


def test_a_bracket_that_is_not_closed_and_a_wildcard_that_pubmed_lacks_are_told() -> None:
    assert "a bracket is not closed" in only("ovid/embase", "(dogs")[1][0]
    assert "stand for letters on some platforms" in only("scopus/scopus", "men?al")[1][0]
    assert only("scopus/scopus", "what works?")[1] != []


def test_fields_that_pubmed_alone_has_stay_in_pubmed_and_are_told_elsewhere() -> None:
    text, notes = only("pubmed/pubmed", "Lancet[ta]", "hospital[ad]", "review[pt]")
    assert text == '("Lancet"[ta] OR "hospital"[ad] OR review[pt])'
    assert notes == []
    text, notes = only("pubmed/pubmed", "doors", "x[foo]")
    assert text == "doors[tiab]"
    assert "[foo]" in notes[0]
    assert "only PubMed has" in only("ovid/embase", "doors", "2020[edat]")[1][0]


@pytest.mark.parametrize("term", ['""', "*", "“”", "()"])
def test_a_term_without_letter_or_digit_is_refused(term: str) -> None:
    with pytest.raises(UnreadableStrategy, match="neither letter nor digit"):
        read_concept("block", [term], None)


def test_the_query_that_pubmed_gets_quotes_as_its_translation_does() -> None:
    blocks = [read_concept("block", ["“alzheimer's disease”", "NOT", '"a" b'], None)]
    query = compile_pubmed(blocks).query
    assert query == '("alzheimer\'s disease"[tiab] OR "NOT"[tiab] OR "a b"[tiab])'


@pytest.mark.parametrize("key", [one.key for one in DIALECTS])
def test_no_empty_term_is_written_for_a_star_that_stands_alone(key):
    (line,) = translate([read_concept("Heart", ['"* arrest"[ti]'], None)], BY_KEY[key]).lines[:1]
    assert '""' not in line.text
    assert "arrest" in line.text
    assert compile_pubmed([read_concept("Heart", ["* arrest"], None)]).query == "arrest[tiab]"


@pytest.mark.parametrize("key", ["pubmed/pubmed", "ovid/medline", "ebsco/cinahl"])
def test_a_word_without_its_beginning_is_searched_as_what_is_left_of_it(key):
    concept = read_concept("Heart", ["*cardia"], None)
    (line,) = translate([concept], BY_KEY[key]).lines[:1]
    assert "cardia" in line.text
    assert "*" not in line.text
    assert any("'*cardia' is searched as 'cardia'" in note for note in line.notes)
    run = compile_pubmed([concept])
    assert run.query == "cardia[tiab]"
    assert any("'*cardia' is searched as 'cardia'" in note for note in run.notes)


def test_a_field_that_nobody_knows_is_not_called_one_of_pubmeds():
    concept = [read_concept("Heart", ["x[bogus]"], None)]
    said = translate(concept, BY_KEY["pubmed/pubmed"]).lines[0].notes
    assert said[0] == "'x' [bogus] asks a field that PubMed does not have: it is left out."
    assert "not have either" in translate(concept, BY_KEY["ovid/embase"]).lines[0].notes[0]


@pytest.mark.parametrize(
    ("term", "platform"),
    [
        ("exp Smoking/", "Ovid"),
        ("(smok* adj3 quit*).ti,ab.", "Ovid"),
        ("smoking.mp.", "Ovid"),
        ('(MH "Smoking+")', "EBSCO"),
        ("TS=(smok*)", "Web of Science"),
        ("smok* NEAR/3 quit*", "Web of Science"),
        ("[mh Smoking]", "Cochrane"),
        ("smok*:ti,ab,kw", "Cochrane"),
        ("TITLE-ABS-KEY(smok*)", "Scopus"),
        ("smok* W/3 quit*", "Scopus"),
    ],
)
def test_a_term_in_another_platforms_syntax_is_told(term: str, platform: str) -> None:
    notes = only("pubmed/pubmed", "doors", term)[1]
    compiled = compile_pubmed([read_concept("A", ["doors", term], None)])

    assert f"written as for {platform}" in notes[0]
    assert any(f"written as for {platform}" in note for note in compiled.notes)


@pytest.mark.parametrize(
    "term",
    [
        "NEXT trial",
        "N95 mask",
        "AB blood",
        "and/or",
        "gov.uk",
        "CD4(+)",
        "p.o.",
        "T2N1",
        "MH nurse",
    ],
)
def test_a_word_that_only_looks_like_a_sign_is_a_word(term: str) -> None:
    assert only("pubmed/pubmed", "doors", term)[1] == []


def test_text_words_and_all_fields_are_not_narrowed_in_silence() -> None:
    terms = "asthma*[tw]", "nurse[all]"

    assert only("pubmed/pubmed", *terms) == ('("asthma*"[tw] OR "nurse"[all])', [])
    assert only("ovid/medline", *terms)[0] == "(asthma*.mp. or nurse.af.)"
    text, notes = only("scopus/scopus", *terms)
    assert text == "(TITLE-ABS-KEY(asthma*) OR ALL(nurse))"
    assert ["'asthma*' [tw] asks more fields" in note for note in notes] == [True]


def test_affiliations_and_journals_are_asked_where_a_platform_has_them() -> None:
    terms = "Leeds[ad]", "Lancet[ta]"

    assert only("ovid/embase", *terms) == ("(Leeds.in. or Lancet.jn.)", [])
    assert only("web_of_science/core_collection", *terms)[0] == "(AD=(Leeds) OR SO=(Lancet))"
    text, notes = only("cochrane_library/central", *terms)
    assert (text, len(notes)) == ("Lancet:so", 1)


def test_a_square_bracket_that_is_not_closed_is_told() -> None:
    assert "square bracket" in only("pubmed/pubmed", "nurse[tiab")[1][0]


def test_a_first_author_is_kept_in_pubmed_and_told_elsewhere() -> None:
    assert only("pubmed/pubmed", "Osei R[1au]") == ('"Osei R"[1au]', [])
    text, notes = only("ebsco/cinahl", "Osei R[1au]")
    assert text == 'AU "Osei R"'
    assert notes == ["'Osei R' [1au] is the first author; here it is any author."]


@pytest.mark.parametrize("key", [one.key for one in DIALECTS])
def test_operators_between_headings_in_one_term_are_told(key: str) -> None:
    assert any("a block no NOT" in note for note in only(key, "animals[mh] NOT humans[mh]")[1])

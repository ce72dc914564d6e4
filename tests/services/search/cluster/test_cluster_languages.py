"""A question in PubMed's language is put to each optional source in its own."""

import pytest

from services.search.cluster.domain.elsewhere import in_language_of
from services.search.cluster.domain.questions import UnreadableQuestion, read_question

ORCID = "0000-0001-2345-678X"
EARLY = (
    "(Noether E[au] AND Curie M[au]) AND (protocol[ti] OR pilot[ti] OR feasibility[ti]) "
    'AND ("1800"[dp] : "2020"[dp])'
)
PROJECT = '"NCT00000001"[si] OR "R01-MH-7"[gr] OR "Outpost Group"[cn]'


def said(source: str, term: str) -> tuple[list[str], list[str]]:
    lost: list[str] = []
    return in_language_of(source, term, lost), lost


def test_an_orcid_is_asked_of_every_source() -> None:
    assert said("europe_pmc", f"{ORCID}[auid]") == ([f'AUTHORID:"{ORCID}"'], [])
    assert said("openalex", f"{ORCID}[auid]") == ([f"authorships.author.orcid:{ORCID}"], [])
    assert said("crossref", f"{ORCID}[auid]") == ([f"orcid:{ORCID}"], [])


def test_a_project_is_asked_for_by_what_each_source_knows_of_it() -> None:
    assert said("europe_pmc", PROJECT) == (
        ['("NCT00000001" OR GRANT_ID:"R01-MH-7" OR AUTH:"Outpost Group")'], [],
    )  # fmt: skip
    assert said("openalex", PROJECT) == (
        [
            "search.title_and_abstract:NCT00000001",
            "awards.funder_award_id:R01-MH-7",
            'raw_author_name.search:"Outpost Group"',
        ],
        [],
    )
    assert said("crossref", PROJECT) == (
        ["award.number:R01-MH-7"], ["NCT00000001 [si]", "Outpost Group [cn]"],
    )  # fmt: skip


def test_a_lead_author_is_asked_for_with_the_topic() -> None:
    term = 'Noether E[1au] AND (outreach[tiab] OR "assertive team*"[ti])'
    assert said("europe_pmc", term) == (
        ['(AUTH:"Noether E" AND (TITLE_ABS:outreach OR (TITLE:assertive AND TITLE:team*)))'], [],
    )  # fmt: skip
    assert said("openalex", "Noether E[1au] AND (outreach[tiab] OR doors[tiab])") == (
        ["raw_author_name.search:Noether,search.title_and_abstract:outreach OR doors"], [],
    )  # fmt: skip
    assert said("crossref", term)[0] == []


def test_antecedents_are_asked_for_by_authors_titles_and_years() -> None:
    assert said("europe_pmc", EARLY)[0] == [
        '(AUTH:"Noether E" AND AUTH:"Curie M" AND '
        "(TITLE:protocol OR TITLE:pilot OR TITLE:feasibility) AND PUB_YEAR:[1800 TO 2020])"
    ]
    assert said("openalex", EARLY)[0] == [
        "raw_author_name.search:Noether AND Curie,"
        "search.title:protocol OR pilot OR feasibility,"
        "from_publication_date:1800-01-01,to_publication_date:2020-12-31"
    ]


def test_what_mixes_different_filters_is_several_questions() -> None:
    term = '(Noether E[au] OR Curie M[au]) AND ("NCT1"[si] OR "R01-7"[gr])'
    assert said("openalex", term)[0] == [
        "raw_author_name.search:Noether OR Curie,search.title_and_abstract:NCT1",
        "raw_author_name.search:Noether OR Curie,awards.funder_award_id:R01-7",
    ]


def test_two_names_together_are_one_question_with_both() -> None:
    term = '"OUTPOST"[tiab] AND "IN POST"[tiab]'
    assert said("openalex", term)[0] == ['search.title_and_abstract:OUTPOST AND "IN POST"']
    assert said("europe_pmc", term)[0] == ['(TITLE_ABS:OUTPOST AND TITLE_ABS:"IN POST")']


def test_a_part_that_cannot_be_said_never_makes_a_question_wider() -> None:
    """Left out of an AND, the trial's number would leave everything by the author."""
    found, lost = said("crossref", f'{ORCID}[auid] AND "NCT1"[si]')
    assert (found, lost) == ([], ["NCT1 [si]"])
    found, lost = said("europe_pmc", "doors[tiab] AND hospital[ad]")
    assert (found, lost) == ([], ["hospital [ad]"])


def test_a_mark_of_a_filter_cannot_slip_in_with_a_value() -> None:
    assert said("crossref", '"A,from-pub-date:2000"[gr]')[0] == []
    (asked,) = said("openalex", '"doors, has_doi:true|x"[tiab]')[0]
    assert "," not in asked
    assert "|" not in asked


def test_words_that_exclude_are_kept_apart() -> None:
    assert said("openalex", "a[tiab] OR b[tiab] NOT c[tiab]")[0] == [
        "search.title_and_abstract:(a OR b) NOT c"
    ]
    assert said("europe_pmc", "a[tiab] NOT c[tiab]")[0] == ["(TITLE_ABS:a NOT TITLE_ABS:c)"]


def test_a_cut_word_is_asked_for_unstemmed_at_openalex() -> None:
    assert said("openalex", '"bureaucr*"[tiab]')[0] == ["search.title_and_abstract.exact:bureaucr*"]
    assert said("europe_pmc", '"bureaucr*"[tiab]')[0] == ["TITLE_ABS:bureaucr*"]


def test_openalex_takes_one_search_in_a_question() -> None:
    assert said("openalex", '"bureaucr*"[tiab] AND doors[tiab]')[0] == [
        "search.title_and_abstract.exact:bureaucr* AND doors"
    ]
    assert said("openalex", 'doors[tiab] AND "bureaucr*"[tiab]')[0] == [
        "search.title_and_abstract.exact:doors AND bureaucr*"
    ]
    found, lost = said("openalex", "doors[ti] AND keys[tiab]")
    assert (found, lost) == ([], ["so many different things at once"])


@pytest.mark.parametrize("term", ["(a", "a)", "a AND", "OR b", "()", "(" * 99 + "a" + ")" * 99])
def test_a_question_that_does_not_close_is_asked_of_nobody(term: str) -> None:
    with pytest.raises(UnreadableQuestion):
        read_question(term)
    assert said("europe_pmc", term) == ([], [term])

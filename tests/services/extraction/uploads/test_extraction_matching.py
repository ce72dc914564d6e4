"""A file is matched to a record by its DOI, its title, or its author and year."""

import pytest

from services.extraction.uploads.domain import Candidate, proposals

TRUST = Candidate(
    document_id="r1",
    title="Trust and engagement in harm reduction: a qualitative study",
    doi="10.1186/S12913-020-05123-4",
    authors=("Müller-Lüdenscheidt K", "Kloebner H"),
    year=2020,
)
OTHER = Candidate(
    document_id="r2",
    title="Peer workers and the opening hours of needle exchanges",
    doi="10.1000/other",
    authors=("van Dijk A B",),
    year=2020,
)
BOTH = (OTHER, TRUST)


@pytest.mark.parametrize(
    ("name", "head", "document", "by"),
    [
        ("x.pdf", "https://doi.org/10.1186/s12913-020-05123-4.\nTrust", "r1", "doi"),
        ("10.1186_s12913-020-05123-4.pdf", "", "r1", "doi"),
        ("10.1186%2Fs12913-020-05123-4.pdf", "", "r1", "doi"),
        ("x.pdf", "TRUST AND ENGAGEMENT\nin harm-reduction: a qualitative\nstudy", "r1", "title"),
        ("Trust and engagement in harm reduction - a qualitative.pdf", "", "r1", "title"),
        ("Muller-Ludenscheidt_2020.pdf", "words", "r1", "author_year"),
        ("van Dijk et al 2020 final (2).pdf", "words", "r2", "author_year"),
    ],
)
def test_the_record_is_told_by(name, head, document, by):
    found = proposals(name, head, BOTH)
    assert (found[0].document_id, found[0].by) == (document, by)


@pytest.mark.parametrize(
    "name", ["scan0001.pdf", "2020.pdf", "Kloebner 2019.pdf", "Peer 2020.pdf", "Dijkstra 2020.pdf"]
)
def test_what_names_no_record_is_proposed_none(name):
    assert proposals(name, "A study of something else altogether, 2020", BOTH) == []


def test_a_document_that_waits_for_its_text_comes_before_one_that_has_one():
    twice = (
        Candidate(document_id="a", doi="10.1/x", has_text=True),
        Candidate(document_id="b", doi="10.1/x"),
    )
    told = proposals("x.pdf", "10.1/x", twice)
    assert [one.document_id for one in told] == []
    twice = (
        Candidate(document_id="a", doi="10.1000/x", has_text=True),
        Candidate(document_id="b", doi="10.1000/x"),
    )
    assert [one.document_id for one in proposals("x.pdf", "10.1000/X", twice)] == ["b", "a"]


def test_at_most_five_are_proposed():
    many = [Candidate(document_id=f"d{n}", doi="10.1000/x") for n in range(9)]
    assert len(proposals("x.pdf", "10.1000/x", many)) == 5
